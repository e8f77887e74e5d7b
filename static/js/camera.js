/** The device's camera: opens it, says in a code why it does not open, and comes back when that is mended. */

import { chosenCamera } from "./camera_choice.js";
import { adjustByItself } from "./camera_settings.js";
import { openStream, release } from "./camera_stream.js";
import { CameraWatch } from "./camera_watch.js";

const PICTURE_WITHIN_MS = 5000;
// What a camera that is plugged in may mend, what a permission, and what trying again.
const MENDED_BY_PLUGGING_IN = ["NotFoundError", "ended"];
const MENDED_BY_PERMISSION = ["NotAllowedError", "ended"];
const MENDED_BY_TRYING = ["ended", "frozen", "NotReadableError", "AbortError", "no_picture"];
const TRY_AGAIN_MS = 5000;

/**
 * Events: `asking`, `running`, `trouble` (detail: a code that the page has words for), `camera_state`
 * (detail: {fps, light: "dark" or "ok"}, about once a second).
 */
export class Camera extends EventTarget {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.video = video;
    this.cameraWatch = new CameraWatch(video);
    this.cameraWatch.addEventListener("trouble", ({ detail }) => this.tell("trouble", detail));
    this.cameraWatch.addEventListener("mended", () => this.tell("running"));
    this.cameraWatch.addEventListener("camera_state", ({ detail }) => this.pass("camera_state", detail));
    this.onDevices = () => this.startIf(MENDED_BY_PLUGGING_IN);
    this.onPermission = () => this.permissionChanged();
  }

  /** The track that is shown, or undefined. */
  get track() {
    return this.stream?.getVideoTracks()[0];
  }

  /**
   * Open the camera. Never rejects: what goes wrong is told by `trouble`.
   * @param {{deviceId?: string | null, isQuiet?: boolean}} [how] deviceId: the chosen one, where one
   *   was; isQuiet: its trouble is known already, so only what changes is told
   */
  async start({ deviceId = chosenCamera(), isQuiet = false } = {}) {
    this.stop();
    const wanted = (this.wanted = Symbol());
    navigator.mediaDevices?.addEventListener("devicechange", this.onDevices);
    this.watchPermission();
    if (!isQuiet) this.tell("asking");
    try {
      const stream = await openStream(deviceId);
      if (this.wanted !== wanted) {
        release(stream); // the shift ended meanwhile
        return;
      }
      await this.show(stream, wanted);
    } catch (error) {
      if (this.wanted !== wanted) return;
      clearTimeout(this.awaited);
      this.tell("trouble", error.code_of_camera ?? error.name);
    }
  }

  async show(stream, wanted) {
    this.stream = stream;
    this.watch(this.track);
    this.video.srcObject = stream;
    this.awaited = setTimeout(() => this.tell("trouble", "no_picture"), PICTURE_WITHIN_MS);
    await this.video.play();
    clearTimeout(this.awaited);
    if (this.wanted !== wanted) return;
    adjustByItself(this.track);
    this.cameraWatch.start();
    this.tell("running");
  }

  stop() {
    this.wanted = null;
    clearTimeout(this.awaited);
    clearTimeout(this.trying);
    this.cameraWatch.stop();
    navigator.mediaDevices?.removeEventListener("devicechange", this.onDevices);
    this.permission?.removeEventListener("change", this.onPermission);
    release(this.stream);
    this.stream = null;
    this.video.srcObject = null;
  }

  watch(track) {
    track.addEventListener("ended", () => this.ended(track));
    track.addEventListener("mute", () => this.tell("trouble", "muted"));
    track.addEventListener("unmute", () => this.tell("running"));
  }

  ended(track) {
    if (track !== this.track) return;
    this.cameraWatch.stop();
    this.tell("trouble", this.permission?.state === "denied" ? "NotAllowedError" : "ended");
  }

  async watchPermission() {
    const { wanted } = this;
    // Not every browser knows this permission by its name.
    const permission = await navigator.permissions?.query({ name: "camera" }).catch(() => null);
    if (!permission || this.wanted !== wanted) return;
    this.permission = permission;
    permission.addEventListener("change", this.onPermission);
  }

  permissionChanged() {
    if (this.permission.state === "granted") this.startIf(MENDED_BY_PERMISSION);
    else if (this.trouble !== "NotAllowedError" && this.stream) {
      this.cameraWatch.stop();
      this.tell("trouble", "NotAllowedError");
    }
  }

  startIf(troubles, how) {
    if (this.wanted && troubles.includes(this.trouble)) this.start(how);
  }

  tell(type, detail = null) {
    const isNews = type !== "trouble" || detail !== this.trouble;
    this.trouble = type === "trouble" ? detail : null;
    clearTimeout(this.trying);
    // Without a permission that is certain the browser would ask the officer again and again.
    if (MENDED_BY_TRYING.includes(this.trouble) && this.permission?.state === "granted") {
      this.trying = setTimeout(() => this.startIf(MENDED_BY_TRYING, { isQuiet: true }), TRY_AGAIN_MS);
    }
    if (isNews) this.pass(type, detail);
  }

  pass(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
