/**
 * PURE. The cars at a lane: whose codes belong together, and what is still to be decided of whom.
 * No clock and no document: times come in, in milliseconds.
 */

import { OUTCOMES } from "./protocol.js";

const BY_HAND_MS = 15_000; // somebody who types is slower than a camera

const graver = (a, b) => (OUTCOMES.indexOf(b) > OUTCOMES.indexOf(a) ? b : a);

/** One car: what was held up for it. */
export class Car {
  constructor(id) {
    this.id = id;
    this.verdicts = new Map(); // by scan_id, in their order
    this.goneAt = Infinity;
  }

  get isEmpty() {
    return this.verdicts.size === 0;
  }

  get scanIds() {
    return [...this.verdicts.keys()];
  }

  /** The verdicts that count: of a permit that was checked twice, the later one. */
  get standing() {
    return [...new Map([...this.verdicts.values()].map((verdict) => [verdict.subject?.serial || verdict.scan_id, verdict])).values()];
  }

  /** The sum of its verdicts: the gravest outcome, "" where there is none yet. */
  get outcome() {
    return this.isEmpty ? "" : this.standing.map(({ outcome }) => outcome).reduce(graver);
  }

  /** Whether an officer has to act. */
  get waits() {
    return this.outcome === "hold" || this.outcome === "refuse";
  }
}

/** The car in front, and those that drove on or aside before anybody had decided. */
export class Cars {
  /**
   * @param {() => string} makeId
   * @param {number} emptyMs a picture without a code for so long: the car has gone
   */
  constructor(makeId, emptyMs) {
    this.makeId = makeId;
    this.emptyMs = emptyMs;
    this.current = new Car(makeId());
    this.undecided = []; // the oldest first
    this.done = new Set(); // scan_ids of the car before: its codes may be in view a while longer
  }

  /**
   * Codes were seen, or typed.
   * @param {{scan_id: string, outcome: string}[]} verdicts
   * @param {{now: number, isByHand: boolean}} of
   */
  take(verdicts, { now, isByHand }) {
    const own = verdicts.filter(({ scan_id: id }) => !this.done.has(id));
    const isNews = own.some(({ scan_id: id }) => !this.current.verdicts.has(id));
    if (isNews && this.hasGone(now)) this.next();
    for (const verdict of own) this.current.verdicts.set(verdict.scan_id, verdict);
    if (own.length) this.current.goneAt = now + (isByHand ? BY_HAND_MS : this.emptyMs);
  }

  /** Whether no code was seen for so long that the car in front must have gone. */
  hasGone(now) {
    return !this.current.isEmpty && now >= this.current.goneAt;
  }

  /**
   * The next car comes. Where the one before needs an act, it waits for it beside.
   * @returns {Car | null} the car that passed by itself, all in order
   */
  next() {
    const car = this.current;
    if (car.isEmpty) return null;
    this.moveOn();
    if (!car.waits) return car;
    this.undecided.push(car);
    return null;
  }

  /** The officer has decided on a car: the one in front, or one that waits. */
  decide(car) {
    if (car === this.current) this.moveOn();
    else this.undecided = this.undecided.filter((one) => one !== car);
  }

  /** A decision was undone: the car stands in front again, or waits where another does by now. */
  giveBack(car) {
    for (const id of car.scanIds) this.done.delete(id);
    if (this.current.isEmpty) this.current = car;
    else this.undecided.push(car);
  }

  moveOn() {
    this.done = new Set(this.current.scanIds);
    this.current = new Car(this.makeId());
  }
}
