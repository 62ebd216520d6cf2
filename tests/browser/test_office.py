"""The office's pages on a phone, with and without script: the morning, a coup de cœur with a photo in six taps, nothing that overflows or runs."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.conftest import Service

Phone = Callable[..., BrowserContext]
SECRET = re.compile(r"^  (\w+) +((?:\w{4}-){2}\w{4}) ")
ATTACK = "<script>window.__xss=1</script><img src=x onerror=window.__xss=1>\"'><svg onload=window.__xss=1>"
SENTENCE = "La salle Degas à elle seule vaut le détour."


@pytest.fixture
def office(start: Callable[..., Service], tmp_path: Path) -> Service:
    """The demonstration, at the hour of the morning ritual."""
    return start("demo", "--data", tmp_path / "demo", "--at", "2026-08-13T08:10")


@pytest.fixture
def secrets(office: Service) -> dict[str, str]:
    """The passwords that the demonstration prints."""
    assert office.process.stdout
    found = {}
    for line in office.process.stdout:
        if read := SECRET.match(line):
            found[read[1]] = read[2]
        elif found:
            break
    return found


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    body = io.BytesIO()
    Image.linear_gradient("L").resize((2000, 1500)).convert("RGB").save(body, "JPEG")
    (tmp_path / "photo.jpg").write_bytes(body.getvalue())
    return tmp_path / "photo.jpg"


def enter(context: BrowserContext, office: Service, secrets: dict[str, str], name: str = "lucie") -> Page:
    page = context.new_page()
    page.goto(f"{office.base}/login")
    page.fill("#name", name)
    page.fill("#password", secrets[name])
    page.click("button.primary")
    page.wait_for_url("**/office/")
    return page


class Thumb:
    """Counts what it touches."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, target: Locator) -> None:
        box = target.bounding_box()
        assert box and box["height"] >= 43.5, target
        target.click()
        self.taps += 1


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_coup_de_coeur_with_a_photo_takes_six_taps(office: Service, secrets: dict[str, str], phone: Phone, photo: Path, script: bool) -> None:
    page, thumb = enter(phone(java_script_enabled=script), office, secrets, "hugo"), Thumb()
    thumb.tap(page.get_by_role("link", name="Coup de cœur", exact=True))
    thumb.tap(page.locator(".near a").nth(2))
    with page.expect_file_chooser() as chosen:
        thumb.tap(page.locator("label[for=camera]"))
    chosen.value.set_files(photo)
    thumb.tap(page.locator("#text"))
    page.keyboard.type(SENTENCE)
    thumb.tap(page.get_by_role("button", name="Publier"))
    assert thumb.taps <= 6
    page.wait_for_url("**?done=*")
    assert "C’est fait" in page.locator(".done").inner_text() and SENTENCE in page.locator("main").inner_text()
    shown = page.locator("img.photo").first
    shown.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert shown.get_attribute("alt")
    if script:
        assert shown.evaluate("i => i.naturalWidth") > 0
    page.get_by_role("button", name="Annuler").first.click()
    assert SENTENCE not in page.locator(".said-words").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_morning_on_a_phone(office: Service, secrets: dict[str, str], phone: Phone, script: bool) -> None:
    page = enter(phone(java_script_enabled=script), office, secrets)
    page.get_by_role("link", name="Le matin").first.click()
    assert "S’il pleut" in page.locator("main").inner_text()
    page.fill("#alert", "Vigilance orange aux orages")
    page.locator("textarea[name^=pick_]").first.fill("Pour la vue, avant la chaleur.")
    page.get_by_role("button", name="Publier partout").click()
    assert "C’est fait" in page.locator(".done").inner_text()
    page.goto(f"{office.base}/?lang=fr")
    assert "Vigilance orange aux orages" in page.locator("body").inner_text()


def find(page: Page, base: str) -> str:
    """The address of a card."""
    page.goto(f"{base}/office/offers?q=beaux-arts")
    return str(page.locator("table.cards th[scope=row] a").first.get_attribute("href"))


def pages_of(page: Page, base: str, name: str = "Musée Degas") -> list[str]:
    """Every page of the cards, the words and the morning; the card has words of several sorts."""
    card = corrected(page, base, name)
    page.goto(f"{base}/office/collections")
    more = [str(each.get_attribute("href")) for each in page.locator("th[scope=row] a").all()[:1]]
    forms = [f"{card}/{word}" for word in ("pick", "notice", "pin", "boost", "mute", "override", "translations")]
    return ["/office/", "/office/morning", "/office/offers", "/office/offers?only=check", "/office/offers?q=zzzz", card, *forms, "/office/pick",
            "/office/territory/notice", "/office/collections", "/office/collections/new", *more]  # fmt: skip


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def corrected(page: Page, base: str, name: str) -> str:
    card = find(page, base)
    for word, fields in {
        "mute": {"reason": name},
        "boost": {"reason": name},
        "override": {"names": name, "descriptions": name, "telephone": "0536490009"},
    }.items():
        page.goto(f"{base}{card}/{word}")
        for field, text in fields.items():
            page.fill(f"#{field}", text)
        page.click(".act .primary")
        page.wait_for_url("**?done=*")
    return card


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(office: Service, secrets: dict[str, str], phone: Phone, scheme: str) -> None:
    page = enter(phone(color_scheme=scheme, bypass_csp=True), office, secrets)
    for path in pages_of(page, office.base):
        page.goto(office.base + path)
        unfold(page)
        found = Axe().run(page).response["violations"]
        assert found == [], f"{path}: {[(v['id'], [n['html'][:160] for n in v['nodes']][:3]) for v in found]}"


def test_nothing_overflows_and_the_policy_is_kept(office: Service, secrets: dict[str, str], phone: Phone) -> None:
    context = phone()
    page, said = enter(context, office, secrets), list[str]()
    page.on("console", lambda message: said.append(message.text))
    for path in pages_of(page, office.base):
        page.goto(office.base + path)
        unfold(page)
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
    assert said == []


def test_a_stranger_s_script_never_runs(office: Service, secrets: dict[str, str], phone: Phone) -> None:
    page = enter(phone(), office, secrets)
    for path in pages_of(page, office.base, ATTACK[:120]):
        page.goto(office.base + path)
        unfold(page)
        assert page.evaluate("window.__xss") is None, path


def test_search_answers_while_one_types(office: Service, secrets: dict[str, str], phone: Phone) -> None:
    page = enter(phone(1280, 800), office, secrets)
    page.goto(f"{office.base}/office/offers")
    page.locator("#q").press_sequentially("beaux arts", delay=30)
    expect(page.locator("table.cards tbody a").first).to_contain_text("Beaux-Arts")
    expect(page).to_have_url(re.compile(r"q=beaux(\+|%20)arts"))
    assert page.locator("#q").input_value() == "beaux arts"
    page.select_option("#only", "check")
    expect(page).to_have_url(re.compile("only=check"))


def test_the_week_of_the_hours_while_one_types(office: Service, secrets: dict[str, str], phone: Phone) -> None:
    page = enter(phone(), office, secrets)
    page.goto(f"{office.base}{find(page, office.base)}/override")
    page.fill("#hours", "Mo-Su 07:15-08:45")
    expect(page.locator("#week")).to_contain_text("8\u202fh\u202f45")
