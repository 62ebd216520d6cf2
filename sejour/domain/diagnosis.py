"""Why an offer is on the page of a moment, or the first thing that keeps it out, in the order in which the ranking decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from sejour.domain import obstacle
from sejour.domain.best import score
from sejour.domain.catalogue import Catalogue
from sejour.domain.infeasible import keeps_out
from sejour.domain.obstacle import Hindrance, Obstacle
from sejour.domain.offer import Offer
from sejour.domain.page import CARDS, ideas_of, suggest
from sejour.domain.pinned import MOST_PINS
from sejour.domain.ranking import VARIETY_POOL, rank, situate
from sejour.domain.rerank import OPEN, place_if, place_on_page
from sejour.domain.suggestion import Score, Suggestion, TimeState
from sejour.domain.text import N_, Reason
from sejour.domain.variety import likeness, varied
from sejour.domain.visit import Visit, When

FloatArray = NDArray[np.float64]
HOURS = range(8, 23)  # of the day, at which a fortnight is looked at
ALIKE = 0.5  # from where one idea is said to be like another
FAR_APART = 1e3  # points


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`place` is the offer's on the page of `limit` cards, from 1, None when it is not shown; then `hindrance` says why. When it can be reached in time
    `suggestion` has its points, and it is the `rank`-th of `feasible`, before variety; `above`, when it is not shown, is the card that it would have to
    pass, and the points of variety are those that it would have at the place of that card."""

    offer: Offer
    visit: Visit
    limit: int
    place: int | None = None
    suggestion: Suggestion | None = None
    rank: int = 0
    feasible: int = 0
    above: Suggestion | None = None
    hindrance: Hindrance | None = None

    @property
    def shown(self) -> bool:
        return self.place is not None

    @property
    def obstacle(self) -> Obstacle | None:
        return self.hindrance.obstacle if self.hindrance else None

    @property
    def missing(self) -> float:
        """Points behind `above`."""
        return self.above.total - self.suggestion.total if self.above and self.suggestion else 0.0

    @property
    def behind(self) -> dict[str, float]:
        """Points behind `above`, by rule; below 0 where it is ahead."""
        if not (self.above and self.suggestion):
            return {}
        return {rule: points - self.suggestion.points[rule] for rule, points in self.above.points.items()}

    @property
    def why(self) -> Reason:
        if self.hindrance:
            return self.hindrance.why
        return Reason(N_("Proposée à ce moment : n° %(place)d de la page."), {"place": self.place})


def diagnose(catalogue: Catalogue, visit: Visit, which: int | str, limit: int = CARDS) -> Diagnosis:
    """Of the offer of that index or id, on the page that `suggest` fills. Raises KeyError for an id that is not in the catalogue."""
    i = catalogue.index[which] if isinstance(which, str) else which
    offer = catalogue.offers[i]
    if hindrance := keeps_out(catalogue, visit, i):
        return Diagnosis(offer, visit, limit, hindrance=hindrance)
    found, ranked = suggest(catalogue, visit, limit), score(situate(catalogue, visit, ideas_of(visit)))
    order = ranked.situation.offers[ranked.order].tolist()
    known = Diagnosis(offer, visit, limit, place_on_page(found, offer.id), rank=order.index(i) + 1, feasible=len(order))
    if known.shown:
        return replace(known, suggestion=next(s for s in found if s.offer.id == offer.id))
    return _outranked(catalogue, replace(known, suggestion=_unvaried(catalogue, visit, i)), found, order)


def _unvaried(catalogue: Catalogue, visit: Visit, i: int) -> Suggestion:
    """The suggestion of one offer that can be reached in time, before variety."""
    return rank(situate(catalogue, visit, ideas_of(visit), among=(i,)), 1)[0]


