"""The anonymous context of a request."""

from datetime import timedelta

import pytest

from sejour.domain.travel import Mode
from sejour.domain.visit import When, Wish
from sejour.domain.weather import Forecast, Weather
from tests.builders import at, make_visit


@pytest.mark.parametrize(
    ("mode", "wishes", "modes"),
    [
        (None, (), (Mode.WALK, Mode.CAR)),
        (None, (Wish.CARFREE,), (Mode.WALK,)),
        (None, (Wish.FREE, Wish.DOGS), (Mode.WALK, Mode.CAR)),
        (Mode.BIKE, (), (Mode.BIKE,)),
        (Mode.WALK, (), (Mode.WALK,)),
        (Mode.CAR, (), (Mode.CAR,)),
    ],
)
def test_the_modes_that_may_be_used(mode: Mode | None, wishes: tuple[Wish, ...], modes: tuple[Mode, ...]) -> None:
    assert make_visit(mode=mode, wishes=frozenset(wishes)).modes == modes


def test_a_visit_says_nothing_of_who_asks() -> None:
    assert set(make_visit().__slots__) == {
        "territory", "place", "moment", "language", "when", "wishes", "mode", "hotspot", "forecast", "previewed", "until", "kept",
    }  # fmt: skip


def test_its_weather_is_that_of_its_moment() -> None:
    day = at("2026-08-13 00:00").replace(tzinfo=None)
    forecast = Forecast(tuple(day + timedelta(hours=n) for n in range(24)), tuple(Weather(temperature=float(n)) for n in range(24)))
    visit = make_visit(at("2026-08-13 15:40"), forecast=forecast)
    assert visit.weather == Weather(temperature=15.0)
    assert make_visit(at("2026-08-14 15:40"), forecast=forecast).weather is None
    assert make_visit().weather is None


def test_the_words_that_others_rely_on() -> None:
    assert [
        wish.value for wish in Wish
    ] == "free dogs sheltered outdoor stroller wheelchair carfree short kids3 kids7 kids11 food culture nature".split()  # noqa: SIM905
    assert [when.value for when in When] == ["now", "tonight", "tomorrow", "week", "rain"]


def test_the_same_question_is_the_same_value() -> None:
    assert make_visit(wishes=frozenset({Wish.FREE})) == make_visit(wishes=frozenset({Wish.FREE}))
    assert hash(make_visit()) == hash(make_visit())
