"""What the domain's tests share beside tests.builders: the French calendar, and random texts of opening hours."""

from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from sejour.domain.hours import Hours, State, read_hours
from sejour.domain.osm_hours import Holidays
from sejour.domain.place import Place
from tests.builders import PARIS, ROYALE, at

EASTERS = {2025: date(2025, 4, 20), 2026: date(2026, 4, 5), 2027: date(2027, 3, 28), 2028: date(2028, 4, 16)}
FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
PUBLIC = frozenset(
    [date(year, month, day) for year in EASTERS for month, day in FIXED]
    + [easter + timedelta(days=n) for easter in EASTERS.values() for n in (1, 39, 50)]
)
SUMMER = (date(2026, 7, 4), date(2026, 8, 31))
AUTUMN = (date(2026, 10, 17), date(2026, 11, 1))
FRANCE = Holidays(date(2025, 1, 1), date(2028, 12, 31), PUBLIC, (SUMMER, AUTUMN))
NO_SCHOOL = Holidays(date(2025, 1, 1), date(2028, 12, 31), PUBLIC)


def hours(text: str, place: Place | None = ROYALE, holidays: Holidays | None = FRANCE) -> Hours:
    return read_hours(text, PARIS, place, holidays)


def maybe(text: str | None) -> datetime | None:
    return at(text) if text else None


def state(text: str, moment: str, **fields: object) -> State:
    return hours(text, **fields).at(at(moment)).state  # type: ignore[arg-type]


def spans(text: str, start: str, end: str, **fields: object) -> list[str]:
    """What is not closed between two local moments, as "2026-08-13 10:00 > 12:00 open"."""
    found = hours(text, **fields).intervals(at(start), at(end))  # type: ignore[arg-type]
    return [f"{i.start:%Y-%m-%d %H:%M} > {i.end:%H:%M} {i.state}" for i in found if i.state is not State.CLOSED]


def clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


DAY_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
weekdays = st.one_of(
    st.just(""),
    st.sampled_from(DAY_NAMES),
    st.tuples(st.sampled_from(DAY_NAMES), st.sampled_from(DAY_NAMES)).map("-".join),
    st.lists(st.sampled_from(DAY_NAMES), min_size=2, max_size=3, unique=True).map(",".join),
)
seasons = st.sampled_from(["", "", "", "Jul-Aug", "Oct-Mar", "Mar 15-Nov 02", "2026 Jul 01-2027 Jun 30", "2027", "week 10-45"])
quarters = st.integers(0, 95).map(lambda quarter: quarter * 15)


def _span(begins: int, length: int, overnight: bool) -> str:
    ends = begins + length
    return f"{clock(begins)}-{clock(ends - 1440 if ends > 1440 and overnight else min(ends, 1440))}"


def times(overnight: bool) -> st.SearchStrategy[str]:
    one = st.builds(_span, quarters, st.integers(1, 40).map(lambda n: n * 15), st.just(overnight))
    two = st.builds(lambda a, b: f"{_span(a, 120, False)},{_span(b, 240, False)}", st.integers(420, 720), st.integers(780, 1140))
    return st.one_of(one, one, two, st.just("22:00-26:00" if overnight else "00:00-24:00"))


def rules(overnight: bool = True) -> st.SearchStrategy[str]:
    """One rule: perhaps a season, perhaps days, and times or "off"."""
    return st.builds(
        lambda *parts: " ".join(part for part in parts if part), seasons, weekdays, st.one_of(times(overnight), times(overnight), st.just("off"))
    )


# Only the first rule of a text lasts past midnight: opening-hours-py reads the nights of later ones wrong (see _keep_night).
sure_texts = st.builds(
    lambda first, others, holiday: "; ".join([first, *others, *([holiday] if holiday else [])]),
    rules(),
    st.lists(rules(overnight=False), max_size=2),
    st.sampled_from(["", "", "PH off", "PH 10:00-12:00", "Dec 25 off"]),
)
ODD_DAYS = ("2027-03-27", "2027-03-28", "2026-10-24", "2026-10-25", "2026-07-14", "2026-12-25", "2027-05-01", "2026-12-31")
moments = st.builds(  # by the clock, so that some do not exist
    lambda day, minute: at(f"{day} 00:00") + timedelta(minutes=minute),
    st.one_of(st.sampled_from(ODD_DAYS), st.dates(date(2026, 1, 1), date(2027, 11, 30)).map(str)),
    st.integers(0, 1439),
)
