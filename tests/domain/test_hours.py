"""When something is open, in three honest states."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.hours import HORIZON, Hours, Interval, State, read_hours
from sejour.domain.osm_hours import Holidays
from sejour.domain.place import Place
from tests.builders import PARIS, ROYALE, at
from tests.domain.samples import FRANCE, PUBLIC, hours, moments, spans, state, sure_texts

# 2026-08-13 is a Thursday; 2026-08-15, Assumption, a Saturday
STATES = [
    ("10:00-18:00", "2026-08-13 09:59", "closed"),
    ("10:00-18:00", "2026-08-13 10:00", "open"),
    ("10:00-18:00", "2026-08-13 17:59", "open"),
    ("10:00-18:00", "2026-08-13 18:00", "closed"),
    ("Mo-Fr 10:00-18:00", "2026-08-15 12:00", "closed"),
    ("Mo-We,Fr 10:00-18:00", "2026-08-13 12:00", "closed"),
    ("10:00-12:00,14:00-18:00", "2026-08-13 13:00", "closed"),
    ("Th 10:00-12:00; Th 14:00-18:00", "2026-08-13 11:00", "closed"),  # a later rule replaces the day
    ("Th 10:00-12:00, Th 14:00-18:00", "2026-08-13 11:00", "open"),  # an additional one does not
    ("Jul-Aug 10:00-18:00", "2026-08-13 12:00", "open"),
    ("Jul-Aug 10:00-18:00", "2026-09-01 12:00", "closed"),
    ("2026 Aug 13 10:00-18:00", "2026-08-13 12:00", "open"),
    ("2026 Aug 13 10:00-18:00", "2027-08-13 12:00", "closed"),
    ("2025 10:00-18:00", "2026-08-13 12:00", "closed"),
    ("2026 10:00-18:00; 1900-2025 unknown; 2027+ unknown", "2027-02-01 12:00", "unknown"),
    ("2026 10:00-18:00; 1900-2025 unknown; 2027+ unknown", "2026-08-13 12:00", "open"),
    ("Th[2] 10:00-18:00", "2026-08-13 12:00", "open"),
    ("Th[-1] 10:00-18:00", "2026-08-13 12:00", "closed"),
    ("week 33 10:00-18:00", "2026-08-13 12:00", "open"),
    ("24/7", "2026-08-13 03:00", "open"),
    ("off", "2026-08-13 12:00", "closed"),
    ("closed", "2026-08-13 12:00", "closed"),
    ("24/7; Aug 13 off", "2026-08-13 12:00", "closed"),
    ("10:00-18:00; Aug 10-20 off", "2026-08-13 12:00", "closed"),
    ("10:00-18:00 off", "2026-08-13 12:00", "closed"),
    ("unknown", "2026-08-13 12:00", "unknown"),
    ("10:00-18:00 unknown", "2026-08-13 12:00", "unknown"),
    ("10:00-18:00 unknown", "2026-08-13 19:00", "closed"),
]


@pytest.mark.parametrize(("text", "moment", "expected"), STATES)
def test_state(text: str, moment: str, expected: str) -> None:
    assert state(text, moment) == expected


COMMENTS = [
    ('"sur rendez-vous"', "2026-08-13 12:00", "unknown", "sur rendez-vous"),
    ('Mo-Fr "sur rendez-vous"', "2026-08-13 12:00", "unknown", "sur rendez-vous"),
    ('Mo-Fr "sur rendez-vous"', "2026-08-15 12:00", "closed", ""),
    ('10:00-18:00 "sur réservation"', "2026-08-13 12:00", "unknown", "sur réservation"),
    ('10:00-18:00 open "visite libre"', "2026-08-13 12:00", "open", "visite libre"),
    ('10:00-18:00; Aug off "congés"', "2026-08-13 12:00", "closed", "congés"),
    ('10:00-12:00; Th 14:00-16:00 "fermé le PH"', "2026-08-13 15:00", "unknown", "fermé le PH"),
]


@pytest.mark.parametrize(("text", "moment", "expected", "comment"), COMMENTS)
def test_a_comment_alone_means_unknown_and_is_kept(text: str, moment: str, expected: str, comment: str) -> None:
    interval = hours(text).at(at(moment))
    assert (interval.state, interval.comment) == (expected, comment)


@pytest.mark.parametrize("word", ["PH", "SH", "sunset"])
def test_a_word_in_a_comment_is_no_rule(word: str) -> None:
    """A comment that named holidays, or the sun, made everything unknown."""
    assert state(f'10:00-18:00 open "voir {word}"', "2026-08-13 12:00", holidays=None, place=None) is State.OPEN


OPEN_ENDS = [
    ("17:00+", "2026-08-13 16:59", "closed"),
    ("17:00+", "2026-08-13 17:00", "unknown"),
    ("17:00+", "2026-08-14 02:59", "unknown"),
    ("17:00+", "2026-08-14 03:00", "closed"),
    ("10:00+", "2026-08-13 12:00", "unknown"),
    ("10:00+", "2026-08-14 00:00", "closed"),
    ("10:00-18:00+", "2026-08-13 17:59", "open"),
    ("10:00-18:00+", "2026-08-13 18:00", "unknown"),
    ("10:00-18:00+", "2026-08-14 03:59", "unknown"),
    ("10:00-18:00+", "2026-08-14 04:00", "closed"),
    ("22:00-04:00+", "2026-08-14 03:59", "open"),
    ("22:00-04:00+", "2026-08-14 04:00", "unknown"),
    ("22:00-04:00+", "2026-08-14 11:59", "unknown"),
    ("22:00-04:00+", "2026-08-14 12:00", "closed"),
    ("22:00+", "2026-08-14 05:59", "unknown"),
    ("22:00+", "2026-08-14 06:00", "closed"),
    ("10:00-12:00+,14:00-18:00", "2026-08-13 13:00", "unknown"),
    ("10:00-12:00+,14:00-18:00", "2026-08-13 15:00", "open"),
    ("10:00-12:00+,14:00-18:00", "2026-08-13 19:00", "closed"),
    ("10:00+,14:00+", "2026-08-13 15:00", "unknown"),
    ("Mo-Sa 19:00+; Su off", "2026-08-13 20:00", "unknown"),
    ("Mo-Sa 19:00+; Th 10:00-12:00", "2026-08-13 20:00", "closed"),
    ("17:00+ off", "2026-08-13 18:00", "closed"),
    ("sunset+", "2026-08-13 23:00", "unknown"),
]


@pytest.mark.parametrize(("text", "moment", "expected"), OPEN_ENDS)
def test_an_open_end_is_unknown_not_open_till_midnight(text: str, moment: str, expected: str) -> None:
    assert state(text, moment) == expected


FALLBACKS = [
    ("10:00-12:00 || unknown", "2026-08-13 11:00", "open"),
    ("10:00-12:00 || unknown", "2026-08-13 15:00", "unknown"),
    ('10:00-12:00 || "sur rendez-vous"', "2026-08-13 15:00", "unknown"),
    ("Mo 10:00-12:00 || 14:00-16:00", "2026-08-13 15:00", "open"),
    ("Mo 10:00-12:00 || 14:00-16:00", "2026-08-13 11:00", "closed"),
    ("10:00-12:00 unknown || 10:00-16:00", "2026-08-13 11:00", "unknown"),
    ("Mo off || Tu off || 10:00-16:00", "2026-08-13 11:00", "open"),
    ("10:00-12:00 || 14:00-16:00 || unknown", "2026-08-13 13:00", "unknown"),
    ("PH 10:00-12:00 || 14:00-16:00", "2026-08-15 11:00", "open"),
    ("PH 10:00-12:00 || 14:00-16:00", "2026-08-13 15:00", "open"),
]


@pytest.mark.parametrize(("text", "moment", "expected"), FALLBACKS)
def test_a_fallback_fills_what_the_rules_before_leave_closed(text: str, moment: str, expected: str) -> None:
    assert state(text, moment) == expected


NIGHTS = [
    ("18:00-02:00", "2026-08-13 23:59", "open"),
    ("18:00-02:00", "2026-08-14 01:59", "open"),
    ("18:00-02:00", "2026-08-14 02:00", "closed"),
    ("18:00-26:00", "2026-08-14 01:59", "open"),
    ("Th 18:00-02:00", "2026-08-14 01:00", "open"),
    ("Th 18:00-02:00", "2026-08-13 01:00", "closed"),
    ("2026 Aug 13 22:00-04:00", "2026-08-14 03:00", "open"),
    ("Th 22:00-04:00, Fr 10:00-12:00", "2026-08-14 03:00", "open"),
    ("Su-Th 11:00-01:00; Fr,Sa 11:00-02:00", "2026-08-16 01:30", "open"),  # Saturday's night, on a Sunday of the first rule
    ("Su-Th 11:00-01:00; Fr,Sa 11:00-02:00", "2026-08-17 01:30", "closed"),
    ("Mo,Tu,We,Th,Fr,Su 11:00-01:00; Sa 11:00-02:00", "2026-08-16 01:30", "open"),
    ("Su 10:00-12:00; Sa 17:00+", "2026-08-16 01:30", "unknown"),
    ("Sa 22:00-04:00; Su 10:00-12:00", "2026-08-16 01:30", "closed"),  # the last rule has the whole Sunday (OSM specification)
]


@pytest.mark.parametrize(("text", "moment", "expected"), NIGHTS)
def test_past_midnight(text: str, moment: str, expected: str) -> None:
    """opening-hours-py 2.1 ended the night of a later rule at midnight when an earlier rule holds on the next day."""
    assert state(text, moment) == expected


@pytest.mark.parametrize(
    "text",
    [
        "prose",
        "ouvert tous les jours",
        "10h-18h",
        "Lu-Ve 10:00-18:00",
        "10:00-",
        "Mo 25:99",
        "Mo-Fr 10:00-18:00; et sur rendez-vous",
        "10:00-18:00 (",
    ],
)
def test_prose_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no opening_hours"):
        read_hours(text, PARIS)


def test_a_refusal_says_where() -> None:
    with pytest.raises(ValueError, match=r"not understood at 1:\d+"):
        read_hours("Mo-Fr 10:00-18:00; bientôt", PARIS)


def test_the_prose_of_a_provider_may_be_long_or_empty() -> None:
    for text in ("", " ", "é" * 5000):
        try:
            read_hours(text, PARIS).at(at("2026-08-13 12:00"))
        except ValueError:
            continue


# ---- next change ----

CHANGES = [
    ("10:00-18:00", "2026-08-13 09:00", "2026-08-13 10:00"),
    ("10:00-18:00", "2026-08-13 10:00", "2026-08-13 18:00"),
    ("10:00-18:00", "2026-08-13 18:00", "2026-08-14 10:00"),
    ("Mo 10:00-12:00", "2026-08-13 12:00", "2026-08-17 10:00"),
    ("10:00-18:00+", "2026-08-13 12:00", "2026-08-13 18:00"),
    ("17:00+", "2026-08-13 18:00", "2026-08-14 03:00"),
    ("Mo-Fr 10:00-18:00; PH off", "2026-08-14 19:00", "2026-08-17 10:00"),
    ("18:00-02:00", "2026-08-13 20:00", "2026-08-14 02:00"),
    ('24/7 open "a"; Fr open "b"; Sa off', "2026-08-13 12:00", "2026-08-15 00:00"),  # a change of comment alone is none
]


@pytest.mark.parametrize(("text", "moment", "expected"), CHANGES)
def test_next_change(text: str, moment: str, expected: str) -> None:
    assert hours(text).next_change(at(moment)) == at(expected)


@pytest.mark.parametrize("text", ["24/7", "off", "unknown", "2020 10:00-18:00", "2030 10:00-18:00"])
def test_no_change_before_the_horizon(text: str) -> None:
    assert hours(text).next_change(at("2026-08-13 12:00")) is None


def test_what_never_changes_ends_at_the_horizon() -> None:
    moment = at("2026-08-13 12:00")
    assert hours("24/7").at(moment) == Interval(moment, moment + HORIZON, State.OPEN)


def test_the_next_change_is_where_the_interval_ends() -> None:
    moment = at("2026-08-13 12:00")
    text = hours("Mo-Fr 10:00-18:00")
    assert text.at(moment).end == text.next_change(moment)


@pytest.mark.parametrize("last", ["2026-12-31", "2027-06-30", "2027-08-01"])
def test_a_calendar_that_stops_within_the_horizon_still_tells_today(last: str) -> None:
    """at() asks 400 days ahead: near the end of the known holidays, today's state became unknown."""
    known = Holidays(FRANCE.first, datetime.fromisoformat(last).date(), PUBLIC, FRANCE.school)
    assert state("Mo-Fr 10:00-18:00; PH off", "2026-08-13 12:00", holidays=known) is State.OPEN
    assert hours("Mo-Fr 10:00-18:00; PH off", holidays=known).next_change(at("2026-08-13 12:00")) == at("2026-08-13 18:00")


