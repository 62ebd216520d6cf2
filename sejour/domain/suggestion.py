"""A suggestion: an offer that can be reached in time, how, and why."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sejour.domain.curation import Pick, Pin
from sejour.domain.offer import Offer
from sejour.domain.text import Reason
from sejour.domain.travel import Travel


@dataclass(frozen=True, slots=True)
class Score:
    """A term of the score: it adds `value` x `weight`; the page shows `because`."""

    rule: str
    value: float
    weight: float
    because: Reason

    @property
    def points(self) -> float:
        return self.value * self.weight


class TimeState(StrEnum):
    OPEN = "open"  # open when one arrives
    OPENS = "opens"  # opens after one could be there
    STARTS = "starts"  # a happening that begins
    ONGOING = "ongoing"  # a happening under way that one can join
    UNKNOWN = "unknown"  # horaires à confirmer


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """`begins` and `ends` of the opening or happening (aware; None when nobody knows, and for an opening when it is more than a day
    away), `arrive` when one is there."""

    state: TimeState
    begins: datetime | None
    ends: datetime | None
    arrive: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`points` of each term, by rule; what they mean in words is written when somebody asks (`scores`)."""

    offer: Offer
    metres: int  # great circle
    travel: Travel
    time: TimeOfUse
    points: dict[str, float]
    explain: Callable[[str], Score] = field(compare=False, repr=False)
    sheltered: bool | None = None
    pick: Pick | None = None
    pin: Pin | None = None

    @property
    def total(self) -> float:
        return sum(self.points.values())

    @property
    def scores(self) -> tuple[Score, ...]:
        """The whole decomposition: `total` is the sum of their points."""
        return tuple(self.explain(rule) for rule in self.points)
