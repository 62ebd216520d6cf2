"""The map without tiles of the office: what one touches is where it is."""

import math

from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.place import Place
from sejour.domain.scatter import dots, frame_of
from tests.builders import ROYALE

places = st.builds(Place, st.floats(-80, 80), st.floats(-179, 179))


@given(st.lists(places, min_size=1, max_size=20), st.lists(places, max_size=20))
def test_what_is_always_shown_is_inside(always: list[Place], crowd: list[Place]) -> None:
    frame = frame_of(crowd, always)
    assert all(frame.at(place) for place in always)
    assert 360 <= frame.height <= 640 and frame.width == 600


@given(st.floats(42, 51), st.floats(-4, 8), st.floats(0.01, 1))
def test_a_point_is_a_position_again(lat: float, lon: float, wide: float) -> None:
    here = Place(lat, lon)
    frame = frame_of([], [here, Place(lat + wide, lon + wide)])
    x, y = frame.at(here) or (math.nan, math.nan)
    assert abs(frame.west + x / frame.width * (frame.east - frame.west) - lon) < (frame.east - frame.west) / 1_000
    assert abs(frame.north - y / frame.height * (frame.north - frame.south) - lat) < (frame.north - frame.south) / 1_000


def test_one_scale_in_both_directions() -> None:
    frame = frame_of([], [ROYALE, Place(43.4, -0.3)])
    across = (frame.east - frame.west) * math.cos(math.radians(43.35)) / frame.width
    assert abs(across / ((frame.north - frame.south) / frame.height) - 1) < 0.01


def test_a_mistaken_position_does_not_shrink_the_others() -> None:
    crowd = [Place(43.29 + n / 10_000, -0.37 + n / 10_000) for n in range(100)]
    frame = frame_of([*crowd, Place(-43.3, 170.0)], [ROYALE])
    assert frame.metres < 5_000
    assert dots(frame, [ROYALE, ROYALE]).count("M") == 1
    assert dots(frame, [Place(-43.3, 170.0)]) == ""
