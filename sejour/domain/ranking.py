"""The conseil éclairé: what can truly be done from here, now, in order, with the reasons.

First a hard filter (`situation`), then one score that is a sum of named terms (`terms`), then a page of different ideas (`variety`).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from sejour.domain.catalogue import Catalogue
from sejour.domain.cells import spans
from sejour.domain.fairness import merit
from sejour.domain.offer import Kind
from sejour.domain.situation import Question, Situation, ask, feasible, in_time, ways
from sejour.domain.slot import slot_of
from sejour.domain.suggestion import Score, Suggestion, TimeOfUse, TimeState
from sejour.domain.terms import TERMS, nearness, total
from sejour.domain.text import N_, Reason
from sejour.domain.timetable import Sort
from sejour.domain.travel import Travel
from sejour.domain.variety import likeness, varied
from sejour.domain.visit import Visit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IDEAS = tuple(kind for kind in Kind if kind not in (Kind.LODGING, Kind.SERVICE))
VARIETY_POOL = 40  # the best offers among which variety chooses
FEW = 1500  # offers that are looked at all together
SIFTED = 8  # times as many, when the visitor asks for something particular
BATCH = 1000  # of more than that, offers looked at first, then four times as many each time
_, DATED, UNSURE = Sort
OPEN, OPENS, STARTS, ONGOING, UNKNOWN = TimeState
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


def situate(catalogue: Catalogue, visit: Visit, kinds: tuple[Kind, ...] = IDEAS, among: Sequence[int] | None = None) -> Situation:
    """All that can be reached in time, of `kinds`, or those `among` these indices of the catalogue."""
    question = ask(slot_of(catalogue, visit), visit, kinds)
    slot = question.slot
    local = spans(*_within_reach(question)) if among is None else slot.local(np.array(among, dtype=np.int64))
    return feasible(question, question.answering(local))


@dataclass(frozen=True, slots=True)
class Advice:
    """`due` is the share of the page's attention that each of the best offers deserves, by id, of 1 in all, shown or not."""

    suggestions: list[Suggestion]
    due: dict[str, float]


def advise(catalogue: Catalogue, visit: Visit, limit: int, kinds: tuple[Kind, ...] = IDEAS) -> Advice:
    """The best `limit` suggestions, best first, having looked at no more than it takes."""
    ranked = top(ask(slot_of(catalogue, visit), visit, kinds), max(VARIETY_POOL, limit))
    pool = ranked.order[:VARIETY_POOL]
    worth = ranked.totals[pool] - catalogue.weights.fairness * catalogue.fairness[ranked.situation.offers[pool]]
    ids = (catalogue.offers[i].id for i in ranked.situation.offers[pool].tolist())
    return Advice(suggestions(ranked, limit), dict(zip(ids, merit(worth).tolist(), strict=True)))


def best(catalogue: Catalogue, visit: Visit, limit: int, kinds: tuple[Kind, ...] = IDEAS) -> list[Suggestion]:
    """`rank` of all that `situate` finds, by the way of `top`."""
    return suggestions(top(ask(slot_of(catalogue, visit), visit, kinds), max(VARIETY_POOL, limit)), limit)


def top(question: Question, count: int) -> Ranked:
    """The `count` best of all that can be reached in time, exactly; others may be among what comes after them."""
    first, last = _within_reach(question)
    there = np.add.reduce(last - first)
    if there > (FEW * SIFTED if question.particular else FEW):
        return _top_of_many(question, count)
    local = question.answering(spans(first, last))
    return _top_of_many(question, count) if len(local) > FEW else _best(feasible(question, local), count)


def _within_reach(question: Question) -> tuple[IntArray, IntArray]:
    """(first, last) of the ranges of the slot's offers that may be."""
    cells, (first, last) = question.slot.cells, question.runs()
    return cells.first[first], cells.first[last]


def _top_of_many(question: Question, count: int) -> Ranked:
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
    totals = total(situation)
    return Ranked(situation, totals, np.lexsort((situation.offers, -totals)))


