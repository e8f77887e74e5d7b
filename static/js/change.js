/**
 * Whether a picture is worth sending. A thumbnail is compared with that of the last frame that was
 * sent: against the last frame seen, what drifts slowly would never be a change.
 */

export const THUMBNAIL = { width: 40, height: 30 };
const MEAN_CHANGE = 2.5;
const BLOCK_CHANGE = 24;
const STILL_VISIBLE_MS = 1000;
const FOCUS_MS = 300;
const FOCUS_TRIES = 3;

export class ChangeDetector {
  constructor() {
    this.sent = null;
    this.sentAt = -Infinity;
    this.hadSymbols = false;
    this.focusTries = 0;
  }

  /**
   * @param {Uint8ClampedArray} pixels the thumbnail, RGBA
   * @param {number} now milliseconds
   * @returns {boolean} whether to send; then the picture counts as sent
   */
  isWorthSending(pixels, now) {
    const grey = greyOf(pixels);
    const hasChanged = this.sent === null || differs(grey, this.sent);
    if (!hasChanged && !this.isDueAgain(now)) return false;
    this.focusTries = hasChanged ? 0 : this.focusTries + 1;
    this.sent = grey;
    this.sentAt = now;
    return true;
  }

  /** The server's answer to the frame sent last. */
  answered(symbols) {
    this.hadSymbols = symbols > 0;
  }

  /**
   * An unchanged picture is sent again while a code is in view, so that the server knows that it
   * still is; and a few times after a change that gave no code: the camera may have focused since.
   */
  isDueAgain(now) {
    const waited = now - this.sentAt;
    if (this.hadSymbols) return waited >= STILL_VISIBLE_MS;
    return waited >= FOCUS_MS && this.focusTries < FOCUS_TRIES;
  }
}

function greyOf(pixels) {
  const grey = new Uint8Array(pixels.length / 4);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = (pixels[4 * i] * 77 + pixels[4 * i + 1] * 150 + pixels[4 * i + 2] * 29) >> 8;
  }
  return grey;
}

function differs(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (difference > BLOCK_CHANGE) return true;
    sum += difference;
  }
  return sum > MEAN_CHANGE * a.length;
}
