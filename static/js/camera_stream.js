/** Opens the camera that is wished for, or a better one than the browser's first. */

import { bestCamera, listCameras, wishes } from "./camera_choice.js";

/** Let the camera go. */
export function release(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * @param {string | null} deviceId the chosen camera, where one was
 * @returns {Promise<MediaStream>} rejects with the browser's error; `code_of_camera` is ours, where it has none
 */
export async function openStream(deviceId) {
  if (!navigator.mediaDevices?.getUserMedia) {
    // Browsers hide the camera from pages that did not come over https or from this machine.
    throw Object.assign(new Error(), { code_of_camera: window.isSecureContext ? "unsupported" : "insecure" });
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: wishes(deviceId) });
    return deviceId ? stream : await orBetter(stream);
  } catch (error) {
    if (error.name !== "OverconstrainedError") throw error;
    return navigator.mediaDevices.getUserMedia({ video: true });
  }
}

/** Where nobody has chosen a camera: another one, if by its name it is a better one. */
async function orBetter(stream) {
  const current = stream.getVideoTracks()[0].getSettings();
  const best = bestCamera(await listCameras(), current);
  if (!best || best === current.deviceId) return stream;
  release(stream); // phones open one camera at a time
  return navigator.mediaDevices.getUserMedia({ video: wishes(best) });
}
