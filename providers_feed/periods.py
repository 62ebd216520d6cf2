"""From the rows that feeds give (dates, weekdays, times) to one OSM opening_hours text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time

from sejour.domain.osm_hours import osm_date

UNKNOWN = "unknown"
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # opening_hours knows no day before; nobody means one after
LATEST_NIGHT = time(6, 0)  # a closing time before the opening one, up to then, is past midnight; later it is an error


@dataclass(frozen=True, slots=True)
class Period:
    """Open on `days` (0 Monday … 6 Sunday; empty: every day) from `first` to `last` (inclusive; None: no limit), from `opens` to
    `closes`. Without `closes` the end is open; without both, nobody said when."""

    first: date | None = None
    last: date | None = None
    days: tuple[int, ...] = ()
    opens: time | None = None
    closes: time | None = None


def past_midnight(opens: time, closes: time) -> bool:
    """Does `closes`, written earlier than `opens`, mean the next day?"""
    return closes < opens and closes <= LATEST_NIGHT


def osm_text(periods: Iterable[Period]) -> str | None:
    """The text of all the periods together: they add up, and the vaguer give way to the better known: those without times come first,
    then those without an end. None when there is none.

    When every period is dated, years before the first and after the last are unknown rather than closed: a record of 2025 says
    nothing of 2026.
    """
    weekdays: dict[tuple[date, date, str], set[int]] = {}
    for period in periods:
        weekdays.setdefault((*_dates(period), _times(period)), set()).update(period.days or range(7))
    if not weekdays:
        return None
    times: dict[tuple[date, date, tuple[int, ...], bool], list[str]] = {}
    for (first, last, span), days in weekdays.items():
        times.setdefault((first, last, tuple(sorted(days)), span == UNKNOWN), []).append(span)
    rules = sorted((_certainty(spans), (first, last, days, ",".join(sorted(spans)))) for (first, last, days, _), spans in times.items())
    years = [(first.year, last.year) for first, last, _ in weekdays]
    return "; ".join([", ".join(_rule(*rule) for _, rule in rules), *_silent(min(years)[0], max(year for _, year in years))])


def _dates(period: Period) -> tuple[date, date]:
    """Feeds also write 0001-01-01 and 9999-12-31 for "no limit"."""
    first, last = period.first or FIRST_DAY, period.last or LAST_DAY
    return min(max(first, FIRST_DAY), LAST_DAY), min(max(last, FIRST_DAY), LAST_DAY)


def _times(period: Period) -> str:
    if period.opens is None:
        return UNKNOWN
    if period.closes is None:
        return f"{period.opens:%H:%M}+"
    return f"{period.opens:%H:%M}-{'24:00' if period.closes == time(0) else f'{period.closes:%H:%M}'}"


def _certainty(spans: list[str]) -> int:
    return 0 if spans == [UNKNOWN] else 1 if any(span.endswith("+") for span in spans) else 2


def _silent(first: int, last: int) -> Iterator[str]:
    if first > FIRST_DAY.year:
        yield f"{FIRST_DAY.year}-{first - 1} {UNKNOWN}"
    if last < LAST_DAY.year:
        yield f"{last + 1}+ {UNKNOWN}"


def _rule(first: date, last: date, days: tuple[int, ...], times: str) -> str:
    """A rule without any day ("10:00-12:00" after a comma) would lengthen the rule before it: it names every day."""
    dates = "" if (first, last) == (FIRST_DAY, LAST_DAY) else "-".join(dict.fromkeys((osm_date(first), osm_date(last))))
    return " ".join(part for part in (dates, _weekdays(days) if len(days) < 7 or not dates else "", times) if part)


def _weekdays(days: tuple[int, ...]) -> str:
    """ "Mo-We,Fr" of (0, 1, 2, 4)."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)
