"""The best half-day: which places to visit, in which order, and when, to be back in time (orienteering with time windows).

Level after level, one more visit each time, all the partial tours are columns of arrays. What a partial tour can still become depends
only on where and when it ends and on which stops are still open to it: not visited, and reachable in time (Feillet, Dejax, Gendreau and
Gueguen 2004). Waiting never hurts, so of two that stand at the same stop before the same open stops, the one that ends no earlier and
gained no more is dropped. So is one that could not beat the best tour known, by the bound of a knapsack over its open stops. When more
than `width` are left, the most promising are kept, and the answer is no longer certified. A narrow search from the start and one from
the end, in reversed time (Righini and Salani 2006), find the tour that the wide one has to beat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
HOPE = 0.55  # how much of what it may still gain counts, when partial tours compete for a place
PRICES = 6  # prices of time among which a bound takes the lowest
NARROW = 4  # how many times narrower the first two searches are
SLACK = 1e-9  # of the horizon: roundings must not close a stop; the visit itself is checked exactly


@dataclass(frozen=True, slots=True)
class Stop:
    """A place that may be visited once, in any unit of time counted from the departure. `windows`: (earliest, latest) beginning of the
    visit; one may wait for it. At most one stop of a `group` is visited: one lunch, one beach."""

    gain: float
    stay: float
    windows: tuple[tuple[float, float], ...]
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Tour:
    """Stops in order, by index, and when each visit begins; `ends` when one is back; `exact` when no better tour exists."""

    order: tuple[int, ...]
    begins: tuple[float, ...]
    ends: float
    gain: float
    exact: bool


def best_tour(
    stops: Sequence[Stop],
    travel: FloatArray,
    horizon: float,
    must: frozenset[int] = frozenset(),
    cover: frozenset[int] = frozenset(),
    width: int = 20_000,
) -> Tour | None:
    """The tour of the largest gain, back by `horizon`, through all the stops of `must` (indices) and one stop of each group of `cover`;
    of equal ones always the same. None when there is no such tour, or when a search that had to cut found none.

    `travel[i, j]`: time from stop i to stop j, (n + 2, n + 2); index n is the departure and n + 1 the return. It may be asymmetric, break
    the triangle inequality, and be infinite. `width`: partial tours looked into at each level; it bounds time and memory."""
    ahead = _problem(stops, travel, horizon, must, cover)
    back = _problem([_reversed(stop, horizon) for stop in stops], _reversed_travel(travel), horizon, must, cover)
    if ahead is None or back is None:
        return None
    tour = None
    for problem, share in ((ahead, NARROW), (back, NARROW), (ahead, 1)):
        order, exact = _search(problem, max(1, width // share), tour.gain if tour else -np.inf)
        if order is not None:
            tour = _timed(stops, travel, horizon, order if problem is ahead else order[::-1]) or tour
        if exact and problem is ahead:
            break
    return replace(_straight(stops, travel, horizon, tour, width), exact=exact) if tour else None


def _straight(stops: Sequence[Stop], travel: FloatArray, horizon: float, tour: Tour, width: int) -> Tour:
    """The same stops in the order that is back first: of all the tours of the same gain, the searches know only one."""
    stops_of_tour, rows = [replace(stops[i], gain=1.0) for i in tour.order], [*tour.order, len(stops), len(stops) + 1]
    problem = _problem(stops_of_tour, travel[np.ix_(rows, rows)], horizon, frozenset(range(len(tour.order))), frozenset())
    order = _search(problem, width, -np.inf)[0] if problem else None
    straight = _timed(stops, travel, horizon, [tour.order[i] for i in order]) if order else None
    return straight if straight and straight.ends < tour.ends else tour


def _reversed(stop: Stop, horizon: float) -> Stop:
    return replace(stop, windows=tuple((horizon - latest - stop.stay, horizon - earliest - stop.stay) for earliest, latest in stop.windows))


def _reversed_travel(travel: FloatArray) -> FloatArray:
    n = len(travel) - 2
    swapped = [*range(n), n + 1, n]
    return travel[np.ix_(swapped, swapped)].T


def _timed(stops: Sequence[Stop], travel: FloatArray, horizon: float, order: Sequence[int]) -> Tour | None:
    """The tour of that order, each visit at its earliest; None when it is late (what reversed time rounded)."""
    clock, at, begins = 0.0, len(stops), []
    for i in order:
        arrive = clock + float(travel[at, i])
        begin = min((max(arrive, earliest) for earliest, latest in stops[i].windows if arrive <= latest), default=np.inf)
        begins.append(begin)
        clock, at = begin + stops[i].stay, i
    ends = clock + float(travel[at, -1])
    return Tour(tuple(order), tuple(begins), ends, sum((stops[i].gain for i in order), 0.0), exact=False) if ends <= horizon else None


@dataclass(frozen=True, slots=True)
class _Problem:
    """Arrays over the n stops, w windows, k prices of time and r requirements (a must, or a group to cover)."""

    travel: FloatArray  # (n + 2, n + 2)
    horizon: float
    gain: FloatArray
    stay: FloatArray
    earliest: FloatArray  # (w, n)
    latest: FloatArray  # (w, n), early enough to be back; -inf where there is no window
    limit: FloatArray  # (n + 1, n): the last moment at which one who leaves i may still reach j
    rival: BoolArray  # (n, n): i and j are not both visited; i is its own rival
    required: BoolArray  # (r, n): one of these must be visited
    first: BoolArray  # open at the departure
    price: FloatArray  # (k,): gain per unit of time; the first is 0
    worth: FloatArray  # (k, n): gain of a visit above the price of its time
    budget: float  # for visits and the ways to them


def _problem(stops: Sequence[Stop], travel: FloatArray, horizon: float, must: frozenset[int], cover: frozenset[int]) -> _Problem | None:
    """None when one cannot even be back in time."""
    n = len(stops)
    shortest = travel.astype(np.float64)
    for k in range(n):
        shortest = np.minimum(shortest, shortest[:, k : k + 1] + shortest[k])
    slack = SLACK * horizon
    if not shortest[n, n + 1] <= horizon + slack:
        return None
    gain, stay = np.array([stop.gain for stop in stops]), np.array([stop.stay for stop in stops])
    earliest, latest = _windows(stops)
    latest = np.minimum(latest, horizon - stay - shortest[:n, n + 1] + slack)
    latest[earliest > latest] = -np.inf
    limit = latest.max(axis=0) - shortest[: n + 1, :n] + slack

    same, group = np.eye(n + 2, dtype=np.bool_), np.array([np.nan if stop.group is None else stop.group for stop in stops])
    rival = same[:n, :n] | (group[:, None] == group)
    required = np.vstack([same[sorted(must), :n], *(group == each for each in sorted(cover))])

    into = np.where(same, np.inf, travel)[: n + 1].min(axis=0)
    cost = np.minimum(stay + into[:n], horizon)  # the least time that a visit takes
    rates = np.append(0.0, gain / np.maximum(cost, max(horizon, 1.0) / 1000))
    price = np.append(0.0, np.maximum(np.quantile(rates, np.linspace(0.3, 1.0, PRICES)), SLACK))
    certain = required[required.sum(axis=1) == 1].any(axis=0)
    surplus = gain - price[:, None] * cost
    worth = np.where(certain, surplus, np.maximum(surplus, 0.0))
    return _Problem(travel, horizon, gain, stay, earliest, latest, limit, rival, required, limit[n] >= 0, price, worth, horizon - into[n + 1])


def _windows(stops: Sequence[Stop]) -> tuple[FloatArray, FloatArray]:
    """Earliest and latest beginnings, (w, n), filled up with windows that never come."""
    most = max([1, *(len(stop.windows) for stop in stops)])
    filled = [(*stop.windows, *[(np.inf, -np.inf)] * (most - len(stop.windows))) for stop in stops]
    windows = np.array(filled, dtype=np.float64).reshape(-1, most, 2)
    return windows[:, :, 0].T, windows[:, :, 1].T


@dataclass(frozen=True, slots=True)
class _Level:
    """Partial tours of equally many visits."""

    parent: IntArray  # index in the level before
    last: IntArray  # the stop visited last; n at the departure
    ends: FloatArray
    gain: FloatArray
    open: BoolArray  # (m, n): may still be visited
    owed: IntArray  # requirements not yet met


def _search(problem: _Problem, width: int, best: float) -> tuple[list[int] | None, bool]:
    """The order of a tour that gains more than `best`, if one is found, and whether there is certainly no better one."""
    start = np.array([len(problem.gain)])
    level = _Level(start, start, np.zeros(1), np.zeros(1), problem.first[None], np.array([len(problem.required)]))
    trail: list[_Level] = []
    found, exact = None, True
    while len(level.last):
        trail.append(level)
        home = level.ends + problem.travel[level.last, -1]
        gain = np.where((level.owed == 0) & (home <= problem.horizon), level.gain, -np.inf)
        if gain.max() > best:
            best, found = float(gain.max()), (len(trail) - 1, int(np.lexsort((home, -gain))[0]))
        level, whole = _next(problem, level, width, best)
        exact &= whole
    if found is None:
        return None, exact
    depth, i = found
    order = []
    for each in trail[depth:0:-1]:
        order.append(int(each.last[i]))
        i = int(each.parent[i])
    return order[::-1], exact


def _next(problem: _Problem, level: _Level, width: int, best: float) -> tuple[_Level, bool]:
    """One more visit, and whether no promising partial tour was left out."""
    parent, stop = np.nonzero(level.open)
    arrive = level.ends[parent] + problem.travel[level.last[parent], stop]
    begin = np.full(len(stop), np.inf)
    for earliest, latest in zip(problem.earliest, problem.latest, strict=True):
        np.minimum(begin, np.where(arrive <= latest[stop], np.maximum(arrive, earliest[stop]), np.inf), out=begin)
    ends, gain = begin + problem.stay[stop], level.gain[parent] + problem.gain[stop]
    hope = _rest(problem, level.open, parent, stop, ends)
    kept = np.flatnonzero(gain + hope > best)
    whole = len(kept) <= width
    if not whole:
        kept = kept[_largest((gain + HOPE * hope)[kept], width)]
    parent, stop, ends, gain = parent[kept], stop[kept], ends[kept], gain[kept]

    still = level.open[parent] & ~problem.rival[stop] & (ends[:, None] <= problem.limit[stop])
    owed = level.owed[parent] - problem.required[:, stop].sum(axis=0)
    kept = np.flatnonzero((still @ problem.required.T).sum(axis=1) == owed)  # what is owed is still open
    kept = kept[_undominated(stop[kept], still[kept], ends[kept], gain[kept])]
    return _Level(parent[kept], stop[kept], ends[kept], gain[kept], still[kept], owed[kept]), whole


def _rest(problem: _Problem, open_before: BoolArray, parent: IntArray, stop: IntArray, ends: FloatArray) -> FloatArray:
    """No more than this can be gained after `stop`, -inf when it is late: at any price of time, what time is left for, and what open
    stops are worth above it (Dantzig's bound of the knapsack, by its dual)."""
    totals = np.einsum("kn,mn->km", problem.worth, open_before.astype(np.float64))  # on one core: threads would cost more than they gain
    left = problem.budget - ends
    rest: FloatArray = totals[0][parent] - problem.worth[0][stop]
    for price, total, worth in zip(problem.price[1:].tolist(), totals[1:], problem.worth[1:], strict=True):
        np.minimum(rest, total[parent] - worth[stop] + price * left, out=rest)
    return rest


def _largest(values: FloatArray, count: int) -> IntArray:
    """Indices of the `count` largest, in order; of equal ones the first."""
    least = np.partition(values, -count)[-count]
    above = np.flatnonzero(values > least)
    return np.sort(np.append(above, np.flatnonzero(values == least)[: count - len(above)]))


def _undominated(stop: IntArray, still: BoolArray, ends: FloatArray, gain: FloatArray) -> IntArray:
    """Indices of the partial tours than which no other one at the same stop, with the same stops open, ends as early and gained as much."""
    words = np.zeros((len(stop), -(-still.shape[1] // 64) * 8), dtype=np.uint8)
    packed = np.packbits(still, axis=1)
    words[:, : packed.shape[1]] = packed
    key = np.column_stack([stop.astype(np.uint64), words.view(np.uint64)])
    order = np.lexsort((-gain, ends, *key.T))
    changes = np.append(True, (key[order][1:] != key[order][:-1]).any(axis=1))[: len(order)]
    rank = np.unique(gain[order], return_inverse=True)[1] + np.cumsum(changes) * (len(order) + 1)  # larger from one key to the next
    best_before = np.append(-1, np.maximum.accumulate(rank))[:-1]
    return np.sort(order[rank > best_before])
