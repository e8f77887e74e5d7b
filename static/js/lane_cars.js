/** Cars, acts and the driver's sign of a shift: what was seen goes in, what became of it goes to the server. */

import { Cars } from "./car.js";
import { Sign } from "./sign.js";
import { UnsentActs } from "./unsent_acts.js";
import { uuid7 } from "./uuid7.js";

const TICK_MS = 500;

/** Events: `cars` (the cars have changed), `counts` (detail: the shift's), `unsent` (detail: how many), `refused` (detail: {code}), `next` (another car is in front). */
export class LaneCars extends EventTarget {
  /**
   * @param {import("./lane_link.js").LaneLink} link
   * @param {{laneId: number, direction: string}} lane
   * @param {number} emptySeconds
   */
  constructor(link, { laneId, direction }, emptySeconds) {
    super();
    this.link = link;
    this.cars = new Cars(() => uuid7(link.clock.now()), emptySeconds * 1000);
    this.acts = new UnsentActs(`${laneId}.${direction}`, (message) => link.say(message));
    this.sign = new Sign((sign) => link.say({ type: "sign", sign }));
    this.latest = null; // the act that can be undone
    this.listen();
  }

  listen() {
    const { link, acts } = this;
    link.addEventListener("shift", ({ detail }) => {
      acts.sendAll();
      this.sign.tell(true);
      this.tell("counts", detail.counts);
    });
    link.addEventListener("passage_done", ({ detail }) => acts.answered(detail));
    link.addEventListener("error", ({ detail }) => detail.passage_id && acts.answered(detail));
    acts.addEventListener("change", ({ detail }) => this.tell("unsent", detail));
    acts.addEventListener("done", ({ detail }) => this.tell("counts", detail.counts));
    acts.addEventListener("refused", ({ detail }) => this.tell("refused", detail));
  }

  start() {
    this.sign.start();
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    this.tell("cars");
    this.tell("unsent", this.acts.count);
  }

  stop() {
    this.sign.stop();
    clearInterval(this.ticking);
    if (!this.cars.current.waits) this.next(); // the last one, all in order, counts too
  }

  take(verdicts, { isByHand }) {
    const before = this.cars.current;
    this.cars.take(verdicts, { now: performance.now(), isByHand });
    if (before !== this.cars.current && !before.waits) this.passed(before);
    this.changed();
  }

  /** A car that needs an act stays in front until another comes. */
  tick() {
    if (this.cars.hasGone(performance.now()) && !this.cars.current.waits) this.next();
  }

  next() {
    const passed = this.cars.next();
    if (passed) this.passed(passed);
    this.changed();
    this.tell("next");
  }

  passed(car) {
    this.send(car, { act: "passed", reason: "", note: "" });
  }

  act({ car, act, reason, note }) {
    const isInFront = car === this.cars.current;
    this.latest = { car, id: this.send(car, { act, reason, note }) };
    this.cars.decide(car);
    this.sign.setAct(act);
    this.changed();
    if (isInFront) this.tell("next");
  }

  undo() {
    if (!this.latest) return;
    const { car, id } = this.latest;
    this.latest = null;
    this.acts.add({ type: "undo", passage_id: id, undone_at: Math.round(this.link.clock.now()) });
    this.cars.giveBack(car);
    this.sign.act = "";
    this.changed();
  }

  send(car, { act, reason, note }) {
    const now = this.link.clock.now();
    const id = uuid7(now);
    this.acts.add({ type: "passage", passage_id: id, car_id: car.id, act, reason, note, scan_ids: car.scanIds.slice(-64), acted_at: Math.round(now) });
    return id;
  }

  changed() {
    this.sign.setOutcome(this.cars.current.outcome);
    this.tell("cars");
  }

  tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
