/** The whole at a glance: what a supervisor reads from across the room. */

import { text } from "./texts.js";

export class BoardSums {
  /** @param {HTMLElement} element with a `[data-sum=NAME]` for each */
  constructor(element) {
    this.fields = new Map([...element.querySelectorAll("[data-sum]")].map((field) => [field.dataset.sum, field]));
  }

  show(rows) {
    const sums = { minute: 0, online: 0, lanes: 0, silent: 0, in: 0, out: 0, act: 0 };
    for (const row of rows.values()) {
      sums.minute += row.last_minute;
      sums.lanes += row.lanes.length;
      sums.in += row.turned_back_in;
      sums.out += row.turned_back_out;
      sums.act += row.level === 2 ? 1 : 0;
      for (const { state } of row.lanes) {
        if (state === "online") sums.online += 1;
        else if (state === "silent") sums.silent += 1;
      }
    }
    this.say("minute", String(sums.minute));
    this.say("lanes", text("lanes", { online: sums.online, all: sums.lanes }));
    this.say("silent", String(sums.silent));
    this.say("turned_back", text("in_and_out", { in: sums.in, out: sums.out }));
    this.say("act", String(sums.act));
  }

  say(name, words) {
    const field = this.fields.get(name);
    if (!field || field.textContent === words) return;
    field.textContent = words;
    field.closest("[data-none]")?.toggleAttribute("data-some", words !== "0");
  }
}
