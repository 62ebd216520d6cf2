"""What the sky does, and reading Open-Meteo."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.weather import Forecast, Sky, Weather, read_forecast
from tests.builders import SHARED, at


@pytest.mark.parametrize(
    ("weather", "sky"),
    [
        (Weather(), Sky.FAIR),
        (Weather(20.0, 0.0, 0, 5.0), Sky.FAIR),
        (Weather(code=3), Sky.FAIR),
        (Weather(code=45), Sky.FAIR),  # fog
        (Weather(code=50), Sky.FAIR),
        (Weather(code=51), Sky.RAIN),
        (Weather(code=61), Sky.RAIN),
        (Weather(code=67), Sky.RAIN),
        (Weather(code=80), Sky.RAIN),
        (Weather(code=82), Sky.RAIN),
        (Weather(code=71), Sky.SNOW),
        (Weather(code=77), Sky.SNOW),
        (Weather(code=85), Sky.SNOW),
        (Weather(code=86), Sky.SNOW),
        (Weather(code=95), Sky.STORM),
        (Weather(code=99), Sky.STORM),
        (Weather(precipitation=0.19), Sky.FAIR),
        (Weather(precipitation=0.2), Sky.RAIN),
        (Weather(precipitation=5.0, code=0), Sky.RAIN),
        (Weather(precipitation=5.0, code=73), Sky.SNOW),
        (Weather(temperature=31.9), Sky.FAIR),
        (Weather(temperature=32.0), Sky.HOT),
        (Weather(temperature=35.0, code=95), Sky.STORM),
        (Weather(temperature=35.0, precipitation=1.0), Sky.RAIN),
        (Weather(temperature=-5.0), Sky.FAIR),
    ],
)
def test_sky(weather: Weather, sky: Sky) -> None:
    assert weather.sky is sky


def document(*times: str, **columns: list[Any]) -> dict[str, Any]:
    return {"hourly": {"time": list(times)} | columns}


DAY = read_forecast(
    document(
        *(f"2026-08-13T{h:02d}:00" for h in range(24)), temperature_2m=[float(h) for h in range(24)], precipitation=[0.0] * 24, weather_code=[0] * 24
    )
)


@pytest.mark.parametrize(
    ("moment", "temperature"),
    [
        ("2026-08-13 00:00", 0),
        ("2026-08-13 15:00", 15),
        ("2026-08-13 15:59", 15),
        ("2026-08-13 23:59", 23),
        ("2026-08-12 23:59", None),
        ("2026-08-14 00:00", None),
    ],
)
def test_the_weather_of_the_hour(moment: str, temperature: int | None) -> None:
    weather = DAY.at(at(moment))
    assert (weather and weather.temperature) == temperature


@pytest.mark.parametrize(
    ("moment", "temperature"), [("2026-08-13 06:00", 1), ("2026-08-13 07:00", 1), ("2026-08-13 08:30", 2), ("2026-08-13 09:00", 2)]
)
def test_every_three_hours_the_nearest_within_one(moment: str, temperature: int) -> None:
    forecast = read_forecast(document("2026-08-13T06:00", "2026-08-13T09:00", temperature_2m=[1, 2]))
    weather = forecast.at(at(moment))
    assert weather is not None
    assert weather.temperature == temperature


@pytest.mark.parametrize("moment", ["2026-08-13 08:00", "2026-08-13 12:00", "2026-08-13 18:59"])
def test_a_hole_in_the_forecast_is_unknown(moment: str) -> None:
    forecast = read_forecast(document("2026-08-13T06:00", "2026-08-13T10:00", "2026-08-13T20:00", temperature_2m=[1, 2, 3]))
    assert forecast.at(at(moment)) is None


def test_no_forecast() -> None:
    assert Forecast((), ()).at(at("2026-08-13 12:00")) is None


def test_the_night_when_an_hour_comes_twice() -> None:
    forecast = read_forecast(document(*(f"2026-10-25T{h:02d}:00" for h in range(6)), temperature_2m=list(range(6))))
    for fold in (0, 1):
        weather = forecast.at(at("2026-10-25 02:30").replace(fold=fold))
        assert weather is not None
        assert weather.temperature == 2


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, Weather()),
        ({"temperature_2m": [21.5]}, Weather(21.5)),
        ({"temperature_2m": []}, Weather()),
        ({"temperature_2m": None}, Weather()),
        ({"temperature_2m": "21"}, Weather()),
        ({"temperature_2m": [None], "precipitation": [0.4], "weather_code": [61.0], "wind_speed_10m": [12]}, Weather(None, 0.4, 61, 12)),
        ({"temperature_2m": ["warm"]}, Weather()),
        ({"temperature_2m": [float("nan")]}, Weather()),
        ({"weather_code": [float("nan")]}, Weather()),
        ({"weather_code": [float("inf")]}, Weather()),  # raised OverflowError
        ({"temperature_2m": [float("-inf")]}, Weather()),
        ({"temperature_2m": [21.5, 22.0, 23.0]}, Weather(21.5)),
    ],
)
def test_absent_or_odd_values_are_none(columns: dict[str, Any], expected: Weather) -> None:
    assert read_forecast(document("2026-08-13T06:00", **columns)).weathers == (expected,)


@pytest.mark.parametrize(
    "unreadable",
    [
        {},
        {"hourly": None},
        {"hourly": []},
        {"hourly": {}},
        {"hourly": {"time": []}},
        {"hourly": {"time": "2026"}},
        {"hourly": {"time": ["soon"]}},
        {"hourly": {"time": [None]}},
    ],
)
def test_without_a_readable_hour_it_raises_valueerror(unreadable: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"hourly|isoformat"):
        read_forecast(unreadable)


@given(
    st.dictionaries(
        st.sampled_from(["temperature_2m", "precipitation", "weather_code", "wind_speed_10m"]),
        st.lists(st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=3)), max_size=3),
    )
)
def test_whatever_the_columns_hold_there_is_one_weather_an_hour(columns: dict[str, list[Any]]) -> None:
    forecast = read_forecast(document("2026-08-13T06:00", "2026-08-13T07:00", **columns))
    assert len(forecast.weathers) == 2
    assert all(weather.sky in Sky for weather in forecast.weathers)


def test_columns_longer_than_the_hours_are_cut() -> None:
    names = ("temperature_2m", "precipitation", "weather_code", "wind_speed_10m")
    forecast = read_forecast(document("2026-08-13T06:00", **{name: [1, 2, 3] for name in names}))
    assert forecast.weathers == (Weather(1, 1, 1, 1),)


@pytest.mark.shared
def test_a_real_forecast_by_day_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="hourly"):
        read_forecast(json.loads((SHARED / "feeds/meteo/open-meteo-previsions-denver.json").read_text()))
