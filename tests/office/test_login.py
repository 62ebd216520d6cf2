"""Signing in with a password, signing out, and how often one may guess."""

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from starlette.testclient import TestClient

from sejour.domain.staff import Role
from sejour.house import House
from sejour.schedule import forget_sessions
from sejour.store import invitations, staff, tables
from sejour.store.documents import utc
from sejour.store.sessions import HALF
from sejour.web.office import passwords
from sejour.web.office.signed import COOKIE, agent_of, back_of
from sejour.web.office.throttle import KNOWN
from tests.office.conftest import Clock
from tests.office.people import PASSWORD, Browsers, account, browsers_of, code_of, earnest, join, session, try_password

WRONG = "Identifiant ou mot de passe inconnu."


@pytest.fixture
def browsers(house: House) -> Browsers:
    join(house, "léa", Role.COUNSELLOR)
    return browsers_of(house)


def test_one_signs_in_and_comes_where_one_wanted(browsers: Browsers, house: House) -> None:
    browser = browsers()
    asked = browser.get("/office/account")
    assert (asked.status_code, asked.headers["location"]) == (303, "/login?next=/office/account")
    assert 'value="/office/account"' in browser.get(asked.headers["location"]).text
    entered = try_password(browser, " LÉA ", next="/office/account")  # a phone's capital
    assert (entered.status_code, entered.headers["location"]) == (303, "/office/account")
    assert "Léa" in browser.get("/office/account").text
    assert browser.get("/login").headers["location"] == "/office/"
    opened = session(house, browser)
    assert opened
    assert opened.staff.last == house.now()


def test_the_cookie_is_for_this_host_and_no_script(browsers: Browsers) -> None:
    entered = try_password(browsers(), "léa")
    for name in (COOKIE, KNOWN):
        (said,) = (cookie.lower() for cookie in entered.headers.get_list("set-cookie") if cookie.startswith(f"{name}="))
        assert name.startswith("__Host-")
        for rule in ("secure", "httponly", "samesite=lax", "path=/"):
            assert rule in said
        assert "domain" not in said


def test_a_token_is_new_each_time_and_long(browsers: Browsers) -> None:
    browser, tokens = browsers(), set()
    for _ in range(3):
        try_password(browser, "léa")
        tokens.add(browser.cookies[COOKIE])
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 43  # 256 bits in base 64
    thief = browsers()
    for token in tokens - {browser.cookies[COOKIE]}:  # the former ones serve no more
        thief.cookies.set(COOKIE, token, domain="testserver.local")
        assert thief.get("/office/").status_code == 303


def test_a_token_that_an_attacker_chose_is_never_taken_up(browsers: Browsers) -> None:
    browser = browsers()
    browser.cookies.set(COOKIE, "chosen-by-another", domain="testserver.local")
    entered = try_password(browser, "léa")
    assert "chosen-by-another" not in str(entered.headers)
    thief = browsers()
    thief.cookies.set(COOKIE, "chosen-by-another", domain="testserver.local")
    assert thief.get("/office/").status_code == 303


def test_a_stolen_token_is_of_no_use_after_signing_out(browsers: Browsers) -> None:
    browser, thief = browsers(), browsers()
    try_password(browser, "léa")
    thief.cookies.set(COOKIE, browser.cookies[COOKIE], domain="testserver.local")
    assert thief.get("/office/").status_code == 200
    left = browser.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/login?left")
    assert COOKIE not in browser.cookies
    assert "Vous êtes sorti" in browser.get("/login?left").text
    assert thief.get("/office/").status_code == 303
    assert browser.post("/logout").status_code == 303  # twice harms nobody


def test_what_is_wrong_is_said_alike_for_all(browsers: Browsers, house: House) -> None:
    closed = join(house, "jo", Role.EDITOR)
    with house.store.writing() as connection:
        staff.disable(connection, "pau", closed, house.now())
    answers = {try_password(browsers(), *tried).text for tried in (("léa", "x"), ("léa", ""), ("lea", PASSWORD))}
    answers |= {try_password(browsers(), "jo").text, try_password(browsers(), "nobody").text}
    plain = {
        text.replace('value="jo"', 'value="léa"').replace('value="lea"', 'value="léa"').replace('value="nobody"', 'value="léa"') for text in answers
    }
    assert len(plain) == 1
    assert WRONG in plain.pop()
    assert try_password(browsers(), "").status_code == 400
    assert browsers().post("/login", content=b"\xff\xfe=%00", headers={"content-type": "application/x-www-form-urlencoded"}).status_code == 400


