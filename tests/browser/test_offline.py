"""Embarquer, in a real browser, with the server killed: all that was kept is there, says so, and is never a mix of two times."""

import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Service

Phone = Callable[..., BrowserContext]
Start = Callable[..., Service]
BAR = re.compile(r"Hors connexion · données de 15\s?h\s?4\d, jeu. 13 août")
EMBARKED = "caches.keys().then(names => names.filter(name => name !== 'sejour'))"
WORKERS = "navigator.serviceWorker.getRegistrations().then(all => all.length)"
KEPT = """caches.keys().then(async names => (await Promise.all(names.map(async name => (await (await caches.open(name)).keys())
    .map(request => new URL(request.url).pathname)))).flat())"""


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def serve(start: Start, tmp_path: Path, port: int) -> Callable[..., Service]:
    """The demonstration, again and again at one address: what a browser keeps is of that address."""

    def serving(moment: str = "2026-08-13T15:40") -> Service:
        return start("demo", "--data", tmp_path / "demo", "--at", moment, "--port", port)

    return serving


def kill(service: Service) -> None:
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()


def embark(page: Page, button: str = "Embarquer") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("button", name="Ne plus garder")).to_be_visible()


def test_nothing_is_kept_before_it_is_asked_for(serve: Callable[..., Service], phone: Phone) -> None:
    page, base = phone().new_page(), serve().base
    page.goto(f"{base}/?lang=fr")
    expect(page.get_by_role("button", name="Embarquer")).to_be_visible()
    assert (page.evaluate("caches.keys()"), page.evaluate(WORKERS)) == ([], 0)


