{% load static %}/**
 * Opens /my-code/ where there is no network, also in the place of a permit's page. It keeps that page,
 * which is the same for everybody, and the files below, whose names change with what is in them; so a
 * new release makes another worker of this. It touches no other page: its scopes are /permits/ and
 * /my-code/ alone. The codes themselves are kept by kept_codes.js.
 */
const PAGE = "{% url 'my_code' %}";
const FILES = [
  "{% static 'css/base.css' %}",
  "{% static 'css/travel_code.css' %}",
  "{% static 'img/icon.svg' %}",
  "{% static 'js/my_code.js' %}",
  "{% static 'js/kept_codes.js' %}",
  "{% static 'js/texts.js' %}",
];
const CACHE = "my-code-page";
const LONGEST_WAIT_MS = 6000; // in a dead zone a request hangs rather than fails

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => event.waitUntil(removeOldFiles()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  const isPage = pathname === PAGE || (pathname.startsWith("/permits/") && pathname.endsWith("/"));
  if (request.mode === "navigate" && isPage) event.respondWith(open(request, pathname));
  else if (FILES.includes(pathname)) event.respondWith(file(request, pathname));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([PAGE, ...FILES].map((address) => new Request(address, { cache: "no-cache" })));
}

async function removeOldFiles() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== PAGE && !FILES.includes(pathname)) await cache.delete(request);
  }
}

/** From the site; where it does not answer in time, or its proxy finds none of its servers, the kept page. */
async function open(request, pathname) {
  const late = AbortSignal.timeout(LONGEST_WAIT_MS);
  try {
    const response = await Promise.race([fetch(request), rejection(late)]);
    if ([502, 503, 504].includes(response.status)) throw new Error("no server");
    if (pathname === PAGE && response.ok) (await caches.open(CACHE)).put(PAGE, response.clone());
    return response;
  } catch (error) {
    const kept = await caches.match(PAGE, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

function rejection(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

async function file(request, pathname) {
  return (await caches.match(pathname, { ignoreVary: true })) ?? fetch(request);
}