def test_beyond_the_calendar_the_answer_is_unknown() -> None:
    assert state("Mo-Fr 10:00-18:00; PH off", "2031-08-13 12:00") is State.UNKNOWN


# ---- the sun ----


@pytest.mark.parametrize("text", ["sunrise-sunset", "dawn-dusk", "(sunrise+01:00)-(sunset-01:00)", "10:00-sunset"])
def test_the_sun_without_a_place_is_unknown(text: str) -> None:
    """The library would take 07:00-19:00 for the sun."""
    assert {i.state for i in hours(text, place=None).intervals(at("2026-08-13 00:00"), at("2026-08-15 00:00"))} == {State.UNKNOWN}


SUN = [  # Pau: sunrise 07:06, sunset 21:06 on 13 August 2026 (± 3 min); 08:31 and 17:35 on 21 December
    ("sunrise-sunset", "2026-08-13 06:55", "closed"),
    ("sunrise-sunset", "2026-08-13 07:15", "open"),
    ("sunrise-sunset", "2026-08-13 20:55", "open"),
    ("sunrise-sunset", "2026-08-13 21:20", "closed"),
    ("sunrise-sunset", "2026-12-21 08:15", "closed"),
    ("sunrise-sunset", "2026-12-21 17:55", "closed"),
    ("dawn-dusk", "2026-08-13 21:20", "open"),
    ("(sunrise+01:00)-18:00", "2026-08-13 07:30", "closed"),
    ("10:00-sunset", "2026-08-13 20:55", "open"),
    ("sunset-sunrise", "2026-08-13 02:00", "open"),
]


