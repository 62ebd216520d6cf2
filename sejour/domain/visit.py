"""The anonymous context of a request: where, when, in which language, wishing what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sejour.domain.place import Place
from sejour.domain.travel import Mode
from sejour.domain.weather import Forecast, Weather


class When(StrEnum):
    """The moments a page can be for (decisions: `when`)."""

    NOW = "now"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    WEEK = "week"
    RAIN = "rain"


class Wish(StrEnum):
    """A chosen filter. The order is that of the bits in the Catalogue."""

    FREE = "free"
    DOGS = "dogs"
    SHELTERED = "sheltered"
    OUTDOOR = "outdoor"
    STROLLER = "stroller"
    WHEELCHAIR = "wheelchair"
    CARFREE = "carfree"
    SHORT = "short"
    KIDS3 = "kids3"
    KIDS7 = "kids7"
    KIDS11 = "kids11"
    FOOD = "food"
    CULTURE = "culture"
    NATURE = "nature"


@dataclass(frozen=True, slots=True)
class Visit:
    """`moment` is aware, in the territory's zone; `hotspot` the id of the access point when the place is one; `mode` None lets
    sejour choose: on foot when near enough, else by car; `forecast` is None when nobody knows the weather."""

    territory: str
    place: Place
    moment: datetime
    language: str = "fr"
    when: When = When.NOW
    wishes: frozenset[Wish] = frozenset()
    mode: Mode | None = None
    hotspot: str | None = None
    forecast: Forecast | None = None
    previewed: bool = False  # `?at=` was given: links keep it
    until: datetime | None = None  # when a plan ends; None for a page
    kept: tuple[str, ...] = ()  # ids of the offers that the visitor keeps: links carry them

    @property
    def weather(self) -> Weather | None:
        """That of the moment."""
        return self.forecast.at(self.moment) if self.forecast else None

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that may be used, the preferred one first."""
        if self.mode:
            return (self.mode,)
        return (Mode.WALK,) if Wish.CARFREE in self.wishes else (Mode.WALK, Mode.CAR)
