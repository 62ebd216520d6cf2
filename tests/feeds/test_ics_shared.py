"""iCalendar: the real calendars, the oracle of recurrences and the hostile files that lie beside the project."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from providers_feed.ics import parse
from sejour.domain.feed import Feed, Gathered, Severity, decide, gather
from sejour.errors import FeedError
from tests.builders import PARIS, SHARED, at

pytestmark = pytest.mark.shared

CALENDARS = SHARED / "feeds/ical"
HOSTILE = SHARED / "hostile"
FEED = Feed("essai", "ics")

READ_ALL = """
import json, resource, sys, time
from pathlib import Path
from providers_feed.child import MEMORY
from providers_feed.ics import parse
from sejour.domain.feed import Feed, gather
from sejour.errors import FeedError
resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
told = {}
for path in sys.argv[1:]:
    began = time.monotonic()
    try:
        gathered = gather(parse(Path(path), Feed("essai", "ics")))
        found = [len(gathered.offers), gathered.records]
    except FeedError:
        found = None
    told[path] = [time.monotonic() - began, found]
high = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))  # ru_maxrss would count pytest's too
print(json.dumps([int(high.split()[1]) / 1024, told]))
"""


def read_in_a_child(*paths: Path) -> tuple[float, dict[str, tuple[float, list[int] | None]]]:
    """Largest resident memory in MB; by file: seconds, and [offers, records] or None when it is no calendar."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", READ_ALL, *map(str, paths)], capture_output=True, check=True, text=True)
    memory, told = json.loads(done.stdout)
    return memory, told


def test_every_real_calendar_is_read_in_time_and_memory() -> None:
    paths = sorted(CALENDARS.rglob("*.ics"))
    memory, told = read_in_a_child(*paths)
    assert memory < 300
    assert max(seconds for seconds, _ in told.values()) < 5
    refused = sorted(Path(path).name for path, (_, found) in told.items() if found is None)
    assert refused == [
        "fuzz_testcase_0_char_in_component_name.ics", "fuzz_testcase_invalid_month.ics", "fuzz_testcase_vtimezone_lone_cr.ics", "invalid.ics",
        "issue_178_component_with_invalid_name_represented.ics", "vtodo.ics",
    ]  # fmt: skip
    read = [found for _, found in told.values() if found]
    assert (len(paths), len(read), sum(offers for offers, _ in read)) == (276, 270, 4012)


# Recurrences: what libical expects


def oracle() -> Iterator[dict[str, str]]:
    for block in re.split(r"\n\s*\n", (CALENDARS / "rrule_attendus.txt").read_text()):
        lines = dict(line.split(":", 1) for line in block.splitlines() if ":" in line and not line.startswith("#"))
        if "RRULE" in lines and "***" not in lines["INSTANCES"]:  # "*** UNIMPLEMENTED": libical itself does not know
            yield lines


def moment_of(written: str) -> datetime:
    return datetime.fromisoformat(written.removesuffix("Z")).replace(tzinfo=UTC)


def unfolded(path: Path, block: dict[str, str]) -> list[datetime] | str:
    """The dates that `parse` gives year after year, or why it refuses the event."""
    start = "DTSTART;VALUE=DATE:" if len(block["DTSTART"]) == 8 else "DTSTART:"
    path.write_text(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Bal\n{start}{block['DTSTART']}\nRRULE:{block['RRULE']}\nEND:VEVENT\nEND:VCALENDAR"
    )
    expected = [moment_of(written) for written in block["INSTANCES"].split(",")]
    found: set[datetime] = set()
    moment = moment_of(block["DTSTART"])
    while moment <= expected[-1] + timedelta(days=800):
        gathered = gather(parse(path, Feed("essai", "ics", timezone="UTC", moment=moment)))
        if not gathered.offers:
            return str(gathered.problems[0].reason)
        found |= {occurrence.start for occurrence in gathered.offers["1"].occurrences}
        moment += timedelta(days=365)
    begin = moment_of(block.get("START-AT", "19000101"))
    endless = "COUNT" not in block["RRULE"] and "UNTIL" not in block["RRULE"]
    return sorted(each for each in found if each >= begin and not (endless and each > expected[-1]))


