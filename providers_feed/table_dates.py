"""When something takes place, as offices write it: Excel's numbers, "14/07/2026 21:00", "du 3 au 5 juillet 2026", "les 4 et 11 juillet 2026",
"2026-10-22<->2026-10-25|…". A cell that is not understood to its last word gives nothing: no date is guessed, nor its year."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from providers_feed.table_words import fold
from providers_feed.table_workbook import Cell

MOST = 800  # dates of one cell
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)
EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001 day 0 of spreadsheets, on the wall
MONTHS = {name: n for n, names in enumerate((
    "janvier janv jan january", "fevrier fevr fev feb february", "mars mar march", "avril avr apr april", "mai may", "juin jun june",
    "juillet juil jul july", "aout aug august", "septembre sept sep september", "octobre oct october", "novembre nov november",
    "decembre dec december"), 1) for name in names.split()}  # fmt: skip
WEEKDAYS = {name: n for n, names in enumerate(("lundi lun monday", "mardi tuesday", "mercredi mer wednesday", "jeudi jeu thursday",
                                               "vendredi ven friday", "samedi sam saturday", "dimanche dim sunday")) for name in names.split()}  # fmt: skip
_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})(?:t(?P<clock>\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?P<offset>z|[+-]\d{2}:?\d{2})?)?"
    r"|(?P<day>\d{1,2})(?P<sep>[/.-])(?P<month>\d{1,2})(?:(?P=sep)(?P<year>\d{4}|\d{2})|(?<=/..)|(?<=/.))(?![\d/])"
    r"|(?P<hour>\d{1,2})(?:\s?(?:h|heures?)(?:\s?(?P<minute>\d{2}))?(?!\w)|:(?P<minutes>\d{2})(?::\d{2}(?:\.\d+)?)?)|(?P<noon>midi|minuit)"
    r"|(?P<number>\d{1,2})(?:er)?(?![\d\w])|(?P<century>(?:19|20|21)\d{2})(?!\d)"
    r"|(?P<range><->|->|→|jusqu'au|jusqu'a|(?:au|a|to)(?!\w)|-)|(?P<list>et(?!\w)|puis(?!\w)|and(?!\w)|[|#;,&\n+])"
    r"|(?P<filler>(?:le|les|du|des|de|d'|from|on|the)(?!\w)|d')|(?P<word>[a-z]+)\.?|(?P<strange>\S)"
)


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last` (inclusive), at `starts`, until `ends`, when the cell says so."""

    first: date
    last: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class _Mark:
    """One word of a cell: "d" a date that may still lack its month or year, "t" a time, "-" a range, "," a list."""

    sort: str
    day: int = 0
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    at: time | None = None


def days(cell: Cell, zone: ZoneInfo) -> list[Days] | None:
    """The dates of a cell in the order it says them; None when it is not understood; an ISO moment with an offset is brought to `zone`."""
    if isinstance(cell, bool | time | timedelta):
        return None
    if isinstance(cell, str) and re.fullmatch(r"\d{5}(?:[.,]\d+)?", cell.strip()):
        cell = float(cell.strip().replace(",", "."))  # what a spreadsheet shows when it forgets that it is a date
    if isinstance(cell, int | float) and 19_000_101 <= cell < 22_000_101:
        cell = str(int(cell))
    if isinstance(cell, int | float):
        if not 25_569 <= cell < 109_574:
            return None
        cell = EXCEL + timedelta(minutes=round(cell * 1440))
    if isinstance(cell, datetime):
        return _within(
            [Days(cell.date(), cell.date(), cell.time().replace(second=0, microsecond=0, tzinfo=None) if cell.time() != time(0) else None)]
        )
    if isinstance(cell, date):
        return _within([Days(cell, cell)])
    if re.fullmatch(r"(?:19|20)\d{6}", cell.strip()):
        cell = f"{cell.strip()[:4]}-{cell.strip()[4:6]}-{cell.strip()[6:]}"
    marks = _marks(cell, zone)
    return _within(_read(marks)) if marks else None


def _within(found: list[Days] | None) -> list[Days] | None:
    return found if found and all(FIRST <= each.first <= each.last <= LAST for each in found) else None


def _marks(text: str, zone: ZoneInfo) -> list[_Mark] | None:
    """None as soon as a word is unknown."""
    found: list[_Mark] = []
    weekday: int | None = None
    for match in _TOKEN.finditer(fold(text.replace("\n", " | "))):
        last = found[-1] if found else _Mark("")
        if match["word"] in WEEKDAYS or match["filler"]:
            weekday = WEEKDAYS.get(match["word"], weekday)
        elif match["century"] and last.sort == "d" and last.month and not last.year:
            found[-1] = replace(last, year=int(match["century"]))
        elif match["word"] in MONTHS and last.sort == "d" and not last.month:
            found[-1] = replace(last, month=MONTHS[match["word"]])
        elif match["range"] == "a" and last.sort != "t":
            continue  # "le 14 juillet à 21h"
        elif (marks := _mark(match, weekday, zone)) is not None:
            found += marks
            weekday = None
        else:
            return None
    return found


