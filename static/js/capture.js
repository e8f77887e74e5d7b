/** From a picture of the camera to a JPEG that is worth sending. Runs in a worker where there is one. */

import { ALWAYS_LARGE } from "./capture_plan.js";
import { ChangeDetector, THUMBNAIL } from "./change.js";

export class FrameMaker {
  /**
   * @param {(width: number, height: number) => OffscreenCanvas | HTMLCanvasElement} makeCanvas
   * @param {{next: Function}} [plan] says what of the picture is sent, and how large
   */
  constructor(makeCanvas, plan = ALWAYS_LARGE) {
    this.plan = plan;
    this.canvas = makeCanvas(1, 1);
    this.pen = this.canvas.getContext("2d", { alpha: false });
    const thumbnail = makeCanvas(THUMBNAIL.width, THUMBNAIL.height);
    this.thumbnailPen = thumbnail.getContext("2d", { alpha: false, willReadFrequently: true });
    this.changes = new ChangeDetector();
  }

  /**
   * @param {ImageBitmap | HTMLVideoElement} source
   * @param {{width: number, height: number}} size the source's, in pixels
   * @returns {Promise<{image: ArrayBuffer, width: number, height: number, region: object,
   *   whole: {width: number, height: number}} | null>} null: nothing new. `region` is what was cut out
   *   of the `whole`, in the source's pixels.
   */
  async make(source, { width, height }) {
    this.thumbnailPen.drawImage(source, 0, 0, THUMBNAIL.width, THUMBNAIL.height);
    const thumbnail = this.thumbnailPen.getImageData(0, 0, THUMBNAIL.width, THUMBNAIL.height);
    if (!this.changes.isWorthSending(thumbnail.data, performance.now())) return null;
    const whole = { width, height };
    const { region, quality, ...size } = this.plan.next(whole, { isRetry: this.changes.isRetry });
    this.resize(size.width, size.height);
    this.pen.drawImage(source, region.x, region.y, region.width, region.height, 0, 0, size.width, size.height);
    const blob = await jpeg(this.canvas, quality);
    return { image: await blob.arrayBuffer(), ...size, region, whole };
  }

  /** What came of the last picture: see CapturePlan.answered. */
  answered(answer) {
    this.changes.answered(answer.symbols, Boolean(answer.seen));
    this.plan.answered?.(answer);
  }

  resize(width, height) {
    if (this.canvas.width === width && this.canvas.height === height) return;
    this.canvas.width = width;
    this.canvas.height = height;
  }
}

function jpeg(canvas, quality) {
  if (canvas.convertToBlob) return canvas.convertToBlob({ type: "image/jpeg", quality });
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
