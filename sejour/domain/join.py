"""What twins become, field by field: each says what it alone knows, the office's order of feeds decides where both speak."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sejour.domain.hours import read_hours
from sejour.domain.offer import Access, Audience, Contact, ContactType, Occurrence, OccurrenceStatus, Offer, Picture, Prices
from sejour.domain.osm_hours import split_rules
from sejour.domain.place import Address
from sejour.domain.text import LocalText, local_text

LONGEST_DAYS = 800  # counted of one occurrence
_ADDRESS = re.compile(r"https?://(?:www\.)?([^/?#]+)([^?#]*)(\?[^#]*)?", re.I)
_FRONT_PAGE = {"", "fr", "en", "home", "accueil"}
_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|fbclid|gclid)=[^&]*&?", re.I)
_NOBODYS = {"facebook.com", "instagram.com", "google.com", "google.fr", "tripadvisor.fr", "booking.com", "airbnb.fr"}


@dataclass(frozen=True, slots=True)
class Sourced:
    """An offer as one feed gives it. `seen`: when its id was first seen, ISO 8601; `rank`: the place of its feed in the office's order, lower
    wins; `given`: the (feed, key) of all that is joined in it, when it comes out of `merge`."""

    offer: Offer
    seen: str
    rank: int
    given: tuple[tuple[str, str], ...] = ()

    @property
    def records(self) -> tuple[tuple[str, str], ...]:
        return self.given or ((self.offer.feed, self.offer.key),)


def precedence(each: Sourced) -> tuple[object, ...]:
    """The office's order of feeds, then completeness; the rest makes it the same on every machine."""
    told = sum(getattr(each.offer, field.name) != field.default for field in fields(Offer))
    return each.rank, -told, each.offer.id, each.records, each.seen


def joined(ranked: Sequence[Sourced]) -> Sourced:
    """One offer of several, by precedence. Each field is the first's that has one, but for those named here; the id (with its key and its
    feed) is the one seen first, at equal times that of the feed the office ranks first, then the smallest."""
    offers = [each.offer for each in ranked]
    recent = sorted(offers, key=lambda offer: offer.updated or "", reverse=True)  # at equal dates, by precedence
    kept = min(ranked, key=lambda each: (each.seen, each.rank, each.offer.id, each.offer.feed, each.offer.key)).offer
    timed = next((offer for offer in recent if _tells_hours(offer)), next((offer for offer in recent if offer.hours), offers[0]))
    values: dict[str, Any] = {}
    for field in fields(Offer):
        given = [value for offer in offers if (value := getattr(offer, field.name))]
        values[field.name] = given[0] if given else getattr(offers[0], field.name)
    values |= {
        "id": kept.id,
        "key": kept.key,
        "feed": kept.feed,
        "names": _texts(offer.names for offer in offers),
        "timezone": next((offer.timezone for offer in offers if offer.place), offers[0].timezone),
        "descriptions": _texts(offer.descriptions for offer in offers),
        "themes": _union(offer.themes for offer in offers),
        "labels": _union(offer.labels for offer in offers),
        "address": _address([offer.address for offer in offers if offer.address]),
        "contacts": _contacts(chain.from_iterable(offer.contacts for offer in offers)),
        "hours": timed.hours,
        "hours_text": _texts(offer.hours_text for offer in (timed, *offers)),
        "occurrences": _occurrences([offer for offer in offers if offer.occurrences]),
        "prices": _prices([offer.prices for offer in offers if offer.prices]),
        "audience": _audience([offer.audience for offer in offers if offer.audience]),
        "access": _access([offer.access for offer in recent]),
        "pictures": _pictures(chain.from_iterable(offer.pictures for offer in offers)),
        "spoken": _union(offer.spoken for offer in offers),
        "updated": recent[0].updated,
    }
    records = sorted({record for each in ranked for record in each.records})
    return Sourced(Offer(**values), min(each.seen for each in ranked), min(each.rank for each in ranked), tuple(records))


def _texts(given: Iterable[LocalText | None]) -> LocalText | None:
    """Every language: the first human's text, or the first machine's where no human wrote."""
    texts = [text for text in given if text]
    human = {lang: said for text in reversed(texts) for lang, said in text.texts.items() if lang not in text.machine}
    every = [(lang, said) for text in texts for lang, said in text.texts.items()]
    return local_text([*human.items(), *every], {lang for lang, _ in every} - human.keys())


def _union(given: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(given)))


def _address(given: Sequence[Address]) -> Address | None:
    """The first, its gaps filled by the next ones."""
    if not given:
        return None
    return Address(**{field.name: next(filter(None, (getattr(one, field.name) for one in given)), None) for field in fields(Address)})


def _contacts(given: Iterable[Contact]) -> tuple[Contact, ...]:
    kept: dict[tuple[ContactType, str], Contact] = {}
    for contact in given:
        kept.setdefault((contact.type, site_of(contact.value) or contact.value.casefold()), contact)
    return tuple(kept.values())


