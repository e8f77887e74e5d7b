/** A USB scanner types like a keyboard, only faster than hands can, and ends with Enter. */

const FASTEST_HAND_MS = 100; // a busy page hears the keys late
const SHORTEST_CODE = 6;
const FIELDS = "input:not([type=file]), select, textarea, [contenteditable]";

/**
 * Listen for codes that are typed by a scanner while no field has the focus.
 * @param {(payload: string) => void} onCode
 * @returns {() => void} stops listening
 */
export function listenForScanner(onCode) {
  let typed = "";
  let lastAt = 0;
  const onKey = (event) => {
    if (event.target.closest?.(FIELDS) || event.ctrlKey || event.altKey || event.metaKey) return;
    const isFast = event.timeStamp - lastAt < FASTEST_HAND_MS;
    lastAt = event.timeStamp;
    if (!isFast) typed = "";
    if (event.key === "Enter") {
      if (typed.length >= SHORTEST_CODE) {
        event.preventDefault(); // or Enter would press the button that has the focus
        onCode(typed);
      }
      typed = "";
    } else if (event.key.length === 1) {
      if (typed) event.preventDefault(); // a space would scroll, or press a button
      typed += event.key;
    }
  };
  document.addEventListener("keydown", onKey, true);
  return () => document.removeEventListener("keydown", onKey, true);
}
