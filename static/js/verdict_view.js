/** The big verdict, and beside it the smaller ones of other codes in the same picture. */

import { afterPaint } from "./after_paint.js";
import { make, outcomeIcon } from "./elements.js";
import { dateAndTime, kindName, text } from "./texts.js";

const LATEST_MS = 10_000;

export class VerdictView {
  /**
   * @param {HTMLElement} panel `[data-testid=verdict]`
   * @param {HTMLElement} others where the smaller ones stand
   * @param {HTMLElement} announcer read out by screen readers
   * @param {{outcomes: object, reasons: object, hits: object}} labels
   */
  constructor(panel, others, announcer, labels) {
    this.panel = panel;
    this.others = others;
    this.announcer = announcer;
    this.labels = labels;
    this.invitation = [...panel.childNodes];
  }

  /** As at the start of a shift. */
  clear() {
    for (const name of ["reason", "scanId", "elapsedMs"]) delete this.panel.dataset[name];
    this.panel.dataset.outcome = "";
    this.panel.replaceChildren(...this.invitation);
    this.others.replaceChildren();
    this.announcer.textContent = "";
  }

  /** @param {object[]} verdicts the first is shown large */
  show([large, ...small]) {
    this.paint(large);
    this.others.replaceChildren();
    // The gravest is what is to be done: it waits for nothing, and the others come a picture later.
    if (small.length) afterPaint(() => this.showSmall(large, small));
    this.announcer.textContent = this.sentence(large);
    this.measure(large);
    this.keepLatest();
  }

  showSmall(large, small) {
    if (this.panel.dataset.scanId !== large.scan_id) return; // another was shown meanwhile
    this.others.replaceChildren(...small.map((verdict) => this.card(verdict)));
  }

  /** The code is still in view. Left alone, the verdict fades: it is not the next driver's. */
  keepLatest() {
    clearTimeout(this.fading);
    this.panel.classList.remove("past");
    this.fading = setTimeout(() => this.fade(), LATEST_MS);
  }

  fade() {
    this.panel.classList.add("past");
  }

  paint(verdict) {
    const { panel } = this;
    delete panel.dataset.elapsedMs;
    Object.assign(panel.dataset, {
      outcome: verdict.outcome,
      reason: verdict.reasons[0] ?? "",
      scanId: verdict.scan_id,
    });
    panel.replaceChildren(this.headline(verdict, "h2"), this.reasons(verdict), this.subject(verdict), make("p", { className: "elapsed" }));
  }

  /** When the verdict is on the screen, say how long that took since the picture was taken. */
  measure(verdict) {
    afterPaint(() => {
      if (this.panel.dataset.scanId !== verdict.scan_id) return;
      const elapsed = Math.max(0, Math.round(performance.now() - verdict.takenAt));
      this.panel.dataset.elapsedMs = String(elapsed);
      this.panel.querySelector(".elapsed").textContent = text("elapsed", { ms: elapsed });
    });
  }

  headline(verdict, tag) {
    return make(tag, { className: "headline" }, outcomeIcon(verdict.outcome), make("span", { text: this.labels.outcomes[verdict.outcome] }));
  }

  reasons(verdict) {
    const list = make("ul", { className: "reasons" });
    for (const reason of verdict.reasons) {
      list.append(make("li", { text: this.labels.reasons[reason] ?? reason }));
      if (reason !== "watchlisted") continue;
      for (const hit of verdict.hits) list.append(make("li", { className: "hit", text: this.labels.hits[hit] ?? hit }));
    }
    return list;
  }

  subject({ subject }) {
    const details = make("dl", { className: "subject" });
    if (!subject) return details;
    const add = (name, value, className = "") => {
      if (!value) return;
      details.append(make("div", { className }, make("dt", { text: text(name) }), make("dd", { text: String(value) })));
    };
    add("name", subject.name, "wide name");
    add("number", subject.number);
    add("birth_year", subject.birth_year);
    add("plate", subject.plate);
    add("kind", kindName(subject.kind));
    add("route", subject.origin && `${subject.origin} → ${subject.destination}`, "wide");
    add("validity", subject.valid_from && `${dateAndTime(subject.valid_from)} – ${dateAndTime(subject.valid_until)}`, "wide");
    add("companions", subject.companions?.map(({ name, number }) => `${name} (${number})`).join(", "), "wide");
    add("serial", subject.serial);
    add("of_permits", subject.of_permits > 1 && text("best_of", { n: subject.of_permits }), "wide");
    return details;
  }

  card(verdict) {
    return make("article", { className: "other", data: { outcome: verdict.outcome, scanId: verdict.scan_id } },
      this.headline(verdict, "h3"), make("p", { text: verdict.subject?.name ?? "" }), this.reasons(verdict));
  }

  sentence(verdict) {
    const reasons = verdict.reasons.map((reason) => this.labels.reasons[reason] ?? reason);
    return [this.labels.outcomes[verdict.outcome], verdict.subject?.name, ...reasons].filter(Boolean).join(". ");
  }
}