@pytest.mark.parametrize(("text", "moment", "expected"), SUN)
def test_the_sun_of_the_place(text: str, moment: str, expected: str) -> None:
    assert state(text, moment) == expected


def test_the_polar_day_and_the_polar_night() -> None:
    north = Place(70.0, 25.0)
    assert state("sunrise-sunset", "2026-06-21 01:00", place=north) is State.OPEN
    assert state("sunrise-sunset", "2026-12-21 12:00", place=north) is State.CLOSED


# ---- the nights when the clocks change ----


def test_the_short_night_loses_an_hour() -> None:
    (night,) = [i for i in hours("22:00-04:00").intervals(at("2027-03-27 12:00"), at("2027-03-28 12:00")) if i.state is State.OPEN]
    assert night.end.timestamp() - night.start.timestamp() == 5 * 3600


def test_the_long_night_gains_an_hour() -> None:
    (night,) = [i for i in hours("22:00-04:00").intervals(at("2026-10-24 12:00"), at("2026-10-25 12:00")) if i.state is State.OPEN]
    assert night.end.timestamp() - night.start.timestamp() == 7 * 3600


@pytest.mark.parametrize("day", ["2027-03-28", "2026-10-25"])
def test_ten_to_noon_lasts_two_hours_whatever_the_clocks_did(day: str) -> None:
    assert spans("10:00-12:00", f"{day} 00:00", f"{day} 23:59") == [f"{day} 10:00 > 12:00 open"]
    (opening,) = [i for i in hours("10:00-12:00").intervals(at(f"{day} 00:00"), at(f"{day} 23:59")) if i.state is State.OPEN]
    assert opening.end.timestamp() - opening.start.timestamp() == 7200


