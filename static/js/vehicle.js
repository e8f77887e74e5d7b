/** The plate of the vehicle in front: typed by the officer, and gone before the next vehicle. */

const GONE_AFTER_MS = 20_000; // since the last verdict

/** Events: `change` (detail: the plate as typed, "" for none). */
export class Vehicle extends EventTarget {
  /**
   * @param {HTMLFormElement} form with an input, a button that sets and one that clears
   * @param {HTMLElement} shown says in large letters which plate is set
   */
  constructor(form, shown) {
    super();
    this.form = form;
    this.input = form.querySelector("input");
    this.clearing = form.querySelector("[type=reset]");
    this.shown = shown;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.set(this.input.value.trim());
    });
    form.addEventListener("reset", () => this.set(""));
  }

  /** As typed; "" for none. */
  get plate() {
    return this.input.value.trim();
  }

  set(plate) {
    clearTimeout(this.going);
    this.input.value = plate;
    this.shown.querySelector("strong").textContent = plate;
    this.shown.hidden = this.clearing.hidden = plate === "";
    this.dispatchEvent(new CustomEvent("change", { detail: plate }));
  }

  /** A verdict was shown: some time after the last one the next vehicle stands there. */
  wasChecked() {
    clearTimeout(this.going);
    if (this.input.value) this.going = setTimeout(() => this.set(""), GONE_AFTER_MS);
  }
}
