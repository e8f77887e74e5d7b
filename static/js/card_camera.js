/** Frames of the camera to the server, one at a time and at most four a second, while the panel is open. */

import { Camera } from "./camera.js";
import { FrameMaker } from "./capture.js";

const BETWEEN_FRAMES_MS = 250;
const AFTER_TROUBLE_MS = 2000;

/** Events: those of Camera, and `reading` (detail: what `read` returned). */
export class CardCamera extends EventTarget {
  /**
   * @param {HTMLVideoElement} video
   * @param {(image: Blob) => Promise<{found?: string, fault?: string, card?: object}>} read
   */
  constructor(video, read) {
    super();
    this.video = video;
    this.read = read;
    this.camera = new Camera(video);
    for (const type of ["asking", "running", "trouble"]) {
      this.camera.addEventListener(type, ({ detail }) => this.tell(type, detail));
    }
    this.camera.addEventListener("running", () => this.watch());
    // Nobody holds up a card to a page that is not in view.
    document.addEventListener("visibilitychange", () => document.hidden && this.close());
  }

  get isOpen() {
    return Boolean(this.run);
  }

  open() {
    this.run = Symbol();
    this.frames = new FrameMaker((width, height) => Object.assign(document.createElement("canvas"), { width, height }));
    this.camera.start();
  }

  close() {
    if (!this.isOpen) return;
    this.run = null;
    this.watched = null;
    this.camera.stop();
    this.tell("closed");
  }

  async watch() {
    const run = this.run;
    if (this.watched === run) return; // a camera may say twice that it runs
    this.watched = run;
    while (this.run === run) {
      const wait = await this.sendOne(run);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** @returns {Promise<number>} milliseconds until the next frame */
  async sendOne(run) {
    const startedAt = performance.now();
    const size = { width: this.video.videoWidth, height: this.video.videoHeight };
    const frame = size.width ? await this.frames.make(this.video, size).catch(() => null) : null;
    if (!frame || this.run !== run) return BETWEEN_FRAMES_MS;
    const reading = await this.read(new Blob([frame.image], { type: "image/jpeg" }));
    if (this.run !== run) return 0; // closed meanwhile: nothing is filled in any more
    this.frames.changes.answered(0);
    this.tell("reading", reading);
    if (reading.fault) {
      this.frames.changes.sent = null; // the same picture is worth sending again
      return AFTER_TROUBLE_MS;
    }
    return Math.max(0, startedAt + BETWEEN_FRAMES_MS - performance.now());
  }

  tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
