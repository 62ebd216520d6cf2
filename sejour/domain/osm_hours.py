"""What opening-hours-py (2.1) does not do with an OSM `opening_hours` text, rewritten into what it does.

Five things: holidays (it knows no school holidays and no overseas public ones, and answers "closed" without a word), open ends
("17:00+" is unknown after its start, not open till midnight), rules whose only modifier is a comment (unknown, says the
specification), fallback rules (it lets "|| unknown" win over the rules before it) and nights (it lets an earlier rule of the next day
win over what a later rule says past midnight). Source: OSM wiki, Key:opening_hours/specification; the length of an open end follows
opening_hours.js.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from opening_hours import OpeningHours, validate

_TIME = r"(?:\d{1,2}:\d{2}|\(?\s*(?:sunrise|sunset|dawn|dusk)\b)"
_UNUSUAL = re.compile(r"\b[PS]H\b|(?::\d\d|\)|sunrise|sunset|dawn|dusk)\s*\+\s*(?=$|[,;|\"a-z])|\"|\|\||,\s+(?:Mo|Tu|We|Th|Fr|Sa|Su)\b")
_LISTED_DAYS = re.compile(r"(?<=[a-z]),\s+(?=(?:Mo|Tu|We|Th|Fr|Sa|Su)\b)")  # "Mo, Tu 10:00-12:00" is one rule
_RULE_END = re.compile(r"(?:\d{1,2}:\d{2}\)?\s*\+?|\b(?:off|closed|open|unknown|sunrise|sunset|dawn|dusk)\b|[\")]|24/7)\s*$")
_RULE_START = re.compile(r"\s*(?:(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|easter)\b|"
                         r"\d{4}\b(?!:)|24/7|\")")  # fmt: skip
_MODIFIER = re.compile(r"(?:\b(open|off|closed|unknown))?\s*(\"[^\"]*\")?\s*$")
_HOLIDAY = re.compile(r"\b(PH|SH)\b(?:\s*([+-]\s*\d+)\s*days?)?")
_COMMENT = re.compile(r"\"[^\"]*\"")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_OPEN_END = re.compile(rf"^({_TIME}.*?)(?:-(.+?))?\s*\+$")
UNKNOWN = "24/7 unknown"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Holidays:
    """What is known of holidays at one place. `public`: every public holiday from `first` to `last` (inclusive). `school`: school
    holidays as inclusive ranges over the same years; None when the calendar of that place is not known."""

    first: date
    last: date
    public: frozenset[date] = frozenset()
    school: tuple[tuple[date, date], ...] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the text: `separator` that precedes it (";", "," or "||"), `selector` of days, `times`, `state` as written
    ("" when absent) and `comment` with its quotes."""

    separator: str
    selector: str
    times: str
    state: str
    comment: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.selector, self.times, self.state, self.comment) if part)


def without_comments(text: str) -> str:
    return _COMMENT.sub('""', text)


def mentions_holidays(text: str) -> bool:
    return bool(_HOLIDAY.search(without_comments(text)))


def rewrite(text: str, holidays: Holidays | None, first: date, last: date) -> tuple[str, ...]:
    """`text` as opening-hours-py understands it, good from `first` to `last`: one text, then its fallbacks ("||"), each for the
    time that those before leave closed. Without the holidays that it mentions, over those days, the answer is "24/7 unknown":
    better unsure than wrong."""
    if not _UNUSUAL.search(text) and not (";" in text and _past_midnight(text)):
        return (text,)
    kinds = {match[1] for match in _HOLIDAY.finditer(without_comments(text))}
    if kinds and (holidays is None or not (holidays.first <= first and last <= holidays.last)):
        return (UNKNOWN,)
    if "SH" in kinds and (holidays is None or holidays.school is None):
        return (UNKNOWN,)
    groups: list[list[Rule]] = []
    for rule in split_rules(_LISTED_DAYS.sub(",", text)):
        if rule.separator == "||" or not groups:
            groups.append([])
        dated = _date_holidays(rule, holidays, first, last) if holidays and kinds else (rule,)
        for each in dated:
            for sure in _close_open_ends(_comment_alone_is_unknown(each)):
                groups[-1] += _keep_night(sure, bool(groups[-1]))
    texts = tuple(_join(rules) for rules in groups)
    return texts if all(map(validate, texts)) else (UNKNOWN,)


def _join(rules: Sequence[Rule]) -> str:
    return "".join(f"{rule.separator if i else ''} {rule}" for i, rule in enumerate(rules)).strip() or "off"


def split_rules(text: str) -> Iterator[Rule]:
    """The rules of `text`. A comma separates rules only where one can end and another begin: `10:00-12:00, Sa 14:00-16:00`."""
    separator, start, quoted, i = ";", 0, False, 0
    while i <= len(text):
        symbol = text[i : i + 2] if text[i : i + 2] == "||" else text[i : i + 1]
        if symbol == '"':
            quoted = not quoted
        comma = symbol == "," and _RULE_END.search(text[start:i]) and _RULE_START.match(text[i + 1 :])
        if symbol == "" or (not quoted and (symbol in (";", "||") or comma)):
            if part := text[start:i].strip():
                yield _parse_rule(separator, part)
            separator, start = symbol, i + len(symbol)
        i += max(len(symbol), 1)


def _parse_rule(separator: str, text: str) -> Rule:
    modifier = _MODIFIER.search(text)
    assert modifier is not None  # every part of it is optional
    body = text[: modifier.start()].strip()
    found = re.search(_TIME, body)
    cut = found.start() if found else len(body)
    return Rule(separator, body[:cut].strip(), body[cut:].strip(), modifier[1] or "", modifier[2] or "")


