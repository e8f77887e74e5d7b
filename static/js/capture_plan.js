/**
 * What of the camera's picture is sent next, how large and how good. No DOM: figures in, figures out.
 *
 * A small picture is on its way and decoded soonest, and most codes are read from it. What it does not
 * give, a larger one may; and a code that was seen but not read is sent alone, as sharp as the camera
 * has it.
 */

export const SIZES = {
  fast: { quick: { width: 640, quality: 0.65 }, close: { width: 1280, quality: 0.8 } },
  slow: { quick: { width: 480, quality: 0.5 }, close: { width: 960, quality: 0.6 } },
};
// Beyond decoding, on the way there and back, on average. The gap keeps it from going to and fro.
export const SLOW_MS = 400;
export const FAST_AGAIN_MS = 200;
const NEWEST_COUNTS = 0.3;
// A picture that changes all the time is never tried a second time: so every third is sent large.
const CLOSE_EVERY = 3;
// How much of a code's size is added on each side: the hand has moved meanwhile.
const MARGIN = 0.5;
const SMALLEST_REGION = 240;
// A region that is nearly all of the picture is no gain.
const WORTH_CUTTING = 0.6;

/** The whole picture, always the same: for who has no answers to go by. */
export const ALWAYS_LARGE = {
  next: (size) => piece({ x: 0, y: 0, ...size }, { width: 1280, quality: 0.65 }),
};

export class CapturePlan {
  constructor() {
    this.speed = "fast";
    this.network = null; // milliseconds, on average
    this.seen = null; // where a code was seen in the last whole picture, and not read
    this.unread = 0; // so many pictures one after the other gave nothing
    this.isLarge = false; // the last picture, and whether it was that which gave a code
    this.largeReads = false;
  }

  /**
   * @param {{width: number, height: number}} size the camera's picture, in its own pixels
   * @param {{isRetry?: boolean}} [why] isRetry: the same picture was sent before and gave nothing
   * @returns {{region: {x: number, y: number, width: number, height: number}, width: number,
   *   height: number, quality: number}} the region of the picture, and how large it is sent
   */
  next(size, { isRetry = false } = {}) {
    const { quick, close } = SIZES[this.speed];
    const region = this.seen && regionAround(this.seen, size);
    const wasSeen = this.seen !== null;
    this.seen = null; // whatever comes of it, the picture after it is whole again
    const isThird = this.unread % CLOSE_EVERY === CLOSE_EVERY - 1;
    this.isLarge = wasSeen || isRetry || isThird || this.largeReads;
    return piece(region || { x: 0, y: 0, ...size }, this.isLarge ? close : quick);
  }

  /**
   * What came of the last picture.
   * @param {{symbols: number, seen: number[][] | null, networkMs?: number}} answer
   *   `seen` in pixels of the camera's whole picture
   */
  answered({ symbols, seen = null, networkMs }) {
    this.unread = symbols ? 0 : this.unread + 1;
    this.seen = symbols ? null : seen;
    this.largeReads = symbols > 0 && this.isLarge;
    if (networkMs === undefined) return;
    const before = this.network ?? networkMs;
    this.network = before + NEWEST_COUNTS * (networkMs - before);
    if (this.network > SLOW_MS) this.speed = "slow";
    else if (this.network < FAST_AGAIN_MS) this.speed = "fast";
  }
}

/** A region and the size it is sent in: never larger than the camera has it. */
function piece(region, { width, quality }) {
  const scale = Math.min(1, width / region.width);
  return { region, width: Math.round(region.width * scale), height: Math.round(region.height * scale), quality };
}

/** The region around corners, within the picture; null where it would be nearly all of it. */
function regionAround(corners, size) {
  const [x, width] = stretch(corners.map(([across]) => across), size.width);
  const [y, height] = stretch(corners.map(([, down]) => down), size.height);
  if (width * height > WORTH_CUTTING * size.width * size.height) return null;
  return { x, y, width, height };
}

/** Along one side: from where, and how far. */
function stretch(values, length) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const reach = Math.max((high - low) * (0.5 + MARGIN), SMALLEST_REGION / 2);
  const from = Math.max(0, Math.round((low + high) / 2 - reach));
  return [from, Math.min(length, Math.round((low + high) / 2 + reach)) - from];
}

/**
 * Corners of a picture that was sent, in pixels of the camera's whole picture.
 * @param {number[][]} corners
 * @param {{region: {x: number, y: number, width: number, height: number}, width: number, height: number}} sent
 */
export function inWholePicture(corners, { region, width, height }) {
  return corners.map(([x, y]) => [
    region.x + (x * region.width) / width,
    region.y + (y * region.height) / height,
  ]);
}
