"""The office's pages of feeds, twins, hotspots, simulator and weights in a real browser: readable by everyone, by thumb, with script and without."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import Service

Phone = Callable[..., BrowserContext]
PAGES = (
    "/office/feeds",
    "/office/feeds/1",
    "/office/feeds/1/edit",
    "/office/feeds/new",
    "/office/twins",
    "/office/twins?show=doubts",
    "/office/twins?show=said",
    "/office/hotspots",
    "/office/hotspots/gare",
    "/office/hotspots/new",
    "/office/hotspots/gare/poster",
    "/office/simulator",
    "/office/simulator?h=gare&at=2026-08-13T15:40&sky=rain&q=musee",
    "/office/weights",
)
CSV = "Nom;Genre;Latitude;Longitude\nMusée du Béret;Musée;43.1;-0.4\nLac;;x;y\n"


@pytest.fixture
def password(demo: Service, tmp_path: Path) -> str:
    """That of the demonstration's ANT: its folder has the secret from which it is made."""
    code = (
        "import sys; from pathlib import Path; from sejour.demo.accounts import password_of; from sejour.settings import make_settings;"
        "print(password_of(make_settings({'service': {'secret_file': sys.argv[1]}}, environment={}), 'lucie'))"
    )
    return subprocess.run([sys.executable, "-c", code, str(tmp_path / "demo/secret")], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def office(demo: Service, password: str, phone: Phone) -> Callable[..., Page]:
    """A page in which the ANT is signed in."""

    def opening(**options: object) -> Page:
        page = phone(**options).new_page()
        page.goto(f"{demo.base}/login?next=/office/feeds")
        page.fill("[name=name]", "lucie")
        page.fill("[name=password]", password)
        page.click("button.primary, form button")
        page.wait_for_url("**/office/feeds")
        return page

    return opening


def tried(page: Page, base: str, tmp_path: Path) -> str:
    """The address of a trial."""
    (tmp_path / "lieux.csv").write_text(CSV)
    page.goto(f"{base}/office/feeds/new")
    page.fill("#name", "Nos lieux")
    page.select_option("#format", "table")
    page.set_input_files("#file", tmp_path / "lieux.csv")
    page.click("text=Lire pour voir")
    page.wait_for_selector("text=Ajouter ce flux")
    return page.url.removeprefix(base)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(demo: Service, office: Callable[..., Page], scheme: str, tmp_path: Path) -> None:
    page = office(color_scheme=scheme, bypass_csp=True)
    for path in (*PAGES, tried(page, demo.base, tmp_path)):
        page.goto(demo.base + path)
        found = Axe().run(page).response["violations"]
        assert found == [], f"{path}: {[(v['id'], [n['html'][:160] for n in v['nodes']][:3]) for v in found]}"


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_overflows_and_every_target_is_large_enough(demo: Service, office: Callable[..., Page], width: int, tmp_path: Path) -> None:
    page = office(width=width)
    for path in (*PAGES, tried(page, demo.base, tmp_path)):
        page.goto(demo.base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        small = page.evaluate("""[...document.querySelectorAll("button, .button, summary, select, nav a")]
            .filter(e => e.offsetParent && !e.matches(".hide")).map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect().height])
            .filter(([t, h]) => h < 43.5)""")
        assert small == [], path


@pytest.mark.parametrize("script", [True, False])
def test_a_feed_is_tried_corrected_kept_and_removed(demo: Service, office: Callable[..., Page], script: bool, tmp_path: Path) -> None:
    page = office(java_script_enabled=script)
    tried(page, demo.base, tmp_path)
    page.select_option("#kind0", "shop")
    page.click("text=Refaire l’essai")
    page.wait_for_selector("text=Boutique")
    page.click("text=Ajouter ce flux")
    page.wait_for_selector("h1:has-text('Nos lieux')")
    assert page.locator("text=La position n’est pas un nombre").count() >= 1
    page.click("summary:has-text('Retirer ce flux')")
    page.click("button:has-text('Retirer « Nos lieux »')")
    page.click(".done button:has-text('Annuler')")
    page.wait_for_selector("h1:has-text('Nos lieux')")


def test_a_touch_on_the_map_is_a_position(demo: Service, office: Callable[..., Page]) -> None:
    page = office()
    page.goto(f"{demo.base}/office/hotspots/gare")
    before = page.input_value("#lat"), page.input_value("#lon")
    page.locator(".sheet svg").click(position={"x": 60, "y": 50})
    after = page.input_value("#lat"), page.input_value("#lon")
    assert before != after and all(re.fullmatch(r"-?\d+\.\d{5}", each) for each in after)
    assert float(after[0]) > float(before[0]) and float(after[1]) < float(before[1])  # north-west of the middle
    page.click("button.primary:has-text('Enregistrer')")
    page.wait_for_url("**/office/hotspots#gare")
    page.goto(f"{demo.base}/office/hotspots/gare")
    assert abs(float(page.input_value("#lat")) - float(after[0])) < 1e-4


def test_a_hotspot_is_placed_without_script(demo: Service, office: Callable[..., Page]) -> None:
    page = office(java_script_enabled=False)
    page.goto(f"{demo.base}/office/hotspots/new")
    page.fill("#name", "Plage Sud")
    page.fill("#lat", "43,31")
    page.fill("#lon", "-0,36")
    page.locator("#lon").press("Enter")  # saves: the first button of the form is not that of the address
    page.wait_for_url("**/office/hotspots#plage-sud")


def test_the_simulator_shows_the_visitors_page(demo: Service, office: Callable[..., Page]) -> None:
    said: list[str] = []
    page = office(width=1280, height=900)
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{demo.base}/office/simulator?h=gare&at=2026-08-13T15:40&lang=fr")
    names = page.frame_locator("iframe").locator("article h2").all_inner_texts()
    assert names == [name.removesuffix(" coup de cœur") for name in page.locator(".ranks .what").all_inner_texts()]
    assert page.locator("iframe").bounding_box()["width"] == pytest.approx(362, abs=1)  # type: ignore[index]
    assert said == []
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").locator("article h2 a").first.click()
    assert "/o/" in opened.value.url and "at=2026-08-13T15" in opened.value.url


def test_weights_are_compared_by_keyboard(demo: Service, office: Callable[..., Page]) -> None:
    page = office()
    page.goto(f"{demo.base}/office/weights")
    page.fill("#distance", "2")
    page.locator("#distance").press("Enter")
    page.wait_for_selector("text=Ce que cela changerait")
    page.click("text=Appliquer")
    page.wait_for_selector("text=Réglés par")
    page.click(".done button")
    page.wait_for_selector("text=Ce sont les réglages d’origine")
