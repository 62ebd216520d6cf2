"""What a visit asks for, as bits; and the rows of use of what may answer it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from sejour.domain.catalogue import KINDS, WISHES, Catalogue
from sejour.domain.offer import Kind
from sejour.domain.timetable import Timetable
from sejour.domain.travel import reach_m
from sejour.domain.visit import Visit, When, Wish

KIND_BITS = {kind: 1 << (len(WISHES) + n) for n, kind in enumerate(KINDS)}
OF_KINDS = np.array([KIND_BITS[kind] for kind in KINDS])


def wanted_bits(visit: Visit) -> int:
    wishes = visit.wishes | ({Wish.SHELTERED} if visit.when is When.RAIN else set())
    return sum(map(WISHES.__getitem__, wishes))


def kind_bits(kinds: Iterable[Kind]) -> int:
    return sum(map(KIND_BITS.__getitem__, kinds))


def rows_of_use(catalogue: Catalogue, visit: Visit, first: datetime, end: datetime, kinds: Sequence[Kind], always: Sequence[int]) -> Timetable:
    """Between two moments, of all that is located. Beyond the prepared fortnight hours take time to compute: of what is of these `kinds`, answers the
    wishes and is within reach, as much as `Catalogue.timetable` computes; and of these indices in any case."""
    if catalogue.covers(first, end):
        found = catalogue.timetable(first, end, visit.place)
        return found.take(~np.isnan(catalogue.lat[found.owner]))
    near, wanted = catalogue.near(visit.place, reach_m(visit.modes)), wanted_bits(visit)
    asked = near[((OF_KINDS[catalogue.kind[near]] & kind_bits(kinds)) != 0) & ((catalogue.wishes[near] & wanted) == wanted)]
    located = np.array([i for i in always if not np.isnan(catalogue.lat[i])], dtype=np.int64)
    return catalogue.timetable(first, end, visit.place, asked, located)
