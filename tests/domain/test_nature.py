"""What kinds and themes imply when the record does not say."""

from typing import Any

import pytest

from sejour.domain.nature import INDOORS, OUTDOORS, STAY, STAY_BY_THEME, joined_any_time, sheltered, stay_minutes
from sejour.domain.offer import Access, Kind
from tests.builders import make_offer

SHELTERS: list[tuple[dict[str, Any], bool | None]] = [
    ({}, None),
    ({"themes": ("museum",)}, True),
    ({"themes": ("garden",)}, False),
    ({"themes": ("garden", "museum")}, True),  # one part of it under a roof is enough when it rains
    ({"themes": ("unheard_of",)}, None),
    ({"kind": Kind.RESTAURANT}, True),
    ({"kind": Kind.SHOP}, True),
    ({"kind": Kind.MARKET}, None),
    ({"kind": Kind.EVENT}, None),
    ({"kind": Kind.ACTIVITY}, None),
    ({"kind": Kind.MARKET, "themes": ("covered_market",)}, True),
    ({"kind": Kind.MARKET, "themes": ("producers_market",)}, False),
    ({"kind": Kind.RESTAURANT, "themes": ("picnic",)}, False),
    ({"themes": ("museum",), "access": Access(sheltered=False)}, False),  # the record itself knows best
    ({"themes": ("garden",), "access": Access(sheltered=True)}, True),
]


@pytest.mark.parametrize(("fields", "expected"), SHELTERS)
def test_shelter(fields: dict[str, Any], expected: bool | None) -> None:
    assert sheltered(make_offer(**fields)) is expected


def test_no_theme_is_both_indoors_and_outdoors() -> None:
    assert not INDOORS & OUTDOORS


STAYS: list[tuple[dict[str, Any], int]] = [
    ({}, 45),
    ({"themes": ("museum",)}, 60),
    ({"themes": ("unheard_of", "church")}, 20),
    ({"themes": ("museum", "garden")}, 60),  # the first theme that is known
    ({"themes": ("garden", "museum")}, 30),
    ({"kind": Kind.RESTAURANT}, 45),
    ({"kind": Kind.RESTAURANT, "themes": ("cafe",)}, 20),
    ({"kind": Kind.ACTIVITY}, 60),
    ({"kind": Kind.EVENT}, 30),
    ({"kind": Kind.MARKET}, 20),
    ({"kind": Kind.SHOP}, 15),
    ({"kind": Kind.SERVICE}, 5),
    ({"kind": Kind.LODGING}, 5),
]


@pytest.mark.parametrize(("fields", "minutes"), STAYS)
def test_the_shortest_visit_worth_the_way(fields: dict[str, Any], minutes: int) -> None:
    assert stay_minutes(make_offer(**fields)) == minutes


def test_every_kind_has_a_stay_and_none_is_longer_than_two_hours() -> None:
    assert STAY.keys() == set(Kind)
    assert all(0 < minutes <= 120 for minutes in [*STAY.values(), *STAY_BY_THEME.values()])


@pytest.mark.parametrize(
    ("themes", "minutes", "expected"),
    [
        ((), 60, False),
        ((), 180, False),
        ((), 181, True),
        (("concert",), 120, False),
        (("exhibition",), 30, True),
        (("flea_market",), 30, True),
        (("concert", "open_day"), 60, True),
        (("concert",), 24 * 60, True),
    ],
)
def test_does_one_drop_in(themes: tuple[str, ...], minutes: float, expected: bool) -> None:
    assert joined_any_time(make_offer(kind=Kind.EVENT, themes=themes), minutes) is expected
