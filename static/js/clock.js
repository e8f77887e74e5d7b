/** The server's clock, as far as the page can tell: a device's own may be hours off. */

const KEPT = 8;

export class ServerClock {
  constructor() {
    this.samples = [];
  }

  /**
   * Learn from a message that says the server's time.
   * @param {number} serverTime
   * @param {number} roundTrip milliseconds since the question left; the answer was half of them on its way
   */
  learn(serverTime, roundTrip) {
    const offset = serverTime + roundTrip / 2 - Date.now();
    this.samples = [...this.samples.slice(1 - KEPT), { offset, roundTrip }];
  }

  /** Milliseconds since 1970 by the server's clock. The quickest answer is the most exact. */
  now() {
    const best = this.samples.reduce((a, b) => (b.roundTrip < a.roundTrip ? b : a), { offset: 0, roundTrip: Infinity });
    return Date.now() + best.offset;
  }
}
