/** Draws the symbols' outlines over the video, in the colour of their outcome and with its mark. */

const VISIBLE_MS = 1200;
const MARKS = { allow: "✓", hold: "!", refuse: "✕" };

export class Outline {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLVideoElement} video
   */
  constructor(canvas, video) {
    this.canvas = canvas;
    this.video = video;
    this.pen = canvas.getContext("2d");
    this.symbols = [];
  }

  /**
   * Add a symbol of the frame at hand.
   * @param {{corners: [number, number][], outcome: string}} symbol corners in the frame's pixels
   * @param {{seq: number, width: number, height: number}} frame
   */
  add(symbol, frame) {
    if (frame.seq !== this.seq) this.symbols = [];
    this.seq = frame.seq;
    this.symbols.push({ ...symbol, frame });
    this.draw();
    clearTimeout(this.fading);
    this.fading = setTimeout(() => this.clear(), VISIBLE_MS);
  }

  clear() {
    this.symbols = [];
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  draw() {
    const { videoWidth: width, videoHeight: height } = this.video;
    this.canvas.width = width || 1;
    this.canvas.height = height || 1;
    const colours = getComputedStyle(this.canvas);
    for (const { corners, outcome, frame } of this.symbols) {
      const points = corners.map(([x, y]) => [(x * width) / frame.width, (y * height) / frame.height]);
      this.drawOne(points, colours.getPropertyValue(`--${outcome}`), MARKS[outcome], width);
    }
  }

  drawOne(points, colour, mark, width) {
    const pen = this.pen;
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = Math.max(4, width / 120);
    pen.lineJoin = "round";
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(x, y);
    pen.closePath();
    pen.stroke();
    pen.font = `bold ${Math.round(width / 14)}px sans-serif`;
    const top = points.reduce((a, b) => (b[1] < a[1] ? b : a));
    pen.fillText(mark, top[0], Math.max(width / 14, top[1] - pen.lineWidth * 2));
  }
}
