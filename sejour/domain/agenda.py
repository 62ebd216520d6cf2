"""What happens, day by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from sejour.domain.catalogue import KINDS, Catalogue
from sejour.domain.offer import Kind, Offer
from sejour.domain.timetable import Sort
from sejour.domain.travel import DETOUR, great_circle_m
from sejour.domain.visit import Visit

DAYS = 7
REACH_M = 30_000  # as the crow flies
MOST_A_DAY = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """An offer on a day: `spans` its (beginning, end) in order, the end None when nobody said; none at all when nobody said when, and then
    `until` is its last day. `metres` over the streets (estimated)."""

    offer: Offer
    spans: tuple[tuple[datetime, datetime | None], ...]
    until: date | None
    metres: int


@dataclass(frozen=True, slots=True)
class AgendaDay:
    day: date
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    visit: Visit
    first: date
    days: tuple[AgendaDay, ...]


def agenda(catalogue: Catalogue, visit: Visit, first: date, days: int = DAYS) -> Agenda:
    """The events and markets of `days` days from `first` on, within REACH_M: by the hour first, then what lasts the day. What is over by the
    visit's moment is left out; what nobody gave a time to is named once, on its first day."""
    zone = visit.moment.tzinfo
    start = max(visit.moment, datetime.combine(first, time(0), zone))
    end = datetime.combine(first + timedelta(days=days), time(0), zone)
    near = catalogue.near(visit.place, REACH_M)
    wanted = near[np.isin(catalogue.kind[near], [KINDS.index(Kind.EVENT), KINDS.index(Kind.MARKET)])]
    rows = catalogue.timetable(start, end - timedelta(seconds=1), visit.place, wanted)
    metres = dict(
        zip(wanted.tolist(), great_circle_m(visit.place.lat, visit.place.lon, catalogue.lat[wanted], catalogue.lon[wanted]).tolist(), strict=True)
    )
    by_day: dict[date, dict[int, list[tuple[datetime, datetime | None]]]] = {first + timedelta(days=n): {} for n in range(days)}
    last_days: dict[int, date] = {}
    for owner, begins, ends, last, sort in zip(
        *(column.tolist() for column in (rows.owner, rows.start, rows.end, rows.last, rows.sort)), strict=True
    ):
        if owner not in metres:
            continue
        opens, closes = (datetime.fromtimestamp(seconds, UTC).astimezone(zone) for seconds in (begins, ends))
        spans = by_day[max(opens.date(), start.date())].setdefault(owner, [])
        if sort == Sort.UNSURE:
            last_days[owner] = (closes - timedelta(seconds=1)).date()
        else:
            spans.append((opens, closes if ends != last else None))

    def entry(owner: int, spans: list[tuple[datetime, datetime | None]]) -> Entry:
        until = None if spans else last_days[owner]
        return Entry(catalogue.offers[owner], tuple(dict.fromkeys(spans)), until, round(metres[owner] * DETOUR))

    return Agenda(visit, first, tuple(AgendaDay(day, _ordered(entry(*each) for each in owners.items())) for day, owners in by_day.items()))


def _ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By the hour, then the nearest of what has none."""
    return tuple(sorted(entries, key=lambda e: (not e.spans, e.spans[0][0].timestamp() if e.spans else 0.0, e.metres, e.offer.id))[:MOST_A_DAY])
