// Keeps the pages of the roll opened on this device, so that one opens again without network. Nothing else of the
// site is kept; a page older than two days goes, and signing out wipes all of it.

const KEPT = "impec-roll";
const LONGEST = 48 * 3600 * 1000;
const PATIENCE = 4000;

const isRoll = (url) => /^\/socle\/demi-journees\/\d+\/appel\/$/.test(url.pathname);
const isPart = (url) => url.pathname.startsWith("/static/");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(forget)));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data.keep)));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (isRoll(url) || isPart(url)) event.respondWith(fresh(event.request, isRoll(url)));
});

// From the network while it answers; from this device when it does not.
async function fresh(request, isPage) {
  const kept = await caches.match(request.url, { ignoreVary: true });
  try {
    const response = await (kept ? Promise.race([fetch(request), patience()]) : fetch(request));
    if (response.ok && !response.redirected) {
      const copy = response.clone();
      caches.open(KEPT).then((cache) => cache.put(request.url, copy));
    } else if (isPage && kept && (response.type === "opaqueredirect" || [403, 404].includes(response.status))) {
      // No longer hers, or no longer signed in: the page is not kept for the next one.
      await (await caches.open(KEPT)).delete(request.url, { ignoreVary: true });
    }
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

function patience() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), PATIENCE));
}

async function keep(addresses) {
  const cache = await caches.open(KEPT);
  await Promise.allSettled(
    addresses.map(async (address) => {
      if (await cache.match(address, { ignoreVary: true })) return;
      const response = await fetch(address);
      if (response.ok && !response.redirected) await cache.put(address, response);
    }),
  );
  await forget();
}

async function forget() {
  const cache = await caches.open(KEPT);
  for (const request of await cache.keys()) {
    const at = Date.parse((await cache.match(request, { ignoreVary: true })).headers.get("date"));
    if (isRoll(new URL(request.url)) && !(Date.now() - at < LONGEST)) await cache.delete(request);
  }
}
