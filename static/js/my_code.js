/** The page of the codes that this device keeps. It may come from the device itself, without a network. */

import { forget, keptCodes } from "./kept_codes.js";
import { dateAndTime, text } from "./texts.js";

const byId = (id) => document.getElementById(id);
const place = byId("my-code");

/** In the site's time zone, as everywhere: a phone may be set to another. */
const moment = (milliseconds) => dateAndTime(milliseconds, place.dataset.timeZone);

function article(kept, now) {
  const shown = byId("kept-code").content.firstElementChild.cloneNode(true);
  const part = (name) => shown.querySelector(`[data-part="${name}"]`);
  const moments = { from: moment(kept.from), until: moment(kept.until) };
  const picture = shown.querySelector("img");
  picture.src = `data:image/svg+xml,${encodeURIComponent(kept.picture)}`;
  picture.alt = text("picture", kept);
  part("serial").textContent = kept.serial;
  part("name").textContent = kept.name;
  part("validity").textContent = text("validity", moments);
  part("kept-at").textContent = text("kept_at", { at: moment(kept.keptAt) });
  part("expired").hidden = now <= kept.until;
  part("early").hidden = now >= kept.from;
  shown.dataset.serial = kept.serial;
  shown.querySelector("button").addEventListener("click", () => remove(kept, "forgotten"));
  return shown;
}

async function remove(kept, why) {
  await forget(kept.serial);
  place.querySelector(`[data-serial="${CSS.escape(kept.serial)}"]`)?.remove();
  const told = Object.assign(document.createElement("p"), { className: "message", textContent: text(why, kept) });
  byId("gone").append(told);
  if (why === "forgotten") Object.assign(told, { tabIndex: -1 }).focus(); // its button has gone
  byId("none").hidden = byId("codes").childElementCount > 0;
}

/** With a network: whether the permit was withdrawn. No answer leaves the code where it is. */
async function ask(kept) {
  try {
    const body = new URLSearchParams({ code: kept.code });
    const response = await fetch(place.dataset.standing, { method: "POST", body });
    if (response.ok && (await response.json()).standing === "gone") await remove(kept, "withdrawn");
  } catch {
    return; // no network
  }
}

async function start() {
  const now = Date.now();
  // In the place of another page: the worker has put this one there.
  byId("no-network").hidden = location.pathname === "/my-code/" && navigator.onLine;
  byId("again").href = location.href;
  const kept = await keptCodes(now);
  byId("codes").append(...kept.map((one) => article(one, now)));
  byId("none").hidden = kept.length > 0;
  await Promise.all(kept.map(ask));
}

start();
