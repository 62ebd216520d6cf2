"""Where next? From the place where a visitor is, the rank that the shipped score gives to the place visited next.

Protocol: every pair of consecutive visits of the Flickr trajectories (IJCAI 2015, CIKM 2016). Candidates are all the city's places but the
current one; the ranker knows no user and no history. Ten folds over users: visitors are counted on the nine others, nothing else is learnt.
Equal scores share their mean rank. Measures: mean reciprocal rank and hits among the first 1, 3 and 5.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.cities import FOLDS, City, FloatArray, Move, cities, gravity
from benchmarks.table import Row, absent, short

GOALS = {"Edin": 0.40, "Glas": 0.48, "Melb": 0.29, "Osak": 0.47, "Toro": 0.47}
HITS = (1, 3, 5)
Ranker = Callable[[FloatArray, FloatArray], FloatArray]  # (visitors, street metres (n, n)) to scores (n, n) from each place to each
RANKERS: dict[str, Ranker] = {
    "sejour": gravity,
    "nearest": lambda visitors, street: -street,
    "popular": lambda visitors, street: np.broadcast_to(visitors, street.shape),
    "random": lambda visitors, street: np.zeros(street.shape),
}


@dataclass(frozen=True, slots=True)
class Found:
    mrr: float
    hits: tuple[float, ...]

    def __str__(self) -> str:
        return f"{short(self.mrr)} (hit@{'/'.join(map(str, HITS))} {' '.join(short(hit) for hit in self.hits)})"


def measure(ranks: FloatArray) -> Found:
    return Found(float((1 / ranks).mean()), tuple(float((ranks <= most).mean()) for most in HITS))


def scores_by_fold(city: City, ranker: Ranker) -> list[FloatArray]:
    """(n, n) for each fold of users, who were not counted; a place is no candidate from itself."""
    found = [np.array(ranker(city.visitors(without=fold), city.street)) for fold in range(FOLDS)]
    for scores in found:
        np.fill_diagonal(scores, -np.inf)
    return found


def rank_of(scores: FloatArray, goal: int) -> float:
    return float(1 + (scores > scores[goal]).sum() + ((scores == scores[goal]).sum() - 1) / 2)


def ranks(city: City, moves: list[Move], ranker: Ranker) -> FloatArray:
    scores = scores_by_fold(city, ranker)
    return np.array([rank_of(scores[move.fold][move.origin], move.goal) for move in moves])


def where_next_rows() -> Iterator[Row]:
    found = cities()
    if not found:
        yield absent("where next, MRR", "above nearest")
    for city in found:
        moves = city.moves()
        by = {name: measure(ranks(city, moves, ranker)) for name, ranker in RANKERS.items()}
        goal = GOALS.get(city.code, by["nearest"].mrr)
        beside = f"nearest {by['nearest']}, popular {short(by['popular'].mrr)}, random {short(by['random'].mrr)}"
        yield Row(f"where next, {city.name}, {len(moves)} moves, MRR", f"≥ {short(goal)}", str(by["sejour"]), beside, by["sejour"].mrr >= goal)
