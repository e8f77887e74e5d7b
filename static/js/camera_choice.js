/** Which camera: the one chosen on this device before; else the rear one, or one that was plugged in. */

const KEY = "checkpoint.camera";
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };
// What makers and systems call a camera that looks at who sits before the screen.
const LOOKS_AT_THE_OFFICER = /integrated|built-?in|internal|facetime|front|user|\bir\b|infrared|tích hợp|trước/i;
const LOOKS_AWAY = /back|rear|environment|\bsau\b/i;

/** The deviceId that was chosen here, or null. Where nothing can be kept, nothing was. */
export function chosenCamera() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function rememberCamera(deviceId) {
  try {
    localStorage.setItem(KEY, deviceId);
  } catch {
    return; // a private window: it holds for this shift
  }
}

/**
 * What to ask the browser for. `ideal`: a camera that is not there any more must not keep others away.
 * @param {string | null} deviceId
 * @returns {MediaTrackConstraints}
 */
export function wishes(deviceId) {
  return deviceId ? { ...SIZE, deviceId: { ideal: deviceId } } : { ...SIZE, facingMode: { ideal: "environment" } };
}

/**
 * The camera to use where nobody has chosen one. Names are known only once a camera was allowed.
 * @param {{deviceId: string, label: string}[]} cameras
 * @param {{deviceId: string, facingMode?: string}} current the one that the browser opened
 * @returns {string} its deviceId
 */
export function bestCamera(cameras, current) {
  if (current.facingMode === "environment") return current.deviceId;
  const named = cameras.filter(({ label }) => label);
  const away = named.find(({ label }) => LOOKS_AWAY.test(label));
  const pluggedIn = named.find(({ label }) => !LOOKS_AT_THE_OFFICER.test(label));
  const own = named.find(({ deviceId }) => deviceId === current.deviceId);
  if (!away && own && !LOOKS_AT_THE_OFFICER.test(own.label)) return current.deviceId;
  return (away ?? pluggedIn)?.deviceId ?? current.deviceId;
}

/** The cameras of this device. */
export async function listCameras() {
  const devices = await navigator.mediaDevices?.enumerateDevices?.().catch(() => []);
  return (devices ?? []).filter(({ kind }) => kind === "videoinput");
}
