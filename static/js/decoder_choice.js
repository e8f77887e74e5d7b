/**
 * Who decodes: the server, or this page. No DOM: measured times in, the choice out.
 *
 * The server is the default. It decodes a picture in about a millisecond and then looks again in ways
 * that the page does not have, so it reads more; and on a local network a picture is there in a few
 * milliseconds. Only where the way of a picture takes much longer than that of a line of text does the
 * page win: on a slow mobile network by far, since 40 kB become 200 bytes.
 */

// So much longer must a picture be on its way than a ping before a megabyte of decoder is loaded.
export const WORTH_LOADING_MS = 150;
// Local must be clearly faster: it reads less.
const CLEARLY = 0.7;
// While it wins, every so many pictures one goes to the server: the network may have become fast.
const PROBE_EVERY = 20;
// And a changed picture that gave nothing so often: the server's second looks read more.
export const LOCAL_TRIES = 3;
const NEWEST_COUNTS = 0.3;

export class DecoderChoice {
  constructor() {
    this.frameMs = null; // a picture's way there and back, without decoding
    this.decodeMs = 0; // the server's
    this.pingMs = null;
    this.localMs = null;
    this.tries = 0;
    this.pictures = 0;
  }

  /** What a frame that went to the server took. */
  frameTook({ networkMs, decodeMs }) {
    this.frameMs = average(this.frameMs, networkMs);
    this.decodeMs = average(this.decodeMs, decodeMs);
  }

  pingTook(milliseconds) {
    this.pingMs = average(this.pingMs, milliseconds);
  }

  localTook(milliseconds) {
    this.localMs = average(this.localMs, milliseconds);
  }

  /** Whether a decoder of one's own may be worth its download. */
  get isWorthLoading() {
    return this.frameMs !== null && this.pingMs !== null && this.frameMs - this.pingMs > WORTH_LOADING_MS;
  }

  /** Whether the page is clearly faster, by all that was measured. */
  get isLocal() {
    if (this.localMs === null || this.frameMs === null || this.pingMs === null) return false;
    return this.localMs + this.pingMs < CLEARLY * (this.frameMs + this.decodeMs);
  }

  /**
   * The page has looked at a picture.
   * @param {number} symbols that it read
   * @returns {boolean} whether the picture goes to the server all the same
   */
  goesToServer(symbols) {
    this.pictures++;
    if (!this.isLocal || this.pictures % PROBE_EVERY === 0) return true;
    this.tries = symbols ? 0 : this.tries + 1;
    if (this.tries < LOCAL_TRIES) return false;
    this.tries = 0;
    return true;
  }
}

const average = (before, now) => (before === null ? now : before + NEWEST_COUNTS * (now - before));
