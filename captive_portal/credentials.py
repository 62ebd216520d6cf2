"""One-time credentials for gateways that ask a RADIUS server: made from the phone and its session, so that nothing has to be kept, and a
server that was killed answers as before.

A gateway gives every session a new id, so a credential that was seen on the air opens nothing afterwards, nor for another phone.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credential:
    """Plain ASCII, fit for an address; the password fills one block of PAP's 16 bytes."""

    username: str
    password: str


def credential(key: bytes, device: str, session: str) -> Credential:
    """The only one that lets out the phone `device` (a MAC, however written) in its gateway's `session`. `key` is the portal's own; the RADIUS
    side calls this with Calling-Station-Id and Acct-Session-Id, and compares. Raises ValueError without a key: it would be anyone's."""
    if not key:
        raise ValueError("a credential needs the portal's key")
    bare = re.sub(r"[^0-9a-f]", "", device.lower())
    made = base64.urlsafe_b64encode(hmac.digest(key, f"credential {bare} {session}".encode(), hashlib.sha256)).decode()
    return Credential(f"s-{made[:16]}", made[16:32])
