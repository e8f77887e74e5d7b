/** A shift at a lane, from Start to Stop: camera, link to the server, and what is shown. */

import { Camera } from "./camera.js";
import { Frames } from "./frames.js";
import { LaneLink } from "./lane_link.js";
import { preparePicture } from "./pictures.js";
import { acquire, release } from "./wake_lock.js";

const END_WITHIN_MS = 2000;

/**
 * Events: `verdicts` (detail: {verdicts, isByHand, frame}: of one frame, or of one typed code or chosen
 * picture), `picture` and `check` (detail: {code}: what became of a picture or a typed code), `camera`
 * (detail: {state, trouble: code or null}), `hint` (detail: {hint}: why a code that was seen is not read,
 * or that it is dark), `camera_state` (detail: {fps, light: "dark" or "ok"}), `state`, `waiting`, `shift`.
 */
export class Shift extends EventTarget {
  constructor({ laneId, direction }, video, workerAddress) {
    super();
    this.link = new LaneLink(laneId, direction);
    this.camera = new Camera(video);
    this.frames = new Frames(video, workerAddress, video.dataset.wasm);
    this.pictures = []; // the first is on its way, and stays until it is answered
    this.verdicts = []; // of the frame that is on its way
    this.listen();
  }

  start() {
    this.link.start();
    this.frames.start();
    this.camera.start();
    acquire();
  }

  /**
   * The officer goes: the camera at once, the link when the server has said its word of the shift.
   * @returns {Promise<object | null>} that word; null where none came
   */
  async end() {
    this.frames.stop();
    this.camera.stop();
    release();
    const ended = new Promise((resolve) => {
      this.link.addEventListener("shift_ended", ({ detail }) => resolve(detail), { once: true });
      setTimeout(resolve, END_WITHIN_MS, null);
    });
    const word = this.link.say({ type: "end_shift" }) ? await ended : null;
    this.link.stop();
    return word;
  }

  /** Nothing is checked while the page is locked; the camera stays as it is. */
  pause() {
    this.link.stop();
  }

  /** Go on. `anew`: as another officer, on a socket of their own. */
  resume({ anew = false } = {}) {
    if (anew) this.link.stop();
    this.link.start();
  }

  /** Check a typed code. */
  check(payload) {
    if (!this.link.check(payload)) this.tell("check", { code: "too_many" });
  }

  /** Look for codes in a picture file. */
  async addPicture(file) {
    this.tell("picture", { code: "sending" });
    try {
      const picture = await preparePicture(file);
      this.pictures.push({ ...picture, takenAt: performance.now(), isPicture: true });
      if (this.link.isReady) this.next();
    } catch {
      this.tell("picture", { code: "not_an_image" });
    }
  }

  listen() {
    const { link, camera, frames } = this;
    link.addEventListener("ready", () => this.next());
    link.addEventListener("verdict", ({ detail }) => this.decided(detail));
    link.addEventListener("error", ({ detail }) => this.failed(detail));
    link.addEventListener("frame_done", ({ detail }) => this.frameDone(detail));
    link.addEventListener("state", ({ detail }) => this.stateChanged(detail));
    for (const type of ["waiting", "shift"]) link.addEventListener(type, ({ detail }) => this.tell(type, detail));
    frames.addEventListener("frame", ({ detail }) => {
      if (!link.isReady) return; // a picture has gone before it
      if (detail.symbols) link.sendSeen(detail);
      else link.sendFrame(detail);
    });
    camera.addEventListener("trouble", ({ detail }) => this.tell("camera", { state: "off", trouble: detail }));
    camera.addEventListener("camera_state", ({ detail }) => this.tell("camera_state", detail));
    for (const state of ["asking", "running"]) {
      camera.addEventListener(state, () => this.tell("camera", { state, trouble: null }));
    }
  }

  /** The server waits: a picture that somebody chose goes first. */
  next() {
    const [picture] = this.pictures;
    if (picture) this.link.sendFrame({ ...picture, takenAt: performance.now() });
    else this.frames.ask();
  }

  /** A typed code has one verdict; those of a frame belong together. */
  decided(verdict) {
    if (verdict.seq === null) this.tell("verdicts", { verdicts: [verdict], isByHand: true });
    else this.verdicts.push(verdict);
  }

  tellVerdicts() {
    const verdicts = this.verdicts;
    this.verdicts = [];
    if (!verdicts.length) return;
    const { frame } = verdicts[0];
    this.tell("verdicts", { verdicts, isByHand: Boolean(frame?.isPicture), frame });
  }

  stateChanged(detail) {
    this.tellVerdicts(); // of a frame whose end was lost with the connection
    if (detail.roundTrip) this.frames.answered({ pingMs: detail.roundTrip });
    this.tell("state", detail);
  }

  frameDone({ symbols, frame, hint, seen, decode_ms: decodeMs }) {
    this.tellVerdicts();
    if (frame?.isPicture) {
      this.pictures.shift();
      if (!this.pictureFailed) this.tell("picture", { code: symbols ? "read" : "no_code" });
      this.pictureFailed = false;
    } else {
      // Of codes that were sent as text nothing is learnt about the way of pictures.
      const networkMs = frame && !frame.isText ? performance.now() - frame.sentAt - decodeMs : undefined;
      this.frames.answered({ symbols, seen, networkMs, decodeMs });
      if (hint) this.tell("hint", { hint });
    }
  }

  failed({ code, scan_id: scanId, instruction_id: instructionId, frame, payload }) {
    if (instructionId) return; // the panel of instructions says it again
    if (scanId) this.tell("check", { code, payload });
    else if (frame?.isPicture) {
      this.pictureFailed = true;
      this.tell("picture", { code });
    } else this.tell("frame_error", { code });
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
