/** From a picture of the camera to a JPEG that is worth sending. Runs in a worker where there is one. */

import { ChangeDetector, THUMBNAIL } from "./change.js";

export const WIDEST = 1280;
const QUALITY = 0.65;

export class FrameMaker {
  /** @param {(width: number, height: number) => OffscreenCanvas | HTMLCanvasElement} makeCanvas */
  constructor(makeCanvas) {
    this.canvas = makeCanvas(1, 1);
    this.pen = this.canvas.getContext("2d", { alpha: false });
    const thumbnail = makeCanvas(THUMBNAIL.width, THUMBNAIL.height);
    this.thumbnailPen = thumbnail.getContext("2d", { alpha: false, willReadFrequently: true });
    this.changes = new ChangeDetector();
  }

  /**
   * @param {ImageBitmap | HTMLVideoElement} source
   * @param {{width: number, height: number}} size the source's, in pixels
   * @returns {Promise<{image: ArrayBuffer, width: number, height: number} | null>} null: nothing new
   */
  async make(source, { width, height }) {
    this.thumbnailPen.drawImage(source, 0, 0, THUMBNAIL.width, THUMBNAIL.height);
    const thumbnail = this.thumbnailPen.getImageData(0, 0, THUMBNAIL.width, THUMBNAIL.height);
    if (!this.changes.isWorthSending(thumbnail.data, performance.now())) return null;
    const scale = Math.min(1, WIDEST / width);
    this.resize(Math.round(width * scale), Math.round(height * scale));
    this.pen.drawImage(source, 0, 0, this.canvas.width, this.canvas.height);
    const blob = await jpeg(this.canvas);
    return { image: await blob.arrayBuffer(), width: this.canvas.width, height: this.canvas.height };
  }

  resize(width, height) {
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
  }
}

function jpeg(canvas) {
  if (canvas.convertToBlob) return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
