"""RRULE on its own: against dateutil where both read the standard alike, and within its bounds."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from providers_feed.ics_rule import WEEKDAYS, Refused, Work, read_rule, unfold

START = datetime.fromisoformat("2026-01-01 20:00")
EVER = START + timedelta(days=366 * 8)


def until(written: str) -> datetime:
    return datetime.fromisoformat(written)


def unfolded(rule: str, start: datetime = START, after: datetime = START, end: datetime = EVER, work: int = 10**9) -> list[datetime]:
    return list(unfold(read_rule(rule, until), start, after, end, Work(work)))


def days(rule: str, most: int = 4, start: datetime = START) -> list[str]:
    return [f"{found:%Y-%m-%d}" for found in islice(unfolded(rule, start), most)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=10", ["2026-01-01", "2026-01-11", "2026-01-21", "2026-01-31"]),
        ("FREQ=WEEKLY;BYDAY=FR,SA", ["2026-01-02", "2026-01-03", "2026-01-09", "2026-01-10"]),
        ("FREQ=WEEKLY;BYDAY=1FR", ["2026-01-02", "2026-01-09", "2026-01-16", "2026-01-23"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", ["2026-01-11", "2026-01-25", "2026-02-08", "2026-02-22"]),
        ("FREQ=MONTHLY;BYDAY=1SU,-1SU", ["2026-01-04", "2026-01-25", "2026-02-01", "2026-02-22"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["2026-02-13", "2026-03-13", "2026-11-13", "2027-08-13"]),
        ("FREQ=MONTHLY;BYDAY=6MO", []),
        ("FREQ=YEARLY;BYMONTH=6,7;BYDAY=2SA", ["2026-06-13", "2026-07-11", "2027-06-12", "2027-07-10"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["2026-05-18", "2027-05-17", "2028-05-15", "2029-05-14"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29"]),
        ("FREQ=YEARLY;BYYEARDAY=1,-1", ["2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31"]),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", ["2027-01-04", "2028-01-03", "2029-01-01", "2029-12-31"]),
        ("RRULE:freq=weekly;count=2;", ["2026-01-01", "2026-01-08"]),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260102T200000", ["2026-01-01", "2026-01-02"]),
    ],
)
def test_rules(rule: str, expected: list[str]) -> None:
    assert days(rule) == expected


def test_hours() -> None:
    assert [f"{found:%d %H:%M}" for found in islice(unfolded("FREQ=HOURLY;INTERVAL=3;BYHOUR=8,11,14"), 4)] == [
        "02 08:00",
        "02 11:00",
        "02 14:00",
        "03 08:00",
    ]
    assert [f"{found:%d %H:%M}" for found in islice(unfolded("FREQ=DAILY;BYHOUR=9,14;BYMINUTE=15"), 3)] == ["02 09:15", "02 14:15", "03 09:15"]


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=", "FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=99999", "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=x", "FREQ=DAILY;BYMONTH=0", "FREQ=DAILY;BYMONTH=13", "FREQ=DAILY;BYMONTH=-1", "FREQ=DAILY;BYMONTHDAY=0", "FREQ=DAILY;BYHOUR=24",
        "FREQ=WEEKLY;BYDAY=", "FREQ=WEEKLY;BYDAY=MO;WKST=XX", "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,-30",
        "FREQ=YEARLY;SKIP=FORWARD", "FREQ=DAILY;BYDAY=" + ",".join(["MO"] * 2000), "FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60))),
    ],
)  # fmt: skip
def test_rules_that_are_refused(rule: str) -> None:
    with pytest.raises(Refused):
        read_rule(rule, until)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29"],
)
def test_a_rule_that_never_comes_is_not_looked_for_after_the_window(rule: str) -> None:
    """dateutil looks until the year 9999: up to three seconds each."""
    year = START + timedelta(days=400)
    assert unfolded(rule, after=START, end=year, work=2_000) == []


def test_an_old_series_costs_no_more_than_a_new_one() -> None:
    old = datetime.fromisoformat("1600-01-01 20:00")
    assert len(unfolded("FREQ=DAILY", old, START, START + timedelta(days=30), work=1_000)) == 31
    with pytest.raises(Refused):
        unfolded("FREQ=DAILY;COUNT=999999;BYMONTH=2;BYMONTHDAY=29", old, START, EVER, work=10_000)


def joined(parts: dict[str, Any]) -> str:
    return ";".join(f"{name}={','.join(map(str, value)) if isinstance(value, list) else value}" for name, value in parts.items() if value)


numbers = {
    "BYMONTH": st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True),
    "BYMONTHDAY": st.lists(st.integers(1, 28) | st.integers(-28, -1), min_size=1, max_size=3, unique=True),
    "BYDAY": st.lists(st.sampled_from(list(WEEKDAYS)), min_size=1, max_size=4, unique=True),
    "INTERVAL": st.integers(1, 5),
    "COUNT": st.none() | st.integers(1, 40),
    "WKST": st.sampled_from(["MO", "SU", "TH"]),
}


@given(
    start=st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01")).map(lambda moment: moment.replace(microsecond=0)),
    frequency=st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]),
    parts=st.fixed_dictionaries({}, optional=numbers),
    ordinal=st.integers(-2, 2),
    position=st.none() | st.sampled_from([1, 2, -1]),
    after=st.integers(-400, 400),
)
def test_rules_unfold_as_dateutil_says(
    start: datetime, frequency: str, parts: dict[str, Any], ordinal: int, position: int | None, after: int
) -> None:
    """But for what dateutil reads otherwise than libical: BYWEEKNO, a yearly day without its month, positions in a first week cut short."""
    if frequency == "YEARLY" and "BYMONTHDAY" in parts:
        parts = {"BYMONTH": [start.month]} | parts
    if frequency in ("MONTHLY", "YEARLY"):
        parts |= {"BYDAY": [f"{ordinal or ''}{day}" for day in parts["BYDAY"]]} if "BYDAY" in parts and "BYMONTHDAY" not in parts else {}
        parts |= {"BYSETPOS": position} if position and parts.keys() & {"BYDAY", "BYMONTHDAY"} else {}
    rule = joined({"FREQ": frequency} | parts)
    begin, end = start + timedelta(days=after), start + timedelta(days=after + 500)
    assert unfolded(rule, start, begin, end) == rrulestr(rule, dtstart=start).between(begin, end, inc=True), rule
