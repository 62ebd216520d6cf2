// Embarquer: at the visitor's request, a service worker keeps this page and those it names. Before that, nothing is registered and nothing is kept.
(() => {
  const worker = navigator.serviceWorker;
  if (!isSecureContext || !worker || !self.caches || !navigator.locks) return;
  const NAMED = /^\/((o|my)\/|(agenda|essentials|map|notices)$)/, aside = () => document.getElementById("embark");
  let state;
  const show = (now) => {
    state = now;
    aside().hidden = false;
    for (const part of aside().querySelectorAll("[data-in]")) part.hidden = !part.dataset.in.includes(state);
  };
  const pages = () => {
    const links = [...document.querySelectorAll("main a[href], .mine a")].map((a) => new URL(a.href));
    const named = links.filter((url) => url.origin === location.origin && NAMED.test(url.pathname) && !url.pathname.endsWith(".ics"));
    const scripts = [...document.scripts].map((script) => script.src);
    const all = [location.href, aside().dataset.offline, ...named.map(String), ...scripts];
    return [...new Set(all.map((url) => url.replace(/#.*/, "")))];
  };
  const embark = async () => {
    show("busy");
    const { port1, port2 } = new MessageChannel(), told = new Promise((done) => (port1.onmessage = (event) => done(event.data)));
    await worker.register("/sw.js");
    (await worker.ready).active.postMessage(pages(), [port2]);
    show(await told);
  };
  const forget = async () => {
    await (await worker.getRegistration())?.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
    show("no");
  };
  addEventListener("click", (event) => {
    const button = event.target.closest("#embark button");
    if (button) (button.value === "forget" ? forget : embark)().catch(() => show("failed"));
  });
  new MutationObserver(() => aside() && state && show(state)).observe(document.body, { childList: true }); // another script may bring the page anew
  caches.has("sejour").then((has) => aside() && show(has ? "yes" : "no"));
})();
