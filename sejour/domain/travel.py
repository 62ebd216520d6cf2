"""How far things are and how long it takes to get there: a stated rule, over arrays."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8  # mean radius (IUGG), as geopy's great_circle
DETOUR = 1.3  # streets against the great circle: docs/ranking.md
FloatArray = NDArray[np.float64]


class Mode(StrEnum):
    WALK = "walk"
    BIKE = "bike"
    CAR = "car"


@dataclass(frozen=True, slots=True)
class Pace:
    """How a mode travels: metres a minute over the streets, minutes lost before and after (parking, unlocking), and the
    longest trip, in minutes, that we suggest."""

    metres_a_minute: float
    fixed_minutes: float
    longest_minutes: float


PACES = {
    Mode.WALK: Pace(75.0, 0.0, 30.0),  # 4.5 km/h, a family with a stroller
    Mode.BIKE: Pace(230.0, 3.0, 40.0),  # 13.8 km/h
    Mode.CAR: Pace(600.0, 6.0, 45.0),  # 36 km/h on average, and a place to park
}


@dataclass(frozen=True, slots=True)
class Travel:
    """`metres` over the streets (estimated), `minutes` rounded up."""

    mode: Mode
    metres: int
    minutes: int


def great_circle_m(lat: float, lon: float, lats: FloatArray, lons: FloatArray) -> FloatArray:
    """Metres from one point to each of `lats`/`lons` (degrees), by the haversine formula."""
    phi, phis = np.radians(lat), np.radians(lats)
    a = np.sin((phis - phi) / 2) ** 2 + np.cos(phi) * np.cos(phis) * np.sin(np.radians(lons - lon) / 2) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(a, 0.0, 1.0)))  # type: ignore[no-any-return]  # numpy widens it


@lru_cache
def reach_m(modes: tuple[Mode, ...]) -> float:
    """The farthest street distance, in metres, that one of `modes` travels within its longest trip."""
    return max((PACES[m].longest_minutes - PACES[m].fixed_minutes) * PACES[m].metres_a_minute for m in modes)


def travel_minutes(mode: Mode, street_m: FloatArray) -> FloatArray:
    pace = PACES[mode]
    return pace.fixed_minutes + street_m / pace.metres_a_minute
