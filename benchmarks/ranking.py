"""`python -m benchmarks ranking`: the best of all that can be done from a place, exactly, with its peers in the same rounds.

Every engine answers the same questions with the same score; its answers are checked against a reference in float64. Each question is asked of all
engines, in an order drawn by lot, so that each follows each; its time is the median of its rounds, after a first one that warms. Percentiles are over the questions. What counts
are the ratios: times are this machine's.
"""

import argparse
import gc
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.national import Query, make_country, make_queries
from benchmarks.peers import WANTED, Absent, Engine
from benchmarks.peers.ours import Home, Page, Ranking
from benchmarks.peers.postgis import PostGIS, PostGISSphere
from benchmarks.peers.redis import Redis
from benchmarks.peers.rtree import RTree
from benchmarks.peers.scoring import in_box
from benchmarks.peers.strtree import STRtree
from benchmarks.reference import recall, reference

ENGINES: tuple[type[Engine], ...] = (Ranking, Page, Home, STRtree, PostGIS, PostGISSphere, RTree, Redis)
OURS, TREE, POSTGIS = Ranking.name, STRtree.name, PostGIS.name
PAGES = Page.name, Home.name
RESULTS = Path("build/ranking.json")


@dataclass(slots=True)
class Run:
    """An engine over one size. `times` and `work` microseconds by the clock and of processors (rounds, questions), without the first round; `prepared`
    seconds of each quarter of an hour."""

    engine: Engine
    about: str
    built: float  # seconds
    megabytes: float = 0.0
    times: list[NDArray[np.float64]] = field(default_factory=list)
    work: list[NDArray[np.float64]] = field(default_factory=list)
    prepared: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)

    @property
    def medians(self) -> NDArray[np.float64]:
        """Of each question, by the clock."""
        return np.median(np.concatenate(self.times, axis=1), axis=0)

    @property
    def works(self) -> NDArray[np.float64]:
        """Of each question, of processors."""
        return np.median(np.concatenate(self.work, axis=1), axis=0)

    def at(self, percent: float) -> float:
        return float(np.percentile(self.medians, percent))


@dataclass(frozen=True, slots=True)
class Size:
    """`reach` is how many offers lie in the box around each question."""

    offers: int
    runs: dict[str, Run]
    absent: dict[str, str]
    reach: NDArray[np.int64]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks ranking", description="The ranking alone, with its peers in the same rounds.")
    parser.add_argument("--sizes", default="3000,15000,500000", help="numbers of offers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--queries", type=int, default=306)
    parser.add_argument("--json", type=Path, default=RESULTS, help="where the results are written")
    asked = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    sizes = [measure(int(size), asked.queries, asked.rounds) for size in asked.sizes.split(",")]
    print(f"load average {load:.1f} before, {os.getloadavg()[0]:.1f} after · {asked.queries} questions, {asked.rounds} rounds, the best {WANTED}\n")
    print("\n\n".join(table(size) for size in sizes), "\n", *(f"\n{line}" for line in goals(sizes)), sep="")
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    about = {"python": platform.python_version(), "numpy": np.__version__, "load": [load, os.getloadavg()[0]], "rounds": asked.rounds}
    asked.json.write_text(json.dumps(about | {"sizes": [plain(size) for size in sizes]}, indent=1))
    _say(f"written: {asked.json}\n")


def measure(offers: int, count: int, rounds: int) -> Size:
    country = make_country(offers)
    queries = make_queries(country, count)
    runs, absent = dict[str, Run](), dict[str, str]()
    try:
        for make in ENGINES:
            _say(f"{offers} offers: {make.name}\n")
            started = time.perf_counter()
            try:
                engine = make(country)
                runs[make.name] = Run(engine, engine.about, time.perf_counter() - started)
            except Absent as missing:
                absent[make.name] = str(missing)
        for quarter, asked in groupby(queries, key=lambda query: query.quarter):
            together = list(asked)
            for run in runs.values():
                started = time.perf_counter()
                run.engine.prepare(quarter, together[0])
                run.prepared.append(time.perf_counter() - started)
            _ask(list(runs.values()), together, rounds)
            for run in runs.values():
                run.recalls += [recall(run.engine.ask(query), reference(country, query)) for query in together]
                run.megabytes = max(run.megabytes, run.engine.megabytes)
            _say(".")
        _say("\n")
    finally:
        for run in runs.values():
            run.engine.close()
    return Size(offers, runs, absent, np.array([in_box(country, query) for query in queries]))


def _ask(runs: list[Run], queries: list[Query], rounds: int) -> None:
    times, work = np.zeros((2, len(runs), rounds + 1, len(queries)))
    lots = np.random.default_rng(len(queries))
    gc.collect()
    gc.disable()
    for round in range(rounds + 1):
        for n, query in enumerate(queries):
            for which in lots.permutation(len(runs)).tolist():
                engine = runs[which].engine
                before, started = engine.processor(), time.perf_counter()
                engine.ask(query)
                times[which, round, n] = time.perf_counter() - started
                work[which, round, n] = engine.processor() - before
    gc.enable()
    for run, clock, processor in zip(runs, times, work, strict=True):
        run.times.append(clock[1:] * 1e6)
        run.work.append(processor[1:] * 1e6)


