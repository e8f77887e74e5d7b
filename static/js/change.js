/**
 * Whether a picture is worth sending. A thumbnail is compared with that of the last frame that was
 * sent: against the last frame seen, what drifts slowly would never be a change.
 */

// Drawn four times as wide and high as it is compared: a browser that makes a picture this much smaller
// takes a few pixels for each of the thumbnail's, and the noise of a camera at night would be a change
// in every frame. The mean of a block has little noise left.
export const THUMBNAIL = { width: 160, height: 120 };
const BLOCK = 4;
const MEAN_CHANGE = 2.5;
const BLOCK_CHANGE = 24;
// Lamps flicker, and a camera sets its exposure: that makes all of the picture brighter or darker by
// as much. More than this is no lamp's flicker but a light that was switched on, or an uncovered lens.
const MOST_FLICKER = 0.1;
const STILL_VISIBLE_MS = 1000;
const FOCUS_MS = 300;
const FOCUS_TRIES = 3;
const SEEN_MS = 60; // a code is there: another picture of it soon, as the plan has it

export class ChangeDetector {
  constructor() {
    this.sent = null;
    this.sentAt = -Infinity;
    this.hadSymbols = false;
    this.wasSeen = false; // a code that could not be read
    this.focusTries = 0;
  }

  /** Whether the picture sent last was one more try of the same. */
  get isRetry() {
    return this.focusTries > 0 && !this.hadSymbols;
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

  /**
   * The answer to the frame sent last: how many codes were read, and whether another was seen.
   * @param {number} symbols
   * @param {boolean} [wasSeen]
   */
  answered(symbols, wasSeen = false) {
    this.hadSymbols = symbols > 0;
    this.wasSeen = wasSeen;
  }

  /**
   * An unchanged picture is sent again while a code is in view, so that the server knows that it
   * still is; and a few times after a change that gave no code: the camera may have focused since. A
   * code that was seen and not read is tried at once, and then as long as it is there.
   */
  isDueAgain(now) {
    const waited = now - this.sentAt;
    if (this.hadSymbols) return waited >= STILL_VISIBLE_MS;
    if (this.focusTries < FOCUS_TRIES) return waited >= (this.wasSeen ? SEEN_MS : FOCUS_MS);
    return this.wasSeen && waited >= STILL_VISIBLE_MS;
  }
}

/** The mean grey of each block. */
function greyOf(pixels) {
  const columns = THUMBNAIL.width / BLOCK;
  const grey = new Float32Array((columns * THUMBNAIL.height) / BLOCK);
  for (let at = 0, i = 0; at < pixels.length; at += 4, i++) {
    const column = Math.floor((i % THUMBNAIL.width) / BLOCK);
    const row = Math.floor(i / THUMBNAIL.width / BLOCK);
    grey[row * columns + column] += pixels[at] * 0.3 + pixels[at + 1] * 0.59 + pixels[at + 2] * 0.11;
  }
  return grey.map((sum) => sum / BLOCK ** 2);
}

function differs(a, b) {
  const gain = Math.min(1 + MOST_FLICKER, Math.max(1 - MOST_FLICKER, total(a) / (total(b) || 1)));
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i] * gain);
    if (difference > BLOCK_CHANGE) return true;
    sum += difference;
  }
  return sum > MEAN_CHANGE * a.length;
}

const total = (grey) => grey.reduce((sum, value) => sum + value, 0);
