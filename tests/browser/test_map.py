"""The map in a real browser: the drawing for everyone; the streets, from our own files, when there are some and one asks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Service
from tests.pmtiles import write_pmtiles

Phone = Callable[..., BrowserContext]
MAPS = ("/map?lang=fr", "/map?lang=de&h=gare", "/map?lang=it&when=tonight&h=beaumont", "/map?lang=nl&lat=43.4&lon=-0.6")


@pytest.fixture
def streets(demo: Service, tmp_path: Path) -> Service:
    """The demonstration, whose operator brought a basemap."""
    write_pmtiles(tmp_path / "demo/basemap.pmtiles")
    return demo


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(demo: Service, phone: Phone, scheme: str) -> None:
    page = phone(color_scheme=scheme, bypass_csp=True).new_page()
    for path in (*MAPS, "/offline?lang=de"):
        page.goto(demo.base + path)
        found = Axe().run(page).response["violations"]
        assert found == [], f"{path}: {[(v['id'], [n['html'][:120] for n in v['nodes']][:3]) for v in found]}"


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_overflows(demo: Service, phone: Phone, width: int) -> None:
    page = phone(width).new_page()
    for path in MAPS:
        page.goto(demo.base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_numbers_are_large_enough_for_a_finger_on_the_smallest_phone(demo: Service, phone: Phone) -> None:
    page = phone(320).new_page()
    page.goto(demo.base + MAPS[0])
    numbers, letters = (page.locator(f".map .{name}").all() for name in ("idea", "service"))
    assert min(mark.bounding_box()["width"] for mark in numbers) >= 24  # type: ignore[index]  # they are shown
    assert min(mark.bounding_box()["width"] for mark in letters) >= 15  # type: ignore[index]


def test_a_number_leads_to_its_line_without_script(demo: Service, phone: Phone) -> None:
    page = phone(java_script_enabled=False).new_page()
    page.goto(demo.base + MAPS[0])
    page.locator(".map a").last.click()
    last = page.locator(".map a").last.get_attribute("href")
    assert page.url.endswith(str(last))
    page.locator(f"[id='{str(last)[1:]}'] a").click()
    assert page.locator("#venir").is_visible()


def test_the_keyboard_goes_straight_to_the_list(demo: Service, phone: Phone) -> None:
    page = phone().new_page()
    page.goto(demo.base + MAPS[0])
    page.locator("summary.lang").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.numbered') !== null")


def test_nothing_of_the_streets_is_fetched_before_they_are_asked_for(streets: Service, phone: Phone) -> None:
    page = phone().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(streets.base + MAPS[0])
    expect(page.get_by_role("button", name="Voir les rues")).to_be_visible()
    assert not [url for url in asked if "vendor" in url or "pmtiles" in url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_streets_are_drawn_from_our_own_files(streets: Service, phone: Phone, scheme: str) -> None:
    page = phone(color_scheme=scheme).new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(streets.base + MAPS[0])
    with page.expect_response(lambda answer: "basemap" in answer.url) as got:
        page.get_by_role("button", name="Voir les rues").click()
    assert got.value.status == 206
    expect(page.locator(".streets .pin:not(.here)")).to_have_count(8)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("OpenStreetMap")
    page.wait_for_function("document.querySelector('.leaflet-tile-loaded')")
    colours = page.evaluate("""[...document.querySelectorAll("canvas.leaflet-tile")].flatMap(tile => {
        const seen = new Set(), data = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height).data;
        for (let n = 0; n < data.length; n += 4) seen.add(data.slice(n, n + 3).join());
        return [...seen];
    })""")
    assert len(set(colours)) > 3  # land, a road, what is between
    assert all(url.startswith((streets.base, "data:")) for url in asked)
    assert said == []  # no violation of the Content-Security-Policy among others


def test_a_pin_leads_to_its_card(streets: Service, phone: Phone) -> None:
    page = phone().new_page()
    page.goto(streets.base + MAPS[0])
    name = page.locator(".numbered a").first.inner_text()
    page.get_by_role("button", name="Voir les rues").click()
    page.locator(".streets .pin:not(.here)").first.dispatch_event("click")
    page.locator(".leaflet-popup-content a").click()
    expect(page.locator("h1")).to_have_text(name)


def test_axe_finds_nothing_in_the_streets(streets: Service, phone: Phone) -> None:
    page = phone(bypass_csp=True).new_page()
    page.goto(streets.base + MAPS[1])
    page.locator("#streets button").click()
    page.wait_for_function("document.querySelector('.leaflet-tile-loaded')")
    found = Axe().run(page).response["violations"]
    assert found == [], [(v["id"], [n["html"][:120] for n in v["nodes"]][:3]) for v in found]


def test_streets_that_do_not_come_leave_the_drawing(streets: Service, phone: Phone) -> None:
    context = phone()
    context.route("**/vendor/**", lambda route: route.abort())
    page = context.new_page()
    page.goto(streets.base + MAPS[0])
    page.get_by_role("button", name="Voir les rues").click()
    expect(page.get_by_role("status")).to_contain_text("le dessin reste")
    assert page.locator("svg.map").is_visible()
