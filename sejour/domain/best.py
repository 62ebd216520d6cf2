"""The best offers that one can reach in time, exactly, having looked at no more than it takes."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sejour.domain.cells import spans
from sejour.domain.sieve import sift
from sejour.domain.situation import Question, Situation, feasible, in_time, ways
from sejour.domain.terms import TERMS, nearness, total, with_distance

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
FEW = 1500  # offers that are looked at all together
SIFTED = 8  # times as many, when the visitor asks for something particular
BATCH = 1000  # of more than that, offers looked at first, then four times as many each time
ROUNDING = 1e-9  # of a bound against a score


@dataclass(frozen=True, eq=False)
class Ranked:
    """The feasible offers of a situation and what they score; `order` their indices, best first."""

    situation: Situation
    totals: FloatArray
    order: IntArray

    @cached_property
    def values(self) -> FloatArray:
        """(terms, m), before their weights: `totals` are their weighted sums, to the rounding."""
        return np.array([term.value(self.situation) for term in TERMS]).reshape(len(TERMS), -1)


def top(question: Question, count: int) -> Ranked:
    """The `count` best of all that can be reached in time, exactly; others may be among what comes after them. By the compiled way where there is one:
    it gives what `by_arrays` gives, to the last bit."""
    if sifted := sift(question, count):
        situation, beside = sifted
        return _in_order(situation, with_distance(situation, beside))
    return by_arrays(question, count)


def by_arrays(question: Question, count: int) -> Ranked:
    """`top`, by NumPy: many offers at a time."""
    first, last = within_reach(question)
    there = np.add.reduce(last - first)
    if there > (FEW * SIFTED if question.particular else FEW):
        return _by_cells(question, count)
    local = question.answering(spans(first, last))
    return _by_cells(question, count) if len(local) > FEW else _best(feasible(question, local), count)


def within_reach(question: Question) -> tuple[IntArray, IntArray]:
    """(first, last) of the ranges of the slot's offers that may be."""
    cells, (first, last) = question.slot.cells, question.runs()
    return cells.first[first], cells.first[last]


def _by_cells(question: Question, count: int) -> Ranked:
    """Cells come in the order of what the best of them could score, and the rest is left when it cannot enter any more (the threshold algorithm of
    Fagin, Lotem and Naor, PODS 2001)."""
    slot, weight, cells = question.slot, question.slot.catalogue.weights.distance, spans(*question.runs())
    apart = np.maximum(0.0, slot.cells.apart(cells, question.here)) * question.detour
    bounds = slot.cell_most[cells] + weight * nearness(apart)
    order = np.argsort(-bounds)
    cells, bounds = cells[order], bounds[order]
    first, last = slot.cells.first[cells], slot.cells.first[1:][cells]
    held = np.cumsum(last - first)
    local, least, done, batch = np.zeros(0, dtype=np.int64), -math.inf, 0, BATCH
    while True:
        enough, hopeful = held.searchsorted(held[done] + batch), (-bounds).searchsorted(-least, "right")
        until = max(done + 1, int(min(enough, hopeful)))
        way = ways(question, np.append(local, question.answering(spans(first[done:until], last[done:until]))))
        if least > -math.inf:
            way = way.take((slot.most[way.local] + weight * nearness(way.street) >= least).nonzero()[0])
        ranked = _best(in_time(question, way), count)
        kept = ranked.order[:count]
        if len(kept) == count:
            least = float(ranked.totals[kept[-1]]) - ROUNDING
        if until >= len(first) or bounds[until] < least:
            return ranked
        local, done, batch = ranked.situation.local[kept], until, batch * 4


def _best(situation: Situation, count: int) -> Ranked:
    """With the first `count` in order, at least."""
    if len(situation.local) <= 10 * count:  # sorting all is sooner done
        return score(situation)
    totals = total(situation)
    best = (totals >= np.partition(totals, -count)[-count]).nonzero()[0]
    return Ranked(situation, totals, best[np.lexsort((situation.offers[best], -totals[best]))])


def score(situation: Situation) -> Ranked:
    """Ties go to the smaller id, so that the same question has the same answer."""
    return _in_order(situation, total(situation))


def _in_order(situation: Situation, totals: FloatArray) -> Ranked:
    return Ranked(situation, totals, np.lexsort((situation.offers, -totals)))
