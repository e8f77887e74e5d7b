/** What became of the shift's cars: in the status line, and when the shift is over. */

import { text, timeOfDay } from "./texts.js";

export class ShiftSummary {
  /**
   * @param {HTMLElement} line
   * @param {HTMLElement} over shown before the next shift
   */
  constructor(line, over) {
    this.line = line;
    this.over = over;
  }

  clear() {
    this.line.textContent = "";
    this.over.hidden = true;
  }

  /** @param {{passed: number, let_through: number, turned_back: number, health_desk: number}} counts */
  show(counts) {
    this.line.textContent = text("counts", inWords(counts));
  }

  /** @param {{started_at: number, ended_at: number, counts: object} | null} ended null: no answer came */
  showOver(ended) {
    if (!ended) return;
    const times = { from: timeOfDay(ended.started_at), until: timeOfDay(ended.ended_at) };
    this.over.textContent = text("shift_over", { ...times, ...inWords(ended.counts) });
    this.over.hidden = false;
  }
}

function inWords(counts) {
  const { passed, let_through: letThrough, turned_back: turnedBack, health_desk: healthDesk } = counts;
  return {
    checked: passed + letThrough + turnedBack + healthDesk,
    passed: passed + letThrough,
    turned_back: turnedBack,
    health_desk: healthDesk,
  };
}
