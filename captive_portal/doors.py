"""What the portal is handed by the application: gateways, pages, and where things are kept."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from captive_portal.access_points import AccessPoint
from captive_portal.gateways.gateway import Gateway
from captive_portal.outings import Book
from captive_portal.refusal import Refused


@dataclass(frozen=True, slots=True)
class Door:
    """One gateway. `poll` is the secret part of the address at which it asks for its grants, "" when it needs none; `minutes` how long it lets out;
    `url` its own address, where a phone that came without its parameters gets them, "" when the operator did not say."""

    id: str
    gateway: Gateway
    poll: str = ""
    minutes: int = 1_440
    url: str = ""


class Pages(Protocol):
    """The portal's pages, in the visitor's language. `hotspot` "" is one that nobody placed. They run in the event loop, and do not block."""

    def home(self, request: Request, hotspot: str, token: str, targets: Sequence[str], *, failed: bool) -> Response:
        """The visitor's page with its login bar, whose form may lead to `targets`, origins; `failed`: the last try was refused."""
        ...

    def connected(self, request: Request, hotspot: str, language: str) -> Response: ...

    def waiting(self, request: Request, hotspot: str, language: str, *, late: bool, past: str) -> Response:
        """Asks again by itself until it is `late`; then `past` is an address that does the same at once, "" when there is none."""
        ...

    def refused(self, request: Request, refused: Refused) -> Response: ...


@dataclass(frozen=True, slots=True)
class Doors:
    """`secret` is the service's own; `public` the origin by which phones reach it, "" when the operator did not say."""

    secret: bytes
    public: str
    gateways: Mapping[str, Door]
    now: Callable[[], datetime]
    points: Callable[[], Sequence[AccessPoint]]
    unplaced: Callable[[str, str], None]  # (gateway, key) of an access point that no hotspot answers to; it blocks
    let_out: Callable[[Request, str, str], None]  # (request, hotspot, language): counts one more
    book: Book
    pages: Pages


def poll_secret(gateway: str, secret: bytes) -> str:
    """The secret part of the address at which a gateway asks for its grants."""
    return base64.urlsafe_b64encode(hmac.digest(secret, f"poll {gateway}".encode(), hashlib.sha256)[:18]).decode()
