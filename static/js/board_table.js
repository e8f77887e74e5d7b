/** The board: a row for each checkpoint, those that need attention on top. */

import { moreUrgent } from "./attention.js";
import { boardCells, matters } from "./board_cells.js";
import { make } from "./elements.js";

// Rows that move while somebody reads or points at them are a nuisance.
const SORT_EVERY_MS = 3000;

export class BoardTable {
  /**
   * @param {HTMLTableSectionElement} body
   * @param {HTMLElement} emptyNote
   * @param {{id: number, name: string, lanes: {id: number, name: string}[]}[]} places
   * @param {object} labels
   */
  constructor(body, emptyNote, places, labels) {
    this.body = body;
    this.emptyNote = emptyNote;
    this.labels = labels;
    this.places = new Map(places.map((place) => [place.id, place]));
    this.headings = [...body.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    this.elements = new Map();
    this.toPaint = new Set();
    this.rows = new Map();
    this.sortedAt = -SORT_EVERY_MS;
    this.filter = document.getElementById("board-filter");
    this.filter?.addEventListener("input", () => this.hideOthers());
    for (const place of places) this.add(place.id);
    this.body.append(...this.elements.values());
    this.emptyNote.hidden = places.length > 0;
  }

  nameOf = (row) => this.places.get(row.checkpoint_id)?.name ?? "";

  show(rows, changed) {
    this.rows = rows;
    for (const row of changed) this.toPaint.add(row.checkpoint_id);
    if (!this.isPainting) requestAnimationFrame(() => this.paint());
    this.isPainting = true;
  }

  paint() {
    this.isPainting = false;
    for (const id of this.toPaint) {
      const row = this.rows.get(id);
      if (!row || !this.places.has(id)) continue; // a checkpoint that is newer than the page
      const element = this.elements.get(id) ?? this.add(id);
      element.dataset.level = String(row.level);
      const [name, ...others] = element.children;
      for (const cell of others) cell.remove();
      for (const old of [...name.children].slice(1)) old.remove(); // the link stays, and with it the focus
      name.append(...matters(row));
      element.append(...boardCells(row, this.places.get(id), this.labels, this.headings));
    }
    this.toPaint.clear();
    for (const [id, element] of this.elements) element.hidden = this.isHidden(id);
    this.sort();
  }

  add(id) {
    const place = this.places.get(id);
    const name = make("th", {}, make("a", { text: place.name }));
    name.scope = "row";
    name.firstChild.href = place.address;
    const element = make("tr", { data: { checkpointId: String(id), level: "0" } }, name);
    for (const heading of this.headings.slice(1)) element.append(make("td", { text: "…", data: { label: heading } }));
    this.elements.set(id, element);
    return element;
  }

  /** Move as few rows as it takes, and none while the pointer or the keyboard is in the table. */
  sort() {
    const now = performance.now();
    const isRead = this.body.matches(":hover") || this.body.contains(document.activeElement);
    if (now - this.sortedAt < SORT_EVERY_MS || isRead) return;
    this.sortedAt = now;
    const sorted = [...this.rows.values()].filter((row) => this.elements.has(row.checkpoint_id))
      .sort((one, other) => moreUrgent(one, other, this.nameOf));
    let at = this.body.firstElementChild;
    for (const row of sorted) {
      const element = this.elements.get(row.checkpoint_id);
      if (element === at) at = at.nextElementSibling;
      else this.body.insertBefore(element, at);
    }
  }

  isHidden(id) {
    const wanted = (this.filter?.value ?? "").trim().toLocaleLowerCase();
    const gone = this.rows.size > 0 && !this.rows.has(id);
    return gone || !`${this.places.get(id).name} ${this.places.get(id).district}`.toLocaleLowerCase().includes(wanted);
  }

  hideOthers() {
    for (const [id, element] of this.elements) element.hidden = this.isHidden(id);
    this.emptyNote.hidden = [...this.elements.values()].some((element) => !element.hidden);
  }
}
