"""The score of every offer, one after the other, in float64: what an answer is checked against. It shares no code with the ranking."""

import math

import numpy as np
from numpy.typing import NDArray

from benchmarks.national import HOUR, MOST_ROWS, Country, Query
from benchmarks.peers import WANTED, Answer
from sejour.domain.catalogue import KINDS
from sejour.domain.slot import QUARTER
from sejour.domain.timetable import Sort
from sejour.domain.travel import PACES
from sejour.domain.weights import STANDARD

EARTH = 6_371_008.8


def reference(country: Country, query: Query) -> Answer:
    place, pace, leave = query.visit.place, PACES[query.mode], round(query.visit.moment.timestamp())
    phi, phis = np.radians(place.lat), np.radians(country.catalogue.lat)
    a = np.sin((phis - phi) / 2) ** 2 + np.cos(phi) * np.cos(phis) * np.sin(np.radians(country.catalogue.lon - place.lon) / 2) ** 2
    street = 1.3 * 2 * EARTH * np.arcsin(np.sqrt(a))
    minutes = pace.fixed_minutes + street / pace.metres_a_minute
    wanted = (minutes <= pace.longest_minutes) & np.isin(country.catalogue.kind, [KINDS.index(kind) for kind in query.kinds])
    arrive = leave + 60 * np.ceil(minutes).astype(np.int64)
    chosen = np.full(len(country), -1)
    begins = np.full(len(country), np.iinfo(np.int64).max)
    for row in range(MOST_ROWS):
        start, last, sort = country.begin[:, row], country.last[:, row], country.sort[:, row]
        at = np.maximum(start, arrive)
        useful = (at <= last) & (at <= np.maximum(arrive, leave + 2 * HOUR))
        sooner = (at < begins) | ((at == begins) & (sort < _of(country.sort, chosen)))
        chosen, begins = np.where(useful & sooner, row, chosen), np.where(useful & sooner, at, begins)
    found = np.flatnonzero(wanted & (chosen >= 0))
    sort, start = _of(country.sort, chosen)[found], _of(country.begin, chosen)[found]
    quarter = (begins[found] - query.quarter.zero) // QUARTER
    wait = (begins - arrive)[found] / 60
    happening = np.where(wait > 45, (45 - wait) / 90, np.where(start >= arrive[found], 1 - wait / 45, 0.0))
    waiting = np.where(sort == Sort.DATED, happening, -wait / 45 - np.minimum(1.0, wait / 15))
    score = country.fixed[found] - STANDARD.distance * np.log(street[found] / 1000 + 0.1) + query.quarter.logs[country.group[found], quarter]
    score += STANDARD.waiting * math.log(2) * waiting - STANDARD.certainty * math.log(4) * (sort == Sort.UNSURE)
    best = np.lexsort((found, -score))[:WANTED]
    return found[best], score[best]


def recall(answer: Answer, truth: Answer, tolerance: float = 1e-7) -> float:
    """The share of the true best that is in the answer; any of those that score the same as the last of them will do."""
    if not len(truth[0]):
        return 1.0 if not len(answer[0]) else 0.0
    sure = set(truth[0][truth[1] > truth[1][-1] + tolerance].tolist())
    last = int(np.count_nonzero(np.abs(answer[1] - truth[1][-1]) <= tolerance))
    return (len(sure & set(answer[0].tolist())) + min(last, len(truth[0]) - len(sure))) / len(truth[0])


def _of(columns: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
    return columns[np.arange(len(row)), np.maximum(row, 0)]
