/** What supervisors tell this lane: new ones over the camera's picture until the officer confirms, then a line. */

import { make } from "./elements.js";
import { text, timeOfDay } from "./texts.js";

const AGAIN_MS = 3000;
const TOGETHER_MS = 300; // what stands comes in several messages after a reconnect
const FIELDS = "input, select, textarea";

/** Events: `closed` (detail: whether the lane is), `direction` (detail: the one that was confirmed). */
export class Instructions extends EventTarget {
  /**
   * @param {HTMLElement} root templates/scans/instructions/at_lane.html
   * @param {{lines: HTMLElement, closed: HTMLElement, sounds: import("./sounds.js").Sounds, speech: import("./speech.js").Speech, directions: object}} parts
   */
  constructor(root, parts) {
    super();
    Object.assign(this, parts);
    this.list = root;
    this.announcer = document.getElementById("instruction-announcer");
    this.announced = new Set();
    this.pressed = new Set(); // confirmed by the officer, and not yet by the server
    this.standing = new Map(); // the oldest first
    this.isClosed = false;
  }

  /** @param {import("./lane_link.js").LaneLink} link of the shift that begins */
  attach(link, signal) {
    this.link = link;
    this.clear();
    this.show();
    const hear = (type, act) => link.addEventListener(type, ({ detail }) => act(detail), { signal });
    hear("shift", () => this.clear());
    hear("instruction", (detail) => this.take(detail));
    hear("instruction_gone", ({ id }) => this.drop(id));
    hear("confirmed", ({ id }) => this.confirmed(id));
    hear("error", (detail) => detail.instruction_id && this.failed(detail));
    hear("lane_state", ({ closed }) => {
      this.isClosed = closed;
      this.changed();
    });
  }

  clear() {
    this.standing.clear();
    this.isClosed = false;
    this.changed();
  }

  take(instruction) {
    const { id, confirmed } = instruction;
    this.standing.set(id, instruction);
    if (this.pressed.has(id)) {
      if (confirmed) this.confirmed(id); // the answer was lost, the word was not
      else this.say(id);
    }
    this.changed();
  }

  drop(id) {
    this.standing.delete(id);
    this.pressed.delete(id);
    this.changed();
  }

  /** A key of the officer's: the newest that waits for one. */
  confirmNewest() {
    this.list.querySelector("button")?.click();
  }

  confirm(id) {
    this.pressed.add(id);
    this.say(id);
    this.changed();
  }

  say(id) {
    this.link.say({ type: "confirm", id });
  }

  confirmed(id) {
    const instruction = this.standing.get(id);
    const isNews = this.pressed.delete(id);
    if (!instruction) return;
    this.standing.set(id, { ...instruction, confirmed: true });
    this.changed();
    if (isNews && instruction.kind === "direction") this.tell("direction", instruction.direction);
  }

  failed({ code, instruction_id: id }) {
    if (code === "check_failed") setTimeout(() => this.pressed.has(id) && this.say(id), AGAIN_MS);
    else this.drop(id);
  }

  changed() {
    this.showing ??= setTimeout(() => this.show(), TOGETHER_MS);
  }

  show() {
    clearTimeout(this.showing);
    this.showing = null;
    const newestFirst = [...this.standing.values()].reverse();
    const waiting = newestFirst.filter(({ confirmed }) => !confirmed);
    const hadFocus = this.list.contains(document.activeElement);
    this.list.replaceChildren(...waiting.map((one, place) => this.card(one, place === 0)));
    this.list.hidden = waiting.length === 0;
    if (hadFocus) this.list.querySelector("button")?.focus();
    this.lines.replaceChildren(...newestFirst.filter(({ confirmed }) => confirmed).map((one) => make("li", { text: `${this.sentence(one)} (${one.by})` })));
    this.lines.hidden = this.lines.childElementCount === 0;
    this.closed.hidden = !this.isClosed;
    this.tell("closed", this.isClosed);
    this.announce(waiting.filter(({ id }) => !this.announced.has(id)));
  }

  card(instruction, isNewest) {
    const { id, text: words, by, made_at: madeAt } = instruction;
    const isSent = this.pressed.has(id);
    const button = make("button", { data: { testid: "confirm-instruction" } }, text(isSent ? "instruction.sending" : "instruction.confirm"));
    button.type = "button";
    button.disabled = isSent;
    if (isNewest && !isSent) button.append(" ", make("kbd", { text: "C" }));
    button.addEventListener("click", () => this.confirm(id));
    return make("article", { className: "instruction", data: { testid: "instruction", kind: instruction.kind } },
      make("h2", { text: this.heading(instruction) }), make("p", { className: "said", text: words }),
      make("p", { className: "by", text: text("instruction.by", { by, time: timeOfDay(madeAt) }) }), button);
  }

  announce(news) {
    if (!news.length) return;
    for (const { id } of news) this.announced.add(id);
    const words = news.map((one) => this.sentence(one)).join(" ");
    this.announcer.textContent = words;
    this.sounds.play("instruction");
    this.speech.say(words);
    // On a phone the picture may have been scrolled away; but who is typing is left there.
    if (!document.activeElement?.matches(FIELDS)) this.list.scrollIntoView({ block: "nearest" });
  }

  heading({ kind, direction }) {
    return text(`instruction.${kind}`, { direction: this.directions[direction] ?? "" });
  }

  sentence(instruction) {
    return [this.heading(instruction), instruction.text].filter(Boolean).join(". ");
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
