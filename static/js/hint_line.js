/** One line under the picture: what to do so that a code that is seen can be read. */

import { text } from "./texts.js";

const SHOWN_MS = 2500; // a code in view is tried once a second

export class HintLine {
  /** @param {HTMLElement} line a live region */
  constructor(line) {
    this.line = line;
  }

  /** @param {EventTarget} shift the one that begins */
  attach(shift) {
    this.show("");
    shift.addEventListener("hint", ({ detail }) => this.show(detail.hint));
    shift.addEventListener("verdicts", () => this.show(""));
  }

  /** @param {string} hint a code; "" for none */
  show(hint) {
    clearTimeout(this.hiding);
    const words = hint ? text(`hint.${hint}`) : "";
    if (this.line.textContent !== words) this.line.textContent = words; // else it would be read out again
    this.line.dataset.hint = hint;
    if (hint) this.hiding = setTimeout(() => this.show(""), SHOWN_MS);
  }
}
