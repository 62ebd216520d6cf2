"""Which route? From a start to an end through so many places: the path that the shipped score finds likeliest, beside published methods.

Protocol of Chen, Ong and Xie (CIKM 2016, tables 3 and 4): each trajectory of three places or more is left out in turn and asked by its two
ends and its length; visitors are those of all other trajectories. F1 compares the places, both ends counted; pairs-F1 their order, pair by
pair. Our path is the product, step by step, of each place's due share (`fairness.merit`) of the shipped score, by a beam of BEAM; it learns
nothing. The popularity method must give the published figures: then the protocol is the same.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np

from benchmarks.cities import FLICKR, City, FloatArray, cities, gravity, read_rows
from benchmarks.table import Row, absent, short
from sejour.domain.fairness import merit

BEAM = 60
EASY, GOAL, GOAL_ELSEWHERE = {"Edin", "Glas", "Toro"}, (0.745, 0.525), (0.72, 0.48)
PROOF = "PoiPopularity"  # the published method that anybody can run again
SAME = 0.0015  # published figures have three decimals
Path = tuple[int, ...]
Recommend = Callable[[FloatArray, FloatArray, int, int, int], Path]  # visitors, street, start, end, length


def f1(told: Sequence[int], said: Sequence[int]) -> float:
    return 2 * len(set(told) & set(said)) / (len(told) + len(said))


def pairs_f1(told: Sequence[int], said: Sequence[int]) -> float:
    """Of the ordered pairs of places."""
    pairs, others = set(combinations(told, 2)), set(combinations(said, 2))
    return 2 * len(pairs & others) / (len(pairs) + len(others))


def likeliest(visitors: FloatArray, street: FloatArray, start: int, end: int, length: int) -> Path:
    """The path without a repeat whose steps have the greatest product of due shares."""
    scores = gravity(visitors, street)
    np.fill_diagonal(scores, -np.inf)
    steps = np.log(np.maximum([merit(row) for row in scores], 1e-300))
    beam: list[tuple[float, Path]] = [(0.0, (start,))]
    between = [poi for poi in range(len(visitors)) if poi not in (start, end)]
    for _ in range(length - 2):
        longer = [(worth + steps[path[-1], poi], (*path, poi)) for worth, path in beam for poi in between if poi not in path]
        beam = sorted(longer, key=lambda found: -found[0])[:BEAM]
    return max(((worth + steps[path[-1], end], (*path, end)) for worth, path in beam), key=lambda found: found[0])[1]


def most_visited(visitors: FloatArray, street: FloatArray, start: int, end: int, length: int) -> Path:
    others = [poi for poi in np.argsort(-visitors, kind="stable").tolist() if poi not in (start, end)]
    return (start, *others[: length - 2], end)


def leave_one_out(city: City, recommend: Recommend) -> tuple[float, float]:
    """(F1, pairs-F1), means over the published trajectories."""
    times = Counter((seen.poi, seen.user) for seen in city.seen)  # a user counts in a place as long as another trajectory of theirs was there
    owner = {seen.trajectory: seen.user for seen in city.seen}
    everybody, found = city.visitors(), []
    for trajectory, told in city.keys.items():
        visitors = everybody.copy()
        visitors[[poi for poi in told if times[poi, owner[trajectory]] == 1]] -= 1
        said = recommend(visitors, city.street, told[0], told[-1], len(told))
        found.append((f1(told, said), pairs_f1(told, said)))
    places, order = np.mean(found, axis=0).tolist()
    return places, order


def published() -> dict[str, dict[str, tuple[float, float]]]:
    """(F1, pairs-F1) by method, then by city."""
    table: dict[str, dict[str, tuple[float, float]]] = {}
    for row in read_rows(FLICKR / "published-cikm16.csv"):
        table.setdefault(row["method"], {})[row["city"]] = (float(row["f1_mean"]), float(row["pairs_f1_mean"]))
    return table


def mean_over(codes: Sequence[str], method: dict[str, tuple[float, float]]) -> tuple[float, float]:
    places, order = np.mean([method[code] for code in codes], axis=0).tolist()
    return places, order


def both(measured: tuple[float, float]) -> str:
    return f"{short(measured[0])} / {short(measured[1])}"


def route_rows() -> Iterator[Row]:
    asked = [city for city in cities() if city.keys]
    codes = [city.code for city in asked]
    goal = GOAL if EASY.issuperset(codes) else GOAL_ELSEWHERE
    if not asked:
        yield absent("routes, F1 / pairs-F1", f"≥ {both(goal)}")
        return
    others = published()
    proof, said = [leave_one_out(city, most_visited) for city in asked], [others[PROOF][code] for code in codes]
    same = bool(np.abs(np.subtract(proof, said)).max() <= SAME)
    yield Row("routes, popularity alone, by city", "as published", ", ".join(map(both, proof)), ", ".join(map(both, said)), same)
    ours = {city.code: leave_one_out(city, likeliest) for city in asked}
    mean = mean_over(codes, ours)
    means = {name: mean_over(codes, method) for name, method in others.items()}
    best = dict.fromkeys(max(means, key=lambda name: means[name][which]) for which in (0, 1))
    beside = "; ".join(f"{name} {both(means[name])}" for name in best)
    reached = mean[0] >= goal[0] and mean[1] >= goal[1]
    names = ", ".join(city.name for city in asked)
    name = f"routes, {names}, {sum(len(city.keys) for city in asked)} trajectories, mean F1 / pairs-F1"
    yield Row(name, f"≥ {both(goal)}", both(mean), f"best published: {beside}", reached)
    for city in asked:
        yield Row(f"routes, {city.name}", "", both(ours[city.code]), "; ".join(f"{name} {both(others[name][city.code])}" for name in best))
