"""A page of different ideas: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) among the best offers, in the score's own logs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sejour.domain.catalogue import Catalogue
from sejour.domain.cells import metres_to, unit_vectors
from sejour.domain.travel import DETOUR, PACES, Mode

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SORT, PLACE = 0.6, 0.4  # of the likeness of two offers of one category: what is left when they are far apart, what being together adds
KIND = 0.5  # of it, between two categories of one kind
WALK = 10.0  # minutes


def varied(points: FloatArray, alike: FloatArray, cost: float, limit: int, first: Sequence[int] = ()) -> list[tuple[int, float]]:
    """(candidate, its likeness to all those above it), best first: each place goes to the highest of points - cost x likeness, so that the fifth café
    costs more than the second; but for the `first` places, which are given. `points` (n) in descending order, `alike` (n, n) from 0 to 1. Ties go to
    the first."""
    worth, costs = points.copy(), cost * alike
    chosen: list[int] = []
    for place in range(min(limit, len(points))):
        best = first[place] if place < len(first) else int(worth.argmax())
        chosen.append(best)
        worth -= costs[best]
        worth[best] = -np.inf
    return [(best, sum(row[:n], 0.0)) for n, (best, row) in enumerate(zip(chosen, alike[chosen][:, chosen].tolist(), strict=True))]


def likeness(catalogue: Catalogue, offers: IntArray, xyz: FloatArray | None = None) -> FloatArray:
    """(n, n), from 0 to 1: of one category, or at least of one kind, the more so a few minutes on foot apart; 1 for what one provider runs. `xyz` (n, 3)
    are the unit vectors of the offers, where they are known."""
    category, kind, provider = catalogue.category[offers], catalogue.kind[offers], catalogue.provider[offers]
    sort = np.where(category[:, None] == category, 1.0, (kind[:, None] == kind) * KIND)
    points = np.ascontiguousarray((unit_vectors(catalogue.lat[offers], catalogue.lon[offers]) if xyz is None else xyz).T)
    walks = metres_to(points[:, :, None], points[:, None]) * (-DETOUR / PACES[Mode.WALK].metres_a_minute / WALK)
    alike: FloatArray = sort * (SORT + PLACE * np.exp(walks))
    alike[(provider[:, None] == provider) & (provider >= 0)] = 1.0
    return alike
