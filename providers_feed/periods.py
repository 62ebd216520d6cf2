"""From the rows that feeds give (dates, weekdays, times) to one OSM opening_hours text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from sejour.domain.osm_hours import osm_date

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
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
    """The text of all the periods together: they add up, and those without times give way to those with. None when there is none.

    When every period is dated, years before the first and after the last are unknown rather than closed: a record of 2025 says
    nothing of 2026.
    """
    periods = list(dict.fromkeys(periods))
    if not periods:
        return None
    untimed = [_rule(p.first, p.last, p.days, "unknown") for p in periods if p.opens is None]
    spans: dict[tuple[date | None, date | None, str], set[int]] = {}
    for p in periods:
        if p.opens is not None:
            spans.setdefault((p.first, p.last, _span(p.opens, p.closes)), set()).update(p.days or range(7))
    times: dict[tuple[date | None, date | None, tuple[int, ...]], list[str]] = {}
    for (first, last, span), days in spans.items():
        times.setdefault((first, last, tuple(sorted(days))), []).append(span)
    order = sorted(times, key=lambda key: (key[0] or date.min, key[1] or date.max, key[2]))
    timed = [_rule(first, last, days, ",".join(sorted(times[first, last, days]))) for first, last, days in order]
    return "; ".join([", ".join(dict.fromkeys(untimed + timed)), *_silent_years(periods)])


def _silent_years(periods: list[Period]) -> list[str]:
    firsts = [p.first.year for p in periods if p.first]
    lasts = [p.last.year for p in periods if p.last]
    before = [f"1900-{min(firsts) - 1} unknown"] if len(firsts) == len(periods) else []
    after = [f"{max(lasts) + 1}+ unknown"] if len(lasts) == len(periods) and max(lasts) < 9000 else []
    return before + after


def _rule(first: date | None, last: date | None, days: tuple[int, ...], what: str) -> str:
    return " ".join(part for part in (_dates(first, last), _weekdays(days), what) if part)


def _dates(first: date | None, last: date | None) -> str:
    if first is None and last is None:
        return ""
    begins, ends = first or date(1900, 1, 1), last or date(2199, 12, 31)
    return osm_date(begins) if begins == ends else f"{osm_date(begins)}-{osm_date(ends)}"


def _weekdays(days: tuple[int, ...]) -> str:
    """ "Mo-We,Fr" of (0, 1, 2, 4); "" when it is every day."""
    if len(set(days)) in (0, 7):
        return ""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs)


def _span(opens: time, closes: time | None) -> str:
    if closes is None:
        return f"{opens:%H:%M}+"
    if closes == time(0):
        return f"{opens:%H:%M}-24:00"
    return f"{opens:%H:%M}-{closes:%H:%M}"
