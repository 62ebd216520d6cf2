"""The rankers that the simulated stays compare: what one would write first, and the shipped ranking, whole and in part."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.cities import FloatArray, IntArray
from benchmarks.fairness import PAGES_A_QUARTER
from benchmarks.stays import PAGE
from sejour.domain.catalogue import Catalogue
from sejour.domain.fairness import Attention, exposure
from sejour.domain.memo import Memo
from sejour.domain.ranking import advise
from sejour.domain.terms import nearness
from sejour.domain.visit import Visit

Ranker = Callable[["Asked"], list[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A query: `hopes` what each offer of the catalogue would be worth if one could go, `open` whether one can; `told` are those that pass the
    filter of the product, which does not know the hours that nobody knows."""

    catalogue: Catalogue
    visit: Visit
    hopes: FloatArray
    open: FloatArray
    told: IntArray
    street: FloatArray
    ideas: IntArray
    chance: np.random.Generator


def by_chance(asked: Asked) -> list[int]:
    return asked.chance.permutation(asked.ideas)[:PAGE].tolist()


def by_distance(asked: Asked) -> list[int]:
    return _first(asked.ideas, -asked.street[asked.ideas])


def by_gravity(asked: Asked) -> list[int]:
    return _first(asked.ideas, _gravity(asked, asked.ideas))


def by_feasible_gravity(asked: Asked) -> list[int]:
    return _first(asked.told, _gravity(asked, asked.told))


class Sejour:
    """The shipped ranking, its counters of attention read again every quarter of an hour."""

    def __init__(self, **weights: float) -> None:
        self.weights = weights
        self.pages = 0
        self.catalogue: Catalogue | None = None
        self.counts: dict[str, Attention] = defaultdict(lambda: Attention(0.0, 0.0))

    def __call__(self, asked: Asked) -> list[int]:
        if self.catalogue is None:
            self.catalogue = replace(asked.catalogue, weights=replace(asked.catalogue.weights, **self.weights), memo=Memo())
        if self.pages and self.pages % PAGES_A_QUARTER == 0:
            self.catalogue = self.catalogue.shown(self.counts)
        self.pages += 1
        advice = advise(self.catalogue, asked.visit, PAGE)
        ids = [suggestion.offer.id for suggestion in advice.suggestions]
        for id, share in advice.due.items():
            self.counts[id] = self.counts[id]._replace(due=self.counts[id].due + share)
        for id, share in zip(ids, exposure(len(ids)).tolist(), strict=True):
            self.counts[id] = self.counts[id]._replace(got=self.counts[id].got + share)
        return [asked.catalogue.index[id] for id in ids]


FILTER, UNFAIR, OURS = "gravity among the feasible", "sejour without fairness", "sejour"
RANKERS: dict[str, Callable[[], Ranker]] = {
    "random": lambda: by_chance,
    "nearest": lambda: by_distance,
    "gravity": lambda: by_gravity,
    FILTER: lambda: by_feasible_gravity,
    "sejour without variety and fairness": lambda: Sejour(variety=0.0, fairness=0.0),
    UNFAIR: lambda: Sejour(fairness=0.0),
    OURS: Sejour,
}


def _first(offers: IntArray, scores: FloatArray) -> list[int]:
    return offers[np.argsort(-scores, kind="stable")[:PAGE]].tolist()


def _gravity(asked: Asked, offers: IntArray) -> FloatArray:
    weights = asked.catalogue.weights
    return weights.stars * asked.catalogue.attraction[offers] + weights.distance * nearness(asked.street[offers])
