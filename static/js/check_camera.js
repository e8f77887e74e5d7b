/** The camera: whether it opens, how large, how quick and how bright its picture is; and the torch. */

import { Camera } from "./camera.js";
import { checkTorch } from "./check_torch.js";

const WATCH_MS = 2500;
const SMALL_WIDTH = 640;
const SLOW_FRAMES = 12; // a second
const SAMPLE = { width: 64, height: 48 };
const BLACK = 8;
const DARK = 50;
const GLARING = 220;
const FAULTS = [
  "NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError", "SecurityError",
  "unsupported", "insecure", "no_picture",
];

export class CameraCheck {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.video = video;
    this.camera = new Camera(video);
  }

  stop() {
    this.camera.stop();
    this.video.hidden = true;
  }

  async run() {
    this.video.hidden = false; // hidden, some browsers play nothing
    const fault = await this.open();
    if (fault) {
      this.stop();
      const none = { code: "no_camera" };
      return [{ name: "camera", code: fault }, { name: "light", ...none }, { name: "torch", ...none }];
    }
    const found = [...(await this.watch()), await checkTorch(this.video.srcObject.getVideoTracks()[0])];
    this.stop();
    return found;
  }

  /** @returns {Promise<string>} why it does not open; empty: it does */
  open() {
    return new Promise((resolve) => {
      this.camera.addEventListener("running", () => resolve(""), { once: true });
      this.camera.addEventListener("trouble", ({ detail }) => resolve(FAULTS.includes(detail) ? detail : "other"), {
        once: true,
      });
      this.camera.start();
    });
  }

  /** Look at the picture for a while. */
  async watch() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const startedAt = performance.now();
    const before = framesOf(this.video);
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
    const shown = framesOf(this.video) - before;
    const frames = Math.round((shown * 1000) / (performance.now() - startedAt));
    const brightness = brightnessOf(this.video);
    const code = shown === 0 ? "frozen" : frames < SLOW_FRAMES ? "slow" : width < SMALL_WIDTH ? "small" : "ok";
    return [
      { name: "camera", code, values: { width, height, frames } },
      { name: "light", code: lightOf(brightness), values: { brightness } },
    ];
  }
}

/** How many pictures the video has shown so far. */
function framesOf(video) {
  return video.getVideoPlaybackQuality?.().totalVideoFrames ?? video.webkitDecodedFrameCount ?? 0;
}

function lightOf(brightness) {
  if (brightness < BLACK) return "black";
  if (brightness < DARK) return "dark";
  return brightness > GLARING ? "glaring" : "ok";
}

/** The mean of a small copy of the picture, 0 to 255. */
function brightnessOf(video) {
  const canvas = Object.assign(document.createElement("canvas"), SAMPLE);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, SAMPLE.width, SAMPLE.height);
  const { data } = context.getImageData(0, 0, SAMPLE.width, SAMPLE.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += 0.3 * data[at] + 0.59 * data[at + 1] + 0.11 * data[at + 2];
  return Math.round(sum / (SAMPLE.width * SAMPLE.height));
}
