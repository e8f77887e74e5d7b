/** The page locks when it is left alone; the officer's PIN opens it; the next officer may take over. */

import { post, takeToken } from "./post.js";
import { hasText, text } from "./texts.js";

const CHECK_EVERY_MS = 5000;

/** Events: `locked`, `unlocked`, `handed_over`. */
export class Lock extends EventTarget {
  /**
   * @param {HTMLDialogElement} dialog templates/scans/lock.html; its data attributes have the addresses
   * @param {{minutes: number, isLocked: boolean, hasPin: boolean}} start
   */
  constructor(dialog, { minutes, isLocked, hasPin }) {
    super();
    this.dialog = dialog;
    this.idleMs = minutes * 60_000;
    this.hasPin = hasPin;
    this.shiftId = ""; // which ends when the next officer takes over
    this.form = (name) => dialog.querySelector(`form[data-form="${name}"]`);
    dialog.addEventListener("cancel", (event) => this.isLocked && event.preventDefault());
    this.listen("unlock", dialog.dataset.unlock, () => this.unlocked());
    this.listen("hand-over", dialog.dataset.handOver, (answer) => this.handedOver(answer));
    this.listen("pin", dialog.dataset.pin, () => this.pinSet());
    dialog.querySelector("[data-part=close]").addEventListener("click", () => dialog.close());
    for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, () => this.touched(), { capture: true, passive: true });
    this.touched();
    this.isLocked = isLocked;
    if (isLocked) this.show("unlock");
  }

  /** Somebody is here: a touch, a key, a code before the camera. */
  touched() {
    this.touchedAt = performance.now();
  }

  start() {
    this.touched();
    clearInterval(this.watching);
    this.watching = setInterval(() => {
      if (performance.now() - this.touchedAt > this.idleMs) this.lock();
    }, CHECK_EVERY_MS);
  }

  stop() {
    clearInterval(this.watching);
  }

  /** The server says that this session is locked: another tab of it was. */
  wasLocked() {
    if (this.isLocked) return;
    this.isLocked = true;
    this.show("unlock");
  }

  /** At once on this screen; on the server as soon as it can be told. */
  async lock() {
    if (this.isLocked) return;
    this.isLocked = true;
    this.tell("locked");
    this.show("unlock");
    const answer = await post(this.dialog.dataset.lock, {});
    if (answer.ok) this.hasPin = answer.has_pin;
    this.show("unlock");
  }

  /** @param {"unlock" | "hand-over" | "pin"} name which form */
  show(name) {
    for (const form of this.dialog.querySelectorAll("form")) form.hidden = form.dataset.form !== name;
    // Locked, the next officer can take over as well.
    this.form("hand-over").hidden = name === "pin" || (name === "unlock" && !this.isLocked);
    this.form("unlock").querySelector("[data-part=by-pin]").hidden = !this.hasPin;
    this.form("unlock").querySelector("[data-part=by-password]").hidden = this.hasPin;
    this.dialog.querySelector("[data-part=close]").hidden = this.isLocked;
    document.body.classList.toggle("locked", this.isLocked);
    this.dialog.querySelector("h2").textContent = text(`lock.${this.isLocked ? "locked" : name}`);
    if (!this.dialog.open) this.dialog.showModal();
    const first = [...this.form(name).querySelectorAll("input:not([type=hidden])")].find((input) => !input.closest("[hidden]"));
    first?.focus();
  }

  listen(name, address, done) {
    const form = this.form(name);
    const message = form.querySelector("[role=alert]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      message.hidden = true;
      const fields = new FormData(form);
      fields.append("shift", this.shiftId);
      const answer = await post(address, fields);
      if (answer.ok) {
        form.reset();
        done(answer);
        return;
      }
      if (answer.code === "no_pin") {
        this.hasPin = false;
        this.show("unlock");
      }
      if (answer.code === "not_logged_in") location.reload();
      message.textContent = text(hasText(`lock.${answer.code}`) ? `lock.${answer.code}` : "lock.no_answer");
      message.hidden = false;
    });
  }

  open() {
    this.isLocked = false;
    document.body.classList.remove("locked");
    this.dialog.close();
    this.touched();
  }

  unlocked() {
    this.open();
    this.tell("unlocked");
  }

  handedOver({ csrf, has_pin: hasPin }) {
    takeToken(csrf);
    this.hasPin = hasPin;
    this.open();
    this.tell("handed_over");
  }

  pinSet() {
    this.hasPin = true;
    this.dialog.close();
  }

  tell(type) {
    this.dispatchEvent(new Event(type));
  }
}
