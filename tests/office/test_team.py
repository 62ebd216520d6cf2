"""The team: inviting, changing, closing; what a counsellor finds at an admin's address; the last admin."""

import re

import pytest
from starlette.testclient import TestClient

from sejour.domain.staff import Role
from sejour.house import House
from sejour.store.curation import changes_of
from sejour.store.invitations import invitations_of
from tests.office.people import TOTP, Browsers, account, browsers_of, code_of, earnest, join, try_password


@pytest.fixture
def office(house: House) -> House:
    """No demonstration. Its only admins are the demonstration's own, marie, and ana."""
    return earnest(house)


@pytest.fixture
def ana(office: House) -> int:
    return join(office, "ana", Role.ADMIN, second=True)


@pytest.fixture
def browsers(office: House) -> Browsers:
    return browsers_of(office)


@pytest.fixture
def admin(browsers: Browsers, office: House, ana: int) -> TestClient:
    browser = browsers()
    try_password(browser, "ana")
    assert browser.post("/login/code", data={"code": code_of(office, TOTP)}).status_code == 303
    return browser


def marie(office: House) -> int:
    with office.store.reading() as connection:
        from sejour.store.staff import account_named

        found = account_named(connection, "pau", "marie")
    assert found
    return found.staff.id


def test_a_link_is_made_shown_once_and_told(admin: TestClient, browsers: Browsers, office: House) -> None:
    shown = admin.post("/office/staff/invite", data={"name": "Zoé B.", "role": "editor"})
    assert shown.status_code == 200
    (link,) = re.findall(r'id="link" value="https://testserver(/login/invitation/[\w-]{43})"', shown.text)
    assert '<svg class="qr"' in shown.text
    page = admin.get("/office/staff").text
    assert "zoé b." in page
    assert link.rpartition("/")[2] not in page
    guest = browsers()
    guest.get(link)
    assert "ANT" in guest.get("/login/invitation").text
    admin.post("/office/staff/uninvite", data={"name": "zoé b."})
    assert guest.get("/login/invitation").status_code == 404
    with office.store.reading() as connection:
        assert [(line.by, line.note) for line in changes_of(connection, "pau", subject="zoé b.")] == [
            ("Ana", "a retiré l’invitation"),
            ("Ana", "a invité, comme ANT"),
        ]
        assert invitations_of(connection, "pau", office.now()) == []


@pytest.mark.parametrize(
    ("form", "field"), [({"name": ""}, "name"), ({"name": "ANA"}, "name"), ({"name": "x" * 61}, "name"), ({"role": "king"}, ""), ({"role": ""}, "")]
)
def test_an_invitation_that_cannot_be(admin: TestClient, form: dict[str, str], field: str) -> None:
    answer = admin.post("/office/staff/invite", data={"name": "zoé", "role": "editor"} | form)
    assert answer.status_code == 400
    assert 'id="link"' not in answer.text
    if field:
        assert f'id="{field}-wrong"' in answer.text


def test_a_link_for_who_forgot(admin: TestClient, browsers: Browsers, office: House) -> None:
    id = join(office, "léa", Role.COUNSELLOR)
    shown = admin.post(f"/office/staff/{id}/link")
    (link,) = re.findall(r'value="https://testserver(/login/invitation/[\w-]{43})"', shown.text)
    guest, new = browsers(), "perroquet harmonica tonnelle"
    guest.get(link)
    assert guest.post("/login/invitation", data={"password": new, "again": new}).status_code == 303
    assert try_password(browsers(), "léa", new).status_code == 303


def test_a_closed_account_is_closed_everywhere_at_once(admin: TestClient, browsers: Browsers, office: House) -> None:
    id, lea = join(office, "léa", Role.COUNSELLOR), browsers()
    try_password(lea, "léa")
    assert lea.get("/office/").status_code == 200
    assert admin.post(f"/office/staff/{id}/disable").headers["location"] == f"/office/staff/{id}?done=disabled"
    assert lea.get("/office/").status_code == 303
    assert try_password(lea, "léa").status_code == 400
    page = admin.get(f"/office/staff/{id}?done=disabled").text
    assert "fermé partout" in page
    assert "Rétablir" in page
    assert "désactivé" in admin.get("/office/staff").text
    admin.post(f"/office/staff/{id}/enable")
    assert lea.get("/office/").status_code == 303
    assert try_password(lea, "léa").status_code == 303
    with office.store.reading() as connection:
        assert [line.note for line in changes_of(connection, "pau", subject="léa")] == ["a rétabli le compte", "a désactivé le compte"]


