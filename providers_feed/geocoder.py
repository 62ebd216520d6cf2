"""The position of an address, from the national geocoder: geopy's BANFrance, asked by way of our own network rules."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeopyError
from geopy.geocoders import BANFrance

from providers_feed.fetch import Limits, fetch
from sejour.domain.place import Place, valid_place
from sejour.errors import FeedError

LIMITS = Limits(total=6.0, dns=3.0, connect=3.0, size=2**20, redirects=1)
MOST = 6  # answers
STRANGE = "Le service d’adresses a répondu autre chose que des adresses."  # the office reads French: not to be translated


@dataclass(frozen=True, slots=True)
class Address:
    label: str
    place: Place


def find_address(url: str, asked: str, allow: frozenset[str] = frozenset()) -> list[Address]:
    """The places that `asked` may be, the likeliest first, from the geocoder at `url`. Raises FeedError, one sentence, when it does not answer."""
    parts = urlsplit(url)
    geocoder = BANFrance(domain=parts.netloc + parts.path, scheme=parts.scheme, adapter_factory=_adapter(allow))
    try:
        found = geocoder.geocode(asked, exactly_one=False, limit=MOST) or []
    except (GeopyError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise FeedError(STRANGE) from error
    return [Address(str(each.address)[:200], Place(each.latitude, each.longitude)) for each in found if valid_place(each.latitude, each.longitude)]


def _adapter(allow: frozenset[str]) -> Any:
    class OurNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
        """What geopy asks for, through `fetch`: private addresses refused, within LIMITS."""

        def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))

        def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
            with tempfile.TemporaryDirectory(prefix="sejour-address-") as folder:
                path = fetch(url, Path(folder), limits=LIMITS, allow=allow).path
                assert path is not None  # no validators were sent: there is no "not modified"
                return path.read_text(encoding="utf-8")

    return OurNetwork