def test_unknown_names_cost_the_same_hashing_as_known_ones(browsers: Browsers, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Noting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            checked.append(str(hash).split("$")[3])  # memory, passes, lanes
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "HASHER", Noting(time_cost=1, memory_cost=64, parallelism=1))
    join(house, "known", Role.COUNSELLOR)
    answers = [try_password(browsers(), name, "wrong") for name in ("known", "nobody")]
    assert checked == ["m=64,t=1,p=1"] * 2
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].text.replace("known", "") == answers[1].text.replace("nobody", "")


def test_an_old_hash_is_made_anew_at_the_next_sign_in(browsers: Browsers, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    id = join(house, "max", Role.COUNSELLOR)
    former = account(house, id).password
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert try_password(browsers(), "max").status_code == 303
    assert account(house, id).password != former
    assert try_password(browsers(), "max").status_code == 303


@pytest.mark.parametrize(
    "said",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/office\r\nx: y", "/offices", "/login", "", None, "/office/?x=1"],
)
def test_nobody_is_led_elsewhere(said: str | None) -> None:
    assert back_of(said) == "/office/"
    assert back_of("/desk/search") == "/desk/search"
    assert back_of("/office/offers/abc") == "/office/offers/abc"


def test_browsers_are_told_by_their_family(browsers: Browsers) -> None:
    class Asking:
        def __init__(self, agent: str) -> None:
            self.headers = {"user-agent": agent}

    for agent, family in (
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("<script>alert(1)</script>", "Autre navigateur"),
    ):
        assert agent_of(Asking(agent)) == family  # type: ignore[arg-type]  # all that is read of a request


# ---- how often ----


def guess(browser: TestClient, times: int, name: str = "léa", **headers: str) -> list[int]:
    return [browser.post("/login", data={"name": name, "password": f"guess {n}"}, headers=headers).status_code for n in range(times)]


def test_ten_guesses_in_a_quarter_of_an_hour_over_one_or_many_connections(browsers: Browsers, clock: Clock) -> None:
    looked_at = 0
    for _ in range(30):  # twice a minute, each from a new browser
        looked_at += guess(browsers(), 3).count(400)
        clock.passes(seconds=30)
    assert 8 <= looked_at <= 10
    assert 429 in guess(browsers(), 2)
    refused = try_password(browsers(), "léa")  # even the right one
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) <= 181
    assert "Trop d’essais : attendez" in refused.text
    clock.passes(seconds=int(refused.headers["retry-after"]))
    assert try_password(browsers(), "léa").status_code == 303


def test_guesses_at_once_are_counted_one_by_one(browsers: Browsers) -> None:
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: guess(browsers(), 1)[0], range(24)))
    assert statuses.count(400) == 5
    assert statuses.count(429) == 19


def test_names_that_nobody_has_are_counted_alike(browsers: Browsers) -> None:
    assert guess(browsers(), 8, "nobody") == guess(browsers(), 8) == [400] * 5 + [429] * 3


def test_guests_keep_nobody_out(browsers: Browsers, clock: Clock) -> None:
    """They come from the office's own address, and guess as fast as they can, for a day."""
    mine, guest = browsers(), browsers()
    assert try_password(mine, "léa").status_code == 303
    for _ in range(24):
        assert 429 in guess(guest, 6)
        assert mine.get("/office/").status_code == 200  # who is signed in is not counted
        clock.passes(hours=1)
    guess(guest, 30)
    mine.post("/logout")
    assert try_password(guest, "léa").status_code == 429
    assert try_password(mine, "léa").status_code == 303  # a browser that is known for this account
    mine.post("/logout")
    assert guess(mine, 8) == [400] * 5 + [429] * 3  # but not without end
    assert try_password(mine, "max").status_code == 400  # nor for other accounts


def test_the_sign_of_a_known_browser_cannot_be_made_up(browsers: Browsers, house: House) -> None:
    join(house, "max", Role.COUNSELLOR)
    mine, thief = browsers(), browsers()
    try_password(mine, "léa")
    guess(thief, 6, "max")
    for sign in (mine.cookies[KNOWN], mine.cookies[KNOWN][:-1], "x.y", "é", ""):  # of another account, cut, made up
        thief.cookies.delete(KNOWN)
        thief.cookies.set(KNOWN, sign.encode("ascii", "ignore").decode(), domain="testserver.local")
        assert guess(thief, 1, "max") == [429]


