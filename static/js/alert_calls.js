/** Calls for whoever does not look: a sound, a notification, and a number in the page's title. */

import { recall, remember } from "./remembered.js";
import { Sounds } from "./sounds.js";
import { text } from "./texts.js";

const LOUD = { critical: "refuse", high: "hold" };

const placeOf = (alert) => alert.checkpoint || text("whole_site");

export class AlertCalls {
  /**
   * @param {HTMLButtonElement} button on: calls are wanted. Browsers let a page sound only after a click.
   * @param {HTMLElement} said what a screen reader says
   * @param {(alert: object) => string} heading
   */
  constructor(button, said, heading) {
    this.button = button;
    this.said = said;
    this.heading = heading;
    this.sounds = new Sounds();
    this.title = document.title;
    this.known = null; // what was there when the page came is no news
    this.isWanted = false;
    button.addEventListener("click", () => this.choose(!this.isWanted));
    // A press on the button itself is its own click.
    this.begin = ({ target }) => button.contains(target) || this.choose(true);
    if (recall("alert-calls")) addEventListener("pointerdown", this.begin);
    this.say();
  }

  choose(isWanted) {
    removeEventListener("pointerdown", this.begin);
    this.isWanted = isWanted;
    remember("alert-calls", isWanted);
    if (isWanted) {
      this.sounds.unlock();
      this.sounds.play("hold");
      if (window.Notification?.permission === "default") Notification.requestPermission();
    }
    this.say();
  }

  say() {
    this.button.setAttribute("aria-pressed", String(this.isWanted));
  }

  /** News is one that was not there before, or was acknowledged and is seen again. */
  show(alerts) {
    const open = alerts.filter(({ acknowledged }) => !acknowledged);
    document.title = open.length ? `(${open.length}) ${this.title}` : this.title;
    const news = this.known ? open.filter(({ id }) => !this.known.has(id)) : [];
    this.known = new Set(open.map(({ id }) => id));
    if (news.length) this.said.textContent = news.map((alert) => `${this.heading(alert)}, ${placeOf(alert)}`).join("; ");
    const gravest = news.find(({ severity }) => severity in LOUD);
    if (!gravest || !this.isWanted) return;
    this.sounds.play(LOUD[gravest.severity]);
    if (window.Notification?.permission === "granted" && document.hidden) this.notify(gravest);
  }

  /** Nothing of a person: it may stand on a locked screen. */
  notify(alert) {
    const notification = new Notification(this.heading(alert), { body: placeOf(alert), tag: `alert-${alert.id}` });
    notification.onclick = () => {
      window.focus();
      location.assign(`/alerts/${alert.id}/`);
    };
  }
}