def test_an_opening_within_the_hour_that_does_not_exist_is_no_opening() -> None:
    """02:15-02:45 gave an empty interval on 28 March 2027, taken for a change."""
    assert spans("02:15-02:45", "2027-03-28 00:00", "2027-03-28 12:00") == []
    assert hours("02:15-02:45").next_change(at("2027-03-28 01:00")) == at("2027-03-29 02:15")


def test_a_question_in_the_hour_that_comes_twice_is_answered_for_that_moment() -> None:
    """Asked at the first 02:30, the library answered for the second: the interval did not hold the moment."""
    first, second = at("2026-10-25 02:30"), at("2026-10-25 02:30").replace(fold=1)
    assert second.timestamp() - first.timestamp() == 3600
    for moment in (first, second):
        interval = hours("02:15-06:00").at(moment)
        assert interval.start.timestamp() == moment.timestamp()


def test_a_moment_that_does_not_exist_is_read_as_python_does() -> None:
    interval = hours("03:00-04:00").at(at("2027-03-28 02:30"))  # 03:30 in summer time
    assert interval.state is State.OPEN
    assert f"{interval.start:%H:%M}" == "03:30"


def test_the_zone_is_that_of_the_hours_not_of_the_question() -> None:
    reunion = ZoneInfo("Indian/Reunion")
    interval = read_hours("10:00-12:00", reunion).at(at("2026-08-13 08:30"))  # 10:30 there
    assert interval.state is State.OPEN
    assert interval.end == datetime(2026, 8, 13, 12, 0, tzinfo=reunion)
    assert interval.end.tzinfo is reunion


