"""The office's corrections of a card, beside what its source says, which is never written over."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

from sejour.domain.curation import Override, Refused
from sejour.domain.hours import read_hours
from sejour.domain.offer import Contact, ContactType, Offer
from sejour.domain.place import Place, valid_place
from sejour.domain.text import LocalText

TEXTS = ("names", "descriptions", "easy")
CONTACTS = {"phone": ContactType.PHONE, "web": ContactType.WEB, "booking": ContactType.BOOKING}
FIELDS = (*TEXTS, "kind", "place", "hours", *CONTACTS)
PHONE = re.compile(r"\+\d{6,15}")
ADDRESS = re.compile(r"https?://[^\s/?#]{1,253}\S{0,1000}", re.IGNORECASE)


class Standing(StrEnum):
    """How what the source says now stands to what the office says instead."""

    SAME = "same"  # the source says it too: the correction can go
    MOVED = "moved"  # the source changed since, and says something else
    STILL = "still"


def corrected(offers: Iterable[Offer], overrides: Sequence[Override], moment: datetime) -> tuple[list[Offer], list[Refused]]:
    """The offers as the office says that they are at that moment, in their order; those that it says nothing of are the same objects. What cannot be
    taken up is left out, and listed."""
    said: dict[str, list[Override]] = {}
    for override in overrides:
        if override.holds(moment):
            said.setdefault(override.offer, []).append(override)
    refused: list[Refused] = []
    found = []
    for offer in offers:
        for override in said.get(offer.id, ()):
            offer, wrong = overridden(offer, override)
            refused += wrong
        found.append(offer)
    return found, refused


def next_change(overrides: Iterable[Override], moment: datetime) -> datetime | None:
    """When the next correction begins or ends, that nobody wrote by day or month."""
    edges = (edge for override in overrides for edge in (override.start, override.end) if edge and edge.timestamp() > moment.timestamp())
    return min(edges, key=lambda edge: edge.timestamp(), default=None)


def overridden(offer: Offer, override: Override) -> tuple[Offer, tuple[Refused, ...]]:
    """The last word wins. A contact or hours that are "" are said not to be known; a language that is not given stays the source's."""
    refused: list[Refused] = []
    values: dict[str, object] = {}
    if override.names is not None:
        values["names"] = _texts(offer.names, override.names)
    if override.descriptions is not None:
        values["descriptions"] = _texts(offer.descriptions, override.descriptions)
    if override.kind is not None:
        values["kind"] = override.kind
    if override.place is not None:
        if valid_place(override.place.lat, override.place.lon):
            values["place"] = override.place
        else:
            refused.append(Refused(offer.id, "place", "Ce n’est pas une position sur Terre."))
    if override.hours is not None:
        try:
            values |= {"hours": (override.hours and read_hours(override.hours, ZoneInfo(offer.timezone)).text) or None, "hours_text": None}
        except ValueError as error:
            refused.append(Refused(offer.id, "hours", f"Ces horaires ne se lisent pas ({error})."))
    contacts = offer.contacts
    for field, type in CONTACTS.items():
        if (value := getattr(override, field)) is None:
            continue
        if value and not (PHONE if type is ContactType.PHONE else ADDRESS).fullmatch(value):
            refused.append(
                Refused(offer.id, field, f"« {value[:60]} » n’est pas {'un téléphone' if type is ContactType.PHONE else 'une adresse web'}.")
            )
            continue
        others = tuple(contact for contact in contacts if contact.type is not type)
        contacts = ((Contact(type, value),) if value else ()) + others
    return replace(offer, **values, contacts=contacts), tuple(refused)  # type: ignore[arg-type]  # by field


def _texts(source: LocalText | None, said: LocalText) -> LocalText | None:
    """Every language, the office's words first; None when nothing is left."""
    ours = {language: text.strip() for language, text in said.texts.items() if text.strip()}
    texts = {**(source.texts if source else {}), **ours}
    machine = {*(source.machine if source else ())} - ours.keys() | ({*said.machine} & ours.keys())
    return LocalText(texts, tuple(sorted(machine))) if texts else None


# ---- what the source says meanwhile ----


def source_of(offer: Offer, override: Override) -> dict[str, str]:
    """What the source says of the fields that the office corrects, to be remembered with the correction: by field, and by language for texts
    ("names.fr"). `offer` is the card without its corrections."""
    return dict(chain.from_iterable(_said(offer, field) for field in FIELDS if getattr(override, field) is not None))


def caught_up(offer: Offer, override: Override) -> dict[str, Standing]:
    """By corrected field. `offer` is the card without its corrections; what nobody remembered of the source is no sign that it moved."""
    return {field: _standing(offer, override, field) for field in FIELDS if getattr(override, field) is not None}


def stale(offer: Offer, override: Override) -> dict[str, tuple[str, ...]]:
    """By field, the languages whose words of the office were written beside another text than the source has now: of the source's first language, or
    of their own."""
    found: dict[str, tuple[str, ...]] = {}
    for field in TEXTS:
        text: LocalText | None = getattr(override, field)
        now, first = dict(_said(offer, field)), _first_language(offer, field)
        moved = {name.partition(".")[2] for name, was in override.source.items() if name.startswith(f"{field}.") and now.get(name, "") != was}
        if text is not None and (languages := tuple(language for language in text.texts if first in moved or language in moved)):
            found[field] = languages
    return found


def _standing(offer: Offer, override: Override, field: str) -> Standing:
    now = dict(_said(offer, field))
    if field in ("names", "descriptions"):
        same = all(now.get(f"{field}.{language}", "") == text.strip() for language, text in getattr(override, field).texts.items())
    else:
        same = field != "easy" and now.get(field, "") == _plain(getattr(override, field))
    if same:
        return Standing.SAME
    was = {name: text for name, text in override.source.items() if name.partition(".")[0] == field}
    return Standing.MOVED if was and was != now else Standing.STILL


def _said(offer: Offer, field: str) -> Iterator[tuple[str, str]]:
    """(name, text) of what a source says of a field; the easy version is written beside the description."""
    if field in TEXTS:
        text = offer.names if field == "names" else offer.descriptions
        yield from ((f"{field}.{language}", said) for language, said in (text.texts if text else {}).items())
    elif field in CONTACTS:
        yield field, offer.contact(CONTACTS[field]) or ""
    else:
        yield field, _plain(getattr(offer, field))


def _first_language(offer: Offer, field: str) -> str:
    text = offer.names if field == "names" else offer.descriptions
    return text.choose()[1] if text else "fr"


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value.lat:.6f}, {value.lon:.6f}" if isinstance(value, Place) else str(value)
