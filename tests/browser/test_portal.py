"""The portal's pages in a real browser: what a phone sees before its login, while it waits, after it, and when it is refused."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

from captive_portal import routes
from sejour.app import create_app
from sejour.demo.run import demo_house
from sejour.settings import GatewaySettings
from tests.portal.chilli import redirect
from tests.portal.conftest import UAMSECRET, corpus
from tests.portal.house import path_of

Phone = Callable[..., BrowserContext]
PUBLIC, SINCE = "https://sejour.pau", datetime.fromisoformat("2026-08-13T15:40+02:00")
ROWS = corpus("opennds-fas.json")
OPEN, SEALED = next(row for row in ROWS if row["fas_secure_enabled"] == 1), next(row for row in ROWS if row["fas_secure_enabled"] == 3)
LANGUAGES = ("fr", "en", "nl", "de", "es", "it")


class Unfollowed(HTTPRedirectHandler):
    def redirect_request(self, *told: object) -> None:
        return None


@dataclass
class Demo:
    """The demonstration behind gateways: openNDS at levels 1 and 3, and UAM."""

    base: str

    def pages(self, lang: str) -> dict[str, str]:
        """Every page of the portal, by its name."""
        home, waiting = self._arrival("parc", OPEN), self._arrival("halle", SEALED)
        token = self._state(home)
        offer = self._read(f"/?lang={lang}&portal={token}").partition('<h2><a href="')[2].partition('"')[0].replace("&amp;", "&")
        return {
            "captive": home, "failed": self._uam("failed"), "connected": self._uam("success"),
            "waiting": self._press("halle", self._state(waiting), lang), "refused": "/portal/parc?fas=%00", "lost": "/portal/parc", "long": "/too-long",
            "terms": f"/terms?lang={lang}&portal={token}", "offer": offer,
        }  # fmt: skip

    def _arrival(self, gateway: str, row: dict[str, dict[str, str]]) -> str:
        return f"/portal/{gateway}?{row['request_from_phone']['target'].partition('?')[2]}"

    def _uam(self, res: str) -> str:
        said = {"res": res, "uamip": "10.41.0.1", "uamport": "3990", "challenge": "00112233445566778899aabbccddeeff", "called": "0A-0B-0C-0D-0E-30",
                "mac": "0A-0B-0C-0D-0E-31", "ip": "10.41.0.7", "nasid": "mairie-01", "sessionid": "0a0b0c0d00000001", "userurl": ""}  # fmt: skip
        return path_of(redirect(f"{self.base}/portal/mairie", UAMSECRET, said))

    def _read(self, path: str) -> str:
        with build_opener().open(self.base + path) as answer:
            return str(answer.read().decode())

    def _state(self, path: str) -> str:
        return self._read(path).partition('name="state" value="')[2].partition('"')[0]

    def _press(self, gateway: str, state: str, lang: str) -> str:
        request = Request(f"{self.base}/portal/{gateway}/connect", f"state={state}&lang={lang}".encode())
        try:
            build_opener(Unfollowed).open(request)
        except OSError as answer:
            return path_of(answer.headers["Location"])  # type: ignore[attr-defined]  # an HTTPError: the 303
        raise AssertionError("the button answered no redirect")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("portal")
    begun = time.monotonic()
    house = demo_house(folder, lambda: SINCE + timedelta(seconds=time.monotonic() - begun))
    gateways = [GatewaySettings(id=id, kind=kind, secret_file=str(folder / f"{id}.secret"), level=level)
                for id, kind, level in (("parc", "opennds", 1), ("halle", "opennds", 3), ("mairie", "uam", None))]  # fmt: skip
    for id, secret in (("parc", OPEN["faskey"]), ("halle", SEALED["faskey"]), ("mairie", UAMSECRET.decode()), ("service", "le secret du service")):
        (folder / f"{id}.secret").write_text(secret)
    service = msgspec.structs.replace(house.settings.service, public_url=PUBLIC, secret_file=str(folder / "service.secret"))
    house = replace(house, settings=msgspec.structs.replace(house.settings, service=service, gateway=tuple(gateways)))
    server = uvicorn.Server(uvicorn.Config(create_app(house), port=0, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Demo(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waiting page is late: it asks no more by itself, and holds all that it can."""
    monkeypatch.setattr(routes, "PATIENCE", timedelta(0))


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(portal: Demo, phone: Phone, scheme: str) -> None:
    for lang in ("fr", "de"):
        page = phone(color_scheme=scheme, bypass_csp=True, locale=lang).new_page()
        for name, path in portal.pages(lang).items():
            page.goto(portal.base + path)
            found = Axe().run(page).response["violations"]
            assert found == [], f"{name}: {[(v['id'], [n['html'][:120] for n in v['nodes']][:3]) for v in found]}"
            assert page.locator("html").get_attribute("lang") == lang, name


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_overflows_on_the_narrowest_phone(portal: Demo, phone: Phone, lang: str) -> None:
    page = phone(320, locale=lang).new_page()
    for name, path in portal.pages(lang).items():
        page.goto(portal.base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bar_leaves_the_page_its_room_and_the_button_its_size(portal: Demo, phone: Phone, lang: str) -> None:
    """At the bottom of the smallest screen, a card above it; taller only where a try has failed."""
    page = phone(320, 568, locale=lang).new_page()
    pages = portal.pages(lang)
    for name, most in (("captive", 120), ("failed", 220), ("offer", 120), ("terms", 120)):
        page.goto(portal.base + pages[name])
        bar, button, terms = (page.locator(f"form.login{inside}").bounding_box() for inside in ("", " button", " a"))
        assert bar and button and terms
        assert round(bar["y"] + bar["height"]) == 568 and bar["height"] <= most, (name, bar)
        assert button["height"] >= 44 and terms["height"] >= 44, name


def test_what_has_the_focus_is_not_under_the_bar(portal: Demo, phone: Phone) -> None:
    """WCAG 2.2, 2.4.11."""
    page = phone(locale="fr").new_page()
    page.goto(portal.base + portal.pages("fr")["failed"])
    for _ in range(60):
        page.keyboard.press("Tab")
        hidden = page.evaluate("""() => { const it = document.activeElement, bar = document.querySelector("form.login");
            return it !== document.body && !bar.contains(it) && it.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1 }""")
        assert not hidden, page.evaluate("document.activeElement.outerHTML")


def test_the_waiting_page_comes_back_by_itself(portal: Demo, phone: Phone) -> None:
    page = phone(bypass_csp=True, locale="fr").new_page()
    page.goto(portal.base + portal.pages("fr")["waiting"])
    assert page.get_by_role("status").is_visible() and Axe().run(page).response["violations"] == []
    with page.expect_navigation(timeout=10_000):
        pass
    assert page.get_by_role("heading", name="Connexion en cours…").is_visible()
