"""The morning ritual: what a tourist office looks at before it opens its doors, found in what is known already."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sejour.domain.agenda import agenda
from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import Pick
from sejour.domain.offer import Offer
from sejour.domain.page import suggest
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.visit import Visit, When
from sejour.domain.weather import WET, Forecast, Sky, Weather

DAY = timedelta(days=1)
BANDS = (("matin", time(8), time(12)), ("après-midi", time(12), time(18)), ("soir", time(18), time(23, 59)))
FEW = 2  # happenings in a band: with fewer the office may want to fill it
OUT = range(8, 22)  # hours at which visitors are out
LATELY = timedelta(days=30)  # a pick shown since then is not proposed again
PROPOSED = 3
LOOKED_AT = 40  # of the ranking
CALM = time(10), time(18)  # what is proposed is open then


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the day and what happens in it within reach; `over` when it is past."""

    name: str
    offers: tuple[Offer, ...]
    over: bool

    @property
    def hole(self) -> bool:
        return not self.over and len(self.offers) < FEW


@dataclass(frozen=True, slots=True)
class Hour:
    at: datetime
    weather: Weather

    @property
    def wet(self) -> bool:
        return self.weather.sky in WET


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day of weather, by the hours to come at which visitors are out."""

    hours: tuple[Hour, ...]

    @property
    def wet(self) -> tuple[tuple[datetime, datetime], ...]:
        """The spells of rain, storm or snow: from the hour they begin to the hour they end."""
        spells: list[tuple[datetime, datetime]] = []
        for hour in (each for each in self.hours if each.wet):
            if spells and spells[-1][1] == hour.at:
                spells[-1] = (spells[-1][0], hour.at + timedelta(hours=1))
            else:
                spells.append((hour.at, hour.at + timedelta(hours=1)))
        return tuple(spells)

    @property
    def warmest(self) -> Hour | None:
        return max((h for h in self.hours if h.weather.temperature is not None), key=lambda h: h.weather.temperature or 0.0, default=None)

    @property
    def coolest(self) -> Hour | None:
        return min((h for h in self.hours if h.weather.temperature is not None), key=lambda h: h.weather.temperature or 0.0, default=None)

    @property
    def worst(self) -> Sky:
        """The sky that one must tell of: storm before snow, rain, heat."""
        found = {hour.weather.sky for hour in self.hours}
        return next((sky for sky in (Sky.STORM, Sky.SNOW, Sky.RAIN, Sky.HOT) if sky in found), Sky.FAIR)


def sheet(forecast: Forecast, moment: datetime) -> Sheet:
    """From the hour of `moment` on, until the evening of that day."""
    start = moment.replace(minute=0, second=0, microsecond=0)
    hours = [start.replace(hour=hour) for hour in OUT if hour >= moment.hour]
    return Sheet(tuple(Hour(at, weather) for at in hours if (weather := forecast.at(at))))


def bands(catalogue: Catalogue, visit: Visit) -> tuple[Band, ...]:
    """The events and markets of the visit's day, by part of it; what lasts the day is in each."""
    day, zone = visit.moment.date(), visit.moment.tzinfo
    dawn = datetime.combine(day, BANDS[0][1], zone)
    (today,) = agenda(catalogue, replace(visit, moment=dawn, when=When.NOW, wishes=frozenset()), day, 1).days
    found = []
    for name, begins, ends in BANDS:
        first, last = datetime.combine(day, begins, zone), datetime.combine(day, ends, zone)
        inside = [e.offer for e in today.entries if not e.spans or any(s < last and (t or s + timedelta(hours=1)) > first for s, t in e.spans)]
        found.append(Band(name, tuple(inside), last <= visit.moment))
    return tuple(found)


def proposals(catalogue: Catalogue, visit: Visit, picks: Iterable[Pick], pictured: Collection[str]) -> tuple[Suggestion, ...]:
    """What the office could sign today: the best of the ranking whose hours are known and that it has not recommended lately, those with a photo of the
    office's (`pictured`, by offer) or of their source's first."""
    recent = {pick.offer for pick in picks if pick.end is None or pick.end > visit.moment - LATELY}
    at = max(CALM[0], min(CALM[1], visit.moment.time())) if visit.moment.time() < CALM[1] else CALM[0]
    day = visit.moment.date() if visit.moment.time() < CALM[1] else visit.moment.date() + DAY
    asked = replace(visit, moment=datetime.combine(day, at, visit.moment.tzinfo), when=When.NOW, wishes=frozenset())
    known = [s for s in suggest(catalogue, asked, LOOKED_AT) if s.offer.id not in recent and s.time.state is not TimeState.UNKNOWN]
    best = sorted(enumerate(known), key=lambda each: (not (each[1].offer.pictures or each[1].offer.id in pictured), each[0]))
    return tuple(suggestion for _, suggestion in best[:PROPOSED])


def last_day(end: datetime, moment: datetime) -> date:
    """By the clock of `moment`; an end at midnight belongs to the day before."""
    return (end.astimezone(moment.tzinfo) - timedelta(seconds=1)).date()
