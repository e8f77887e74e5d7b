/** What this device remembers, where its browser lets it. */

/**
 * @param {string} key
 * @returns {any} null where nothing is remembered
 */
export function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Remember a value; a browser that keeps nothing asks again next time. */
export function remember(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    return;
  }
}
