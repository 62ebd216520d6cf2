"""Mon séjour: what a visitor kept, each on the day on which it is best done, with what speaks against it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum, auto

import numpy as np

from sejour.domain.catalogue import AHEAD, DAY, MARGIN, Catalogue
from sejour.domain.infeasible import keeps_out
from sejour.domain.nature import joined_any_time, stay_minutes
from sejour.domain.obstacle import Hindrance, Obstacle
from sejour.domain.offer import Kind, Offer
from sejour.domain.page import Date, coming_dates
from sejour.domain.plan import LONGEST, PAUSE
from sejour.domain.ranking import IDEAS, nearest, situate
from sejour.domain.rerank import few
from sejour.domain.slot import LONGEST_WAIT
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.text import N_, Reason
from sejour.domain.timetable import build_timetable
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish

MOST = 30  # offers that a list keeps
DAYS = 14  # looked at
WAKES, LEAVES, RESTS = time(5), time(10), time(22)  # when a day begins; when one sets out; when one has done enough
FULL = 8 * 60  # minutes of visits and ways that a day holds
HALF_DAY, QUARTER = timedelta(hours=4), timedelta(minutes=15)
NEVER = Reason(N_("Trop loin d’ici, ou fermé ces deux prochaines semaines"))
FINISHED = (Obstacle.OVER, Obstacle.CANCELLED, Obstacle.NO_DATE)
ID = re.compile(r"[a-z2-7]{10}")  # as `offer_id` makes them
Ways = dict[int, Suggestion]  # how an offer is reached in time, by day from today on


def read_ids(text: str) -> tuple[str, ...]:
    """The ids that a text names, each once, in its order, whatever stands between them: messages add points and spaces to an address."""
    return tuple(dict.fromkeys(filter(ID.fullmatch, re.split(r"[^a-z2-7]+", text.lower()))))


def write_ids(ids: Iterable[str]) -> str:
    return ".".join(ids)


@dataclass(frozen=True, slots=True)
class Outing:
    """An offer kept. `suggestion` says how one gets there that day, and what is open then; None when one does not, and then the `warnings` say why.
    `date` is its happening of a day that was not looked at; `notes` say why it is on its day."""

    offer: Offer
    suggestion: Suggestion | None = None
    date: Date | None = None
    warnings: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    @property
    def minutes(self) -> int:
        """What it takes of a day, the way there included."""
        return stay_minutes(self.offer) + PAUSE + (self.suggestion.travel.minutes if self.suggestion else 0)

    @property
    def fixed(self) -> tuple[datetime, datetime] | None:
        """From when to when one must be there; None when one comes as one likes."""
        time = self.suggestion.time if self.suggestion else None
        if time is None or time.begins is None or time.state not in (TimeState.STARTS, TimeState.ONGOING):
            return None
        ends = time.ends or time.begins + timedelta(minutes=stay_minutes(self.offer))
        return None if joined_any_time(self.offer, (ends - time.begins).total_seconds() / 60) else (time.begins, ends)

    @property
    def begins(self) -> float:
        """POSIX seconds from which one can be at it that day."""
        if self.suggestion:
            time = self.suggestion.time
            return max(moment.timestamp() for moment in (time.begins, time.arrive) if moment)
        return self.date.start.timestamp() if self.date else 0.0


@dataclass(frozen=True, slots=True)
class CarnetDay:
    """`visit` is the visitor's, from when the day is looked at."""

    visit: Visit
    outings: tuple[Outing, ...]

    @property
    def day(self) -> date:
        return self.visit.moment.date()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The ids of what a plan of the day would hold."""
        return tuple(o.offer.id for o in self.outings if o.suggestion and o.offer.kind in IDEAS)

    @property
    def long(self) -> bool:
        """Does it take more than a half day?"""
        starts, ends = self.hours
        return ends - starts > HALF_DAY * 1.25

    @property
    def hours(self) -> tuple[datetime, datetime]:
        """Between which quarters of an hour a plan would hold what the day holds: a half day, or as long as it takes."""
        margin = timedelta(minutes=2 * PAUSE + max((o.suggestion.travel.minutes for o in self.outings if o.suggestion), default=0))
        fixed = [each for each in (outing.fixed for outing in self.outings) if each]
        usual = datetime.combine(self.day, LEAVES, self.visit.moment.tzinfo)
        starts = max(self.visit.moment, min([usual, *(begins - margin for begins, _ in fixed)]))
        takes = max(HALF_DAY, timedelta(minutes=sum(outing.minutes for outing in self.outings)))
        starts = _quarter(starts)
        return starts, min(_quarter(max([starts + takes, *(ends + margin for _, ends in fixed)]) + QUARTER), starts + LONGEST)


@dataclass(frozen=True, slots=True)
class Carnet:
    """`unsure`: nobody knows their hours; `lodgings` have no day; `away`: on none of the days that were looked at; `over`: no date is left."""

    visit: Visit
    days: tuple[CarnetDay, ...]
    unsure: tuple[Outing, ...]
    lodgings: tuple[Outing, ...]
    away: tuple[Outing, ...]
    over: tuple[Outing, ...]


def make_carnet(catalogue: Catalogue, visit: Visit, kept: Sequence[int]) -> Carnet:
    """Of the offers of these indices of the catalogue. What has few days comes first to its own; the rest takes the first that still has room."""
    asking = replace(visit, when=When.NOW, wishes=visit.wishes & {Wish.CARFREE})
    offers = [catalogue.offers[i] for i in dict.fromkeys(kept)]
    alone, visits = _alone(catalogue, asking, kept), [_on_day(asking, day) for day in _days(asking, offers)]
    ways = _ways(alone, visits)
    told = [_fate(alone, asking, offer, ways[offer.id]) for offer in offers]
    by_day = _placed(alone, visits, {o.offer.id: ways[o.offer.id] for fate, o in told if fate is Fate.OPEN})
    for fate, outing in told:
        if fate is Fate.DATED and outing.date:
            by_day.setdefault(max(outing.date.start.date(), visit.moment.date()), []).append(outing)
    days = (CarnetDay(_on_day(asking, day), tuple(sorted(by_day[day], key=lambda o: o.begins))) for day in sorted(by_day) if by_day[day])
    unsure, lodgings, away, over = (tuple(o for f, o in told if f is fate) for fate in (Fate.UNSURE, Fate.LODGING, Fate.AWAY, Fate.OVER))
    return Carnet(visit, tuple(days), unsure, lodgings, away, over)


def _quarter(moment: datetime) -> datetime:
    """That in which the moment is."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


