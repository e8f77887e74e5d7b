// A camera that a test has in its hand: `fakeCamera.paint` draws each picture, on a canvas whose
// stream is the camera's.
(() => {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const pen = canvas.getContext("2d");
  let picture = 0;
  const fakeCamera = (window.fakeCamera = {
    pen,
    abilities: {},
    settings: {},
    applied: [],
    opened: [],
    cameras: [{ deviceId: "one", label: "Fake camera", kind: "videoinput" }],
    isFrozen: false,
    error: null, // the name of what getUserMedia fails with
    permission: Object.assign(new EventTarget(), { state: "granted" }),
    road() {
      picture++;
      pen.fillStyle = "rgb(110, 110, 110)";
      pen.fillRect(0, 0, 640, 480);
      pen.fillStyle = "rgb(112, 112, 112)";
      pen.fillRect((picture * 7) % 600, 100, 40, 40); // a sensor's noise, hardly seen
    },
    black() {
      picture++;
      pen.fillStyle = picture % 2 ? "rgb(2, 2, 2)" : "rgb(3, 3, 3)";
      pen.fillRect(0, 0, 640, 480);
    },
    setPermission(state) {
      fakeCamera.permission.state = state;
      fakeCamera.permission.dispatchEvent(new Event("change"));
    },
  });
  fakeCamera.paint = fakeCamera.road;
  setInterval(() => fakeCamera.isFrozen || fakeCamera.paint(), 33);
  navigator.permissions.query = async () => fakeCamera.permission;
  if (!navigator.mediaDevices) return;
  navigator.mediaDevices.enumerateDevices = async () => fakeCamera.cameras;
  navigator.mediaDevices.getUserMedia = async ({ video }) => {
    if (fakeCamera.permission.state === "denied") throw Object.assign(new Error(), { name: "NotAllowedError" });
    fakeCamera.opened.push(video);
    if (fakeCamera.error) throw Object.assign(new Error(), { name: fakeCamera.error });
    const stream = canvas.captureStream(30);
    const [track] = stream.getVideoTracks();
    fakeCamera.track = track;
    const deviceId = video.deviceId?.ideal ?? fakeCamera.cameras[0].deviceId;
    track.getCapabilities = () => fakeCamera.abilities;
    track.getSettings = () => ({ deviceId, ...fakeCamera.settings });
    track.applyConstraints = async ({ advanced }) => void fakeCamera.applied.push(...advanced);
    return stream;
  };
})();
