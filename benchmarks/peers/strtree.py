"""shapely's STRtree for what is near, then our own filter and score on all of it."""

from typing import ClassVar

import numpy as np
import shapely

from benchmarks.national import Country, Quarter, Query
from benchmarks.peers import Answer, processor_time
from benchmarks.peers.scoring import best_among, box_around, resident_megabytes
from sejour.domain.situation import ask
from sejour.domain.slot import slot_of


class STRtree:
    """A tree of what may be enjoyed in the quarter: the smallest that it can be."""

    name: ClassVar[str] = "shapely STRtree + NumPy"

    def __init__(self, country: Country) -> None:
        self._catalogue = country.catalogue
        self.megabytes = 0.0

    @property
    def about(self) -> str:
        return f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}"

    def prepare(self, quarter: Quarter, query: Query) -> None:
        self._slot = slot_of(self._catalogue, query.visit)
        offers = self._slot.offers
        before = resident_megabytes()
        self._tree = shapely.STRtree(shapely.points(self._catalogue.lon[offers], self._catalogue.lat[offers]))
        self.megabytes = max(self.megabytes, resident_megabytes() - before)

    def ask(self, query: Query) -> Answer:
        near = self._tree.query(shapely.box(*box_around(query)))
        return best_among(ask(slot_of(self._catalogue, query.visit), query.visit, query.kinds), np.asarray(near))

    def processor(self) -> float:
        return processor_time()

    def close(self) -> None: ...
