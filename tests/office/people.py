"""Accounts for tests, and browsers in which they sign in as one does."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pyotp
from httpx2 import Response
from starlette.testclient import TestClient

from sejour.app import create_app
from sejour.credentials import service_secret
from sejour.domain.staff import Role
from sejour.house import House
from sejour.store import staff
from sejour.store.sessions import Session, session_of
from sejour.store.staff import Account
from sejour.web.office import totp
from sejour.web.office.passwords import hash_password
from sejour.web.office.signed import COOKIE
from tests.office.conftest import SAME_SITE

PASSWORD = "lampadaire tilleul grenat"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
Browsers = Callable[[], TestClient]


def earnest(house: House) -> House:
    """The same, but no demonstration: second factors are asked for."""
    territory = msgspec.structs.replace(house.settings.territory, demonstration=False)
    return replace(house, settings=msgspec.structs.replace(house.settings, territory=territory))


def browsers_of(house: House) -> Browsers:
    app = create_app(house)
    return lambda: TestClient(app, base_url="https://testserver", headers=SAME_SITE, follow_redirects=False)


def join(house: House, name: str, role: Role, *, second: bool = False) -> int:
    """An account of that name with PASSWORD, and the second factor TOTP."""
    with house.store.writing() as connection:
        id = staff.add_staff(connection, house.settings.territory.id, name, name.capitalize(), role, hash_password(PASSWORD), house.now())
        if second:
            staff.set_second_factor(connection, id, totp.seal(service_secret(house.settings), id, TOTP, house.now()), 0, ())
    return id


def account(house: House, id: int) -> Account:
    with house.store.reading() as connection:
        return staff.account_of(connection, house.settings.territory.id, id)


def try_password(browser: TestClient, name: str, password: str = PASSWORD, **more: str) -> Response:
    return browser.post("/login", data={"name": name, "password": password, **more})


def code_of(house: House, secret: str = TOTP, later: int = 0) -> str:
    """What the telephone shows now, or so many steps later."""
    return pyotp.TOTP(secret).generate_otp(int(house.now().timestamp()) // 30 + later)


def session(house: House, browser: TestClient) -> Session | None:
    with house.store.reading() as connection:
        return session_of(connection, house.settings.territory.id, browser.cookies.get(COOKIE) or "", house.now())
