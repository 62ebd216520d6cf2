"""The rows of use: when each offer can be enjoyed, and until when one may still arrive."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.hours import State
from sejour.domain.offer import Kind, Occurrence, OccurrenceStatus, Offer
from sejour.domain.timetable import Sort, Timetable, build_timetable
from tests.builders import PARIS, at, happening, make_offer
from tests.domain.samples import FRANCE, hours, moments, sure_texts

FIRST, LAST = at("2026-08-13 00:00"), at("2026-08-16 00:00")  # Thursday to Saturday


def rows(offer: Offer, first: datetime = FIRST, last: datetime = LAST) -> list[str]:
    """Each row as "13 10:00 > 13 18:00, last 17:00, OPEN"."""
    table = build_timetable([offer], [0], first, last, FRANCE)

    def local(seconds: int, pattern: str) -> str:
        return datetime.fromtimestamp(seconds, PARIS).strftime(pattern)

    return [
        f"{local(start, '%d %H:%M')} > {local(end, '%d %H:%M')}, last {local(latest, '%H:%M')}, {Sort(sort).name}"
        for start, end, latest, sort in zip(table.start, table.end, table.last, table.sort, strict=True)
    ]


OPENINGS: list[tuple[dict[str, Any], list[str]]] = [
    ({"hours": "Th 10:00-18:00"}, ["13 10:00 > 13 18:00, last 17:15, OPEN"]),
    ({"hours": "Th 10:00-18:00", "themes": ("museum",)}, ["13 10:00 > 13 18:00, last 17:00, OPEN"]),
    ({"hours": "Th 10:00-12:00,14:00-18:00"}, ["13 10:00 > 13 12:00, last 11:15, OPEN", "13 14:00 > 13 18:00, last 17:15, OPEN"]),
    ({"hours": "Th 10:00-10:45"}, ["13 10:00 > 13 10:45, last 10:00, OPEN"]),  # just long enough
    ({"hours": "Th 10:00-10:30"}, ["13 10:00 > 13 10:30, last 10:00, OPEN"]),  # a short opening: be there when it begins
    ({"hours": "Th 22:00-02:00"}, ["13 22:00 > 14 02:00, last 01:15, OPEN"]),
    ({"hours": "Th 17:00+"}, ["13 17:00 > 14 03:00, last 02:59, UNSURE"]),
    ({"hours": "Th 10:00-18:00+"}, ["13 10:00 > 13 18:00, last 17:15, OPEN", "13 18:00 > 14 04:00, last 03:59, UNSURE"]),
    ({"hours": "24/7"}, ["13 00:00 > 16 00:00, last 23:15, OPEN"]),
    ({"hours": "off"}, []),
    (
        {"hours": "Mo-Fr 10:00-18:00; PH off", "kind": Kind.SERVICE},
        ["13 10:00 > 13 18:00, last 17:55, OPEN", "14 10:00 > 14 18:00, last 17:55, OPEN"],
    ),
    ({"hours": "PH 10:00-18:00"}, ["15 10:00 > 15 18:00, last 17:15, OPEN"]),
    ({"hours": "2020 10:00-18:00; 2021+ unknown"}, ["13 00:00 > 16 00:00, last 23:59, UNSURE"]),
    ({}, ["13 00:00 > 16 00:00, last 23:59, UNSURE"]),  # nobody said when
    ({"kind": Kind.EVENT}, []),  # an event without a date is not an idea for any day
    ({"kind": Kind.EVENT, "hours": "Fr 10:00-18:00"}, ["14 10:00 > 14 18:00, last 17:30, OPEN"]),
]


@pytest.mark.parametrize(("fields", "expected"), OPENINGS)
def test_openings(fields: dict[str, Any], expected: list[str]) -> None:
    assert rows(make_offer(**fields)) == expected


def day(start: str, end: str | None = None, **fields: Any) -> Occurrence:
    return happening(f"{start} 00:00", end and f"{end} 00:00", all_day=True, **fields)


CANCELLED = OccurrenceStatus.CANCELLED
HAPPENINGS: list[tuple[tuple[Occurrence, ...], dict[str, Any], list[str]]] = [
    ((happening("2026-08-13 20:00", "2026-08-13 22:00"),), {}, ["13 20:00 > 13 22:00, last 20:15, DATED"]),
    ((happening("2026-08-13 20:00"),), {}, ["13 20:00 > 13 20:15, last 20:15, DATED"]),  # nobody said its end
    ((happening("2026-08-13 20:00", "2026-08-13 20:00"),), {}, ["13 20:00 > 13 20:00, last 20:00, DATED"]),
    ((happening("2026-08-13 20:00", "2026-08-13 20:10"),), {}, ["13 20:00 > 13 20:10, last 20:09, DATED"]),  # over before the grace is
    ((happening("2026-08-13 10:00", "2026-08-13 18:00"),), {}, ["13 10:00 > 13 18:00, last 17:30, DATED"]),  # long: one drops in
    ((happening("2026-08-13 10:00", "2026-08-13 12:00"),), {"themes": ("exhibition",)}, ["13 10:00 > 13 12:00, last 11:30, DATED"]),
    ((happening("2026-08-13 10:00", "2026-08-13 10:20"),), {"themes": ("exhibition",)}, ["13 10:00 > 13 10:20, last 10:00, DATED"]),
    ((happening("2026-08-13 22:00", "2026-08-14 02:30"),), {}, ["13 22:00 > 14 02:30, last 02:00, DATED"]),
    ((happening("2026-08-13 20:00", "2026-08-13 22:00", status=CANCELLED),), {}, []),
    ((happening("2026-08-13 20:00", status=CANCELLED), happening("2026-08-14 20:00")), {}, ["14 20:00 > 14 20:15, last 20:15, DATED"]),
    ((happening("2026-08-12 20:00", "2026-08-12 22:00"),), {}, []),  # over
    ((happening("2026-08-12 22:00", "2026-08-13 03:00"),), {}, ["12 22:00 > 13 03:00, last 02:30, DATED"]),  # under way
    ((happening("2026-08-20 20:00"),), {}, []),  # later
    ((happening("2026-08-14 20:00"), happening("2026-08-13 20:00")), {}, ["13 20:00 > 13 20:15, last 20:15, DATED", "14 20:00 > 14 20:15, last 20:15, DATED"]),
    ((happening("2026-08-13 20:00"),), {"hours": "10:00-18:00"}, ["13 20:00 > 13 20:15, last 20:15, DATED"]),  # its dates, not the box office
    ((happening("2026-08-13 20:00"),), {"kind": Kind.SIGHT}, ["13 20:00 > 13 20:15, last 20:15, DATED"]),
    # days without a time of day
    ((day("2026-08-13", "2026-08-14"),), {}, ["13 00:00 > 14 00:00, last 23:59, UNSURE"]),
    ((day("2026-08-13"),), {}, ["13 00:00 > 14 00:00, last 23:59, UNSURE"]),
    ((day("2026-08-13", "2026-08-15"),), {}, ["13 00:00 > 15 00:00, last 23:59, UNSURE"]),
    ((day("2026-08-01", "2026-08-31"),), {}, ["13 00:00 > 16 00:00, last 23:59, UNSURE"]),
    ((day("2026-08-14", "2026-08-15", status=CANCELLED),), {}, []),
    ((day("2026-08-12", "2026-08-13"),), {}, []),
    ((day("2026-08-14", "2026-08-15"),), {"hours": "10:00-18:00"}, ["14 10:00 > 14 18:00, last 17:30, OPEN"]),
    ((day("2026-08-14", "2026-08-15"),), {"hours": "Th 22:00-02:00, Fr 20:00-22:00"}, ["14 20:00 > 14 22:00, last 21:30, OPEN"]),  # Thursday's night
    ((day("2026-08-14", "2026-08-16"),), {"hours": "22:00-02:00"}, ["14 22:00 > 15 02:00, last 01:30, OPEN", "15 22:00 > 16 00:00, last 23:30, OPEN"]),
    ((day("2026-08-14", "2026-08-15"),), {"hours": "Th 22:00-02:00"}, []),  # its hours are known: of another day
    ((day("2026-08-14", "2026-08-15"),), {"hours": "Th 10:00-24:00, Fr 00:00-18:00"}, ["14 00:00 > 14 18:00, last 17:30, OPEN"]),  # no night: it lasts beyond noon
    ((day("2026-08-14", "2026-08-15"),), {"hours": "24/7"}, ["14 00:00 > 15 00:00, last 23:30, OPEN"]),
    ((day("2026-08-14", "2026-08-15"),), {"hours": "Mo 10:00-18:00"}, ["14 00:00 > 15 00:00, last 23:59, UNSURE"]),  # hours of another thing
    ((day("2026-08-01", "2026-08-31"),), {"hours": "Sa 10:00-18:00"}, ["15 10:00 > 15 18:00, last 17:30, OPEN"]),
    ((day("2026-08-01", "2026-08-31"),), {"hours": "Mo 10:00-18:00"}, []),  # a festival of Mondays is closed today, not "to be confirmed"
]  # fmt: skip


@pytest.mark.parametrize(("occurrences", "fields", "expected"), HAPPENINGS)
def test_happenings(occurrences: tuple[Occurrence, ...], fields: dict[str, Any], expected: list[str]) -> None:
    assert rows(make_offer(occurrences=occurrences, **{"kind": Kind.EVENT} | fields)) == expected


@pytest.mark.parametrize("moment", ["2026-08-04 00:00", "2026-08-11 00:00", "2026-08-18 00:00", "2026-08-29 00:00"])
def test_a_closed_day_of_a_long_happening_is_closed_whatever_days_are_asked_for(moment: str) -> None:
    """Asked for two days alone, the Mondays' festival was "to be confirmed" on Tuesdays."""
    festival = make_offer(kind=Kind.EVENT, occurrences=(day("2026-08-01", "2026-08-31"),), hours="Mo 10:00-18:00")
    assert rows(festival, at(moment), at(moment) + timedelta(days=2)) == []


