"""Attention shared by merit: how far from its due each place is shown, with the shipped term of fairness and without.

Protocol: the moves of `where_next` in the order of time are pages of ten places. Due is the softmax of the plain score over all candidates, got
1/log2(place + 1); both are summed (Biega, Gummadi and Weikum, SIGIR 2018). Inequity of attention is sum |got / all got - due / all due|,
from 0 to 2. The counters are read again every PAGES_A_QUARTER pages, as the product does every quarter of an hour.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.cities import City, FloatArray, cities, gravity
from benchmarks.table import Row, absent, short
from benchmarks.where_next import rank_of, scores_by_fold
from sejour.domain.fairness import exposure, merit, standing
from sejour.domain.weights import STANDARD

PAGE = 10  # places a page
PAGES_A_QUARTER = 20  # an assumption: a busy hotspot
OFTEN = 20  # a place that could have been shown so often and never was, is left out
LESS, LOSS = 0.35, 0.005


@dataclass(frozen=True, slots=True)
class Shared:
    """`never`: the share of places never on a page."""

    mrr: float
    inequity: float
    gini: float
    never: float


def gini(amounts: FloatArray) -> float:
    """0 when all have the same, towards 1 when one has all."""
    ordered, n = np.sort(amounts), len(amounts)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def inequity(due: FloatArray, got: FloatArray) -> float:
    return float(np.abs(got / got.sum() - due / due.sum()).sum())


def serve(city: City, weight: float) -> Shared:
    """All the pages, with that weight of fairness."""
    scores, attention = scores_by_fold(city, gravity), exposure(PAGE)
    due, got, able, fairness = (np.zeros(len(city.street)) for _ in range(4))
    ranks = []
    for page, move in enumerate(city.moves()):
        if page % PAGES_A_QUARTER == 0:
            fairness = standing(due, got)
        plain = scores[move.fold][move.origin]
        candidates = np.flatnonzero(np.isfinite(plain))
        total = plain + weight * fairness
        ranks.append(rank_of(total, move.goal))
        got[np.argsort(-total, kind="stable")[:PAGE]] += attention
        due[candidates] += merit(plain[candidates])
        able[candidates] += 1
    often = able >= OFTEN
    return Shared(float((1 / np.array(ranks)).mean()), inequity(due, got), gini(got), float((got[often] == 0).mean()))


def fairness_rows() -> Iterator[Row]:
    goal = f"≥ {LESS:.0%}"
    found = cities()
    if not found:
        yield absent("inequity of attention, less than without the term", goal)
        return
    pairs = {city.name: (serve(city, 0.0), serve(city, STANDARD.fairness)) for city in found}
    less = {name: 1 - fair.inequity / plain.inequity for name, (plain, fair) in pairs.items()}
    for name, (plain, fair) in pairs.items():
        measured = f"{less[name]:.0%}: {short(fair.inequity)}, Gini {short(fair.gini)}, never shown {fair.never:.0%}"
        beside = f"without {short(plain.inequity)}, Gini {short(plain.gini)}, never shown {plain.never:.0%}"
        yield Row(f"inequity of attention, {name}, less than without the term", goal, measured, beside, less[name] >= LESS)
    mean, loss = np.mean(list(less.values())), np.mean([plain.mrr - fair.mrr for plain, fair in pairs.values()])
    yield Row("inequity of attention, mean of the cities", goal, f"{mean:.0%}", "", bool(mean >= LESS))
    each = " ".join(short(plain.mrr - fair.mrr, 4) for plain, fair in pairs.values())
    yield Row("what fairness costs, MRR, mean of the cities", f"≤ {short(LOSS)}", short(float(loss), 4), f"each {each}", bool(loss <= LOSS))
