"""When it is day somewhere: an outdoor visit begins after sunrise and ends by sunset."""

import math
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
from astral import Observer
from astral.sun import elevation, sunrise, sunset
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
EPOCH = date(1970, 1, 1)
BAND = 0.1  # degrees of latitude: a tenth is worth some seconds of sunset in France, a minute in Lapland
BANDS = 1801
HORIZON = -0.833  # degrees, of the sun's centre
MARGIN = 120.0  # seconds kept from both ends, for the band, for a horizon, for another almanac


def daylight(noon: datetime, lat: FloatArray, lon: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(first, last) seconds of daylight, POSIX, of the solar day whose noon is the nearest to `noon` (aware) at each place (degrees): -inf and +inf
    where the sun does not set, +inf and -inf where it does not rise."""
    east = lon * 240.0  # the sun is four minutes earlier a degree to the east
    days = np.round((noon.timestamp() + east) / 86_400 - 0.5)  # of Greenwich: beside the antimeridian it is not the clock's
    solar, which = np.unique(days * BANDS + np.round(lat / BAND) + BANDS // 2, return_inverse=True)
    found = [_at_greenwich(EPOCH + timedelta(days=int(key // BANDS)), (key % BANDS - BANDS // 2) * BAND) for key in solar.tolist()]
    first, last = np.array(found).reshape(-1, 2).T
    return first[which] - east + MARGIN, last[which] - east - MARGIN


@lru_cache(maxsize=4096)
def _at_greenwich(day: date, lat: float) -> tuple[float, float]:
    observer = Observer(max(-89.8, min(89.8, lat)), 0.0)
    try:
        return sunrise(observer, day).timestamp(), sunset(observer, day).timestamp()
    except ValueError:  # astral's word for a sun that stays on one side of the horizon
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        if elevation(observer, noon) < 1:
            return math.inf, -math.inf
        if min(elevation(observer, noon + timedelta(hours=hours), with_refraction=False) for hours in (-36, 36)) > HORIZON:
            return -math.inf, math.inf
        return noon.timestamp() - 8 * 3600, noon.timestamp() + 8 * 3600  # beside the last or the first night, a short one about midnight


def days_between(first: datetime, last: datetime) -> list[date]:
    """The local days from one aware moment to another, both included."""
    return [first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1)]
