/** What a camera can do besides giving a picture: focus by itself, a torch, a zoom. Many can nothing. */

const BY_ITSELF = ["focusMode", "exposureMode", "whiteBalanceMode"];

const abilities = (track) => track?.getCapabilities?.() ?? {};

/** Focus, exposure and white balance all the time, where the camera can. Never rejects. */
export async function adjustByItself(track) {
  const able = abilities(track);
  const wanted = BY_ITSELF.filter((name) => able[name]?.includes?.("continuous"));
  // One by one: a camera that refuses one would else have none.
  for (const name of wanted) await apply(track, { [name]: "continuous" });
}

/** Whether there is a torch. */
export const hasTorch = (track) => Boolean(abilities(track).torch);

/** @returns {Promise<boolean>} whether the camera did it */
export const setTorch = (track, isOn) => apply(track, { torch: isOn });

/**
 * How far the camera zooms, or null.
 * @returns {{min: number, max: number, step: number, value: number} | null}
 */
export function zoomOf(track) {
  const { zoom } = abilities(track);
  if (!zoom || !(zoom.max > zoom.min)) return null;
  return { min: zoom.min, max: zoom.max, step: zoom.step || 0.1, value: track.getSettings().zoom ?? zoom.min };
}

/** @returns {Promise<boolean>} whether the camera did it */
export const setZoom = (track, zoom) => apply(track, { zoom });

async function apply(track, setting) {
  try {
    await track.applyConstraints({ advanced: [setting] });
    return true;
  } catch {
    return false;
  }
}