class Fate(Enum):
    """What becomes of an offer kept. OPEN has a choice of days, DATED a date that cannot be reached."""

    OPEN = auto()
    DATED = auto()
    UNSURE = auto()
    LODGING = auto()
    AWAY = auto()
    OVER = auto()


def _fate(alone: Catalogue, visit: Visit, offer: Offer, ways: Ways) -> tuple[Fate, Outing]:
    some = next(iter(ways.values()), None)
    if some:
        kind = Fate.LODGING if offer.kind is Kind.LODGING else Fate.OPEN if _sure(ways) or offer.occurrences else Fate.UNSURE
        return kind, Outing(offer, some, warnings=_on_foot(visit, some))
    date = next(iter(coming_dates(offer, visit.moment)), None)
    then = _on_day(visit, max(date.start.date(), visit.moment.date())) if date else visit
    hindrance = keeps_out(alone, then, alone.index[offer.id])
    if hindrance and hindrance.obstacle in FINISHED:
        return Fate.OVER, Outing(offer, warnings=(hindrance.why,))
    why = _why(hindrance) if hindrance else ()
    return (Fate.DATED, Outing(offer, None, date, why)) if date else (Fate.AWAY, Outing(offer, warnings=why or (NEVER,)))


def _why(hindrance: Hindrance) -> tuple[Reason, ...]:
    """That it is closed now says nothing of the days that follow; that it is no idea, nothing to who kept it."""
    said = () if hindrance.obstacle in (Obstacle.CLOSED, Obstacle.NOT_AN_IDEA) else (hindrance.why,)
    return (*said, hindrance.advice) if hindrance.advice else said


def _days(visit: Visit, offers: Sequence[Offer]) -> list[date]:
    """The coming ones, and the next of each happening."""
    dates = (coming_dates(offer, visit.moment)[:1] for offer in offers)
    today = visit.moment.date()
    return sorted({*(today + timedelta(days=n) for n in range(DAYS)), *(max(each.start.date(), today) for (each,) in filter(None, dates))})


def _sure(ways: Ways) -> Ways:
    """The days on which somebody says that it is open."""
    return {n: s for n, s in ways.items() if s.time.state is not TimeState.UNKNOWN}


