"""Reading what gateways and strangers put in addresses: bytes in, clean values out. Nothing here raises."""

import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from captive_portal.refusal import Refused, incomplete, malformed

LONGEST = 16_384  # bytes of a query or a body; openNDS 10 makes up to 14,564: 8,192 (QUERYMAXLEN) in base64, twice
MOST = 100  # parameters
LONGEST_RETURN = 1_000
LOCAL = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
MAC = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_URL = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?#][!#-&(-;=?-\[\]^_a-~]*)?")
_ENDPOINT = re.compile(r"(?:(?P<v4>[0-9.]{7,15})|\[(?P<v6>[0-9A-Fa-f:.]{2,45})\]):(?P<port>[1-9][0-9]{0,4})")
_UNCLEAN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def pairs(raw: bytes) -> dict[str, bytes] | Refused:
    """name → value of a query or a posted form, values left as they stand. A repeated name is refused: readers differ on which one counts."""
    if len(raw) > LONGEST:
        return malformed("", "longer than any gateway writes")
    parts = [part for part in raw.split(b"&") if part]
    if len(parts) > MOST:
        return malformed("", "more parameters than any gateway writes")
    found: dict[str, bytes] = {}
    for part in parts:
        name, _, value = part.partition(b"=")
        if not re.fullmatch(rb"[\w.-]{1,40}", name):
            return malformed("", "a parameter whose name is none")
        if name.decode() in found:
            return malformed(name.decode(), "a parameter is repeated")
        found[name.decode()] = value
    return found


def text(value: bytes) -> str:
    """Percent-decoded once; a "+" stays one. Bytes that are no UTF-8 and characters that are no writing become U+FFFD, so what must be exact
    fails its own test afterwards."""
    return _UNCLEAN.sub("\ufffd", unquote_to_bytes(value).decode("utf-8", "replace"))


def safe_url(url: str) -> str | None:
    """`url` when a page can show it as a link: http or https, a host, no credentials, plain ASCII."""
    return url if len(url) <= LONGEST_RETURN and _URL.fullmatch(url) else None


def endpoint(host_port: str, allowed: str) -> str | None:
    """`host_port` ("10.2.0.1:2050") when browsers may be sent there: an address of a local network, or the `allowed` host, else None. This is
    what keeps the portal from redirecting anyone to a stranger's server."""
    match = _ENDPOINT.fullmatch(host_port)
    if match is None or int(match["port"]) > 65_535:
        return None
    host = match["v4"] or match["v6"]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return host_port if host == allowed or any(address in network for network in LOCAL) else None


def address(value: str) -> str:
    """`value` when it is an IP address, else ""."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        return ""


def keys(*values: str) -> tuple[str, ...]:
    """The names of an access point that say something, each once, in their order."""
    said = (value.strip() for value in values)
    return tuple(dict.fromkeys(value for value in said if value and value != "(null)" and len(value) <= 80 and "\ufffd" not in value))


def missing(name: str, fields: Mapping[str, str]) -> Refused:
    """The refusal of a field that is not there, or not as it should be."""
    return (malformed if fields.get(name) else incomplete)(name, f"{name} is missing or malformed")
