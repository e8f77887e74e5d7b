/** The device's camera: opens it, and says in a code why it does not open. */

const WISHES = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };

/** Events: `trouble` (detail: a code that the page has words for), `running`. */
export class Camera extends EventTarget {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.video = video;
  }

  /** Open the camera. Never rejects: what goes wrong is told by `trouble`. */
  async start() {
    this.stop();
    const wanted = (this.wanted = Symbol());
    try {
      const stream = await openStream();
      if (this.wanted !== wanted) {
        for (const track of stream.getTracks()) track.stop(); // the shift ended meanwhile
        return;
      }
      this.stream = stream;
      this.watch(stream.getVideoTracks()[0]);
      this.video.srcObject = stream;
      await this.video.play();
      this.tell("running");
    } catch (error) {
      if (this.wanted === wanted) this.tell("trouble", error.code_of_camera ?? error.name);
    }
  }

  stop() {
    this.wanted = null;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  watch(track) {
    track.addEventListener("ended", () => this.tell("trouble", "ended"));
    track.addEventListener("mute", () => this.tell("trouble", "muted"));
    track.addEventListener("unmute", () => this.tell("running"));
  }

  tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

async function openStream() {
  if (!navigator.mediaDevices?.getUserMedia) {
    // Browsers hide the camera from pages that did not come over https or from this machine.
    throw Object.assign(new Error(), { code_of_camera: window.isSecureContext ? "unsupported" : "insecure" });
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: WISHES });
  } catch (error) {
    if (error.name !== "OverconstrainedError") throw error;
    return navigator.mediaDevices.getUserMedia({ video: true });
  }
}
