"""Holidays, against what everyone knows and against the official files."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from sejour.calendars import SCHOOL_ZONES, SUBDIVISIONS, holidays_of
from tests.builders import SHARED

FILES = SHARED / "feeds/calendriers"
TERRITORIES = {
    "Métropole": "64", "Alsace-Moselle": "67", "Guadeloupe": "971", "Martinique": "972", "Guyane": "973", "La Réunion": "974",
    "Saint-Pierre-et-Miquelon": "975", "Mayotte": "976", "Saint-Barthélémy": "977", "Saint-Martin": "978", "Wallis-et-Futuna": "986",
    "Polynésie Française": "987", "Nouvelle-Calédonie": "988",
}  # fmt: skip
LOCAL_DAYS = {  # of 2026: kept there, though the official file leaves them out
    "Guadeloupe": "03-12 04-03 07-21",
    "Martinique": "07-21",
    "Saint-Martin": "07-21",
    "Wallis-et-Futuna": "04-28 06-29 07-29",
    "Polynésie Française": "03-05 04-03 11-20",
    "Nouvelle-Calédonie": "09-24",
}


def public(department: str, year: int = 2026) -> set[date]:
    return {day for day in holidays_of(department, "", year, year).public if day.year == year}


def school(department: str, year: int = 2025, zone: str = "") -> set[date] | None:
    known = holidays_of(department, zone, year, year)
    return None if known.school is None else set(days_of(known.school))


def days_of(ranges: tuple[tuple[date, date], ...]) -> Iterator[date]:
    for first, last in ranges:
        while first <= last:
            yield first
            first += timedelta(days=1)


def test_the_eleven_days_of_the_mainland() -> None:
    days = "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"
    assert public("64") == public("") == public("2A") == {date.fromisoformat(f"2026-{day}") for day in days.split()}


@pytest.mark.parametrize("department", ["57", "67", "68"])
def test_alsace_and_moselle_have_two_more(department: str) -> None:
    assert public(department) - public("64") == {date(2026, 4, 3), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("department", "day"),
    [
        ("971", "2026-05-27"),
        ("972", "2026-05-22"),
        ("973", "2026-06-10"),
        ("974", "2026-12-20"),
        ("976", "2026-04-27"),
        ("977", "2026-10-09"),
        ("978", "2026-05-28"),
        ("986", "2026-07-29"),
        ("987", "2026-11-20"),
        ("988", "2026-09-24"),
    ],
)
def test_overseas_has_its_own(department: str, day: str) -> None:
    assert date.fromisoformat(day) in public(department)
    assert date.fromisoformat(day) not in public("64")


@pytest.mark.parametrize(
    ("city", "department", "zone"),
    [
        ("Pau", "64", "A"), ("Bordeaux", "33", "A"), ("Lyon", "69", "A"), ("Lille", "59", "B"), ("Marseille", "13", "B"), ("Strasbourg", "67", "B"),
        ("Tours", "37", "B"), ("Paris", "75", "C"), ("Toulouse", "31", "C"), ("Tarbes", "65", "C"),
    ],
)  # fmt: skip
def test_school_zones(city: str, department: str, zone: str) -> None:
    assert SCHOOL_ZONES[department] == zone
    assert school(department) == school("", zone=zone)


def test_every_mainland_department_has_a_zone_but_corsica() -> None:
    assert sorted(SCHOOL_ZONES) == [f"{n:02d}" for n in range(1, 96) if n != 20]
    assert not SCHOOL_ZONES.keys() & SUBDIVISIONS.keys() - {"57", "67", "68"}


@pytest.mark.parametrize("department", ["2A", "2B", *(d for d in SUBDIVISIONS if len(d) == 3)])
def test_corsica_and_overseas_have_no_school_calendar_here(department: str) -> None:
    assert holidays_of(department, "", 2025, 2026).school is None
    assert holidays_of(department, "", 2025, 2026).last == date(2026, 12, 31)


def test_the_zone_said_wins_over_that_of_the_department() -> None:
    assert school("64", zone="C") == school("75") != school("64")


def test_winter_of_2026() -> None:
    winter = {zone: (first, last) for zone in "ABC" for first, last in holidays_of("", zone, 2026, 2026).school or () if first.month == 2}
    assert {zone: first for zone, (first, last) in winter.items()} == {"A": date(2026, 2, 7), "B": date(2026, 2, 14), "C": date(2026, 2, 21)}
    assert {zone: last for zone, (first, last) in winter.items()} == {"A": date(2026, 2, 22), "B": date(2026, 3, 1), "C": date(2026, 3, 8)}


def test_school_holidays_go_over_the_year_end_in_one_range() -> None:
    assert (date(2025, 12, 20), date(2026, 1, 4)) in (holidays_of("64", "", 2025, 2026).school or ())


def test_what_is_not_published_is_not_known() -> None:
    assert holidays_of("64", "", 1980, 1981).school is None
    assert holidays_of("64", "", 2098, 2099).school is None
    partly = holidays_of("64", "", 2025, 2099)
    assert partly.school is not None
    assert partly.last == partly.school[-1][1] < date(2099, 12, 31)


def test_another_country_has_public_holidays_only() -> None:
    belgium = holidays_of("", "A", 2026, 2026, "BE")
    assert date(2026, 7, 21) in belgium.public
    assert belgium.school is None


@pytest.mark.shared
@pytest.mark.parametrize(("name", "department"), TERRITORIES.items())
def test_public_holidays_are_those_of_the_official_file(name: str, department: str) -> None:
    with (FILES / "jours_feries.csv").open(encoding="utf-8") as file:
        rows = [(date.fromisoformat(row["date"]), row["zones"].split("|")) for row in csv.DictReader(file)]
    official = {day for day, zones in rows if name in zones and day.year >= 2018}
    ours = holidays_of(department, "", 2018, 2031).public
    assert sorted(official - ours) == []
    local = {date.fromisoformat(f"2026-{day}") for day in LOCAL_DAYS.get(name, "").split()}
    assert {day for day in ours - official if day.year == 2026} == local
    assert local or ours == official


@pytest.mark.shared
@pytest.mark.parametrize("zone", ["A", "B", "C"])
def test_school_holidays_are_those_of_the_official_file(zone: str) -> None:
    with (FILES / "vacances_scolaires.csv").open(encoding="utf-8") as file:
        rows = [(date.fromisoformat(row["date"]), row[f"vacances_zone_{zone.lower()}"] == "True") for row in csv.DictReader(file)]
    last = date(2026, 8, 30)  # the file marks nothing after it
    official = {day for day, marked in rows if marked and day <= last}
    ours = {day for day in days_of(holidays_of("", zone, 1990, 2026).school or ()) if day <= last}
    assert sorted(official ^ ours) == []
