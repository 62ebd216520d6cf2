"""The second factor: chosen before anything else opens, shown once, never twice, and what helps who lost it."""

import re

import pyotp
import pytest
from starlette.testclient import TestClient

from sejour.credentials import service_secret
from sejour.domain.staff import Role
from sejour.house import House
from sejour.store.curation import changes_of
from sejour.web.office import totp
from sejour.web.office.routes import DOORS
from sejour.web.office.signed import COOKIE
from tests.office.conftest import Clock
from tests.office.people import TOTP, account, browsers_of, code_of, earnest, join, session, try_password


@pytest.fixture
def office(house: House) -> House:
    """No demonstration: ana has a second factor, ed has none yet, both need one; max needs none."""
    house = earnest(house)
    join(house, "ana", Role.ADMIN, second=True)
    join(house, "ed", Role.EDITOR)
    join(house, "max", Role.COUNSELLOR)
    return house


@pytest.fixture
def browser(office: House) -> TestClient:
    return browsers_of(office)()


def show_code(browser: TestClient, code: str) -> int:
    return browser.post("/login/code", data={"code": code}).status_code


def enrol(browser: TestClient, office: House, page: str, action: str) -> list[str]:
    """Photographs the code, shows what the telephone says, and returns the recovery codes."""
    (secret,) = re.findall(r"secret=([A-Z2-7]+)", page)
    (sealed,) = re.findall(r'name="sealed" value="([^"]+)"', page)
    shown = browser.post(action, data={"sealed": sealed, "code": code_of(office, secret), "next": "/office/"})
    assert shown.status_code == 200, shown.text
    return re.findall(r"<li><code>([a-z0-9-]+)</code>", shown.text)


