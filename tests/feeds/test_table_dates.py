"""Dates and times of day as offices write them."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers_feed.table_dates import EXCEL, days, times
from tests.builders import PARIS

READ: dict[Any, list[str]] = {
    "14/07/2026": ["2026-07-14"],
    "14/07/26": ["2026-07-14"],
    "1/7/2026": ["2026-07-01"],
    "14.07.2026": ["2026-07-14"],
    "14-07-2026": ["2026-07-14"],
    "2026-07-14": ["2026-07-14"],
    "20260714": ["2026-07-14"],
    20260714.0: ["2026-07-14"],
    46217.0: ["2026-07-14"],
    46217.875: ["2026-07-14 21:00"],
    "46217": ["2026-07-14"],
    "46217,875": ["2026-07-14 21:00"],
    date(2026, 7, 14): ["2026-07-14"],
    datetime(2026, 7, 14, 21): ["2026-07-14 21:00"],  # noqa: DTZ001 a workbook knows no zone
    "14/07/2026 21:00": ["2026-07-14 21:00"],
    "14/07/2026 à 21 h 30": ["2026-07-14 21:30"],
    "2026-07-14T19:00:00Z": ["2026-07-14 21:00"],
    "2026-07-14T21:00:00+02:00": ["2026-07-14 21:00"],
    "2026-07-14T00:00:00.000Z": ["2026-07-14"],
    "mardi 14 juillet 2026 à 21h": ["2026-07-14 21:00"],
    "1er août 2026": ["2026-08-01"],
    "14 juil. 2026": ["2026-07-14"],
    "le 14 juillet 2026 de 14h à 18h30": ["2026-07-14 14:00-18:30"],
    "du 3 au 5 juillet 2026": ["2026-07-03..2026-07-05"],
    "du 28 juin au 5 juillet 2026": ["2026-06-28..2026-07-05"],
    "du 20 décembre au 3 janvier 2027": ["2026-12-20..2027-01-03"],
    "du samedi 4 au dimanche 5 juillet 2026": ["2026-07-04..2026-07-05"],
    "03/07/2026 - 05/07/2026": ["2026-07-03..2026-07-05"],
    "du 03/07 au 05/07/2026": ["2026-07-03..2026-07-05"],
    "2026-10-22<->2026-10-25|2026-11-01<->2026-11-01": ["2026-10-22..2026-10-25", "2026-11-01"],
    "14/07/2026 21:00 - 15/07/2026 02:00": ["2026-07-14..2026-07-15 21:00-02:00"],
    "les 4 et 11 juillet 2026": ["2026-07-04", "2026-07-11"],
    "3, 10 et 17 juillet et 1er août 2026": ["2026-07-03", "2026-07-10", "2026-07-17", "2026-08-01"],
    "16/10/2026#18/10/2026": ["2026-10-16", "2026-10-18"],
    "16/10/2026\n18/10/2026": ["2026-10-16", "2026-10-18"],
    "16/10/2026 17/10/2026": ["2026-10-16", "2026-10-17"],
    "14 July 2026": ["2026-07-14"],
}
NOT_READ: list[Any] = [
    "", "bientôt", "14 juillet", "14/07", "07/2026", "2026", 2026.0, "juillet 2026", "31/06/2026", "29/02/2026", "07/14/2026", "mercredi 14 juillet 2026",
    "5 au 3 juillet 2026", "16/10/2026 19/10/2026", "tous les samedis de juillet 2026", "à partir du 3 juillet 2026", "été 2026", "14/07/20261", "14/07/2026 25:00",
    "14/07/2026 / 16/07/2026", "31/12/9999", "01/01/0001", "2026-02-30", "2026-07-14T25:00:00Z", 3.5, -1.0, 1e12, True, time(9), timedelta(1), "x" * 5000, "1 " * 2000,
]  # fmt: skip


def said(cell: Any) -> list[str]:
    found = []
    for each in days(cell, PARIS) or []:
        clock = "-".join(f"{at:%H:%M}" for at in (each.starts, each.ends) if at)
        found.append(" ".join(filter(None, ("..".join(dict.fromkeys((str(each.first), str(each.last)))), clock))))
    return found


@pytest.mark.parametrize(("cell", "expected"), READ.items(), ids=lambda value: str(value)[:40])
def test_dates(cell: Any, expected: list[str]) -> None:
    assert said(cell) == expected


@pytest.mark.parametrize("cell", NOT_READ, ids=lambda value: str(value)[:40])
def test_no_date_is_guessed(cell: Any) -> None:
    assert days(cell, PARIS) is None


TIMES: dict[Any, list[str] | None] = {
    "21h": ["21:00"], "21h30": ["21:30"], "21:00:00": ["21:00"], "à 20h30": ["20:30"], "20 heures": ["20:00"], "midi": ["12:00"], "14h-18h": ["14:00-18:00"],
    "de 14h à 18h": ["14:00-18:00"], "14h et 16h30": ["14:00", "16:30"], "de 20h30 à minuit": ["20:30-00:00"], "24h": ["00:00"], "": [], time(9, 30): ["09:30"],
    0.875: ["21:00"], "0,875": ["21:00"], timedelta(hours=9): ["09:00"], datetime(2026, 7, 14, 9): ["09:00"],  # noqa: DTZ001
    "9": None, 9.0: None, "25h": None, "10h/12h": None, "soirée": None, "20h30 précises": None, timedelta(hours=25): None, "à partir de 18h": None, True: None,
}  # fmt: skip


@pytest.mark.parametrize(("cell", "expected"), TIMES.items(), ids=lambda value: str(value)[:40])
def test_times(cell: Any, expected: list[str] | None) -> None:
    found = times(cell)
    assert (found and ["-".join(f"{at:%H:%M}" for at in span if at is not None) for span in found]) == expected if expected else found == expected


@given(st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)).map(lambda moment: moment.replace(second=0, microsecond=0)))  # noqa: DTZ001
def test_every_way_to_write_a_moment_says_the_same(moment: datetime) -> None:
    number = (moment - EXCEL) / timedelta(days=1)
    clock = None if moment.time() == time(0) else moment.time()
    ways = [number, f"{number:.6f}".replace(".", ","), moment, f"{moment:%d/%m/%Y %H:%M}", f"{moment:%Y-%m-%dT%H:%M}", f"{moment:%d/%m/%Y à %Hh%M}"]
    for way in ways if 25_570 <= number < 99_999 else ways[2:]:
        (found,) = days(way, ZoneInfo("UTC")) or []
        assert (found.first, found.last) == (moment.date(), moment.date())
        assert found.starts == clock or (clock is None and found.starts == time(0)), way


@given(st.one_of(st.text(max_size=80), st.floats(), st.integers(), st.text("0123456789/-:h ,|duaetlesjuillet", max_size=60)))
def test_no_cell_breaks_the_reading(cell: Any) -> None:
    for each in days(cell, PARIS) or []:
        assert date(1970, 1, 1) <= each.first <= each.last
    times(cell)
