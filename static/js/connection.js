/** The connection, said plainly: a quiet line while it is there, a large one while it is not. */

import { CLOSE_NOT_LOGGED_IN } from "./protocol.js";
import { text } from "./texts.js";

/**
 * @param {HTMLElement} line `[data-testid=connection]`
 * @param {HTMLElement} alarm shown while nothing gets through
 * @param {{state: string, code?: number, roundTrip?: number}} detail a socket's `state`
 */
export function showConnection(line, alarm, { state, code, roundTrip }) {
  line.dataset.state = state;
  const isOpen = state === "open";
  if (!isOpen || roundTrip !== undefined) {
    line.textContent = text(isOpen ? "connection.round_trip" : `connection.${state}`, { ms: Math.round(roundTrip ?? 0) });
  } else {
    line.textContent = text("connection.open");
  }
  const isOnItsWay = state === "connecting" || state === "restarting";
  alarm.hidden = isOpen || state === "stopped" || (isOnItsWay && alarm.hidden);
  if (alarm.hidden) return;
  const words = alarm.querySelector("[data-words]");
  words.textContent = text(state === "refused" ? `refused.${code}` : "connection.lost");
  alarm.querySelector("[data-log-in]").hidden = code !== CLOSE_NOT_LOGGED_IN;
}
