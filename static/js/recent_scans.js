/** The last ten scans of this lane, the newest on top. */

import { make, outcomeIcon } from "./elements.js";
import { text, timeOfDay } from "./texts.js";

const KEPT = 10;

export class RecentScans {
  constructor(list, emptyNote, labels) {
    this.list = list;
    this.emptyNote = emptyNote;
    this.labels = labels;
  }

  /** As at the start of a shift. */
  clear() {
    this.list.replaceChildren();
    this.emptyNote.hidden = false;
  }

  add(verdict) {
    const known = this.list.querySelector(`[data-scan-id="${CSS.escape(verdict.scan_id)}"]`);
    if (known) return;
    this.emptyNote.hidden = true;
    const who = verdict.subject?.name ?? text(`payload.${verdict.payload_kind}`);
    const reason = verdict.reasons[0];
    this.list.prepend(
      make("li", { data: { outcome: verdict.outcome, scanId: verdict.scan_id } },
        make("time", { text: timeOfDay(verdict.captured_at) }),
        make("span", { className: "mark" }, outcomeIcon(verdict.outcome), this.labels.outcomes[verdict.outcome]),
        make("span", { className: "who", text: who }),
        make("span", { className: "why", text: reason ? this.labels.reasons[reason] ?? reason : "" })),
    );
    while (this.list.children.length > KEPT) this.list.lastElementChild.remove();
  }
}
