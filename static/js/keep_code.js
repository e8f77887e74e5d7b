/**
 * On a permit's private page: keep its code on this device, or forget it. A phone is one person's, so it
 * keeps the code until it is told not to; a computer may be anybody's, so it keeps none until it is told to.
 */

import { canKeep, forget, forgetAll, keep } from "./kept_codes.js";
import { pageData } from "./texts.js";

const CHOICE = "keep-codes"; // "yes" or "no": this device's answer, for every permit
const section = document.getElementById("keep-code");
const box = document.getElementById("keep");

function isWanted() {
  return (localStorage.getItem(CHOICE) ?? (matchMedia("(pointer: coarse)").matches ? "yes" : "no")) === "yes";
}

function show(state) {
  for (const one of ["done", "none", "failed"]) document.getElementById(`keep-${one}`).hidden = one !== state;
}

async function keepThis() {
  const picture = await fetch(document.querySelector("#code-panel img").src);
  if (!picture.ok) throw new Error("no picture");
  await keep({ ...pageData("kept-code"), picture: await picture.text(), keptAt: Date.now() });
  const { worker, scopes } = section.dataset;
  const [registration] = await Promise.all(scopes.split(" ").map((scope) => serve(worker, scope)));
  registration.active.postMessage("refresh"); // its page: of this release, and in today's language
}

/** Have the worker there before the network goes. */
async function serve(worker, scope) {
  const registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  await active(registration);
  return registration;
}

function active({ installing, waiting, active }) {
  if (active) return Promise.resolve();
  const coming = installing ?? waiting;
  return new Promise((resolve, reject) => {
    coming.addEventListener("statechange", () => {
      if (coming.state === "activated") resolve();
      if (coming.state === "redundant") reject(new Error("not installed"));
    });
  });
}

async function apply() {
  box.checked = isWanted();
  try {
    if (box.checked) await keepThis();
    else await forgetAll();
    show(box.checked ? "done" : "none");
  } catch {
    show("failed"); // no room, or a private window
  }
}

if (section && canKeep) {
  section.hidden = false;
  box.addEventListener("change", () => {
    localStorage.setItem(CHOICE, box.checked ? "yes" : "no");
    apply();
  });
  apply();
} else if (canKeep) {
  forget(pageData("kept-code").serial); // withdrawn, cancelled or expired: no code to show any more
}
