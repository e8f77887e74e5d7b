/** "Test this device": runs the checks one after the other, and sends what they found. */

import { CheckList } from "./check_list.js";
import { byTestId } from "./elements.js";
import { pageData, text } from "./texts.js";
import { checkBrowser } from "./check_browser.js";
import { CameraCheck } from "./check_camera.js";
import { checkLive, checkNetwork } from "./check_network.js";
import { checkSpeech, checkVibration, SoundCheck } from "./check_sound.js";

const page = document.getElementById("device-test");
const yesNo = { yes: page.dataset.yes, no: page.dataset.no };
const list = new CheckList(page.querySelector(".checks"), pageData("check-words"), yesNo);
const run = byTestId("run-test");
const send = byTestId("send-report");
const status = byTestId("test-status");
const camera = new CameraCheck(page.querySelector("video"));
const sound = new SoundCheck(byTestId("sound-question"));

async function test() {
  run.disabled = true;
  send.hidden = true;
  status.textContent = text("test.running");
  list.clear();
  sound.unlock(); // in the click
  try {
    await list.take(["browser"], checkBrowser);
    await list.take(["network", "clock"], () => checkNetwork(page.dataset.clock));
    await list.take(["live"], checkLive);
    await list.take(["vibration"], checkVibration);
    await list.take(["speech"], () => checkSpeech(text("test.spoken")));
    status.textContent = text("test.asking");
    await list.take(["camera", "light", "torch"], () => camera.run());
    status.textContent = text("test.running");
    await list.take(["sound"], () => sound.ask());
  } finally {
    camera.stop();
    run.disabled = false;
    sum();
  }
}

function sum() {
  const failed = list.labelsOf("failed");
  const weak = list.labelsOf("weak");
  const name = failed.length ? "failed" : weak.length ? "weak" : "all_good";
  status.textContent = text(`test.${name}`, { names: (failed.length ? failed : weak).join(", ") });
  send.hidden = false;
  send.focus();
}

async function report() {
  send.disabled = true;
  status.textContent = text("test.sending");
  const token = page.querySelector("[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(page.dataset.report, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ checks: list.found }),
    });
    const code = answer.status === 201 ? "" : await codeOf(answer);
    status.textContent = code ? text("test.not_sent", { code }) : text("test.sent");
    send.hidden = !code;
  } catch {
    status.textContent = text("test.not_sent", { code: "no_answer" });
  }
  send.disabled = false;
}

async function codeOf(answer) {
  const { code } = await answer.json().catch(() => ({}));
  return code ?? answer.status;
}

run.addEventListener("click", test);
send.addEventListener("click", report);
addEventListener("pagehide", () => camera.stop());
run.disabled = false;
