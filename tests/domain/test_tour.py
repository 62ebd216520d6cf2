"""The best half-day: no other tour gains more (an exact solver written apart), and nothing is wrong with it (a checker written apart)."""

import math
import random
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.toptw import best_known, read_instance, solve, violation
from sejour.domain.tour import FloatArray, Stop, Tour, best_tour

LUNCH = 0
OPEN = ((0, 240),)


def still(n: int, minutes: float = 0.0) -> FloatArray:
    return np.full((n + 2, n + 2), minutes)


def begin_of(stop: Stop, arrive: float) -> float:
    return min((max(arrive, earliest) for earliest, latest in stop.windows if arrive <= latest), default=math.inf)


def exact_gain(stops: list[Stop], travel: FloatArray, horizon: float, must: frozenset[int], cover: frozenset[int]) -> float | None:
    """Every set of stops and last stop that can be had, with its earliest end; None when no tour is allowed."""
    n, ways = len(stops), travel.tolist()
    best: float | None = None
    level: dict[tuple[frozenset[int], int], float] = {(frozenset(), n): 0.0}
    while level:
        following: dict[tuple[frozenset[int], int], float] = {}
        for (visited, last), end in level.items():
            groups = {stops[i].group for i in visited} - {None}
            if end + ways[last][n + 1] <= horizon and must <= visited and cover <= groups:
                gain = math.fsum(stops[i].gain for i in visited)
                best = gain if best is None else max(best, gain)
            for j, stop in enumerate(stops):
                if j not in visited and stop.group not in groups:
                    ends = begin_of(stop, end + ways[last][j]) + stop.stay
                    key = (visited | {j}, j)
                    if ends <= horizon and ends < following.get(key, math.inf):
                        following[key] = ends
        level = following
    return best


def objection(tour: Tour, stops: list[Stop], travel: FloatArray, horizon: float, must: frozenset[int], cover: frozenset[int]) -> str | None:
    groups = [stops[i].group for i in tour.order if stops[i].group is not None]
    clock, at = 0.0, len(stops)
    for i, begin in zip(tour.order, tour.begins, strict=True):
        if begin < clock + travel[at, i]:
            return f"{i} begins before one is there"
        if not any(earliest <= begin <= latest for earliest, latest in stops[i].windows):
            return f"{i} begins when it is closed"
        clock, at = begin + stops[i].stay, i
    if tour.ends != clock + travel[at, len(stops) + 1] or tour.ends > horizon:
        return "is not back when it says, or too late"
    if len(set(tour.order)) < len(tour.order) or len(set(groups)) < len(groups):
        return "visits twice"
    if not must <= set(tour.order) or not cover <= set(groups):
        return "leaves out what it must visit"
    return None if math.isclose(tour.gain, sum(stops[i].gain for i in tour.order), abs_tol=1e-9) else "does not gain that"


def assert_best(tour: Tour | None, *problem: Any) -> None:
    gain = exact_gain(*problem)
    if tour is None or gain is None:
        assert tour is gain is None
    else:
        assert objection(tour, *problem) is None
        assert tour.gain == pytest.approx(gain, abs=1e-9)


# ---- small and odd ----


def test_nothing_to_visit() -> None:
    assert best_tour([], still(0, 5), 10) == Tour((), (), 5.0, 0.0, True)
    assert best_tour([], still(0), 0) == Tour((), (), 0.0, 0.0, True)
    assert best_tour([Stop(1, 10, ())], still(1), 240) == Tour((), (), 0.0, 0.0, True)
    assert best_tour([Stop(1, 10, ((300, 400),))], still(1), 240) == Tour((), (), 0.0, 0.0, True)
    assert best_tour([Stop(1, 10, OPEN)], still(1), 0) == Tour((), (), 0.0, 0.0, True)


def test_no_tour_at_all() -> None:
    far, closed, visit = Stop(1, 10, OPEN), Stop(1, 10, ()), Stop(1, 10, OPEN, group=LUNCH)
    assert best_tour([far], still(1, 20), 15) is None  # even to go straight home
    assert best_tour([far], still(1), -1) is None
    assert best_tour([far], still(1, math.inf), 240) is None
    assert best_tour([closed, far], still(2), 240, must=frozenset({0})) is None
    assert best_tour([visit, visit], still(2), 240, must=frozenset({0, 1})) is None
    assert best_tour([far], still(1), 240, cover=frozenset({LUNCH})) is None


def test_the_edges_of_windows_belong_to_them() -> None:
    stops = [Stop(1, 10, ((5, 5),)), Stop(1, 10, ((20, 20),)), Stop(1, 10, ((0, 35),))]
    assert best_tour(stops, still(3, 5), 50) == Tour((0, 1, 2), (5, 20, 35), 50.0, 3.0, True)
    assert best_tour(stops, still(3, 5), 49.9) == Tour((0, 1), (5, 20), 35.0, 2.0, True)
    assert best_tour([Stop(1, 10, ((0, 4), (60, 70)))], still(1, 5), 240) == Tour((0,), (60.0,), 75.0, 1.0, True)


