/** The device's camera: opens it, and says in a code why it does not open. */

const WISHES = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };

const PICTURE_WITHIN_MS = 5000;
// What a camera that is plugged in may mend.
const MENDED_BY_PLUGGING_IN = ["NotFoundError", "ended"];

/** Events: `asking`, `running`, `trouble` (detail: a code that the page has words for). */
export class Camera extends EventTarget {
  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.video = video;
    this.onDevices = () => {
      if (MENDED_BY_PLUGGING_IN.includes(this.trouble)) this.start();
    };
  }

  /** Open the camera. Never rejects: what goes wrong is told by `trouble`. */
  async start() {
    this.stop();
    const wanted = (this.wanted = Symbol());
    navigator.mediaDevices?.addEventListener("devicechange", this.onDevices);
    this.tell("asking");
    try {
      const stream = await openStream();
      if (this.wanted !== wanted) {
        for (const track of stream.getTracks()) track.stop(); // the shift ended meanwhile
        return;
      }
      this.stream = stream;
      this.watch(stream.getVideoTracks()[0]);
      this.video.srcObject = stream;
      this.awaited = setTimeout(() => this.tell("trouble", "no_picture"), PICTURE_WITHIN_MS);
      await this.video.play();
      clearTimeout(this.awaited);
      if (this.wanted === wanted) this.tell("running");
    } catch (error) {
      if (this.wanted !== wanted) return;
      clearTimeout(this.awaited);
      this.tell("trouble", error.code_of_camera ?? error.name);
    }
  }

  stop() {
    this.wanted = null;
    clearTimeout(this.awaited);
    navigator.mediaDevices?.removeEventListener("devicechange", this.onDevices);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  watch(track) {
    track.addEventListener("ended", () => this.tell("trouble", "ended"));
    track.addEventListener("mute", () => this.tell("trouble", "muted"));
    track.addEventListener("unmute", () => this.tell("running"));
  }

  tell(type, detail = null) {
    this.trouble = type === "trouble" ? detail : null;
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

async function openStream() {
  if (!navigator.mediaDevices?.getUserMedia) {
    // Browsers hide the camera from pages that did not come over https or from this machine.
    throw Object.assign(new Error(), { code_of_camera: window.isSecureContext ? "unsupported" : "insecure" });
  }
  try {
    return await navigator.mediaDevices.getUserMedia({ video: WISHES });
  } catch (error) {
    if (error.name !== "OverconstrainedError") throw error;
    return navigator.mediaDevices.getUserMedia({ video: true });
  }
}
