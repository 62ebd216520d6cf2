"""What is rewritten of an opening_hours text, and the reference implementation's own cases."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, validate

from sejour.domain.hours import State, read_hours
from sejour.domain.osm_hours import UNKNOWN, Holidays, _join, mentions_holidays, osm_date, rewrite, split_rules, without_comments
from sejour.domain.place import Place
from tests.builders import PARIS, SHARED, at
from tests.domain.samples import EASTERS, FRANCE, NO_SCHOOL, PUBLIC, rules, spans, state, sure_texts

FIRST, LAST = date(2026, 8, 10), date(2026, 8, 20)  # one public holiday within, Saturday 15; school holidays all along


def rewritten(text: str, holidays: Holidays | None = FRANCE) -> tuple[str, ...]:
    return rewrite(text, holidays, FIRST, LAST)


# ---- holidays ----

HOLIDAYS = [
    ("PH off", "2026 Aug 15 off"),
    ("Mo-Fr 10:00-18:00; PH off", "Mo-Fr 10:00-18:00; 2026 Aug 15 off"),
    ("Mo-Fr 10:00-18:00, PH 10:00-12:00", "Mo-Fr 10:00-18:00, 2026 Aug 15 10:00-12:00"),
    ("PH 10:00-12:00", "2026 Aug 15 10:00-12:00"),
    ("Su,PH 10:00-12:00", "Su 10:00-12:00; 2026 Aug 15 10:00-12:00"),
    ("Su, PH 10:00-12:00", "Su 10:00-12:00; 2026 Aug 15 10:00-12:00"),
    ("PH,Su 10:00-12:00", "Su 10:00-12:00; 2026 Aug 15 10:00-12:00"),
    ("Mo-Sa,PH 10:00-12:00; Su off", "Mo-Sa 10:00-12:00; 2026 Aug 15 10:00-12:00; Su off"),
    ("Mo[1],PH 10:00-12:00", "Mo[1] 10:00-12:00; 2026 Aug 15 10:00-12:00"),
    ("Jul-Aug PH 10:00-12:00", "2026 Aug 15 10:00-12:00"),
    ("Jul-Aug: PH 10:00-12:00", "2026 Aug 15 10:00-12:00"),
    ("Sep PH 10:00-12:00; Mo 10:00-12:00", "Mo 10:00-12:00"),
    ("Jul-Aug Su,PH 10:00-12:00", "Jul-Aug Su 10:00-12:00; 2026 Aug 15 10:00-12:00"),
    ("Sep Su,PH 10:00-12:00", "Sep Su 10:00-12:00"),
    ("2026 PH 10:00-12:00", "2026 Aug 15 10:00-12:00"),
    ("2027 PH 10:00-12:00", "off"),
    ("week 30-35 PH 10:00-12:00", "2026 Aug 15 10:00-12:00"),
    ("PH -1 day 10:00-12:00", "2026 Aug 14 10:00-12:00"),
    ("PH +1 day off", "2026 Aug 16 off"),
    ("PH Mo-Fr off", "2026 Aug 15 Mo-Fr off"),
    ("Mo-Fr PH off", "2026 Aug 15 Mo-Fr off"),  # was "Mo-Fr off; 2026 Aug 15 off": closed all week
    ("Sa PH 10:00-12:00", "2026 Aug 15 Sa 10:00-12:00"),
    ("SH 10:00-12:00", "2026 Aug 10-2026 Aug 20 10:00-12:00"),
    ("SH Mo-Fr 10:00-12:00", "2026 Aug 10-2026 Aug 20 Mo-Fr 10:00-12:00"),
    ("Mo-Fr SH 10:00-12:00", "2026 Aug 10-2026 Aug 20 Mo-Fr 10:00-12:00"),
    ("SH off", "2026 Aug 10-2026 Aug 20 off"),
    ("SH,PH off", "2026 Aug 10-2026 Aug 20 off"),
    ("Mo-Fr,SH 10:00-12:00", "Mo-Fr 10:00-12:00; 2026 Aug 10-2026 Aug 20 10:00-12:00"),
    ('PH off "férié"', '2026 Aug 15 off "férié"'),
    ("24/7; PH off", "24/7; 2026 Aug 15 off"),
    ("off; PH 10:00-12:00", "off; 2026 Aug 15 10:00-12:00"),
]


@pytest.mark.parametrize(("text", "expected"), HOLIDAYS)
def test_holidays_become_dates(text: str, expected: str) -> None:
    assert rewritten(text) == (expected,)


@pytest.mark.parametrize("text", ["PH off", "Mo-Fr 10:00-18:00; PH off", "SH 10:00-12:00", "Su,PH 10:00-12:00"])
def test_without_a_calendar_everything_is_unknown(text: str) -> None:
    assert rewritten(text, None) == (UNKNOWN,)


def test_without_school_holidays_only_what_mentions_them_is_unknown() -> None:
    assert rewritten("SH 10:00-12:00", NO_SCHOOL) == (UNKNOWN,)
    assert rewritten("PH 10:00-12:00", NO_SCHOOL) == ("2026 Aug 15 10:00-12:00",)


@pytest.mark.parametrize(("first", "last"), [(date(2024, 12, 31), LAST), (FIRST, date(2029, 1, 1)), (date(1990, 1, 1), date(1990, 2, 1))])
def test_days_outside_of_the_calendar_are_unknown(first: date, last: date) -> None:
    assert rewrite("Mo-Fr 10:00-18:00; PH off", FRANCE, first, last) == (UNKNOWN,)


def test_no_holiday_within_the_days_leaves_the_other_rules() -> None:
    assert rewrite("Mo-Fr 10:00-18:00; PH off", FRANCE, date(2026, 9, 1), date(2026, 9, 20)) == ("Mo-Fr 10:00-18:00",)
    assert rewrite("PH 10:00-18:00", FRANCE, date(2026, 9, 1), date(2026, 9, 20)) == ("off",)


HOLIDAY_STATES = [  # 2026-08-15 Assumption, a Saturday; 2026-11-11 a Wednesday; 2027-03-29 Easter Monday
    ("Mo-Sa 10:00-18:00; PH off", "2026-08-15 12:00", "closed"),
    ("Mo-Sa 10:00-18:00; PH off", "2026-08-14 12:00", "open"),
    ("PH off; Mo-Sa 10:00-18:00", "2026-08-15 12:00", "open"),  # the later rule wins
    ("Mo-Sa 10:00-18:00; PH 10:00-12:00", "2026-08-15 15:00", "closed"),
    ("Mo-Sa 10:00-18:00, PH 20:00-22:00", "2026-08-15 21:00", "open"),
    ("Su,PH 10:00-18:00", "2026-11-11 12:00", "open"),
    ("Mo-Fr PH off; Sa 10:00-18:00", "2026-08-15 12:00", "open"),
    ("Mo-Fr 10:00-18:00; Mo-Fr PH off", "2026-11-11 12:00", "closed"),
    ("Mo-Fr 10:00-18:00; Mo-Fr PH off", "2026-11-12 12:00", "open"),
    ("Mo-Su 10:00-18:00; PH off", "2027-03-29 12:00", "closed"),
    ("SH Mo-Fr 10:00-18:00", "2026-08-13 12:00", "open"),
    ("SH Mo-Fr 10:00-18:00", "2026-08-15 12:00", "closed"),
    ("SH Mo-Fr 10:00-18:00", "2026-09-03 12:00", "closed"),
    ("10:00-18:00; SH off", "2026-07-03 12:00", "open"),
    ("10:00-18:00; SH off", "2026-07-04 12:00", "closed"),
    ("10:00-18:00; SH off", "2026-08-31 12:00", "closed"),
    ("10:00-18:00; SH off", "2026-09-01 12:00", "open"),
    ("PH 20:00+", "2026-08-15 21:00", "unknown"),
    ("18:00-02:00; PH off", "2026-08-15 21:00", "closed"),
]


@pytest.mark.parametrize(("text", "moment", "expected"), HOLIDAY_STATES)
def test_state_on_holidays(text: str, moment: str, expected: str) -> None:
    assert state(text, moment) == expected


def test_a_day_before_a_holiday_that_is_outside_of_the_days() -> None:
    assert rewrite("PH -1 day off", FRANCE, date(2026, 8, 14), date(2026, 8, 14)) == ("2026 Aug 14 off",)


@pytest.mark.parametrize("year", sorted(EASTERS))
def test_public_holidays_are_those_that_the_library_knows(year: int) -> None:
    """Two sources of the French calendar say the same, day by day."""
    library = OpeningHours("PH", timezone=PARIS, country="FR")
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if library.is_open(datetime(day.year, day.month, day.day, 12, tzinfo=PARIS))] == sorted(
        d for d in PUBLIC if d.year == year
    )


@given(st.sampled_from(["PH off", "PH 10:00-12:00", "Su,PH 10:00-12:00", "PH,Mo off", "PH +1 day off"]), rules(False), st.integers(0, 365))
def test_rewritten_public_holidays_are_read_as_the_library_reads_them(holiday: str, rule: str, shift: int) -> None:
    """But for "PH Mo-Fr", which the library takes for "PH,Mo-Fr" and the specification for the holidays among those days."""
    text, day = f"{rule}; {holiday}", at("2026-06-01 00:00") + timedelta(days=shift)
    ours = [(i.start, i.end, str(i.state)) for i in read_hours(text, PARIS, None, FRANCE).intervals(day, day + timedelta(days=3))]
    theirs = [(a, b, str(c)) for a, b, c, _ in OpeningHours(text, timezone=PARIS, country="FR").intervals(day, day + timedelta(days=3))]
    assert [o for o in ours if o[2] == "open"] == [t for t in theirs if t[2] == "open" and t[0] < t[1]]


def test_does_a_text_mention_holidays() -> None:
    assert mentions_holidays("Su,PH off")
    assert mentions_holidays("SH Mo 10:00-12:00")
    assert not mentions_holidays('10:00-12:00 open "fermé PH"')
    assert not mentions_holidays("Mo-Fr 10:00-12:00")


# ---- open ends, comments, fallbacks, nights ----

OTHERS = [
    ("17:00+", ("17:00-27:00 unknown",)),
    ("10:00+", ("10:00-24:00 unknown",)),
    ("22:00+", ("22:00-30:00 unknown",)),
    ("05:00+", ("05:00-13:00 unknown",)),
    ("10:00-18:00+", ("10:00-28:00 unknown, 10:00-18:00",)),
    ("22:00-04:00+", ("22:00-36:00 unknown, 22:00-04:00",)),
    ("Mo 10:00-12:00+; Tu 10:00-12:00", ("Mo 10:00-24:00 unknown, Mo 10:00-12:00; Tu 10:00-12:00",)),
    ("10:00-12:00+,14:00-18:00", ("10:00-14:00 unknown, 10:00-12:00,14:00-18:00",)),
    ("10:00-12:00+ off", ("10:00-24:00 off, 10:00-12:00 off",)),
    ('10:00-12:00 "sur rendez-vous"', ('10:00-12:00 unknown "sur rendez-vous"',)),
    ('10:00-12:00 open "visite libre"', ('10:00-12:00 open "visite libre"',)),
    ('10:00-12:00 "a; b, c || d"', ('10:00-12:00 unknown "a; b, c || d"',)),
    ("10:00-12:00 || unknown", ("10:00-12:00", "unknown")),
    ("Mo 10:00-12:00; Tu off || 14:00-15:00 || unknown", ("Mo 10:00-12:00; Tu off", "14:00-15:00", "unknown")),
    ("Mo off || Su,PH 10:00-12:00", ("Mo off", "Su 10:00-12:00, 2026 Aug 15 10:00-12:00")),
    ("PH off || 10:00-12:00", ("2026 Aug 15 off", "10:00-12:00")),
    ("Mo, Tu 10:00-12:00", ("Mo,Tu 10:00-12:00",)),
    ("Su-Th 11:00-01:00; Fr,Sa 11:00-02:00", ("Su-Th 11:00-01:00; Fr,Sa 11:00-02:00, Fr,Sa 11:00-02:00",)),
    ("Su off; Sa 22:00-26:00 unknown", ("Su off; Sa 22:00-26:00 unknown, Sa 22:00-26:00 unknown",)),
    ("Sa 22:00-02:00; Su 10:00-12:00", ("Sa 22:00-02:00; Su 10:00-12:00",)),
    ("Mo 10:00-12:00, Sa 22:00-02:00", ("Mo 10:00-12:00, Sa 22:00-02:00",)),
    ("2026 10:00-12:00; 2027+ unknown", ("2026 10:00-12:00; 2027+ unknown",)),
]


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_rewriting(text: str, expected: tuple[str, ...]) -> None:
    assert rewritten(text) == expected


@pytest.mark.parametrize(("text", "expected"), [*HOLIDAYS, *((text, expected[0]) for text, expected in OTHERS)])
def test_what_is_rewritten_can_be_read(text: str, expected: str) -> None:
    assert validate(text)
    assert validate(expected)


def test_a_comment_between_quotes_is_removed() -> None:
    assert without_comments('Mo "PH; SH" off "x"') == 'Mo "" off ""'


def test_osm_dates() -> None:
    assert osm_date(date(2026, 8, 1)) == "2026 Aug 01"
    assert osm_date(date(826, 12, 31)) == "0826 Dec 31"


# ---- rules ----

SPLITS = [
    ("10:00-12:00", [";|10:00-12:00"]),
    ("Mo 10:00-12:00; Tu off", [";|Mo 10:00-12:00", ";|Tu off"]),
    ("Mo 10:00-12:00, Tu 14:00-16:00", [";|Mo 10:00-12:00", ",|Tu 14:00-16:00"]),
    ("Mo,Tu 10:00-12:00,14:00-16:00", [";|Mo,Tu 10:00-12:00,14:00-16:00"]),
    ("Jan,Feb Mo 10:00-12:00", [";|Jan,Feb Mo 10:00-12:00"]),
    ("Mo 10:00-12:00 || unknown", [";|Mo 10:00-12:00", "|||unknown"]),
    ('Mo off "a; b"; Tu off', [';|Mo off "a; b"', ";|Tu off"]),
    ('Mo 10:00-12:00 "a", Tu 10:00-12:00', [';|Mo 10:00-12:00 "a"', ",|Tu 10:00-12:00"]),
    ("2026 Jul 01-2026 Jul 31 Mo 10:00-12:00, 2026 Aug 01-2026 Aug 31 10:00-12:00",
     [";|2026 Jul 01-2026 Jul 31 Mo 10:00-12:00", ",|2026 Aug 01-2026 Aug 31 10:00-12:00"]),
    ("; Mo off;; ", [";|Mo off"]),
    ("sunrise-sunset, PH off", [";|sunrise-sunset", ",|PH off"]),
    ("(sunrise+01:00)-(sunset-01:00); Mo off", [";|(sunrise+01:00)-(sunset-01:00)", ";|Mo off"]),
    ("24/7; Mo off", [";|24/7", ";|Mo off"]),
    ("10:00+, Mo 12:00+", [";|10:00+", ",|Mo 12:00+"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SPLITS)
def test_splitting_into_rules(text: str, expected: list[str]) -> None:
    assert [f"{rule.separator}|{rule}" for rule in split_rules(text)] == expected


def test_the_parts_of_a_rule() -> None:
    (rule,) = split_rules('2026 Jul-Aug Mo-Fr 10:00-12:00,14:00-18:00+ unknown "sur réservation"')
    assert (rule.selector, rule.times, rule.state, rule.comment) == ("2026 Jul-Aug Mo-Fr", "10:00-12:00,14:00-18:00+", "unknown", '"sur réservation"')


@given(sure_texts)
def test_splitting_and_joining_keeps_the_meaning(text: str) -> None:
    joined = _join(list(split_rules(text)))
    assert validate(joined)
    assert str(OpeningHours(joined).normalize()) == str(OpeningHours(text).normalize())


@given(rules(), st.lists(rules(overnight=False), max_size=3), st.sampled_from(["; ", ", "]))
def test_what_is_not_special_is_left_as_it_is(first: str, others: list[str], separator: str) -> None:
    text = separator.join([first, *others])
    if "off," not in text:  # "off, Mo 10:00" is refused by the library
        assert rewrite(text, None, FIRST, LAST) in ((text,), (_join(list(split_rules(text))),))


@given(sure_texts, st.dates(date(2025, 1, 3), date(2028, 11, 1)), st.integers(0, 60))
def test_rewriting_gives_texts_that_can_be_read(text: str, first: date, length: int) -> None:
    assert all(map(validate, rewrite(text, FRANCE, first, first + timedelta(days=length))))


# ---- the references, where they lie beside the project ----

CASES = SHARED / "feeds/opening_hours/opening_hours_js_cases.json"
REAL = SHARED / "feeds/opening_hours/valeurs_reelles.txt"
AGREED, READABLE = 191, 220  # measured; the rest: minutes of the sun (17), easter and repeated times, a few curiosities


def case_moment(text: str, zone: ZoneInfo) -> datetime:
    if "T" in text:
        return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC).astimezone(zone)
    day, _, clock = text.replace(".", "-").partition(" ")
    year, month, number = (int(part) for part in day.split("-"))
    hour, minute = (int(part) for part in clock.split(":")[:2])
    return datetime(year, month, number, tzinfo=zone) + timedelta(hours=hour, minutes=minute)


def agrees(case: dict[str, Any], zone: ZoneInfo) -> bool | None:
    """Does our reading give the intervals of opening_hours.js? None when the library refuses the text."""
    where = case["location"] or {}
    place = Place(where["lat"], where["lon"]) if where.get("lat") else None
    try:
        read = read_hours(case["value"], zone, place)
    except ValueError:
        return None
    found = read.intervals(case_moment(case["from"], zone), case_moment(case["to"], zone))
    ours = [(i.start, i.end, i.state is State.UNKNOWN) for i in found if i.state is not State.CLOSED]
    return ours == [(case_moment(i["from"], zone), case_moment(i["to"], zone), i["unknown"]) for i in case["intervals"]]


@pytest.mark.shared
def test_agreement_with_opening_hours_js() -> None:
    document = json.loads(CASES.read_text())
    zone = ZoneInfo(document["timezone"])
    verdicts = [agrees(case, zone) for case in document["tests"] if not re.search(r"\b[PS]H\b", case["value"])]
    assert verdicts.count(None) == len(verdicts) - READABLE
    assert verdicts.count(True) >= AGREED


@pytest.mark.shared
def test_every_real_value_is_read_and_evaluated() -> None:
    values = [line for line in REAL.read_text().splitlines() if line and not line.startswith("#")]
    assert len(values) == 195
    for value in values:
        assert list(read_hours(value, PARIS, Place(48.86, 2.35), FRANCE).intervals(at("2026-08-10 00:00"), at("2026-08-24 00:00")))


@pytest.mark.shared
def test_the_cases_that_must_fail_never_crash() -> None:
    for case in json.loads(CASES.read_text())["should_fail"]:
        try:
            read = read_hours(case["value"], PARIS, None, FRANCE)
        except ValueError:
            continue
        assert list(read.intervals(at("2026-08-10 00:00"), at("2026-08-24 00:00")))


def test_a_whole_week_of_a_market_hall() -> None:
    assert spans("Tu-Fr 07:00-14:00; Sa 06:00-15:00; PH 08:00-12:00", "2026-08-10 00:00", "2026-08-17 00:00") == [
        "2026-08-11 07:00 > 14:00 open",
        "2026-08-12 07:00 > 14:00 open",
        "2026-08-13 07:00 > 14:00 open",
        "2026-08-14 07:00 > 14:00 open",
        "2026-08-15 08:00 > 12:00 open",
    ]
