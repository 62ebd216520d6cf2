"""openNDS's authmon: the gateway asks us every few seconds whom to let out, and tells us who left. Levels 3 and 4.

9.x and 10.x level 3 post a form (libs/post-request.php), 10.x level 4 asks by GET (wget): the same three parameters either way. What is asked
(libs/authmon.sh, auth_get in fas-aes-https.php):

    view, payload "none"        who waits? "*", then " " and a line for each, percent-encoded; also when nobody does
    view, payload "* id id"     these are out: "ack"
    list                        as view, and they are not to be told again
    clear                       the gateway has restarted: what waits is stale
    deauthed, custom            a notice: "ack"

A poll proves nothing of its sender: `gatewayhash` is public. So it is served under a secret address, to gateways already known.
"""

import base64
import binascii
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_to_bytes

from captive_portal.gateways.gateway import RawRequest, Waiting
from captive_portal.gateways.opennds import authlist
from captive_portal.gateways.wire import pairs
from captive_portal.refusal import Refused, incomplete, malformed, untrusted

MOST = 4  # clients a poll: authmon.sh leaves the others
LONGEST = 1_024  # characters of lines: authmon.sh reads no further, and would run a half line


class Ask(StrEnum):
    VIEW = "view"
    LIST = "list"
    CLEAR = "clear"
    DEAUTHED = "deauthed"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Poll:
    """`acknowledged`: the ids that the gateway says it let out; None when it asks who waits."""

    ask: Ask
    gatewayhash: str
    payload: str = ""
    acknowledged: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """`text` is the whole answer. `out`: ids that are now let out; `dropped`: ids that wait no more, and were not."""

    text: str
    out: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a session, as the gateway tells it. Bytes, and seconds since 1970; None where it says nothing readable. `note` is what the
    Stay had."""

    method: str
    device: str
    bytes_in: int | None
    bytes_out: int | None
    started: int | None
    ended: int | None
    token: str
    note: str


def read_poll(request: RawRequest) -> Poll | Refused:
    said = pairs(request.body if request.method == "POST" else request.query)
    if isinstance(said, Refused):
        return said
    for name in ("auth_get", "gatewayhash"):
        if name not in said:
            return incomplete(name, f"a poll without {name}")
    hash = said["gatewayhash"].decode("ascii", "replace")
    if not re.fullmatch(r"[0-9a-f]{64}", hash):
        return malformed("gatewayhash", "gatewayhash is no hash")
    try:
        ask = Ask(said["auth_get"].decode("ascii", "replace"))
    except ValueError:
        return malformed("auth_get", "an unknown auth_get")
    payload = _opened(said.get("payload", b""))
    if payload is None:
        return malformed("payload", "payload is no base64 text")
    asks = payload.strip() in ("", "none")
    return Poll(ask, hash, payload, None if asks or ask is not Ask.VIEW else tuple(re.findall(r"[0-9a-f]{64}", payload)))


def answer_poll(poll: Poll, queue: Sequence[Waiting], known: Container[str]) -> Told | Refused:
    """`queue`: what waits for this gateway, the oldest first; `known`: the gatewayhashes whose gateways have sent us a phone."""
    if poll.gatewayhash not in known:
        return untrusted("a poll of a gateway that has sent no phone yet")
    waiting = [each for each in queue if each.gatewayhash == poll.gatewayhash]
    if poll.ask in (Ask.DEAUTHED, Ask.CUSTOM):
        return Told("ack")
    if poll.ask is Ask.CLEAR:
        return Told("", dropped=tuple(each.id for each in waiting))
    if poll.acknowledged is not None:
        return Told("ack", out=tuple(each.id for each in waiting if each.id in poll.acknowledged))
    told: list[Waiting] = []
    for each in waiting[:MOST]:
        if len(authlist(*(one.line for one in (*told, each)))) <= LONGEST:
            told.append(each)
    return Told(authlist(*(each.line for each in told)), out=tuple(each.id for each in told) if poll.ask is Ask.LIST else ())


def read_ended(payload: str) -> Ended:
    """The payload of a `deauthed` notice: "method=.., clientmac=.., bytes_incoming=.., ...". Some versions encode it twice."""
    if "method=" not in payload:
        payload = _opened(payload.encode()) or ""
    said = dict(part.split("=", 1) for part in payload.split(", ") if "=" in part)
    whole = {name: int(value) if re.fullmatch(r"[0-9]{1,18}", value) else None for name, value in said.items()}
    return Ended(said.get("method", ""), said.get("clientmac", ""), whole.get("bytes_incoming"), whole.get("bytes_outgoing"),
                 whole.get("session_start"), whole.get("session_end"), said.get("token", ""), _opened(said.get("custom", "").encode()) or "")  # fmt: skip


def _opened(value: bytes) -> str | None:
    try:
        return base64.b64decode(unquote_to_bytes(value), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
