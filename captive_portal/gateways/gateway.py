"""What every make of gateway is to the portal: it reads the address that a captive phone was sent to, and says how to let that phone out.

Both are pure: a request comes in as it stood on the wire, since signatures are over its bytes; nothing is opened, kept or granted here.
Whatever the bytes, the answer is a value: `Refused`, never an exception.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from captive_portal.refusal import Refused


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it stood on the wire. `query` is what follows the first "?", `origins` the "scheme://host[:port]" by which the gateway may
    have called us, the configured one first: they only serve to verify signatures, so one taken from a Host header is harmless."""

    method: str
    path: str
    query: bytes = b""
    body: bytes = b""
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """What the operator told of one gateway. No secret has a default: without it, what needs it is refused.

    `secret`: openNDS's faskey, UAM's uamsecret. `key`: the portal's own, from which one-time credentials are made. `host`: the gateway's own
    address, when it is not a private one. `level`: openNDS's fas_secure_enabled, None when not told. `pap`: UAM's passwords go to RADIUS in
    clear, for those of its servers that cannot do CHAP.
    """

    secret: bytes = b""
    key: bytes = b""
    host: str = ""
    level: int | None = None
    pap: bool = False


class Standing(StrEnum):
    CAPTIVE = "captive"
    FAILED = "failed"  # captive: the gateway refused the last try
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A phone at the door.

    `device` is what the gateway calls it (a MAC, or an address), "" when it does not say; `address` its IP; `hotspot_keys` what can tell the
    access point, the most precise first; `return_to` where the visitor wanted to go, an http(s) address to show and never to follow;
    `origin` the "http://host:port" that a grant sends the browser to; `fields` all that the gateway said, taken out of its envelope (base64,
    encryption, the percent-encoding of the query) and no further.
    """

    device: str
    fields: Mapping[str, str]
    address: str = ""
    hotspot_keys: tuple[str, ...] = ()
    return_to: str | None = None
    standing: Standing = Standing.CAPTIVE
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """What a visitor is given. 0 is no limit; rates in kbit/s, volumes in kB. `note` is handed to the gateway, which repeats it when the
    session ends: an opaque reference, at most 60 bytes."""

    minutes: int
    up_kbps: int = 0
    down_kbps: int = 0
    up_kb: int = 0
    down_kb: int = 0
    note: str = "sejour"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A grant that the gateway will come and fetch: `gatewayhash` names the gateway, `id` the client, `line` what openNDS is told."""

    gatewayhash: str
    id: str
    line: str


class Kind(StrEnum):
    REDIRECT = "redirect"  # the browser goes to `url`, an address of the gateway
    FORM = "form"  # the browser posts `form` to `url`
    POLL = "poll"  # the gateway asks us, and is told `answer`
    API = "api"  # we ask the gateway's controller


@dataclass(frozen=True, slots=True)
class Grant:
    """How the phone is let out. A `poll` has its `waiting`, and a `url` that does the same at once for a gateway that does not come."""

    kind: Kind
    method: str | None = None
    url: str | None = None
    form: Mapping[str, str] | None = None
    answer: str | None = None
    waiting: Waiting | None = None


class Gateway(Protocol):
    carried: ClassVar[tuple[str, ...]]  # the names of the `fields` that `grant` reads: all that the page's state has to keep

    def arrive(self, request: RawRequest) -> Arrival | Refused: ...

    def grant(self, arrival: Arrival, stay: Stay, landing: str) -> Grant | Refused:
        """`landing` is an absolute address of ours, under 500 characters, with one parameter at most and nothing percent-encoded: gateways
        decode it once, twice or not at all before they send the browser there."""
        ...
