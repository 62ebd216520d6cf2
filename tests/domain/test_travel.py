"""How far, and how long."""

import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.travel import PACES, Mode, great_circle_m, reach_m, travel_minutes

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


def one_distance(lat: float, lon: float, lat2: float, lon2: float) -> float:
    return float(great_circle_m(lat, lon, np.array([lat2]), np.array([lon2]))[0])


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_that_of_geopy(lat: float, lon: float, lat2: float, lon2: float) -> None:
    """Within 10 cm on Earth, but near the antipodes, where no haversine is that good."""
    expected = great_circle((lat, lon), (lat2, lon2)).meters
    assert one_distance(lat, lon, lat2, lon2) == pytest.approx(expected, rel=1e-6, abs=0.1 if expected < 19_000_000 else 1.0)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((43.2946, -0.3716), (43.2946, -0.3716), 0),
        ((43.2946, -0.3716), (43.2956, -0.3706), 138),
        ((43.2946, -0.3716), (43.4832, -1.5586), 98_182),  # Pau, Biarritz
        ((48.8566, 2.3522), (43.2965, 5.3698), 660_480),  # Paris, Marseille
        ((-13.28, -176.17), (-13.28, 179.83), 432_900),  # across the antimeridian
        ((89.9, 0.0), (89.9, 180.0), 22_239),  # across the pole
    ],
)
def test_known_distances(a: tuple[float, float], b: tuple[float, float], expected: float) -> None:
    assert one_distance(*a, *b) == pytest.approx(expected, rel=2e-4, abs=1)
    assert one_distance(*b, *a) == pytest.approx(one_distance(*a, *b))


def test_distances_of_many_and_of_none() -> None:
    lats, lons = np.array([43.2946, np.nan, 43.2956]), np.array([-0.3716, np.nan, -0.3706])
    metres = great_circle_m(43.2946, -0.3716, lats, lons)
    assert metres[0] == 0
    assert np.isnan(metres[1])
    assert round(metres[2]) == 138
    assert great_circle_m(43.0, 0.0, np.array([]), np.array([])).shape == (0,)


@pytest.mark.parametrize(
    ("mode", "street_m", "minutes"),
    [
        (Mode.WALK, 0, 0),
        (Mode.WALK, 750, 10),
        (Mode.WALK, 2250, 30),
        (Mode.BIKE, 0, 3),
        (Mode.BIKE, 2300, 13),
        (Mode.CAR, 0, 6),
        (Mode.CAR, 6000, 16),
    ],
)
def test_minutes_over_the_streets(mode: Mode, street_m: float, minutes: float) -> None:
    assert travel_minutes(mode, np.array([float(street_m)]))[0] == pytest.approx(minutes)


@pytest.mark.parametrize(
    ("modes", "metres"),
    [((Mode.WALK,), 2250), ((Mode.BIKE,), 8510), ((Mode.CAR,), 23_400), ((Mode.WALK, Mode.CAR), 23_400)],
)
def test_reach(modes: tuple[Mode, ...], metres: float) -> None:
    assert reach_m(modes) == pytest.approx(metres)


@pytest.mark.parametrize("mode", list(Mode))
def test_the_reach_of_a_mode_takes_exactly_its_longest_trip(mode: Mode) -> None:
    assert travel_minutes(mode, np.array([reach_m((mode,))]))[0] == pytest.approx(PACES[mode].longest_minutes)


def test_walking_is_the_slowest_and_driving_the_fastest_beyond_two_kilometres() -> None:
    walk, bike, car = (float(travel_minutes(mode, np.array([5000.0]))[0]) for mode in (Mode.WALK, Mode.BIKE, Mode.CAR))
    assert car < bike < walk
