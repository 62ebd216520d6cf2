"""CoovaChilli's side of UAM on the wire, as recorded (corpus/coova-uam.json): the addresses it writes, and what a logon proves."""

import hashlib
import re
from collections.abc import Mapping
from urllib.parse import quote

ESCAPE = re.compile(r"%[0-9A-F]{2}")


def redirect(uamserver: str, uamsecret: bytes, said: Mapping[str, str]) -> str:
    """Where it sends a browser: signed, its percent-escapes in small letters."""
    query = "&".join(f"{name}={ESCAPE.sub(lambda match: match[0].lower(), quote(value, safe='-'))}" for name, value in said.items())
    url = f"{uamserver}?{query}"
    return f"{url}&md={hashlib.md5(url.encode() + uamsecret).hexdigest().upper()}"


def mixed(challenge: str, uamsecret: bytes) -> bytes:
    """What a CHAP response is over (it is RADIUS's CHAP-Challenge), and a PAP password is hidden with."""
    return hashlib.md5(bytes.fromhex(challenge) + uamsecret).digest()


def uncovered(password: str, over: bytes) -> bytes:
    """A PAP password of /logon, in clear as RADIUS gets it."""
    return bytes(a ^ b for a, b in zip(bytes.fromhex(password), over, strict=True)).rstrip(b"\0")