def test_sure_rows_come_before_unsure_ones_of_the_same_start() -> None:
    assert list(Sort) == sorted([Sort.OPEN, Sort.DATED, Sort.UNSURE])


def test_the_hours_are_those_of_the_place() -> None:
    offer = make_offer(hours="10:00-12:00", timezone="Indian/Reunion")
    assert rows(offer, FIRST, at("2026-08-14 00:00")) == ["13 08:00 > 13 10:00, last 09:15, OPEN"]


def test_a_dst_night_is_counted_in_real_time() -> None:
    (night,) = rows(make_offer(hours="2026 Oct 24 22:00-04:00"), at("2026-10-24 12:00"), at("2026-10-26 00:00"))
    assert night == "24 22:00 > 25 04:00, last 03:15, OPEN"
    table = build_timetable([make_offer(hours="2026 Oct 24 22:00-04:00")], [0], at("2026-10-24 12:00"), at("2026-10-26 00:00"), None)
    assert (table.end - table.start).tolist() == [7 * 3600]


def test_rows_are_sorted_by_owner_then_start() -> None:
    offers = [
        make_offer("b", hours="10:00-12:00"),
        make_offer("a", kind=Kind.EVENT, occurrences=(happening("2026-08-14 20:00"), happening("2026-08-13 20:00"))),
    ]
    table = build_timetable(offers, [0, 1], FIRST, LAST, None)
    assert table.owner.tolist() == [0, 0, 0, 1, 1]
    assert table.start.tolist()[3:] == sorted(table.start.tolist()[3:])


