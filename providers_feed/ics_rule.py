"""RRULE: a recurrence rule, unfolded between two moments and never further (RFC 5545 §3.3.10).

dateutil, on which recurring-ical-events rests, looks for the next date until the year 9999: seconds for each rule that never comes
(31 April). Here each period (a year, a month, …) of the window is visited once, and the whole calendar shares one allowance of work.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, product

from sejour.domain.text import N_

WORK = 4_000_000  # for one calendar, some microseconds each: 1 for a day looked at; enough for 4,000 weekly events
A_PERIOD, A_DATE = 5, 10
LONGEST_RULE = 4_000  # characters
TIMES_A_DAY = 48
LONGEST_INTERVAL = 10_000
WEEKDAYS = {name: n for n, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
PERIODS = {"YEARLY": timedelta(366), "MONTHLY": timedelta(31), "WEEKLY": timedelta(7), "DAILY": timedelta(1), "HOURLY": timedelta(hours=1)}
LIMITS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 17_568, "BYHOUR": 23, "BYMINUTE": 59, "BYSECOND": 59}
SIGNED = {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"}
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,5}")


class Refused(Exception):
    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Work:
    """What may still be looked at before the calendar is found too heavy."""

    def __init__(self, left: int = WORK) -> None:
        self.left = left

    def spend(self, amount: int) -> None:
        if self.left < amount:
            raise Refused(N_("Répétition trop longue à calculer : l’événement est laissé."))
        self.left -= amount


@dataclass(frozen=True, slots=True)
class Rule:
    """`by_day` maps a weekday (0 Monday) to the ordinals asked for, 0 for every one; `until` is local, inclusive."""

    frequency: str
    interval: int
    count: int | None
    until: datetime | None
    week_start: int
    by_day: dict[int, set[int]]
    by: dict[str, tuple[int, ...]]


def read_rule(written: str, until_of: Callable[[str], datetime | None]) -> Rule:
    """The rule, with UNTIL read by `until_of`. Raises Refused when it cannot be read, comes more than once an hour, or never."""
    unreadable = Refused(N_("Règle de répétition illisible : l’événement est laissé."))
    if len(written) > LONGEST_RULE:
        raise unreadable
    parts = dict(part.split("=", 1) for part in written.upper().replace(" ", "").removeprefix("RRULE:").split(";") if "=" in part)
    frequency = parts.get("FREQ", "")
    if frequency in ("SECONDLY", "MINUTELY"):
        raise Refused(N_("Répétition plus fréquente que chaque heure : l’événement est laissé."))
    until = until_of(parts["UNTIL"]) if "UNTIL" in parts else None
    by_day = _by_day(parts.get("BYDAY"))
    by = {name: _numbers(name, parts[name]) for name in LIMITS if name in parts}
    interval, most = _positive(parts.get("INTERVAL", "1")), _positive(parts["COUNT"]) if "COUNT" in parts else None
    ours = frequency in PERIODS and parts.get("RSCALE", "GREGORIAN") == "GREGORIAN" and parts.get("SKIP", "OMIT") == "OMIT"
    wrong = ("UNTIL" in parts and until is None) or by_day is None or () in by.values() or interval == 0 or most == 0
    if wrong or not ours or interval > LONGEST_INTERVAL or parts.get("WKST", "MO") not in WEEKDAYS or "BYEASTER" in parts:
        raise unreadable
    if len(by.get("BYHOUR", "1")) * len(by.get("BYMINUTE", "1")) * len(by.get("BYSECOND", "1")) > TIMES_A_DAY:
        raise Refused(N_("Répétition plus fréquente que chaque heure : l’événement est laissé."))
    days = by.get("BYMONTHDAY")
    if days and not any(abs(day) <= LONGEST_MONTHS[month - 1] for month in by.get("BYMONTH", range(1, 13)) for day in days):
        raise Refused(N_("Cette règle de répétition ne tombe jamais (le 31 avril…) : l’événement est laissé."))
    return Rule(frequency, interval, most, until, WEEKDAYS[parts.get("WKST", "MO")], by_day or {}, by)


def _positive(written: str) -> int:
    """0 when it is no such number."""
    return int(written) if re.fullmatch(r"\+?\d{1,6}", written) else 0


def _numbers(name: str, written: str) -> tuple[int, ...]:
    """() when one of them cannot be."""
    least, most = (-LIMITS[name] if name in SIGNED else int(name == "BYMONTH")), LIMITS[name]
    found = {int(each) if _NUMBER.fullmatch(each) else most + 1 for each in written.split(",")}
    return tuple(sorted(found)) if all(least <= each <= most and (each or name not in SIGNED) for each in found) else ()


def _by_day(written: str | None) -> dict[int, set[int]] | None:
    found: dict[int, set[int]] = {}
    for each in (written or "").split(",") if written is not None else ():
        match = _BYDAY.fullmatch(each)
        if match is None:
            return None
        found.setdefault(WEEKDAYS[match[2]], set()).add(int(match[1] or 0))
    return found


def unfold(rule: Rule, start: datetime, after: datetime, until: datetime, work: Work) -> Iterator[datetime]:
    """The local starts from `after` to `until`, in order, of what first starts at `start` (which counts only when the rule names it, as
    libical has it). Raises Refused when the work allowed is spent."""
    end, left = min(until, rule.until or until), rule.count
    skipped = 0 if rule.count else max(0, (after - start) // (PERIODS[rule.frequency] * rule.interval) - 1)
    for k in count(skipped):
        try:
            begin = _begin(rule, start, k * rule.interval)
        except (ValueError, OverflowError):  # after the year 9999
            return
        if begin > end + timedelta(days=7):  # the first week of a year may begin in the year before
            return
        for each in _period(rule, start, begin, work):
            if each > end or left == 0:
                return
            if each >= start:
                left = left and left - 1
                if each >= after:
                    work.spend(A_DATE)
                    yield each


def _begin(rule: Rule, start: datetime, step: int) -> datetime:
    """When the period `step` years, months, … after that of `start` begins; for YEARLY with BYWEEKNO, that of the year of weeks."""
    midnight = datetime.combine(start, time())
    if rule.frequency == "YEARLY":
        year = start.year
        if "BYWEEKNO" in rule.by:
            year += (start.date() >= _first_week(year + 1, rule.week_start)) - (start.date() < _first_week(year, rule.week_start))
        return datetime.combine(date(year + step, 1, 1), time())
    if rule.frequency == "MONTHLY":
        years, months = divmod(start.year * 12 + start.month - 1 + step, 12)
        return datetime.combine(date(years, months + 1, 1), time())
    if rule.frequency == "WEEKLY":
        return midnight + timedelta(days=7 * step - (start.weekday() - rule.week_start) % 7)
    return midnight + timedelta(days=step) if rule.frequency == "DAILY" else start.replace(minute=0, second=0) + timedelta(hours=step)


def _period(rule: Rule, start: datetime, begin: datetime, work: Work) -> list[datetime]:
    """What the rule names in the period that begins at `begin`, in order."""
    candidates = _days(rule, start, begin)
    work.spend(A_PERIOD + len(candidates))
    days = [day for day in candidates if _named(rule, start, day)]
    hours = rule.by.get("BYHOUR", (start.hour,))
    if rule.frequency == "HOURLY":
        hours = (begin.hour,) if begin.hour in rule.by.get("BYHOUR", (begin.hour,)) else ()
    times = [time(*each) for each in product(hours, rule.by.get("BYMINUTE", (start.minute,)), rule.by.get("BYSECOND", (start.second,)))]
    work.spend(len(days) * len(times))
    found = [datetime.combine(day, at) for day in days for at in times]
    if "BYSETPOS" not in rule.by:
        return found
    return [found[n] for n in sorted({n - 1 if n > 0 else len(found) + n for n in rule.by["BYSETPOS"]}) if 0 <= n < len(found)]


def _days(rule: Rule, start: datetime, begin: datetime) -> list[date]:
    """The days of the period among which the rule chooses."""
    year, first = begin.year, begin.date()
    if rule.frequency in ("DAILY", "HOURLY"):
        return [first]
    if rule.frequency == "WEEKLY":
        weekdays: Collection[int] = rule.by_day or (range(7) if rule.by.keys() & {"BYMONTHDAY", "BYYEARDAY"} else (start.weekday(),))
        return [day for n in range(7) if (day := first + timedelta(days=n)).weekday() in weekdays]
    if rule.frequency == "MONTHLY":
        return _month(year, begin.month) if begin.month in rule.by.get("BYMONTH", (begin.month,)) else []
    if "BYWEEKNO" in rule.by:
        first_week, next_year = _first_week(year, rule.week_start), _first_week(year + 1, rule.week_start)
        weeks = (next_year - first_week).days // 7
        asked = sorted({n if n > 0 else weeks + 1 + n for n in rule.by["BYWEEKNO"]})
        return [first_week + timedelta(days=7 * n - 7 + day) for n in asked if 1 <= n <= weeks for day in range(7)]
    whole_year = "BYYEARDAY" in rule.by or rule.by_day
    months = rule.by.get("BYMONTH", range(1, 13) if whole_year else (start.month,))
    return [day for month in months for day in _month(year, month)]


def _month(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    return [first + timedelta(days=n) for n in range(_days_in(year, month))]


def _days_in(year: int, month: int) -> int:
    return LONGEST_MONTHS[month - 1] - (month == 2 and (year % 4 != 0 or (year % 100 == 0 and year % 400 != 0)))


def _first_week(year: int, week_start: int) -> date:
    """The first day of the first week with at least four days in the year."""
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=(fourth.weekday() - week_start) % 7)


def _named(rule: Rule, start: datetime, day: date) -> bool:
    """Does the rule name this day? What it leaves open is as on the day of the start."""
    by, weekly = rule.by, rule.frequency == "WEEKLY" or "BYWEEKNO" in rule.by
    if day.month not in by.get("BYMONTH", (day.month,)):
        return False
    if not rule.by_day and not by.keys() & {"BYMONTHDAY", "BYYEARDAY"}:
        if weekly:
            return day.weekday() == start.weekday()
        return day.day == start.day or rule.frequency in ("DAILY", "HOURLY")
    length, of_year = _days_in(day.year, day.month), day.timetuple().tm_yday
    year = 337 + _days_in(day.year, 2)
    if "BYMONTHDAY" in by and not {day.day, day.day - length - 1} & set(by["BYMONTHDAY"]):
        return False
    if "BYYEARDAY" in by and not {of_year, of_year - year - 1} & set(by["BYYEARDAY"]):
        return False
    if not rule.by_day:
        return True
    asked = rule.by_day.get(day.weekday(), set())
    if 0 in asked or (asked and (weekly or rule.frequency in ("DAILY", "HOURLY"))):  # an ordinal has no sense within a week
        return True
    n, size = (of_year, year) if rule.frequency == "YEARLY" and "BYMONTH" not in by else (day.day, length)
    return bool({(n - 1) // 7 + 1, -((size - n) // 7 + 1)} & asked)
