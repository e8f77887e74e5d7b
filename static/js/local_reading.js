/** The page's own decoding, in the worker: loaded, measured and used only as DecoderChoice says. */

import { DecoderChoice } from "./decoder_choice.js";
import { makeLocalReader } from "./local_reader.js";

export class LocalReading {
  /** @param {(wasmAddress: string) => Promise<Function>} [makeReader] */
  constructor(makeReader = makeLocalReader) {
    this.makeReader = makeReader;
    this.choice = new DecoderChoice();
    this.wasmAddress = "";
    this.reader = null;
  }

  /** @param {{networkMs?: number, decodeMs?: number, pingMs?: number}} answer */
  answered({ networkMs, decodeMs, pingMs }) {
    if (pingMs !== undefined) this.choice.pingTook(pingMs);
    if (networkMs !== undefined) this.choice.frameTook({ networkMs, decodeMs });
    if (this.choice.isWorthLoading && !this.loading) this.loading = this.load();
  }

  async load() {
    try {
      const reader = await this.makeReader(this.wasmAddress);
      await reader(new OffscreenCanvas(64, 64)); // the first run is slower than any after it
      this.reader = reader;
    } catch {
      this.reader = null; // then the server reads, as before
    }
  }

  /** Whether it is the page that decodes. */
  get isChosen() {
    return this.reader !== null && this.choice.isLocal;
  }

  /**
   * Look at a picture, where that is of use.
   * @returns {Promise<{symbols: object[], goesToServer: boolean}>}
   */
  async read(canvas) {
    const isOfUse = this.reader && (this.choice.isLocal || this.choice.isWorthLoading);
    if (!isOfUse) return { symbols: [], goesToServer: true };
    const startedAt = performance.now();
    const symbols = await this.reader(canvas).catch(() => []);
    this.choice.localTook(performance.now() - startedAt);
    const goesToServer = this.choice.goesToServer(symbols.length);
    return { symbols, goesToServer };
  }
}
