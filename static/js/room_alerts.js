/** The alerts that are not resolved: the gravest first, and to be acted on from here. */

import { make } from "./elements.js";
import { text, timeOfDay } from "./texts.js";

export class RoomAlerts {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} emptyNote
   * @param {{kinds: Record<string, string>, severities: Record<string, string>, hits: Record<string, string>}} words
   */
  constructor(list, emptyNote, words) {
    this.list = list;
    this.emptyNote = emptyNote;
    this.words = words;
    this.token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    list.addEventListener("submit", (event) => this.act(event));
  }

  /** @param {object[]} alerts all of them; what has the focus keeps it */
  show(alerts) {
    const focused = document.activeElement?.closest?.("[data-alert]")?.dataset.alert;
    this.list.replaceChildren(...alerts.map((alert) => this.item(alert)));
    this.emptyNote.hidden = alerts.length > 0;
    if (focused) this.list.querySelector(`[data-alert="${focused}"] a`)?.focus();
  }

  item(alert) {
    const link = make("a", { text: this.heading(alert) });
    link.href = `/alerts/${alert.id}/`;
    const where = alert.checkpoint ? [alert.checkpoint, alert.lane].filter(Boolean).join(" · ") : text("whole_site");
    const seen = alert.times > 1 ? text("seen_times", { n: alert.times, time: timeOfDay(alert.last_at) }) : timeOfDay(alert.raised_at);
    const item = make("li", { data: { alert: String(alert.id), severity: alert.severity, testid: "room-alert" } },
      make("strong", { className: "severity", text: this.words.severities[alert.severity] }), link,
      make("span", { text: where }), make("span", { className: "quiet-text", text: seen }));
    if (alert.owner) item.append(make("span", { className: "quiet-text", text: text("owner", { name: alert.owner }) }));
    if (alert.acknowledged) item.classList.add("acknowledged");
    else item.append(this.form(alert));
    return item;
  }

  heading({ kind, level }) {
    const words = this.words.kinds[kind] ?? kind;
    return level ? `${words}: ${this.words.hits[level]}` : words;
  }

  form(alert) {
    const form = make("form", {}, ...[["acknowledge", "acknowledge"], ["take", "take"]].map(([act, words]) => {
      const button = make("button", { className: "quiet", text: text(words) });
      button.name = "act";
      button.value = act;
      return button;
    }));
    form.method = "post";
    form.action = `/alerts/${alert.id}/act/`;
    return form;
  }

  /** The answer comes over the socket, as it does to everybody else who looks. */
  async act(event) {
    event.preventDefault();
    const body = new URLSearchParams({ act: event.submitter.value, csrfmiddlewaretoken: this.token });
    event.submitter.disabled = true;
    const answer = await fetch(event.target.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    const isDone = answer && (answer.ok || answer.type === "opaqueredirect");
    if (isDone) return;
    event.submitter.disabled = false;
    event.target.append(make("span", { className: "error", text: text("not_done") }));
  }
}