def _weights(situation: Situation) -> FloatArray:
    weights = situation.slot.catalogue.weights
    return np.array([getattr(weights, term.name) for term in TERMS])


def rank(situation: Situation, limit: int) -> list[Suggestion]:
    """The best `limit` suggestions of a situation, best first."""
    return suggestions(score(situation), limit)


def nearest(situation: Situation, limit: int) -> list[Suggestion]:
    """The nearest `limit` candidates, whatever their score."""
    ranked = score(situation)
    order = np.lexsort((situation.offers, situation.metres))[:limit]
    return _suggestions(ranked, order, [0.0] * len(order))


def suggestions(ranked: Ranked, limit: int) -> list[Suggestion]:
    pool = ranked.order[: max(VARIETY_POOL, limit)]
    catalogue = ranked.situation.slot.catalogue
    alike = likeness(catalogue, ranked.situation.offers[pool])
    chosen = varied(ranked.totals[pool], alike, catalogue.weights.variety, limit)
    return _suggestions(ranked, pool[[i for i, _ in chosen]], [like for _, like in chosen])


def _suggestions(ranked: Ranked, order: IntArray, alike: list[float]) -> list[Suggestion]:
    """Of these of a situation; `alike` is the likeness of each to those above it."""
    s = ranked.situation.take(order)
    catalogue, modes, shown = s.slot.catalogue, s.visit.modes, Ranked(s, ranked.totals[order], np.arange(len(order)))
    names, cost = [*(term.name for term in TERMS), "variety"], catalogue.weights.variety
    points = (_weights(s)[:, None] * shown.values).T.tolist()
    indices, metres, street, mode, minutes = (column.tolist() for column in (s.offers, s.metres, s.street, s.mode, s.minutes))
    sheltered = [None if shelter < 0 else bool(shelter) for shelter in catalogue.shelter[s.offers].tolist()]
    return [
        Suggestion(
            catalogue.offers[index], round(metres[i]), Travel(modes[mode[i]], round(street[i]), int(minutes[i])), time,
            dict(zip(names, (*points[i], -cost * alike[i]), strict=True)), partial(_explain, shown, i, alike[i]), sheltered[i], s.slot.picks.get(index),
        )
        for i, (index, time) in enumerate(zip(indices, _times_of_use(s), strict=True))
    ]  # fmt: skip


def _explain(ranked: Ranked, i: int, alike: float, rule: str) -> Score:
    weight = getattr(ranked.situation.slot.catalogue.weights, rule)
    if rule == "variety":
        because = N_("Pour varier : des idées semblables sont plus haut") if alike > 0 else N_("Une idée d’un autre genre")
        return Score(rule, -alike, weight, Reason(because))
    row, term = next((row, term) for row, term in enumerate(TERMS) if term.name == rule)
    value = float(ranked.values[row, i])
    return Score(rule, value, weight, term.because(ranked.situation, i, value))


def _times_of_use(s: Situation) -> Iterator[TimeOfUse]:
    rows, zone = s.slot.rows, s.visit.moment.tzinfo
    columns = s.arrive, rows.start[s.rows], rows.end[s.rows], rows.sort[s.rows], rows.ends_known[s.rows]
    for arrive, start, end, sort, ends_known in zip(*(column.tolist() for column in columns), strict=True):
        there = datetime.fromtimestamp(arrive, zone)
        if sort == UNSURE:
            yield TimeOfUse(UNKNOWN, None, None, there)
            continue
        if sort == DATED:
            state, known_start, known_end = STARTS if start >= arrive else ONGOING, True, ends_known
        else:
            state = OPENS if start > arrive else OPEN
            known_start, known_end = arrive - start < 86_400, end - arrive < 86_400  # farther, it is where the timetable was cut
        begins = datetime.fromtimestamp(start, zone) if known_start else None
        yield TimeOfUse(state, begins, datetime.fromtimestamp(end, zone) if known_end else None, there)
