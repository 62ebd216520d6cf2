"""Points on Earth sorted by cells of about a kilometre, so that a question looks at what is near, however large the catalogue."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sejour.domain.place import Place
from sejour.domain.travel import EARTH_RADIUS_M

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
HEIGHT, WIDTH = 0.01, 0.015  # degrees: 1.1 km, and about as much at our latitudes
COLUMNS = round(360 / WIDTH)


@dataclass(frozen=True, slots=True)
class Cells:
    """`keys` of the cells that hold points, ascending; cell c holds the sorted points `first[c]` to `first[c + 1]`; `centre` (3, cells) unit
    vectors of the mean of its points, `radius` metres from there to the farthest of them."""

    keys: IntArray
    first: IntArray
    centre: FloatArray
    radius: FloatArray

    def near(self, place: Place, metres: float) -> tuple[IntArray, IntArray]:
        """(first, last) of the runs of cells that may hold a point within `metres` of `place`."""
        south, north, bands = around(place, metres)
        rows = np.arange(south, north + 1) * COLUMNS
        edges = self.keys.searchsorted([[rows + west, rows + east] for west, east in bands])
        return edges[:, 0].ravel(), edges[:, 1].ravel()

    def apart(self, cells: IntArray, here: FloatArray) -> FloatArray:
        """Metres from the unit vector `here` to these cells, at least; negative inside."""
        return metres_to(self.centre.take(cells, axis=1), here[:, None]) - self.radius[cells]


def around(place: Place, metres: float) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    """(first, last row of cells; of each the columns that may hold a point within `metres` of `place`, half open, in two bands over the antimeridian)."""
    dlat = metres / 111_000
    dlon = dlat / max(1e-9, math.cos(math.radians(min(90.0, abs(place.lat) + dlat))))
    south, north = int(max(0.0, place.lat - dlat + 90) // HEIGHT), int((place.lat + dlat + 90) // HEIGHT)
    west, east = int((place.lon - dlon + 180) // WIDTH), int((place.lon + dlon + 180) // WIDTH) + 1
    if east - west >= COLUMNS:
        return south, north, ((0, COLUMNS),)
    if west < 0:
        return south, north, ((0, east), (COLUMNS + west, COLUMNS))
    if east > COLUMNS:
        return south, north, ((west, COLUMNS), (0, east - COLUMNS))
    return south, north, ((west, east),)


def sort_by_cell(lat: FloatArray, lon: FloatArray) -> tuple[IntArray, IntArray]:
    """(order, the cell key of each point in that order)."""
    keys = (np.clip((lat + 90) // HEIGHT, 0, None).astype(np.int64)) * COLUMNS + ((lon + 180) // WIDTH).astype(np.int64) % COLUMNS
    order = np.argsort(keys, kind="stable")
    return order, keys[order]


def make_cells(keys: IntArray, xyz: FloatArray) -> Cells:
    """Of points sorted by cell: their keys, and their unit vectors (3, n)."""
    unique, first = np.unique(keys, return_index=True)
    ends = np.append(first, len(keys))
    if not len(unique):
        return Cells(unique, ends, np.zeros((3, 0)), np.zeros(0))
    centre = np.add.reduceat(xyz, first, axis=1)
    centre /= np.linalg.norm(centre, axis=0)
    apart = metres_to(xyz, np.repeat(centre, np.diff(ends), axis=1))
    return Cells(unique, ends, centre, np.maximum.reduceat(apart, first))


def unit_vectors(lat: FloatArray, lon: FloatArray) -> FloatArray:
    """(n, 3), of degrees; in memory by columns."""
    phi, theta = np.radians(lat), np.radians(lon)
    return np.moveaxis(np.array([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)]), 0, -1)


def unit_vector(place: Place) -> FloatArray:
    phi, theta = math.radians(place.lat), math.radians(place.lon)
    return np.array([math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)])


def metres_between(a: FloatArray, b: FloatArray) -> FloatArray:
    """Great-circle metres between unit vectors (..., 3), by the chord: exact where a cosine would not be, a step away."""
    apart = a - b
    half = np.sqrt(np.einsum("...i,...i", apart, apart)) * 0.5
    metres: FloatArray = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(half, 1.0))
    return metres


def metres_to(points: FloatArray, here: FloatArray) -> FloatArray:
    """The same between columns (3, ...) of unit vectors that are near: by the first terms of the arc sine, to the rounding up to 200 km, to a tenth of a
    millimetre up to 1,000; what is farther is too far all the same. Sums, products and a root: every machine, and `sieve.c`, has the same bits."""
    x, y, z = points - here
    squared = x * x + y * y + z * z
    metres: FloatArray = EARTH_RADIUS_M * np.sqrt(squared) * (1 + squared * (1 / 24 + squared * (3 / 640 + squared * (5 / 7168))))
    return metres


def spans(first: IntArray, last: IntArray) -> IntArray:
    """The integers of all half-open ranges, one after the other."""
    lengths = last - first
    after = lengths.cumsum()
    integers: IntArray = (last - after).repeat(lengths) + np.arange(after[-1] if len(after) else 0)
    return integers
