"""When a DATAtourisme object is open and when it takes place: its opening rows, its periods, its own sentences about them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from providers_feed import record as r
from providers_feed.datatourisme_words import DAYS, local_name
from providers_feed.periods import LAST_DAY, Period, past_midnight
from sejour.domain.feed import Severity
from sejour.domain.offer import Occurrence
from sejour.domain.text import N_

MOST_ROWS = 1_500  # opening rows of one object; real ones have up to 114
MOST_OCCURRENCES = 800  # of one object; a longer programme is cut, and said
EARLIEST = date(1970, 1, 1)  # of an event; zones were odd long before
Object = dict[str, Any]


def periods(found: Object, notes: r.Notes) -> list[Period]:
    """One Period a row; a row that cannot be read is a Problem, and unknown over its dates when these can be."""
    rows = r.dig(found, "isLocatedAt", "schema:openingHoursSpecification")
    if len(rows) > MOST_ROWS:
        notes.add("schema:openingHoursSpecification", N_("Trop de lignes d’horaires : horaires à confirmer."), len(rows))
        return [Period()]
    return [period for row in rows if (period := _period(row, notes))]


def _period(row: Any, notes: r.Notes) -> Period | None:
    if not isinstance(row, dict):
        notes.add("schema:openingHoursSpecification", N_("Ligne d’horaires illisible."), row)
        return None
    written = r.first(row, "schema:validFrom"), r.first(row, "schema:validThrough")
    first, last = map(r.day, written)
    if (written[0] is not None and first is None) or (written[1] is not None and last is None):
        notes.add("schema:validFrom", N_("Dates d’ouverture illisibles : la ligne est laissée."), _span(*written))
        return None
    if first and last and last < first:
        notes.add("schema:validThrough", N_("La période finit avant de commencer : la ligne est laissée."), _span(*written))
        return None
    days = _weekdays(row, "schema:dayOfWeek")
    if days is None:
        notes.add("schema:dayOfWeek", N_("Jour de la semaine inconnu : horaires à confirmer."), row.get("schema:dayOfWeek"))
        return Period(first, last)
    if first and last and days and not any(day.weekday() in days for day in _each_day(first, min(last, first + timedelta(days=6)))):
        said = N_("Aucun de ces jours de la semaine n’est entre ces dates : la ligne ne dit rien.")
        notes.add("schema:dayOfWeek", said, _span(*written), Severity.INFO)
        return None
    return Period(first, last, days, *_opening_times(row, notes))


def _opening_times(row: Object, notes: r.Notes) -> tuple[time | None, time | None]:
    """Opens, closes; neither when what is written cannot be."""
    written = r.first(row, "schema:opens"), r.first(row, "schema:closes")
    opens, closes = map(r.clock, written)
    if (written[0] is not None and opens is None) or (written[1] is not None and closes is None):
        notes.add("schema:opens", N_("Heures illisibles : horaires à confirmer."), _span(*written))
    elif opens is None and closes is not None:
        notes.add("schema:opens", N_("Fermeture sans ouverture : horaires à confirmer."), _span(*written))
    elif opens is not None and opens == closes:
        notes.add("schema:closes", N_("Ouvre et ferme à la même heure : horaires à confirmer."), _span(*written))
    elif opens is not None and closes is not None and closes < opens and not past_midnight(opens, closes):
        notes.add("schema:closes", N_("Ferme avant d’ouvrir : horaires à confirmer."), _span(*written))
    else:
        return opens, closes
    return None, None


def _weekdays(row: Object, field: str) -> tuple[int, ...] | None:
    """The days (0 Monday … 6 Sunday) that the row names; () when it names none, None when they cannot be told."""
    days = {DAYS.get(local_name(day.get("@id") if isinstance(day, dict) else day)) for day in r.dig(row, field)}
    if None in days or "weekOfMonth" in row:
        return None
    return tuple(sorted(day for day in days if day is not None))


def _span(begins: Any, ends: Any) -> str:
    return f"{r.shorten(begins or '?')} – {r.shorten(ends or '?')}"


def occurrences(found: Object, zone: ZoneInfo, rows: list[Period], notes: r.Notes) -> tuple[Occurrence, ...]:
    """The dates of an event, in order. A range with times means each day at that time; when the opening rows tell more finely, they
    decide: the range is kept as days without a time."""
    dated: dict[tuple[datetime, datetime | None], Occurrence] = {}
    for period in r.dig(found, "takesPlaceAt")[: 4 * MOST_OCCURRENCES]:
        for occurrence in _occurrences(period, zone, rows, notes):
            dated.setdefault((occurrence.start, occurrence.end), occurrence)
    if not dated:
        notes.add("takesPlaceAt", N_("Manifestation sans date lisible : elle n’est jamais proposée."))
    if len(dated) > MOST_OCCURRENCES:
        notes.add("takesPlaceAt", N_("Trop de dates : seules les premières sont gardées."), len(dated))
    return tuple(dated[key] for key in sorted(dated, key=lambda key: (key[0], key[1] or key[0]))[:MOST_OCCURRENCES])


def _occurrences(period: Any, zone: ZoneInfo, rows: list[Period], notes: r.Notes) -> Iterator[Occurrence]:
    ranges = _ranges(period, notes)
    if not ranges:
        return
    first, last = ranges[0][0], ranges[-1][1]
    starts, ends = _times(period, notes)
    within = [row for row in rows if row.opens and (row.first or first) <= last and (row.last or last) >= first]
    if starts and any((until - begins).days >= MOST_OCCURRENCES for begins, until in ranges):
        notes.add("takesPlaceAt", N_("Plus de 800 jours à heure fixe : l’heure est à confirmer."), _span(first.isoformat(), last.isoformat()))
        starts = None
    if starts is None or (last > first and any(row.days for row in within)):
        for begins, until in ranges:
            yield Occurrence(_instant(begins, time(0), zone), _instant(until + timedelta(days=1), time(0), zone), all_day=True)
        return
    for day in (day for begins, until in ranges for day in _each_day(begins, until)):
        closes = ends or next((row.closes for row in within if row.opens == starts and (not row.days or day.weekday() in row.days)), None)
        end = None if closes is None else _instant(day + timedelta(days=closes <= starts), closes, zone)
        yield Occurrence(_instant(day, starts, zone), end)


def _ranges(period: Any, notes: r.Notes) -> list[tuple[date, date]]:
    """The (first, last) day of the period, or each of its days when it recurs on weekdays; nothing when they cannot be told."""
    written = r.first(period, "startDate"), r.first(period, "endDate")
    first = r.day(written[0])
    last = first if written[1] is None else r.day(written[1])
    if first is None or last is None or max(first, last) < EARLIEST or first > LAST_DAY:
        notes.add("takesPlaceAt", N_("Date illisible : elle est laissée."), _span(*written) if isinstance(period, dict) else period)
        return []
    if last < first:
        notes.add("takesPlaceAt", N_("La manifestation finit avant de commencer : cette date est laissée."), _span(*written))
        return []
    first, last = max(first, EARLIEST), min(last, LAST_DAY)  # 9999-12-31 is "no end"
    weekdays = _weekdays(period, "appliesOnDay")
    if weekdays is None:
        notes.add("takesPlaceAt", N_("Jour de la semaine inconnu : cette date est laissée."), period.get("appliesOnDay"))
        return []
    if not weekdays:
        return [(first, last)]
    return list(islice(((day, day) for day in _each_day(first, last) if day.weekday() in weekdays), MOST_OCCURRENCES + 1))


def _each_day(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _times(period: Object, notes: r.Notes) -> tuple[time | None, time | None]:
    """When it starts and ends on each day. Midnight to midnight says no time; an end that cannot be is left open."""
    written = r.first(period, "startTime"), r.first(period, "endTime")
    starts, ends = map(r.clock, written)
    if (written[0] is not None and starts is None) or (written[1] is not None and ends is None):
        notes.add("takesPlaceAt", N_("Heure illisible : l’heure est à confirmer."), _span(*written))
        return None, None
    if starts == time(0) and (ends is None or ends == time(0) or ends >= time(23, 59)):
        return None, None
    if starts and ends and ends < starts and not past_midnight(starts, ends):
        notes.add("takesPlaceAt", N_("Finit avant l’heure de début : la fin est à confirmer."), _span(*written))
        return starts, None
    return starts, None if starts == ends else ends


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The wall clock as one instant: a time that the spring change skips is moved past the gap, in the autumn the first one counts."""
    return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)
