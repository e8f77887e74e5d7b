/** The board: a row for each checkpoint, those that need attention on top. */

import { moreUrgent } from "./attention.js";
import { boardCells, matters } from "./board_cells.js";
import { make } from "./elements.js";
import { text } from "./texts.js";

// A browser lays a table out as a whole: with a thousand rows, several times a second, it has time for nothing else.
const STEP = 60;
const ARRANGE_EVERY_MS = 3000;
// Rows that move while somebody reads or points at them are a nuisance; but the pointer may lie there for days.
const READ_FOR_MS = 10_000;

export class BoardTable {
  /**
   * @param {HTMLTableSectionElement} body
   * @param {{empty: HTMLElement, more: HTMLButtonElement | null, filter: HTMLInputElement | null}} around
   *   said where there is no row; shows the next ones; what is typed to find some
   * @param {{id: number, name: string, district: string, address: string, lanes: {id: number, name: string}[]}[]} places
   * @param {object} labels
   */
  constructor(body, { empty, more, filter }, places, labels) {
    Object.assign(this, { body, empty, more, filter, labels });
    this.places = new Map(places.map((place) => [place.id, place]));
    this.found = new Map(places.map(({ id, name, district }) => [id, `${name} ${district}`.toLocaleLowerCase()]));
    this.headings = [...body.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    this.elements = new Map(); // those on the page
    this.toPaint = new Set();
    this.rows = new Map();
    this.hasHeard = false;
    this.most = STEP;
    this.arrangedAt = this.readAt = -Infinity;
    for (const event of ["pointermove", "pointerdown", "keydown", "focusin"]) body.addEventListener(event, () => { this.readAt = performance.now(); });
    filter?.addEventListener("input", () => this.arrange());
    more?.addEventListener("click", () => this.showMore());
    this.arrange();
  }

  nameOf = (row) => this.places.get(row.checkpoint_id).name;

  /** @param {Map<number, object>} rows all of them @param {object[]} changed those that are to be painted */
  show(rows, changed) {
    this.rows = rows;
    for (const row of changed) this.toPaint.add(row.checkpoint_id);
    if (!this.hasHeard) this.arrangedAt = this.readAt = -Infinity;
    this.hasHeard = true;
    if (!this.isPainting) requestAnimationFrame(() => this.paint());
    this.isPainting = true;
  }

  paint() {
    this.isPainting = false;
    if (this.mayArrange()) this.arrange();
    else this.later ??= setTimeout(() => { this.later = null; this.paint(); }, ARRANGE_EVERY_MS);
    for (const id of this.toPaint) this.fill(id);
    this.toPaint.clear();
  }

  mayArrange() {
    const now = performance.now();
    return now - this.arrangedAt >= ARRANGE_EVERY_MS && now - this.readAt >= READ_FOR_MS;
  }

  /** Put the most urgent of what is looked for on the page, and move as few rows as it takes. */
  arrange() {
    this.arrangedAt = performance.now();
    const ids = this.wanted();
    const shown = new Set(ids.slice(0, this.most));
    for (const [id, element] of this.elements) if (!shown.has(id)) this.remove(id, element);
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    let at = this.body.firstElementChild;
    for (const id of shown) {
      const element = this.elements.get(id) ?? this.add(id);
      if (element === at) at = at.nextElementSibling;
      else this.body.insertBefore(element, at);
    }
    if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
    this.empty.hidden = shown.size > 0;
    this.say(ids.length - shown.size);
  }

  /** The checkpoints to show, in their order. Before the first message, as the page names them. */
  wanted() {
    const typed = (this.filter?.value ?? "").trim().toLocaleLowerCase();
    const isFound = (id) => this.found.get(id)?.includes(typed); // a checkpoint may be newer than the page
    if (!this.hasHeard) return [...this.places.keys()].filter(isFound);
    const rows = [...this.rows.values()].filter((row) => isFound(row.checkpoint_id));
    return rows.sort((one, other) => moreUrgent(one, other, this.nameOf)).map((row) => row.checkpoint_id);
  }

  say(others) {
    if (!this.more) return;
    this.more.hidden = others === 0;
    this.more.textContent = text("more_checkpoints", { n: others });
  }

  showMore() {
    const last = this.body.lastElementChild;
    this.most += STEP;
    this.arrange();
    if (this.more.hidden) last.nextElementSibling?.querySelector("a").focus(); // the button that had it is gone
  }

  add(id) {
    const place = this.places.get(id);
    const name = make("th", {}, make("a", { text: place.name }));
    name.scope = "row";
    name.firstChild.href = place.address;
    const element = make("tr", { data: { checkpointId: String(id), level: "0" } }, name);
    this.elements.set(id, element);
    if (this.rows.has(id)) this.fill(id);
    else for (const heading of this.headings.slice(1)) element.append(make("td", { text: "…", data: { label: heading } }));
    return element;
  }

  remove(id, element) {
    element.remove();
    this.elements.delete(id);
  }

  fill(id) {
    const row = this.rows.get(id), element = this.elements.get(id);
    if (!row || !element) return;
    element.dataset.level = String(row.level);
    const [name, ...others] = element.children;
    for (const cell of others) cell.remove();
    for (const old of [...name.children].slice(1)) old.remove(); // the link stays, and with it the focus
    name.append(...matters(row));
    element.append(...boardCells(row, this.places.get(id), this.labels, this.headings));
  }
}
