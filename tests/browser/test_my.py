"""Mon séjour in a real browser: with a script and without, kept on the phone only when asked for, readable by all, on paper."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Service

Phone = Callable[..., BrowserContext]


def ids(page: Page, base: str, count: int = 6) -> list[str]:
    """Of the first page of tonight: some are open all day, some begin at an hour."""
    page.goto(f"{base}/?lang=fr&when=tonight")
    return [str(star.get_attribute("data-keep")) for star in page.locator("article .keep").all()[:count]]


@pytest.fixture
def demo(steady: Service) -> Service:
    return steady


@pytest.fixture
def kept(demo: Service, phone: Phone) -> str:
    return ".".join(ids(phone(java_script_enabled=False).new_page(), demo.base))


def test_without_script_one_keeps_and_takes_out(demo: Service, phone: Phone) -> None:
    page = phone(java_script_enabled=False).new_page()
    page.goto(f"{demo.base}/?lang=fr")
    page.locator("article .keep").nth(2).click()
    expect(page.locator(".mine")).to_have_text("Mon séjour (1)")
    expect(page.locator("article .keep").nth(2)).to_contain_text("Gardé")
    assert page.locator("article").nth(2).bounding_box()["y"] > 0  # type: ignore[index]  # it is where one was
    page.locator(".mine a").click()
    expect(page.locator("article")).to_have_count(1)
    page.locator("article .keep").click()
    expect(page.locator(".lead")).to_contain_text("Touchez")


def test_a_star_changes_nothing_else_of_the_page(demo: Service, phone: Phone) -> None:
    page = phone().new_page()
    page.goto(f"{demo.base}/?lang=fr")
    star = page.locator("article .keep").nth(3)
    star.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    star.click()
    expect(page.locator(".mine")).to_have_text("Mon séjour (1)")
    assert page.evaluate("scrollY") == pytest.approx(before, abs=1)
    assert "Gardé" in page.evaluate("document.activeElement.textContent")
    assert page.evaluate("history.length") == 2


def test_a_phone_remembers_only_after_a_star_and_forgets_with_the_last(demo: Service, phone: Phone) -> None:
    context = phone()
    page = context.new_page()
    page.goto(f"{demo.base}/?lang=fr")
    assert page.evaluate("localStorage.length") == 0
    page.locator("article .keep").first.click()
    expect(page.locator(".mine")).to_have_text("Mon séjour (1)")
    assert page.evaluate("localStorage.getItem('my')") == page.locator("article .keep").first.get_attribute("data-keep")
    other = context.new_page()
    other.goto(f"{demo.base}/?lang=en&when=tomorrow")
    expect(other.locator(".mine")).to_have_text("My stay (1)")
    other.goto(f"{demo.base}/my/?lang=en")
    expect(other.locator("article")).to_have_count(1)
    other.locator("article .keep").click()
    expect(other.locator(".lead")).to_be_visible()
    assert other.evaluate("localStorage.length") == 0
    assert context.cookies() == []


def test_another_s_list_does_not_replace_one_s_own(demo: Service, phone: Phone, kept: str) -> None:
    page = phone().new_page()
    page.goto(f"{demo.base}/kind/restaurant?lang=fr")
    page.locator("article .keep").last.click()
    expect(page.locator(".mine")).to_have_text("Mon séjour (1)")
    own = page.evaluate("localStorage.getItem('my')")
    page.goto(f"{demo.base}/my/{kept}?lang=fr")
    expect(page.locator("[data-both]")).to_be_visible()
    page.locator("article .keep").first.click()
    expect(page.locator("article")).to_have_count(5)
    assert page.evaluate("localStorage.getItem('my')") == own
    page.locator("[data-both]").click()
    expect(page.locator("article")).to_have_count(6)
    expect(page.locator("[data-both]")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('my')").startswith(own)


@pytest.mark.parametrize("broken", ["Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied') }})",
                                    "Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new Error('quota') }"])  # fmt: skip
def test_a_storage_that_throws_breaks_nothing(demo: Service, phone: Phone, broken: str) -> None:
    page = phone().new_page()
    page.add_init_script(broken)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{demo.base}/?lang=fr")
    page.locator("article .keep").first.click()
    expect(page.locator(".mine")).to_have_text("Mon séjour (1)")
    page.locator(".mine a").click()
    expect(page.locator("article")).to_have_count(1)
    assert wrong == []


def test_a_phone_that_can_share_is_offered_to(demo: Service, phone: Phone, kept: str) -> None:
    page = phone().new_page()
    page.add_init_script("navigator.share = async (what) => { window.shared = what }")
    page.goto(f"{demo.base}/my/{kept}?lang=fr")
    page.locator("[data-share]").click()
    assert kept in page.evaluate("String(window.shared.url)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(demo: Service, phone: Phone, kept: str, scheme: str) -> None:
    page = phone(color_scheme=scheme, bypass_csp=True).new_page()
    for path in (f"/my/{kept}?lang=fr", f"/my/{kept}?lang=de&at=2026-08-13T22:40", "/my/?lang=en", "/my/garbage?lang=fr", f"/?lang=fr&my={kept}"):
        page.goto(demo.base + path)
        found = Axe().run(page).response["violations"]
        assert found == [], f"{path}: {[(v['id'], [n['html'][:120] for n in v['nodes']][:3]) for v in found]}"


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_overflows_and_targets_are_large(demo: Service, phone: Phone, kept: str, width: int) -> None:
    page = phone(width).new_page()
    for path in (f"/my/{kept}?lang=de", "/my/?lang=fr", f"/?lang=de&my={kept}"):
        page.goto(demo.base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        small = page.evaluate("""[...document.querySelectorAll(".keep, .mine a, .go a, .kinds a, .do a")].filter(e => e.offsetParent)
            .map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([t, h]) => h < 43.5)""")
        assert small == [], path


@pytest.mark.parametrize(("sheet", "size"), [("a4", (842, 595)), ("a5", (420, 595)), ("ticket", (227, 842))])
def test_a_sheet_has_its_size_and_nothing_to_tap(demo: Service, phone: Phone, kept: str, sheet: str, size: tuple[int, int]) -> None:
    page = phone(color_scheme="dark").new_page()
    page.goto(f"{demo.base}/my/{kept}?lang=fr&print={sheet}")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    assert boxes
    for width, height in boxes:
        assert (float(width), float(height)) == pytest.approx(size, abs=1.5)
    page.emulate_media(media="print")
    assert page.locator(".keep, .do, header, footer, .kinds a").filter(visible=True).count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("[...document.querySelectorAll('article *')].every(e => getComputedStyle(e).color === 'rgb(0, 0, 0)')")
    assert page.evaluate("[...document.querySelectorAll('article, .take')].every(e => getComputedStyle(e).breakInside === 'avoid')")
