"""The office's voice over the feeds. It lives in its own table: no import touches it.

Every word is of one offer, or of the whole territory (`offer` is ""), and holds on some occasions only: between two moments, by season, by day of the
week, by the sky, at some hotspots, for some visitors. What is empty limits nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.text import LocalText
from sejour.domain.visit import Visit, Wish
from sejour.domain.weather import Sky
from sejour.domain.weights import STANDARD, Weights

MOST_BOOST = 1.5  # a boost of 1.5 costs .002 of MRR, 3 costs .024 (docs/ranking.md)


@dataclass(frozen=True, slots=True)
class Word:
    """`months` from 1, `weekdays` from 0 (Monday), in the territory's clock; `hotspots` by id; `languages` of the page; `wishes`: visitors who
    asked for one of them."""

    offer: str
    start: datetime | None = None
    end: datetime | None = None
    months: tuple[int, ...] = field(default=(), kw_only=True)
    weekdays: tuple[int, ...] = field(default=(), kw_only=True)
    skies: tuple[Sky, ...] = field(default=(), kw_only=True)
    hotspots: tuple[str, ...] = field(default=(), kw_only=True)
    languages: tuple[str, ...] = field(default=(), kw_only=True)
    wishes: tuple[Wish, ...] = field(default=(), kw_only=True)

    def holds(self, moment: datetime) -> bool:
        """At that moment, whoever asks; `moment` in the territory's zone."""
        return (
            (self.start is None or self.start <= moment)
            and (self.end is None or moment < self.end)
            and (not self.months or moment.month in self.months)
            and (not self.weekdays or moment.weekday() in self.weekdays)
        )

    def holds_for(self, visit: Visit) -> bool:
        """For that visitor, whenever it is."""
        return (
            (not self.hotspots or visit.hotspot in self.hotspots)
            and (not self.languages or visit.language in self.languages)
            and (not self.wishes or not visit.wishes.isdisjoint(self.wishes))
            and (not self.skies or (visit.weather is not None and visit.weather.sky in self.skies))
        )

    @property
    def general(self) -> bool:
        """Does it hold for every visitor alike?"""
        return not (self.skies or self.hotspots or self.languages or self.wishes)

    def holds_within(self, first: datetime, last: datetime) -> bool:
        """At some moment from `first` to before `last`?"""
        return (self.start is None or self.start < last) and (self.end is None or first < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick(Word):
    """A signed coup de cœur: `by` names the human, `text` is their sentence, `picture` the id of one of the office's own."""

    by: str
    text: LocalText | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(Word):
    """An offer that the page shows whenever it can be reached in time, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(Word):
    """An offer that the office hides, and why."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Boost(Word):
    """An offer whose attraction is multiplied, by MOST_BOOST at most, and why."""

    factor: float
    reason: str


class NoticeSort(StrEnum):
    INFO = "info"
    ALERT = "alert"
    TIDE = "tide"
    CLOSURE = "closure"
    FULL = "full"
    DEAL = "deal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Word):
    """An info du jour, an info chaude ("complet ce soir") or a deal: it always ends by itself. Of one offer, it is told on its card; a closed or a full
    one is no idea meanwhile."""

    sort: NoticeSort
    text: LocalText


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Word):
    """Offers put together by theme, in order ("Il pleut avec des enfants")."""

    name: LocalText
    text: LocalText | None = None
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Word):
    """What the office says of an offer instead of its source: each field that is not None. `easy` is the version facile à lire. `source`: what the
    source said of the same fields when it was written, as texts, so that one sees when it catches up; `asked`: when its owner was asked to correct."""

    names: LocalText | None = None
    descriptions: LocalText | None = None
    easy: LocalText | None = None
    kind: Kind | None = None
    place: Place | None = None
    hours: str | None = None
    phone: str | None = None
    web: str | None = None
    booking: str | None = None
    source: dict[str, str] = field(default_factory=dict)
    asked: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Word):
    """The office made sure of the card: "Vérifié le 12 août par l’office"."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin(Word):
    """Whether `offer` and `other` are one, as a human says: it wins over what merging would do."""

    other: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning(Word):
    """The territory's weights, when the office tuned them."""

    weights: Weights = STANDARD


@dataclass(frozen=True, slots=True)
class Curation:
    """All that the office says, by sort, in the order it was said."""

    picks: tuple[Pick, ...] = ()
    pins: tuple[Pin, ...] = ()
    mutes: tuple[Mute, ...] = ()
    boosts: tuple[Boost, ...] = ()
    notices: tuple[Notice, ...] = ()
    collections: tuple[Collection, ...] = ()
    overrides: tuple[Override, ...] = ()
    checks: tuple[Checked, ...] = ()
    twins: tuple[Twin, ...] = ()
    weights: Weights | None = None
