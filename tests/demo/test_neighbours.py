"""The neighbours' feeds of the demonstration: the same bytes each time, readable by our own doors, and twins for merging to find."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sejour.demo.flux import load_facts
from sejour.demo.neighbours import load_neighbours, write_calendar, write_table
from sejour.demo.run import FEEDS, demo_house
from sejour.domain.feed import Outcome, Severity
from sejour.domain.offer import Kind, OccurrenceStatus, Offer
from sejour.house import House
from sejour.store.feeds import feeds_of
from sejour.store.offers import last_run
from tests.builders import PARIS

FACTS = load_neighbours()
ROWS: list[dict[str, Any]] = FACTS["row"]
EVENTS: list[dict[str, Any]] = FACTS["event"]
SATURDAY = date(2026, 11, 21)
MOMENTS = (
    datetime(2026, 8, 13, 15, 40, tzinfo=PARIS),
    datetime(2026, 11, 21, 9, 0, tzinfo=PARIS),
    datetime(2027, 3, 27, 22, 15, tzinfo=PARIS),  # summer time comes in the night
)


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    moment: datetime = request.param
    house = demo_house(tmp_path_factory.mktemp("demo"), lambda: moment)
    yield house
    house.store.close()


def offers_of(house: House) -> dict[str, Offer]:
    return {offer.names.choose("fr")[0]: offer for offer in house.live.territory.catalogue.offers}


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, day in (("first", SATURDAY), ("again", SATURDAY), ("sunday", SATURDAY + timedelta(days=1))):
        write_table(FACTS, tmp_path / f"{name}.csv")
        write_calendar(FACTS, day, tmp_path / f"{name}.ics")
    tables, (first, again, sunday) = (
        [(tmp_path / f"{name}.{suffix}").read_bytes() for name in ("first", "again", "sunday")] for suffix in ("csv", "ics")
    )
    assert len(set(tables)) == 1
    assert first == again != sunday


def test_the_files_are_as_offices_write_them(tmp_path: Path) -> None:
    write_table(FACTS, tmp_path / "table.csv")
    write_calendar(FACTS, SATURDAY, tmp_path / "calendar.ics")
    table, calendar = (tmp_path / "table.csv").read_bytes(), (tmp_path / "calendar.ics").read_bytes()
    assert table.startswith("\ufeffNom;Nom (en);Type;".encode())
    assert ";43,2951;-0,3614;" in table.decode()
    assert b"DTSTART;TZID=Europe/Paris:20261121T203000\r\n" in calendar
    assert b"RRULE:FREQ=WEEKLY;COUNT=6\r\n" in calendar
    assert b"DTSTART;VALUE=DATE:20261116\r\nDTEND;VALUE=DATE:20261216\r\n" in calendar
    assert all(len(line) <= 75 for line in calendar.split(b"\r\n"))


def test_french_is_typeset() -> None:
    keys = ("name", "text", "hours", "price", "title", "place", "category")
    french = "\n".join(each[key] for each in (*ROWS, *EVENTS) for key in keys if key in each)
    assert re.findall(r"[^\u202f][:;!?»€]|«[^\u202f]|'|\d h\b", french) == []


def test_what_is_new_is_fictional() -> None:
    known = {offer["phone"].replace("+33 ", "0") for offer in load_facts()["offer"] if "phone" in offer}
    named = {offer["name"]["fr"] for offer in load_facts()["offer"]}
    phones = [row["phone"] for row in ROWS if "phone" in row]
    assert all(re.fullmatch(r"05 36 49 \d\d \d\d", phone) for phone in phones)
    assert len(set(phones)) == len(phones)
    assert all(
        each["url" if "url" in each else "web"].startswith("https://exemple.sejour.test/")
        for each in (*ROWS, *EVENTS)
        if each.keys() & {"url", "web"}
    )
    assert all("Rendez-vous fictif" in event["text"] for event in EVENTS)
    assert sum("fictive" in row["text"] or "fictif" in row["text"] for row in ROWS if row["name"] not in named and row.get("phone") not in known) >= 6


def test_everything_is_around_pau() -> None:
    home = load_facts()["territory"]
    assert all(abs(each[axis] - home[axis]) < 0.15 for each in (*ROWS, *EVENTS) for axis in ("lat", "lon"))


def test_every_feed_is_read_whole(house: House) -> None:
    with house.store.reading() as connection:
        runs = {stored.feed.name: last_run(connection, stored.id) for stored in feeds_of(connection, "pau", "Europe/Paris")}
    assert list(runs) == [name for name, _, _ in FEEDS]
    assert {name: run.outcome for name, run in runs.items() if run} == dict.fromkeys(runs, Outcome.DONE)
    problems = [(name, problem) for name, run in runs.items() if run for problem in run.problems]
    assert [(name, problem) for name, problem in problems if problem.severity is Severity.ERROR] == []
    assert [(name, problem) for name, problem in problems if name != "demonstration"] == []


def test_there_is_enough_and_twins_are_one(house: House) -> None:
    catalogue, aliases = house.live.territory.catalogue, house.live.territory.aliases
    offers = catalogue.offers
    assert len(offers) >= 80
    assert sum(offer.kind is Kind.EVENT for offer in offers) >= 40
    assert len(aliases) >= 5
    assert set(aliases.values()) <= {offer.id for offer in offers}
    assert len(offers) + len(aliases) == len(load_facts()["offer"]) + len(ROWS) + len(EVENTS)


def test_a_twin_gives_what_the_flux_does_not_know(house: House) -> None:
    offers = offers_of(house)
    inn, palace = offers["Auberge des Coteaux de Rousse"], offers["Palais Beaumont"]
    assert inn.hours == "We-Su 12:00-14:00,19:00-21:00"
    assert [contact.value for contact in palace.contacts] == ["+33536497101"]
    assert "Concert en plein air place Royale" not in offers
    assert len(offers["Concert en plein air sur la place Royale"].occurrences) == 2


def test_a_cancelled_event_says_so(house: House) -> None:
    assert {each.status for each in offers_of(house)["Course des escaliers"].occurrences} == {OccurrenceStatus.CANCELLED}