def test_recurrences_agree_with_the_oracle(tmp_path: Path) -> None:
    """The differences are explained in docs/feeds-ics.md."""
    agreed, differing = Counter[str](), []
    for block in oracle():
        expected = [moment_of(written) for written in block["INSTANCES"].split(",")]
        expected = [each for each in expected if each >= moment_of(block.get("START-AT", "19000101"))]
        frequency = re.findall(r"FREQ=(\w+)", block["RRULE"])[0]
        usual = "usual" if frequency in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") else frequency
        same = unfolded(tmp_path / "essai.ics", block) == expected
        agreed[usual] += same
        agreed[f"{usual}, all"] += 1
        if not same and usual == "usual":
            differing.append(block["RRULE"])
    assert (agreed["usual"], agreed["usual, all"]) == (119, 122)
    assert (agreed["HOURLY"], agreed["HOURLY, all"]) == (12, 12)
    assert (agreed["MINUTELY"], agreed["SECONDLY"]) == (0, 0)  # refused
    assert [rule.partition(";")[2][:26] for rule in differing] == [
        "BYMONTHDAY=1,2,3,4,5,6,7,8", "BYWEEKNO=53;INTERVAL=6;BYD", "BYWEEKNO=53;INTERVAL=5;BYD",
    ]  # fmt: skip


# Real calendars: what recurring-ical-events, the library, finds in them


def comparable(path: Path) -> tuple[bytes, list[Any]] | None:
    """The calendar with a title in each event, and its events as icalendar reads them, in the zone of X-WR-TIMEZONE; None when it cannot."""
    from icalendar import Calendar
    from x_wr_timezone import to_standard

    body = path.read_bytes()
    try:
        (calendar,) = Calendar.from_ical(body, multiple=True)
        events = [event for event in to_standard(calendar).walk("VEVENT") if type(event.get("DTSTART")).__name__ == "vDDDTypes" and event.get("UID")]
    except Exception:  # the library's: broken on purpose, or of a kind that it does not read
        return None
    body = re.sub(rb"(?mi)^(SUMMARY|CLASS)[;:].*\r?\n([ \t].*\r?\n)*", b"", body)
    return body.replace(b"BEGIN:VEVENT", b"BEGIN:VEVENT\nSUMMARY:x"), events


def found_by_the_library(events: list[Any], begin: datetime, end: datetime) -> set[date] | None:
    import recurring_ical_events
    from icalendar import Calendar

    calendar = Calendar()
    for event in events:
        calendar.add_component(event)
    try:
        found = [event["DTSTART"].dt for event in recurring_ical_events.of(calendar).between(begin, end)]
    except Exception:  # it raises for the whole calendar when one event is bad
        return None
    return {(each if each.tzinfo else each.replace(tzinfo=PARIS)).astimezone(UTC) if isinstance(each, datetime) else each for each in found}


def found_by_us(gathered: Gathered, uid: str, begin: datetime, end: datetime) -> set[date]:
    offer = gathered.offers.get(uid.strip())
    inside = [o for o in (offer.occurrences if offer else ()) if (o.start >= begin or (o.end and o.end > begin)) and o.start < end]
    return {o.start.date() if o.all_day else o.start.astimezone(UTC) for o in inside}


def days_of(found: set[date]) -> set[date]:
    return {each.astimezone(PARIS).date() if isinstance(each, datetime) else each for each in found}


def test_real_calendars_agree_with_the_library(tmp_path: Path) -> None:
    """Event by event, over the thirteen months of its first years. The differences are explained in docs/feeds-ics.md."""
    pytest.importorskip("recurring_ical_events")
    said, differing = Counter[str](), set()
    for path in sorted(CALENDARS.rglob("*.ics")):
        if path.name == "mathBirthdays.ics" or not (both := comparable(path)) or not both[1]:
            continue
        (tmp_path / "essai.ics").write_bytes(both[0])
        years = [event["DTSTART"].dt.year for event in both[1]]
        for year in range(max(1971, min(years)), min(max(years) + 3, max(1971, min(years)) + 6)):
            begin, end = at(f"{year}-01-09"), at(f"{year + 1}-02-10")
            gathered = gather(parse(tmp_path / "essai.ics", Feed("essai", "ics", moment=at(f"{year}-01-10"))))
            for uid in {str(event["UID"]) for event in both[1]}:
                theirs = found_by_the_library([event for event in both[1] if event["UID"] == uid], begin, end)
                ours = found_by_us(gathered, uid, begin, end)
                if theirs or ours:
                    whole = any(not isinstance(each, datetime) for each in ours)
                    same = theirs is not None and (ours == theirs or (whole and days_of(ours) == days_of(theirs)))
                    said["it raises" if theirs is None else "same" if same else "other"] += 1
                    differing |= {path.name} if theirs is not None and not same else set()
    assert said == {"same": 3716, "other": 11, "it raises": 8}
    assert differing == {
        "created_last_modified.ics", "end_before_start_event.ics", "exchange_whole_day_moved_recurrence.ics",
        "exchange_whole_day_moved_recurrence_offset_tz.ics", "issue_253_additional_recurrence_id.ics", "issue_28_rrule_with_UTC_endinginZ.ics",
        "issue_75_range_parameter.ics", "non-utc-until-ny.ics", "tz_windows_format.ics", "vcalendar-event-multiple-rrules.ics",
    }  # fmt: skip


