{% load static %}/**
 * Opens /my-code/ where there is no network, also in the place of a permit's page. It keeps that page,
 * which is the same for everybody, and the files that the page names. It touches no other page: its scopes
 * are /permits/ and /my-code/ alone. The codes themselves are kept by kept_codes.js.
 */
const PAGE = "{% url 'my_code' %}";
const STATIC = "{% get_static_prefix %}";
const CACHE = "my-code-page";
const LONGEST_WAIT_MS = 6000; // in a dead zone a request hangs rather than fails

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(refresh());
});

self.addEventListener("message", (event) => event.waitUntil(refresh()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const isPage = pathname === PAGE || (pathname.startsWith("/permits/") && pathname.endsWith("/"));
  if (request.mode === "navigate" && isPage) event.respondWith(open(event, pathname));
  // A file's name changes with what is in it, so one that is kept is never old.
  else if (pathname.startsWith(STATIC)) event.respondWith(file(request, pathname));
});

/** From the site; where it does not answer in time, or its proxy finds none of its servers, the kept page. */
async function open(event, pathname) {
  try {
    const response = await Promise.race([fetch(event.request), tooLate()]);
    if ([502, 503, 504].includes(response.status)) throw new Error("no server");
    if (pathname === PAGE && response.ok) event.waitUntil(take(response.clone()));
    return response;
  } catch (error) {
    const kept = await match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

function tooLate() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), LONGEST_WAIT_MS));
}

async function file(request, pathname) {
  return (await match(pathname)) ?? fetch(request);
}

async function match(pathname) {
  return caches.match(pathname, { cacheName: CACHE, ignoreVary: true });
}

async function refresh() {
  await take(await fetch(PAGE, { cache: "no-cache" }));
}

/** Keep the page: first the files that it names, so that it is never without them, and drop the others. */
async function take(response) {
  if (!response.ok) throw new Error("no page");
  const cache = await caches.open(CACHE);
  const named = namedIn(await response.clone().text());
  const kept = (await cache.keys()).map((request) => new URL(request.url).pathname);
  await cache.addAll(named.filter((pathname) => !kept.includes(pathname)));
  await cache.put(PAGE, response);
  for (const pathname of kept) {
    if (pathname !== PAGE && !named.includes(pathname)) await cache.delete(pathname, { ignoreVary: true });
  }
}

function namedIn(html) {
  const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]);
  return [...new Set(addresses.filter((address) => address.startsWith(STATIC)))];
}
