"""Where things are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A point, WGS 84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Address:
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    insee: str | None = None


def valid_place(lat: float, lon: float) -> bool:
    """On Earth, finite, and not (0, 0), which is what broken feeds write for "unknown"."""
    return -90 <= lat <= 90 and -180 <= lon <= 180 and not (abs(lat) < 1e-6 and abs(lon) < 1e-6)
