"""The half-day planner: published instances (`toptw`), and half days of 28 candidates beside the optimum of another, exact, solver.

The exact solver is that of the tests (`tests/domain/test_tour.py`): every set of stops and last stop, with its earliest end. It shares no code
with the planner, nor does the checker of its tours.
"""

import csv
import time
from collections.abc import Iterator

import numpy as np

from benchmarks.table import Row, absent
from benchmarks.toptw import toptw_rows
from sejour.domain.tour import best_tour
from tests.builders import SHARED
from tests.domain.test_tour import LUNCH, exact_gain, half_day, objection

PUBLISHED = SHARED / "ranking/published/toptw-aggregate.csv"
OTHERS = ("ILS", "ES", "GRILS")  # fast ones of Karabulut and Tasgetiren's table 3 (2020): their machines
GAP, SECONDS = 0.5, 1.0
HALF_DAY_SECONDS = 0.3
HALF_DAYS = 60


def planner_rows() -> Iterator[Row]:
    name, goal = "orienteering with time windows, Solomon 100, one tour: mean gap, longest, violations", f"≤ {GAP:g} %, ≤ {SECONDS:g} s, 0"
    if PUBLISHED.exists():
        found = next(row for row in toptw_rows() if row.family == "all")
        measured = f"{found.mean_gap:.2f} %, {found.longest_seconds:.1f} s, {found.violations}"
        reached = found.mean_gap <= GAP and found.longest_seconds <= SECONDS and not found.violations
        yield Row(name, goal, measured, f"published, mean gap and mean time: {_others()}", reached)
    else:
        yield absent(name, goal)
    yield _half_days()


def _others() -> str:
    with PUBLISHED.open(newline="", encoding="utf-8") as lines:
        rows = {row["solver"]: row for row in csv.DictReader(lines) if row["set"] == "S100" and row["m"] == "1"}
    return ", ".join(f"{name} {float(rows[name]['mean_gap_pct']):.2f} % {rows[name]['mean_time_s']} s" for name in OTHERS)


def _half_days() -> Row:
    equal, wrong, seconds = 0, 0, []
    for seed in range(HALF_DAYS):
        cover = frozenset({LUNCH}) if seed % 3 else frozenset[int]()
        problem = (*half_day(seed, loop=seed % 2 == 0), frozenset[int](), cover)
        started = time.process_time()
        tour = best_tour(*problem)
        seconds.append(time.process_time() - started)
        gain = exact_gain(*problem)
        equal += tour is gain is None or (tour is not None and gain is not None and abs(tour.gain - gain) <= 1e-9)
        wrong += tour is not None and objection(tour, *problem) is not None
    slow = float(np.percentile(seconds, 95))
    measured = f"{equal} of {HALF_DAYS}, {slow * 1000:.0f} ms, {wrong}"
    return Row("half days of 28 candidates: exact, p95, violations", f"all, ≤ {HALF_DAY_SECONDS:g} s, 0", measured, "",
               equal == HALF_DAYS and slow <= HALF_DAY_SECONDS and not wrong)  # fmt: skip
