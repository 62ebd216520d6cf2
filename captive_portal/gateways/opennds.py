"""openNDS, at every level of its FAS protocol: who arrives, and the two ways in which it lets a phone out.

* By the browser: GET http://GATEWAY/opennds_auth/?tok=&custom=&redir=, answered 307 to `redir` (403 without it). `tok` is
  sha256(hid + faskey) in hexadecimal, or the client's own token at level 0. Levels 0, 1 and 2; the length of the session is the gateway's.
* By authmon: the gateway asks us every few seconds (`opennds_authmon`). Levels 3 and 4.

try_to_authenticate in src/http_microhttpd.c never looks at the level, so the first way is also the second's fallback. Nothing proves that a
request of level 0, 1 or 4 comes from the gateway: what it says of itself is only believed as far as sending a browser to an address of the
local network. `hid` is a hash of 32 random bits: the gateway's weakness, not ours.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

from captive_portal.gateways.gateway import Arrival, Grant, Kind, RawRequest, Setup, Standing, Stay, Waiting
from captive_portal.gateways.opennds_fas import Envelope, open_envelope
from captive_portal.gateways.wire import MAC, address, endpoint, keys, missing, safe_url, text
from captive_portal.refusal import Refused, expired, malformed, outside, untrusted

AUTHDIR = "opennds_auth"
POLLED = 3  # from this level on, the gateway fetches its grants
ENVELOPES = {0: Envelope.BARE, 1: Envelope.OPEN, 2: Envelope.SEALED, 3: Envelope.SEALED, 4: Envelope.OPEN}


@dataclass(frozen=True, slots=True)
class OpenNds:
    setup: Setup
    carried: ClassVar[tuple[str, ...]] = ("hid", "authdir", "gatewayname", "authaction", "tok")

    def arrive(self, request: RawRequest) -> Arrival | Refused:
        opened = open_envelope(request, self.setup.secret)
        if isinstance(opened, Refused):
            return opened
        fields, envelope = opened
        if envelope is Envelope.RETURN:
            return Arrival("", fields, return_to=safe_url(fields.get("redir", "")), standing=Standing.FREE)
        if self.setup.level is not None and envelope is not ENVELOPES.get(self.setup.level):
            return untrusted("not the envelope of this gateway's level")
        return self._level_0(fields) if envelope is Envelope.BARE else self._hashed(fields, envelope)

    def grant(self, arrival: Arrival, stay: Stay, landing: str) -> Grant | Refused:
        if arrival.standing is Standing.FREE:
            return expired("the phone is out already")
        fields, note = arrival.fields, base64.b64encode(stay.note.encode()).decode()
        if "hid" in fields:
            action = f"{arrival.origin}/{fields.get('authdir', AUTHDIR)}/"
            token = hashlib.sha256(fields["hid"].encode() + self.setup.secret).hexdigest()
        else:
            action, token = fields["authaction"], fields["tok"]
        url = f"{action}?tok={token}&custom={quote(note, safe='=')}&redir={quote(landing, safe='')}"
        if not self._polls(fields):
            return Grant(Kind.REDIRECT, "GET", url)
        line = f"{token} {stay.minutes} {stay.up_kbps} {stay.down_kbps} {stay.up_kb} {stay.down_kb} {note}"
        return Grant(Kind.POLL, "GET", url, answer=authlist(line), waiting=Waiting(gatewayhash(fields["gatewayname"]), token, line))

    def _polls(self, fields: Mapping[str, str]) -> bool:
        """Whether the gateway comes for its grants. A request does not say: 1 looks like 4, and 2 like 3 (they tell `authdir`), of which
        openNDS recommends 3."""
        return self.setup.level >= POLLED if self.setup.level is not None else "authdir" in fields

    def _level_0(self, fields: Mapping[str, str]) -> Arrival | Refused:
        match = re.fullmatch(r"http://([^/]+)/[A-Za-z0-9_-]{1,64}/", fields["authaction"])
        if match is None:
            return malformed("authaction", "authaction is no address")
        if not re.fullmatch(r"[0-9a-f]{8}", fields.get("tok", "")):
            return missing("tok", fields)
        said = {**fields, "gatewayaddress": match[1], "originurl": fields.get("redir", "")}
        return self._arrival(address(fields.get("clientip", "")), said, fields)

    def _hashed(self, fields: Mapping[str, str], envelope: Envelope) -> Arrival | Refused:
        if not re.fullmatch(r"[0-9a-f]{64}", fields.get("hid", "")):
            return untrusted("fas does not open with this faskey") if envelope is Envelope.SEALED else missing("hid", fields)
        if not MAC.fullmatch(fields.get("clientmac", "")):
            return missing("clientmac", fields)
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", fields.get("authdir", AUTHDIR)):
            return missing("authdir", fields)
        return self._arrival(fields["clientmac"], fields, fields)

    def _arrival(self, device: str, said: Mapping[str, str], fields: Mapping[str, str]) -> Arrival | Refused:
        for name in ("gatewayaddress", "gatewayname"):
            if not said.get(name):
                return missing(name, said)
        where = endpoint(said["gatewayaddress"], self.setup.host)
        if where is None:
            return outside("gatewayaddress is not on a local network")
        interface, _, mesh = _decoded(said.get("clientif", "")).partition(" ")  # "interface [mesh node's MAC] [mesh interface]"
        stands = keys(_decoded(said.get("ap", "")), _decoded(said.get("location", "")), mesh.partition(" ")[0], interface,
                      said.get("gatewaymac", ""), _decoded(said["gatewayname"]))  # fmt: skip
        return_to = safe_url(text(said.get("originurl", "").encode()))
        return Arrival(device, fields, address(said.get("clientip", "")), stands, return_to, origin=f"http://{where}")


def gatewayhash(gatewayname: str) -> str:
    """How a gateway names itself when it polls: over its percent-encoded name, the final "%20" included."""
    return hashlib.sha256(gatewayname.encode()).hexdigest()


def authlist(*lines: str) -> str:
    """The answer to a poll: the star always, each line percent-encoded. Without the star the gateway takes nothing (openNDS issue 613)."""
    return " ".join(("*", *(quote(line, safe="") for line in lines)))


def _decoded(value: str) -> str:
    """10.3 encodes twice what the operator added, 9.10 once."""
    return text(text(value.encode()).encode())
