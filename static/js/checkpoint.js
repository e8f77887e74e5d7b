/** The checkpoint page: puts its parts together. */

import { ActsPanel } from "./acts_panel.js";
import { afterPaint } from "./after_paint.js";
import { CameraControls } from "./camera_controls.js";
import { showConnection } from "./connection.js";
import { byTestId } from "./elements.js";
import { HealthLine } from "./health_line.js";
import { HealthReport } from "./health_report.js";
import { HintLine } from "./hint_line.js";
import { Instructions } from "./instructions.js";
import { LaneCars } from "./lane_cars.js";
import { LaneChoice } from "./lane_choice.js";
import { Lock } from "./lock.js";
import { NoCode } from "./no_code.js";
import { Outline } from "./outline.js";
import { listenForFiles } from "./pictures.js";
import { CLOSE_LOCKED } from "./protocol.js";
import { RecentScans } from "./recent_scans.js";
import { SettingsBox } from "./settings_box.js";
import { Shift } from "./shift.js";
import { ShiftSummary } from "./shift_summary.js";
import { Shortcuts } from "./shortcuts.js";
import { ShownVerdicts } from "./shown_verdicts.js";
import { Sounds } from "./sounds.js";
import { Speech } from "./speech.js";
import { Stills } from "./stills.js";
import { hasText, pageData, text } from "./texts.js";
import { Vehicle } from "./vehicle.js";
import { VerdictView } from "./verdict_view.js";
import { listenForScanner } from "./wedge.js";

const byId = (id) => document.getElementById(id);
const labels = pageData("labels");
const video = byId("video");
const choice = new LaneChoice(byId("lane-choice"), pageData("checkpoints"));
const sounds = new Sounds();
const speech = new Speech();
const outline = new Outline(byId("outline"), video);
const verdictView = new VerdictView(byTestId("verdict"), byId("other-verdicts"), byId("announcer"), labels);
const recentScans = new RecentScans(byId("recent-scans"), byId("no-scans"), labels);
const vehicle = new Vehicle(byId("vehicle-form"), byId("vehicle-shown"));
const acts = new ActsPanel(byId("acts"), labels);
const stills = new Stills(video, video.dataset.stills);
const lock = new Lock(byId("lock"), pageData("lock-state"));
const noCode = new NoCode(byId("no-code"), video);
const health = new HealthLine(byId("health"));
const healthReport = new HealthReport();
const instructions = new Instructions(byId("instructions"), {
  lines: byId("instruction-lines"), closed: byId("lane-closed"), sounds, speech, directions: labels.directions,
});
const summary = new ShiftSummary(byId("counts"), byId("shift-over"));
const shortcuts = new Shortcuts({
  1: () => shift && acts.press(1),
  2: () => shift && acts.press(2),
  3: () => shift && acts.press(3),
  ...Object.fromEntries([4, 5, 6, 7].map((number) => [number, () => shift && acts.isAsking && acts.press(number)])),
  escape: () => acts.isAsking && acts.askReason(false),
  n: () => cars?.next(),
  u: () => shift && acts.undo(),
  l: () => shift && lock.lock(),
  c: () => shift && instructions.confirmNewest(),
});
const settings = new SettingsBox(byId("settings"), { sounds, speech, shortcuts });
const cameraControls = new CameraControls(byId("camera-controls"), byId("camera-frame"));
const hintLine = new HintLine(byId("hint"));
const typedCode = byTestId("typed-code");
let shift = null;
let cars = null;
let shown = new ShownVerdicts();
let hearing = new AbortController();
let stopListening = () => {};
let directionToTake = null; // the one that supervisors want, until all cars here are decided on

