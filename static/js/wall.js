/** A wall that runs for days: it shows the time, stays logged in, and takes a new release by itself. */

import { timeOfDay } from "./texts.js";

const STAY_EVERY_MS = 30 * 60_000;

const clock = document.getElementById("clock");
setInterval(() => (clock.textContent = timeOfDay(Date.now())), 1000);

/** Where the server has another release, or the login is over, the page is loaded anew. */
async function stay() {
  const answer = await fetch(clock.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => null);
  if (!answer || answer.status === 429 || answer.status >= 500) return; // it is asked again; the page says what it must
  const { release } = answer.ok && !answer.redirected ? await answer.json() : { release: "" };
  clock.dataset.release ??= release;
  if (release !== clock.dataset.release) location.reload();
}

const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

stay();
setInterval(stay, STAY_EVERY_MS);