@pytest.mark.parametrize("zone", ["Indian/Reunion", "America/Martinique", "Pacific/Noumea", "Pacific/Tahiti", "America/Miquelon", "Indian/Mayotte"])
def test_every_french_zone(zone: str) -> None:
    there = ZoneInfo(zone)
    assert read_hours("10:00-12:00", there).at(datetime(2026, 8, 13, 11, 0, tzinfo=there)).state is State.OPEN


def test_no_question_no_answer() -> None:
    moment = at("2026-08-13 12:00")
    assert list(hours("24/7").intervals(moment, moment)) == []
    assert list(hours("24/7").intervals(moment, moment - timedelta(days=1))) == []


@pytest.mark.parametrize("year", [1950, 2099, 2500])
def test_far_years(year: int) -> None:
    assert hours("10:00-12:00").at(datetime(year, 8, 13, 11, 0, tzinfo=PARIS)).state is State.OPEN


# ---- properties ----


@given(sure_texts, moments, st.integers(1, 96))
def test_intervals_follow_each_other_and_cover_what_was_asked(text: str, moment: datetime, length: int) -> None:
    end = (moment.astimezone(UTC) + timedelta(hours=length)).astimezone(PARIS)
    found = list(hours(text).intervals(moment, end))
    assert found[0].start.timestamp() == moment.timestamp()
    assert found[-1].end.timestamp() == end.timestamp()
    for one, two in pairwise(found):
        assert one.end.timestamp() == two.start.timestamp()
        assert (one.state, one.comment) != (two.state, two.comment)
    assert all(i.start.timestamp() < i.end.timestamp() for i in found)


@given(sure_texts, moments, st.lists(st.integers(0, 2879), min_size=1, max_size=5))
def test_the_state_at_a_moment_is_that_of_the_interval_that_holds_it(text: str, moment: datetime, minutes: list[int]) -> None:
    found = list(hours(text).intervals(moment, moment + timedelta(days=3)))
    for minute in minutes:
        asked = (moment.astimezone(UTC) + timedelta(minutes=minute)).astimezone(PARIS)
        (holding,) = [i for i in found if i.start.timestamp() <= asked.timestamp() < i.end.timestamp()] or found[-1:]
        answer = hours(text).at(asked)
        assert answer.state is holding.state
        assert answer.end.timestamp() == holding.end.timestamp() or holding is found[-1]


@given(sure_texts, moments)
def test_a_wider_question_says_the_same_of_the_middle(text: str, moment: datetime) -> None:
    narrow = list(hours(text).intervals(moment, moment + timedelta(days=1)))
    wide = list(hours(text).intervals(moment - timedelta(days=9), moment + timedelta(days=9)))
    for interval in narrow:
        assert any(
            w.start.timestamp() <= interval.start.timestamp() and interval.end.timestamp() <= w.end.timestamp() and w.state is interval.state
            for w in wide
        )


@given(sure_texts, moments)
def test_next_change_is_a_change(text: str, moment: datetime) -> None:
    now, change = hours(text).at(moment), hours(text).next_change(moment)
    if change is None:
        assert now.end.timestamp() >= (moment + timedelta(days=300)).timestamp()
    else:
        assert change.timestamp() > moment.timestamp()
        assert hours(text).at(change).state is not now.state
        assert hours(text).at((change.astimezone(UTC) - timedelta(minutes=1)).astimezone(PARIS)).state is now.state


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_with_valueerror(text: str) -> None:
    try:
        read = read_hours(text, PARIS, ROYALE, FRANCE)
    except ValueError:
        return
    assert list(read.intervals(at("2026-08-13 00:00"), at("2026-08-14 00:00")))


def test_hours_are_values() -> None:
    assert Hours("24/7", PARIS) == read_hours("24/7", PARIS)


def test_a_text_that_was_never_read_is_unknown() -> None:
    """Built without `read_hours`, as a document kept by another version may be."""
    assert Hours("quand il fait beau", PARIS).at(at("2026-08-13 15:00")).state is State.UNKNOWN
