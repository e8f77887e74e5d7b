/**
 * Single keys for what an officer does most. A USB scanner types keys too, only faster than a hand: a
 * key counts when no other came right before or after it.
 */

import { recall, remember } from "./remembered.js";

const ALONE_MS = 120;
const STORED = "checkpoint.keys";
const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=range]), select, textarea, [contenteditable]";

export class Shortcuts {
  /** @param {Record<string, () => void>} acts by `event.key`, in lower case */
  constructor(acts) {
    this.acts = acts;
    this.areOn = recall(STORED) !== false;
    this.lastAt = -Infinity;
    document.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** They can be switched off: some people's aids type single letters. */
  set isOn(isOn) {
    this.areOn = isOn;
    remember(STORED, isOn);
  }

  get isOn() {
    return this.areOn;
  }

  onKey(event) {
    const isAlone = event.timeStamp - this.lastAt >= ALONE_MS;
    this.lastAt = event.timeStamp;
    clearTimeout(this.pending);
    if (!this.isOn || !isAlone || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.(FIELDS)) return;
    const key = event.key.toLowerCase();
    if (key === " " && event.target.closest?.("button, a, summary")) return; // it presses that
    const act = this.acts[key];
    if (!act) return;
    event.preventDefault();
    this.pending = setTimeout(act, ALONE_MS);
  }
}
