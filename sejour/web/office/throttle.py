"""How often one may guess a password or a code: ten times in a quarter of an hour for an account from one place, however many connections.

Guests may share the office's address, and could keep everybody out by guessing. So a browser in which somebody once signed in to an account carries a
cookie that says so, and its guesses are counted apart (OWASP, "Device cookies"); who is signed in is never counted. No name and no address is kept, but
keyed hashes, until they are forgotten.
"""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from starlette.requests import Request
from starlette.responses import Response

from sejour.store import attempts
from sejour.store.attempts import Pace
from sejour.web.office.forms import FormError
from sejour.web.visits import house_of

KNOWN = "__Host-sejour-known"
YEAR = 365 * 86_400
ONE = Pace(5, timedelta(minutes=3))  # an account from one place, or from a known browser: 5 + 900 s / 180 s = 10 in a quarter of an hour
ACCOUNT = Pace(20, timedelta(seconds=45))  # an account from all the places where it is not known: 40
SOURCE = Pace(20, timedelta(seconds=45))  # a place, whatever the account
Paces = Sequence[tuple[str, Pace]]


class TooMany(FormError):
    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, ceil(wait.total_seconds() / 60))
        super().__init__("", f"Trop d’essais : attendez {'une minute' if minutes == 1 else f'{minutes} minutes'}, puis recommencez.")
        self.wait = wait


def password_paces(request: Request, name: str) -> Paces:
    """For the account of that sign-in name, whether there is one or not."""
    secret = request.app.state.secret()
    if device := known_device(request, name):
        return [(_key(secret, "device", name, device), ONE)]
    source = source_of(request)
    return [(_key(secret, "pair", name, source), ONE), (account_key(secret, name), ACCOUNT), (_key(secret, "source", source), SOURCE)]


def code_paces(request: Request, name: str) -> Paces:
    """For the second factor: only who has the password comes so far, and where from does not matter."""
    return [(code_key(request.app.state.secret(), name), ONE)]


def account_key(secret: bytes, name: str) -> str:
    return _key(secret, "account", name)


def code_key(secret: bytes, name: str) -> str:
    return _key(secret, "code", name)


def count_guess(request: Request, paces: Paces) -> None:
    """Before it is known whether it is right. Raises TooMany."""
    house = house_of(request)
    with house.store.writing() as connection:
        wait = attempts.try_once(connection, house.store.dialect, paces, house.now())
        if wait:
            raise TooMany(wait)


def was_right(request: Request, paces: Paces) -> None:
    """What was tried for this account from here is forgotten; to the others, that guess alone is given back: who has an account of their own must not
    buy themselves guesses at another's."""
    with house_of(request).store.writing() as connection:
        for key, pace in paces:
            if pace is ONE:
                attempts.forget(connection, key)
            else:
                attempts.give_back(connection, key, pace)


def know_device(request: Request, answer: Response, name: str) -> None:
    """This browser is one in which that account was signed in to."""
    nonce = secrets.token_urlsafe(16)
    mac = _key(request.app.state.secret(), "known", name, nonce)
    answer.set_cookie(KNOWN, f"{nonce}.{mac}", max_age=YEAR, secure=True, httponly=True, samesite="lax", path="/")


def known_device(request: Request, name: str) -> str:
    nonce, _, mac = request.cookies.get(KNOWN, "")[:200].partition(".")
    right = _key(request.app.state.secret(), "known", name, nonce)
    return nonce if hmac.compare_digest(right.encode(), mac.encode()) else ""


def source_of(request: Request) -> str:
    """Where it comes from, by the nginx of `deploy/` when it stands before us. Of IPv6 the network: one phone has as many addresses as it likes."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
        if address.is_loopback and "x-real-ip" in request.headers:
            address = ipaddress.ip_address(request.headers["x-real-ip"])
    except ValueError:
        return host
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _key(secret: bytes, *parts: str) -> str:
    text = "\n".join(parts).encode("utf-8", "replace")
    return hmac.new(hmac.digest(secret, b"staff attempts", hashlib.sha256), text, hashlib.sha256).hexdigest()
