"""Who can be reached in time, and how. The rule as a whole, against another opinion: test_feasible.py."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.catalogue import KINDS, Catalogue
from sejour.domain.offer import Access, Kind, Offer, Prices
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS, situate
from sejour.domain.situation import Question, Situation, Way, ask, feasible, in_time
from sejour.domain.slot import Rows, slot_of
from sejour.domain.surveys import Surveys
from sejour.domain.timetable import Sort
from sejour.domain.travel import DETOUR, Mode, travel_minutes
from sejour.domain.visit import When, Wish
from tests.builders import ROYALE, at, happening, make_catalogue, make_offer, make_visit

NOON = at("2026-08-13 12:00")
OPEN, DATED, UNSURE = Sort


def away(metres: float) -> Place:
    return Place(ROYALE.lat + metres / 111_195, ROYALE.lon)


def keys(s: Situation) -> list[str]:
    return sorted(s.slot.catalogue.offers[i].key for i in s.offers.tolist())


# ---- the row to aim at: minutes from the moment ----

Row = tuple[int, int, int, int, Sort]  # owner, begin, earliest, last, sort


class Prepared:
    """As much of a slot as the search of a row looks at; in minutes, for a reader."""

    def __init__(self, found: Sequence[Row], offers: int) -> None:
        owner, begin, earliest, last, sort = np.array(found, dtype=np.int64).reshape(-1, 5).T
        self.first_row = np.searchsorted(owner, np.arange(offers + 1))
        columns = {"begin": begin * 60, "start": begin * 60, "earliest": earliest * 60, "last": last * 60, "end": last * 60 + 60, "sort": sort}
        self.rows = Rows(**{field.name: columns.get(field.name, np.zeros(len(owner), dtype=np.int64)) for field in fields(Rows)})


def aim(found: Sequence[Row], arrive: Sequence[int], latest: int, near: Sequence[bool] | None = None) -> list[tuple[int, int] | None]:
    """(row, minute at which its visit begins) for each offer; each is reached `arrive` minutes after one leaves."""
    made: Any = Question(Prepared(found, len(arrive)), make_visit(), np.zeros(3), None, 0, 0, 0, latest * 60)  # type: ignore[arg-type]
    nothing, count = np.zeros(len(arrive)), len(arrive)
    nears = np.array([True] * count if near is None else near)
    s = in_time(made, Way(np.arange(count), nears, nothing, nothing, nothing.astype(np.int64), np.array(arrive, dtype=float)))
    aimed = dict(zip(s.local.tolist(), zip(s.rows.tolist(), (s.begins // 60).tolist(), strict=True), strict=True))
    assert (np.diff(s.local) > 0).all()
    assert (s.arrive == np.array(arrive, dtype=np.int64)[s.local] * 60).all()
    return [aimed.get(n) for n in range(count)]


USEFUL: list[tuple[list[Row], int, int, tuple[int, int] | None]] = [
    ([(0, 10, 10, 15, OPEN)], 12, 30, (0, 12)),
    ([(0, 10, 10, 15, OPEN)], 15, 30, (0, 15)),  # at the last moment
    ([(0, 10, 10, 15, OPEN)], 16, 30, None),  # too late
    ([(0, 10, 10, 15, OPEN)], 2, 9, None),  # too long to wait
    ([(0, 10, 10, 15, OPEN)], 2, 10, (0, 10)),
    ([(0, 10, 10, 45, OPEN)], 40, 30, (0, 40)),  # arrived after one would wait no more: at once
    ([(0, 10, 10, 15, OPEN), (0, 20, 20, 25, OPEN)], 16, 30, (1, 20)),
    ([(0, 10, 10, 15, UNSURE), (0, 11, 11, 15, OPEN)], 12, 30, (1, 12)),  # both now: the better known
    ([(0, 10, 10, 15, DATED), (0, 11, 11, 15, OPEN)], 12, 30, (1, 12)),
    ([(0, 10, 10, 15, UNSURE), (0, 11, 11, 15, DATED)], 12, 30, (1, 12)),
    ([(0, 10, 10, 15, OPEN), (0, 11, 11, 15, OPEN)], 12, 30, (0, 12)),  # equals: the first
    ([(0, 10, 10, 15, UNSURE), (0, 14, 14, 15, OPEN)], 12, 30, (0, 12)),  # the first to be joined
    ([(0, 0, 14, 30, OPEN)], 12, 30, None),  # still dark: nobody waits for the sun
    ([(0, 0, 14, 30, OPEN)], 14, 30, (0, 14)),
    ([(0, 0, 14, 30, OPEN), (0, 16, 16, 20, UNSURE)], 12, 30, (1, 16)),
    ([(0, 0, 2, 5, UNSURE), (0, 0, 12, 30, UNSURE)], 12, 30, (1, 12)),  # the second day of one opening
    ([(1, 10, 10, 15, OPEN)], 12, 30, None),  # another's
    ([], 12, 30, None),
]


@pytest.mark.parametrize(("found", "arrive", "latest", "expected"), USEFUL)
def test_the_row_to_aim_at(found: list[Row], arrive: int, latest: int, expected: tuple[int, int] | None) -> None:
    assert aim(found, [arrive, 999], latest) == [expected, None]


def test_what_is_too_far_has_no_row() -> None:
    found = [(0, 10, 10, 15, OPEN), (1, 10, 10, 15, OPEN)]
    assert aim(found, [12, 12], 30, [False, True]) == [None, (1, 12)]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 50), st.integers(-5, 20), st.integers(-2, 30), st.sampled_from(list(Sort))), max_size=14
    ),
    st.lists(st.integers(0, 60), min_size=4, max_size=4),
    st.integers(0, 90),
)  # fmt: skip
def test_the_row_to_aim_at_is_that_of_a_plain_search(drawn: list[tuple[int, int, int, int, Sort]], arrive: list[int], latest: int) -> None:
    found = sorted((owner, begin, begin + dark, begin + length, sort) for owner, begin, dark, length, sort in drawn)
    expected: list[tuple[int, int] | None] = []
    for owner in range(4):
        choices = []
        for row, (whose, begin, earliest, last, sort) in enumerate(found):
            begins = max(begin, arrive[owner])
            if whose == owner and earliest <= begins <= last and begins <= max(latest, arrive[owner]):
                choices.append((begins, sort, row))
        expected.append((min(choices)[2], min(choices)[0]) if choices else None)
    assert aim(found, arrive, latest) == expected


# ---- the way there ----


def only(offer: Offer, **fields: Any) -> Situation | None:
    surveys = fields.pop("surveys", Surveys())
    s = situate(make_catalogue(offer, surveys=surveys), make_visit(NOON, **fields))
    return s if len(s.local) else None


@pytest.mark.parametrize(
    ("metres", "measured", "street"),
    [
        (500, None, 500 * DETOUR),
        (500, 800.0, 800.0),  # round a river
        (500, 550.0, 550.0),  # straighter than we thought
        (500, 300.0, 500.0),  # nobody walks through the air
        (500, float("nan"), 500 * DETOUR),
    ],
)
def test_a_measured_walk_replaces_the_rule_of_thumb(metres: float, measured: float | None, street: float) -> None:
    offer = make_offer(hours="24/7", place=away(metres))
    s = only(offer, hotspot="royale", surveys=Surveys(walks={"royale": {offer.id: measured} if measured else {}}))
    assert s is not None
    assert s.street.tolist() == pytest.approx([street], abs=2)
    assert s.metres.tolist() == pytest.approx([metres], abs=1)
    assert s.minutes.tolist() == [np.ceil(s.street[0] / 75)]


def test_walks_are_those_of_the_hotspot_where_one_stands() -> None:
    offer = make_offer(hours="24/7", place=away(500))
    surveys = Surveys(walks={"gare": {offer.id: 1500.0}})
    for hotspot, street in ((None, 650), ("royale", 650), ("gare", 1500)):
        s = only(offer, hotspot=hotspot, surveys=surveys)
        assert s is not None
        assert s.street.tolist() == pytest.approx([street], abs=2)


def test_a_short_way_that_was_measured_brings_what_seemed_too_far() -> None:
    offer = make_offer(hours="24/7", place=away(2200))  # 2,860 m by our rule, 2,250 m are 30 minutes
    walks = Surveys(walks={"royale": {offer.id: 2210.0}})
    assert only(offer, mode=Mode.WALK, hotspot="royale") is None
    assert only(offer, mode=Mode.WALK, hotspot="royale", surveys=walks) is not None


@pytest.mark.parametrize(
    ("mode", "measured", "street", "used"),
    [
        (Mode.BIKE, 2000.0, 1300, Mode.BIKE),
        (Mode.CAR, 2000.0, 1300, Mode.CAR),
        (None, 2000.0, 2000, Mode.WALK),
        (None, 4000.0, 1300, Mode.CAR),  # too far round the river on foot: the car has its own way
    ],
)
def test_a_measured_walk_says_nothing_of_other_modes(mode: Mode | None, measured: float, street: float, used: Mode) -> None:
    offer = make_offer(hours="24/7", place=away(1000))
    s = only(offer, mode=mode, hotspot="royale", surveys=Surveys(walks={"royale": {offer.id: measured}}))
    assert s is not None
    assert s.visit.modes[s.mode[0]] is used
    assert s.street.tolist() == pytest.approx([street], abs=2)
    assert s.minutes.tolist() == np.ceil(travel_minutes(used, s.street)).tolist()


@pytest.mark.parametrize(
    ("metres", "wishes", "mode", "used"),
    [(1700, (), None, Mode.WALK), (1800, (), None, Mode.CAR), (1800, (Wish.CARFREE,), None, None), (1800, (), Mode.BIKE, Mode.BIKE)],
)
def test_the_mode_is_the_first_that_gets_there(metres: float, wishes: tuple[Wish, ...], mode: Mode | None, used: Mode | None) -> None:
    s = only(make_offer(hours="24/7", place=away(metres)), wishes=frozenset(wishes), mode=mode)
    assert (s and s.visit.modes[s.mode[0]]) == used


# ---- who is asked for ----


def town() -> Catalogue:
    return make_catalogue(
        *(make_offer(kind.value, kind=kind, hours="24/7") for kind in Kind),
        make_offer("free", hours="24/7", prices=Prices(free=True), access=Access(dogs=True)),
        make_offer("roof", hours="24/7", themes=("museum",)),
    )  # fmt: skip


def test_only_the_kinds_asked_for() -> None:
    for kind in Kind:
        assert {KINDS[k] for k in town().kind[situate(town(), make_visit(NOON), (kind,)).offers]} == {kind}
    assert keys(situate(town(), make_visit(NOON), ())) == []


def test_only_what_answers_every_wish() -> None:
    assert keys(situate(town(), make_visit(NOON, wishes=frozenset({Wish.FREE})))) == ["free"]
    assert keys(situate(town(), make_visit(NOON, wishes=frozenset({Wish.FREE, Wish.DOGS})))) == ["free"]
    assert keys(situate(town(), make_visit(NOON, wishes=frozenset({Wish.FREE, Wish.SHELTERED})))) == []


def test_in_the_rain_a_roof_is_a_wish() -> None:
    assert keys(situate(town(), make_visit(NOON, when=When.RAIN))) == ["restaurant", "roof", "shop"]


def test_only_those_among() -> None:
    catalogue = town()
    for among in ((), (0,), (3, 1), tuple(range(len(catalogue.offers)))):
        s = situate(catalogue, make_visit(NOON), tuple(Kind), among)
        assert sorted(s.offers.tolist()) == sorted(among)


def test_what_was_asked_about_and_is_too_far_or_closed_is_not_there() -> None:
    offers = make_offer("far", hours="24/7", place=away(100_000)), make_offer("closed", hours="off"), make_offer("nowhere", place=None)
    catalogue = make_catalogue(*offers)
    assert keys(situate(catalogue, make_visit(NOON), IDEAS, range(3))) == []


def test_the_columns_are_parallel() -> None:
    catalogue = make_catalogue(
        make_offer("museum", hours="10:00-18:00"),
        make_offer("later", hours="13:00-18:00"),
        make_offer("concert", kind=Kind.EVENT, occurrences=(happening("2026-08-13 12:30"),)),
        make_offer("perhaps"),
    )
    s = situate(catalogue, make_visit(NOON))
    columns = (s.metres, s.street, s.mode, s.minutes, s.arrive, s.rows, s.begins, s.wait, s.sort, s.quarters, s.offers)
    assert {len(column) for column in columns} == {4}
    assert {catalogue.offers[i].key: (wait, Sort(sort)) for i, wait, sort in zip(s.offers, s.wait, s.sort, strict=True)} == {
        "museum": (0.0, OPEN), "later": (57.0, OPEN), "concert": (27.0, DATED), "perhaps": (0.0, UNSURE),
    }  # fmt: skip
    assert s.quarters.tolist() == [(begins - s.slot.zero) // 900 for begins in s.begins.tolist()]
    again = s.take(np.array([2, 0]))
    assert again.offers.tolist() == [s.offers[2], s.offers[0]]
    assert again.wait.tolist() == [s.wait[2], s.wait[0]]


def test_of_nothing_nothing_is_feasible() -> None:
    catalogue, visit = make_catalogue(make_offer(hours="24/7")), make_visit(NOON)
    question = ask(slot_of(catalogue, visit), visit, IDEAS)
    assert len(feasible(question, np.zeros(0, dtype=np.int64)).local) == 0