def _tells_hours(offer: Offer) -> bool:
    """Valid hours that are not only unknown."""
    if not offer.hours:
        return False
    try:
        read_hours(offer.hours, ZoneInfo(offer.timezone))
    except ValueError:
        return False
    return any(rule.state != "unknown" and (rule.state or not rule.comment) for rule in split_rules(offer.hours))


def _occurrences(given: Sequence[Offer]) -> tuple[Occurrence, ...]:
    """Of one start, one: with the first end that is known, cancelled when anybody says so. An all-day occurrence is left out when others
    tell the time on each of its days; if it was cancelled, they are."""
    if len(given) < 2:
        return given[0].occurrences if given else ()
    zone = ZoneInfo(given[0].timezone)
    cancelled: set[int] = set()
    kept: dict[datetime, Occurrence] = {}
    for offer in given:
        timed = {day for other in given if other is not offer for each in other.occurrences if not each.all_day for day in days_spanned(each, zone)}
        for occurrence in offer.occurrences:
            span, start = days_spanned(occurrence, zone), occurrence.start.astimezone(UTC)
            off = occurrence.status is OccurrenceStatus.CANCELLED
            if occurrence.all_day and timed.issuperset(span):
                cancelled.update(span if off else ())
                continue
            known = kept.setdefault(start, occurrence)
            kept[start] = replace(known, end=known.end or occurrence.end, status=occurrence.status if off else known.status)
    return tuple(
        replace(each, status=OccurrenceStatus.CANCELLED) if not each.all_day and days_spanned(each, zone)[0] in cancelled else each
        for _, each in sorted(kept.items())
    )


def _prices(given: Sequence[Prices]) -> Prices | None:
    """The figures of the first that has some, what it does not say taken from the next ones unless it contradicts; every text."""
    if not given:
        return None
    stated = next((each for each in given if (each.free, each.min, each.max) != (None, None, None)), given[0])
    money = stated if stated.free else next((each for each in (stated, *given) if (each.min, each.max) != (None, None)), stated)
    free = stated.free
    if free is None:
        free = next((each.free for each in given if each.free is False or (each.free and not money.min and not money.max)), None)
    return Prices(free, money.min, money.max, money.currency, _texts(each.text for each in given))


def _audience(given: Sequence[Audience]) -> Audience | None:
    if not given:
        return None
    least, most = (next((age for each in given if (age := getattr(each, end)) is not None), None) for end in ("min_age", "max_age"))
    if least is not None and most is not None and least > most:  # of two that contradict each other, the first
        first = next(each for each in given if (each.min_age, each.max_age) != (None, None))
        least, most = first.min_age, first.max_age
    return Audience(least, most, _union(each.groups for each in given))


def _access(recent: Sequence[Access]) -> Access:
    """What is stated beats what is not; of two that contradict each other, the more recent."""
    return Access(**{field.name: next((v for each in recent if (v := getattr(each, field.name)) is not None), None) for field in fields(Access)})


def _pictures(given: Iterable[Picture]) -> tuple[Picture, ...]:
    """Each address once, with every credit known of it, and the rights that end first."""
    kept: dict[str, Picture] = {}
    for picture in given:
        known = kept.setdefault(picture.url.partition("://")[2], picture)
        ends = min(filter(None, (known.expires, picture.expires)), default=None)
        credit, licence = known.credit or picture.credit, known.licence or picture.licence
        kept[picture.url.partition("://")[2]] = replace(known, credit=credit, licence=licence, expires=ends)
    return tuple(kept.values())


def facts(value: object, where: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """What a field says, in pieces that can be compared: each language, each item of a list, each part of an item."""
    if isinstance(value, LocalText):
        yield from ((*where, *item) for item in value.texts.items())
    elif isinstance(value, tuple):
        for each in value:
            yield from facts(each, (*where, getattr(each, "start", None) or getattr(each, "url", each)))
    elif is_dataclass(value):
        for field in fields(value):
            yield from facts(getattr(value, field.name), (*where, field.name))
    elif value is not None:
        yield (*where, value)


def site_of(url: str) -> str | None:
    """Host and path, as what they identify: "chateau.fr" of "https://www.chateau.fr/fr/?utm_source=x". None of a network's front page."""
    match = _ADDRESS.match(url)
    if match is None:
        return None
    steps = match[2].lower().split("/")
    while steps and (steps[-1] in _FRONT_PAGE or steps[-1].startswith("index.")):
        steps.pop()
    path = "/".join(steps) + _TRACKING.sub("", match[3] or "").rstrip("?&").lower()
    return None if not path and match[1].lower() in _NOBODYS else match[1].lower() + path


def days_spanned(occurrence: Occurrence, zone: tzinfo) -> range:
    """The ordinal days of an occurrence; a night out belongs to the day when it begins."""
    first = occurrence.start.astimezone(zone).toordinal()
    if occurrence.end is None or (not occurrence.all_day and occurrence.end - occurrence.start < timedelta(days=1)):
        return range(first, first + 1)
    last = (occurrence.end - timedelta(microseconds=1)).astimezone(zone).toordinal()
    return range(first, max(first, min(last, first + LONGEST_DAYS)) + 1)
