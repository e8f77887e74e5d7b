/**
 * The travel codes that this device keeps for when there is no network, in its Cache storage: of each
 * the code and its picture, the serial, the holder's name, the validity, and since when it is kept.
 *
 * @typedef {{serial: string, name: string, from: number, until: number, code: string, picture: string,
 *   keptAt: number}} KeptCode  times in milliseconds since 1970; `picture` is an SVG
 */

const CODES = "kept-codes";
const PAGE = "my-code-page"; // the worker's, in templates/permits/service_worker.js
const SHOWN_AFTER_EXPIRY_MS = 24 * 3600 * 1000;

const addressOf = (serial) => `/my-code/kept/${encodeURIComponent(serial)}`; // no page, only a key

/** Whether this browser can keep anything: it can only for pages that came over https. */
export const canKeep = "serviceWorker" in navigator && "caches" in window;

/** @param {KeptCode} kept */
export async function keep(kept) {
  const cache = await caches.open(CODES);
  await cache.put(addressOf(kept.serial), new Response(JSON.stringify(kept)));
}

/**
 * All that are kept, the latest first. Those that expired more than a day ago go.
 * @param {number} now
 * @returns {Promise<KeptCode[]>}
 */
export async function keptCodes(now) {
  if (!canKeep || !(await caches.has(CODES))) return [];
  const cache = await caches.open(CODES);
  const found = [];
  for (const key of await cache.keys()) {
    const kept = await (await cache.match(key)).json();
    if (kept.until + SHOWN_AFTER_EXPIRY_MS < now) await forget(kept.serial);
    else found.push(kept);
  }
  return found.sort((one, other) => other.keptAt - one.keptAt);
}

/** Forget a code, and with the last one the page and its worker. */
export async function forget(serial) {
  if (!canKeep || !(await caches.has(CODES))) return;
  const cache = await caches.open(CODES);
  await cache.delete(addressOf(serial));
  if ((await cache.keys()).length === 0) await forgetAll();
}

/** Leave nothing behind. */
export async function forgetAll() {
  await Promise.all([caches.delete(CODES), caches.delete(PAGE)]);
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    const { pathname } = new URL(registration.scope);
    if (["/permits/", "/my-code/"].includes(pathname)) await registration.unregister();
  }
}
