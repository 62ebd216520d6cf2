"""A map without tiles: places as points in a rectangle, north up. Linear in degrees, so that a touched point is a position again."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sejour.domain.place import Place

WIDTH = 600.0
HEIGHTS = 360.0, 640.0
CROWD = 0.1  # the share at each edge that does not stretch the map: a mistaken position is far from all others
MARGIN = 0.08
LEAST_DEGREES = 0.004  # 400 m


@dataclass(frozen=True, slots=True)
class Frame:
    """Degrees at the edges, and the size of the drawing."""

    west: float
    south: float
    east: float
    north: float
    width: float
    height: float

    def at(self, place: Place) -> tuple[float, float] | None:
        """Its x, y from the top left; None when it is outside."""
        x = (place.lon - self.west) / (self.east - self.west) * self.width
        y = (self.north - place.lat) / (self.north - self.south) * self.height
        return (round(x, 1), round(y, 1)) if 0 <= x <= self.width and 0 <= y <= self.height else None

    @property
    def metres(self) -> float:
        """The width of what it shows."""
        return (self.east - self.west) * 111_320 * math.cos(math.radians((self.north + self.south) / 2))


def frame_of(crowd: Sequence[Place], always: Iterable[Place]) -> Frame:
    """That shows `always`, and most of the `crowd`."""
    kept = list(always)
    lats, lons = [place.lat for place in kept], [place.lon for place in kept]
    if crowd:
        lats += np.quantile([place.lat for place in crowd], (CROWD, 1 - CROWD)).tolist()
        lons += np.quantile([place.lon for place in crowd], (CROWD, 1 - CROWD)).tolist()
    south, north, west, east = min(lats), max(lats), min(lons), max(lons)
    shrink = max(0.05, math.cos(math.radians((south + north) / 2)))
    tall, wide = max(north - south, LEAST_DEGREES) * (1 + 2 * MARGIN), max((east - west) * shrink, LEAST_DEGREES) * (1 + 2 * MARGIN)
    height = min(HEIGHTS[1], max(HEIGHTS[0], WIDTH * tall / wide))
    wide, tall = max(wide, tall * WIDTH / height), max(tall, wide * height / WIDTH)  # one scale in both directions
    lat, lon = (south + north) / 2, (west + east) / 2
    return Frame(lon - wide / shrink / 2, lat - tall / 2, lon + wide / shrink / 2, lat + tall / 2, WIDTH, round(height, 1))


def dots(frame: Frame, places: Iterable[Place]) -> str:
    """One SVG path: each place a point of it, to be drawn with round caps; places that fall together are one."""
    found = {(round(at[0]), round(at[1])): None for place in places if (at := frame.at(place))}
    return "".join(f"M{x} {y}h0" for x, y in found)