def test_a_calendar_agrees_with_the_table_it_was_made_from() -> None:
    gathered = gather(parse(CALENDARS / "reel/coerde-muenster.ics", FEED))
    table = json.loads((CALENDARS / "reel/coerde-muenster.json").read_text())["events"]
    written = Counter((event["title"], event["start_date"], event["start_time"] or "00:00") for event in table)
    told = Counter((o.names.texts["fr"], *f"{o.occurrences[0].start:%Y-%m-%d %H:%M}".split()) for o in gathered.offers.values())
    assert told == written
    assert told.total() == 143


def test_alboussiere() -> None:
    gathered = gather(parse(CALENDARS / "reel/alboussiere-ardeche.ics", FEED))
    assert (len(gathered.offers), gathered.problems) == (15, ())
    train = gathered.offers["train-fantome-20261020@evenements-alboussiere"]
    assert (train.occurrences[0].start, train.occurrences[0].end) == (at("2026-10-20 15:00"), at("2026-10-20 16:45"))
    assert train.address and train.address.street == "Gare de Tournon Saint-Jean, 07300 Saint-Jean-de-Muzols"
    assert train.prices and (train.prices.free, train.prices.min) == (False, 28.5)


@pytest.mark.parametrize("source", sorted(CALENDARS.glob("x-wr-timezone/*.in.ics")), ids=lambda path: path.name)
def test_x_wr_timezone_means_the_standard_form_of_the_pair(source: Path) -> None:
    def told(path: Path) -> list[tuple[dict[str, str], list[tuple[datetime, datetime | None, bool]]]]:
        offers = gather(parse(path, FEED)).offers.values()
        return [(offer.names.texts, [(o.start, o.end, o.all_day) for o in offer.occurrences]) for offer in offers]

    assert told(source) == told(source.with_name(source.name.replace(".in.", ".out.")))


# Hostile files

CASES: dict[str, Callable[[Gathered], None]] = {}
WITNESSES = {"temoin-1@sejour.test": at("2026-07-14 21:00"), "temoin-2@sejour.test": at("2026-08-15 00:00")}


def case(name: str) -> Callable[[Callable[[Gathered], None]], Callable[[Gathered], None]]:
    def keep(check: Callable[[Gathered], None]) -> Callable[[Gathered], None]:
        CASES[name] = check
        return check

    return keep


@case("chaque-seconde.ics")
def refused(gathered: Gathered) -> None:
    assert gathered.offers.keys() == WITNESSES.keys()
    assert [(p.record, p.field, p.severity) for p in gathered.problems] == [("d1@sejour.test", "RRULE", Severity.ERROR)]


@case("trente-et-un-avril.ics")
def refused_too(gathered: Gathered) -> None:
    assert gathered.offers.keys() == WITNESSES.keys()
    assert [(p.record, p.field, p.severity) for p in gathered.problems] == [("d2@sejour.test", "RRULE", Severity.ERROR)]


@case("fin-avant-debut.ics")
def only_begun(gathered: Gathered) -> None:
    for key in ("d3@sejour.test", "d4@sejour.test"):
        assert [(o.start, o.end) for o in gathered.offers[key].occurrences] == [(at("2026-05-01 20:00"), None)]
    assert [(p.record, p.field) for p in gathered.problems] == [("d3@sejour.test", "DTEND"), ("d4@sejour.test", "DURATION")]


@case("changement-d-heure.ics")
def one_instant(gathered: Gathered) -> None:
    told = [gathered.offers[key].occurrences[0].start.astimezone(UTC).isoformat() for key in ("d5@sejour.test", "d6@sejour.test")]
    assert told == ["2027-03-28T01:30:00+00:00", "2027-10-31T00:30:00+00:00"]


