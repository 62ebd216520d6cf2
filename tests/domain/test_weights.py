"""How much each term counts, and within what."""

import math
from dataclasses import fields

import pytest

from sejour.domain.curation import PICK
from sejour.domain.terms import TERMS
from sejour.domain.weights import RANGES, STANDARD, Weights

NAMES = [field.name for field in fields(Weights)]


def test_every_weight_has_its_range_and_every_range_its_weight() -> None:
    assert list(RANGES) == NAMES


def test_every_term_has_its_weight_and_variety_is_the_only_other() -> None:
    assert [*(term.name for term in TERMS), "variety"] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_standard_is_within_the_range(name: str) -> None:
    r = RANGES[name]
    assert 0 <= r.least <= getattr(STANDARD, name) <= r.most
    assert r.least < r.most
    assert r.meaning


def test_no_two_mean_the_same() -> None:
    assert len({r.meaning for r in RANGES.values()}) == len(RANGES)


def test_no_office_may_make_a_pick_count_for_more_than_one_and_a_half() -> None:
    assert math.exp(PICK * RANGES["pick"].most) <= 1.5 + 1e-12


def test_what_carries_the_ranking_can_be_bent_but_not_turned_off() -> None:
    assert {name for name in NAMES if RANGES[name].least == 0} == {"weather", "pick", "fairness", "variety"}
