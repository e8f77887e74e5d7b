/** The table of checkpoints. */

import { make } from "./elements.js";
import { OUTCOMES } from "./protocol.js";
import { text } from "./texts.js";

const SHARES = 3; // the cell that wants a line of its own on a phone

export class Totals {
  /**
   * @param {HTMLTableSectionElement} body
   * @param {HTMLElement} emptyNote
   * @param {{outcomes: object}} labels
   */
  constructor(body, emptyNote, labels) {
    this.body = body;
    this.emptyNote = emptyNote;
    this.labels = labels;
    this.headings = [...body.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent);
  }

  /** @param {{checkpoints: object[]}} totals */
  take({ checkpoints }) {
    this.emptyNote.hidden = checkpoints.length > 0;
    this.body.replaceChildren(...checkpoints.map((checkpoint) => this.row(checkpoint)));
  }

  row(of) {
    const online = make("span", { className: of.lanes_online ? "online" : "offline", text: text("lanes", { online: of.lanes_online, all: of.lanes }) });
    const median = of.median_ms === null ? "–" : text("milliseconds", { ms: of.median_ms });
    const cells = [online, String(of.last_minute), String(of.last_hour), this.shares(of), median];
    const row = make("tr", { data: { checkpointId: String(of.checkpoint_id) } });
    const name = make("th", { text: of.name });
    name.scope = "row";
    row.append(name, ...cells.map((content, index) =>
      make("td", { className: index === SHARES ? "wide" : "", data: { label: this.headings[index + 1] } }, content)));
    return row;
  }

  /** The three shares as numbers, and as a bar that says the same to the eye. */
  shares(of) {
    if (!of.last_hour) return "–";
    const bar = make("span", { className: "bar" });
    const numbers = make("span", { className: "numbers" });
    bar.setAttribute("aria-hidden", "true");
    for (const outcome of OUTCOMES) {
      const share = (100 * of[outcome]) / of.last_hour;
      const piece = make("span", { data: { outcome } });
      piece.style.flexGrow = String(of[outcome]);
      if (of[outcome]) bar.append(piece);
      numbers.append(make("span", { className: "share", data: { outcome } },
        make("span", { className: "visually-hidden", text: `${this.labels.outcomes[outcome]} ` }), `${Math.round(share)}%`));
    }
    return make("span", { className: "shares" }, bar, numbers);
  }
}
