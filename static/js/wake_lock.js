/** Keeps the screen lit. Browsers without a wake lock, or too low on power, go dark as they like. */

let isWanted = false;
let lock = null;

/**
 * Keep the screen lit until `release`. The browser drops the lock whenever the page is hidden, so it
 * is asked for again when the page comes back. Never rejects.
 * @returns {Promise<void>}
 */
export async function acquire() {
  isWanted = true;
  try {
    if (navigator.wakeLock && document.visibilityState === "visible") {
      lock = await navigator.wakeLock.request("screen");
      if (!isWanted) release();
    }
  } catch {
    lock = null;
  }
}

/** Let the screen go dark again. */
export function release() {
  isWanted = false;
  lock?.release();
  lock = null;
}

document.addEventListener("visibilitychange", () => {
  if (isWanted && document.visibilityState === "visible") acquire();
});
