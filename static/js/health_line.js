/** One quiet line of how the page is doing: network, camera, light, what waits to be sent. */

import { text } from "./texts.js";

export class HealthLine {
  /** @param {HTMLElement} line with a span `[data-part]` for each */
  constructor(line) {
    this.line = line;
  }

  /** @param {{fps?: number, light?: string}} camera */
  showCamera({ fps, light }) {
    this.set("fps", fps === undefined ? "" : text("health.fps", { n: Math.round(fps) }));
    this.set("light", light ? text(`health.light_${light}`) : "", light === "dark");
  }

  showUnsent(count) {
    this.set("unsent", count ? text("health.unsent", { n: count }) : "", count > 0);
  }

  set(name, words, isTrouble = false) {
    const part = this.line.querySelector(`[data-part="${name}"]`);
    if (part.textContent === words) return;
    part.textContent = words;
    part.hidden = words === "";
    part.classList.toggle("trouble", isTrouble);
  }
}
