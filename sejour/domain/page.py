"""What a visitor's page holds: a pure function of the catalogue and the visit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from sejour.domain.catalogue import KINDS, Catalogue
from sejour.domain.hours import Hours, Interval, State
from sejour.domain.nature import sheltered
from sejour.domain.offer import Kind, OccurrenceStatus, Offer
from sejour.domain.ranking import IDEAS, VARIETY_POOL, advise, best, nearest, rank, situate
from sejour.domain.suggestion import Score, Suggestion
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When

CARDS = 8
ESSENTIALS = ("toilets", "water", "pharmacy", "parking", "bus", "train", "laundry", "tourist_office")
NEIGHBOURS = 3
OF_EACH = 3  # essentials of one theme
DATES = 6
LODGING_REACH_M = 15_000
NIGHT = timedelta(hours=12)  # an opening that began the day before and lasts beyond noon is today's too
TELLING = {"pick": 0.1, "weather": 0.1, "waiting": 0.1, "hour": 0.3, "stars": 0.8}  # the rules whose word a card may carry, from how many points on


@dataclass(frozen=True, slots=True)
class Card:
    """A suggestion as a card shows it; `reason` is the one term that helped it most, if any did."""

    suggestion: Suggestion
    reason: Score | None


@dataclass(frozen=True, slots=True)
class Home:
    visit: Visit
    picked: Card | None
    cards: tuple[Card, ...]
    essentials: tuple[Suggestion, ...]
    lodgings: int
    due: dict[str, float]  # see Advice

    @property
    def shown(self) -> list[Suggestion]:
        """The suggestions in the order of the page."""
        return [card.suggestion for card in (self.picked, *self.cards) if card]


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Date:
    """A happening to come; `last_day` is the day it ends on, for those of several days."""

    start: datetime
    end: datetime | None
    all_day: bool
    last_day: date


@dataclass(frozen=True, slots=True)
class Detail:
    """`suggestion` is None when the offer cannot be reached in time at the visit's moment; `week` the hours of the coming days,
    empty when nobody knows them."""

    visit: Visit
    offer: Offer
    suggestion: Suggestion | None
    sheltered: bool | None
    now: Interval | None
    week: tuple[Day, ...]
    dates: tuple[Date, ...]
    neighbours: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An offer that a search found; `suggestion` is None when it cannot be reached in time at the visit's moment; `next` its next happening."""

    offer: Offer
    suggestion: Suggestion | None
    next: Date | None


@dataclass(frozen=True, slots=True)
class Directory:
    visit: Visit
    kind: Kind
    cards: tuple[Card, ...]


def compose(catalogue: Catalogue, visit: Visit) -> Home:
    """The first page: at most one signed pick, then the ideas in order, CARDS in all; the nearest essentials beside them."""
    advice = advise(catalogue, visit, CARDS, ideas_of(visit))
    ranked = advice.suggestions
    picked = next((s for s in ranked if s.pick), None)
    located = catalogue.kind[catalogue.near(visit.place, LODGING_REACH_M)]
    return Home(
        visit=visit,
        picked=Card(picked, telling(picked)) if picked else None,
        cards=tuple(Card(s, telling(s)) for s in ranked if s is not picked),
        essentials=tuple(nearest_ones[0] for _, nearest_ones in essentials(catalogue, visit)),
        due=advice.due,
        lodgings=int(np.count_nonzero(located == KINDS.index(Kind.LODGING))),
    )


def suggest(catalogue: Catalogue, visit: Visit, limit: int) -> list[Suggestion]:
    """The ranking alone."""
    return best(catalogue, visit, limit, ideas_of(visit))


def ideas_of(visit: Visit) -> tuple[Kind, ...]:
    """The page of the week is an agenda: events and markets."""
    return (Kind.EVENT, Kind.MARKET) if visit.when is When.WEEK else IDEAS


def directory(catalogue: Catalogue, visit: Visit, kind: Kind, limit: int = 40) -> Directory:
    """The offers of a kind that can be reached in time: the best first, or the nearest for what is no idea (lodging, services)."""
    situation = situate(catalogue, visit, (kind,))
    found = rank(situation, limit) if kind in IDEAS else nearest(situation, limit)
    return Directory(visit, kind, tuple(Card(s, telling(s) if kind in IDEAS else None) for s in found))


