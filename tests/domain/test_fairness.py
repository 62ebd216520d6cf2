"""Attention shared by merit."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.fairness import MOST, PAGES, exposure, merit, standing


def of(due: list[float], got: list[float], *groups: list[int]) -> list[float]:
    found: list[float] = standing(np.array(due), np.array(got), [np.array(group, dtype=np.int64) for group in groups]).tolist()
    return found


# ---- what a page gives, and to whom ----


@pytest.mark.parametrize("shown", [1, 2, 8, 40])
def test_a_page_gives_one_attention_the_first_place_most(shown: int) -> None:
    shares = exposure(shown)
    assert shares.sum() == pytest.approx(1)
    assert (np.diff(shares) < 0).all()
    assert shares[0] / shares[-1] == pytest.approx(math.log2(shown + 1))


def test_an_empty_page_gives_and_owes_nothing() -> None:
    assert exposure(0).tolist() == []
    assert merit(np.array([])).tolist() == []


def test_a_difference_of_ln_2_deserves_twice_the_attention() -> None:
    shares = merit(np.array([0.0, math.log(2), 1000.0 - 1000.0]))
    assert shares.tolist() == pytest.approx([0.25, 0.5, 0.25])


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=40))
def test_what_a_page_owes_is_one_attention_in_the_order_of_merit(totals: list[float]) -> None:
    shares = merit(np.array(totals))
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    order = np.argsort(totals, kind="stable")
    assert (np.diff(shares[order]) >= 0).all()


def test_a_score_of_any_size_is_no_overflow() -> None:
    assert merit(np.array([1e6, 1e6 - 1, -1e6])).tolist() == pytest.approx([1 / (1 + math.exp(-1)), math.exp(-1) / (1 + math.exp(-1)), 0.0])


# ---- the standing of an offer ----


def test_what_nobody_counted_stands_at_zero() -> None:
    assert of([0.0, 0.0], [0.0, 0.0]) == [0.0, 0.0]
    assert of([], []) == []
    assert of([], [], []) == []


def test_what_got_its_due_stands_at_zero() -> None:
    assert of([3.0, 50.0], [3.0, 50.0]) == [0.0, 0.0]


def test_ln_of_due_over_got_when_many_pages_were_counted() -> None:
    assert of([1500.0, 1000.0], [1000.0, 1500.0]) == pytest.approx([math.log(1.5), -math.log(1.5)], abs=1e-3)


def test_below_a_page_a_counter_is_hardly_believed() -> None:
    (value,) = of([0.2], [0.1])
    assert value == pytest.approx(math.log((0.2 + PAGES) / (0.1 + PAGES)))
    assert abs(value) < 0.1


counters = st.floats(0, 1e6)
counted = st.integers(1, 12).flatmap(
    lambda n: st.tuples(
        *(st.lists(counters, min_size=n, max_size=n) for _ in range(2)), *(st.lists(st.integers(-1, 3), min_size=n, max_size=n) for _ in range(2))
    )
)


@given(counted)
def test_a_standing_is_bounded(found: tuple[list[float], list[float], list[int], list[int]]) -> None:
    assert all(abs(value) <= MOST and math.isfinite(value) for value in of(*found))


@given(counted, st.floats(0, 1e3), st.data())
def test_more_due_never_lowers_and_more_got_never_raises(
    found: tuple[list[float], list[float], list[int], list[int]], more: float, data: st.DataObject
) -> None:
    due, got, *groups = found
    i = data.draw(st.integers(0, len(due) - 1))
    before = of(due, got, *groups)
    assert of([*due[:i], due[i] + more, *due[i + 1 :]], got, *groups)[i] >= before[i] - 1e-12
    assert of(due, [*got[:i], got[i] + more, *got[i + 1 :]], *groups)[i] <= before[i] + 1e-12


def test_what_was_never_counted_stands_where_its_provider_does() -> None:
    never, shown, other = of([0.0, 400.0, 400.0], [0.0, 300.0, 400.0], [0, 0, -1])
    assert other == 0
    assert never == pytest.approx(math.log(401 / 301))
    assert never == pytest.approx(shown, abs=0.01)


def test_a_provider_that_was_never_counted_stands_where_its_commune_does() -> None:
    communes, providers = [0, 0, 1], [0, 1, 2]
    new, _, elsewhere = of([0.0, 300.0, 0.0], [0.0, 400.0, 0.0], communes, providers)
    assert new == pytest.approx(math.log(301 / 401))
    assert elsewhere == 0


def test_what_was_often_counted_stands_on_its_own() -> None:
    own, _ = of([1000.0, 100_000.0], [1000.0, 60_000.0], [0, 0])
    assert own == pytest.approx(0.0, abs=1e-2)


@given(counted)
def test_who_belongs_to_nobody_is_not_touched_by_groups(found: tuple[list[float], list[float], list[int], list[int]]) -> None:
    due, got, *groups = found
    assert of(due, got, *([-1, *group[1:]] for group in groups))[0] == of(due, got)[0]


def test_the_numbers_of_groups_are_names_alone() -> None:
    due, got = [5.0, 0.0, 9.0, 1.0], [1.0, 0.0, 10.0, 4.0]
    assert of(due, got, [0, 0, 7, 7]) == of(due, got, [3, 3, 1, 1])


def test_what_is_shown_less_than_its_due_comes_up_until_it_evens_out() -> None:
    """Two twins and a page of one card: each ends with half of the attention, though ties go to the first."""
    due, got = np.zeros(2), np.zeros(2)
    for _ in range(200):
        totals = standing(due, got)
        due += merit(np.zeros(2))
        got[int(np.argmax(totals))] += 1
    assert got.tolist() == [100, 100]
