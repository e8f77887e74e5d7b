/** What the driver's screens of this lane are to show: worked out here, and said every few seconds. */

const AGAIN_MS = 4000;
const HINT_MS = 2500; // a hint stands so long after the frame that gave it
const ACTED_MS = 6000; // and an officer's act

const SIGN_OF_ACT = { let_through: "allow", turned_back: "refuse", health_desk: "health_desk" };

export class Sign {
  /** @param {(sign: string) => void} send */
  constructor(send) {
    this.send = send;
    this.sent = "";
    this.clear();
  }

  start() {
    this.clear();
    this.again = setInterval(() => this.tell(true), AGAIN_MS);
  }

  stop() {
    clearInterval(this.again);
    clearTimeout(this.fading);
  }

  clear() {
    this.outcome = this.hint = this.act = "";
    this.isClosed = false;
  }

  /** @param {string} outcome the sum of the car in front, "" where nothing was held up */
  setOutcome(outcome) {
    if (outcome) this.act = ""; // the next car
    this.outcome = outcome;
    if (outcome) this.hint = "";
    this.tell();
  }

  setHint(hint) {
    if (this.outcome) return;
    this.hint = hint;
    this.fadeAfter(HINT_MS, "hint");
  }

  setAct(act) {
    this.act = SIGN_OF_ACT[act] ?? "";
    this.fadeAfter(ACTED_MS, "act");
  }

  /** Supervisors have closed the lane, or opened it again. */
  setClosed(isClosed) {
    this.isClosed = isClosed;
    this.tell();
  }

  fadeAfter(milliseconds, what) {
    clearTimeout(this.fading);
    this.fading = setTimeout(() => {
      this[what] = "";
      this.tell();
    }, milliseconds);
    this.tell();
  }

  get sign() {
    const { act, outcome, hint } = this;
    if (!this.isClosed) return act || outcome || hint || "ready";
    // Nobody is to drive up: who stands there waits for the officer, though the code be good.
    return act || (outcome === "allow" ? "" : outcome) || "closed";
  }

  tell(anyhow = false) {
    if (!anyhow && this.sign === this.sent) return;
    this.sent = this.sign;
    this.send(this.sign);
  }
}
