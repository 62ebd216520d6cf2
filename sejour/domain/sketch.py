"""The map without tiles: what the page proposes, drawn around where one stands.

Directions are true and rings tell distances; the scale tightens outwards, as the square root, so that what is two streets away and what is in the
next valley are both readable. Units are those of a square drawing, SIDE wide, north up.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from sejour.domain.catalogue import Catalogue
from sejour.domain.page import compose
from sejour.domain.place import Place
from sejour.domain.suggestion import Suggestion
from sejour.domain.travel import great_circle_m
from sejour.domain.visit import Visit

SIDE = 320.0
CENTRE = SIDE / 2
RIM = 142.0  # radius of the outer ring: a mark on it is still inside
IDEA, SERVICE = 14.0, 9.0  # radii of the marks
GAP = 2.0  # between two marks, so that each can be told and touched
RINGS_APART = 36.0
LEAST_SPAN_M = 100
LABEL = 23.0, 8.0  # half width and half height of "500 m"
HERE = 42.0, 7.0  # of "vous êtes ici"
HERE_Y = CENTRE + 18.0
NORTH = SIDE - 20.0, 22.0
STEP, TURNS = 4.0, 24  # of the search of a free place: farther by this, in so many directions


@dataclass(frozen=True, slots=True)
class Box:
    """What nothing may cover: within `radius` of a rectangle of half sizes `wide`, `high`; a disc when they are 0."""

    x: float
    y: float
    radius: float = 0.0
    wide: float = 0.0
    high: float = 0.0

    def clear_of(self, x: float, y: float, radius: float) -> bool:
        """Is a disc there apart from it?"""
        apart = math.hypot(max(abs(x - self.x) - self.wide, 0.0), max(abs(y - self.y) - self.high, 0.0))
        return apart >= self.radius + radius + GAP


@dataclass(frozen=True, slots=True)
class Mark:
    """Drawn at `x`, `y`; what it stands for is at `true_x`, `true_y`, elsewhere when that was taken."""

    x: float
    y: float
    true_x: float
    true_y: float

    @property
    def moved(self) -> bool:
        return (self.x, self.y) != (self.true_x, self.true_y)


@dataclass(frozen=True, slots=True)
class Ring:
    """`x`, `y` is the middle of its label."""

    metres: int
    radius: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Sketch:
    """Marks in the order they were given in."""

    rings: tuple[Ring, ...]
    ideas: tuple[Mark, ...]
    services: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Around:
    """The ideas of the page, in its order, and the essentials that are not farther than they are; `due` as on the page."""

    ideas: tuple[Suggestion, ...]
    services: tuple[Suggestion, ...]
    sketch: Sketch
    due: dict[str, float]


def around(catalogue: Catalogue, visit: Visit) -> Around:
    page = compose(catalogue, visit)
    ideas = tuple(page.shown)
    farthest = max((s.metres for s in ideas), default=math.inf)
    services = tuple(s for s in page.essentials if s.metres <= farthest)
    return Around(ideas, services, draw(visit.place, _places(ideas), _places(services)), page.due)


def draw(here: Place, ideas: Sequence[Place], services: Sequence[Place]) -> Sketch:
    """Every mark is inside, and none covers another, a label or where one stands, for as many as a page holds."""
    distances, angles = _seen_from(here, [*ideas, *services])
    span = span_of(max(distances, default=0.0))
    spots = [_at(RIM * math.sqrt(metres / span), angle) for metres, angle in zip(distances, angles, strict=True)]
    rings = _rings(span, spots)
    taken = [Box(CENTRE, CENTRE, 6.0), Box(CENTRE, HERE_Y, 0.0, *HERE), Box(*NORTH, 14.0), *(Box(r.x, r.y, 0.0, *LABEL) for r in rings)]
    marks = []
    for n, (x, y) in enumerate(spots):
        radius = IDEA if n < len(ideas) else SERVICE
        free = next((at for at in _near(x, y) if _inside(*at, radius) and all(box.clear_of(*at, radius) for box in taken)), (x, y))
        marks.append(Mark(*free, x, y))
        taken.append(Box(*free, radius))
    return Sketch(rings, tuple(marks[: len(ideas)]), tuple(marks[len(ideas) :]))


def span_of(farthest: float) -> int:
    """The round distance, in metres, that reaches `farthest`."""
    return next(metres for metres in _round_metres() if metres >= max(farthest, LEAST_SPAN_M))


def _round_metres() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50…"""
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _rings(span: int, spots: Sequence[tuple[float, float]]) -> tuple[Ring, ...]:
    """From the outer one inwards, their labels in a line where the fewest marks are."""
    metres = [span]
    for m in reversed(list(takewhile(lambda m: m < span, _round_metres()))):
        if RIM * (math.sqrt(metres[-1] / span) - math.sqrt(m / span)) >= RINGS_APART <= RIM * math.sqrt(m / span):
            metres.append(m)
    radii = [RIM * math.sqrt(m / span) for m in metres]
    angle = max((math.radians(quarter + turn) for quarter in (0, 90, 180, 270) for turn in (30, 45, 60)), key=lambda a: _room(a, radii, spots))
    return tuple(Ring(m, radius, *_at(radius, angle)) for m, radius in zip(metres, radii, strict=True))


def _room(angle: float, radii: Sequence[float], spots: Sequence[tuple[float, float]]) -> float:
    """How far the nearest mark is from labels in that direction."""
    return min((math.dist(_at(radius, angle), spot) for radius in radii for spot in spots), default=0.0)


def _seen_from(here: Place, places: Sequence[Place]) -> tuple[list[float], list[float]]:
    """Metres to each place, and its bearing: radians from the north, clockwise."""
    lats, lons = np.radians([p.lat for p in places]), np.radians([p.lon for p in places])
    lat, apart = math.radians(here.lat), lons - math.radians(here.lon)
    east, north = np.sin(apart) * np.cos(lats), math.cos(lat) * np.sin(lats) - math.sin(lat) * np.cos(lats) * np.cos(apart)
    return great_circle_m(here.lat, here.lon, np.degrees(lats), np.degrees(lons)).tolist(), np.arctan2(east, north).tolist()


def _at(radius: float, angle: float) -> tuple[float, float]:
    return CENTRE + radius * math.sin(angle), CENTRE - radius * math.cos(angle)


def _near(x: float, y: float) -> Iterator[tuple[float, float]]:
    """The place itself, then others, farther and farther."""
    yield x, y
    for ring in range(1, int(SIDE / STEP)):
        for turn in range(TURNS):
            angle = 2 * math.pi * turn / TURNS
            yield x + ring * STEP * math.sin(angle), y - ring * STEP * math.cos(angle)


def _inside(x: float, y: float, radius: float) -> bool:
    return radius <= x <= SIDE - radius and radius <= y <= SIDE - radius


def _places(suggestions: Sequence[Suggestion]) -> list[Place]:
    return [s.offer.place for s in suggestions if s.offer.place]  # only located offers are ranked
