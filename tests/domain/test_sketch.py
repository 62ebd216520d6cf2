"""The drawing of what is near: inside, readable, and true."""

import math
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.page import compose
from sejour.domain.place import Place
from sejour.domain.sketch import CENTRE, GAP, IDEA, LEAST_SPAN_M, RIM, SERVICE, SIDE, Box, Mark, around, draw, span_of
from sejour.domain.suggestion import Suggestion
from tests.builders import ROYALE, make_catalogue, make_visit
from tests.domain.test_page import IDEAS, NOON, service

near = st.floats(-0.002, 0.002)
far = st.floats(-0.3, 0.3)
offsets = st.tuples(near, near) | st.tuples(far, far) | st.just((0.0, 0.0)) | st.sampled_from([(0.001, 0.001), (0.0, 0.0005)])
places = offsets.map(lambda off: Place(ROYALE.lat + off[0], ROYALE.lon + off[1]))


def at(metres: float, degrees: float) -> Place:
    """From place Royale, close enough for a plane."""
    north, east = metres * math.cos(math.radians(degrees)), metres * math.sin(math.radians(degrees))
    return Place(ROYALE.lat + north / 111_195, ROYALE.lon + east / 111_195 / math.cos(math.radians(ROYALE.lat)))


@given(st.lists(places, max_size=8), st.lists(places, max_size=8))
def test_every_mark_is_inside_and_none_covers_another(ideas: list[Place], services: list[Place]) -> None:
    sketch = draw(ROYALE, ideas, services)
    marks = [(mark, IDEA) for mark in sketch.ideas] + [(mark, SERVICE) for mark in sketch.services]
    assert (len(sketch.ideas), len(sketch.services)) == (len(ideas), len(services))
    for mark, radius in marks:
        assert radius <= mark.x <= SIDE - radius and radius <= mark.y <= SIDE - radius
        assert math.hypot(mark.true_x - CENTRE, mark.true_y - CENTRE) <= RIM + 1e-6
        assert math.hypot(mark.x - CENTRE, mark.y - CENTRE) >= radius + 6  # where one stands is seen
        assert all(math.hypot(mark.x - ring.x, mark.y - ring.y) > radius for ring in sketch.rings)  # and the distances
    for (a, one), (b, other) in combinations(marks, 2):
        assert math.hypot(a.x - b.x, a.y - b.y) >= one + other + GAP - 1e-6


@given(st.lists(places, max_size=8))
def test_rings_are_apart_and_their_labels_inside(ideas: list[Place]) -> None:
    rings = draw(ROYALE, ideas, []).rings
    assert rings[0].radius == RIM
    assert all(outer.radius - inner.radius > 30 and outer.metres > inner.metres for outer, inner in pairwise(rings))
    assert all(23 < ring.x < SIDE - 23 and 8 < ring.y < SIDE - 8 for ring in rings)


@pytest.mark.parametrize(("metres", "degrees"), [(100, 0), (400, 90), (900, 180), (900, 270), (250, 45), (600, 200)])
def test_a_direction_is_true_and_a_distance_is_that_of_the_rings(metres: float, degrees: float) -> None:
    sketch = draw(ROYALE, [at(metres, degrees), at(999, 130)], [])
    mark, radius = sketch.ideas[0], RIM * math.sqrt(metres / 1000)
    assert sketch.rings[0].metres == 1000
    assert mark.true_x == pytest.approx(CENTRE + radius * math.sin(math.radians(degrees)), abs=0.5)
    assert mark.true_y == pytest.approx(CENTRE - radius * math.cos(math.radians(degrees)), abs=0.5)


def test_what_has_room_is_where_it_is() -> None:
    mark = draw(ROYALE, [at(500, 10)], []).ideas[0]
    assert not mark.moved
    assert Mark(1, 1, 1, 2).moved


@pytest.mark.parametrize(("farthest", "span"), [(0, LEAST_SPAN_M), (100, 100), (101, 200), (480, 500), (1999, 2000), (26_000, 50_000)])
def test_the_drawing_reaches_a_round_distance(farthest: float, span: int) -> None:
    assert span_of(farthest) == span


def test_nothing_to_draw_is_a_drawing() -> None:
    sketch = draw(ROYALE, [], [])
    assert (sketch.ideas, sketch.services, sketch.rings[0].metres) == ((), (), LEAST_SPAN_M)


def test_a_label_keeps_its_rectangle() -> None:
    box = Box(100, 100, 0, 20, 5)
    assert not box.clear_of(125, 100, 10)
    assert box.clear_of(140, 100, 10)
    assert box.clear_of(100, 120, 10)


def test_the_map_shows_the_ideas_of_the_page_in_its_order() -> None:
    catalogue = make_catalogue(*IDEAS, service("toilets", 50), service("parking", 3_000))
    page, visit = compose(catalogue, make_visit(NOON)), make_visit(NOON)
    shown = around(catalogue, visit)
    assert names(shown.ideas) == names(page.shown)
    assert shown.due == page.due
    assert names(shown.services) == ["toilets 50"]  # the farther ones would make all the rest small
    assert (len(shown.sketch.ideas), len(shown.sketch.services)) == (len(page.shown), 1)


def test_without_ideas_the_essentials_are_drawn() -> None:
    shown = around(make_catalogue(service("parking", 3_000)), make_visit(NOON))
    assert (names(shown.ideas), names(shown.services)) == ([], ["parking 3000"])


def names(suggestions: list[Suggestion] | tuple[Suggestion, ...]) -> list[str]:
    return [s.offer.key for s in suggestions]
