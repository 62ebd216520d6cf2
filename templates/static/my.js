// Mon séjour in a real browser: from the first star on, this phone keeps the list too.
(() => {
  const LIST = "/my/", $ = (found) => document.querySelector(found);
  const mine = () => { try { return localStorage.getItem("my") } catch {} };
  const keep = (list) => { try { list ? localStorage.setItem("my", list) : localStorage.removeItem("my") } catch {} };
  const lists = (url) => url.pathname.startsWith(LIST);
  const listOf = (url) => (lists(url) ? url.pathname.slice(4) : new URLSearchParams(url.search).get("my")) || "";
  const own = () => !mine() || mine() === listOf(location);
  const show = async (url) => { // made anew by the server, counted already
    if ($("main script")) return location.replace(url);
    const answer = await fetch(url, { headers: { Purpose: "prefetch" } });
    $(".page").replaceWith(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".page"));
    history.replaceState(null, "", url);
  };
  addEventListener("pageshow", () => {
    const here = new URL(location), both = $("[data-both]"), share = $("[data-share]");
    if (!own() && !lists(here)) {
      here.searchParams.set("my", mine());
      show(here);
    } else if (!own() && !listOf(here)) location.replace(LIST + mine() + here.search);
    else if (!own() && both) {
      both.href = `${LIST}${mine()}.${listOf(here)}${here.search}`;
      both.hidden = false;
    }
    if (share && navigator.share) {
      share.hidden = false;
      share.onclick = () => navigator.share({ title: document.title, url: share.value || here });
    }
    if (here.searchParams.has("print")) print();
  });
  addEventListener("click", (event) => {
    const star = event.target.closest("[data-keep],[data-both]");
    if (!star) return;
    const there = new URL(star.href);
    if (!lists(location) || own() || "both" in star.dataset) keep(listOf(there));
    if (lists(there)) return;
    event.preventDefault();
    there.hash = "";
    show(there).then(() => $(`[data-keep="${star.dataset.keep}"]`).focus());
  });
})();