def table(size: Size) -> str:
    """In Markdown."""
    ours, dense = size.runs[OURS], size.reach >= np.percentile(size.reach, 90)
    lines = [f"**{size.offers:,} offers** ({size.reach.mean():,.0f} in the box of a question, {size.reach.max():,} at most)", ""]
    lines += ["| engine | recall@20 | p50, p99 µs | densest tenth µs | p50, p99, mean over ours | processor p50, p99 µs | p50, p99, mean over ours "
              "| built s | each quarter ms | MB |", "|---" * 10 + "|"]  # fmt: skip
    for name, run in size.runs.items():
        recalled = "" if name in PAGES else f"{np.mean(run.recalls):.4f}"
        clock, processor = (f"{np.percentile(values, 50):,.0f}, {np.percentile(values, 99):,.0f}" for values in (run.medians, run.works))
        over = [", ".join(f"{ratio:.2f}" for ratio in ratios(*pair)) for pair in ((run.medians, ours.medians), (run.works, ours.works))]
        cells = [name, recalled, clock, f"{run.medians[dense].mean():,.0f}", over[0], processor, over[1]]
        lines.append(f"| {' | '.join(cells)} | {run.built:.2f} | {np.median(run.prepared) * 1e3:.1f} | {run.megabytes:,.0f} |")
    lines += [f"| {name} | absent: {missing} |{' |' * 8}" for name, missing in size.absent.items()]
    return "\n".join(lines)


def ratios(theirs: NDArray[np.float64], ours: NDArray[np.float64]) -> tuple[float, float, float]:
    """p50 over p50, p99 over p99, and the geometric mean over the questions."""
    p50, p99 = (float(np.percentile(theirs, percent) / np.percentile(ours, percent)) for percent in (50, 99))
    return p50, p99, float(np.exp(np.log(theirs / ours).mean()))


def goals(sizes: list[Size]) -> Iterator[str]:
    """What the ranking promises, and whether it holds in this run: by the clock, and beside it by the time of processors."""

    def told(what: str, found: float, goal: str, holds: bool, beside: str = "") -> str:
        return f"- {'reached' if holds else 'NOT reached'}: {what} {found:.2f} ({goal}){beside}"

    def compared(peer: str, size: Size, goals: tuple[float, float]) -> Iterator[str]:
        if peer in size.runs:
            theirs, ours = size.runs[peer], size.runs[OURS]
            clock, processor = ratios(theirs.medians, ours.medians), ratios(theirs.works, ours.works)
            for n, percent in enumerate((50, 99)):
                what, beside = f"{peer} over ours at {size.offers:,}, p{percent}", f"; by processors {processor[n]:.2f}"
                yield told(what, clock[n], f"at least {goals[n]}", clock[n] >= goals[n], beside)

    for size in sizes:
        for name, run in size.runs.items():
            if name not in PAGES:
                yield told(f"recall@20 of {name} at {size.offers:,}", float(np.mean(run.recalls)), "1", min(run.recalls) == 1.0)
        yield from compared(TREE, size, (1, 1))
        ours = size.runs[OURS]
        for page in (size.runs[name] for name in PAGES):
            more, work = float(np.median(page.medians - ours.medians)), float(np.median(page.works - ours.works))
            what, beside = f"µs that {page.engine.name} takes more than the ranking at {size.offers:,}", f"; of processor {work:.0f}"
            yield told(what, more, "at most 250", more <= 250, beside)
    yield from compared(POSTGIS, sizes[-1], (8, 50))
    growth = sizes[-1].runs[OURS].at(99) / sizes[0].runs[OURS].at(99)
    yield told(f"p99 at {sizes[-1].offers:,} over p99 at {sizes[0].offers:,}", growth, "at most 4", growth <= 4)


def plain(size: Size) -> dict[str, object]:
    engines = {}
    for name, run in size.runs.items():
        times = np.concatenate(run.times, axis=1)
        engines[name] = {
            "about": run.about, "built_s": run.built, "quarter_ms": float(np.median(run.prepared) * 1e3), "megabytes": run.megabytes,
            "recall": None if name in PAGES else float(np.mean(run.recalls)), "median_us": run.medians.tolist(), "processor_us": run.works.tolist(),
            "p50_us": run.at(50), "p99_us": run.at(99), "raw_p99_us": float(np.percentile(times, 99)),
            "best_of_p50_us": float(np.percentile(times.min(axis=0), 50)), "best_of_p99_us": float(np.percentile(times.min(axis=0), 99)),
        }  # fmt: skip
    return {"offers": size.offers, "reach": size.reach.tolist(), "absent": size.absent, "engines": engines}


def _say(text: str) -> None:
    print(text, end="", file=sys.stderr, flush=True)
