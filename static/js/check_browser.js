/** What the browser can do. */

const STORED = "checkpoint.test";

/** @returns {Promise<{name: string, code: string, values: object}[]>} */
export async function checkBrowser() {
  const values = {
    wake_lock: "wakeLock" in navigator,
    barcode_detector: "BarcodeDetector" in window,
    workers: "Worker" in window,
    storage: canStore(),
    full_screen: Boolean(document.documentElement.requestFullscreen),
  };
  return [{ name: "browser", code: codeOf(values), values }];
}

function codeOf({ wake_lock: wakeLock, workers, storage }) {
  if (!workers || !window.WebSocket || !window.crypto?.getRandomValues) return "old";
  if (!storage) return "forgets";
  return wakeLock ? "ok" : "goes_dark";
}

function canStore() {
  try {
    localStorage.setItem(STORED, "1");
    localStorage.removeItem(STORED);
    return true;
  } catch {
    return false;
  }
}
