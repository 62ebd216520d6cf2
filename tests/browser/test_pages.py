"""The pages in a real browser: nothing but the page, readable by everyone, on the smallest phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.builders import make_object, write_flux
from tests.journeys.conftest import Service, sejour

Phone = Callable[..., BrowserContext]
PAGES = (
    "/?lang=fr",
    "/?lang=de&when=tonight",
    "/kind/restaurant?lang=en",
    "/kind/lodging?lang=nl",
    "/nowhere?lang=es",
    "/?lat=47&lon=-8&lang=it",
    "/agenda?lang=fr",
    "/essentials?lang=en",
    "/search?lang=fr&q=chateau",
    "/search?lang=de&q=zzzz",
    "/about?lang=en",
    "/privacy?lang=fr",
    "/accessibility?lang=es",
    "/plan?lang=de&at=2026-08-13T09:40",
    "/plan?lang=fr&from=03:00&to=04:00",
    "/notices?lang=de",
    "/deals?lang=fr",
    "/collection/6?lang=en",
    "/collection/7?lang=nl&at=2026-08-13T23:30",
)


SHIFTS = """new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const shift of list.getEntries()) sum += shift.value })
    .observe({type: "layout-shift", buffered: true}); setTimeout(() => done(sum), 200) })"""


@pytest.fixture
def demo(steady: Service) -> Service:
    return steady


def first_offer(page: Page, base: str) -> str:
    page.goto(f"{base}/?lang=fr")
    return str(page.locator("article h2 a").first.get_attribute("href"))


def test_asks_nobody_else_and_keeps_nothing(demo: Service, phone: Phone) -> None:
    context = phone()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for path in (*PAGES, first_offer(page, demo.base)):
        page.goto(demo.base + path)
    assert all(url.startswith((demo.base, "data:")) for url in asked)
    assert [text for text in said if "404" not in text] == []  # no violation of the Content-Security-Policy among others
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(demo: Service, phone: Phone, scheme: str) -> None:
    page = phone(color_scheme=scheme, bypass_csp=True).new_page()
    offer = first_offer(page, demo.base)
    for path in (*PAGES, offer, offer.replace("/o/", "/why/")):
        page.goto(demo.base + path)
        found = Axe().run(page).response["violations"]
        assert found == [], f"{path}: {[(v['id'], [n['html'][:120] for n in v['nodes']][:3]) for v in found]}"


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_overflows(demo: Service, phone: Phone, width: int) -> None:
    page = phone(width).new_page()
    for path in (*PAGES, first_offer(page, demo.base)):
        page.goto(demo.base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_every_target_is_large_enough(demo: Service, phone: Phone) -> None:
    page = phone().new_page()
    page.goto(f"{demo.base}/?lang=fr")
    small = page.evaluate("""[...document.querySelectorAll("nav a, .do a, summary, .near a, .kind a")].filter(e => e.offsetParent)
        .map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([t, h]) => h < 43.5)""")
    assert small == []


def test_the_first_screen_holds_two_cards(demo: Service, phone: Phone) -> None:
    page = phone().new_page()
    page.goto(f"{demo.base}/?lang=fr")
    names = page.locator("article h2")
    assert names.nth(1).bounding_box()["y"] < 640 - 30  # type: ignore[index]


@pytest.mark.parametrize("scale", [1, 3])
def test_photos_move_nothing_and_weigh_little(demo: Service, phone: Phone, scale: int) -> None:
    page = phone(device_scale_factor=scale).new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    for path in ("/?lang=fr", first_offer(page, demo.base)):
        sizes.clear()
        page.goto(demo.base + path)
        photo = page.locator("img.photo")
        assert photo.evaluate("e => e.decode().then(() => e.currentSrc.split('-')[1].split('.')[0])") in ("320", "640")
        assert page.evaluate(SHIFTS) == 0
        assert sum(sizes) <= 100_000  # even uncompressed
        above = page.locator("h1").first if path != "/?lang=fr" else page.locator("article.pick h2")
        assert above.bounding_box()["y"] < photo.bounding_box()["y"]  # type: ignore[index]


def test_works_without_script(demo: Service, phone: Phone) -> None:
    with_script, without = phone().new_page(), phone(java_script_enabled=False).new_page()
    for page in (with_script, without):
        page.goto(f"{demo.base}/?lang=fr")
    assert with_script.locator("main").inner_text() == without.locator("main").inner_text()
    without.locator("details.lang summary").click()
    without.locator('details.lang a[hreflang="en"]').click()
    assert without.locator("html").get_attribute("lang") == "en"
    without.locator("summary h1").click()
    without.locator('details.pop a:has-text("Gare")').click()
    assert "Gare" in without.locator("h1").inner_text()
    without.locator("nav.moments a").nth(1).click()
    without.locator("article h2 a").first.click()
    assert without.locator("#venir").is_visible()


def test_200_percent_zoom_and_large_text_reflow(demo: Service, phone: Phone) -> None:
    page = phone(640, 1000).new_page()
    page.goto(f"{demo.base}/?lang=de")
    page.evaluate("document.documentElement.style.fontSize = '32px'; document.body.style.fontSize = '32px'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_a_stranger_s_script_never_runs(start: Callable[..., Service], phone: Phone, tmp_path: Path) -> None:
    attack = "<script>window.__sejour_xss=1</script><img src=x onerror=window.__sejour_xss=1>\"'><svg onload=window.__sejour_xss=1>{{6*7}}"
    hostile = make_object(attack, "64/hostile", **{
        "rdfs:comment": {"fr": [attack]},
        "hasContact": [{"foaf:homepage": ["javascript:window.__sejour_xss=1", "https://exemple.fr/\"onclick=window.__sejour_xss=1"],
                        "schema:email": ["a@b.example\nBcc: c@d.example"]}],
    })  # fmt: skip
    sejour("init", tmp_path)
    config = tmp_path / "sejour.toml"
    sejour("feed", "add", "x", "--format", "datatourisme", "--url", write_flux(tmp_path / "x.zip", [hostile]), "--config", config)
    assert sejour("feed", "run", "--config", config).code == 0
    service = start("serve", "--config", config)
    page = phone().new_page()
    at = "at=2026-08-13T15:00"
    offer = None
    for path in (f"/?{at}", None, f"/kind/sight?{at}"):
        page.goto(service.base + (path or str(offer)))
        offer = offer or page.locator("article h2 a").first.get_attribute("href")
        assert page.evaluate("window.__sejour_xss") is None
        assert "42" not in page.locator("main h1, main h2").first.inner_text()
