"""When the events of a calendar take place: dates, times and durations as written, and the series they make (RFC 5545 §3.8.5)."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from providers_feed import record as r
from providers_feed.ics_lines import Event, Line
from providers_feed.ics_rule import Rule, Work, read_rule, unfold
from providers_feed.ics_zones import Zones
from sejour.domain.feed import Severity
from sejour.domain.offer import Occurrence, OccurrenceStatus
from sejour.domain.text import N_

MOST_OCCURRENCES = 1_000  # of one event; a longer series is cut, and said
FIRST_YEAR, LAST_YEAR, FAR = 1970, 2199, 2400  # of what takes place; a series may have begun long before
DAY = timedelta(days=1)
END = datetime.combine(date(LAST_YEAR, 12, 31), time())
TIMES = ("BYHOUR", "BYMINUTE", "BYSECOND")
LONGEST = timedelta(days=3_660)  # of one date of a series, as far as the search for its beginning goes back
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)[Zz]?(?:[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?\s*([Zz]|[+-]\d\d:?\d\d)?)?")
_DURATION = re.compile(r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?", re.I)


@dataclass(frozen=True, slots=True)
class When:
    """A wall clock (naive) in a zone; midnight of a date when `whole_day`."""

    local: datetime
    zone: tzinfo
    whole_day: bool = False

    @property
    def instant(self) -> datetime:
        """In UTC: a time that the spring change skips is moved past the gap, in the autumn the first one counts."""
        return self.local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)

    def within(self, zone: tzinfo) -> "When":
        """The same on the clocks of `zone`; a date has none."""
        return self if self.whole_day or zone is self.zone else When(self.instant.astimezone(zone).replace(tzinfo=None), zone)


Placed = tuple[When, timedelta | None, bool]
"""One date: when it starts, how long it lasts, and whether it is cancelled."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One VEVENT's dates. `length` None: nobody said when it ends. `replaces`: the date of a series that this one stands for, and the
    later ones too when `onwards`."""

    start: When
    length: timedelta | None = None
    cancelled: bool = False
    rules: tuple[Rule, ...] = ()
    unless: tuple[Rule, ...] = ()
    more: tuple[tuple[When, timedelta | None], ...] = ()
    without: tuple[When, ...] = ()
    replaces: When | None = None
    onwards: bool = False


def read_when(written: str, zone: tzinfo, utc: tzinfo | None) -> When | None:
    """A DATE or DATE-TIME, also with the hyphens and colons of ISO 8601, on the clocks of `zone`, or of `utc` when it ends in Z (which
    says nothing when `utc` is None); None when there is no such day or time."""
    match = _DATE.fullmatch(written.strip())
    if match is None:
        return None
    try:
        day = date(min(max(int(match[1]), 2), FAR), int(match[2]), int(match[3]))  # 9999 is "no end"; home-made zones count year by year
        if match[4] is None:
            return When(datetime.combine(day, time()), zone, True)
        local = datetime.combine(day + DAY * (match[4] == "24"), time(int(match[4]) % 24, int(match[5]), min(59, int(match[6] or 0))))
        if match[7] is None or (utc is None and match[7] in "Zz"):
            return When(local, zone)
        instant = datetime.fromisoformat(f"{local.isoformat()}{match[7].upper()}").astimezone(UTC)
        return When(instant.replace(tzinfo=None), UTC).within(utc or zone)
    except ValueError:
        return None


def read_duration(written: str) -> timedelta | None:
    match = _DURATION.fullmatch(written.strip())
    if match is None or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in match.groups()[1:])
    length = timedelta(days, seconds, 0, 0, minutes, hours, weeks)
    return -length if match[1] == "-" else length


def happening(event: Event, zones: Zones, notes: r.Notes, *, cancelled: bool) -> Happening | None:
    """The dates of one VEVENT; None, with a Problem, when it has none that can be read. Raises Refused for a rule that cannot be kept."""
    line = event.first("DTSTART")
    start = _read(line, zones, notes) if line else None
    if start is None:
        notes.add("DTSTART", N_("Événement sans date lisible : il est laissé."), line and line.value, Severity.ERROR)
        return None
    start, length = _whole_days(start, _length(event, start, zones, notes))
    if told := event.first("RECURRENCE-ID"):
        replaces = next(_list(told, zones, notes), None)
        return Happening(start, length, cancelled, replaces=replaces, onwards=told.parameters.get("RANGE", "").upper() == "THISANDFUTURE")
    return Happening(
        start,
        length,
        cancelled,
        rules=tuple(_rules(event.every("RRULE"), start)),
        unless=tuple(_rules(event.every("EXRULE"), start)),
        more=tuple(_more(event.every("RDATE"), zones, notes)),
        without=tuple(when for each in event.every("EXDATE") for when in _list(each, zones, notes)),
    )


def read_line(line: Line, zones: Zones) -> When | None:
    """The date or time of the line. A zone and a Z together mean the zone, as Google has it."""
    tzid = line.parameters.get("TZID", "")
    known = zones.get(tzid) if tzid else None
    when = read_when(line.value, known or zones.default, None if known else zones.utc)
    if when and line.parameters.get("VALUE", "").upper() == "DATE":
        return When(datetime.combine(when.local, time()), zones.default, True)
    return when


def _read(line: Line, zones: Zones, notes: r.Notes) -> When | None:
    when, tzid = read_line(line, zones), line.parameters.get("TZID", "")
    if when and tzid and not when.whole_day and line.name == "DTSTART" and zones.get(tzid) is None:
        notes.add(line.name, N_("Fuseau horaire inconnu : celui du territoire est pris."), tzid)
    return when


def _list(line: Line, zones: Zones, notes: r.Notes) -> Iterator[When]:
    for written in filter(None, line.value.split(",")):
        if when := _read(replace(line, value=written), zones, notes):
            yield when
        else:
            notes.add(line.name, N_("Date illisible : elle est laissée."), written)


def _more(lines: list[Line], zones: Zones, notes: r.Notes) -> Iterator[tuple[When, timedelta | None]]:
    """The dates of RDATE, each with the length it brings when it is a period."""
    for line in lines:
        for written in filter(None, line.value.split(",")):
            begins, _, ends = written.partition("/")
            for start in _list(replace(line, value=begins), zones, notes):
                end = read_when(ends, start.zone, start.zone)
                length = end.local - start.local if end else read_duration(ends)
                yield start, length if length and length > timedelta(0) else None


def _rules(lines: list[Line], start: When) -> Iterator[Rule]:
    """At most five, without times of day when the event has none."""

    def until(written: str) -> datetime | None:
        when = read_when(written, start.zone, UTC)
        if when is None:
            return None
        return when.local + DAY - timedelta(seconds=1) if when.whole_day else when.within(start.zone).local

    for line in [line for line in lines if line.value.strip()][:5]:
        rule = read_rule(line.value.strip(), until)
        yield replace(rule, by={key: value for key, value in rule.by.items() if key not in TIMES}) if start.whole_day else rule


def _length(event: Event, start: When, zones: Zones, notes: r.Notes) -> timedelta | None:
    """How long it lasts on the clocks; None when that is not said, or cannot be."""
    end_line, duration = event.first("DTEND"), event.first("DURATION")
    if end_line:
        end = _read(end_line, zones, notes)
        length = None if end is None else end.within(start.zone).local - start.local
    else:
        length = read_duration(duration.value) if duration else None
    written = end_line or duration
    if written is None or not written.value.strip():
        return None
    if length is None:
        notes.add(written.name, N_("Fin illisible : seul le début est gardé."), written.value)
    elif length < timedelta(0):
        notes.add(written.name, N_("Finit avant d’avoir commencé : seul le début est gardé."), written.value)
        return None
    elif not length and not start.whole_day:  # of a day, many write the same one twice
        notes.add(written.name, N_("Début et fin au même instant : seul le début est gardé."), written.value, Severity.INFO)
    return length


def _whole_days(start: When, length: timedelta | None) -> tuple[When, timedelta | None]:
    """Days are at least one. From midnight to midnight, or to a minute before, says no time: these are days too."""
    if length is not None and start.local.time() == time(0):
        ends = (start.local + length).time()
        start = replace(start, whole_day=start.whole_day or ends == time(0) or ends >= time(23, 59))
    if start.whole_day:
        return start, DAY * max(1, -(-(length or DAY) // DAY))
    return start, length or None


def occurrences(
    series: Iterable[Happening], changes: list[Happening], window: tuple[datetime, datetime], zone: ZoneInfo, work: Work, notes: r.Notes
) -> tuple[Occurrence, ...]:
    """In order, in `zone`: a series that recurs by a rule within the window only, any other whole. Raises Refused."""
    found: dict[tuple[datetime, datetime | None], Occurrence] = {}
    for each in series:
        for placed in _placed(each, changes, window, work):
            one = _occurrence(*placed, zone)
            if not each.rules or (one.start < window[1] and _goes_on(one, window[0])):
                found.setdefault((one.start, one.end), one)
        changes = []
    for change in changes:  # of a series that is not in the calendar
        one = _occurrence(change.start, change.length, change.cancelled, zone)
        found.setdefault((one.start, one.end), one)
    possible = (one for one in found.values() if FIRST_YEAR <= one.start.year <= LAST_YEAR)
    ordered = sorted(possible, key=lambda one: (one.start, one.end or one.start))
    if len(ordered) > MOST_OCCURRENCES:
        notes.add("RRULE", N_("Trop de dates : seules les premières sont gardées."), len(ordered))
        ordered = ([one for one in ordered if _goes_on(one, window[0])] or ordered)[:MOST_OCCURRENCES]
    return tuple(ordered)


def _goes_on(one: Occurrence, moment: datetime) -> bool:
    return one.start >= moment or (one.end is not None and one.end > moment)


def _placed(core: Happening, changes: list[Happening], window: tuple[datetime, datetime], work: Work) -> Iterator[Placed]:
    """Each date of the series, as changed by those that replace it."""
    begin, end = (bound.astimezone(core.start.zone).replace(tzinfo=None) for bound in window)
    begin -= min(core.length or timedelta(0), LONGEST)
    starts = _starts(core, begin, end, work)
    without = {_key(when, core) for when in core.without}
    without |= {_key(_moved(core.start, local), core) for local in _unfolded(core.unless, core, begin, end, work)}
    changed = {_key(change.replaces, core): change for change in changes if change.replaces}
    onwards = sorted(((c.replaces.within(core.start.zone).local, c) for c in changes if c.onwards and c.replaces), key=lambda pair: pair[0])
    for start, length in starts:
        key, day = _key(start, core), start.local.date()
        if key in without or day in without:
            continue
        if change := changed.pop(key, None) or changed.pop(day, None):
            yield change.start, change.length, change.cancelled
        elif n := bisect_left(onwards, start.local, key=lambda pair: pair[0]):
            told, later = onwards[n - 1]
            yield _moved(start, start.local + (later.start.within(core.start.zone).local - told)), later.length, later.cancelled
        else:
            yield start, length, core.cancelled
    yield from ((change.start, change.length, change.cancelled) for key, change in changed.items() if key not in without)


def _starts(core: Happening, begin: datetime, end: datetime, work: Work) -> list[tuple[When, timedelta | None]]:
    found = _unfolded(core.rules, core, begin, end, work) if core.rules else {core.start.local}
    if core.start.whole_day:
        found = {datetime.combine(at, time()) for at in found}
    by_rule = [(_moved(core.start, local), core.length) for local in sorted(found)]
    return by_rule + [(when.within(core.start.zone), length or core.length) for when, length in core.more]


def _unfolded(rules: tuple[Rule, ...], core: Happening, begin: datetime, end: datetime, work: Work) -> set[datetime]:
    return {local for rule in rules for local in islice(unfold(rule, core.start.local, begin, end, work), 2 * MOST_OCCURRENCES)}


def _moved(when: When, local: datetime) -> When:
    return When(local, when.zone, when.whole_day)


def _key(when: When, core: Happening) -> datetime | date:
    """What tells one date of a series: its instant, or its day when one of both has no time."""
    if not when.whole_day and not core.start.whole_day:
        return when.instant
    return (when.within(core.start.zone) if when.zone is UTC else when).local.date()  # Exchange writes midnights for days, in its own zone


def _occurrence(start: When, length: timedelta | None, cancelled: bool, zone: ZoneInfo) -> Occurrence:
    status = OccurrenceStatus.CANCELLED if cancelled else OccurrenceStatus.PLANNED
    if start.whole_day:
        end = min(start.local + (length or DAY), max(END, start.local + DAY))
        return Occurrence(_local(start.local, zone), _local(end, zone), True, status)
    begins = start.instant.astimezone(zone)
    if not length or start.local >= END:
        return Occurrence(begins, None, False, status)
    ends = _moved(start, min(start.local + length, END)).instant  # by the clocks: a night until 06:00 is an hour shorter in the spring
    return Occurrence(begins, (ends if ends > begins else start.instant + length).astimezone(zone), False, status)


def _local(local: datetime, zone: ZoneInfo) -> datetime:
    return When(local, zone).instant.astimezone(zone)