def test_the_photos_of_what_was_kept_are_shown_without_a_server(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone(device_scale_factor=3).new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    name = page.locator("article.pick h2 a")
    embark(page)
    assert {path[-8:] for path in page.evaluate(KEPT) if path.startswith("/img/")} == {"-320.jpg"}
    kill(service)
    page.reload()
    drawn = "e => e.decode().then(() => e.naturalWidth > 0)"
    assert page.locator("article.pick img").evaluate(drawn)
    name.click()
    assert page.locator("figure img").evaluate(drawn)


def test_what_was_kept_is_read_without_a_server(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone().new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    online = page.locator("main article h2").all_inner_texts()
    embark(page)
    kill(service)
    page.goto(f"{service.base}/?lang=fr")
    assert page.locator("main article h2").all_inner_texts() == online
    expect(page.locator(".off")).to_have_text(BAR)
    for n in range(len(online)):
        name = page.locator("main article h2 a").nth(n)
        told = name.inner_text()
        name.click()
        expect(page.locator("h1")).to_have_text(told)
        expect(page.locator(".off")).to_have_text(BAR)
        page.get_by_role("link", name="Toutes les idées").click()
    for path, title in (("/essentials", "Essentiels"), ("/agenda", "Agenda"), ("/map", "Sur la carte"), ("/", "Place Royale")):
        page.goto(service.base + path)
        expect(page.locator("h1").first).to_have_text(title)
        expect(page.locator(".off")).to_have_text(BAR)


def test_what_was_not_kept_says_so_and_leads_back(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone(bypass_csp=True).new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    embark(page)
    kill(service)
    page.goto(f"{service.base}/?lang=fr&when=tonight")
    expect(page.get_by_role("heading", name="Cette page n’a pas été gardée")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="Essentiels").click()
    expect(page.locator("h1")).to_have_text("Essentiels")


def test_the_visitor_s_list_is_kept_with_the_rest(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone().new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    name = page.locator("main article h2").nth(1).inner_text()
    page.locator("article [data-keep]").nth(1).click()
    expect(page.locator(".mine a")).to_be_visible()
    embark(page)
    kill(service)
    page.goto(f"{service.base}/?lang=fr")
    page.locator(".mine a").click()
    expect(page.locator("main")).to_contain_text(name)
    expect(page.locator(".off")).to_have_text(BAR)


def test_with_the_server_back_pages_are_fresh_and_say_nothing(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone().new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    embark(page)
    kill(service)
    page.goto(f"{service.base}/?lang=fr")
    expect(page.locator(".off")).to_be_visible()
    again = serve("2026-08-13T17:20")
    page.goto(f"{again.base}/?lang=fr")
    expect(page.locator(".off")).to_be_hidden()
    expect(page.locator(".facts").first).to_contain_text(re.compile(r"17\s?h\s?2\d"))


def test_an_update_is_whole_or_it_is_not(serve: Callable[..., Service], phone: Phone) -> None:
    """A server that fails in the middle leaves the former embarkation as it was; a good one replaces it all."""
    context = phone()
    page, service = context.new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    embark(page)
    (former,) = page.evaluate(EMBARKED)
    context.route("**/agenda*", lambda route: route.fulfill(status=503, body="busy"))
    page.get_by_role("button", name="Mettre à jour").click()
    expect(page.get_by_role("alert")).to_have_text(re.compile("Tout n’a pas pu être gardé"))
    assert page.evaluate(EMBARKED) == [former]
    context.unroute("**/agenda*")
    embark(page)
    (latter,) = page.evaluate(EMBARKED)
    assert latter != former
    kept = page.evaluate(KEPT)
    assert len(kept) == len(set(kept)) and {"/", "/agenda", "/essentials", "/map", "/offline"} <= set(kept)


def test_two_taps_at_once_leave_one_whole_embarkation(serve: Callable[..., Service], phone: Phone) -> None:
    context, service = phone(), serve()
    pages = [context.new_page() for _ in range(2)]
    for page in pages:
        page.goto(f"{service.base}/?lang=fr")
    for page in pages:
        page.get_by_role("button", name="Embarquer").click()
    for page in pages:
        expect(page.get_by_role("button", name="Ne plus garder")).to_be_visible()
    assert len(pages[0].evaluate(EMBARKED)) == 1
    kill(service)
    pages[0].goto(f"{service.base}/essentials?lang=fr")
    expect(pages[0].locator(".off")).to_be_visible()


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_fails_is_as_one_that_is_away(serve: Callable[..., Service], phone: Phone, status: int) -> None:
    context = phone()
    page, service = context.new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    embark(page)
    context.route("**/essentials*", lambda route: route.fulfill(status=status, body="down"))
    page.goto(f"{service.base}/essentials?lang=fr")
    expect(page.locator("h1")).to_have_text("Essentiels")
    expect(page.locator(".off")).to_be_visible()


def test_a_server_that_does_not_answer_is_not_waited_for(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone().new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    embark(page)
    os.kill(service.process.pid, signal.SIGSTOP)
    try:
        page.goto(f"{service.base}/essentials?lang=fr", timeout=10_000)
        expect(page.locator(".off")).to_be_visible()
    finally:
        os.kill(service.process.pid, signal.SIGCONT)


def test_no_longer_kept_is_no_longer_there(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone().new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    embark(page)
    page.reload()
    page.get_by_role("button", name="Ne plus garder").click()
    expect(page.get_by_role("button", name="Embarquer")).to_be_visible()
    assert (page.evaluate("caches.keys()"), page.evaluate(WORKERS)) == ([], 0)


def test_away_the_kept_page_can_be_forgotten_too(serve: Callable[..., Service], phone: Phone) -> None:
    page, service = phone().new_page(), serve()
    page.goto(f"{service.base}/?lang=fr")
    embark(page)
    kill(service)
    page.goto(f"{service.base}/?lang=fr")
    page.get_by_role("button", name="Ne plus garder").click()
    expect(page.get_by_role("button", name="Embarquer")).to_be_visible()
    assert page.evaluate("caches.keys()") == []


def test_without_a_safe_context_nothing_is_offered(serve: Callable[..., Service], phone: Phone) -> None:
    """Plain HTTP, as on most hotspots: browsers keep nothing there, and the page does not speak of it."""
    context, service = phone(), serve()
    context.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page = context.new_page()
    page.goto(f"{service.base}/?lang=fr")
    expect(page.locator("#embark")).to_be_hidden()
