/** The alerts that are not resolved: the gravest first, and to be acted on from here. */

import { make } from "./elements.js";
import { moment, text } from "./texts.js";

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
    this.shown = new Map(); // by id: the alert as text, and its item
    list.addEventListener("submit", (event) => this.act(event));
  }

  /** @param {object[]} alerts all of them; what has not changed stays, and what has the focus keeps it */
  show(alerts) {
    const focused = this.list.contains(document.activeElement) ? document.activeElement : null;
    const [alert, act] = [focused?.closest("[data-alert]").dataset.alert, focused?.value];
    const before = this.shown;
    this.shown = new Map(alerts.map((one) => [one.id, this.kept(before.get(one.id), one)]));
    for (const [id, { item }] of before) if (this.shown.get(id)?.item !== item) item.remove();
    let at = this.list.firstElementChild;
    for (const { item } of this.shown.values()) {
      if (item === at) at = at.nextElementSibling;
      else this.list.insertBefore(item, at);
    }
    this.emptyNote.hidden = alerts.length > 0;
    if (!focused || focused === document.activeElement) return;
    const item = this.list.querySelector(`[data-alert="${alert}"]`);
    (item?.querySelector(`button[value="${act}"]`) ?? item?.querySelector("a"))?.focus();
  }

  kept(before, alert) {
    const said = JSON.stringify(alert);
    return before?.said === said ? before : { said, item: this.item(alert) };
  }

  item(alert) {
    const link = make("a", { text: this.heading(alert) });
    link.href = `/alerts/${alert.id}/`;
    const where = alert.checkpoint ? [alert.checkpoint, alert.lane].filter(Boolean).join(" · ") : text("whole_site");
    const seen = alert.times > 1 ? text("seen_times", { n: alert.times, time: moment(alert.last_at) }) : moment(alert.raised_at);
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
    const { submitter, target } = event;
    if (submitter.ariaDisabled === "true") return; // truly disabled it would lose the focus
    target.querySelector(".error")?.remove();
    const body = new URLSearchParams({ act: submitter.value, csrfmiddlewaretoken: this.token });
    submitter.ariaDisabled = "true";
    const answer = await fetch(target.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
    const isDone = answer && (answer.ok || answer.type === "opaqueredirect");
    if (isDone) return;
    submitter.ariaDisabled = "false";
    const error = make("span", { className: "error", text: text("not_done") });
    error.setAttribute("role", "alert");
    target.append(error);
  }
}
