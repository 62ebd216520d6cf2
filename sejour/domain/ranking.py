"""The conseil éclairé: what can truly be done from here, now, in order, with the reasons.

First a hard filter (`situation`), then one score that is a sum of named terms (`terms`), then a page of different ideas (`variety`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from sejour.domain.best import Ranked, score, top, within_reach
from sejour.domain.catalogue import Catalogue
from sejour.domain.cells import spans
from sejour.domain.fairness import merit
from sejour.domain.offer import Kind
from sejour.domain.pinned import pool_of, with_pins
from sejour.domain.situation import Situation, ask, feasible
from sejour.domain.slot import slot_of
from sejour.domain.suggestion import Score, Suggestion, TimeOfUse, TimeState
from sejour.domain.terms import TERMS
from sejour.domain.text import N_, Reason
from sejour.domain.timetable import Sort
from sejour.domain.travel import Travel
from sejour.domain.variety import likeness, varied
from sejour.domain.visit import Visit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IDEAS = tuple(kind for kind in Kind if kind not in (Kind.LODGING, Kind.SERVICE))
VARIETY_POOL = 40  # the best offers among which variety chooses
_, DATED, UNSURE = Sort
OPEN, OPENS, STARTS, ONGOING, UNKNOWN = TimeState


def situate(catalogue: Catalogue, visit: Visit, kinds: tuple[Kind, ...] = IDEAS, among: Sequence[int] | None = None) -> Situation:
    """All that can be reached in time, of `kinds`, or those `among` these indices of the catalogue."""
    slot = slot_of(catalogue, visit, kinds) if among is None else slot_of(catalogue, visit, (), among)
    question = ask(slot, visit, kinds)
    local = spans(*within_reach(question)) if among is None else slot.local(np.array(among, dtype=np.int64))
    return feasible(question, question.answering(local))


@dataclass(frozen=True, slots=True)
class Advice:
    """`due` is the share of the page's attention that each of the best offers deserves, by id, of 1 in all, shown or not."""

    suggestions: list[Suggestion]
    due: dict[str, float]


def advise(catalogue: Catalogue, visit: Visit, limit: int, kinds: tuple[Kind, ...] = IDEAS) -> Advice:
    """What is pinned, then the best, best first, `limit` suggestions in all, having looked at no more than it takes."""
    ranked, pins = _found(catalogue, visit, limit, kinds)
    pool, _ = pool_of(ranked, pins, VARIETY_POOL)
    worth = ranked.totals[pool] - catalogue.weights.fairness * catalogue.fairness[ranked.situation.offers[pool]]
    ids = (catalogue.offers[i].id for i in ranked.situation.offers[pool].tolist())
    return Advice(suggestions(ranked, limit, pins), dict(zip(ids, merit(worth).tolist(), strict=True)))


def best(catalogue: Catalogue, visit: Visit, limit: int, kinds: tuple[Kind, ...] = IDEAS) -> list[Suggestion]:
    """What is pinned, then `rank` of all that `situate` finds, by the way of `top`."""
    ranked, pins = _found(catalogue, visit, limit, kinds)
    return suggestions(ranked, limit, pins)


def _found(catalogue: Catalogue, visit: Visit, limit: int, kinds: tuple[Kind, ...]) -> tuple[Ranked, tuple[int, ...]]:
    question, count = ask(slot_of(catalogue, visit, kinds), visit, kinds), max(VARIETY_POOL, limit)
    return with_pins(question, top(question, count), count)


def _weights(situation: Situation) -> FloatArray:
    weights = situation.slot.catalogue.weights
    return np.array([getattr(weights, term.name) for term in TERMS])


def rank(situation: Situation, limit: int) -> list[Suggestion]:
    """The best `limit` suggestions of a situation, best first."""
    return suggestions(score(situation), limit)


def nearest(situation: Situation, limit: int) -> list[Suggestion]:
    """The nearest `limit` candidates, whatever their score."""
    return these(situation, by_nearness(situation, limit))


def by_nearness(situation: Situation, limit: int) -> IntArray:
    """Which candidates are the nearest `limit`, in order."""
    order: IntArray = np.lexsort((situation.offers, situation.metres))[:limit]
    return order


def these(situation: Situation, which: IntArray) -> list[Suggestion]:
    """These candidates of a situation, in this order."""
    return _suggestions(score(situation.take(which)), np.arange(len(which)), [0.0] * len(which))


def suggestions(ranked: Ranked, limit: int, pins: tuple[int, ...] = ()) -> list[Suggestion]:
    pool, first = pool_of(ranked, pins, max(VARIETY_POOL, limit))
    s = ranked.situation
    catalogue, best = s.slot.catalogue, s.local[pool]
    alike = likeness(catalogue, s.slot.offers[best], s.slot.xyz[best])
    chosen = varied(ranked.totals[pool], alike, catalogue.weights.variety, limit, first)
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
            dict(zip(names, (*points[i], -cost * alike[i]), strict=True)), partial(_explain, shown, i, alike[i]), sheltered[i],
            s.slot.voice.picks.get(index), s.slot.voice.pins.get(index),
        )
        for i, (index, time) in enumerate(zip(indices, _times_of_use(s), strict=True))
    ]  # fmt: skip


_TERMS = {term.name: (row, term) for row, term in enumerate(TERMS)}


def _explain(ranked: Ranked, i: int, alike: float, rule: str) -> Score:
    weight = getattr(ranked.situation.slot.catalogue.weights, rule)
    if rule == "variety":
        because = N_("Pour varier : des idées semblables sont plus haut") if alike > 0 else N_("Une idée d’un autre genre")
        return Score(rule, -alike, weight, Reason(because))
    row, term = _TERMS[rule]
    value = float(ranked.values[row, i])
    return Score(rule, value, weight, term.because(ranked.situation, i, value))


def _times_of_use(s: Situation) -> Iterator[TimeOfUse]:
    rows, zone = s.slot.rows, s.visit.moment.tzinfo
    columns = s.arrive, rows.start[s.rows], rows.end[s.rows], rows.sort[s.rows], rows.ends_known[s.rows]
    for arrive, start, end, sort, ends_known in zip(*(column.tolist() for column in columns), strict=True):
        there = _clock(arrive, zone)
        if sort == UNSURE:
            yield TimeOfUse(UNKNOWN, None, None, there)
            continue
        if sort == DATED:
            state, known_start, known_end = STARTS if start >= arrive else ONGOING, True, ends_known
        else:
            state = OPENS if start > arrive else OPEN
            known_start, known_end = arrive - start < 86_400, end - arrive < 86_400  # farther, it is where the timetable was cut
        yield TimeOfUse(state, _clock(start, zone) if known_start else None, _clock(end, zone) if known_end else None, there)


_clock = lru_cache(maxsize=1024)(datetime.fromtimestamp)  # cards share their hours