def _comment_alone_is_unknown(rule: Rule) -> Rule:
    return replace(rule, state="unknown") if rule.comment and not rule.state else rule


def _date_holidays(rule: Rule, holidays: Holidays, first: date, last: date) -> Iterator[Rule]:
    """The rule with PH and SH replaced by the dates they fall on; a holiday beside weekdays ("Su,PH") becomes a rule of its own."""
    found = list(_HOLIDAY.finditer(rule.selector))
    if not found:
        yield rule
        return
    wide, listed = _split_weekdays(rule.selector[: found[0].start()])
    sides = (listed, listed.rstrip().endswith(",")), (after := rule.selector[found[-1].end() :].strip(), after.startswith(","))
    beside = ",".join(part for side, comma in sides if comma and (part := side.strip(" ,")))
    narrowed = " ".join(part for side, comma in sides if not comma and (part := side.strip()))  # "SH Mo-Fr", "Mo-Fr PH": both at once
    separator = rule.separator
    if beside:
        yield replace(rule, selector=f"{wide} {beside}".strip())
        separator = "," if separator == "||" else separator
    days = sorted({day for match in found for day in _holiday_dates(match, holidays, first, last)})
    if wide:
        in_season = OpeningHours(f"{wide} 00:00-24:00")
        days = [day for day in days if in_season.is_open(datetime.combine(day, time(12)))]
    if days:
        yield replace(rule, separator=separator, selector=f"{_ranges(days)} {narrowed}".strip())


def _split_weekdays(selector: str) -> tuple[str, str]:
    """("Jul-Aug", "Mo-Fr,") of "Jul-Aug Mo-Fr,": what selects seasons, then what selects weekdays."""
    match = re.search(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b[^ ]*\s*$", selector)
    cut = match.start() if match else len(selector)
    return selector[:cut].strip(), selector[cut:]


def _holiday_dates(match: re.Match[str], holidays: Holidays, first: date, last: date) -> Iterator[date]:
    shift = timedelta(days=int((match[2] or "0").replace(" ", "")))
    if match[1] == "PH":
        yield from (day + shift for day in holidays.public if first <= day + shift <= last)
        return
    for begins, ends in holidays.school or ():
        day = max(begins + shift, first)
        while day <= min(ends + shift, last):
            yield day
            day += timedelta(days=1)


def _ranges(days: Sequence[date]) -> str:
    """Sorted days as OSM date ranges: "2026 Jul 14,2026 Aug 01-2026 Aug 31"."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1][1:] = [day]
        else:
            runs.append([day])
    return ",".join("-".join(osm_date(day) for day in run) for run in runs)


def osm_date(day: date) -> str:
    return f"{day.year:04d} {_MONTHS[day.month - 1]} {day.day:02d}"


def _close_open_ends(rule: Rule) -> Iterator[Rule]:
    """A span with an open end is unknown from where it is no longer sure: until midnight, ten hours more from 17:00 on, eight from
    22:00 on, or until the next span of the rule. The sure spans come after, so that they win."""
    spans = [span.strip() for span in rule.times.split(",")]
    if not any(span.endswith("+") for span in spans):
        yield rule
        return
    sure: list[str] = []
    unsure: list[str] = []
    for span in spans:
        match = _OPEN_END.match(span)
        if match is None:
            sure.append(span)
            continue
        begins, known_end = match[1], match[2]
        if known_end:
            sure.append(f"{begins}-{known_end}")
        unsure.append(f"{begins}-{_guessed_end(begins, known_end, spans)}")
    closed = rule.state in ("off", "closed")
    for i, span in enumerate(unsure):
        yield replace(rule, separator=rule.separator if i == 0 else ",", times=span, state="off" if closed else "unknown")
    if sure:
        yield replace(rule, separator=",", times=",".join(sure))


def _keep_night(rule: Rule, follows: bool) -> Iterator[Rule]:
    """The rule, and once more as an additional one when it lasts past midnight and `follows` others: after "Su-Th 11:00-01:00", a
    "Fr,Sa 11:00-02:00" would end at midnight on Saturdays, when Sunday begins."""
    yield rule
    if follows and rule.separator == ";" and rule.state not in ("off", "closed") and _past_midnight(rule.times):
        yield replace(rule, separator=",")


def _past_midnight(text: str) -> bool:
    """Does a span of `text` end on the day after it begins?"""
    return any(not int(a) * 60 + int(b) < int(c) * 60 + int(d) <= 1440 for a, b, c, d in _SPAN.findall(text))


def _guessed_end(begins: str, known_end: str | None, spans: Sequence[str]) -> str:
    """The clock, past 24:00 when in the next day, at which an open end is over."""
    start, minutes = _minutes(begins), _minutes(known_end or begins)
    if start is None or minutes is None:
        return "24:00"
    if minutes < start:
        minutes += 1440
    later = [later for span in spans if (later := _minutes(span)) is not None and later > minutes]
    clock = minutes % 1440
    longest = 480 if clock >= 1320 or clock < 360 else 600 if clock >= 1020 else 1440 - clock
    ends = min([minutes + longest, *later])
    return f"{ends // 60:02d}:{ends % 60:02d}"


def _minutes(span: str) -> int | None:
    match = re.match(r"(\d{1,2}):(\d{2})", span)
    return int(match[1]) * 60 + int(match[2]) if match else None
