/** The driver's screen: one large sign, in words, colour and shape; spoken where somebody lets it. */

import { Socket } from "./socket.js";
import { Speech } from "./speech.js";
import { text } from "./texts.js";
import { acquire } from "./wake_lock.js";

const SILENT_MS = 12_000; // the lane's page says its sign every four seconds
const SPOKEN = ["closer", "hold_still", "glare", "dark", "allow", "hold", "refuse", "health_desk", "closed"];

const sign = document.getElementById("sign");
const words = document.getElementById("sign-words");
const speech = new Speech();
const socket = new Socket(`/ws${location.pathname}`);
let silent = 0;

function show(code) {
  clearTimeout(silent);
  if (code !== "away") silent = setTimeout(() => show("away"), SILENT_MS);
  if (sign.dataset.sign === code) return;
  sign.dataset.sign = code;
  words.textContent = text(`sign.${code}`);
  for (const icon of sign.querySelectorAll("[data-for]")) icon.toggleAttribute("hidden", !icon.dataset.for.split(" ").includes(code));
  if (SPOKEN.includes(code)) speech.say(text(`sign.${code}`));
}

socket.addEventListener("message", ({ detail }) => detail.type === "show" && show(detail.sign));
socket.addEventListener("state", ({ detail }) => {
  if (detail.state === "refused") show("away");
});
const voice = document.getElementById("speak");
voice.hidden = !Speech.isPossible;
voice.setAttribute("aria-pressed", String(speech.isOn));
voice.addEventListener("click", () => {
  speech.turn(!speech.isOn);
  voice.setAttribute("aria-pressed", String(speech.isOn));
  speech.say(words.textContent);
});
document.getElementById("full-screen").addEventListener("click", () => document.documentElement.requestFullscreen?.().catch(() => {}));
acquire();
socket.start();
