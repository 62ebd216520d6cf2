// What the visitor embarked, shown when there is no network or no answer. Pages come from the network first; nothing is kept unless asked for.
const VERSION = "__VERSION__"; // written by the server: a new release is a new worker
const SHELF = "sejour", WHOLE = "/embarked"; // the one entry of the shelf names the cache of the last embarkation that is whole
const PATIENCE = 3000, LONGEST = 30000; // milliseconds: before a kept page is shown instead; for one page to be kept
const PAGES = /^\/($|(o|my|kind|why|collection|static|img)\/|(agenda|essentials|map|my|offline|plan|search|notices|deals|about|privacy|accessibility)$)/;
const WHO = ["h", "lat", "lon", "lang", "my"]; // what an address says of the visitor: the same page is kept for all of them

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const done = navigator.locks.request(SHELF, () => embark(event.data));
  event.waitUntil(done.then(() => event.ports[0].postMessage("yes"), () => event.ports[0].postMessage("failed")));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin && PAGES.test(url.pathname) && !url.searchParams.has("portal");
  if (ours && event.request.method === "GET") event.respondWith(answer(event.request, url));
});

// Fills a new cache, all of it or nothing, then names it: never a mix of two days. The first page is also the one that opens the site.
async function embark(pages) {
  const name = `${SHELF}-${VERSION}-${Date.now()}`, fresh = await caches.open(name);
  try {
    await Promise.all(pages.map(async (page) => {
      const asked = { cache: "no-store", headers: { Purpose: "prefetch" }, signal: AbortSignal.timeout(LONGEST) };
      const response = await fetch(page, asked), url = new URL(page, location);
      if (response.status >= 500) throw response;
      if (response.ok && page === pages[0]) await fresh.put("/", response.clone());
      if (!response.ok) return;
      await fresh.put(plain(url), response.clone());
      for (const photo of new Set((await response.text()).match(/\/img\/\w+-/g))) {
        const small = await fetch(`${photo}320.jpg`, asked);
        if (small.ok) await fresh.put(plain(new URL(small.url)), small);
      }
    }));
    await (await caches.open(SHELF)).put(WHOLE, new Response(name));
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  for (const other of await caches.keys()) if (![SHELF, name].includes(other)) await caches.delete(other);
}

async function answer(request, url) {
  const copy = await kept(plain(url)), fetched = fetch(request);
  const late = new Promise((_, give) => { if (copy) setTimeout(give, PATIENCE); });
  const response = await Promise.race([fetched, late]).catch(() => null);
  if (response && response.status < 500) return response;
  const instead = copy || (request.mode === "navigate" && (await kept("/offline")));
  return instead ? said(instead) : response || Response.error();
}

async function kept(address) {
  const whole = await caches.match(WHOLE, { cacheName: SHELF });
  return whole && caches.match(address, { cacheName: await whole.text(), ignoreVary: true });
}

// The page says itself, in its language, that it was kept and when: that line is only hidden.
async function said(copy) {
  if (!(copy.headers.get("Content-Type") || "").startsWith("text/html")) return copy;
  const headers = new Headers(copy.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response((await copy.text()).replace('class="off" hidden', 'class="off"'), { headers });
}

function plain(url) {
  const query = String(new URLSearchParams([...url.searchParams].filter(([name]) => !WHO.includes(name))));
  const path = url.pathname.startsWith("/img/") ? url.pathname.replace(/-.*/, "-320.jpg") : url.pathname; // of a photo, the small one alone is kept
  return path + (query && `?${query}`);
}