def test_only_the_offers_asked_for() -> None:
    offers = [make_offer(str(n), hours="10:00-12:00") for n in range(5)]
    assert set(build_timetable(offers, [1, 3], FIRST, LAST, None).owner.tolist()) == {1, 3}


@pytest.mark.parametrize("offers", [[], [make_offer(hours="off")]])
def test_no_row_at_all(offers: list[Offer]) -> None:
    table = build_timetable(offers, range(len(offers)), FIRST, LAST, None)
    assert [len(column) for column in (table.owner, table.start, table.end, table.last, table.sort)] == [0] * 5
    assert len(table.between(0, 10).owner) == 0


def made(*found: tuple[int, int, int, int, Sort]) -> Timetable:
    """(owner, start, end, last, sort)."""
    return Timetable(*np.array(found, dtype=np.int64).reshape(-1, 5).T)


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [(0, 99, [10, 20]), (0, 10, [10]), (0, 9, []), (15, 99, [10, 20]), (16, 99, [20]), (26, 99, []), (12, 20, [10, 20])],
)
def test_between(start: int, end: int, kept: list[int]) -> None:
    table = made((0, 10, 18, 15, Sort.OPEN), (0, 20, 28, 25, Sort.OPEN))
    assert table.between(start, end).start.tolist() == kept


@pytest.mark.parametrize("which", [[0, 2], [False, True, True], []])
def test_take_keeps_every_column(which: list[Any]) -> None:
    table = made((0, 10, 18, 15, Sort.OPEN), (0, 20, 28, 25, Sort.UNSURE), (1, 30, 38, 35, Sort.DATED))
    kept = np.array(which, dtype=bool if True in which else int)
    for name in ("owner", "start", "end", "last", "sort"):
        assert getattr(table.take(kept), name).tolist() == getattr(table, name)[kept].tolist()


@given(sure_texts, moments, st.sampled_from(list(Kind)))
def test_at_the_last_useful_arrival_the_shortest_visit_still_fits(text: str, moment: datetime, kind: Kind) -> None:
    offer = make_offer(kind=kind, hours=text)
    table = build_timetable([offer], [0], moment, moment + timedelta(days=3), FRANCE)
    for start, end, last, sort in zip(table.start, table.end, table.last, table.sort, strict=True):
        assert start <= last < end
        assert sort == Sort.OPEN
        opened = list(hours(text).intervals(datetime.fromtimestamp(last, PARIS), datetime.fromtimestamp(end, PARIS)))
        assert [i.state for i in opened] == [State.OPEN]
