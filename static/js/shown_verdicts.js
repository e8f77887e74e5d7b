/**
 * Which verdicts stand on the screen: those of the codes in view, the gravest one large. A code that
 * was refused stays on the screen for as long as it is held up, whatever is held up beside it.
 */

import { OUTCOMES } from "./protocol.js";

// A little longer than the pause between two frames of an unchanged picture (change.js).
const IN_VIEW_MS = 1500;

const byGravity = (a, b) => OUTCOMES.indexOf(b.outcome) - OUTCOMES.indexOf(a.outcome);

export class ShownVerdicts {
  constructor() {
    this.shown = []; // the large one first
    this.seenAt = new Map(); // by scan_id
    this.isByHand = false; // the large one was asked for: it gives way to new codes only
  }

  /**
   * Take the verdicts of one frame, or of one code that was typed or chosen.
   * @param {{scan_id: string, outcome: string}[]} verdicts
   * @param {{now: number, isByHand: boolean}} of
   * @returns {object[] | null} what is to be shown now, the large one first; null: as before
   */
  take(verdicts, { now, isByHand }) {
    const here = new Set(verdicts.map(({ scan_id: id }) => id));
    const isNews = isByHand || verdicts.some((verdict) => !this.shows(verdict));
    if (!isNews && !this.isGraverSeen(here)) {
      this.saw(here, now);
      return null;
    }
    const others = this.shown.filter(({ scan_id: id }) => !here.has(id) && now - this.seenAt.get(id) < IN_VIEW_MS);
    this.shown = [...[...verdicts].sort(byGravity), ...others.sort(byGravity)];
    this.isByHand = isByHand;
    this.saw(here, now);
    return this.shown;
  }

  shows({ scan_id: id }) {
    return this.shown.some((verdict) => verdict.scan_id === id);
  }

  /** Whether a code that stands small is still in view, and graver than the large one. */
  isGraverSeen(here) {
    if (this.isByHand) return false;
    return this.shown.some((verdict) => here.has(verdict.scan_id) && byGravity(verdict, this.shown[0]) < 0);
  }

  saw(here, now) {
    for (const id of here) this.seenAt.set(id, now);
    for (const id of this.seenAt.keys()) if (!this.shows({ scan_id: id })) this.seenAt.delete(id);
  }
}