def found(catalogue: Catalogue, visit: Visit, indices: Sequence[int]) -> tuple[Found, ...]:
    """The offers of a search, in its order, with how to reach them in time when one can."""
    situation = situate(catalogue, replace(visit, wishes=frozenset()), tuple(Kind), among=indices)
    reachable = {s.offer.id: s for s in nearest(situation, len(indices))}
    offers = [catalogue.offers[i] for i in indices]
    return tuple(Found(offer, reachable.get(offer.id), next(iter(_dates(offer, visit.moment)), None)) for offer in offers)


def essentials(catalogue: Catalogue, visit: Visit) -> tuple[tuple[str, tuple[Suggestion, ...]], ...]:
    """(theme, its nearest offers) for each essential that there is."""
    by_theme: dict[str, list[Suggestion]] = {}
    for suggestion in _services(catalogue, visit):
        for theme in suggestion.offer.themes:
            by_theme.setdefault(theme, []).append(suggestion)
    return tuple((theme, tuple(by_theme[theme][:OF_EACH])) for theme in ESSENTIALS if theme in by_theme)


def detail(catalogue: Catalogue, visit: Visit, offer: Offer) -> Detail:
    found = rank(situate(catalogue, visit, tuple(Kind), among=(catalogue.index[offer.id],)), 1)
    now, week = _hours(catalogue, visit, offer)
    return Detail(
        visit, offer, found[0] if found else None, sheltered(offer), now, week, _dates(offer, visit.moment), _neighbours(catalogue, visit, offer)
    )


def telling(suggestion: Suggestion) -> Score | None:
    """The term that helped most among those whose word tells the visitor something that the card does not say already."""
    helped = {rule: suggestion.points[rule] for rule, least in TELLING.items() if suggestion.points[rule] >= least}
    return suggestion.explain(max(helped, key=helped.__getitem__)) if helped else None


def _services(catalogue: Catalogue, visit: Visit) -> list[Suggestion]:
    return nearest(situate(catalogue, replace(visit, when=When.NOW, wishes=frozenset()), (Kind.SERVICE,)), 200)


def _hours(catalogue: Catalogue, visit: Visit, offer: Offer) -> tuple[Interval | None, tuple[Day, ...]]:
    """(state at the visit's moment, seven days from its day on), when there are hours."""
    if not offer.hours:
        return None, ()
    hours = Hours(offer.hours, ZoneInfo(offer.timezone), offer.place, catalogue.holidays)
    days = [visit.moment.date() + timedelta(days=n) for n in range(7)]
    return hours.at(visit.moment), tuple(Day(day, _open_on(hours, day)) for day in days)


def _open_on(hours: Hours, day: date) -> tuple[Interval, ...]:
    """The openings of `day`: a night's end belongs to the day it began on; what lasts longer is cut at midnight."""
    midnight = datetime.combine(day, time(0), hours.zone)
    tomorrow = datetime.combine(day + timedelta(days=1), time(0), hours.zone)
    openings: list[Interval] = []
    for i in hours.intervals(midnight - timedelta(days=1), tomorrow + NIGHT):
        if i.state is State.CLOSED or i.start >= tomorrow or i.end <= midnight:
            continue
        if i.start >= midnight or i.end > midnight + NIGHT:
            openings.append(replace(i, start=max(i.start, midnight), end=i.end if i.end < tomorrow + NIGHT else tomorrow))
    return tuple(openings)


def _dates(offer: Offer, moment: datetime) -> tuple[Date, ...]:
    """The next DATES happenings that are not over, in order."""
    zone = moment.tzinfo
    found: list[Date] = []
    for o in sorted(offer.occurrences, key=lambda o: o.start):
        over = o.end or o.start + timedelta(days=o.all_day)
        if over > moment and o.status is not OccurrenceStatus.CANCELLED and len(found) < DATES:
            last_day = max(o.start, over - timedelta(seconds=1)).astimezone(zone).date()
            found.append(Date(o.start.astimezone(zone), o.end and o.end.astimezone(zone), o.all_day, last_day))
    return tuple(found)


def _neighbours(catalogue: Catalogue, visit: Visit, offer: Offer) -> tuple[Suggestion, ...]:
    """What else is within ten minutes on foot of the offer, and open when one would be there."""
    if offer.place is None:
        return ()
    around = situate(catalogue, replace(visit, place=offer.place, hotspot=None, mode=Mode.WALK, wishes=frozenset()))
    found = rank(around, VARIETY_POOL)
    return tuple(s for s in found if s.offer.id != offer.id and s.travel.minutes <= 10)[:NEIGHBOURS]
