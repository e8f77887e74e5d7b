/**
 * Takes frames from the video, one at a time: the next is taken when the one before was answered, and
 * always from the picture that the video shows then, so that nothing old is ever sent.
 */

import { FrameMaker } from "./capture.js";

const LONGEST_ENCODING_MS = 3000;

/** Events: `frame` (detail: {image, width, height, takenAt}). */
export class Frames extends EventTarget {
  /**
   * @param {HTMLVideoElement} video
   * @param {string} workerAddress
   */
  constructor(video, workerAddress) {
    super();
    this.video = video;
    this.isAsked = false;
    this.isRunning = false;
    this.encoder = makeEncoder(workerAddress);
  }

  start() {
    this.isRunning = true;
    this.watch();
  }

  stop() {
    this.isRunning = false;
    this.encoder.stop();
  }

  /** Give the next frame that is worth sending. */
  ask() {
    this.isAsked = true;
  }

  /** Whether the last frame had symbols, for the decision what to send next. */
  answered(symbols) {
    this.encoder.answered(symbols);
  }

  watch() {
    if (!this.isRunning) return;
    const next = () => {
      this.take();
      this.watch();
    };
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(next);
    else requestAnimationFrame(next);
  }

  async take() {
    if (!this.isAsked || this.isTaking || !this.video.videoWidth) return;
    this.isTaking = true;
    const takenAt = performance.now();
    const frame = await this.encoder.encode(this.video);
    this.isTaking = false;
    if (!frame || !this.isRunning) return;
    this.isAsked = false;
    this.dispatchEvent(new CustomEvent("frame", { detail: { ...frame, takenAt } }));
  }
}

function makeEncoder(workerAddress) {
  if (window.Worker && window.OffscreenCanvas && window.createImageBitmap) {
    return new WorkerEncoder(workerAddress);
  }
  return new PageEncoder();
}

class WorkerEncoder {
  constructor(address) {
    this.worker = new Worker(address, { type: "module" });
    this.worker.onmessage = ({ data }) => this.settle(data.frame);
    // Some browsers have workers but not their modules: then the page does the work itself.
    this.worker.onerror = () => {
      this.fallback = new PageEncoder();
      this.settle(null);
    };
  }

  async encode(video) {
    if (this.fallback) return this.fallback.encode(video);
    const bitmap = await createImageBitmap(video).catch(() => null);
    if (!bitmap) return null;
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.timeout = setTimeout(() => this.settle(null), LONGEST_ENCODING_MS);
      this.worker.postMessage({ bitmap }, [bitmap]);
    });
  }

  settle(frame) {
    clearTimeout(this.timeout);
    this.resolve?.(frame);
    this.resolve = null;
  }

  answered(symbols) {
    if (this.fallback) this.fallback.answered(symbols);
    else this.worker.postMessage({ symbols });
  }

  stop() {
    this.worker.terminate();
    this.settle(null);
  }
}

class PageEncoder {
  constructor() {
    this.maker = new FrameMaker((width, height) => Object.assign(document.createElement("canvas"), { width, height }));
  }

  encode(video) {
    return this.maker.make(video, { width: video.videoWidth, height: video.videoHeight }).catch(() => null);
  }

  answered(symbols) {
    this.maker.changes.answered(symbols);
  }

  stop() {}
}
