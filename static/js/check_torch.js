/** The lamp beside the camera: lit for a moment, where there is one. */

const LIT_MS = 600;

/**
 * @param {MediaStreamTrack} track
 * @returns {Promise<{name: string, code: string}>}
 */
export async function checkTorch(track) {
  if (!track.getCapabilities?.().torch) return { name: "torch", code: "none" };
  try {
    await track.applyConstraints({ advanced: [{ torch: true }] });
    await new Promise((resolve) => setTimeout(resolve, LIT_MS));
    const isLit = track.getSettings().torch !== false;
    await track.applyConstraints({ advanced: [{ torch: false }] });
    return { name: "torch", code: isLit ? "ok" : "failed" };
  } catch {
    return { name: "torch", code: "failed" };
  }
}
