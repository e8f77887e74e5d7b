/** "Or scan it with the camera": finds the code that a supervisor shows, and goes on with it. */

import { CardCamera } from "./card_camera.js";
import { hasText, text } from "./texts.js";

const panel = document.getElementById("enrol-camera");
const part = (name) => panel.querySelector(`[data-testid="scan-${name}"]`);
const camera = new CardCamera(panel.querySelector("video"), read);

/** Ask the server what is in a picture. Never rejects: `fault` says what went wrong. */
async function read(image) {
  const form = new FormData();
  form.append("picture", image, "picture");
  try {
    const response = await fetch(panel.dataset.address, { method: "POST", body: form });
    if (response.status === 429) return { fault: "too_many" };
    const answer = await response.json();
    return response.ok ? answer : { fault: answer.code ?? "no_answer" };
  } catch {
    return { fault: "no_answer" };
  }
}

/** A word of the template's; without a name, none. */
function say(name, { isTrouble = false } = {}) {
  part("status").textContent = name ? text(`scan_${name}`) : "";
  part("status").classList.toggle("trouble", isTrouble);
}

function heard({ found, fault, code }) {
  if (found === "no_code" || fault === "busy") return; // the next frame is a better chance
  if (fault === "too_many") camera.close();
  if (found !== "code") {
    const name = fault ?? found;
    say(hasText(`scan_${name}`) ? name : "no_answer", { isTrouble: true });
    return;
  }
  camera.close();
  say("code");
  location.assign(`${panel.dataset.next}${encodeURIComponent(code)}/`);
}

panel.hidden = false;
part("open").addEventListener("click", () => {
  part("camera").hidden = false;
  camera.open();
  part("close").focus();
});
part("close").addEventListener("click", () => {
  camera.close();
  part("open").focus();
});
camera.addEventListener("closed", () => {
  part("camera").hidden = true;
  say("");
});
camera.addEventListener("asking", () => say("asking"));
camera.addEventListener("running", () => say("running"));
camera.addEventListener("reading", ({ detail }) => heard(detail));
camera.addEventListener("trouble", ({ detail }) => {
  camera.close();
  say(hasText(`scan_${detail}`) ? detail : "no_camera", { isTrouble: true });
});
