"""Links to an account: one time, three days, never seen in an address that stays."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from sejour.domain.staff import Role
from sejour.house import House
from sejour.store import invitations, staff
from sejour.store.curation import changes_of
from sejour.web.office.invited import INVITED, new_token
from tests.office.conftest import Clock
from tests.office.people import PASSWORD, Browsers, browsers_of, earnest, join, session, try_password

TOKEN = "x" * 43
NEW = "perroquet harmonica tonnelle"
GONE = "Ce lien a déjà servi, a expiré, ou n’est pas complet"


@pytest.fixture
def browsers(house: House) -> Browsers:
    invite(house, TOKEN, "zoé", Role.COUNSELLOR)
    return browsers_of(house)


def invite(house: House, token: str, name: str, role: Role, staff_id: int | None = None) -> None:
    with house.store.writing() as connection:
        invitations.invite(connection, "pau", token, name, role, "Xan", house.now(), staff_id=staff_id)


def accept(browser: TestClient, **form: str) -> int:
    return browser.post("/login/invitation", data={"shown": "Zoé", "password": NEW, "again": NEW} | form).status_code


def follow(browser: TestClient, token: str = TOKEN) -> str:
    browser.get(f"/login/invitation/{token}")
    return browser.get("/login/invitation").text


def test_one_comes_by_a_link_and_is_signed_in(browsers: Browsers, house: House) -> None:
    browser = browsers()
    assert "Xan vous invite" in follow(browser)
    assert accept(browser) == 303
    opened = session(house, browser)
    assert opened
    assert (opened.staff.name, opened.staff.shown, opened.staff.role) == ("zoé", "Zoé", Role.COUNSELLOR)
    assert INVITED not in browser.cookies
    assert browser.get("/office/").status_code == 200
    assert try_password(browsers(), "Zoé", NEW).status_code == 303
    with house.store.reading() as connection:
        assert changes_of(connection, "pau", subject="zoé")[0].note == "a accepté l’invitation de Xan"


def test_the_token_leaves_the_address_before_any_page(browsers: Browsers, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = browsers()
    answer = browser.get(f"/login/invitation/{TOKEN}")
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/login/invitation", "")
    assert answer.headers["referrer-policy"] in ("no-referrer", "same-origin")
    (said,) = (cookie.lower() for cookie in answer.headers.get_list("set-cookie"))
    assert all(rule in said for rule in ("__host-", "secure", "httponly", "samesite=lax", "path=/"))
    page = browser.get("/login/invitation")
    assert TOKEN not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert TOKEN not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("sejour"))


def test_messengers_that_open_it_use_nothing_up(browsers: Browsers) -> None:
    for _ in range(3):
        follow(browsers())
    browser = browsers()
    follow(browser)
    assert accept(browser) == 303


def test_it_serves_once(browsers: Browsers, house: House) -> None:
    first, second = browsers(), browsers()
    follow(first), follow(second)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, (first, second))) == [303, 404]
    assert GONE in follow(browsers())
    with house.store.reading() as connection:
        assert [each.name for each in staff.staff_of(connection, "pau")].count("zoé") == 1


def test_over_used_and_made_up_are_one(browsers: Browsers, house: House, clock: Clock) -> None:
    invite(house, "used" * 10, "ada", Role.SEASONAL)
    used = browsers()
    follow(used, "used" * 10)
    assert accept(used, shown="Ada") == 303
    clock.passes(hours=72)
    pages, statuses = set(), set()
    for token in (TOKEN, "used" * 10, new_token(), "x", "é" * 300, "%00", TOKEN[:-1]):
        browser = browsers()
        pages.add(follow(browser, token))
        statuses.add((browser.get("/login/invitation").status_code, accept(browser)))
    assert len(pages) == 1
    assert GONE in pages.pop()
    assert statuses == {(404, 404)}
    assert browsers().get("/login/invitation").status_code == 404


def test_it_lasts_three_days(browsers: Browsers, clock: Clock) -> None:
    clock.passes(hours=71.9)
    browser = browsers()
    follow(browser)
    assert accept(browser) == 303


def test_only_its_hash_is_kept(browsers: Browsers, house: House) -> None:
    content = b"".join(path.read_bytes() for path in house.store.dialect.path.parent.glob("sejour.db*"))  # type: ignore[attr-defined]
    assert TOKEN.encode() not in content
    assert len(new_token()) >= 43
    assert new_token() != new_token()


def test_what_is_wrong_is_said_beside_its_field(browsers: Browsers, house: House) -> None:
    browser = browsers()
    follow(browser)
    for form, field in (
        ({"shown": ""}, "shown"),
        ({"password": "court"}, "password"),
        ({"password": "zoe-pau-2026!"}, "password"),
        ({"again": "x"}, "again"),
    ):
        answer = browser.post("/login/invitation", data={"shown": "Zoé", "password": NEW, "again": NEW} | form)
        assert answer.status_code == 400
        assert f'id="{field}-wrong"' in answer.text
        assert NEW not in answer.text
    join(house, "maïté", Role.SEASONAL)
    assert "signe déjà ainsi" in browser.post("/login/invitation", data={"shown": "MAÏTÉ", "password": NEW, "again": NEW}).text
    assert accept(browser) == 303


def test_a_link_for_who_forgot(browsers: Browsers, house: House) -> None:
    id = join(house, "léa", Role.COUNSELLOR)
    former, browser = browsers(), browsers()
    try_password(former, "léa")
    for _ in range(7):
        try_password(browser, "léa", "forgotten")
    invite(house, "forgot" * 8, "léa", Role.COUNSELLOR, id)
    assert "Un nouveau mot de passe" in follow(browser, "forgot" * 8)
    assert former.get("/office/").status_code == 200
    assert accept(browser) == 303
    assert former.get("/office/").status_code == 303  # it may have been somebody else
    assert try_password(former, "léa", PASSWORD).status_code == 400
    assert try_password(former, "léa", NEW).status_code == 303


def test_a_link_is_no_second_factor(house: House) -> None:
    house = earnest(house)
    id, browser = join(house, "ana", Role.ADMIN, second=True), browsers_of(house)()
    invite(house, TOKEN, "ana", Role.ADMIN, id)
    follow(browser)
    answer = browser.post("/login/invitation", data={"password": NEW, "again": NEW})
    assert answer.headers["location"].startswith("/login/code")
    assert browser.get("/office/").status_code == 303
    invite(house, TOKEN, "ed", Role.EDITOR)
    follow(browser)
    answer = browser.post("/login/invitation", data={"shown": "Ed", "password": NEW, "again": NEW})
    assert answer.headers["location"].startswith("/login/enrol")


def test_a_disabled_account_has_no_way_in_by_a_former_link(browsers: Browsers, house: House) -> None:
    id = join(house, "léa", Role.COUNSELLOR)
    invite(house, "forgot" * 8, "léa", Role.COUNSELLOR, id)
    with house.store.writing() as connection:
        staff.disable(connection, "pau", id, house.now())
    browser = browsers()
    follow(browser, "forgot" * 8)
    assert accept(browser) == 404
    assert session(house, browser) is None


def test_another_invitation_takes_the_place_of_the_first(browsers: Browsers, house: House) -> None:
    invite(house, "other" * 9, "zoé", Role.SEASONAL)
    assert GONE in follow(browsers())
    assert "saisonnier" in follow(browsers(), "other" * 9)


def test_who_has_that_name_meanwhile_keeps_it(browsers: Browsers, house: House) -> None:
    id, browser = join(house, "zoé", Role.ADMIN), browsers()
    follow(browser)
    assert accept(browser, shown="Autre Zoé") == 404
    with house.store.reading() as connection:
        assert staff.account_of(connection, "pau", id).staff.role is Role.ADMIN
