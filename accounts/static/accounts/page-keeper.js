// The first part of each service worker (accounts/workers.py): keeps some pages opened on this device with their parts,
// so that they open again without network. Nothing else of the site is kept; a page that is too old goes, and signing
// out wipes all of it.

const PATIENCE = 4000;

// `isPage(url)`: the pages to keep; `longest`: for how many milliseconds; `otherwise(request)`: what stands for an
// address of this scope that was not kept.
function keepPages({ name, isPage, longest, otherwise }) {
  const isPart = (url) => url.pathname.startsWith("/static/");

  self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(forget)));
  self.addEventListener("message", (event) => event.waitUntil(keep(event.data.keep)));
  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
    if (isPage(url) || isPart(url)) event.respondWith(fresh(event.request, isPage(url)));
    else if (otherwise && event.request.mode === "navigate") event.respondWith(instead(event.request));
  });

  // From the network while it answers; from this device when it does not.
  async function fresh(request, isOurs) {
    const kept = await caches.match(request.url, { ignoreVary: true });
    try {
      const response = await (kept ? Promise.race([fetch(request), patience()]) : fetch(request));
      if (response.ok && !response.redirected) {
        const copy = response.clone();
        caches.open(name).then((cache) => cache.put(request.url, copy));
      } else if (isOurs && kept && (response.type === "opaqueredirect" || [403, 404].includes(response.status))) {
        // No longer hers, or no longer signed in: the page is not kept for the next one.
        await (await caches.open(name)).delete(request.url, { ignoreVary: true });
      }
      return response;
    } catch (error) {
      if (kept) return kept;
      throw error;
    }
  }

  async function instead(request) {
    try {
      return await fetch(request);
    } catch (error) {
      const cache = await caches.open(name);
      const pages = (await cache.keys()).map((one) => one.url).filter((one) => isPage(new URL(one)));
      const chosen = otherwise(request, pages);
      if (chosen) return Response.redirect(chosen);
      throw error;
    }
  }

  function patience() {
    return new Promise((_, reject) => setTimeout(() => reject(new Error("too slow")), PATIENCE));
  }

  async function keep(addresses) {
    const cache = await caches.open(name);
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
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const at = Date.parse((await cache.match(request, { ignoreVary: true })).headers.get("date"));
      if (isPage(new URL(request.url)) && !(Date.now() - at < longest)) await cache.delete(request);
    }
  }
}
