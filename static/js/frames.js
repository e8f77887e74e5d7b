/**
 * Takes frames from the video, one at a time: the next is taken when the one before was answered, and
 * always from the picture that the video shows then, so that nothing old is ever sent.
 */

import { FrameMaker } from "./capture.js";
import { CapturePlan } from "./capture_plan.js";

const LONGEST_ENCODING_MS = 3000;

/** Events: `frame` (detail: {image, width, height, region, whole, takenAt}: see FrameMaker.make). */
export class Frames extends EventTarget {
  /**
   * @param {HTMLVideoElement} video
   * @param {string} workerAddress
   * @param {string} wasmAddress of the decoder for where the network is slow
   */
  constructor(video, workerAddress, wasmAddress) {
    super();
    this.video = video;
    this.isAsked = false;
    this.isRunning = false;
    this.encoder = makeEncoder(workerAddress, wasmAddress);
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

  /** What came of the last frame, for the decision what to send next: see CapturePlan.answered. */
  answered(answer) {
    this.encoder.answered(answer);
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

function makeEncoder(workerAddress, wasmAddress) {
  if (window.Worker && window.OffscreenCanvas && window.createImageBitmap) {
    return new WorkerEncoder(workerAddress, wasmAddress);
  }
  return new PageEncoder();
}

class WorkerEncoder {
  constructor(address, wasmAddress) {
    this.worker = new Worker(address, { type: "module" });
    this.worker.postMessage({ wasmAddress });
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

  answered(answer) {
    if (this.fallback) this.fallback.answered(answer);
    else this.worker.postMessage({ answer });
  }

  stop() {
    this.worker.terminate();
    this.settle(null);
  }
}

class PageEncoder {
  constructor() {
    const makeCanvas = (width, height) => Object.assign(document.createElement("canvas"), { width, height });
    this.maker = new FrameMaker(makeCanvas, new CapturePlan());
  }

  encode(video) {
    return this.maker.make(video, { width: video.videoWidth, height: video.videoHeight }).catch(() => null);
  }

  answered(answer) {
    this.maker.answered(answer);
  }

  stop() {}
}
