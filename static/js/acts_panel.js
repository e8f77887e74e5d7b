/** The car in front, the officer's acts on it, and the cars that wait for one. Shows and asks; decides nothing. */

import { make, outcomeIcon } from "./elements.js";
import { text } from "./texts.js";

const UNDO_SECONDS = 10;

/** Events: `act` (detail: {car, act, reason, note}), `undo`, `next`. */
export class ActsPanel extends EventTarget {
  /**
   * @param {HTMLElement} panel templates/scans/acts.html
   * @param {{outcomes: object}} labels
   */
  constructor(panel, labels) {
    super();
    this.panel = panel;
    this.labels = labels;
    this.part = (name) => panel.querySelector(`[data-part="${name}"]`);
    this.note = panel.querySelector("textarea");
    this.chosen = null; // a car that waits, and is decided on before the one in front
    for (const button of panel.querySelectorAll("[data-act]")) button.addEventListener("click", () => this.choose(button.dataset.act));
    for (const button of panel.querySelectorAll("[data-reason]")) button.addEventListener("click", () => this.act("let_through", button.dataset.reason));
    this.part("cancel").addEventListener("click", () => this.askReason(false));
    this.part("undo").addEventListener("click", () => this.undo());
    this.part("next").addEventListener("click", () => this.tell("next"));
  }

  /** A key of the officer's: the act with that number, or while a reason is asked for, the reason. */
  press(number) {
    const buttons = this.isAsking ? this.panel.querySelectorAll("[data-reason]") : this.panel.querySelectorAll("[data-act]");
    buttons[number - 1]?.click();
  }

  get isAsking() {
    return !this.part("reasons").hidden;
  }

  /** Which car an act is about. */
  get car() {
    return this.chosen ?? this.cars.current;
  }

  show(cars) {
    this.cars = cars;
    if (!cars.undecided.includes(this.chosen)) this.chosen = null;
    const { outcome, standing } = this.car;
    this.panel.dataset.outcome = outcome;
    this.panel.classList.toggle("chosen", this.chosen !== null);
    const sum = this.part("sum");
    const words = outcome ? this.labels.outcomes[outcome] : text("car.empty");
    sum.replaceChildren(...(outcome ? [outcomeIcon(outcome)] : []), words);
    this.part("people").textContent = standing.length > 1 || this.chosen ? this.names(this.car) : "";
    this.part("next").hidden = this.cars.current.isEmpty;
    this.part("undecided").replaceChildren(...cars.undecided.map((car) => this.waiting(car)));
    this.part("undecided-box").hidden = cars.undecided.length === 0;
  }

  names(car) {
    return car.standing.map(({ subject, payload_kind: kind }) => subject?.name || text(`payload.${kind}`)).join(", ");
  }

  /** A car that drove aside: press it to decide on it. */
  waiting(car) {
    const button = make("button", { className: "quiet", data: { outcome: car.outcome } },
      outcomeIcon(car.outcome), make("span", { text: this.names(car) }));
    button.type = "button";
    button.setAttribute("aria-pressed", String(car === this.chosen));
    button.addEventListener("click", () => {
      this.chosen = car === this.chosen ? null : car;
      this.show(this.cars);
    });
    return make("li", {}, button);
  }

  choose(act) {
    if (act === "let_through") this.askReason(true);
    else this.act(act, "");
  }

  askReason(isAsking) {
    this.part("reasons").hidden = !isAsking;
    this.part("acts").hidden = isAsking;
    this.panel.querySelector(isAsking ? "[data-reason]" : "[data-act]").focus({ preventScroll: true });
  }

  act(act, reason) {
    const note = this.note.value.trim();
    if (reason === "other" && !note) {
      this.say("act.note_needed");
      this.part("note-box").open = true;
      this.note.focus();
      return;
    }
    if (this.isAsking) this.askReason(false);
    this.say("");
    this.note.value = "";
    this.part("note-box").open = false;
    const { car } = this;
    this.chosen = null;
    this.tell("act", { car, act, reason, note });
    this.offerUndo(act);
  }

  offerUndo(act) {
    clearInterval(this.counting);
    let left = UNDO_SECONDS;
    const showLeft = () => (this.part("undo-seconds").textContent = String(left));
    this.part("done").textContent = text(`act.${act}`);
    this.part("undo-bar").hidden = false;
    showLeft();
    this.counting = setInterval(() => {
      left -= 1;
      showLeft();
      if (left <= 0) this.endUndo();
    }, 1000);
  }

  undo() {
    if (this.part("undo-bar").hidden) return;
    this.endUndo();
    this.tell("undo");
  }

  endUndo() {
    clearInterval(this.counting);
    this.part("undo-bar").hidden = true;
  }

  /** As at the start of a shift. */
  clear() {
    this.endUndo();
    this.chosen = null;
    this.note.value = "";
    if (this.isAsking) this.askReason(false);
    this.say("");
  }

  say(name, values = {}) {
    this.part("message").textContent = name ? text(name, values) : "";
    this.part("message").hidden = !name;
  }

  tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