def test_a_password_alone_opens_nothing_to_who_curates(browser: TestClient, office: House) -> None:
    assert try_password(browser, "ana", next="/office/account").headers["location"] == "/login/code?next=/office/account"
    half = browser.cookies[COOKIE]
    for door in (door for door in DOORS if door.least):
        answer = browser.request(door.method, door.path.replace("{", "").replace("}", ""))
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login/code"), door.path
    assert 'name="code"' in browser.get("/login/code?next=/office/account").text
    entered = browser.post("/login/code", data={"code": f" {code_of(office)[:3]} {code_of(office)[3:]} ", "next": "/office/account"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/office/account")
    assert browser.cookies[COOKIE] != half
    assert browser.get("/office/").status_code == 200
    thief = browsers_of(office)()
    thief.cookies.set(COOKIE, half, domain="testserver.local")
    assert thief.get("/login/code").headers["location"].startswith("/login?")


def test_no_code_is_taken_twice(browser: TestClient, office: House, clock: Clock) -> None:
    code = code_of(office)
    for status in (303, 400):
        browser.post("/logout")
        try_password(browser, "ana")
        assert show_code(browser, code) == status
    assert show_code(browser, code_of(office, later=-1)) == 400  # nor an older one after it
    clock.passes(seconds=30)
    assert show_code(browser, code_of(office)) == 303


@pytest.mark.parametrize(("later", "status"), [(-2, 400), (-1, 303), (0, 303), (1, 303), (2, 400)])
def test_a_clock_may_be_half_a_minute_wrong(browser: TestClient, office: House, later: int, status: int) -> None:
    try_password(browser, "ana")
    assert show_code(browser, code_of(office, later=later)) == status


@pytest.mark.parametrize("code", ["", "000000", "12345", "1234567", "é²³", "' OR 1=1", "x" * 500])
def test_what_is_no_code(browser: TestClient, code: str) -> None:
    try_password(browser, "ana")
    assert show_code(browser, code) == 400


def test_wrong_codes_are_counted_wherever_they_come_from(browser: TestClient, office: House, clock: Clock) -> None:
    statuses = []
    for n in range(8):
        other = TestClient(
            browser.app, base_url="https://testserver", client=(f"198.51.100.{n}", 1), headers=dict(browser.headers), follow_redirects=False
        )
        assert try_password(other, "ana").status_code == 303
        statuses.append(show_code(other, "000000"))
    assert statuses == [400] * 5 + [429] * 3
    try_password(browser, "ana")
    assert show_code(browser, code_of(office)) == 429
    clock.passes(minutes=15)
    assert show_code(browser, code_of(office)) == 303


def test_who_curates_chooses_one_before_anything_else(browser: TestClient, office: House, clock: Clock) -> None:
    assert try_password(browser, "ed").headers["location"] == "/login/enrol?next=/office/"
    assert browser.get("/office/").headers["location"] == "/login/code?next=/office/"
    assert browser.get("/login/code").headers["location"] == "/login/enrol?next=/office/"
    page = browser.get("/login/enrol").text
    assert "<svg" in page
    assert "otpauth://totp/" in page
    assert page != browser.get("/login/enrol").text  # nothing is kept yet
    codes = enrol(browser, office, page, "/login/enrol")
    assert len(set(codes)) == 10
    assert browser.get("/office/").status_code == 200
    browser.post("/logout")
    clock.passes(minutes=1)
    assert try_password(browser, "ed").headers["location"].startswith("/login/code")
    assert browser.get("/login/enrol").headers["location"].startswith("/login/code")  # who has one does not choose another here
    assert show_code(browser, codes[0].upper().replace("-", " ")) == 303
    for again in (codes[0], codes[1]):  # each once
        browser.post("/logout")
        try_password(browser, "ed")
        assert (show_code(browser, again) == 303) == (again == codes[1])
    with office.store.reading() as connection:
        assert [line.note for line in changes_of(connection, "pau", subject="ed")] == ["s’est servi d’un code de secours"] * 2 + [
            "a choisi un second facteur"
        ]


def test_a_first_code_that_is_wrong_shows_the_same_page_again(browser: TestClient, office: House, clock: Clock) -> None:
    try_password(browser, "ed")
    page = browser.get("/login/enrol").text
    (sealed,) = re.findall(r'name="sealed" value="([^"]+)"', page)
    again = browser.post("/login/enrol", data={"sealed": sealed, "code": "000000"})
    assert again.status_code == 400
    assert re.findall(r"secret=([A-Z2-7]+)", again.text) == re.findall(r"secret=([A-Z2-7]+)", page)
    assert account(office, _id(office, "ed")).totp is None


def test_the_secret_of_a_form_is_of_one_account_and_of_half_an_hour(browser: TestClient, office: House, clock: Clock) -> None:
    secret, id = service_secret(office.settings), _id(office, "ed")
    foreign = totp.seal(secret, _id(office, "ana"), TOTP, office.now())
    for sealed in (foreign, totp.seal(b"another service", id, TOTP, office.now()), TOTP, "", "é"):
        try_password(browser, "ed")
        assert browser.post("/login/enrol", data={"sealed": sealed, "code": code_of(office)}).status_code == 400
    sealed = totp.seal(secret, id, TOTP, office.now())
    clock.passes(minutes=31)
    try_password(browser, "ed")
    assert "a trop attendu" in browser.post("/login/enrol", data={"sealed": sealed, "code": code_of(office)}).text
    assert account(office, id).totp is None


def test_who_is_at_the_desk_needs_none_and_may_have_one(browser: TestClient, office: House, clock: Clock) -> None:
    assert try_password(browser, "max").headers["location"] == "/office/"
    assert browser.get("/login/enrol").headers["location"] == "/office/"
    assert browser.post("/office/account/second", data={"current": "wrong"}).status_code == 400
    page = browser.post("/office/account/second", data={"current": "lampadaire tilleul grenat"}).text
    other = browsers_of(office)()
    try_password(other, "max")
    codes = enrol(browser, office, page, "/office/account/enrol")
    assert browser.get("/office/account").status_code == 200
    assert other.get("/office/account").status_code == 303  # who else was signed in is so no more
    fresh = browser.post("/office/account/recovery", data={"current": "lampadaire tilleul grenat"}).text
    browser.post("/logout")
    try_password(browser, "max")
    assert show_code(browser, codes[0]) == 400
    assert show_code(browser, re.findall(r"<li><code>([a-z0-9-]+)</code>", fresh)[0]) == 303


def test_the_demonstration_asks_for_none_and_says_so(house: House) -> None:
    join(house, "boss", Role.ADMIN)
    browser = browsers_of(house)()
    assert try_password(browser, "boss").headers["location"] == "/office/"
    assert "n’ont pas de second facteur" in browser.get("/office/").text


def test_the_database_alone_gives_no_code(office: House) -> None:
    kept = account(office, _id(office, "ana"))
    assert kept.totp
    assert TOTP not in kept.totp
    assert totp.unseal(b"another secret", kept.staff.id, kept.totp) is None
    assert totp.unseal(service_secret(office.settings), kept.staff.id + 1, kept.totp) is None
    assert totp.unseal(service_secret(office.settings), kept.staff.id, kept.totp) == TOTP


def test_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, SHA-1, its last six digits."""
    from datetime import UTC, datetime

    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert totp.step_of(secret, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30
    assert pyotp.TOTP(secret).interval == totp.STEP


def test_nobody_is_half_signed_in_without_a_session(browser: TestClient, office: House) -> None:
    for path in ("/login/code", "/login/enrol"):
        assert browser.get(path).headers["location"] == "/login?next=/office/"
        assert browser.post(path, data={"code": "000000"}).headers["location"] == "/login?next=/office/"
    assert session(office, browser) is None


def _id(house: House, name: str) -> int:
    from sejour.store.staff import account_named

    with house.store.reading() as connection:
        found = account_named(connection, "pau", name)
    assert found
    return found.staff.id
