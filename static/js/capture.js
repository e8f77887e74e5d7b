/** From a picture of the camera to a JPEG that is worth sending. Runs in a worker where there is one. */

import { ALWAYS_LARGE } from "./capture_plan.js";
import { ChangeDetector, THUMBNAIL } from "./change.js";

export class FrameMaker {
  /**
   * @param {(width: number, height: number) => OffscreenCanvas | HTMLCanvasElement} makeCanvas
   * @param {{next: Function}} [plan] says what of the picture is sent, and how large
   * @param {import("./local_reading.js").LocalReading | null} [local] may read it here
   */
  constructor(makeCanvas, plan = ALWAYS_LARGE, local = null) {
    this.plan = plan;
    this.local = local;
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
   *   whole: {width: number, height: number}} | null>} null: nothing to send. `region` is what was cut
   *   out of the `whole`, in the source's pixels. Where it was read here: `symbols` in place of `image`.
   */
  async make(source, { width, height }) {
    this.thumbnailPen.drawImage(source, 0, 0, THUMBNAIL.width, THUMBNAIL.height);
    const thumbnail = this.thumbnailPen.getImageData(0, 0, THUMBNAIL.width, THUMBNAIL.height);
    if (!this.changes.isWorthSending(thumbnail.data, performance.now())) return null;
    const whole = { width, height };
    // What is read here has no way to go: it may as well be large.
    const isRetry = this.changes.isRetry || Boolean(this.local?.isChosen);
    const { region, quality, ...size } = this.plan.next(whole, { isRetry });
    this.resize(size.width, size.height);
    this.pen.drawImage(source, region.x, region.y, region.width, region.height, 0, 0, size.width, size.height);
    const here = await this.local?.read(this.canvas);
    if (here && !here.goesToServer) return this.readHere(here.symbols, { ...size, region, whole });
    const blob = await jpeg(this.canvas, quality);
    return { image: await blob.arrayBuffer(), ...size, region, whole };
  }

  /** What the page has read by itself is sent as text; nothing, not at all. */
  readHere(symbols, frame) {
    if (symbols.length) return { symbols, ...frame };
    this.changes.answered(0);
    return null;
  }

  /** What came of the last picture: see CapturePlan.answered and LocalReading.answered. */
  answered(answer) {
    this.local?.answered(answer);
    if (answer.symbols === undefined) return; // a ping alone
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
