/** The list of checks: which runs, how each ended, in words and not by colour alone. */

import { text } from "./texts.js";

export class CheckList {
  /**
   * @param {HTMLElement} list its items have `data-check`
   * @param {{outcomes: Record<string, {state: string, words: string}>, states: Record<string, string>,
   *   values: Record<string, string>}} words
   * @param {{yes: string, no: string}} yesNo
   */
  constructor(list, words, yesNo) {
    this.list = list;
    this.words = words;
    this.yesNo = yesNo;
    this.clear();
  }

  clear() {
    this.found = [];
    for (const item of this.list.querySelectorAll("[data-check]")) this.fill(item, "", {});
  }

  /**
   * Run one check and show what it found. One that throws, as only a browser's fault can make it, is
   * left out.
   * @param {string[]} names what it finds out about
   * @param {() => Promise<{name: string, code: string, values?: object}[]>} check
   */
  async take(names, check) {
    for (const name of names) this.fill(this.item(name), "running", { state: text("test.checking") });
    const found = await check().catch(() => []);
    for (const name of names) {
      const one = found.find((each) => each.name === name);
      if (one) this.show(one);
      else this.fill(this.item(name), "skipped", { state: this.words.states.skipped });
    }
  }

  show({ name, code, values = {} }) {
    const outcome = this.words.outcomes[`${name}.${code}`];
    this.found.push({ name, code, values });
    const shown = Object.entries(values).map(([value, n]) => this.valueWords(value, n));
    this.fill(this.item(name), outcome.state, {
      state: this.words.states[outcome.state],
      words: outcome.words,
      values: shown.join(" · "),
    });
  }

  valueWords(value, n) {
    const shown = typeof n === "boolean" ? (n ? this.yesNo.yes : this.yesNo.no) : String(n);
    return this.words.values[value].replace("{n}", shown);
  }

  /** The names, in the reader's language, of the checks that ended like this. */
  labelsOf(state) {
    const items = [...this.list.querySelectorAll(`[data-state="${state}"]`)];
    return items.map((item) => item.querySelector("h2").textContent);
  }

  item(name) {
    return this.list.querySelector(`[data-check="${name}"]`);
  }

  fill(item, kind, { state = "", words = "", values = "" }) {
    item.dataset.state = kind;
    item.querySelector(".check-state").textContent = state;
    item.querySelector(".check-words").textContent = words;
    item.querySelector(".check-values").textContent = values;
  }
}
