"""Open-Meteo: hours of weather as JSON (open-meteo.com/en/docs). A forecast is no Offer and comes through no registry (decisions 8)."""

from pathlib import Path
from urllib.parse import urlencode

import msgspec

from sejour.domain.text import N_
from sejour.domain.weather import Forecast, read_forecast
from sejour.errors import FeedError

HOURLY = "temperature_2m,precipitation,weather_code,wind_speed_10m"
DAYS = 8
LARGEST = 2 * 2**20  # bytes


def address(url: str, lat: float, lon: float, timezone: str) -> str:
    """The question to ask at `url`: local hours of the coming days at a place."""
    asked = {"latitude": f"{lat:.3f}", "longitude": f"{lon:.3f}", "hourly": HOURLY, "timezone": timezone, "forecast_days": DAYS}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}"


def read(path: Path) -> Forecast:
    """Raises FeedError when the file is no forecast of that shape."""
    try:
        return read_forecast(msgspec.json.decode(path.read_bytes()))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise FeedError(N_("Les prévisions reçues ne sont pas lisibles (hourly.time…).")) from error
