/** "Fill in from my card": templates/permits/card_reader.html, before whatever form the page has. */

import { CardCamera } from "./card_camera.js";
import { fillIn } from "./card_fields.js";
import { make } from "./elements.js";
import { preparePicture } from "./pictures.js";
import { hasText, text } from "./texts.js";

const panel = document.getElementById("card-reader");
const part = (name) => panel.querySelector(`[data-testid="card-${name}"]`);

/** Ask the server what is in a picture. Never rejects: `fault` says what went wrong. */
async function read(image, { isPhoto = false } = {}) {
  const form = new FormData();
  form.append("picture", image, "picture");
  if (isPhoto) form.append("photo", "1");
  try {
    const response = await fetch(panel.dataset.address, { method: "POST", body: form });
    if (response.status === 429) return { fault: "too_many" };
    const answer = await response.json();
    return response.ok ? answer : { fault: answer.code ?? "no_answer" };
  } catch {
    return { fault: "no_answer" };
  }
}

/** A word of the template's for what came of it; without a name, none. */
function say(name, { isTrouble = false, values = {} } = {}) {
  part("status").textContent = name ? text(`card_${name}`, values) : "";
  part("status").classList.toggle("trouble", isTrouble);
}

function showReading({ found, fault, card }) {
  if (fault) say(hasText(`card_${fault}`) ? fault : "no_answer", { isTrouble: true });
  else if (found === "card") showFilled(fillIn(card));
  else say(found, { isTrouble: true });
}

function showFilled({ filled, differing }) {
  const fields = filled.map((field) => field.label).join(", ");
  if (differing.length && !filled.length) say("differs");
  else if (filled.length) say("filled", { values: { fields } });
  else say("same");
  part("differences").replaceChildren(...differing.map(difference));
  if (differing.length) part("differences").querySelector("button").focus();
  else filled[0]?.focus();
}

/** A line that lets the person choose. Until then what was typed stays. */
function difference({ field, read: value }) {
  const values = { field: field.label, typed: field.words(field.value), read: field.words(value) };
  const take = make("button", { className: "quiet", text: text("card_take"), data: { testid: `take-${field.name}` } });
  const keep = make("button", { className: "quiet", text: text("card_keep"), data: { testid: `keep-${field.name}` } });
  take.type = keep.type = "button";
  const line = make("li", { text: text("card_difference", values) }, make("div", {}, take, keep));
  const choose = (event) => {
    if (event.currentTarget === take) field.value = value;
    line.remove();
    field.focus();
  };
  take.addEventListener("click", choose);
  keep.addEventListener("click", choose);
  return line;
}

function setUpCamera() {
  const camera = new CardCamera(panel.querySelector("video"), read);
  const close = () => {
    camera.close();
    part("open").focus();
  };
  part("open").addEventListener("click", () => {
    part("differences").replaceChildren();
    part("camera").hidden = false;
    camera.open();
    part("close").focus();
  });
  part("close").addEventListener("click", close);
  camera.addEventListener("closed", () => {
    part("camera").hidden = true;
    say("");
  });
  camera.addEventListener("asking", () => say("asking"));
  camera.addEventListener("running", () => say("running"));
  camera.addEventListener("trouble", ({ detail }) => {
    close();
    say(hasText(`card_${detail}`) ? detail : "no_camera", { isTrouble: true });
  });
  camera.addEventListener("reading", ({ detail }) => {
    if (detail.found === "no_code" || detail.fault === "busy") return; // the next frame is a better chance
    if (detail.found === "card" || detail.fault === "too_many") close();
    showReading(detail);
  });
  return camera;
}

async function readPhoto(file) {
  say("reading");
  part("differences").replaceChildren();
  const prepared = await preparePicture(file).catch(() => null);
  if (!prepared) return say("not_an_image", { isTrouble: true });
  showReading(await read(new Blob([prepared.image]), { isPhoto: true }));
}

if (panel) {
  panel.hidden = false;
  const camera = setUpCamera();
  part("photo").addEventListener("change", ({ target }) => {
    camera.close();
    if (target.files[0]) readPhoto(target.files[0]);
    target.value = ""; // so that the same file can be chosen again
  });
}
