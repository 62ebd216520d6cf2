"""Every address of the staff opens to whom the table says, and to nobody else."""

from collections.abc import Callable

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from sejour.app import create_app
from sejour.domain.staff import Role
from sejour.house import House
from sejour.web.office.doors import Door
from sejour.web.office.routes import DOORS
from tests.office.conftest import SAME_SITE, Clock

Signing = Callable[..., TestClient]
STAFF = ("/office", "/login", "/logout", "/desk")


def address(door: Door) -> str:
    return door.path.replace("{", "").replace("}", "")  # nothing has such an id


def knock(client: TestClient, door: Door, **headers: str) -> tuple[int, str]:
    answer = client.request(door.method, address(door), headers=headers)
    return answer.status_code, answer.headers.get("location", "")


@pytest.fixture
def browsers(sign_in: Signing) -> dict[Role | None, TestClient]:
    return {role: sign_in(role) for role in (None, *Role)}


def test_no_staff_address_is_outside_of_the_table(house: House) -> None:
    declared = {(door.method, door.path) for door in DOORS}
    served = {
        (method, route.path)
        for route in create_app(house).routes
        if isinstance(route, Route) and route.path.startswith(STAFF)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert served == declared


def test_each_door_opens_from_its_role_on(browsers: dict[Role | None, TestClient]) -> None:
    for door in sorted(DOORS, key=lambda door: door.least is None):  # signing out is among the last
        for role, client in browsers.items():
            status, location = knock(client, door)
            where = f"{door.method} {door.path} as {role}"
            assert status < 500, where
            if door.least is None:
                continue
            if role is None:
                assert (status, location.partition("?")[0]) == (303, "/login"), where
            else:
                assert (status == 403) == (not role.may(door.least)), where


def test_what_changes_something_is_refused_from_other_sites(browsers: dict[Role | None, TestClient]) -> None:
    for door in sorted((door for door in DOORS if door.method == "POST"), key=lambda door: door.least is None):
        client = browsers[Role.ADMIN]
        for foreign in ("cross-site", "same-site", "none"):
            assert knock(client, door, **{"sec-fetch-site": foreign})[0] == 403, door.path
        del client.headers["sec-fetch-site"]
        assert knock(client, door)[0] == 403, door.path
        assert knock(client, door, origin="https://elsewhere.example")[0] == 403, door.path
        assert knock(client, door, origin="https://testserver")[0] != 403, door.path
        client.headers.update(SAME_SITE)


def test_staff_pages_are_kept_by_no_browser(browsers: dict[Role | None, TestClient]) -> None:
    for door in (door for door in DOORS if door.method == "GET"):
        answer = browsers[Role.ADMIN].get(address(door))
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert answer.headers["cache-control"] == "no-store", door.path


def test_the_staff_have_https_or_this_very_machine(house: House) -> None:
    app = create_app(house)
    for base, status in (("http://elsewhere", 403), ("http://localhost:8000", 303), ("http://127.0.0.1:8000", 303), ("https://elsewhere", 303)):
        assert TestClient(app, base_url=base, follow_redirects=False).get("/office/").status_code == status, base


def test_https_that_ends_at_the_proxy_is_https(house: House) -> None:
    app, told = create_app(house), {"x-forwarded-proto": "https"}
    for near, headers, status in (
        ("127.0.0.1", told, 200),
        ("127.0.0.1", {}, 403),
        ("127.0.0.1", {"x-forwarded-proto": "http"}, 403),
        ("10.0.0.9", told, 403),
    ):
        client = TestClient(app, base_url="http://office.example", client=(near, 1))
        assert client.get("/login", headers=headers).status_code == status


def test_a_session_ends_when_it_is_not_used(sign_in: Signing, clock: Clock) -> None:
    client = sign_in(Role.EDITOR)
    for _ in range(3):
        clock.passes(hours=11)
        assert client.get("/office/").status_code == 200
    clock.passes(hours=12)
    assert client.get("/office/").status_code == 303
