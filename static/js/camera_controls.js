/** What an officer may set on the camera: which one, torch, zoom, and a mirrored picture. */

import { chosenCamera, listCameras, rememberCamera } from "./camera_choice.js";
import { hasTorch, setTorch, setZoom, zoomOf } from "./camera_settings.js";
import { text } from "./texts.js";

const MIRROR_KEY = "checkpoint.mirrored";

export class CameraControls {
  /**
   * @param {HTMLElement} root the box of templates/scans/camera_controls.html
   * @param {HTMLElement} frame holds video and outline
   */
  constructor(root, frame) {
    const part = (name) => root.querySelector(`[data-camera=${name}]`);
    this.frame = frame;
    this.choice = part("choice");
    this.torch = part("torch");
    this.zoom = part("zoom");
    this.mirror = part("mirror");
    this.choice.addEventListener("change", () => this.choose(this.choice.value));
    this.torch.addEventListener("click", () => this.light(this.torch.getAttribute("aria-pressed") !== "true"));
    this.zoom.addEventListener("input", () => setZoom(this.camera?.track, Number(this.zoom.value)));
    this.mirror.addEventListener("change", () => this.setMirrored(this.mirror.checked));
    this.setMirrored(recall(MIRROR_KEY) === "1");
  }

  /** @param {import("./camera.js").Camera} camera of the shift that begins */
  attach(camera) {
    this.camera = camera;
    camera.addEventListener("running", () => this.learn());
  }

  /** What this camera can, and which others there are: known once it runs. */
  async learn() {
    const { track } = this.camera;
    if (!track || track === this.known) return;
    this.known = track;
    this.torch.hidden = !hasTorch(track);
    this.torch.setAttribute("aria-pressed", "false");
    const zoom = zoomOf(track);
    this.zoom.closest("label").hidden = !zoom;
    if (zoom) Object.assign(this.zoom, zoom);
    this.list(await listCameras(), track.getSettings().deviceId);
  }

  list(cameras, currentId) {
    const named = cameras.map(({ deviceId, label }, at) => new Option(label || text("camera.number", { n: at + 1 }), deviceId));
    this.choice.replaceChildren(...named);
    this.choice.value = currentId ?? chosenCamera() ?? "";
    this.choice.closest("label").hidden = cameras.length < 2;
  }

  choose(deviceId) {
    rememberCamera(deviceId);
    this.camera?.start({ deviceId });
  }

  async light(isOn) {
    const did = await setTorch(this.camera?.track, isOn);
    this.torch.setAttribute("aria-pressed", String(isOn && did));
  }

  /** A fixed camera beside a screen is easier to aim at when the picture is a mirror. */
  setMirrored(isMirrored) {
    this.mirror.checked = isMirrored;
    this.frame.classList.toggle("mirrored", isMirrored);
    this.frame.querySelector("canvas").dataset.mirrored = String(isMirrored);
    keep(MIRROR_KEY, isMirrored ? "1" : "0");
  }
}

function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    return; // a private window: it holds until the page is left
  }
}
