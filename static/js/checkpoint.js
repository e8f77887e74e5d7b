/** The checkpoint page: puts its parts together. */

import { CameraControls } from "./camera_controls.js";
import { showConnection } from "./connection.js";
import { byTestId } from "./elements.js";
import { HintLine } from "./hint_line.js";
import { LaneChoice } from "./lane_choice.js";
import { Outline } from "./outline.js";
import { listenForFiles } from "./pictures.js";
import { RecentScans } from "./recent_scans.js";
import { Shift } from "./shift.js";
import { ShownVerdicts } from "./shown_verdicts.js";
import { Sounds } from "./sounds.js";
import { hasText, pageData, text } from "./texts.js";
import { Vehicle } from "./vehicle.js";
import { VerdictView } from "./verdict_view.js";
import { listenForScanner } from "./wedge.js";

const byId = (id) => document.getElementById(id);
const labels = pageData("labels");
const choice = new LaneChoice(byId("lane-choice"), pageData("checkpoints"));
const sounds = new Sounds();
const outline = new Outline(byId("outline"), byId("video"));
const verdictView = new VerdictView(byTestId("verdict"), byId("other-verdicts"), byId("announcer"), labels);
const recentScans = new RecentScans(byId("recent-scans"), byId("no-scans"), labels);
const vehicle = new Vehicle(byId("vehicle-form"), byId("vehicle-shown"));
const cameraControls = new CameraControls(byId("camera-controls"), byId("camera-frame"));
const hintLine = new HintLine(byId("hint"));
const typedCode = byTestId("typed-code");
let shift = null;
let shown = new ShownVerdicts();
let stopListening = () => {};

byId("lane-choice").addEventListener("submit", (event) => {
  event.preventDefault();
  if (choice.isComplete) start();
});
byTestId("start").disabled = !choice.isPossible; // until now a click would have sent the form nowhere
byId("stop").addEventListener("click", () => {
  const waiting = shift?.link.checks.size;
  if (!waiting || confirm(text("stop_anyway", { n: waiting }))) stop();
});
byId("retry-camera").addEventListener("click", () => shift?.camera.start());
byId("mute").addEventListener("click", () => {
  sounds.isMuted = !sounds.isMuted;
  byId("mute").setAttribute("aria-pressed", String(sounds.isMuted));
});
byId("typed-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const payload = typedCode.value.trim();
  if (!payload || !shift) return;
  showMessage("check-message", "");
  typedCode.value = "";
  shift.check(payload);
});
vehicle.addEventListener("change", ({ detail }) => shift?.link.setVehicle(detail));
listenForFiles(byTestId("picture-input"), (file) => shift?.addPicture(file));

function start() {
  choice.remember();
  sounds.unlock();
  clear();
  shift = new Shift(choice.chosen, byId("video"), byId("video").dataset.captureWorker);
  shift.addEventListener("verdicts", ({ detail }) => show(detail));
  shift.addEventListener("state", ({ detail }) => showState(detail));
  shift.addEventListener("shift", ({ detail }) => showPlace(detail));
  shift.addEventListener("camera", ({ detail }) => showCamera(detail));
  shift.addEventListener("picture", ({ detail }) => showMessage("picture-message", `picture.${detail.code}`));
  shift.addEventListener("check", ({ detail }) => checkFailed(detail));
  shift.addEventListener("frame_error", ({ detail }) => showMessage("frame-message", `frame.${detail.code}`));
  shift.addEventListener("waiting", ({ detail }) => showWaiting(detail));
  cameraControls.attach(shift.camera);
  hintLine.attach(shift);
  stopListening = listenForScanner((payload) => shift.check(payload));
  setRunning(true);
  shift.start();
}

function stop() {
  stopListening();
  shift?.stop();
  shift = null;
  outline.clear();
  setRunning(false);
  byTestId("start").focus();
}

function setRunning(isRunning) {
  byId("before-shift").hidden = isRunning;
  byId("during-shift").hidden = !isRunning;
  byId("not-connected").hidden = true;
  document.body.classList.toggle("running", isRunning);
}

/** Nothing of an earlier shift, which may have been at another lane. */
function clear() {
  shown = new ShownVerdicts();
  verdictView.clear();
  vehicle.set("");
  recentScans.clear();
  for (const id of ["frame-message", "check-message", "picture-message"]) showMessage(id, "");
}

function show({ verdicts, isByHand, frame }) {
  if (frame && !isByHand) outline.show(verdicts, frame);
  vehicle.wasChecked();
  const changed = shown.take(verdicts, { now: performance.now(), isByHand });
  if (changed) {
    verdictView.show(changed);
    sounds.play(changed[0].outcome); // what the officer hears is what stands large
    showMessage("frame-message", "");
  } else if (verdicts.some((verdict) => verdict.scan_id === shown.shown[0].scan_id)) {
    verdictView.keepLatest();
  }
  for (const verdict of verdicts) recentScans.add(verdict);
}

function showState(detail) {
  showConnection(byTestId("connection"), byId("not-connected"), detail);
  if (!["open", "connecting", "restarting"].includes(detail.state)) verdictView.fade();
  showWaiting(shift.link.checks.size);
}

function showPlace({ checkpoint, lane, direction }) {
  byId("place").textContent = `${checkpoint} · ${lane} · ${labels.directions[direction]}`;
}

function showCamera({ state, trouble }) {
  const box = byTestId("camera-trouble");
  box.hidden = trouble === null;
  byId("camera-frame").classList.toggle("no-picture", trouble !== null);
  byId("camera-state").textContent = text(`camera.${state}`);
  if (trouble === null) return;
  box.dataset.code = trouble;
  byId("camera-words").textContent = text(hasText(`camera.${trouble}`) ? `camera.${trouble}` : "camera.other", { code: trouble });
}

/** What was typed comes back into its field, so that nothing has to be typed twice. */
function checkFailed({ code, payload }) {
  if (payload && !typedCode.value) typedCode.value = payload;
  showMessage("check-message", `check.${code}`);
}

function showMessage(id, name) {
  const words = name === "" ? "" : text(hasText(name) ? name : "check.check_failed");
  byId(id).textContent = words;
  byId(id).hidden = words === "";
}

/** Of checks that are on their way a moment nobody needs to hear; of those without a connection, yes. */
function showWaiting(count) {
  byId("waiting").hidden = count === 0 || byTestId("connection").dataset.state === "open";
  byId("waiting").textContent = text("waiting", { n: count });
}