def test_equal_tours_are_settled_by_the_index_and_the_earliest_return() -> None:
    tour = best_tour([Stop(1, 60, OPEN)] * 9, still(9), 240)
    assert tour == Tour((0, 1, 2, 3), (0, 60, 120, 180), 240.0, 4.0, True)
    line = np.abs(np.subtract.outer([30, 10, 20, 0, 40], [30, 10, 20, 0, 40])).astype(float)
    walk = best_tour([Stop(1, 1, OPEN)] * 3, line, 240)
    assert walk is not None
    assert (walk.order, walk.ends) == ((1, 2, 0), 43)


def test_one_may_pass_by_a_stop_only_to_visit_it() -> None:
    travel = still(2, math.inf)
    travel[2, 0] = travel[0, 1] = travel[1, 3] = 1
    stops = [Stop(1, 1, OPEN), Stop(5, 1, OPEN)]
    assert best_tour(stops, travel, 5) == Tour((0, 1), (1, 3), 5.0, 6.0, True)
    assert best_tour(stops, travel, 4.5) is None


def test_the_lunch_that_is_owed_wins_over_what_gains_more() -> None:
    stops = [Stop(9, 200, OPEN), Stop(1, 60, ((90, 180),), group=LUNCH), Stop(2, 60, ((100, 110),), group=LUNCH)]
    assert best_tour(stops, still(3), 240) == Tour((0,), (0,), 200.0, 9.0, True)
    assert best_tour(stops, still(3), 240, cover=frozenset({LUNCH})) == Tour((2,), (100,), 160.0, 2.0, True)
    assert best_tour(stops, still(3), 240, must=frozenset({1})) == Tour((1,), (90,), 150.0, 1.0, True)


def test_of_two_at_the_same_stop_the_earlier_one_may_win() -> None:
    """Once at 2, the tour through 0 has gained more, and the one through 1 has time for both others."""
    early, late = ((0, 0),), ((0, 35),)
    stops = [Stop(2, 20, early), Stop(1, 10, early), Stop(3, 10, ((0, 25),)), Stop(5, 10, late), Stop(5, 10, late)]
    assert best_tour(stops, still(5), 240) == Tour((1, 2, 3, 4), (0, 10, 20, 30), 40.0, 14.0, True)


def test_a_tour_without_a_minute_to_lose_is_not_given_up() -> None:
    stops = [Stop(3.96, 200, OPEN), *[Stop(1, 60, OPEN)] * 4]
    assert best_tour(stops, still(5), 240) == Tour((1, 2, 3, 4), (0, 60, 120, 180), 240.0, 4.0, True)


def test_a_window_may_end_at_what_a_sum_rounds_to() -> None:
    travel = still(2, 0.7)
    travel[2, 0] = 0
    closes = 0.1 + 0.7
    assert closes - 0.7 < 0.1
    tour = best_tour([Stop(1, 0.1, ((0, 0),)), Stop(1, 1, ((0, closes),))], travel, 240)
    assert tour is not None
    assert tour.order == (0, 1)


def test_a_search_from_the_end_sees_what_is_worth_an_early_start() -> None:
    """Twelve easy visits hide, to a narrow search, the one at the end for which one must set out at once."""
    easy, gate, end = range(12), 12, 13
    travel = still(14)
    travel[:, end] = math.inf
    travel[:, gate], travel[gate, end] = 50, 140
    stops = [*[Stop(1, 10, ((0, 150),))] * len(easy), Stop(0.1, 10, ((50, 50),)), Stop(12.5, 20, ((200, 200),))]
    assert best_tour(stops, travel, 220, width=4) == Tour((gate, end), (50, 200), 220.0, 12.6, False)


# ---- whatever the situation ----

MINUTES = st.integers(0, 40)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Stop], FloatArray, float, frozenset[int], frozenset[int]]:
    """Up to six stops: nothing is metric, some ways do not exist; in tenths, sums are not what they seem."""
    n, unit = draw(st.integers(0, 6)), draw(st.sampled_from([1, 0.1]))
    edges = st.lists(st.integers(0, 130), max_size=4, unique=True).map(sorted)
    stops = []
    for _ in range(n):
        times = [unit * each for each in draw(edges)]
        windows = tuple(zip(times[::2], times[1::2] if len(times) % 2 == 0 else [*times[1::2], times[-1]], strict=True))
        stops.append(Stop(unit * draw(st.integers(1, 9)), unit * draw(MINUTES), windows, draw(st.sampled_from([None, None, 0, 1]))))
    way = st.one_of(MINUTES, MINUTES, MINUTES, st.just(math.inf))
    travel = unit * np.array([[draw(way) for _ in range(n + 2)] for _ in range(n + 2)], dtype=float)
    must = draw(st.frozensets(st.integers(0, n - 1), max_size=2)) if n else frozenset()
    return stops, travel, unit * draw(st.integers(0, 200)), must, draw(st.frozensets(st.sampled_from([0, 1]), max_size=1))


@settings(max_examples=300)
@given(problems())
def test_it_is_the_best(problem: Any) -> None:
    tour = best_tour(*problem)
    assert tour is None or tour.exact
    assert_best(tour, *problem)


