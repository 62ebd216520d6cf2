"""Two cards side by side: what each says of the same things, and where they differ."""

from dataclasses import dataclass

from sejour.domain.doubts import Doubt
from sejour.domain.offer import Offer
from sejour.web import words
from sejour.web.i18n import speech

EXCERPT = 160  # characters of a description
DATES = 3
TELLING = ("Nom", "Type", "Adresse", "Position", "Horaires", "Dates")  # where a difference says something


@dataclass(frozen=True, slots=True)
class Side:
    id: str
    name: str
    feed: str


@dataclass(frozen=True, slots=True)
class Row:
    """What the two say of one thing, "" where one says nothing."""

    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        return self.label in TELLING and bool(self.first and self.second) and self.first.casefold() != self.second.casefold()


@dataclass(frozen=True, slots=True)
class Pair:
    """`rows` of which at least one of the two says something."""

    first: Side
    second: Side
    reason: str
    rows: tuple[Row, ...]


def pair_of(doubt: Doubt) -> Pair:
    first, second = doubt.first, doubt.second
    rows = [Row(label, one, other) for (label, one), (_, other) in zip(_said(first), _said(second), strict=True) if one or other]
    return Pair(_side(first), _side(second), str(doubt.reason), tuple(rows))


def _side(offer: Offer) -> Side:
    return Side(offer.id, offer.names.choose("fr")[0], offer.feed)


def _said(o: Offer) -> list[tuple[str, str]]:
    said, a = speech("fr"), o.address
    description = o.descriptions.choose("fr")[0] if o.descriptions else ""
    dates = [f"{said.day(each.start.date())} {each.start.year}" for each in o.occurrences[:DATES]]
    return [
        ("Nom", o.names.choose("fr")[0]),
        ("Flux", o.feed),
        ("Type", words.KINDS[o.kind]),
        ("Adresse", ", ".join(filter(None, (a.street, a.postcode, a.city))) if a else ""),
        ("Position", f"{o.place.lat:.5f}, {o.place.lon:.5f}" if o.place else ""),
        ("Contacts", " · ".join(dict.fromkeys(contact.value for contact in o.contacts))),
        ("Horaires", (o.hours_text.choose("fr")[0] if o.hours_text else o.hours) or ""),
        ("Dates", ", ".join(dates) + ("…" if len(o.occurrences) > DATES else "")),
        ("Texte", description if len(description) <= EXCERPT else f"{description[:EXCERPT].rsplit(' ', 1)[0]}…"),
        ("Photos", str(len(o.pictures) or "")),
        ("Mise à jour", said.date(o.updated) if o.updated else ""),
    ]
