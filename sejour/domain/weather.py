"""Weather as the ranking needs it: what the sky does at one hour."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any


class Sky(StrEnum):
    FAIR = "fair"
    RAIN = "rain"
    STORM = "storm"
    SNOW = "snow"
    HOT = "hot"


WET = (Sky.RAIN, Sky.STORM, Sky.SNOW)
SOON = 8  # hours
STEADY_DAYS = 10


@dataclass(frozen=True, slots=True)
class Weather:
    """One hour: degrees Celsius, millimetres of rain, WMO 4677 code, km/h; each None when not given."""

    temperature: float | None = None
    precipitation: float | None = None
    code: int | None = None
    wind: float | None = None

    @property
    def sky(self) -> Sky:
        """The one word that the rules use. WMO 4677 as Open-Meteo gives it: 51-67 and 80-82 rain, 71-77 and 85-86 snow, 95+
        thunder; 0.2 mm in the hour is rain whatever the code; 32 °C and more is hot."""
        code = self.code or 0
        if code >= 95:
            return Sky.STORM
        if 71 <= code <= 77 or code in (85, 86):
            return Sky.SNOW
        if 51 <= code <= 67 or 80 <= code <= 82 or (self.precipitation or 0.0) >= 0.2:
            return Sky.RAIN
        return Sky.HOT if (self.temperature or 0.0) >= 32 else Sky.FAIR


SKIES = {  # what one word of weather means, for all hours: °C, mm, WMO 4677, km/h
    Sky.FAIR: Weather(22.0, 0.0, 1, 10.0), Sky.RAIN: Weather(15.0, 2.0, 61, 20.0), Sky.STORM: Weather(21.0, 6.0, 95, 50.0),
    Sky.SNOW: Weather(-2.0, 1.0, 73, 15.0), Sky.HOT: Weather(36.0, 0.0, 0, 8.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Forecast:
    """Hours in order: `times` local and naive as Open-Meteo gives them, `weathers` beside them."""

    times: tuple[datetime, ...]
    weathers: tuple[Weather, ...]

    def at(self, moment: datetime) -> Weather | None:
        """The weather of the hour that holds `moment` (aware, in the forecast's own zone), None outside of the forecast."""
        hour = moment.replace(tzinfo=None, minute=0, second=0, microsecond=0)
        if not self.times or not self.times[0] <= hour <= self.times[-1]:
            return None
        after = bisect_left(self.times, hour)  # the nearest: this one, or the one before it
        nearest = after - 1 if self.times[after] != hour and hour - self.times[after - 1] <= self.times[after] - hour else after
        return self.weathers[nearest] if abs(self.times[nearest] - hour) <= timedelta(hours=1) else None

    def rain_after(self, moment: datetime) -> datetime | None:
        """When it begins to rain, storm or snow within SOON of a dry `moment`; None when it does not, or does already."""
        now = self.at(moment)
        if now is None or now.sky in WET:
            return None
        for hours in range(1, SOON + 1):
            later = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
            weather = self.at(later)
            if weather and weather.sky in WET:
                return later
        return None


def steady(weather: Weather, moment: datetime) -> Forecast:
    """The same weather at all hours, from the day before."""
    first = datetime.combine(moment.date() - timedelta(days=1), time(0))
    times = tuple(first + timedelta(hours=n) for n in range(24 * STEADY_DAYS))
    return Forecast(times, (weather,) * len(times))


def read_forecast(document: Mapping[str, Any]) -> Forecast:
    """Open-Meteo's own shape: `hourly.time` and the parallel arrays `temperature_2m`, `precipitation`, `weather_code`,
    `wind_speed_10m`; what is absent, or no number that one could measure, is None. Raises ValueError when there is no readable hour."""
    hourly = document.get("hourly")
    if not isinstance(hourly, Mapping) or not isinstance(hourly.get("time"), list) or not hourly["time"]:
        raise ValueError("no hourly.time")
    times = tuple(datetime.fromisoformat(str(t)).replace(tzinfo=None) for t in hourly["time"])

    def column(name: str) -> Sequence[Any]:
        values = hourly.get(name)
        values = values if isinstance(values, list) else []
        return [v if isinstance(v, int | float) and -1e6 < v < 1e6 else None for v in values] + [None] * (len(times) - len(values))

    rows = zip(times, *map(column, ("temperature_2m", "precipitation", "weather_code", "wind_speed_10m")), strict=False)
    return Forecast(times, tuple(Weather(t, p, None if c is None else int(c), w) for _, t, p, c, w in rows))
