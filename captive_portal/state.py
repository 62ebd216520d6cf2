"""What a captive phone's page has to remember, carried by the page itself, in its form and its address: no cookie, no store.

Sealed by Fernet (the cryptography package: AES-128-CBC and HMAC-SHA-256), so that a shared or photographed address tells no MAC. It is bound to
its gateway, expires, and is bounded: at most LONGEST characters, all of them fit for an address.
"""

import base64
import hashlib
import hmac
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from cryptography.fernet import Fernet, InvalidToken

from captive_portal.gateways.gateway import Arrival, Gateway, Standing
from captive_portal.refusal import Refused, expired, malformed, untrusted

LIFE = timedelta(hours=2)
LONGEST = 1_500  # characters; what gateways say fills some 500
LONGEST_VALUE = 200
Content = tuple[str, str, str, dict[str, str], str, str | None, Standing, str]


@dataclass(frozen=True, slots=True)
class State:
    """`gateway` and `hotspot` are our ids; the arrival has only the fields that its gateway's `grant` reads."""

    gateway: str
    hotspot: str
    arrival: Arrival


def seal(secret: bytes, state: State, gateway: Gateway, moment: datetime) -> str | Refused:
    """`secret` is the service's own. Where the visitor wanted to go is forgotten when it is long; Refused when the gateway itself says more
    than a page can carry."""
    said = state.arrival
    kept = {name: said.fields[name] for name in gateway.carried if name in said.fields}
    return_to = said.return_to if said.return_to and len(said.return_to) <= LONGEST_VALUE else None
    content = (state.gateway, state.hotspot, said.device, kept, said.address, return_to, said.standing, said.origin)
    packed = zlib.compress(msgspec.json.encode(content), 9)
    text = _fernet(secret).encrypt_at_time(packed, int(moment.timestamp())).rstrip(b"=").decode()
    return text if len(text) <= LONGEST else malformed("", "what the gateway says is too long to carry")


def unseal(secret: bytes, text: str, gateway_id: str, moment: datetime) -> State | Refused:
    if len(text) > LONGEST or not text.isascii():
        return untrusted("state: not one that we sealed")
    token, fernet = text.encode() + b"=" * (-len(text) % 4), _fernet(secret)
    try:
        packed = fernet.decrypt(token)
    except InvalidToken:
        return untrusted("state: not one that we sealed")
    age = moment.timestamp() - fernet.extract_timestamp(token)
    if not -60 <= age <= LIFE.total_seconds():
        return expired("older than a page may be")
    try:
        gateway, hotspot, device, fields, address, return_to, standing, origin = msgspec.json.decode(zlib.decompress(packed), type=Content)
    except msgspec.ValidationError:
        return expired("sealed by another version of ours")
    if gateway != gateway_id:
        return untrusted("state: sealed for another gateway")
    return State(gateway, hotspot, Arrival(device, fields, address, (), return_to, standing, origin))


def _fernet(secret: bytes) -> Fernet:
    """Raises ValueError without a secret: anyone could seal."""
    if not secret:
        raise ValueError("a state needs the service's secret")
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret, b"captive portal state", hashlib.sha256)))
