/** What need not be in the picture that the verdict is painted in. */

/**
 * Call once the next picture of the page is painted. A verdict that waits for nothing else is seen sooner.
 * @param {() => void} act
 */
export function afterPaint(act) {
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = act;
    painted.port2.postMessage(null); // comes after the picture that this callback belongs to
  });
}
