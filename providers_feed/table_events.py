"""The dates of a line: its start, its end and its times of day, in one column or in four, as Occurrences."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from providers_feed.periods import past_midnight
from providers_feed.table_cells import written
from providers_feed.table_dates import MOST, Days, days, times
from providers_feed.table_line import Line
from providers_feed.table_words import fold
from sejour.domain.offer import Occurrence, OccurrenceStatus
from sejour.domain.text import N_

Span = tuple[time | None, time | None]
CANCELLED = ("annule", "annulee", "annules", "annulees", "cancelled")


def occurrences(line: Line, zone: ZoneInfo) -> tuple[tuple[Occurrence, ...], bool]:
    """(the dates in order, whether the times of day came from the column of opening hours: those of an event say "20h30"). A range with times
    means each day at that time."""
    found = _days(line, zone)
    spans, ends, from_hours = _times(line)
    found = [replace(day, ends=ends) if day.starts and day.ends is None else day for day in found]
    dated = {(each.start, each.end): each for day in found for each in _each(day, spans, line, zone)}
    if len(dated) > MOST:
        line.warn("start", N_("Trop de dates : seules les premières sont gardées."), len(dated))
    ordered = sorted(dated.values(), key=lambda each: (each.start, each.end or each.start))[:MOST]
    if _cancelled(line):
        ordered = [replace(each, status=OccurrenceStatus.CANCELLED) for each in ordered]
    return tuple(ordered), bool(ordered) and from_hours and not any(day.starts for day in found)


def _days(line: Line, zone: ZoneInfo) -> list[Days]:
    """The dates of the start, up to that of the end."""
    if not written(line.cell("start")):
        if written(line.cell("end")):
            line.warn("end", N_("Date de fin sans date de début : elle est laissée."))
        return []
    found = days(line.cell("start"), zone)
    if not found:
        line.warn("start", N_("Date illisible : elle est laissée."))
    return _until(found, line, zone) if found else []


def _cancelled(line: Line) -> bool:
    return any(word in CANCELLED for name in ("name", "status") for word in fold(line.line(name)).replace("-", " ").replace(":", " ").split())


def _until(found: list[Days], line: Line, zone: ZoneInfo) -> list[Days]:
    """With the column of the end, when the start is one day."""
    cell = line.cell("end")
    if not written(cell) or len(found) != 1 or found[0].last != found[0].first:
        return found
    start, ends = found[0], days(cell, zone)
    if ends is None:
        if at := times(cell):  # « Début » is a moment, « Fin » an hour of the same day
            return [replace(start, ends=at[-1][1] or at[-1][0])]
        line.warn("end", N_("Date de fin illisible : seul le début est gardé."))
        return found
    if ends[-1].last < start.first:
        line.warn("end", N_("La manifestation finit avant de commencer : seul le début est gardé."))
        return found
    return [replace(start, last=ends[-1].last, ends=start.ends or ends[-1].ends or ends[-1].starts)]


def _times(line: Line) -> tuple[list[Span], time | None, bool]:
    """(times of day, the end that has a column of its own, whether they come from the opening hours)."""
    found = times(line.cell("start_time")) if written(line.cell("start_time")) else []
    if found is None:
        line.warn("start_time", N_("Heure illisible : l’heure est à confirmer."))
    from_hours = not found and bool(written(line.cell("hours")))
    spans = (times(line.cell("hours")) if from_hours else found) or []
    last = times(line.cell("end_time")) if written(line.cell("end_time")) else []
    if last is None:
        line.warn("end_time", N_("Heure illisible : la fin est à confirmer."))
    ends = (last[-1][1] or last[-1][0]) if last else None
    if len(spans) == 1 and ends:
        spans = [(spans[0][0], ends)]
    return [*spans], ends, from_hours and bool(spans)


def _each(day: Days, spans: list[Span], line: Line, zone: ZoneInfo) -> Iterator[Occurrence]:
    length = (day.last - day.first).days
    for starts, ends in [(day.starts, day.ends)] if day.starts else spans or [(None, None)]:
        if starts is None or length >= MOST:
            if starts:
                line.warn("start", N_("Plus de 800 jours à heure fixe : l’heure est à confirmer."))
            yield Occurrence(instant(day.first, time(0), zone), instant(day.last + timedelta(days=1), time(0), zone), all_day=True)
            continue
        ends = ends or day.ends
        if ends and length and ends < starts and (day.starts or (length == 1 and past_midnight(starts, ends))):  # vendredi 20h – dimanche 18h
            yield Occurrence(instant(day.first, starts, zone), instant(day.last, ends, zone))
            continue
        if ends and ends < starts and not past_midnight(starts, ends):
            line.warn("end", N_("Finit avant l’heure de début : la fin est à confirmer."), f"{starts:%H:%M} – {ends:%H:%M}")
            ends = None
        for n in range(length + 1):
            at = day.first + timedelta(days=n)
            end = instant(at + timedelta(days=ends < starts), ends, zone) if ends and ends != starts else None
            yield Occurrence(instant(at, starts, zone), end)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The wall clock as one instant: a time that the spring change skips is moved past the gap, in the autumn the first one counts."""
    return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)
