"""From rows to one opening_hours text: it is always valid, and says what the rows say."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from opening_hours import OpeningHours, validate

from providers_feed.periods import Period, osm_text, past_midnight
from sejour.domain.hours import State, read_hours

SUMMER = (date(2026, 7, 1), date(2026, 8, 31))
NINE, NOON, TWO, SIX = time(9), time(12), time(14), time(18)


@pytest.mark.parametrize(
    ("opens", "closes", "next_day"),
    [
        (time(18), time(0), True),
        (time(18), time(2), True),
        (time(22), time(6), True),
        (time(22), time(6, 1), False),  # a check-out hour, or an error
        (time(18), time(10), False),
        (time(14), time(12), False),
        (time(9), time(18), False),
        (time(9), time(9), False),
        (time(0), time(0), False),
        (time(1), time(0, 30), True),
    ],
)
def test_past_midnight(opens: time, closes: time, next_day: bool) -> None:
    assert past_midnight(opens, closes) is next_day


AROUND = "; 1900-2025 unknown; 2027+ unknown"


@pytest.mark.parametrize(
    ("periods", "text"),
    [
        ([], None),
        ([Period()], "Mo-Su unknown"),
        ([Period(opens=NINE, closes=SIX)], "Mo-Su 09:00-18:00"),
        ([Period(days=(0, 1, 2, 4), opens=NINE, closes=SIX)], "Mo-We,Fr 09:00-18:00"),
        ([Period(opens=SIX)], "Mo-Su 18:00+"),
        ([Period(opens=SIX, closes=time(0))], "Mo-Su 18:00-24:00"),
        ([Period(opens=SIX, closes=time(2))], "Mo-Su 18:00-02:00"),
        ([Period(*SUMMER, opens=NINE, closes=SIX)], "2026 Jul 01-2026 Aug 31 09:00-18:00" + AROUND),
        ([Period(date(2026, 7, 14), date(2026, 7, 14), (), NINE, NOON)], "2026 Jul 14 09:00-12:00" + AROUND),
        ([Period(*SUMMER)], "2026 Jul 01-2026 Aug 31 unknown" + AROUND),
        ([Period(SUMMER[0], None, (), NINE, NOON)], "2026 Jul 01-2199 Dec 31 09:00-12:00; 1900-2025 unknown"),
        ([Period(None, SUMMER[1], (), NINE, NOON)], "1900 Jan 01-2026 Aug 31 09:00-12:00; 2027+ unknown"),
        # two halves of a day and the days of a week become one rule
        (
            [Period(*SUMMER, (day,), *times) for day in (5, 6, 0) for times in ((TWO, SIX), (NINE, NOON))],
            "2026 Jul 01-2026 Aug 31 Mo,Sa-Su 09:00-12:00,14:00-18:00" + AROUND,
        ),
        # the vague first, so that the known wins; an open end before a known one
        (
            [Period(*SUMMER, (0,), NINE, NOON), Period(*SUMMER, (1,), SIX), Period(*SUMMER)],
            "2026 Jul 01-2026 Aug 31 unknown, 2026 Jul 01-2026 Aug 31 Tu 18:00+, 2026 Jul 01-2026 Aug 31 Mo 09:00-12:00" + AROUND,
        ),
        # every day, after a dated rule: without "Mo-Su" it would lengthen that rule
        (
            [Period(None, SUMMER[1], (1,), NINE, NOON), Period(opens=TWO, closes=SIX)],
            "1900 Jan 01-2026 Aug 31 Tu 09:00-12:00, Mo-Su 14:00-18:00",
        ),
        # what feeds write for "no limit"
        ([Period(date(1, 1, 1), date(9999, 12, 31), (), NINE, NOON)], "Mo-Su 09:00-12:00"),
        ([Period(date(2026, 1, 1), date(9999, 12, 31), (), NINE, NOON)], "2026 Jan 01-2199 Dec 31 09:00-12:00; 1900-2025 unknown"),
        ([Period(date(2600, 1, 1), date(2700, 1, 1), (), NINE, NOON)], "2199 Dec 31 09:00-12:00; 1900-2198 unknown"),
        ([Period(date(1, 1, 1), date(2, 1, 1), (), NINE, NOON)], "1900 Jan 01 09:00-12:00; 1901+ unknown"),
    ],
)
def test_osm_text(periods: list[Period], text: str | None) -> None:
    assert osm_text(periods) == text
    assert text is None or validate(text)


def test_a_programme_of_537_days_is_one_valid_text() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(537)]
    text = osm_text([Period(day, day, (), NINE, NOON if day.day % 2 else SIX) for day in days])
    assert text
    hours = OpeningHours(text)
    assert all(hours.is_open(datetime.combine(day, time(10))) for day in days)
    assert hours.is_closed(datetime.combine(days[0], time(13)))
    assert hours.is_unknown(datetime.combine(date(2028, 1, 1), time(10)))


HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
DATES = (
    st.none()
    | st.dates(date(2025, 1, 1), date(2027, 12, 31))
    | st.sampled_from([date(1, 1, 1), date(9999, 12, 31), date(2026, 1, 1), date(2026, 12, 31)])
)
DAYS = st.just(()) | st.sets(st.integers(0, 6), max_size=7).map(lambda days: tuple(sorted(days)))


@st.composite
def period(draw: st.DrawFn) -> Period:
    """As a format may build it: not ending before it begins, not closing before it opens unless past midnight."""
    first, last = draw(DATES), draw(DATES)
    if first and last and last < first:
        first, last = last, first
    opens = draw(st.none() | HOURS)
    closes = draw(st.none() | HOURS) if opens else None
    if opens and closes and closes <= opens and not past_midnight(opens, closes):
        closes = None
    return Period(first, last, draw(DAYS), opens, closes)


PERIODS = st.lists(period(), min_size=1, max_size=5)


def covers(period: Period, day: date) -> bool:
    return (period.first or date.min) <= day <= (period.last or date.max) and (not period.days or day.weekday() in period.days)


def is_on(period: Period, moment: datetime) -> bool:
    """Naively: is it open at that moment? An open end lasts until midnight, as opening-hours-py has it."""
    if period.opens is None:
        return False
    if period.closes is None or period.closes > period.opens:
        return covers(period, moment.date()) and period.opens <= moment.time() < (period.closes or time.max)
    today = covers(period, moment.date()) and moment.time() >= period.opens
    return today or (covers(period, moment.date() - timedelta(days=1)) and moment.time() < period.closes)


def is_silent(periods: Sequence[Period], year: int) -> bool:
    before = all(p.first and p.first.year > 1900 for p in periods) and year < min(p.first.year for p in periods if p.first)
    after = all(p.last and p.last.year < 2199 for p in periods) and year > max(p.last.year for p in periods if p.last)
    return before or after


def naive(periods: Sequence[Period], moment: datetime) -> State:
    if is_silent(periods, moment.year):
        return State.UNKNOWN
    if any(is_on(p, moment) for p in periods):
        return State.OPEN
    return State.UNKNOWN if any(p.opens is None and covers(p, moment.date()) for p in periods) else State.CLOSED


def moments(periods: Sequence[Period]) -> list[datetime]:
    """Random minutes, and those around every edge."""
    chosen = random.Random(repr(periods))
    found = [datetime.combine(date(2024, 6, 1), time(0)) + timedelta(minutes=chosen.randrange(4 * 365 * 1440)) for _ in range(10)]
    for p in periods:
        for day in (p.first, p.last):
            at = chosen.choice([at for at in (p.opens, p.closes, time(0), time(23, 59)) if at])
            edge = datetime.combine(min(max(day or date(2026, 5, 1), date(1990, 1, 1)), date(2100, 1, 1)), at)
            found += [edge + timedelta(days=days, minutes=minutes) for days in (-1, 0, 1) for minutes in (-1, 0)]
    return found


@given(PERIODS)
@example([Period(None, date(2025, 7, 23), (1, 4), NINE, NOON), Period(opens=time(8), closes=time(21))])
@example([Period(date(2026, 12, 31), date(2026, 12, 31), (), time(22), time(2))])
def test_the_text_says_what_the_periods_say(periods: list[Period]) -> None:
    text = osm_text(periods)
    assert text and validate(text)
    hours = OpeningHours(text)
    for moment in moments(periods):
        assert str(hours.state(moment)[0]) == naive(periods, moment), (text, moment)


@given(PERIODS)
def test_sejour_reads_the_text_so_too(periods: list[Period]) -> None:
    """Our own evaluation, which takes an open end for unknown: sure where a period is, never open where none is."""
    utc = ZoneInfo("UTC")
    hours = read_hours(osm_text(periods) or "", utc)
    vague = [p for p in periods if p.opens and p.closes is None]
    for moment in moments(periods):
        state, expected = hours.at(moment.replace(tzinfo=utc)).state, naive(periods, moment)
        if not any(covers(p, moment.date() - timedelta(days=days)) for p in vague for days in (0, 1)):
            assert state == expected, (hours.text, moment)
        elif state is State.OPEN:
            assert expected is State.OPEN, (hours.text, moment)


@given(PERIODS, st.randoms(use_true_random=False))
def test_the_order_of_the_periods_does_not_matter(periods: list[Period], chance: random.Random) -> None:
    shuffled = [*periods, periods[0]]
    chance.shuffle(shuffled)
    assert osm_text(shuffled) == osm_text(periods)


@given(PERIODS)
def test_years_without_any_period_are_unknown(periods: list[Period]) -> None:
    text = osm_text(periods)
    assert text
    for year in (1950, 2150):
        if is_silent(periods, year):
            assert OpeningHours(text).is_unknown(datetime.combine(date(year, 6, 1), time(12)))
