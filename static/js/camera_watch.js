/**
 * Looks at what the camera really shows: a camera that is on may give the same picture for ever, or a
 * black one, and no browser tells.
 */

const LOOK_EVERY_MS = 250;
const TELL_EVERY_MS = 1000;
const FROZEN_MS = 2300; // without a new frame; with the time between two looks it is said within 3 s
const BLACK_MS = 2000;
// Frames come, but all the same to the last bit: no sensor is so quiet for so long. A drawn picture may be.
const SAME_MS = 20_000;
const SIZE = { width: 64, height: 48 };
// A covered lens gives noise of less than this; a road at night has a lamp somewhere.
const BLACK_GREY = 16;
const DARK_GREY = 40;
const DARK_SHARE = 0.02;

/** Events: `trouble` (detail: "frozen" or "black"), `mended`, `camera_state` (detail: {fps, light}). */
export class CameraWatch extends EventTarget {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.video = video;
    const canvas = Object.assign(document.createElement("canvas"), SIZE);
    this.pen = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    this.onVisible = () => this.forget(); // hidden pages get no frames: that is no fault of the camera
  }

  start() {
    this.stop();
    this.trouble = null;
    this.pixels = null;
    this.light = "ok";
    this.forget();
    this.looking = setInterval(() => this.look(performance.now()), LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", this.onVisible);
  }

  stop() {
    clearInterval(this.looking);
    document.removeEventListener("visibilitychange", this.onVisible);
  }

  forget() {
    const now = performance.now();
    Object.assign(this, { frames: this.count(), frameAt: now, lightAt: now, changeAt: now, toldAt: now, toldFrames: this.count() });
  }

  /** So many frames has the video shown. */
  count() {
    return this.video.getVideoPlaybackQuality?.().totalVideoFrames ?? this.video.currentTime * 1000;
  }

  look(now) {
    if (document.visibilityState === "hidden") return;
    const frames = this.count();
    if (frames !== this.frames) this.seeFrame(frames, now);
    this.judge(now);
    if (now - this.toldAt >= TELL_EVERY_MS) this.tellState(now);
  }

  seeFrame(frames, now) {
    this.frames = frames;
    this.frameAt = now;
    this.pen.drawImage(this.video, 0, 0, SIZE.width, SIZE.height);
    const { data } = this.pen.getImageData(0, 0, SIZE.width, SIZE.height);
    if (!isSame(data, this.pixels)) this.changeAt = now;
    this.pixels = data;
    const { brightest, lightShare } = lightOf(data);
    if (brightest > BLACK_GREY) this.lightAt = now;
    this.light = lightShare < DARK_SHARE ? "dark" : "ok";
  }

  judge(now) {
    const isFrozen = now - this.frameAt >= FROZEN_MS || now - this.changeAt >= SAME_MS;
    const isBlack = now - this.lightAt >= BLACK_MS;
    const trouble = now - this.frameAt >= FROZEN_MS ? "frozen" : isBlack ? "black" : isFrozen ? "frozen" : null;
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.dispatchEvent(trouble ? new CustomEvent("trouble", { detail: trouble }) : new Event("mended"));
  }

  tellState(now) {
    const fps = Math.round(((this.frames - this.toldFrames) * 1000) / (now - this.toldAt));
    Object.assign(this, { toldAt: now, toldFrames: this.frames });
    this.dispatchEvent(new CustomEvent("camera_state", { detail: { fps, light: this.light } }));
  }
}

function lightOf(pixels) {
  let brightest = 0;
  let light = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const grey = pixels[at] * 0.3 + pixels[at + 1] * 0.59 + pixels[at + 2] * 0.11;
    if (grey > brightest) brightest = grey;
    if (grey >= DARK_GREY) light++;
  }
  return { brightest, lightShare: light / (pixels.length / 4) };
}

function isSame(a, b) {
  return b !== null && a.every((value, at) => value === b[at]);
}
