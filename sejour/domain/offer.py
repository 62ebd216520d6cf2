"""The Offer: anything that a visitor can do or use, whatever feed it came from."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sejour.domain.place import Address, Place
from sejour.domain.text import LocalText


class Kind(StrEnum):
    SIGHT = "sight"
    ACTIVITY = "activity"
    RESTAURANT = "restaurant"
    EVENT = "event"
    MARKET = "market"
    SHOP = "shop"
    SERVICE = "service"
    LODGING = "lodging"


class ContactType(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True)
class Contact:
    """`value`: a phone as "+33…" (E.164), an address of mail, or an http(s) address; nothing else is ever stored."""

    type: ContactType
    value: str


class OccurrenceStatus(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One dated happening. Both ends are aware; `end` is exclusive, None when nobody said it. `all_day`: the dates are known, not
    the time of day; then `start` and `end` are midnights, and several days may lie between."""

    start: datetime
    end: datetime | None
    all_day: bool = False
    status: OccurrenceStatus = OccurrenceStatus.PLANNED


@dataclass(frozen=True, slots=True)
class Prices:
    """`free` is True or False when the source says so, None when it does not; `min`, `max` in `currency`."""

    free: bool | None = None
    min: float | None = None
    max: float | None = None
    currency: str = "EUR"
    text: LocalText | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Ages in years, None when nothing is said; `groups` as the source names them ("children", "families", …)."""

    min_age: int | None = None
    max_age: int | None = None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """True, False, or None: the source does not say, and we do not guess."""

    wheelchair: bool | None = None
    dogs: bool | None = None
    stroller: bool | None = None
    sheltered: bool | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """`expires`: the last day on which the rights allow to show it."""

    url: str
    credit: str | None = None
    licence: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One record of a feed in our words. `id` is public and stable (see `offer_id`); `key` is the producer's own key; `themes`
    and `labels` are lower-case words ("museum", "tourisme_handicap"); `hours` an OSM opening_hours text made of all the periods
    of the source, `hours_text` the provider's own sentence; `timezone` an IANA name, that of the place; `spoken` the languages
    spoken there; `updated` ISO 8601 as the producer dates the record."""

    id: str
    key: str
    feed: str
    kind: Kind
    names: LocalText
    timezone: str = "Europe/Paris"
    descriptions: LocalText | None = None
    themes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    place: Place | None = None
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    hours: str | None = None
    hours_text: LocalText | None = None
    occurrences: tuple[Occurrence, ...] = ()
    prices: Prices | None = None
    audience: Audience | None = None
    access: Access = Access()
    pictures: tuple[Picture, ...] = ()
    spoken: tuple[str, ...] = ()
    updated: str | None = None
    producer: str | None = None

    def contact(self, type: ContactType) -> str | None:
        return next((contact.value for contact in self.contacts if contact.type is type), None)


def offer_id(format: str, key: str) -> str:
    """Ten characters of base32 (lower case) of a hash of the format and the producer's key: the same on every machine, whatever
    the feed is called (decisions 5)."""
    digest = hashlib.blake2b(f"{format}\n{key}".encode(), digest_size=10).digest()
    return base64.b32encode(digest).decode().lower()[:10]


def exported(offer: Offer) -> dict[str, Any]:
    """The Offer as `feed export` and the API show it (contracts.md): plain values, null where nothing is known."""
    place, prices, audience = offer.place, offer.prices, offer.audience
    return {
        "id": offer.id,
        "key": offer.key,
        "kind": offer.kind.value,
        "themes": list(offer.themes),
        "labels": list(offer.labels),
        "names": offer.names.texts,
        "descriptions": offer.descriptions.texts if offer.descriptions else {},
        "machine_translated": list(offer.descriptions.machine) if offer.descriptions else [],
        "lat": place.lat if place else None,
        "lon": place.lon if place else None,
        "timezone": offer.timezone,
        "address": _fields(offer.address, "street", "postcode", "city", "insee"),
        "contacts": [{"type": c.type.value, "value": c.value} for c in offer.contacts],
        "hours": offer.hours,
        "hours_text": offer.hours_text.texts if offer.hours_text else {},
        "occurrences": [
            {"start": o.start.isoformat(), "end": o.end.isoformat() if o.end else None, "all_day": o.all_day, "status": o.status.value}
            for o in offer.occurrences
        ],
        "prices": prices and (_fields(prices, "free", "min", "max", "currency") or {}) | {"text": prices.text and prices.text.choose("fr")[0]},
        "audience": audience and (_fields(audience, "min_age", "max_age") or {}) | {"groups": list(audience.groups)},
        "access": _fields(offer.access, "wheelchair", "dogs", "stroller", "sheltered"),
        "pictures": [
            {"url": p.url, "credit": p.credit, "licence": p.licence, "expires": p.expires.isoformat() if p.expires else None} for p in offer.pictures
        ],
        "spoken": list(offer.spoken),
        "updated": offer.updated,
        "feed": offer.feed,
        "producer": offer.producer,
    }


def _fields(value: object | None, *names: str) -> dict[str, Any] | None:
    return None if value is None else {name: getattr(value, name) for name in names}