def test_another_role_is_signed_in_to_anew(admin: TestClient, browsers: Browsers, office: House) -> None:
    id, lea = join(office, "léa", Role.COUNSELLOR), browsers()
    try_password(lea, "léa")
    assert lea.get("/office/history").status_code == 403
    admin.post(f"/office/staff/{id}/role", data={"role": "editor"})
    assert lea.get("/office/history").status_code == 303
    assert try_password(lea, "léa").headers["location"].startswith("/login/enrol")  # a second factor is asked for now
    assert admin.post(f"/office/staff/{id}/role", data={"role": "king"}).status_code == 400


def test_a_lost_telephone(admin: TestClient, browsers: Browsers, office: House) -> None:
    id = join(office, "ed", Role.EDITOR, second=True)
    assert "Retirer son second facteur" in admin.get(f"/office/staff/{id}").text
    admin.post(f"/office/staff/{id}/second")
    assert account(office, id).totp is None
    assert try_password(browsers(), "ed").headers["location"].startswith("/login/enrol")


def test_the_last_admin_stays(admin: TestClient, office: House, ana: int) -> None:
    assert admin.post(f"/office/staff/{marie(office)}/disable").status_code == 303
    for path, form in (("disable", {}), ("role", {"role": "editor"})):
        answer = admin.post(f"/office/staff/{ana}/{path}", data=form)
        assert answer.status_code == 409
        assert "dernier compte d’administrateur" in answer.text
    assert account(office, ana).staff.role is Role.ADMIN
    assert admin.get("/office/staff").status_code == 200  # still signed in: nothing was changed
    admin.post(f"/office/staff/{marie(office)}/enable")
    assert admin.post(f"/office/staff/{ana}/role", data={"role": "editor"}).status_code == 303
    assert admin.get("/office/staff").status_code == 303


def test_a_counsellor_at_an_admin_s_address(browsers: Browsers, office: House, ana: int) -> None:
    join(office, "léa", Role.COUNSELLOR)
    lea = browsers()
    try_password(lea, "léa")
    before = account(office, ana)
    for path in ("/office/staff", f"/office/staff/{ana}"):
        assert lea.get(path).status_code == 403
    for path in ("invite", "uninvite", f"{ana}/role", f"{ana}/disable", f"{ana}/enable", f"{ana}/second", f"{ana}/link"):
        assert lea.post(f"/office/staff/{path}", data={"name": "x", "role": "admin"}).status_code == 403
    assert account(office, ana) == before
    assert "Équipe" not in lea.get("/office/").text


def test_who_is_not_there(admin: TestClient) -> None:
    for id in ("0", "999999", "-1", "x", "1e3", "９", "1" * 30):
        assert admin.get(f"/office/staff/{id}").status_code == 404
        assert admin.post(f"/office/staff/{id}/disable").status_code == 404


def test_the_list_is_searched_sorted_and_paged(admin: TestClient, browsers: Browsers, office: House) -> None:
    for n in range(30):
        join(office, f"saison{n:02d}", Role.SEASONAL)
    assert len(listed(admin, "")) == 25
    assert listed(admin, "?page=1")[-1] == "Saison29"
    assert listed(admin, "?page=99999") == listed(admin, "?page=1")
    assert listed(admin, "?page=x&sort=x") == listed(admin, "")
    assert listed(admin, "?q=SAISON1") == [f"Saison{n}" for n in range(10, 20)]
    assert listed(admin, "?q=hugo") == ["Hugo, conseiller en séjour"]
    assert listed(admin, "?sort=role")[:2] == ["Ana", "Marie, à l’accueil"]
    assert listed(admin, "?sort=last")[0] == "Ana"
    assert "Personne ne s’appelle ainsi" in admin.get("/office/staff?q=personne").text


def listed(admin: TestClient, query: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/office/staff/\d+">([^<]+)</a>', admin.get(f"/office/staff{query}").text.replace("&#39;", "’"))
