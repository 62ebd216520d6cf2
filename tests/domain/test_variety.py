"""A page of different ideas."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.offer import Contact, ContactType, Kind, Offer
from sejour.domain.place import Place
from sejour.domain.variety import KIND, PLACE, SORT, likeness, varied
from tests.builders import make_catalogue, make_offer


def naive(points: list[float], alike: list[list[float]], cost: float, limit: int) -> list[tuple[int, float]]:
    """Maximal marginal relevance, place by place, likeness added up."""
    left, chosen = list(range(len(points))), list[tuple[int, float]]()
    while left and len(chosen) < limit:

        def above(i: int) -> float:
            return sum(alike[j][i] for j, _ in chosen)

        best = left[0]
        for i in left[1:]:
            if points[i] - cost * above(i) > points[best] - cost * above(best):
                best = i
        chosen.append((best, above(best)))
        left.remove(best)
    return chosen


numbers = st.integers(-8, 8).map(lambda n: n / 4)  # ties are common, and sums of such numbers exact


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[float], list[list[float]]]:
    points = sorted(draw(st.lists(numbers, max_size=8)), reverse=True)
    alike = [[1.0 if i == j else draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])) for j in range(len(points))] for i in range(len(points))]
    return points, [[alike[min(i, j)][max(i, j)] for j in range(len(points))] for i in range(len(points))]


@given(pools(), st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.integers(0, 10))
def test_each_place_goes_to_what_is_worth_most_there(pool: tuple[list[float], list[list[float]]], cost: float, limit: int) -> None:
    points, alike = pool
    found = varied(np.array(points), np.array(alike).reshape(len(points), len(points)), cost, limit)
    assert found == naive(points, alike, cost, limit)


@given(pools(), st.integers(0, 10))
def test_without_a_cost_the_order_is_that_of_the_points(pool: tuple[list[float], list[list[float]]], limit: int) -> None:
    points, alike = pool
    found = varied(np.array(points), np.array(alike).reshape(len(points), len(points)), 0.0, limit)
    assert [i for i, _ in found] == list(range(min(limit, len(points))))


@given(pools(), st.integers(0, 10))
def test_a_limit_only_cuts(pool: tuple[list[float], list[list[float]]], limit: int) -> None:
    points, alike = np.array(pool[0]), np.array(pool[1]).reshape(len(pool[0]), len(pool[0]))
    assert varied(points, alike, 0.5, limit) == varied(points, alike, 0.5, 100)[:limit]


def test_the_best_is_never_moved_and_a_twin_makes_room() -> None:
    alike = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert varied(np.array([3.0, 2.9, 2.0]), alike, 1.2, 3) == [(0, 0.0), (2, 0.0), (1, 1.0)]
    assert varied(np.array([3.0, 2.9, 1.0]), alike, 1.2, 3) == [(0, 0.0), (1, 1.0), (2, 0.0)]


def test_the_fifth_of_a_sort_costs_more_than_the_second() -> None:
    alike = np.full((6, 6), 1.0)
    alike[5, :5] = alike[:5, 5] = 0.0  # the last is of another sort
    found = varied(np.array([3.0, 3.0, 3.0, 3.0, 3.0, 1.6]), alike, 0.5, 6)
    assert found == [(0, 0.0), (1, 1.0), (2, 2.0), (5, 0.0), (3, 3.0), (4, 4.0)]


# ---- likeness ----


def alike(one: dict[str, Any], two: dict[str, Any]) -> float:
    offers = make_offer("one", **one), make_offer("two", **two)
    catalogue = make_catalogue(*offers)
    found = likeness(catalogue, np.array([catalogue.index[offer.id] for offer in offers]))
    assert found[0, 1] == found[1, 0]
    return float(found[0, 1])


HERE, PHONE = Place(43.0, 0.0), (Contact(ContactType.PHONE, "+33559000000"),)
FAR = Place(44.0, 0.0)
LIKE: list[tuple[dict[str, Any], dict[str, Any], float]] = [
    ({"themes": ("museum",), "place": HERE}, {"themes": ("museum",), "place": HERE}, 1.0),
    ({"themes": ("museum",), "place": HERE}, {"themes": ("museum",), "place": FAR}, SORT),
    ({"themes": ("museum",), "place": HERE}, {"themes": ("castle",), "place": HERE}, (SORT + PLACE) * KIND),  # a sight too
    ({"themes": ("museum",), "place": HERE}, {"themes": ("castle",), "place": FAR}, SORT * KIND),
    ({"place": HERE}, {"kind": Kind.SHOP, "place": HERE}, 0.0),  # a shop beside a sight is another idea
    ({"place": HERE}, {"kind": Kind.SHOP, "place": FAR}, 0.0),
    ({"themes": ("exhibition",), "place": HERE}, {"themes": ("exhibition",), "kind": Kind.EVENT, "place": FAR}, SORT),  # the same sort of outing
    ({"place": HERE, "contacts": PHONE}, {"kind": Kind.SHOP, "place": FAR, "contacts": PHONE}, 1.0),  # the same provider
    ({"place": HERE, "contacts": PHONE}, {"kind": Kind.SHOP, "place": FAR}, 0.0),
]


@pytest.mark.parametrize(("one", "two", "expected"), LIKE)
def test_likeness(one: dict[str, Any], two: dict[str, Any], expected: float) -> None:
    assert alike(one, two) == pytest.approx(expected, abs=1e-6)


def test_ten_minutes_on_foot_are_worth_a_factor_e() -> None:
    metres = 10 * 75 / 1.3
    assert alike({"place": HERE}, {"place": Place(HERE.lat + metres / 111_195, 0.0)}) == pytest.approx(SORT + PLACE / math.e, abs=1e-4)


offers = st.lists(
    st.builds(
        lambda kind, theme, lat, phone: {"kind": kind, "themes": theme, "place": Place(43 + lat, 0.0), "contacts": phone},
        st.sampled_from(list(Kind)), st.sampled_from([(), ("museum",), ("park",), ("cafe",)]), st.floats(0, 0.1), st.sampled_from([(), PHONE]),
    ), min_size=1, max_size=6,
)  # fmt: skip


@given(offers)
def test_likeness_is_between_0_and_1_and_the_same_both_ways(fields: list[dict[str, Any]]) -> None:
    made: list[Offer] = [make_offer(str(n), **each) for n, each in enumerate(fields)]
    catalogue = make_catalogue(*made)
    found = likeness(catalogue, np.arange(len(made)))
    assert (found == found.T).all()
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-12
    assert np.diag(found).tolist() == pytest.approx([1.0] * len(made))


def test_likeness_of_nothing() -> None:
    assert likeness(make_catalogue(), np.zeros(0, dtype=np.int64)).shape == (0, 0)