@case("sans-uid-ni-fin.ics")
def anonymous(gathered: Gathered) -> None:
    (found,) = (offer for offer in gathered.offers.values() if offer.names.texts["fr"] == "Anonyme")
    assert [(o.start, o.end) for o in found.occurrences] == [(at("2026-05-01 20:00"), None)]


@case("coupe.ics")
def cut(gathered: Gathered) -> None:
    assert set(gathered.offers) == {"temoin-1@sejour.test", "d7@sejour.test"}
    known = dict.fromkeys([*WITNESSES, "d7@sejour.test", "autre@sejour.test"], "x")
    assert decide(known, dict.fromkeys(gathered.offers, "x"), gathered.problems).removed == ()


def test_every_hostile_calendar_has_its_case() -> None:
    manifest = json.loads((HOSTILE / "manifest.json").read_text())
    assert {entry["file"] for entry in manifest["cases"] if entry["file"].startswith("ics/")} == {f"ics/{name}" for name in CASES}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_hostile_calendar(name: str) -> None:
    gathered = gather(parse(HOSTILE / "ics" / name, FEED))
    CASES[name](gathered)
    for key in WITNESSES.keys() & gathered.offers.keys():
        assert gathered.offers[key].occurrences[0].start == WITNESSES[key]
    assert name == "coupe.ics" or WITNESSES.keys() <= gathered.offers.keys()
    assert gather(parse(HOSTILE / "ics" / name, FEED)) == gathered  # a second import is the same


def test_what_hostile_calendars_cost() -> None:
    memory, told = read_in_a_child(*sorted((HOSTILE / "ics").glob("*.ics")))
    assert memory < 150
    assert max(seconds for seconds, _ in told.values()) < 2


# Bombs of the same kinds, made here


def calendar(*events: str) -> bytes:
    return "\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR"]).encode()


def event(n: int, start: str = "20260501T200000", *more: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{n}", "SUMMARY:Bal", f"DTSTART:{start}", *more, "END:VEVENT"])


BOMBS = {
    "31 April, 10,000 times": lambda: calendar(*(event(n, "20260501T200000", "RRULE:FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31") for n in range(10_000))),
    "never, 4,000 times": lambda: calendar(*(event(n, "19700101T000000", "RRULE:FREQ=DAILY;COUNT=9;BYDAY=MO;BYSETPOS=2") for n in range(4_000))),
    "every day, 4,000 times": lambda: calendar(*(event(n, "20260501T200000", "RRULE:FREQ=DAILY") for n in range(4_000))),
    "400,000 dates": lambda: calendar(event(1, "20260501T200000", "RDATE:" + ",".join(["20260502T200000"] * 400_000))),
    "40,000 changes": lambda: calendar(
        event(1, "20260501T200000", "RRULE:FREQ=DAILY"),
        *(event(1, "20260502T210000", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260502T200000") for _ in range(40_000)),
    ),
    "900,000 components": lambda: b"BEGIN:VCALENDAR\n" + b"BEGIN:A\n" * 900_000,
    "zones by the second": lambda: calendar(
        *(f"BEGIN:VTIMEZONE\nTZID:Z{n}\nBEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:FREQ=SECONDLY\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0100\nEND:STANDARD"
          f"\nEND:VTIMEZONE\n{event(n).replace('DTSTART', f'DTSTART;TZID=Z{n}')}" for n in range(1_000)),
    ),
    "a line of quotes": lambda: b'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;X="' + b'a";"' * 1_500_000,
    "the ends of time": lambda: calendar(
        event(1, "00010101T000000", "RRULE:FREQ=DAILY"), event(2, "99991231T235959", "DURATION:P9999W", "RRULE:FREQ=YEARLY"),
        event(3, "20260501T200000", "DTEND:99991231T235959", "RRULE:FREQ=DAILY;INTERVAL=9999", "EXDATE:00010101T000000Z", "RDATE:99991231T235959Z"),
        event(3, "99991231T235959", "RECURRENCE-ID;RANGE=THISANDFUTURE:00010101T000000"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb(tmp_path: Path, bomb: str) -> None:
    (tmp_path / "bombe.ics").write_bytes(BOMBS[bomb]())
    memory, told = read_in_a_child(tmp_path / "bombe.ics")
    assert memory < 300
    assert all(seconds < 10 for seconds, _ in told.values())


def test_no_calendar_among_the_hostile_files_of_other_formats() -> None:
    for path in sorted(HOSTILE.glob("*/*")):
        if path.suffix in (".csv", ".xml", ".http", ".png", ".jpg"):
            with pytest.raises(FeedError):
                list(parse(path, FEED))
