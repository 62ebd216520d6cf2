// The streets, when the visitor asks for them: until then nothing of them is fetched, and without them the drawing stays.
(() => {
  const fetched = (name, more) => new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement(name), more, { onload: done, onerror: failed }));
  });
  const pin = (map, at, text, title, size = 28) => {
    const icon = L.divIcon({ className: text ? "pin" : "pin here", html: text, iconSize: [size, size] });
    return L.marker(at.split(","), { icon, title, zIndexOffset: text ? 0 : 1000 }).addTo(map);
  };
  const draw = (box) => {
    const { here, zoom, words } = box.dataset, [nearer, farther, you] = words.split("|");
    const drawing = document.getElementById("drawing"), frame = document.createElement("div");
    frame.className = "streets";
    drawing.before(frame);
    const map = L.map(frame, { zoomControl: false }).addControl(L.control.zoom({ zoomInTitle: nearer, zoomOutTitle: farther }));
    map.attributionControl.setPrefix(false);
    const flavor = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const layer = protomapsL.leafletLayer({ url: "/basemap.pmtiles", flavor, lang: document.documentElement.lang, maxDataZoom: +zoom });
    pin(map, here, "", you, 18);
    const places = [...document.querySelectorAll("[data-at]")].map((row) => {
      const link = row.querySelector("a").cloneNode(true);
      return pin(map, row.dataset.at, row.id, link.textContent).bindPopup(link, { maxWidth: 220 }).getLatLng();
    });
    map.fitBounds(L.latLngBounds([here.split(","), ...places]), { padding: [24, 24], maxZoom: 17 });
    layer.addTo(map);
    drawing.remove();
    box.remove();
  };
  const open = async (box) => {
    const { css, leaflet, tiles } = box.dataset;
    await Promise.all([...css.split(" ").map((href) => fetched("link", { rel: "stylesheet", href })), fetched("script", { src: leaflet })]);
    await fetched("script", { src: tiles });
    draw(box);
  };
  const show = () => document.getElementById("streets")?.removeAttribute("hidden");
  addEventListener("click", (event) => {
    const box = event.target.closest("#streets"), button = event.target.closest("#streets button");
    if (!button) return;
    button.disabled = true;
    open(box).catch(() => {
      button.disabled = box.lastElementChild.hidden = false;
    });
  });
  new MutationObserver(show).observe(document.body, { childList: true }); // another script may bring the page anew
  show();
})();