byId("lane-choice").addEventListener("submit", (event) => {
  event.preventDefault();
  if (choice.isComplete) start();
});
byTestId("start").disabled = !choice.isPossible; // until now a click would have sent the form nowhere
byId("stop").addEventListener("click", () => {
  const waiting = shift?.link.checks.size;
  if (!waiting || confirm(text("stop_anyway", { n: waiting }))) endShift();
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
byId("take-still").addEventListener("click", () => {
  stills.take({ carId: acts.car.id, laneId: choice.chosen.laneId, now: shift.link.clock.now() });
});
byId("open-no-code").addEventListener("click", () => noCode.open(vehicle.plate));
byId("lock-now").addEventListener("click", () => lock.lock());
byId("hand-over").addEventListener("click", () => lock.show("hand-over"));
byId("set-pin").addEventListener("click", () => lock.show("pin"));
lock.addEventListener("locked", () => shift?.pause());
lock.addEventListener("unlocked", () => shift?.resume());
lock.addEventListener("handed_over", () => shift?.resume({ anew: true }));
noCode.addEventListener("declared", ({ detail }) => shift?.check(detail));
stills.addEventListener("said", ({ detail }) => {
  byId("still-message").textContent = text(hasText(`still.${detail}`) ? `still.${detail}` : "still.failed");
});
acts.addEventListener("act", ({ detail }) => cars.act(detail));
acts.addEventListener("undo", () => cars.undo());
acts.addEventListener("next", () => cars.next());
instructions.addEventListener("closed", ({ detail }) => cars?.sign.setClosed(detail));
instructions.addEventListener("direction", ({ detail }) => changeDirection(detail));
vehicle.addEventListener("change", ({ detail }) => shift?.link.setVehicle(detail));
listenForFiles(byTestId("picture-input"), (file) => shift?.addPicture(file));

function start() {
  choice.remember();
  sounds.unlock();
  clear();
  hearing = new AbortController();
  shift = new Shift(choice.chosen, video, video.dataset.captureWorker);
  cars = new LaneCars(shift.link, choice.chosen, settings.values.emptySeconds);
  hear(shift, "verdicts", (detail) => show(detail));
  hear(shift, "state", (detail) => showState(detail));
  hear(shift, "shift", (detail) => showPlace(detail));
  hear(shift, "camera", (detail) => showCamera(detail));
  hear(shift, "picture", (detail) => showMessage("picture-message", `picture.${detail.code}`));
  hear(shift, "check", (detail) => checkFailed(detail));
  hear(shift, "frame_error", (detail) => showMessage("frame-message", `frame.${detail.code}`));
  hear(shift, "waiting", (detail) => showWaiting(detail));
  hear(cars, "cars", () => afterPaint(() => cars && acts.show(cars.cars)));
  hear(cars, "cars", () => directionToTake && changeDirection(directionToTake));
  hear(cars, "counts", (detail) => summary.show(detail));
  hear(cars, "unsent", (detail) => health.showUnsent(detail));
  hear(cars, "refused", (detail) => acts.say("act.refused", { code: detail.code }));
  hear(cars, "next", () => nextCar());
  cameraControls.attach(shift.camera);
  hintLine.attach(shift);
  instructions.attach(shift.link, hearing.signal);
  healthReport.attach(shift, cars, hearing.signal);
  hear(shift, "hint", (detail) => showHint(detail.hint));
  hear(shift, "camera_state", (detail) => health.showCamera(detail));
  stopListening = listenForScanner((payload) => shift.check(payload));
  setRunning(true);
  shift.start();
  cars.start();
  lock.start();
}

/** Called until the shift ends: what comes of it afterwards is none of the page's business. */
function hear(target, type, act) {
  target.addEventListener(type, ({ detail }) => act(detail), { signal: hearing.signal });
}

/** The page is free for the next shift at once; the counts of this one come when the server has them. */
async function endShift() {
  const ending = shift;
  cars.stop();
  hearing.abort();
  stopListening();
  lock.stop();
  shift = cars = null;
  outline.clear();
  setRunning(false);
  byTestId("start").focus();
  const ended = await ending.end();
  if (!shift) summary.showOver(ended);
}

/** To the lane's other direction, in a shift of its own, once no car here waits for an act. */
function changeDirection(direction) {
  const waits = cars.cars.current.waits || cars.cars.undecided.length > 0;
  directionToTake = direction === choice.chosen.direction || !waits ? null : direction;
  showMessage("direction-message", directionToTake ? "direction.waits" : "");
  if (waits || direction === choice.chosen.direction) return;
  choice.direction.value = direction;
  endShift();
  start();
}

function setRunning(isRunning) {
  byId("before-shift").hidden = isRunning;
  byId("during-shift").hidden = !isRunning;
  byId("not-connected").hidden = true;
  byId("settings").open = false;
  document.body.classList.toggle("running", isRunning);
}

/** Nothing of an earlier shift, which may have been at another lane. */
function clear() {
  shown = new ShownVerdicts();
  verdictView.clear();
  acts.clear();
  vehicle.set("");
  recentScans.clear();
  summary.clear();
  directionToTake = null;
  for (const id of ["direction-message", "frame-message", "check-message", "picture-message"]) showMessage(id, "");
}

function nextCar() {
  vehicle.set("");
  verdictView.fade();
}

function show({ verdicts, isByHand, frame }) {
  lock.touched();
  const changed = shown.take(verdicts, { now: performance.now(), isByHand });
  if (changed) {
    verdictView.show(changed);
    afterPaint(() => sound(changed[0])); // what the officer hears is what stands large
    showMessage("frame-message", "");
  } else if (verdicts.some((verdict) => verdict.scan_id === shown.shown[0].scan_id)) {
    verdictView.keepLatest();
  }
  vehicle.wasChecked();
  cars.take(verdicts, { isByHand });
  afterPaint(() => {
    if (frame && !isByHand) outline.show(verdicts, frame);
    for (const verdict of verdicts) recentScans.add(verdict);
  });
}

/** For the driver: on the screens of the lane, and spoken. */
function showHint(hint) {
  cars.sign.setHint(hint);
  if (hint) speech.say(text(`sign.${hint}`));
}

function sound(verdict) {
  sounds.play(verdict.outcome);
  speech.say(verdictView.sentence(verdict), { isVerdict: true });
}

function showState(detail) {
  showConnection(byTestId("connection"), byId("not-connected"), detail);
  if (!["open", "connecting", "restarting"].includes(detail.state)) verdictView.fade();
  showWaiting(shift.link.checks.size);
  if (detail.code === CLOSE_LOCKED) lock.wasLocked();
}

function showPlace({ shift_id: shiftId, checkpoint, lane, direction, officer, screen }) {
  lock.shiftId = String(shiftId);
  byId("place").textContent = `${checkpoint} · ${lane} · ${labels.directions[direction]} · ${officer}`;
  byId("open-screen").href = screen;
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