def _mark(match: re.Match[str], weekday: int | None, zone: ZoneInfo) -> list[_Mark] | None:
    if match["iso"]:
        moment = _iso(match, zone)
        if moment is None:
            return None
        clock = [_Mark("t", at=moment.time())] if moment.time() != time(0) else []
        return [_Mark("d", moment.day, moment.month, moment.year, weekday), *clock]
    if match["day"]:
        return [_Mark("d", int(match["day"]), int(match["month"]), _year(match["year"]) if match["year"] else None, weekday)]
    if match["number"]:
        return [_Mark("d", int(match["number"]), weekday=weekday)]
    if match["hour"] or match["noon"]:
        at = _clock(match)
        return None if at is None else [_Mark("t", at=at)]
    return [_Mark("-")] if match["range"] else [_Mark(",")] if match["list"] else None


def _iso(match: re.Match[str], zone: ZoneInfo) -> datetime | None:
    try:
        if not match["offset"]:
            return datetime.fromisoformat(f"{match['iso']}T{match['clock'] or '00:00'}")
        moment = datetime.fromisoformat(f"{match['iso']}T{match['clock']}{match['offset'].upper()}")
        return moment if moment.time() == time(0) else moment.astimezone(zone).replace(tzinfo=None)  # midnight UTC is a date that a program wrote
    except (ValueError, OverflowError):
        return None


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else int(written) + (2000 if int(written) < 70 else 1900)


def _clock(match: re.Match[str]) -> time | None:
    if match["noon"]:
        return time(12 if match["noon"] == "midi" else 0)
    hour, minute = int(match["hour"]), int(match["minute"] or match["minutes"] or 0)
    if (hour, minute) == (24, 0):
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _read(marks: Sequence[_Mark]) -> list[Days] | None:
    """date [time [- time]] or date [time] - date [time], any number of them, a list sign between; two dates side by side are taken for a list
    only where that is also the range: on days that follow each other."""
    whole = _completed(marks)
    shape = "".join(mark.sort for mark in marks)
    if whole is None or not re.fullmatch(r",*(?:d(?:t-t|t?-dt?|t)?,*)+", shape) or shape.count("d") > MOST:
        return None
    found: list[Days] = []
    for match in re.finditer(r"d(t?)(?:-(d?)(t?))?", shape):
        at = match.start()
        first = whole[at]
        last = whole[match.start(2)] if match[2] else first
        assert first is not None and last is not None  # they are marked "d"
        if last < first and marks[at].month and not marks[at].year:  # "du 20 décembre au 3 janvier 2027"
            first = _day(first.year - 1, first.month, first.day) or first
        follows = at > 0 and shape[at - 1] in "dt"
        if last < first or (follows and first - found[-1].last != timedelta(days=1)):
            return None
        found.append(Days(first, last, marks[at + 1].at if match[1] else None, marks[match.start(3)].at if match[3] else None))
    return found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _completed(marks: Sequence[_Mark]) -> list[date | None] | None:
    """Each mark's date: "3 au 5 juillet 2026" gives its month and year to what stands before it. None when one stays without, does not
    exist, or is not the weekday that is written with it."""
    whole: list[date | None] = []
    month = year = None
    for mark in reversed(marks):
        if mark.sort != "d":
            whole.append(None)
            continue
        month, year = mark.month or month, mark.year or year
        each = _day(year or 0, month or 0, mark.day)
        if each is None or (mark.weekday is not None and mark.weekday != each.weekday()):
            return None
        whole.append(each)
    return whole[::-1]


def times(cell: Cell) -> list[tuple[time, time | None]] | None:
    """(start, end) of each time of day of a cell: "21h", 0.875, "14h-18h", "14h et 16h30"; [] when it says nothing, None when it is not
    understood."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, timedelta):
        cell = cell / timedelta(days=1)
    if isinstance(cell, str) and re.fullmatch(r"0[.,]\d+", cell.strip()):
        cell = float(cell.strip().replace(",", "."))
    if isinstance(cell, float) and 0 <= cell < 1:
        cell = (EXCEL + timedelta(minutes=round(cell * 1440))).time()
    if isinstance(cell, time):
        return [(cell.replace(second=0, microsecond=0, tzinfo=None), None)]
    if not isinstance(cell, str):
        return None
    marks = _marks(cell, ZoneInfo("UTC"))
    shape = "".join(mark.sort for mark in marks) if marks is not None else "?"
    if not re.fullmatch(r"(?:t(?:-t)?,*)*", shape):
        return None
    assert marks is not None
    return [(marks[m.start()].at or time(0), marks[m.end() - 1].at if m[1] else None) for m in re.finditer(r"t(-t)?", shape)]
