/** Draws the symbols' outlines over the video, in the colour of their outcome and with its mark. */

const VISIBLE_MS = 1500; // an unchanged picture is sent once a second (change.js)
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
  }

  /**
   * Show the symbols of a frame.
   * @param {{corners: [number, number][], outcome: string}[]} symbols corners in the frame's pixels
   * @param {{width: number, height: number}} frame
   */
  show(symbols, frame) {
    this.draw(symbols, frame);
    clearTimeout(this.fading);
    this.fading = setTimeout(() => this.clear(), VISIBLE_MS);
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  draw(symbols, frame) {
    const { videoWidth: width, videoHeight: height } = this.video;
    this.canvas.width = width || 1;
    this.canvas.height = height || 1;
    const isMirrored = this.canvas.dataset.mirrored === "true";
    const colours = getComputedStyle(this.canvas);
    for (const { corners, outcome } of symbols) {
      const scaled = corners.map(([x, y]) => [(x * width) / frame.width, (y * height) / frame.height]);
      // The points alone: a mirrored mark would be another one.
      const points = isMirrored ? scaled.map(([x, y]) => [width - x, y]) : scaled;
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
