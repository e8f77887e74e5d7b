/** The live feed: the newest scan on top. */

import { make, outcomeIcon } from "./elements.js";
import { moment, text } from "./texts.js";

const KEPT = 200;

export class Feed {
  /**
   * @param {HTMLTableSectionElement} body
   * @param {HTMLElement} emptyNote
   * @param {HTMLElement} leftOut says that some are not shown
   * @param {{outcomes: object, reasons: object, directions: object}} labels
   */
  constructor(body, emptyNote, leftOut, labels) {
    this.body = body;
    this.emptyNote = emptyNote;
    this.leftOut = leftOut;
    this.labels = labels;
    this.headings = [...body.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent);
    this.rows = new Map();
    this.lastId = 0;
    this.isPainting = false;
  }

  /** @param {{rows: object[], fresh: boolean, left_out: number}} feed rows oldest first; fresh: they replace all */
  take({ rows, fresh, left_out }) {
    this.leftOut.hidden = !left_out;
    this.leftOut.textContent = text("left_out", { n: left_out });
    if (fresh) {
      this.rows.clear();
      this.lastId = 0;
    }
    for (const row of rows) {
      this.rows.set(row.scan_id, row);
      this.lastId = Math.max(this.lastId, row.id);
    }
    for (const scanId of this.rows.keys()) {
      if (this.rows.size <= KEPT) break;
      this.rows.delete(scanId);
    }
    if (!this.isPainting) requestAnimationFrame(() => this.paint());
    this.isPainting = true;
  }

  /** Add what is not on the screen yet, in one go however much has come. */
  paint() {
    this.isPainting = false;
    const painted = new Map([...this.body.rows].map((row) => [row.dataset.scanId, row]));
    for (const [scanId, element] of painted) if (!this.rows.has(scanId)) element.remove();
    const fresh = [...this.rows.values()].filter((row) => !painted.has(row.scan_id));
    this.body.prepend(...fresh.reverse().map((row) => this.element(row)));
    this.emptyNote.hidden = this.rows.size > 0;
  }

  element(row) {
    const { outcomes, reasons, directions } = this.labels;
    const element = make("tr", { data: { testid: "feed-row", scanId: row.scan_id, outcome: row.outcome } });
    const outcome = make("span", { className: "mark" }, outcomeIcon(row.outcome), outcomes[row.outcome]);
    const when = make("a", { text: moment(row.recorded_at) });
    when.href = `/scans/${row.scan_id}/`;
    const cells = [when, row.checkpoint, row.lane, directions[row.direction], outcome, reasons[row.reason] ?? row.reason, row.number];
    cells.forEach((content, index) => {
      element.append(make("td", { data: { label: this.headings[index] } }, content || "–"));
    });
    return element;
  }
}
