"""One's own account: what one changes there, and what it asks first."""

import re

import pytest
from starlette.testclient import TestClient

from sejour.domain.staff import Role
from sejour.house import House
from sejour.web.office.signed import COOKIE
from tests.office.people import PASSWORD, Browsers, account, browsers_of, join, session, try_password

NEW = "perroquet harmonica tonnelle"


@pytest.fixture
def browsers(house: House) -> Browsers:
    join(house, "léa", Role.SEASONAL)
    join(house, "max", Role.SEASONAL)
    return browsers_of(house)


@pytest.fixture
def browser(browsers: Browsers) -> TestClient:
    opened = browsers()
    assert try_password(opened, "léa").status_code == 303
    return opened


def test_the_name_that_signs(browser: TestClient, house: House) -> None:
    assert browser.post("/office/account/name", data={"shown": " Léa,  au marché "}).headers["location"] == "/office/account?done=name"
    page = browser.get("/office/account?done=name").text
    assert "Léa, au marché" in page
    assert "vos prochains coups de cœur" in page
    for taken in ("Max", "max", "", "x" * 61):
        assert browser.post("/office/account/name", data={"shown": taken}).status_code == 400
    assert browser.post("/office/account/name", data={"shown": "Léa, au marché"}).status_code == 303  # one's own


def test_a_name_is_no_script(browser: TestClient) -> None:
    browser.post("/office/account/name", data={"shown": "<script>alert(1)</script>"})
    assert "<script>alert" not in browser.get("/office/account").text


def test_another_password_asks_for_the_former_and_closes_elsewhere(browser: TestClient, browsers: Browsers, house: House) -> None:
    elsewhere = browsers()
    try_password(elsewhere, "léa")
    for form in ({"current": "x"}, {"password": "court"}, {"again": "x"}, {"password": "lea-pau-accueil-2026", "again": "lea-pau-accueil-2026"}):
        said = {"current": PASSWORD, "password": NEW, "again": NEW} | form
        answer = browser.post("/office/account/password", data=said)
        assert answer.status_code == 400
        assert "-wrong" in answer.text
    former = browser.cookies[COOKIE]
    changed = browser.post("/office/account/password", data={"current": PASSWORD, "password": NEW, "again": NEW})
    assert changed.headers["location"] == "/office/account?done=password"
    assert browser.cookies[COOKIE] != former
    assert browser.get("/office/account").status_code == 200
    assert elsewhere.get("/office/account").status_code == 303
    assert try_password(elsewhere, "léa").status_code == 400
    assert try_password(elsewhere, "léa", NEW).status_code == 303


def test_an_open_screen_is_no_way_to_guess_the_password(browser: TestClient) -> None:
    tried = [browser.post("/office/account/password", data={"current": f"x{n}", "password": NEW, "again": NEW}) for n in range(8)]
    assert [each.status_code for each in tried] == [400] * 5 + [429] * 3
    assert "Trop d’essais" in tried[-1].text
    assert browser.get("/office/account").status_code == 200


def test_one_s_own_sessions(browser: TestClient, browsers: Browsers, house: House) -> None:
    others = [browsers() for _ in range(3)]
    for other, agent in zip(others, ("Firefox/140.0 (Android 15)", "Chrome/140 (Windows)", "x"), strict=True):
        other.headers["user-agent"] = agent
        try_password(other, "léa")
    stranger = browsers()
    try_password(stranger, "max")
    page = browser.get("/office/account").text
    for said in ("Firefox, Android", "Chrome, Windows", "Autre navigateur", "cet appareil", "Fermer tous les autres"):
        assert said in page
    tokens = re.findall(r'name="session" value="([0-9a-f]{64})"', page)
    assert len(tokens) == 3
    foreign = session(house, stranger)
    assert foreign
    for token in (tokens[0], foreign.token):
        assert browser.post("/office/account/close", data={"session": token}).status_code == 303
    assert sorted(other.get("/office/account").status_code for other in others) == [200, 200, 303]
    assert stranger.get("/office/account").status_code == 200  # not one's own
    browser.post("/office/account/close")
    assert {other.get("/office/account").status_code for other in others} == {303}
    assert browser.get("/office/account").status_code == 200


def test_nothing_of_an_account_is_changed_by_asking(browser: TestClient, house: House) -> None:
    opened = session(house, browser)
    assert opened
    before = account(house, opened.staff.id)
    for path in ("name", "password", "second", "enrol", "recovery", "close"):
        assert browser.get(f"/office/account/{path}?shown=x").status_code in (404, 405)
    assert account(house, opened.staff.id) == before
