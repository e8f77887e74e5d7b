// The page's camera is a canvas on which the benchmark plays its films; what the socket says is noted.
(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const pen = canvas.getContext("2d", { alpha: false });
  const EVERY_MS = 1000 / 30;
  let shown = [];
  let at = 0;
  const bench = (window.bench = { frames: 0, verdicts: new Map(), stillAt: Infinity });

  const bitmaps = (pictures) => Promise.all(pictures.map((base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  }));
  setInterval(() => shown.length && pen.drawImage(shown[at++ % shown.length], 0, 0), EVERY_MS);

  /** Show these pictures round and round. */
  bench.loop = async (pictures) => {
    const loaded = await bitmaps(pictures);
    for (const old of shown) old.close();
    shown = loaded;
  };
  /** Show what moves once, each picture for `stepMs`, then what stands still. */
  bench.play = async (moving, still, stepMs) => {
    const [way, rest] = await Promise.all([bitmaps(moving), bitmaps(still)]);
    bench.verdicts.clear();
    bench.stillAt = Infinity;
    for (const picture of way) {
      shown = [picture];
      await new Promise((resolve) => setTimeout(resolve, stepMs));
    }
    shown = rest;
    pen.drawImage(rest[0], 0, 0);
    bench.stillAt = performance.now();
  };

  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) {
    if (typeof message !== "string") bench.frames++;
    if (!this.isNoted) this.addEventListener("message", note);
    this.isNoted = true;
    return send.call(this, message);
  };
  function note({ data }) {
    const message = JSON.parse(data);
    if (message.type !== "verdict" || bench.verdicts.has(message.scan_id)) return;
    // Painted with the next picture of the page.
    requestAnimationFrame(() => setTimeout(() => bench.verdicts.set(message.scan_id, performance.now())));
  }
})();
