/** A driver without a code: shows the public page's code, or declares for them with their card. */

import { fillIn } from "./card_fields.js";
import { FrameMaker } from "./capture.js";
import { post } from "./post.js";
import { hasText, text } from "./texts.js";

const BETWEEN_FRAMES_MS = 250;

/** Events: `declared` (detail: the new permit's serial). */
export class NoCode extends EventTarget {
  /**
   * @param {HTMLDialogElement} dialog templates/scans/no_code.html
   * @param {HTMLVideoElement} video the lane's own camera
   */
  constructor(dialog, video) {
    super();
    this.dialog = dialog;
    this.video = video;
    this.form = dialog.querySelector("form");
    this.status = dialog.querySelector("[data-part=status]");
    this.result = dialog.querySelector("[data-part=result]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.declare();
    });
    dialog.querySelector("[data-part=close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.stopReading());
  }

  /** @param {string} plate of the vehicle in front, where it is known */
  open(plate) {
    this.form.reset();
    this.form.hidden = false;
    this.result.hidden = true;
    this.showFaults({});
    this.form.elements.namedItem("plate").value = plate;
    this.dialog.showModal();
    this.form.elements.namedItem("full_name").focus();
    this.read();
  }

  /** The lane's camera is read for a citizen card until one has filled in the form. */
  async read() {
    const run = (this.run = Symbol());
    const frames = new FrameMaker((width, height) => Object.assign(document.createElement("canvas"), { width, height }));
    this.say(this.video.videoWidth ? "waiting" : "no_camera");
    while (this.run === run) {
      const size = { width: this.video.videoWidth, height: this.video.videoHeight };
      const frame = size.width ? await frames.make(this.video, size).catch(() => null) : null;
      if (frame && this.run === run) await this.send(frame, frames, run);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_FRAMES_MS));
    }
  }

  async send(frame, frames, run) {
    const answer = await post(this.dialog.dataset.card, { picture: new Blob([frame.image], { type: "image/jpeg" }) });
    if (this.run !== run) return;
    frames.changes.answered(0);
    if (answer.found === "other_code") this.say("other_code");
    if (answer.found !== "card") return;
    this.stopReading();
    fillIn(answer.card, "#no-code form");
    const origin = this.form.elements.namedItem("origin");
    if (!origin.value) origin.value = answer.card.address ?? "";
    this.say("filled");
    this.form.elements.namedItem(origin.value ? "destination" : "origin").focus();
  }

  stopReading() {
    this.run = null;
  }

  async declare() {
    this.showFaults({});
    const answer = await post(this.dialog.dataset.declare, new FormData(this.form));
    if (!answer.ok) {
      this.showFaults(answer.faults ?? {});
      if (!answer.faults) this.say(hasText(`no_code.${answer.code}`) ? answer.code : "no_answer");
      return;
    }
    this.stopReading();
    this.form.hidden = true;
    this.result.hidden = false;
    this.result.querySelector("[data-part=serial]").textContent = answer.serial;
    this.showCode(answer.code);
    this.say("declared");
    this.dialog.querySelector("[data-part=close]").focus();
    this.dispatchEvent(new CustomEvent("declared", { detail: answer.serial }));
  }

  /** The server's drawing of the private link, as a picture: no markup from outside goes into the page. */
  showCode(drawing) {
    const image = this.result.querySelector("img");
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(new Blob([drawing], { type: "image/svg+xml" }));
  }

  showFaults(faults) {
    for (const place of this.form.querySelectorAll("[data-fault]")) {
      const [fault] = faults[place.dataset.fault] ?? [];
      place.textContent = fault?.message ?? "";
      place.hidden = !fault;
      const field = this.form.elements.namedItem(place.dataset.fault);
      field.setAttribute("aria-invalid", String(Boolean(fault)));
    }
    this.form.querySelector("[aria-invalid=true]")?.focus();
  }

  say(code) {
    this.status.textContent = text(`no_code.${code}`);
  }
}
