/** Who has confirmed what stands: asked every few seconds while somebody looks at the page. */

import { make } from "./elements.js";
import { text, timeOfDay } from "./texts.js";

const EVERY_MS = 3000;
const cards = [...document.querySelectorAll("[data-testid=standing]")];

/** The form is sent once, however often its button is pressed. */
for (const form of document.querySelectorAll("main form[method=post]")) {
  form.addEventListener("submit", () => setTimeout(() => (form.querySelector("button").disabled = true)));
}
// A page that comes back out of the browser's memory may be used again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("main form button")) button.disabled = false;
});

async function look() {
  if (document.visibilityState === "visible") for (const card of cards) await lookAt(card);
  setTimeout(look, EVERY_MS);
}

async function lookAt(card) {
  try {
    const answer = await fetch(card.dataset.state, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const { stands, confirmed, waiting } = await answer.json();
    card.classList.toggle("over", !stands);
    show(card, "confirmed", confirmed, (at) => at);
    show(card, "waiting", waiting, (at) => text("waiting.since", { time: at }));
  } catch {
    // Without a network what was known last stays.
  }
}

function show(card, name, lines, words) {
  card.querySelector(`[data-part="${name}-n"]`).textContent = text(`${name}.n`, { n: lines.length });
  const rows = lines.map(({ lane, officer, at }) =>
    make("li", {}, `${lane} · ${officer} `, make("span", { className: "quiet-text", text: words(timeOfDay(at)) })));
  card.querySelector(`[data-part="${name}"]`).replaceChildren(...rows);
}

setTimeout(look, EVERY_MS);
