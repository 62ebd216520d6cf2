"""When each category suits: the tables by the hour and by the sky."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.category import CATEGORIES, Category
from sejour.domain.priors import HOURS, LEAST, MOST, OF_CATEGORY, SHELTERS, STRENGTH, WEATHERS, counts_of, hour_factors, learnt, weather_factors
from sejour.domain.weather import WET, Sky

TABLE = hour_factors()


def factor(category: Category, hour: int) -> float:
    return float(TABLE[CATEGORIES.index(category), hour])


# ---- the hours ----


def test_every_category_has_a_factor_for_every_hour() -> None:
    assert HOURS.keys() == set(Category)
    assert TABLE.shape == (len(CATEGORIES), 24)
    assert (TABLE > 0).all()
    assert (TABLE <= 2).all()


@pytest.mark.parametrize("category", list(Category))
def test_at_its_own_hours_a_factor_is_that_of_the_table(category: Category) -> None:
    assert [factor(category, hour) for hour in HOURS[category]] == pytest.approx(list(HOURS[category].values()))


@pytest.mark.parametrize("category", list(Category))
def test_between_them_it_lies_on_a_straight_line_round_the_clock(category: Category) -> None:
    hours = sorted(HOURS[category])
    for first, last in zip(hours, [*hours[1:], hours[0] + 24], strict=True):
        a, b = HOURS[category][first], HOURS[category][last % 24]
        for hour in range(first, last):
            assert factor(category, hour % 24) == pytest.approx(a + (b - a) * (hour - first) / (last - first))


def test_midnight_is_between_the_evening_and_the_night() -> None:
    assert factor(Category.SHOW, 23) > factor(Category.SHOW, 0) > factor(Category.SHOW, 1) > factor(Category.SHOW, 2)


SUITS = [
    (Category.TABLE, 12, 15), (Category.TABLE, 19, 17), (Category.MUSEUM, 14, 22), (Category.SHOW, 21, 10), (Category.MARKET, 9, 15),
    (Category.CAFE, 8, 22), (Category.TASTING, 17, 9), (Category.WATER, 15, 8), (Category.NATURE, 11, 23), (Category.LEISURE, 20, 9),
]  # fmt: skip


@pytest.mark.parametrize(("category", "better", "worse"), SUITS)
def test_some_hours_suit_better(category: Category, better: int, worse: int) -> None:
    assert factor(category, better) > factor(category, worse)


def test_what_is_no_outing_has_no_hour() -> None:
    assert {factor(category, hour) for category in (Category.SERVICE, Category.LODGING) for hour in range(24)} == {1.0}


# ---- what an office counted ----

CELL = (CATEGORIES.index(Category.TABLE), 12)


def bent(openings: float, expected: float) -> float:
    return float(learnt(TABLE, {(Category.TABLE, 12): (openings, expected)})[CELL] / TABLE[CELL])


def test_without_counts_nothing_is_learnt() -> None:
    assert (learnt(TABLE, {}) == TABLE).all()


def test_counts_bend_their_own_factor_and_leave_the_table_as_it_was() -> None:
    before = TABLE.copy()
    found = learnt(TABLE, {(Category.TABLE, 12): (60.0, 20.0)})
    assert np.argwhere(found != TABLE).tolist() == [list(CELL)]
    assert (before == TABLE).all()


def test_as_many_openings_as_expected_change_nothing() -> None:
    assert bent(500.0, 500.0) == 1.0


def test_few_counts_are_hardly_believed_and_many_are() -> None:
    assert bent(2.0, 1.0) == pytest.approx(22 / 21)
    assert bent(1500.0, 1000.0) == pytest.approx(1.5, abs=0.02)
    assert bent(STRENGTH, 0.0) == 2.0  # as much as the table


@pytest.mark.parametrize(("openings", "expected", "most"), [(1e6, 1.0, MOST), (0.0, 1e6, LEAST)])
def test_counts_bend_a_factor_by_two_at_most(openings: float, expected: float, most: float) -> None:
    assert bent(openings, expected) == pytest.approx(most)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e3))
def test_more_openings_never_lower_a_factor(openings: float, expected: float, more: float) -> None:
    assert LEAST <= bent(openings, expected) <= bent(openings + more, expected) <= MOST


seen = st.dictionaries(
    st.tuples(st.sampled_from([Category.TABLE, Category.SHOW]), st.integers(0, 23)),
    st.integers(0, 500).flatmap(lambda shown: st.tuples(st.integers(0, shown).map(float), st.just(float(shown)))),
)


@given(seen)
def test_what_is_expected_of_an_hour_is_the_rate_of_its_category(found: dict[tuple[Category, int], tuple[float, float]]) -> None:
    counts = counts_of(found)
    for category in (Category.TABLE, Category.SHOW):
        cells = [cell for cell in found if cell[0] is category]
        opened, shown = (sum(found[cell][n] for cell in cells) for n in (0, 1))
        assert {cell for cell in counts if cell[0] is category} == (set(cells) if opened else set())
        for cell in cells if opened else ():
            assert counts[cell] == (found[cell][0], pytest.approx(found[cell][1] * opened / shown))
        assert sum(counts[cell][1] for cell in cells if opened) == pytest.approx(opened)


def test_a_category_that_nobody_opened_teaches_nothing() -> None:
    assert counts_of({(Category.TABLE, 12): (0.0, 900.0)}) == {}
    assert counts_of({(Category.TABLE, 12): (5.0, 0.0)}) == {}  # opened, and never shown: what was counted is wrong
    assert counts_of({}) == {}


def test_an_hour_at_which_a_category_is_opened_more_often_suits_it_better() -> None:
    counts = counts_of({(Category.TABLE, 12): (300.0, 1000.0), (Category.TABLE, 15): (20.0, 1000.0)})
    found = learnt(TABLE, counts) / TABLE
    row = CATEGORIES.index(Category.TABLE)
    assert found[row, 12] > 1 > found[row, 15]
    assert (np.delete(found[row], [12, 15]) == 1).all()


# ---- the sky ----


def weather(category: Category, sky: Sky | None, shelter: int) -> float:
    """`shelter` as the catalogue writes it: 0 outdoors, 1 indoors, -1 unknown."""
    return float(weather_factors(sky)[CATEGORIES.index(category) * len(SHELTERS) + shelter % len(SHELTERS)])


def test_every_sky_has_its_factors() -> None:
    assert WEATHERS.keys() == set(Sky)


@pytest.mark.parametrize("sky", list(Sky))
def test_the_weather_counts_for_a_quarter_to_five_quarters_and_a_beach_in_the_rain_for_less(sky: Sky) -> None:
    factors = weather_factors(sky)
    assert factors.shape == (len(CATEGORIES) * len(SHELTERS),)
    assert factors.max() <= 1.25
    assert factors.min() >= (0.15 if sky in WET else 0.25)
    assert all(weather(category, sky, shelter) >= 0.25 for category in set(Category) - {Category.WATER} for shelter in (0, 1, -1))


def test_an_unknown_sky_counts_for_nothing() -> None:
    assert (weather_factors(None) == 1).all()
    assert weather_factors(None).shape == weather_factors(Sky.RAIN).shape


@pytest.mark.parametrize("category", list(Category))
@pytest.mark.parametrize("sky", list(WET))
def test_in_the_rain_a_roof_is_better_than_none_and_unknown_is_between(category: Category, sky: Sky) -> None:
    assert weather(category, sky, 0) < weather(category, sky, -1) < 1 < weather(category, sky, 1)


@pytest.mark.parametrize("category", list(Category))
def test_under_a_fair_sky_the_open_air_is_best(category: Category) -> None:
    assert weather(category, Sky.FAIR, 0) > weather(category, Sky.FAIR, 1) == weather(category, Sky.FAIR, -1) == 1


def test_in_the_heat_one_goes_to_the_water_or_into_the_shade() -> None:
    assert weather(Category.WATER, Sky.HOT, 0) > 1 > weather(Category.NATURE, Sky.HOT, 0) > weather(Category.MONUMENT, Sky.HOT, 0)
    assert weather(Category.MONUMENT, Sky.HOT, 1) > 1


@pytest.mark.parametrize(("category", "sky"), [(category, sky) for category, skies in OF_CATEGORY.items() for sky in skies])
def test_only_the_open_air_of_a_category_is_its_own(category: Category, sky: Sky) -> None:
    assert weather(category, sky, 0) == OF_CATEGORY[category][sky]
    assert (weather(category, sky, 1), weather(category, sky, -1)) == WEATHERS[sky][1:]
