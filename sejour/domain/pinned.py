"""What the office pins: on the page whenever one can reach it in time, before what is ranked."""

import numpy as np
from numpy.typing import NDArray

from sejour.domain.best import Ranked, score
from sejour.domain.situation import Question, feasible

IntArray = NDArray[np.int64]
MOST_PINS = 2  # a page


def with_pins(question: Question, ranked: Ranked, count: int) -> tuple[Ranked, tuple[int, ...]]:
    """(the `count` best with what is pinned among them or after them, indices in the catalogue of what is pinned and can be reached in time: the first
    said first, MOST_PINS at most)."""
    slot = question.slot
    if not slot.voice.pins:
        return ranked, ()
    reachable = set(feasible(question, question.answering(slot.local(np.array(list(slot.voice.pins))))).offers.tolist())
    pins = tuple(index for index in slot.voice.pins if index in reachable)[:MOST_PINS]
    if not pins:
        return ranked, ()
    local = np.union1d(ranked.situation.local[ranked.order[:count]], slot.local(np.array(pins)))
    return score(feasible(question, local)), pins


def pool_of(ranked: Ranked, pins: tuple[int, ...], count: int) -> tuple[IntArray, list[int]]:
    """(the `count` best, then what is pinned beyond them, both in order; where in that each pin is)."""
    if not pins:
        return ranked.order[:count], []
    offers = ranked.situation.offers
    pool = np.append(ranked.order[:count], ranked.order[count:][np.isin(offers[ranked.order[count:]], pins)])
    return pool, [int(np.flatnonzero(offers[pool] == pin)[0]) for pin in pins]