def _on_day(visit: Visit, day: date) -> Visit:
    """The visit that looks at a day: today what is left of it, a little at least."""
    zone, today = visit.moment.tzinfo, visit.moment.date()
    midnight = datetime.combine(day + timedelta(days=1), time(0), zone)
    if day == today:
        soon = (visit.moment.astimezone(UTC) + timedelta(minutes=LONGEST_WAIT)).astimezone(zone)
        return replace(visit, until=max(midnight, soon))
    return replace(visit, moment=datetime.combine(day, WAKES, zone), until=midnight)


def _alone(catalogue: Catalogue, visit: Visit, kept: Sequence[int]) -> Catalogue:
    """A catalogue of nothing else, prepared for the days that are looked at."""
    alone, first = few(catalogue, np.array(sorted(kept), dtype=np.int64)), visit.moment.replace(minute=0, second=0, microsecond=0)
    if alone.covers(first, first + timedelta(days=DAYS)):
        return alone
    rows = build_timetable(alone.offers, range(len(alone.offers)), first - DAY - MARGIN, first + AHEAD + MARGIN, alone.holidays)
    return replace(alone, built=first, prepared=rows)


def _ways(alone: Catalogue, visits: Sequence[Visit]) -> dict[str, Ways]:
    ways: dict[str, Ways] = {offer.id: {} for offer in alone.offers}
    for n, visit in enumerate(visits if alone.offers else ()):
        for suggestion in nearest(situate(alone, visit, tuple(Kind), range(len(alone.offers))), len(alone.offers)):
            ways[suggestion.offer.id][n] = suggestion
    return ways


def _placed(alone: Catalogue, visits: Sequence[Visit], ways: Mapping[str, Ways]) -> dict[date, list[Outing]]:
    """Each on the first of its days that has room, or the first of all; in the order of what has the least choice, then of the list."""
    days: list[list[Outing]] = [[] for _ in visits]
    choices = {id: _sure(found) or found for id, found in ways.items()}
    for id in sorted(choices, key=lambda id: len(choices[id])):
        possible = {n: Outing(s.offer, s) for n, s in choices[id].items()}
        n = next((n for n, outing in possible.items() if _fits(visits[n], days[n], outing)), min(possible))
        days[n].append(possible[n])
    return {
        visits[n].moment.date(): [_told(alone, visits, n, o, outings, min(choices[o.offer.id])) for o in outings] for n, outings in enumerate(days)
    }


def _fits(visit: Visit, outings: Sequence[Outing], one: Outing) -> bool:
    """Does a day hold one more? A day always holds one; what is fixed only asks that nothing else is at that time."""
    if one.fixed or not outings:
        return not any(_clash(one, other) for other in outings)
    left = (datetime.combine(visit.moment.date(), RESTS, visit.moment.tzinfo).timestamp() - visit.moment.timestamp()) / 60
    return sum(outing.minutes for outing in (*outings, one)) <= min(FULL, left)


def _clash(one: Outing, other: Outing) -> bool:
    a, b = one.fixed, other.fixed
    return a is not None and b is not None and max(a[0], b[0]) < min(a[1], b[1])


def _told(alone: Catalogue, visits: Sequence[Visit], n: int, one: Outing, outings: Sequence[Outing], first: int) -> Outing:
    """On the n-th day, with the others of that day, when `first` is the first that it could be."""
    assert one.suggestion
    at_once = [Reason(N_("En même temps que « %(name)s »"), {"name": o.offer.names}) for o in outings if o is not one and _clash(one, o)]
    notes = [_closed_today(alone, visits[0], one.offer)] if n and n == first and not one.offer.occurrences else []
    if first < n and one.suggestion.time.state is not TimeState.UNKNOWN:
        notes = [Reason(N_("Possible dès %(day)s"), {"day": visits[first].moment.date()})]
    return replace(one, warnings=(*at_once, *_on_foot(visits[n], one.suggestion)), notes=tuple(notes))


def _closed_today(alone: Catalogue, today: Visit, offer: Offer) -> Reason:
    rows, midnight = alone.prepared, datetime.combine(today.moment.date(), time(0), today.moment.tzinfo)
    of_today = (rows.owner == alone.index[offer.id]) & (rows.end > midnight.timestamp()) & (rows.start < (midnight + timedelta(days=1)).timestamp())
    return Reason(N_("Trop tard pour aujourd’hui")) if of_today.any() else Reason(N_("Fermé aujourd’hui"))


def _on_foot(visit: Visit, suggestion: Suggestion) -> tuple[Reason, ...]:
    walks, needs = visit.modes[0], suggestion.travel.mode
    return (Reason(N_("Trop loin à pied")),) if walks is Mode.WALK and needs is not Mode.WALK else ()
