"""`sejour portal explain`: what a gateway's request means, and what would be answered. Nothing is granted."""

import re
from typing import Any
from urllib.parse import urlsplit

from captive_portal.gateways import GATEWAYS
from captive_portal.gateways.gateway import Arrival, Grant, Kind, RawRequest, Setup, Standing, Stay
from captive_portal.gateways.opennds_authmon import answer_poll, read_poll
from captive_portal.refusal import Refused
from sejour.errors import UsageError

STAY = Stay(minutes=1_440)
REQUEST = "« --request » s’écrit 'GET /portal/…?…'."
ADDRESS = "« --url » est une adresse http ou https."
EXAMPLE = b"an explanation grants nothing"  # what its one-time credentials are made from: no RADIUS server knows them


def explain(kind: str, secret: bytes, request: bytes, body: bytes = b"", url: str = "", level: int | None = None) -> dict[str, Any]:
    """The document: gateway, recognised, refused, arrival, grant; and `why`, the operator's line of a refusal.

    `request` is "GET /portal/..?.." with, if one likes, " HTTP/1.1" and the headers after it; its address may be a whole one. `url` is the
    portal's address as the gateway knows it, which UAM signs. Raises UsageError, one sentence, when no request can be seen in it.
    """
    if kind not in GATEWAYS:
        raise UsageError(f"« {kind} » n’est pas une passerelle connue : {', '.join(GATEWAYS)}.", parameter="gateway")
    asked = read_request(request, body, url)
    if kind == "opennds" and (b"auth_get=" in asked.query or b"auth_get=" in asked.body):
        return _poll(kind, asked)
    gateway = GATEWAYS[kind](Setup(secret, EXAMPLE, level=level))
    arrival = gateway.arrive(asked)
    if isinstance(arrival, Refused):
        return _told(kind, arrival)
    if arrival.standing is Standing.FREE:
        return _told(kind, None, arrival)
    landing = asked.origins[0] + asked.path if asked.origins else f"{arrival.origin}/"
    grant = gateway.grant(arrival, STAY, landing)
    return _told(kind, grant, arrival) if isinstance(grant, Refused) else _told(kind, None, arrival, grant)


def read_request(request: bytes, body: bytes, url: str) -> RawRequest:
    """The request of a text. The portal's origin is that of `url`, of the request's own address, or of its Host header."""
    line, _, headers = request.strip().partition(b"\n")
    match = re.fullmatch(rb"([A-Z]{3,7}) +(\S+)(?: +HTTP/[0-9.]+)?\s*", line)
    if match is None:
        raise UsageError(REQUEST, parameter="request")
    target, _, query = match[2].partition(b"?")
    whole = re.fullmatch(rb"(https?://[^/]+)(/.*)?", target)
    host = re.search(rb"(?im)^host: *(\S+)", headers)
    origins = [f"{parts.scheme}://{parts.netloc}"] if (parts := _split(url)).netloc else []
    origins += [whole[1].decode("ascii", "replace")] if whole else []
    origins += [f"{scheme}://{host[1].decode('ascii', 'replace')}" for scheme in ("http", "https")] if host else []
    path = (whole[2] or b"/") if whole else target
    if parts.netloc and not whole:
        path = parts.path.encode() or path
    return RawRequest(match[1].decode(), path.decode("ascii", "replace"), query, body, tuple(origins))


def text_of(told: dict[str, Any]) -> str:
    """The same for a human, in French."""
    if told["refused"]:
        return f"{told['gateway']} : refusé. {told['refused']}\n  journal : {told['why']}"
    lines = [f"{told['gateway']} : compris."]
    if arrival := told["arrival"]:
        lines += [f"  appareil : {arrival['device'] or 'non dit'}", f"  borne : {', '.join(arrival['hotspot_keys']) or 'non dite'}",
                  f"  allait vers : {arrival['return_to'] or 'non dit'}", f"  état : {arrival['standing']}"]  # fmt: skip
    if grant := told["grant"]:
        lines += [f"  accès : {grant['kind']}", *(f"  {name} : {grant[name]}" for name in ("url", "answer") if grant[name] is not None)]
    return "\n".join(lines)


def _split(url: str) -> Any:
    try:
        return urlsplit(url)
    except ValueError:
        raise UsageError(ADDRESS, parameter="url") from None


def _poll(kind: str, asked: RawRequest) -> dict[str, Any]:
    poll = read_poll(asked)
    told = poll if isinstance(poll, Refused) else answer_poll(poll, (), {poll.gatewayhash})
    return _told(kind, told) if isinstance(told, Refused) else _told(kind, None, grant=Grant(Kind.POLL, asked.method, answer=told.text))


def _reason(refused: Refused) -> str:
    return f"{refused.sentence} ({refused.name})" if refused.name else str(refused.sentence)


def _told(kind: str, refused: Refused | None, arrival: Arrival | None = None, grant: Grant | None = None) -> dict[str, Any]:
    return {
        "gateway": kind,
        "recognised": arrival is not None or grant is not None,
        "refused": _reason(refused) if refused else None,
        "why": refused.why if refused else None,
        "arrival": arrival and {
            "device": arrival.device,
            "hotspot_key": next(iter(arrival.hotspot_keys), None),
            "hotspot_keys": list(arrival.hotspot_keys),
            "address": arrival.address,
            "return_to": arrival.return_to,
            "standing": arrival.standing.value,
            "fields": dict(arrival.fields),
        },
        "grant": grant and {
            "kind": grant.kind.value,
            "method": grant.method,
            "url": grant.url,
            "form": dict(grant.form) if grant.form is not None else None,
            "answer": grant.answer,
        },
    }  # fmt: skip
