"""Cities whose visitors were counted: the Flickr visits of Lim, Chan, Leckie and Karunasekera (IJCAI 2015), as published by Chen, Ong and Xie
(CIKM 2016), and the shipped score over them.

The files lie beside the project (`../shared/ranking/flickr`); every city that has them is read.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sejour.domain.stars import attraction
from sejour.domain.terms import nearness
from sejour.domain.travel import DETOUR, great_circle_m
from sejour.domain.weights import STANDARD
from tests.builders import SHARED

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
FLICKR = SHARED / "ranking/flickr"
NAMES = {"Edin": "Edinburgh", "Glas": "Glasgow", "Melb": "Melbourne", "Osak": "Osaka", "Toro": "Toronto"}
FOLDS = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit: of a user, in a trajectory, to a place (its index in the city); `start` in seconds, of a clock that is not ours."""

    trajectory: int
    start: int
    end: int
    poi: int
    user: int


@dataclass(frozen=True, slots=True)
class Move:
    """Two places that a user saw one after the other; `fold` is the user's."""

    start: int
    origin: int
    goal: int
    fold: int


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """`street` (n, n) metres over the streets; `keys` the trajectories of the published tables, by number."""

    code: str
    street: FloatArray
    seen: tuple[Seen, ...]
    fold: dict[int, int]
    keys: dict[int, tuple[int, ...]]

    @property
    def name(self) -> str:
        return NAMES.get(self.code, self.code)

    def moves(self) -> list[Move]:
        """Every pair of consecutive visits, in the order of time."""
        pairs = ((a, b) for a, b in pairwise(self.seen) if a.trajectory == b.trajectory)
        return sorted((Move(b.start, a.poi, b.poi, self.fold[b.user]) for a, b in pairs), key=lambda move: move.start)

    def visitors(self, without: int | None = None) -> FloatArray:
        """How many users were in each place, those of a fold left out."""
        counts = np.zeros(len(self.street))
        for poi, _ in {(seen.poi, seen.user) for seen in self.seen if self.fold[seen.user] != without}:
            counts[poi] += 1
        return counts


def gravity(visitors: FloatArray, street: FloatArray) -> FloatArray:
    """What the shipped ranking gives to counted places that differ in nothing but their visitors and their distance: two terms."""
    return STANDARD.stars * attraction(np.zeros(len(visitors)), visitors.tolist()) + STANDARD.distance * nearness(street)


def cities() -> tuple[City, ...]:
    codes = sorted(path.stem.removeprefix("poi-") for path in FLICKR.glob("poi-*.csv"))
    return tuple(_city(code) for code in codes)


@lru_cache
def _city(code: str) -> City:
    pois = list(read_rows(FLICKR / f"poi-{code}.csv"))
    index = {row["poiID"]: n for n, row in enumerate(pois)}
    lat, lon = (np.array([float(row[column]) for row in pois]) for column in ("poiLat", "poiLon"))
    street = np.stack([great_circle_m(a, b, lat, lon) for a, b in zip(lat.tolist(), lon.tolist(), strict=True)]) * DETOUR
    seen = [
        Seen(int(row["trajID"]), int(row["startTime"]), int(row["endTime"]), index[row["poiID"]], int(row["userID"]))
        for row in read_rows(FLICKR / f"traj-{code}.csv")
    ]
    seen.sort(key=lambda each: (each.trajectory, each.start, each.end))
    users = sorted({each.user for each in seen})
    folds = np.random.default_rng(0).permutation(len(users)) % FOLDS
    keys = FLICKR / f"cikm16-keys-{code}.csv"
    told = read_rows(keys) if keys.exists() else iter(())
    return City(
        code, street, tuple(seen), dict(zip(users, folds.tolist(), strict=True)),
        {int(row["trajID"]): tuple(index[poi] for poi in row["sequence"].split()) for row in told},
    )  # fmt: skip


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
