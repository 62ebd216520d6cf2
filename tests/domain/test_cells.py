"""Points on Earth sorted by cells: nothing near is forgotten, and nothing is nearer than it is said to be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.cells import COLUMNS, Cells, make_cells, metres_between, metres_to, sort_by_cell, spans, unit_vector, unit_vectors
from sejour.domain.place import Place
from sejour.domain.travel import EARTH_RADIUS_M, great_circle_m

lats = st.one_of(
    st.floats(-90, 90), st.floats(43, 43.3), st.floats(89.7, 90), st.floats(-90, -89.7), st.sampled_from([-90.0, 0.0, 90.0, 43.29, 43.3])
)
lons = st.one_of(
    st.floats(-180, 180), st.floats(-0.5, 0.1), st.floats(179.7, 180), st.floats(-180, -179.7), st.sampled_from([-180.0, 0.0, 180.0, 0.015])
)
places = st.builds(Place, lats, lons)


def celled(found: list[Place]) -> tuple[Cells, np.ndarray, np.ndarray]:
    """(cells, order of the points, unit vectors in that order)."""
    lat, lon = np.array([p.lat for p in found]), np.array([p.lon for p in found])
    order, keys = sort_by_cell(lat, lon)
    xyz = unit_vectors(lat, lon)[order]
    return make_cells(keys, xyz.T), order, xyz


def points_near(found: list[Place], place: Place, metres: float) -> list[int]:
    """Which of these are in the cells that `near` names, each as often as it is named."""
    cells, order, _ = celled(found)
    named = spans(*cells.near(place, metres))
    return [int(i) for i in order[spans(cells.first[named], cells.first[named + 1])]]


# ---- near ----


@given(st.lists(places, max_size=12), places, st.one_of(st.floats(1, 60_000), st.floats(1, 2e7)))
def test_no_point_within_so_many_metres_is_forgotten(found: list[Place], place: Place, metres: float) -> None:
    seen = set(points_near(found, place, metres))
    distance = great_circle_m(place.lat, place.lon, np.array([p.lat for p in found]), np.array([p.lon for p in found]))
    assert set(np.flatnonzero(distance <= metres).tolist()) <= seen


@given(places, st.floats(1, 30_000), st.floats(0, 360))
def test_not_even_one_at_that_very_distance(place: Place, metres: float, bearing: float) -> None:
    angle, phi, theta = metres * (1 - 1e-9) / EARTH_RADIUS_M, np.radians(place.lat), np.radians(bearing)
    lat = np.arcsin(np.clip(np.sin(phi) * np.cos(angle) + np.cos(phi) * np.sin(angle) * np.cos(theta), -1, 1))
    east = np.arctan2(np.sin(theta) * np.sin(angle) * np.cos(phi), np.cos(angle) - np.sin(phi) * np.sin(lat))
    there = Place(float(np.degrees(lat)), float((place.lon + np.degrees(east) + 180) % 360 - 180))
    if great_circle_m(place.lat, place.lon, np.array([there.lat]), np.array([there.lon]))[0] <= metres:
        assert points_near([there], place, metres) == [0]


@given(st.lists(places, min_size=1, max_size=12), places, st.floats(0, 2e7))
def test_each_point_comes_once(found: list[Place], place: Place, metres: float) -> None:
    near = points_near(found, place, metres)
    assert len(set(near)) == len(near)


def test_what_is_far_is_not_looked_at() -> None:
    found = [Place(43.3 + n / 10, -0.37) for n in range(-50, 50)]
    assert set(points_near(found, Place(43.3, -0.37), 15_000)) == {49, 50, 51}


@pytest.mark.parametrize("lon", [0.0, 0.0075, -0.0075, 90.0, 179.999])
def test_nearly_all_of_a_circle_is_all_of_it(lon: float) -> None:
    """A turn less half a cell ended in the cell where it began: that cell alone was looked at."""
    found = [Place(89.0, -180 + n * 10.0) for n in range(36)]
    for dlon in (179.98, 179.99, 179.9926, 179.995, 179.9999):
        lat = 89.0  # dlat / cos(lat + dlat) = dlon
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if middle / np.cos(np.radians(lat + middle)) < dlon else (low, middle)
        assert len(points_near(found, Place(lat, lon), low * 111_000)) >= 35


def test_across_the_antimeridian() -> None:
    found = [Place(-13.3, 179.95), Place(-13.3, -179.95), Place(-13.3, 180.0), Place(-13.3, -180.0), Place(-13.3, 170.0)]
    for lon in (179.99, -179.99, 180.0, -180.0):
        assert set(points_near(found, Place(-13.3, lon), 12_000)) == {0, 1, 2, 3}


# ---- apart ----


@given(st.lists(places, min_size=1, max_size=12), places)
def test_no_point_is_nearer_than_its_cell(found: list[Place], place: Place) -> None:
    cells, _, xyz = celled(found)
    here = unit_vector(place)
    apart = cells.apart(np.arange(len(cells.keys)), here)
    for cell, least in enumerate(apart.tolist()):
        points = slice(cells.first[cell], cells.first[cell + 1])
        assert least <= metres_between(xyz[points], here).min() + 1e-2 * (least > 1e6) + 1e-6


def test_a_point_alone_is_as_far_as_its_cell() -> None:
    cells, _, xyz = celled([Place(43.2956, -0.3706)])
    here = unit_vector(Place(43.2946, -0.3716))
    assert cells.apart(np.array([0]), here) == pytest.approx(metres_between(xyz, here))
    assert cells.radius.tolist() == pytest.approx([0.0], abs=1e-6)


# ---- sorting ----


@given(st.lists(places, max_size=12))
def test_each_point_is_in_one_cell(found: list[Place]) -> None:
    cells, order, xyz = celled(found)
    assert sorted(order.tolist()) == list(range(len(found)))
    assert (cells.first[0], cells.first[-1]) == (0, len(found))
    assert (np.diff(cells.keys) > 0).all()
    assert (np.diff(cells.first) > 0).all()
    assert cells.centre.shape[1] == len(cells.radius) == len(cells.keys) == len(cells.first) - 1
    assert np.allclose(np.linalg.norm(xyz, axis=1), 1)


def test_points_of_one_cell_keep_their_order() -> None:
    order, _ = sort_by_cell(np.array([43.2951, 43.1, 43.2952, 43.2953]), np.array([-0.3710, 0.0, -0.3711, -0.3712]))
    assert order.tolist() == [1, 0, 2, 3]


def test_a_cell_is_about_a_kilometre() -> None:
    _, keys = sort_by_cell(np.array([43.2951, 43.2999, 43.3051]), np.array([-0.3710, -0.3710, -0.3710]))
    assert keys[0] == keys[1]
    assert keys[2] - keys[1] == COLUMNS


# ---- metres, spans ----


@given(places, places)
def test_by_the_chord_or_by_the_haversine(a: Place, b: Place) -> None:
    one, two = unit_vector(a), unit_vector(b)
    expected = float(great_circle_m(a.lat, a.lon, np.array([b.lat]), np.array([b.lon]))[0])
    exact = pytest.approx(expected, abs=1e-6 if expected < 1e7 else 1.0, rel=1e-9)
    assert float(metres_between(one, two)) == exact
    assert (metres_to(np.array([one, one]).T, two[:, None]) <= expected + 1e-6 * (expected < 1e7) + 1.0 * (expected >= 1e7)).all()


@given(places, st.floats(-9, 9), st.floats(-9, 9))
def test_what_is_near_is_as_near_by_the_series(a: Place, north: float, east: float) -> None:
    b = Place(max(-90.0, min(90.0, a.lat + north)), a.lon + east)
    expected = float(great_circle_m(a.lat, a.lon, np.array([b.lat]), np.array([b.lon]))[0])
    found = metres_to(np.array([unit_vector(b)] * 2).T, unit_vector(a)[:, None]).tolist()
    assert found == [pytest.approx(expected, abs=1e-6 if expected < 2e5 else 2e-3, rel=1e-9)] * 2


def test_one_point_has_the_metres_that_it_has_among_many() -> None:
    points, here = np.random.default_rng(1).normal(size=(3, 200)) * 1e-3 + 0.5, np.array([0.5, 0.5, 0.5])[:, None]
    alone = [metres_to(points[:, n : n + 1], here)[0] for n in range(200)]
    assert metres_to(points, here).tolist() == alone


def test_a_step_away_is_a_step() -> None:
    one, two = (unit_vector(Place(43.2946, lon)) for lon in (-0.3716, -0.3716 + 1e-5))
    assert float(metres_between(one, two)) == pytest.approx(0.8093, abs=1e-3)
    assert float(metres_between(one, one)) == 0.0


@given(st.lists(places, max_size=4))
def test_one_vector_or_many(found: list[Place]) -> None:
    lat, lon = np.array([p.lat for p in found]), np.array([p.lon for p in found])
    assert np.abs(unit_vectors(lat, lon) - np.array([unit_vector(p) for p in found]).reshape(-1, 3)).max(initial=0.0) < 1e-15


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=8))
def test_spans(ranges: list[tuple[int, int]]) -> None:
    first, last = np.array([a for a, _ in ranges], dtype=np.int64), np.array([a + n for a, n in ranges], dtype=np.int64)
    assert spans(first, last).tolist() == [i for a, n in ranges for i in range(a, a + n)]
