"""What is a place on Earth."""

import math

import pytest

from sejour.domain.place import valid_place


@pytest.mark.parametrize(
    ("lat", "lon", "valid"),
    [
        (43.2946, -0.3716, True),
        (0.0, 0.0, False),  # what broken feeds write for "unknown"
        (1e-7, -1e-7, False),
        (0.0, 9.45, True),  # Libreville, nearly
        (51.48, 0.0, True),  # Greenwich
        (90, 180, True),
        (-90, -180, True),
        (90.1, 0, False),
        (-91, 0, False),
        (45, 180.1, False),
        (45, -181, False),
        (math.nan, 0.1, False),
        (45, math.nan, False),
        (math.inf, 0, False),
        (45, -math.inf, False),
        (432946, -3716, False),  # degrees times ten thousand
    ],
)
def test_valid_place(lat: float, lon: float, valid: bool) -> None:
    assert valid_place(lat, lon) is valid
