"""When it is day somewhere, beside two other almanacs: the checker's own sun, and that of opening-hours."""

import math
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.daylight import BAND, MARGIN, daylight, days_between
from sejour.domain.hours import Hours, State
from sejour.domain.place import Place
from tests.builders import PARIS, ROYALE, at
from tests.domain.feasibility import HORIZON, sun_height


def noon_of(day: date, zone: str = "Europe/Paris") -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone))


def day_at(noon: datetime, place: Place) -> tuple[float, float]:
    first, last = daylight(noon, np.array([place.lat]), np.array([place.lon]))
    return float(first[0]), float(last[0])


def height(seconds: float, place: Place) -> float:
    return sun_height(datetime.fromtimestamp(seconds, UTC), place)


# ---- it is when the sun is up, two minutes kept ----

LANDS = [
    ("Europe/Paris", ROYALE),
    ("Europe/Paris", Place(48.39, -4.49)),  # Brest
    ("Europe/Paris", Place(48.58, 7.75)),  # Strasbourg
    ("Europe/Paris", Place(51.03, 2.37)),  # Dunkerque
    ("America/Guadeloupe", Place(16.24, -61.53)),
    ("America/Cayenne", Place(4.94, -52.33)),
    ("Indian/Reunion", Place(-20.88, 55.45)),
    ("Indian/Mayotte", Place(-12.78, 45.23)),
    ("America/Miquelon", Place(46.78, -56.18)),
    ("Pacific/Noumea", Place(-22.27, 166.44)),
    ("Pacific/Tahiti", Place(-17.54, -149.57)),
    ("Pacific/Marquesas", Place(-8.91, -140.10)),  # half an hour off
    ("Pacific/Wallis", Place(-13.28, -176.17)),  # east of the line by the sun, west of it by the clock
    ("Indian/Kerguelen", Place(-49.35, 70.22)),
]


@pytest.mark.parametrize(("zone", "place"), LANDS)
def test_the_sun_crosses_the_horizon_two_minutes_before_and_after(zone: str, place: Place) -> None:
    for n in range(0, 730, 9):
        noon = noon_of(date(2026, 1, 1) + timedelta(days=n), zone)
        first, last = day_at(noon, place)
        for edge, out in ((first, -1), (last, 1)):
            assert height(edge, place) > HORIZON  # still day
            assert height(edge + out * (MARGIN - 70), place) > HORIZON
            assert height(edge + out * (MARGIN + 70), place) < HORIZON  # and no more than two minutes of it lost


@pytest.mark.parametrize(("zone", "place"), LANDS)
def test_the_day_is_that_of_the_clock(zone: str, place: Place) -> None:
    """In Wallis it was tomorrow's."""
    for n in range(0, 365, 30):
        noon = noon_of(date(2026, 1, 15) + timedelta(days=n), zone)
        first, last = day_at(noon, place)
        assert first < noon.timestamp() < last
        assert 7.5 * 3600 < last - first < 16.5 * 3600


@pytest.mark.parametrize(("zone", "place"), LANDS)
def test_opening_hours_says_the_same(zone: str, place: Place) -> None:
    for n in range(0, 365, 45):
        day = date(2026, 1, 20) + timedelta(days=n)
        midnight = datetime.combine(day, time(0), ZoneInfo(zone))
        hours = Hours("sunrise-sunset", ZoneInfo(zone), place)
        (sunlit,) = [i for i in hours.intervals(midnight, midnight + timedelta(days=1)) if i.state is State.OPEN]
        first, last = day_at(noon_of(day, zone), place)
        assert first - MARGIN == pytest.approx(sunlit.start.timestamp(), abs=150)  # it rounds to minutes, and has an almanac of its own
        assert last + MARGIN == pytest.approx(sunlit.end.timestamp(), abs=150)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 30)), st.floats(-60, 60), st.floats(-180, 180))
