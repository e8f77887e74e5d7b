/** Stills of the camera's picture, for the car in front: kept until the server has them. */

import { post } from "./post.js";
import { uuid7 } from "./uuid7.js";

const WIDEST = 1280;
const QUALITY = 0.85;
const AGAIN_AFTER_MS = 4000;
const GIVEN_UP = ["not_an_image", "image_too_large", "too_many", "bad_message", "wrong_role"];

/** Events: `said` (detail: a code: `sending`, `kept`, or what went wrong). */
export class Stills extends EventTarget {
  /**
   * @param {HTMLVideoElement} video
   * @param {string} address
   */
  constructor(video, address) {
    super();
    this.video = video;
    this.address = address;
    this.waiting = [];
  }

  async take({ carId, laneId, now }) {
    const { videoWidth: width, videoHeight: height } = this.video;
    if (!width) return this.say("no_camera");
    const scale = Math.min(1, WIDEST / width);
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d").drawImage(this.video, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    this.waiting.push({ picture, still_id: uuid7(now), car_id: carId, lane: String(laneId), taken_at: String(Math.round(now)) });
    this.say("sending");
    if (this.waiting.length === 1) this.sendNext();
  }

  async sendNext() {
    const [still] = this.waiting;
    if (!still) return;
    const answer = await post(this.address, still);
    if (!answer.ok && !GIVEN_UP.includes(answer.code)) {
      this.say("later");
      setTimeout(() => this.sendNext(), AGAIN_AFTER_MS);
      return;
    }
    this.waiting.shift();
    this.say(answer.ok ? "kept" : answer.code);
    this.sendNext();
  }

  say(code) {
    this.dispatchEvent(new CustomEvent("said", { detail: code }));
  }
}
