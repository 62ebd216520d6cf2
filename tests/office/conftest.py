"""The office of the demonstration: a house of its own for each test, and somebody signed in by a role."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from sejour.app import create_app
from sejour.demo.run import demo_house
from sejour.domain.staff import Role
from sejour.house import House
from sejour.store.sessions import open_session
from sejour.store.staff import add_staff
from sejour.web.office import passwords
from sejour.web.office.signed import COOKIE
from tests.builders import PARIS

SAME_SITE = {"sec-fetch-site": "same-origin"}
SHOWN = {Role.SEASONAL: "Sacha", Role.COUNSELLOR: "Maïté", Role.EDITOR: "Léa", Role.ADMIN: "Xan"}
THURSDAY = datetime(2026, 8, 13, 15, 40, tzinfo=PARIS)


class Clock:
    """The service's clock, which a test moves."""

    def __init__(self, moment: datetime = THURSDAY) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def passes(self, **time: float) -> None:
        self.moment += timedelta(**time)


@pytest.fixture(autouse=True)
def light_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its least cost: what is tested is not how slow it is."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's folder, imported once."""
    folder = tmp_path_factory.mktemp("prepared")
    demo_house(folder, lambda: THURSDAY).store.close()
    return folder


@pytest.fixture
def house(prepared: Path, clock: Clock, tmp_path: Path) -> Iterator[House]:
    """A copy of the demonstration, on a Thursday of August at 15 h 40."""
    shutil.copytree(prepared, tmp_path / "office")
    opened = demo_house(tmp_path / "office", clock)
    yield opened
    opened.store.close()


@pytest.fixture
def sign_in(house: House) -> Callable[..., TestClient]:
    """`sign_in(Role.EDITOR)`: a browser in which that person is signed in; `sign_in()`: one in which nobody is."""
    app = create_app(house)

    def signing(role: Role | None = None) -> TestClient:
        client = TestClient(app, base_url="https://testserver", headers=SAME_SITE, follow_redirects=False)
        if role:
            token = secrets.token_urlsafe(32)
            with house.store.writing() as connection:
                id = add_staff(connection, house.settings.territory.id, secrets.token_hex(4), SHOWN[role], role, "", house.now())
                open_session(connection, id, token, "Firefox", house.now(), proven=True)
            client.cookies.set(COOKIE, token, domain="testserver.local")
        return client

    return signing


@pytest.fixture
def editor(sign_in: Callable[..., TestClient]) -> TestClient:
    return sign_in(Role.EDITOR)