def test_anywhere_in_any_year_it_is_day_from_the_first_to_the_last(day: date, lat: float, lon: float) -> None:
    noon, place = datetime.combine(day, time(12), UTC) - timedelta(hours=lon / 15), Place(lat, lon)
    first, last = day_at(noon, place)
    assert all(height(first + (last - first) * n / 8, place) > HORIZON for n in range(9))
    assert height(first - 2 * MARGIN - 30, place) < HORIZON > height(last + 2 * MARGIN + 30, place)


# ---- the poles ----


@pytest.mark.parametrize("lat", [69.0, 78.0, 89.9, 90.0])
def test_in_the_polar_summer_the_sun_does_not_set(lat: float) -> None:
    assert day_at(noon_of(date(2026, 6, 21)), Place(lat, 19.0)) == (-math.inf, math.inf)
    assert day_at(noon_of(date(2026, 12, 21)), Place(-lat, 19.0)) == (-math.inf, math.inf)


@pytest.mark.parametrize("lat", [69.0, 78.0, 89.9, 90.0])
def test_in_the_polar_winter_it_does_not_rise(lat: float) -> None:
    assert day_at(noon_of(date(2026, 12, 21)), Place(lat, 19.0)) == (math.inf, -math.inf)
    assert day_at(noon_of(date(2026, 6, 21)), Place(-lat, 19.0)) == (math.inf, -math.inf)


@pytest.mark.parametrize("lat", [65.7, 66.0, 66.6, 67.5, 69.0, 75.0, 78.25, 84.0, -66.66, -78.25])
@pytest.mark.parametrize("lon", [-0.4, 19.0, 110.0])
def test_beside_the_first_and_the_last_night_it_is_not_called_day(lat: float, lon: float) -> None:
    """On the last night before the summer the sun was said not to set, and it did: a fifth of a degree below."""
    for n in range(365):
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) - timedelta(hours=lon / 15)
        first, last = (max(-43_200.0, min(43_200.0, edge - noon.timestamp())) for edge in day_at(noon, Place(lat, lon)))
        for k in range(9) if first < last else ():
            assert height(noon.timestamp() + first + (last - first) * k / 8, Place(lat, lon)) > HORIZON - 0.2, noon


# ---- many places at once ----


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=20), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_a_place_has_the_same_day_whoever_is_beside_it(places: list[tuple[float, float]], day: date) -> None:
    columns = np.array([lat for lat, _ in places]), np.array([lon for _, lon in places])
    first, last = daylight(noon_of(day), *columns)
    assert [(a, b) for a, b in zip(first.tolist(), last.tolist(), strict=True)] == [day_at(noon_of(day), Place(*place)) for place in places]


def test_nearly_the_same_latitude_has_nearly_the_same_day() -> None:
    one, two = (day_at(noon_of(date(2026, 6, 21)), Place(43.0 + BAND * n / 10, 0.0)) for n in (-4, 4))
    assert one == two


def test_a_degree_to_the_east_is_four_minutes() -> None:
    one, two = (day_at(noon_of(date(2026, 6, 21)), Place(43.0, lon)) for lon in (1.0, 2.0))
    assert (one[0] - two[0], one[1] - two[1]) == pytest.approx((240, 240))


def test_both_sides_of_the_antimeridian_see_one_sunrise() -> None:
    noon = noon_of(date(2026, 8, 13), "Pacific/Auckland")
    assert day_at(noon, Place(-40.0, 180.0)) == pytest.approx(day_at(noon, Place(-40.0, -180.0)), abs=MARGIN)


# ---- the days of a window ----


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-08-13 10:00", "2026-08-13 12:00", ["2026-08-13"]),
        ("2026-08-13 23:00", "2026-08-14 00:00", ["2026-08-13", "2026-08-14"]),
        ("2026-12-31 12:00", "2027-01-02 00:10", ["2026-12-31", "2027-01-01", "2027-01-02"]),
        ("2027-03-27 23:30", "2027-03-28 04:00", ["2027-03-27", "2027-03-28"]),
    ],
)
def test_days_between(first: str, last: str, days: list[str]) -> None:
    assert [str(day) for day in days_between(at(first, PARIS), at(last, PARIS))] == days
