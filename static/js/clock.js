/** The server's clock, as far as the page can tell: a device's own may be hours off. */

const KEPT = 8;

export class ServerClock {
  constructor() {
    this.samples = [];
  }

  /**
   * Learn from a message that says the server's time.
   * @param {number} serverTime
   * @param {number} [roundTrip] milliseconds since the question left; the answer was half of them on
   *   its way. Without a question nobody knows: any other sample is better.
   */
  learn(serverTime, roundTrip = Infinity) {
    const onItsWay = Number.isFinite(roundTrip) ? roundTrip / 2 : 0;
    const offset = serverTime + onItsWay - Date.now();
    this.samples = [...this.samples.slice(1 - KEPT), { offset, roundTrip }];
  }

  /** Milliseconds since 1970 by the server's clock. The quickest answer is the most exact. */
  now() {
    return Date.now() + (this.best?.offset ?? 0);
  }

  /** The device's clock minus the server's, in milliseconds; null before a question was answered. */
  get deviceOffset() {
    return Number.isFinite(this.best?.roundTrip) ? -this.best.offset : null;
  }

  get best() {
    const [best] = [...this.samples].sort((a, b) => a.roundTrip - b.roundTrip || 0); // Infinity - Infinity
    return best;
  }
}
