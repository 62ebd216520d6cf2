"""What a visitor's page holds: a pure function of the catalogue and the visit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

import numpy as np

from sejour.domain.catalogue import KINDS, Catalogue
from sejour.domain.curation import Checked, Collection, Curation, Notice
from sejour.domain.hours import Interval
from sejour.domain.nature import sheltered
from sejour.domain.notices import COLLECTIONS, checked, collections, coming_notices, deals, easy_of, news, notices_of, on_page
from sejour.domain.offer import Kind, OccurrenceStatus, Offer
from sejour.domain.pinned import MOST_PINS
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS, VARIETY_POOL, advise, best, by_nearness, nearest, rank, situate, these
from sejour.domain.suggestion import Score, Suggestion
from sejour.domain.text import LocalText
from sejour.domain.travel import Mode, great_circle_m
from sejour.domain.visit import Visit, When
from sejour.domain.week import Day, week_of

CARDS = 8
ESSENTIALS = ("toilets", "water", "pharmacy", "parking", "bus", "train", "laundry", "tourist_office")
NEIGHBOURS = 3
OF_EACH = 3  # essentials of one theme
SERVICES = 200  # the nearest, among which the essentials are
DATES = 6
LODGING_REACH_M = 15_000
TELLING = {"pick": 0.1, "weather": 0.1, "waiting": 0.1, "hour": 0.3, "stars": 0.8}  # the rules whose word a card may carry, from how many points on


@dataclass(frozen=True, slots=True)
class Card:
    """A suggestion as a card shows it; `reason` is the one term that helped it most, if any did; `notices` what the office announces of it."""

    suggestion: Suggestion
    reason: Score | None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    visit: Visit
    picked: Card | None
    pinned: tuple[Card, ...]
    cards: tuple[Card, ...]
    essentials: tuple[Suggestion, ...]
    lodgings: int
    due: dict[str, float]  # see Advice
    news: tuple[Notice, ...] = ()
    deals: int = 0
    collections: tuple[tuple[int, Collection], ...] = ()

    @property
    def shown(self) -> list[Suggestion]:
        """The suggestions in the order of the page."""
        return [card.suggestion for card in (self.picked, *self.pinned, *self.cards) if card]


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
    notices: tuple[Notice, ...] = ()
    checked: Checked | None = None
    easy: LocalText | None = None

    @property
    def stopped(self) -> bool:
        """Does the office say that it is closed, or full, at the moment of the page?"""
        return self.suggestion is None and any(notice.closes and on_page(notice, self.visit) for notice in self.notices)


@dataclass(frozen=True, slots=True)
class Found:
    """An offer that a search found; `suggestion` is None when it cannot be reached in time at the visit's moment; `next` its next happening."""

    offer: Offer
    suggestion: Suggestion | None
    next: Date | None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    visit: Visit
    kind: Kind
    cards: tuple[Card, ...]


def compose(catalogue: Catalogue, visit: Visit) -> Home:
    """The first page: at most one signed pick, what the office pins, then the ideas in order, CARDS in all; the nearest essentials beside them."""
    advice, said = advise(catalogue, visit, CARDS, ideas_of(visit)), catalogue.said
    ranked = advice.suggestions
    picked = next((s for s in ranked if s.pick), None)
    pinned = [s for s in ranked[:MOST_PINS] if s.pin and s is not picked]
    return Home(
        visit=visit,
        picked=_card(said, visit, picked) if picked else None,
        pinned=tuple(_card(said, visit, s) for s in pinned),
        cards=tuple(_card(said, visit, s) for s in ranked if s is not picked and s not in pinned),
        essentials=tuple(first for _, (first,) in essentials(catalogue, visit, 1)),
        due=advice.due,
        lodgings=_lodgings(catalogue, visit.place),
        news=news(said, visit),
        deals=len(deals(said, visit)),
        collections=collections(said, visit)[:COLLECTIONS],
    )


def _card(said: Curation, visit: Visit, suggestion: Suggestion) -> Card:
    return Card(suggestion, telling(suggestion), notices_of(said, visit, suggestion.offer.id))


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
    notices = [notices_of(catalogue.said, visit, s.offer.id) for s in found]
    return Directory(visit, kind, tuple(Card(s, telling(s) if kind in IDEAS else None, n) for s, n in zip(found, notices, strict=True)))


def found(catalogue: Catalogue, visit: Visit, indices: Sequence[int]) -> tuple[Found, ...]:
    """The offers of a search, in its order, with how to reach them in time when one can."""
    situation = situate(catalogue, replace(visit, wishes=frozenset()), tuple(Kind), among=indices)
    reachable = {s.offer.id: s for s in nearest(situation, len(indices))}
    offers = [catalogue.offers[i] for i in indices]
    return tuple(
        Found(offer, reachable.get(offer.id), next(iter(coming_dates(offer, visit.moment)), None), notices_of(catalogue.said, visit, offer.id))
        for offer in offers
    )


def essentials(catalogue: Catalogue, visit: Visit, of_each: int = OF_EACH) -> tuple[tuple[str, tuple[Suggestion, ...]], ...]:
    """(theme, its nearest offers) for each essential that there is."""
    situation = situate(catalogue, replace(visit, when=When.NOW, wishes=frozenset()), (Kind.SERVICE,))
    around, by_theme = by_nearness(situation, SERVICES), {theme: list[int]() for theme in ESSENTIALS}
    for n, index in enumerate(situation.offers[around].tolist()):
        for theme in catalogue.offers[index].themes:
            if theme in by_theme and len(by_theme[theme]) < of_each:
                by_theme[theme].append(n)
    wanted = list(dict.fromkeys(chain(*by_theme.values())))
    found = dict(zip(wanted, these(situation, around[wanted]), strict=True))
    return tuple((theme, tuple(map(found.__getitem__, nearest_ones))) for theme, nearest_ones in by_theme.items() if nearest_ones)


def detail(catalogue: Catalogue, visit: Visit, offer: Offer) -> Detail:
    found = rank(situate(catalogue, visit, tuple(Kind), among=(catalogue.index[offer.id],)), 1)
    said, id, moment = catalogue.said, offer.id, visit.moment
    now, week = week_of(offer, moment, catalogue.holidays, [notice for notice in said.closing if notice.offer == id])
    return Detail(
        visit, offer, found[0] if found else None, sheltered(offer), now, week, coming_dates(offer, moment), _neighbours(catalogue, visit, offer),
        coming_notices(said, visit, id), checked(said, id, moment), easy_of(said, id, moment),
    )  # fmt: skip


def telling(suggestion: Suggestion) -> Score | None:
    """The term that helped most among those whose word tells the visitor something that the card does not say already; but what the office puts forward
    always says so."""
    if suggestion.pick is None and suggestion.points["pick"] > 0:
        return suggestion.explain("pick")
    helped = {rule: suggestion.points[rule] for rule, least in TELLING.items() if suggestion.points[rule] >= least}
    return suggestion.explain(max(helped, key=helped.__getitem__)) if helped else None


def _lodgings(catalogue: Catalogue, place: Place) -> int:
    """How many are around."""
    which = (catalogue.kind == KINDS.index(Kind.LODGING)).nonzero()[0]
    return int(np.count_nonzero(great_circle_m(place.lat, place.lon, catalogue.lat[which], catalogue.lon[which]) <= LODGING_REACH_M))


def coming_dates(offer: Offer, moment: datetime) -> tuple[Date, ...]:
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
