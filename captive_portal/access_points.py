"""Where a phone stands: the hotspot that answers to what its gateway said of the access point."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """A hotspot, the gateway behind which it stands ("" for any), and the keys by which that one names it: an access point's MAC, a network's
    name, an interface, a NAS-Id, a text that the operator added, or a range of the phones' addresses ("10.41.0.0/16")."""

    hotspot: str
    gateway: str = ""
    keys: tuple[str, ...] = ()


def locate(points: Iterable[AccessPoint], gateway: str, said: Sequence[str], address: str) -> str | None:
    """The id of the hotspot: by what the gateway `said`, its most precise word first; by the phone's address, the smallest range first; or the
    only one behind this gateway that has no keys. None when nobody placed this access point."""
    behind = [point for point in points if point.gateway in ("", gateway)]
    named = {_same(key): point.hotspot for point in reversed(behind) for key in point.keys}
    for word in said:
        if _same(word) in named:
            return named[_same(word)]
    ranges = sorted(((network, point.hotspot) for point in behind for network in _ranges(point.keys)), key=lambda found: -found[0].prefixlen)
    for network, hotspot in ranges:
        if address and ipaddress.ip_address(address) in network:
            return hotspot
    unkeyed = [point.hotspot for point in behind if point.gateway and not point.keys]
    return unkeyed[0] if len(unkeyed) == 1 else None


def _same(key: str) -> str:
    """Capitals do not count, nor how a MAC is punctuated."""
    bare = re.sub(r"[:.-]", "", key.casefold())
    return bare if re.fullmatch(r"[0-9a-f]{12}", bare) else key.casefold()


def _ranges(keys: Iterable[str]) -> Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    for key in keys:
        if "/" in key:
            try:
                yield ipaddress.ip_network(key, strict=False)
            except ValueError:
                continue
