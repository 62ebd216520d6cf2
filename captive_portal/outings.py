"""Phones that were let out, as the portal remembers them while it lasts: to answer their systems, and to know what a gateway still owes.

A phone is known by a pseudonym: an HMAC of what the gateway calls it, with the service's secret. No MAC, no address is kept, and nothing at all
when the outing is over.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from captive_portal.gateways.gateway import Waiting


class Stage(StrEnum):
    ASKED = "asked"  # the browser was sent to its gateway, which lets it out or sends it back to us
    WAITING = "waiting"  # the gateway will come and fetch the grant
    OUT = "out"  # the gateway said so


@dataclass(frozen=True, slots=True)
class Outing:
    """`ref` is the opaque reference of addresses and gateways; `device` and `address` are pseudonyms, "" when the gateway did not say."""

    ref: str
    device: str
    address: str
    gateway: str
    hotspot: str
    language: str
    stage: Stage
    began: datetime
    ends: datetime


class Book(Protocol):
    """Where outings and waiting grants are kept. What a method wrote is there when it returns, whatever happens then. They block."""

    def begin(self, outing: Outing, waiting: Waiting | None) -> bool:
        """Takes the place of the former outing of this device; True when there was none."""
        ...

    def of_ref(self, ref: str) -> Outing | None: ...

    def of_phone(self, *, device: str = "", address: str = "") -> Outing | None: ...

    def is_out(self, ref: str) -> None: ...

    def end(self, ref: str) -> None: ...

    def queue(self, gateway: str, before: datetime | None = None) -> Sequence[Waiting]:
        """What waits for a gateway, since before a moment when one is told, the oldest first."""
        ...

    def hashes(self, gateway: str) -> frozenset[str]:
        """How a gateway that sent us phones names itself when it polls."""
        ...

    def polled(self, gateway: str, gatewayhash: str, moment: datetime) -> None: ...

    def settle(self, gateway: str, out: Sequence[str], dropped: Sequence[str]) -> None:
        """The waiting grants of these ids were fetched, or will never be."""
        ...


def pseudonym(secret: bytes, what: str, value: str) -> str:
    """Of a device or an address, however it is written; "" of nothing."""
    bare = re.sub(r"[:-]", "", value.lower()) if what == "device" else value
    return _short(secret, f"pseudonym {what} {bare}") if value else ""


def reference(secret: bytes, state: str) -> str:
    """The outing's that a sealed page may begin: pressing its button twice begins one."""
    return _short(secret, f"reference {state}")


def _short(secret: bytes, text: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(secret, text.encode(), hashlib.sha256)[:16]).rstrip(b"=").decode()
