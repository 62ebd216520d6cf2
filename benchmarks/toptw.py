"""`python -m benchmarks.toptw`: the half-day's solver on Solomon's 29 instances of the orienteering problem with time windows, one tour.

Gap: (best known - found) / best known; best known of Karabulut and Tasgetiren (2020). Distances are cut to one decimal as the authors
of the instances say, so all times are whole tenths and nothing is rounded. Every tour is checked from the file's own rows. Seconds are
of processor time. Reads ../shared.
"""

import csv
import math
import statistics
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sejour.domain.tour import Stop, Tour, best_tour

FOLDER = Path(__file__).resolve().parents[2] / "shared/ranking/toptw"
FAMILIES = ("c1", "r1", "rc1")


@dataclass(frozen=True, slots=True)
class Point:
    """A line of the file, times in tenths: service, opening and closing of its window."""

    x: float
    y: float
    service: int
    profit: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class FamilyRow:
    family: str
    instances: int
    mean_gap: float  # percent
    median_seconds: float
    longest_seconds: float
    certified: int
    violations: int


@cache
def best_known() -> dict[str, int]:
    with (FOLDER / "best-known.csv").open(newline="") as lines:
        return {row["instance"]: int(row["best_known"]) for row in csv.DictReader(lines) if row["m"] == "1"}


def names() -> list[str]:
    return sorted(path.stem for path in (FOLDER / "solomon100").glob("*.txt"))


def read_instance(name: str) -> list[Point]:
    """The departure, which is also the return, then the stops."""
    rows = [line.split() for line in (FOLDER / f"solomon100/{name}.txt").read_text().splitlines()[2:] if line.strip()]
    return [Point(float(x), float(y), round(10 * float(d)), round(float(s)), 10 * int(o), 10 * int(c)) for _, x, y, d, s, *_, o, c in rows]


def distance(a: Point, b: Point) -> int:
    """In tenths, cut."""
    return math.floor(10 * math.hypot(a.x - b.x, a.y - b.y) + 1e-9)


def solve(points: list[Point]) -> Tour:
    home, *places = points
    stops = [Stop(each.profit, each.service, ((each.opens, each.closes),)) for each in places]
    rows = [*places, home, home]
    tour = best_tour(stops, np.array([[distance(a, b) for b in rows] for a in rows], dtype=np.float64), home.closes)
    assert tour is not None
    return tour


def violation(points: list[Point], tour: Tour) -> str | None:
    """What is wrong with a tour, by the rows of the file alone."""
    home, *places = points
    at, clock = home, 0.0
    for i, begin in zip(tour.order, tour.begins, strict=True):
        place = places[i]
        if begin < clock + distance(at, place) or not place.opens <= begin <= place.closes:
            return f"{i} cannot begin at {begin}"
        at, clock = place, begin + place.service
    if clock + distance(at, home) > home.closes:
        return "too late"
    if len(set(tour.order)) < len(tour.order):
        return "a stop is visited twice"
    return None if tour.gain == sum(places[i].profit for i in tour.order) else "another profit"


def toptw_rows() -> list[FamilyRow]:
    """One row a family, then one for all."""
    results = {name: _measured(name) for name in names()}
    groups = {family: [result for name, result in results.items() if name[:-2] == family] for family in FAMILIES}
    return [_row(family, group) for family, group in (*groups.items(), ("all", list(results.values())))]


def _measured(name: str) -> tuple[float, float, bool, bool]:
    points = read_instance(name)
    started = time.process_time()
    tour = solve(points)
    seconds = time.process_time() - started
    return 100 * (1 - tour.gain / best_known()[name]), seconds, tour.exact, violation(points, tour) is not None


def _row(family: str, results: list[tuple[float, float, bool, bool]]) -> FamilyRow:
    gaps, seconds, exact, wrong = zip(*results, strict=True)
    return FamilyRow(family, len(results), statistics.mean(gaps), statistics.median(seconds), max(seconds), sum(exact), sum(wrong))


def main() -> None:
    print("family  instances  mean gap  median s  longest s  certified  violations")
    for row in toptw_rows():
        print(f"{row.family:<6}  {row.instances:>9}  {row.mean_gap:>6.2f} %  {row.median_seconds:>8.2f}  {row.longest_seconds:>9.2f}  "
              f"{row.certified:>9}  {row.violations:>10}")  # fmt: skip


if __name__ == "__main__":
    main()