def test_an_account_is_not_guessed_from_many_places(browsers: Browsers, clock: Clock) -> None:
    looked_at = 0
    for quarter in range(15):
        for n in range(6):
            answers = [guess(TestClient(browsers().app, base_url="https://testserver", client=(f"198.51.{quarter}.{n}", 1)), 1,
                             **{"sec-fetch-site": "same-origin"})[0] for _ in range(2)]  # fmt: skip
            looked_at += answers.count(400)
        clock.passes(minutes=1)
    assert looked_at <= 40


def test_one_place_does_not_try_all_accounts(browsers: Browsers) -> None:
    assert [guess(browsers(), 1, f"name{n}")[0] for n in range(24)] == [400] * 20 + [429] * 4


def test_an_account_of_one_s_own_buys_no_guesses_at_another_s(browsers: Browsers, house: House) -> None:
    join(house, "max", Role.SEASONAL)
    looked_at = 0
    for _ in range(12):
        looked_at += guess(browsers(), 1).count(400)
        assert try_password(browsers(), "max").status_code in (303, 429)
    assert looked_at == 5


def test_nothing_that_was_typed_and_no_address_is_kept(browsers: Browsers, house: House) -> None:
    guess(
        TestClient(browsers().app, base_url="https://testserver", client=("198.51.100.7", 1)), 2, "canary-name", **{"sec-fetch-site": "same-origin"}
    )
    content = b"".join(path.read_bytes() for path in (house.store.dialect.path.parent).glob("sejour.db*"))  # type: ignore[attr-defined]
    for canary in (b"canary-name", b"198.51.100.7", b"guess 1"):
        assert canary not in content


# ---- how long ----


def test_half_a_session_opens_nothing_and_ends_soon(house: House, clock: Clock) -> None:
    house = earnest(house)
    join(house, "ana", Role.ADMIN, second=True)
    browser = browsers_of(house)()
    assert try_password(browser, "ana").headers["location"] == "/login/code?next=/office/"
    assert browser.get("/office/").headers["location"] == "/login/code?next=/office/"
    clock.passes(seconds=HALF.total_seconds())
    assert browser.post("/login/code", data={"code": code_of(house)}).headers["location"] == "/login?next=/office/"


def test_a_session_lasts_thirty_days_and_no_more(browsers: Browsers, clock: Clock) -> None:
    browser = browsers()
    try_password(browser, "léa")
    for _ in range(71):
        clock.passes(hours=10)
        assert browser.get("/office/").status_code == 200, clock()
    clock.passes(hours=10)
    assert browser.get("/office/").status_code == 303


def test_a_disabled_account_is_out_at_once(browsers: Browsers, house: House) -> None:
    browser = browsers()
    try_password(browser, "léa")
    opened = session(house, browser)
    assert opened
    assert opened.ends > house.now()
    assert utc(opened.began) == utc(house.now())
    with house.store.writing() as connection:
        staff.disable(connection, "pau", opened.staff.id, house.now())
    assert browser.get("/office/").status_code == 303


def test_what_is_over_is_forgotten(browsers: Browsers, house: House, clock: Clock) -> None:
    try_password(browsers(), "léa")
    guess(browsers(), 3)
    with house.store.writing() as connection:
        invitations.invite(connection, "pau", "x", "zoé", Role.ADMIN, "Xan", house.now())
    kept = (tables.session, tables.attempt, tables.invitation)

    def many() -> list[int]:
        with house.store.reading() as connection:
            return [len(connection.execute(select(table)).all()) for table in kept]

    forget_sessions(house)
    assert min(many()) > 0
    clock.passes(days=3)
    forget_sessions(house)
    assert many() == [0, 0, 0]


def test_a_stranger_sends_little(browsers: Browsers) -> None:
    browser = browsers()
    assert try_password(browser, "léa", "x" * 30_000).status_code == 400
    assert (
        browser.post(
            "/login", content=(part for part in (b"name=l", b"&password=x")), headers={"content-type": "application/x-www-form-urlencoded"}
        ).status_code
        == 400
    )
    assert try_password(browser, "léa").status_code == 303  # and is not counted
