/**
 * PURE. The cars at a lane: whose codes belong together, and what is still to be decided of whom.
 * No clock and no document: times come in, in milliseconds.
 */

import { OUTCOMES } from "./protocol.js";

const gravest = (outcomes) => outcomes.reduce((a, b) => (OUTCOMES.indexOf(b) > OUTCOMES.indexOf(a) ? b : a), "allow");

/** One car: what was held up for it, by scan_id. */
export class Car {
  constructor(id) {
    this.id = id;
    this.verdicts = new Map();
    this.lastSeenAt = null;
  }

  get isEmpty() {
    return this.verdicts.size === 0;
  }

  /** The sum of its verdicts: the gravest outcome, "" where there is none yet. */
  get outcome() {
    return this.isEmpty ? "" : gravest([...this.verdicts.values()].map(({ outcome }) => outcome));
  }

  /** Whether an officer has to act. */
  get waits() {
    return this.outcome === "hold" || this.outcome === "refuse";
  }

  get scanIds() {
    return [...this.verdicts.keys()];
  }
}

/** The car in front, and those that drove on or aside before anybody had decided. */
export class Cars {
  /** @param {() => string} makeId */
  constructor(makeId) {
    this.makeId = makeId;
    this.current = new Car(makeId());
    this.undecided = []; // the oldest first
    this.done = new Set(); // scan_ids of the car before: its codes may be in view a while longer
  }

  /**
   * Codes were seen, or typed.
   * @param {{scan_id: string, outcome: string}[]} verdicts
   * @param {number} now
   * @returns {boolean} whether any of them is new to the car in front
   */
  take(verdicts, now) {
    const own = verdicts.filter(({ scan_id: id }) => !this.done.has(id));
    const news = own.filter(({ scan_id: id }) => !this.current.verdicts.has(id));
    for (const verdict of own) this.current.verdicts.set(verdict.scan_id, verdict);
    if (verdicts.length) this.current.lastSeenAt = now;
    return news.length > 0;
  }

  /** Whether the picture has been empty of codes for so long that the car in front must have gone. */
  hasGone(now, emptyMs) {
    return !this.current.isEmpty && now - this.current.lastSeenAt >= emptyMs;
  }

  /**
   * The next car comes. Where the one before needed an act, it waits for it beside.
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
