"""What the peers that only find what is near share: the box to look in, and our NumPy scoring of all that is there."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.national import Country, Query
from benchmarks.peers import WANTED, Answer
from sejour.domain.best import score
from sejour.domain.situation import Question, feasible
from sejour.domain.travel import DETOUR, reach_m


def reach(query: Query) -> float:
    """Metres as the crow flies."""
    return reach_m(query.visit.modes) / DETOUR


def box_around(query: Query) -> tuple[float, float, float, float]:
    """West, south, east, north of what is within reach."""
    place = query.visit.place
    north = reach(query) / 111_190
    east = north / math.cos(math.radians(abs(place.lat) + north))
    return place.lon - east, place.lat - north, place.lon + east, place.lat + north


def in_box(country: Country, query: Query) -> int:
    """How many offers lie there."""
    west, south, east, north = box_around(query)
    lat, lon = country.catalogue.lat, country.catalogue.lon
    return int(np.count_nonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)))


def best_among(question: Question, local: NDArray[np.int64]) -> Answer:
    """Of these offers of the slot."""
    ranked = score(feasible(question, question.answering(local)))
    order = ranked.order[:WANTED]
    return ranked.situation.offers[order], ranked.totals[order]


def resident_megabytes() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