@settings(max_examples=200)
@given(problems(), st.integers(1, 12))
def test_a_narrow_search_certifies_only_the_best(problem: Any, width: int) -> None:
    tour = best_tour(*problem, width=width)
    if tour is None:
        return
    assert objection(tour, *problem) is None
    if tour.exact:
        assert_best(tour, *problem)


# ---- half-days as they come: 28 candidates, four hours ----


def half_day(seed: int, n: int = 28, loop: bool = True, spread: float = 900) -> tuple[list[Stop], FloatArray, float]:
    """From 10:00: events, museums that close at noon, markets, parks, and where to have lunch; minutes on foot over gaussian streets,
    `spread` metres wide."""
    dice = random.Random(seed)
    points = np.array([(dice.gauss(0, spread), dice.gauss(0, spread)) for _ in range(n + 2)])
    if loop:
        points[n + 1] = points[n]
    stops = []
    for _ in range(n):
        stay, gain, sort = dice.choice([15, 20, 30, 30, 45, 45, 60, 60, 90, 120]), math.exp(dice.gauss(0, 0.7)), dice.random()
        start, noon = dice.randrange(0, 220, 15), dice.choice([90, 120])
        if sort < 0.2:
            stops.append(Stop(gain, stay, ((start, start + 15),)))
        elif sort < 0.4:
            stops.append(Stop(gain, 60, ((105, 195),), group=LUNCH))
        elif sort < 0.7:
            stops.append(Stop(gain, stay, ((0, max(0, noon - stay)), (noon + 90, 240))))
        else:
            stops.append(Stop(gain, stay, OPEN))
    streets = np.linalg.norm(points[:, None] - points, axis=2)
    return stops, np.ceil(streets * 1.3 / 75), 240.0


@pytest.mark.parametrize("seed", range(16))
def test_a_half_day_is_the_best(seed: int, audit: bool) -> None:
    for each in range(seed, 400 if audit else seed + 1, 16):
        stops, travel, horizon = half_day(each, loop=each % 2 == 0)
        must = frozenset({i for i in range(3) if each % 4 == 3 and stops[i].group is None and i != 1})
        problem = (stops, travel, horizon, must, frozenset({LUNCH}) if each % 3 else frozenset[int]())
        assert_best(best_tour(*problem), *problem)


def test_only_the_best_is_certified_however_narrow_the_search() -> None:
    certified, missed = 0, 0
    for seed in range(12):
        problem = (*half_day(seed, 14, spread=400), frozenset[int](), frozenset[int]())
        gain = exact_gain(*problem)
        assert gain is not None
        for width in (1, 4, 16, 64, 256):
            tour = best_tour(*problem, width=width)
            assert tour is not None
            assert objection(tour, *problem) is None
            best = tour.gain == pytest.approx(gain)
            assert best or not tour.exact
            certified, missed = certified + tour.exact, missed + (not best)
    assert certified > 15
    assert missed > 15


def test_a_narrow_search_finds_the_way_through_all_that_it_must_visit() -> None:
    found = 0
    for seed in range(20):
        stops, travel, horizon = half_day(seed, 40, spread=400)
        other = best_tour([replace(stop, gain=1 / stop.gain) for stop in stops], travel, horizon, width=400)
        assert other is not None
        must = frozenset(other.order[1:5])
        tour = best_tour(stops, travel, horizon, must, width=80)
        found += tour is not None and objection(tour, stops, travel, horizon, must, frozenset()) is None
    assert found >= 19


def test_no_other_order_is_back_earlier() -> None:
    for seed in range(20):
        stops, travel, horizon = half_day(seed, spread=400)
        tour = best_tour(stops, travel, horizon, width=400)
        assert tour is not None
        for order in permutations(tour.order):
            clock, at = 0.0, len(stops)
            for i in order:
                clock, at = begin_of(stops[i], clock + travel[at, i]) + stops[i].stay, i
            assert tour.ends <= clock + travel[at, -1]


def test_crowded_half_days_are_certified() -> None:
    """Where the exact solver above takes minutes: a small town where all is near."""
    tours = [best_tour(*half_day(seed, spread=400)) for seed in range(20)]
    assert all(tour and tour.exact for tour in tours)


# ---- published instances ----


@pytest.mark.shared
@pytest.mark.parametrize("name", ["c101", "c105", "r101", "r105", "r108", "rc101", "rc104"])
def test_no_published_tour_is_better(name: str) -> None:
    instance = read_instance(name)
    tour = solve(instance)
    assert violation(instance, tour) is None
    assert tour.gain == best_known()[name]
    assert tour.exact == (name in ("c101", "c105", "r101", "r105", "rc101"))


@pytest.mark.shared
def test_the_checker_of_published_tours_sees_what_is_wrong() -> None:
    instance = read_instance("c101")
    tour = solve(instance)
    first, *rest = tour.begins
    assert violation(instance, replace(tour, begins=(first - 1, *rest)))
    assert violation(instance, replace(tour, begins=(first, *(10_000 for _ in rest))))
    assert violation(instance, replace(tour, order=tour.order[::-1]))
    assert violation(instance, replace(tour, gain=tour.gain + 10))
