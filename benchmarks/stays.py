"""Can one truly go there? Random visits to the towns of `towns`, at any hour of the year's tricky days, their pages checked by another path.

Feasible@10 is the mean over visits of the share of the ten suggestions that an independent routine (`tests/domain/feasibility.py`) has
nothing against: it walks minute by minute through the provider's own text. Past@10 is the share whose last date was over before one left.
"""

import multiprocessing
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.table import Row
from benchmarks.towns import Town, towns, visits
from sejour.domain.page import suggest
from sejour.domain.slot import window
from sejour.domain.visit import Visit, When
from tests.domain.feasibility import PATIENCE, objection, past

VISITS = 12_000  # in all
PAGE = 10
PROCESSES = 2


@dataclass(slots=True)
class Pages:
    """What was seen: `feasible` adds the shares of the pages that had something."""

    visits: int = 0
    empty: int = 0
    shown: int = 0
    feasible: float = 0.0
    past: int = 0
    against: list[str] = field(default_factory=list)

    def add(self, other: "Pages") -> None:
        self.visits, self.empty, self.shown = self.visits + other.visits, self.empty + other.empty, self.shown + other.shown
        self.feasible, self.past, self.against = self.feasible + other.feasible, self.past + other.past, self.against + other.against

    @property
    def feasible_share(self) -> float:
        return self.feasible / max(1, self.visits - self.empty)


def objections(visit: Visit, found: Sequence[object]) -> list[str | None]:
    leave, latest = window(visit)
    waits = PATIENCE if visit.when in (When.NOW, When.RAIN) else round((latest.timestamp() - leave.timestamp()) / 60)
    return [objection(suggestion, visit, leave=leave, patience=waits) for suggestion in found]


def pages_of(town: Town, number: int, seed: int) -> Pages:
    catalogue, pages = town.catalogue(), Pages()
    for visit in visits(town, catalogue.offers, number, seed):
        found = suggest(catalogue, visit, PAGE)
        said = objections(visit, found)
        pages.visits += 1
        pages.empty += not found
        pages.shown += len(found)
        pages.feasible += said.count(None) / len(found) if found else 0
        pages.past += sum(past(suggestion.offer, window(visit)[0]) for suggestion in found)
        pages.against += [
            f"{town.name} {visit.moment:%Y-%m-%d %H:%M%z} {visit.when} {suggestion.offer.key} {suggestion.offer.hours}: {why}"
            for suggestion, why in zip(found, said, strict=True)
            if why
        ]
    return pages


def _some(which: int) -> Pages:
    every = towns()
    return pages_of(every[which], -(-VISITS // len(every)), which)


def all_pages() -> Pages:
    total = Pages()
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        for pages in pool.imap_unordered(_some, range(len(towns())), chunksize=1):
            total.add(pages)
    return total


def stay_rows() -> Iterator[Row]:
    pages, named = all_pages(), Counter(town.name for town in towns())
    beside = f"{pages.visits} visits, {pages.shown} suggestions, {pages.empty} empty pages; {', '.join(named)}"
    for line in sorted(pages.against)[:20]:
        print("against:", line)
    share = "1.000" if not pages.against else f"{pages.feasible_share:.6f}"
    yield Row("feasible@10, by an independent checker", "1.000", share, beside, not pages.against)
    yield Row("past@10: dates that were over", "0", f"{pages.past}", "", not pages.past)
