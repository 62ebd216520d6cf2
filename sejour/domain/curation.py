"""The office's voice over the feeds. It lives in its own table: no import touches it.

Every word is of one offer, or of the whole territory (`offer` is ""), and holds on some occasions only (`occasion`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Any

from sejour.domain.occasion import Seconds, Word
from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.text import LocalText
from sejour.domain.weights import STANDARD, Weights

MOST_BOOST = 1.5  # a boost of 1.5 costs .002 of MRR, 3 costs .024 (docs/ranking.md)
PICK = math.log(MOST_BOOST)  # points of a pick
OF_OFFERS = ("picks", "pins", "mutes", "boosts", "notices", "overrides", "checks")  # the sorts of words of one offer, as Curation names them
LASTING = timedelta(days=1)  # of a notice whose end nobody wrote


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
    """An offer whose attraction is multiplied, by MOST_BOOST at most, and why. It lifts, and never lowers."""

    factor: float
    reason: str

    @property
    def points(self) -> float:
        """Beside its weight, whatever was stored."""
        return math.log(min(MOST_BOOST, max(1.0, self.factor)))


class NoticeSort(StrEnum):
    INFO = "info"
    ALERT = "alert"
    TIDE = "tide"
    CLOSURE = "closure"
    FULL = "full"
    DEAL = "deal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Word):
    """An info du jour, an info chaude ("complet ce soir") or a deal: it always ends by itself, LASTING after its start when nobody wrote its end. Of one
    offer, it is told on its card; a closed or a full one is no idea meanwhile."""

    sort: NoticeSort
    text: LocalText

    @property
    def limits(self) -> Seconds:
        ends = self.end or (self.start + LASTING if self.start else None)
        return (self.start.timestamp() if self.start else -math.inf, ends.timestamp() if ends else -math.inf)

    @property
    def closes(self) -> bool:
        """Is the offer no idea meanwhile?"""
        return bool(self.offer) and self.sort in (NoticeSort.CLOSURE, NoticeSort.FULL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Word):
    """Offers put together by theme, in order ("Il pleut avec des enfants")."""

    name: LocalText
    text: LocalText | None = None
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Word):
    """What the office says of an offer instead of its source: each field that is not None. `easy` is the version facile à lire, `picture` the id of
    one of the office's own. `source`: what the source said of the same fields when it was written, as texts, so that one sees when it catches up;
    `asked`: when its owner was asked to correct."""

    names: LocalText | None = None
    descriptions: LocalText | None = None
    easy: LocalText | None = None
    kind: Kind | None = None
    place: Place | None = None
    hours: str | None = None
    phone: str | None = None
    web: str | None = None
    booking: str | None = None
    picture: str | None = None
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
class Refused:
    """What the office said and that could not be taken up, of which offer and which field; `why` is for the office, in French."""

    offer: str
    field: str
    why: str


@dataclass(frozen=True)
class Curation:
    """All that the office says, by sort, in the order it was said. `collection_ids` are those of the collections, beside them."""

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
    collection_ids: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()

    @cached_property
    def particular(self) -> tuple[Word, ...]:
        """What the ranking minds and that does not hold for every visitor alike."""
        closing = (notice for notice in self.notices if notice.closes)
        return tuple(word for word in chain(self.picks, self.pins, self.mutes, self.boosts, closing) if not word.general)

    @cached_property
    def notices_by_offer(self) -> dict[str, tuple[Notice, ...]]:
        found: dict[str, tuple[Notice, ...]] = {}
        for notice in self.notices:
            if notice.offer:
                found[notice.offer] = (*found.get(notice.offer, ()), notice)
        return found

    @cached_property
    def closing(self) -> tuple[Notice, ...]:
        """What is closed or full, for everyone."""
        return tuple(notice for notice in self.notices if notice.closes and notice.general)

    def renamed(self, kept: Mapping[str, str]) -> "Curation":
        """The same, what was said of a twin being said of the card that was kept (`kept` of each id that was not)."""
        if not kept:
            return self
        one: dict[str, Any] = {
            sort: tuple(replace(word, offer=kept.get(word.offer, word.offer)) for word in getattr(self, sort)) for sort in OF_OFFERS
        }
        shelves = tuple(replace(each, offers=tuple(dict.fromkeys(kept.get(id, id) for id in each.offers))) for each in self.collections)
        return replace(self, **one, collections=shelves)
