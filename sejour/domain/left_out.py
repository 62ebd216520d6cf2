"""What a page does not show, and why: the ideas nearest to the visitor that cannot be reached in time, and those that come just after the page's."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from sejour.domain.catalogue import Catalogue
from sejour.domain.infeasible import keeps_out
from sejour.domain.obstacle import LABELS, Obstacle
from sejour.domain.offer import Offer
from sejour.domain.page import ideas_of
from sejour.domain.ranking import rank, situate
from sejour.domain.suggestion import Suggestion
from sejour.domain.travel import great_circle_m
from sejour.domain.visit import Visit

NEAREST, NEXT, EXAMPLES = 100, 6, 4


@dataclass(frozen=True, slots=True)
class Group:
    """So many cards that one obstacle keeps out, the nearest first; `examples` are some."""

    obstacle: Obstacle
    label: str
    count: int
    examples: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """`looked`: how many ideas around were looked at; `groups` the most frequent first; `next` by score, of `feasible` in all."""

    looked: int
    groups: tuple[Group, ...]
    next: tuple[Suggestion, ...]
    feasible: int


def left_out(catalogue: Catalogue, visit: Visit, shown: Collection[str]) -> LeftOut:
    situation = situate(catalogue, visit, ideas_of(visit))
    after = [s for s in rank(situation, len(shown) + NEXT) if s.offer.id not in shown]
    around = _nearest(catalogue, visit)
    found: dict[Obstacle, list[Offer]] = {}
    for i in around:
        if catalogue.offers[i].id not in shown and (hindrance := keeps_out(catalogue, visit, i)):
            found.setdefault(hindrance.obstacle, []).append(catalogue.offers[i])
    groups = sorted((Group(each, LABELS[each], len(same), tuple(same[:EXAMPLES])) for each, same in found.items()), key=lambda group: -group.count)
    return LeftOut(len(around), tuple(groups), tuple(after[:NEXT]), len(situation.offers))


def _nearest(catalogue: Catalogue, visit: Visit) -> list[int]:
    """The ideas that have a place, the nearest first."""
    ideas = ideas_of(visit)
    here = np.array([i for i, offer in enumerate(catalogue.offers) if offer.kind in ideas and offer.place], dtype=np.int64)
    if not len(here):
        return []
    metres = great_circle_m(visit.place.lat, visit.place.lon, catalogue.lat[here], catalogue.lon[here])
    nearest: list[int] = here[np.argsort(metres, kind="stable")[:NEAREST]].tolist()
    return nearest
