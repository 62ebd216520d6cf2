"""CoovaChilli and the others that speak its "UAM" (ALCASAR is CoovaChilli with FreeRADIUS): signed arrivals, logon by the browser.

    arrival   uamserver?res=..&uamip=..&uamport=..&challenge=..&called=..&mac=..&ip=..&..&sessionid=..&userurl=..&md=..
    md        MD5(the whole address up to "&md=", then uamsecret), in capitals: over the bytes, whatever they encode
    logon     http://uamip:uamport/logon?username=..&response=..&userurl=..   response = MD5(00, password, MD5(challenge, uamsecret))
              or &password=..   the password, filled with zeros to 16 bytes, XOR the same MD5(challenge, uamsecret)

Source: bstring_buildurl, redir_md_param, redir_getreq and redir_radius in CoovaChilli's src/redir.c; recorded from 1.9. The gateway asks its
RADIUS server before it answers, and some builds close the connection when that one says no: a credential is only sent that will be accepted.
A replayed arrival gives what its own phone had: the credential is of one MAC and one session. A challenge is good for ten minutes, after which
the gateway comes back with res=failed and a new one.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from captive_portal.credentials import Credential, credential
from captive_portal.gateways.gateway import Arrival, Grant, Kind, RawRequest, Setup, Standing, Stay
from captive_portal.gateways.wire import MAC, address, endpoint, keys, missing, pairs, safe_url, text
from captive_portal.refusal import Refused, expired, incomplete, outside, unready, untrusted

BLOCK = 16
RESULTS = {
    "notyet": Standing.CAPTIVE, "splash": Standing.CAPTIVE, "logoff": Standing.CAPTIVE, "timeout": Standing.CAPTIVE, "failed": Standing.FAILED,
    "success": Standing.FREE, "already": Standing.FREE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Uam:
    setup: Setup
    carried: ClassVar[tuple[str, ...]] = ("mac", "challenge", "sessionid")

    def arrive(self, request: RawRequest) -> Arrival | Refused:
        if problem := self._verify(request):
            return problem
        values = pairs(request.query)
        if isinstance(values, Refused):
            return values
        fields = {name: text(value) for name, value in values.items() if name != "md"}
        standing = RESULTS.get(fields.get("res", ""))
        if standing is None:
            return missing("res", fields)
        if not MAC.fullmatch(fields.get("mac", "")):
            return missing("mac", fields)
        for name in ("uamip", "uamport"):
            if not fields.get(name):
                return missing(name, fields)
        where = endpoint(f"{fields['uamip']}:{fields['uamport']}", self.setup.host)
        if where is None:
            return outside("uamip and uamport are not on a local network")
        if standing is not Standing.FREE:
            if not re.fullmatch(r"[0-9a-fA-F]{32}", fields.get("challenge", "")):
                return missing("challenge", fields)
            if not re.fullmatch(r"[\w.:-]{1,64}", fields.get("sessionid", ""), re.ASCII):
                return missing("sessionid", fields)
        stands = keys(*(fields.get(name, "") for name in ("loc", "nasid", "called", "vlan", "ssid")))
        return_to = safe_url(fields.get("userurl", ""))
        return Arrival(fields["mac"], fields, address(fields.get("ip", "")), stands, return_to, standing, f"http://{where}")

    def grant(self, arrival: Arrival, stay: Stay, landing: str) -> Grant | Refused:
        """`stay` is told to the gateway by its RADIUS server, not here."""
        if arrival.standing is Standing.FREE:
            return expired("the phone is out already")
        if not self.setup.key:
            return unready("key", "no key to make one-time credentials from")
        made = credential(self.setup.key, arrival.fields["mac"], arrival.fields["sessionid"])
        return Grant(Kind.REDIRECT, "GET", logon(arrival.origin, arrival.fields["challenge"], self.setup, made, landing))

    def _verify(self, request: RawRequest) -> Refused | None:
        if not self.setup.secret:
            return unready("uamsecret", "this gateway has no uamsecret here")
        if not request.origins:
            return unready("public_url", "md is over the whole address, and the portal's own is not known")
        signed, found, md = request.query.partition(b"&md=")
        if not found:
            return incomplete("md", "no md")
        for origin in request.origins:
            over = f"{origin}{request.path}?".encode("utf-8", "replace") + signed + self.setup.secret
            if hmac.compare_digest(_md5(over).hex().upper().encode(), md):
                return None
        return untrusted("md is not that of this address and this uamsecret")


def logon(origin: str, challenge: str, setup: Setup, made: Credential, landing: str) -> str:
    """The address that logs a phone on, of a gateway at `origin` ("http://10.1.0.1:3990")."""
    mixed = _md5(bytes.fromhex(challenge) + setup.secret)
    if setup.pap:
        filled = made.password.encode().ljust(-(-len(made.password) // BLOCK) * BLOCK, b"\0")
        proof = "password=" + bytes(byte ^ mixed[n % BLOCK] for n, byte in enumerate(filled)).hex()
    else:
        proof = "response=" + _md5(b"\0" + made.password.encode() + mixed).hex()
    return f"{origin}/logon?username={quote(made.username, safe='')}&{proof}&userurl={quote(landing, safe='')}"


def _md5(over: bytes) -> bytes:
    """The protocol's own: nothing of ours relies on it."""
    return hashlib.md5(over, usedforsecurity=False).digest()
