"""The staff's doors in a real browser: signing in, inviting, the second factor, the team, the journal; without script, on the smallest phone."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from sejour.demo.accounts import password_of
from sejour.settings import make_settings
from tests.builders import PARIS
from tests.journeys.conftest import Service

Phone = Callable[..., BrowserContext]
NEW = "perroquet harmonica tonnelle"
AT = datetime(2026, 8, 13, 15, 40, tzinfo=PARIS)


@dataclass
class Office:
    """The demonstration, and the clock that it goes by."""

    base: str
    folder: Path
    began: float = field(default_factory=time.monotonic)

    def sign_in(self, page: Page, name: str, password: str = "") -> None:
        page.goto(f"{self.base}/login")
        page.fill("#name", name)
        page.fill(
            "#password", password or password_of(make_settings({"service": {"secret_file": str(self.folder / "secret")}}, environment={}), name)
        )
        page.click("button.primary")

    def code(self, page: Page) -> str:
        """Of the secret that the page shows."""
        secret = re.findall(r"secret=([A-Z2-7]+)", page.content())[0]
        return pyotp.TOTP(secret).at(AT + timedelta(seconds=time.monotonic() - self.began))


@pytest.fixture
def office(start: Callable[..., Service], tmp_path: Path) -> Office:
    service = start("demo", "--data", tmp_path / "demo", "--at", AT.isoformat())
    return Office(service.base, tmp_path / "demo")


def pages(office: Office, page: Page, other: Page) -> Iterator[tuple[str, Page]]:
    """Every page of the accounts, one after the other; `other` is another browser."""
    page.goto(f"{office.base}/login?left")
    yield "login", page
    office.sign_in(page, "marie", "wrong")
    yield "login refused", page
    office.sign_in(page, "marie")
    page.goto(f"{office.base}/office/staff")
    page.fill("#name", "zoé")
    page.select_option("#role", "editor")
    page.click("text=Préparer le lien")
    yield "link", page
    other.goto(page.input_value("#link"))
    yield "invitation", other
    other.fill("#shown", "Zoé")
    other.fill("#password", NEW)
    other.fill("#again", "x")
    other.click("button.primary")
    yield "invitation refused", other
    other.goto(f"{office.base}/login/invitation/{'x' * 43}")
    yield "invitation over", other
    for path in ("/office/staff", "/office/staff?q=zzz", "/office/history", "/office/history?q=zzz", "/office/account"):
        page.goto(office.base + path)
        if path == "/office/staff":
            page.click("text=Ce que peut chaque rôle")
        yield path, page
    page.goto(f"{office.base}/office/staff")
    page.click("th[scope=row] a >> nth=0")
    yield "member", page
    page.goto(f"{office.base}/office/account")
    page.click("text=En choisir un")
    page.fill("#second-current", "wrong")
    page.locator("details[open] button").click()
    yield "account refused", page
    page.goto(f"{office.base}/office/account")
    page.click("text=En choisir un")
    page.fill("#second-current", password_of(make_settings({"service": {"secret_file": str(office.folder / "secret")}}, environment={}), "marie"))
    page.locator("details[open] button").click()
    page.click("summary")
    yield "enrolment", page
    page.fill("#code", office.code(page))
    page.click("button.primary")
    yield "recovery codes", page
    page.goto(f"{office.base}/office/account")
    yield "account with a second factor", page
    office.sign_in(other, "marie")
    yield "code", other


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(office: Office, phone: Phone, scheme: str) -> None:
    page, other = (phone(color_scheme=scheme, bypass_csp=True).new_page() for _ in range(2))
    for name, shown in pages(office, page, other):
        found = Axe().run(shown).response["violations"]
        assert found == [], f"{name}: {[(v['id'], [n['html'][:160] for n in v['nodes']][:3]) for v in found]}"


def test_nothing_overflows_and_every_target_is_large_enough(office: Office, phone: Phone) -> None:
    page, other = (phone().new_page() for _ in range(2))
    for name, shown in pages(office, page, other):
        small = shown.evaluate("""[...document.querySelectorAll("nav a, button, .button, summary, input:not([type=hidden]), select")]
            .filter(e => e.offsetParent).map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([t, h]) => h < 43.5)""")
        assert small == [], name
        for width in (320, 360, 768, 1280):
            shown.set_viewport_size({"width": width, "height": 640})
            assert shown.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        shown.set_viewport_size({"width": 640, "height": 640})
        shown.evaluate("document.documentElement.style.fontSize = '32px'; document.body.style.fontSize = '32px'")
        assert shown.evaluate("document.documentElement.scrollWidth") <= 640, name
        shown.set_viewport_size({"width": 360, "height": 640})


def test_asks_nobody_else_and_keeps_two_cookies(office: Office, phone: Phone) -> None:
    contexts = [phone() for _ in range(2)]
    asked: list[str] = []
    said: list[str] = []
    for context in contexts:
        context.on("request", lambda request: asked.append(request.url))
        context.on("console", lambda message: said.append(message.text))
    names = [name for name, _ in pages(office, *(context.new_page() for context in contexts))]
    assert len(names) == 17
    assert all(url.startswith((office.base, "data:")) for url in asked)
    assert [text for text in said if not re.search(r"\b(400|404)\b", text)] == []
    assert {cookie["name"] for cookie in contexts[0].cookies()} == {"__Host-sejour", "__Host-sejour-known"}
    for cookie in contexts[0].cookies():
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")


def test_from_a_link_to_an_account_and_back_without_script(office: Office, phone: Phone) -> None:
    admin, zoe = (phone(java_script_enabled=False).new_page() for _ in range(2))
    office.sign_in(admin, "marie")
    admin.goto(f"{office.base}/office/staff")
    admin.fill("#name", "zoé")
    admin.click("text=Préparer le lien")
    zoe.goto(admin.input_value("#link"))
    assert zoe.url == f"{office.base}/login/invitation"  # the token is gone from the address
    zoe.fill("#shown", "Zoé, au marché")
    zoe.fill("#password", NEW)
    zoe.fill("#again", NEW)
    zoe.click("button.primary")
    assert zoe.url == f"{office.base}/office/"
    zoe.click("text=Zoé, au marché")
    zoe.click("text=En choisir un")
    zoe.fill("#second-current", NEW)
    zoe.locator("details[open] button").click()
    zoe.fill("#code", office.code(zoe))
    zoe.click("button.primary")
    recovery = zoe.locator(".codes code").all_inner_texts()
    assert len(recovery) == 10
    zoe.click("text=Ils sont rangés")
    zoe.click("text=Sortir")
    office.sign_in(zoe, "Zoé", NEW)
    zoe.fill("#code", recovery[3])
    zoe.click("button.primary")
    assert zoe.url == f"{office.base}/office/"
    admin.goto(f"{office.base}/office/staff?q=zo")
    admin.click("th[scope=row] a")
    admin.click("text=Désactiver le compte")
    assert "fermé partout" in admin.inner_text("main")
    zoe.reload()
    assert zoe.url.startswith(f"{office.base}/login?")


def test_the_keyboard_alone_signs_in(office: Office, phone: Phone) -> None:
    page = phone().new_page()
    page.goto(f"{office.base}/login")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    office.sign_in(page, "marie", "wrong")
    assert page.evaluate("document.activeElement.id") == "password"
    assert "inconnu" in page.inner_text(f"#{page.get_attribute('#password', 'aria-describedby')}")