def _outranked(catalogue: Catalogue, known: Diagnosis, found: list[Suggestion], order: list[int]) -> Diagnosis:
    """What passes before an offer that one could reach: set against the card whose place it would take with the fewest points more, or, when variety
    did not even look at it, against the last of those that it looked at."""
    offer, visit, mine, weight = known.offer, known.visit, known.suggestion, catalogue.weights.variety
    assert mine is not None
    like = likeness(catalogue, np.array([catalogue.index[each.id] for each in (*(s.offer for s in found), offer)]))
    alike = [_alike_above(like, n, weight) for n in range(len(found))]
    nearest = min(_passable(found), key=lambda n: found[n].total + weight * alike[n])
    known = replace(known, suggestion=_with_variety(mine, alike[nearest], weight), above=found[nearest])
    if known.missing < 0:
        known = replace(known, suggestion=mine, above=_unvaried(catalogue, visit, order[max(VARIETY_POOL, known.limit) - 1]))
    if mine.time.state is TimeState.UNKNOWN and (place := place_if(catalogue, visit, known.limit, replace(offer, hours=OPEN))):
        return replace(known, hindrance=obstacle.hours_unknown(place, -mine.points["certainty"]))
    if known.rank <= max(VARIETY_POOL, known.limit) and alike[-1] >= ALIKE and mine.total > found[-1].total:
        return replace(known, hindrance=obstacle.alike(found[int(like[-1, : len(found) - 1].argmax())].offer, alike[-1] * weight))
    assert known.above is not None
    term = max(known.behind, key=known.behind.__getitem__)
    told = obstacle.outranked(known.rank, known.feasible, known.missing, known.above.offer, term, known.behind[term])
    return replace(known, hindrance=told)


def _passable(found: list[Suggestion]) -> Sequence[int]:
    """Where the cards are that a better score would pass: no score passes what the office pins."""
    return [n for n, s in enumerate(found) if n >= MOST_PINS or not s.pin] or range(len(found))


def _alike_above(like: FloatArray, n: int, weight: float) -> float:
    """How alike the last is to the first n, as variety counts it."""
    which = np.array([*range(n), len(like) - 1])
    return varied(np.arange(n + 1, 0.0, -1.0) * FAR_APART, like[np.ix_(which, which)], weight, n + 1)[-1][1]


def _with_variety(mine: Suggestion, alike: float, weight: float) -> Suggestion:
    said = N_("Pour varier : des idées semblables sont plus haut") if alike > 0 else N_("Une idée d’un autre genre")
    variety = Score("variety", -alike, weight, Reason(said))
    return replace(mine, points=mine.points | {"variety": variety.points}, explain=lambda rule: variety if rule == "variety" else mine.explain(rule))


# ---- a fortnight ----


@dataclass(frozen=True, slots=True)
class Met:
    """An obstacle met so many times; `example` is the first."""

    obstacle: Obstacle
    count: int
    example: Diagnosis


@dataclass(frozen=True, slots=True)
class Fortnight:
    """`shown` are the moments at which the offer is on the page, with its place; `met` the obstacles of the others, the most frequent first."""

    offer: Offer
    visit: Visit
    days: int
    moments: int
    shown: tuple[tuple[datetime, int], ...]
    met: tuple[Met, ...]


def diagnose_fortnight(catalogue: Catalogue, visit: Visit, which: int | str, days: int = 14, limit: int = CARDS) -> Fortnight:
    """At each of HOURS of so many days, from the visit's moment on."""
    zone, first = visit.moment.tzinfo, visit.moment.date()
    at = [datetime.combine(first + timedelta(days=n), time(hour), zone) for n in range(days) for hour in HOURS]
    now = replace(visit, when=When.RAIN if visit.when is When.RAIN else When.NOW)
    asked = [moment for moment in at if moment.timestamp() >= visit.moment.timestamp()]
    told = [diagnose(catalogue, replace(now, moment=moment), which, limit) for moment in asked]
    met = Counter(each.obstacle for each in told if each.obstacle)
    offer = catalogue.offers[catalogue.index[which] if isinstance(which, str) else which]
    return Fortnight(
        offer, visit, days, len(told),
        tuple((each.visit.moment, each.place) for each in told if each.place is not None),
        tuple(Met(obstacle, count, next(each for each in told if each.obstacle is obstacle)) for obstacle, count in met.most_common()),
    )  # fmt: skip
