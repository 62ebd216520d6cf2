"""A quarter of an hour of one catalogue, prepared: all of the ranking that depends neither on where one stands nor on the minute.

Only what may be enjoyed in the window is in it, sorted by cell, with what each offer could score at most beside its distance.
"""

import math
from collections.abc import Hashable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sejour.domain.catalogue import KINDS, WISHES, Catalogue
from sejour.domain.cells import Cells, make_cells, sort_by_cell, spans, unit_vectors
from sejour.domain.curation import Pick
from sejour.domain.daylight import daylight, days_between
from sejour.domain.offer import Kind
from sejour.domain.priors import SHELTERS, weather_factors
from sejour.domain.timetable import Sort
from sejour.domain.visit import Visit, When
from sejour.domain.weather import Forecast, Sky

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
QUARTER = 900  # seconds
SOON = 45  # minutes: what begins within them is worth more than what is near
LONGEST_WAIT = 120  # minutes, for the page of now
NOW = When.NOW, When.RAIN  # the pages for which one leaves at once
LONG_AGO = -(1 << 62)
LONGEST_TRIP = 60  # minutes, more than any mode's
SOON_AT_MOST = math.log(2)
PICK = math.log(1.5)  # a boost of 1.5 costs .002 of MRR, 3 costs .024 (docs/ranking.md)
UNSURE = -math.log(4)  # what is worth an offer whose hours nobody knows
UNSURE_HOURS = {  # local hours of the day at which "hours to be confirmed" is still a fair idea, by kind
    Kind.SIGHT: (9, 18), Kind.ACTIVITY: (9, 18), Kind.RESTAURANT: (11, 22), Kind.EVENT: (9, 22), Kind.MARKET: (7, 19),
    Kind.SHOP: (9, 19), Kind.SERVICE: (0, 24), Kind.LODGING: (0, 24),
}  # fmt: skip
DAYLIT = np.array([kind in (Kind.SIGHT, Kind.ACTIVITY) for kind in KINDS])  # an event or a market has its own lights at the hours it tells
NEEDED = np.array([kind in (Kind.SERVICE, Kind.LODGING) for kind in KINDS])  # by night too
KIND_BITS = {kind: 1 << (len(WISHES) + n) for n, kind in enumerate(KINDS)}
_KIND_BITS = np.array([KIND_BITS[kind] for kind in KINDS])


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The openings and happenings of the window, in POSIX seconds. A useful visit begins at `begin` or when one arrives, if that is later, and no
    sooner than `earliest` nor later than `last`: daylight and plausible hours are in them. `happens` is the start of a happening, LONG_AGO for an
    opening. The others are as in Timetable."""

    start: IntArray
    end: IntArray
    begin: IntArray
    earliest: IntArray
    last: IntArray
    sort: IntArray
    ends_known: NDArray[np.bool_]
    happens: IntArray

    def take(self, which: IntArray) -> "Rows":
        return Rows(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """`offers` (n) indexes the catalogue, sorted by cell; the arrays beside it are parallel. `bits`: the wishes answered, and the kind. `fixed`: points
    of stars, pick and fairness; `most`: what the whole score may be at most, beside distance. Offer i has the rows `first_row[i]` to
    `first_row[i + 1]`. `hour_logs` (categories, quarters) and `weather_logs` (categories x shelters, quarters) count the quarters from
    `zero`, POSIX seconds; `suits` is what both are worth together, and `group` the row of it that is each offer's. `points`, parallel to the rows:
    those of `fixed` and of certainty."""

    catalogue: Catalogue
    offers: IntArray
    xyz: FloatArray
    bits: IntArray
    fixed: FloatArray
    most: FloatArray
    cells: Cells
    cell_most: FloatArray
    first_row: IntArray
    rows: Rows
    zero: int
    hour_logs: FloatArray
    weather_logs: FloatArray
    group: IntArray
    suits: FloatArray
    points: FloatArray
    picks: dict[int, Pick]

    def local(self, indices: IntArray) -> IntArray:
        """Where these offers of the catalogue are in the slot, ascending; those that are not in it are left out."""
        return np.flatnonzero(np.isin(self.offers, indices))


def window(visit: Visit) -> tuple[datetime, datetime]:
    """(leave, latest beginning): when one sets out, and until when something may begin, for the moment that the visit asks for."""
    return _window(visit.moment, visit.when, visit.until)


def _window(moment: datetime, when: When, until: datetime | None) -> tuple[datetime, datetime]:
    if until:
        return moment, until
    if when in NOW:
        return moment, (moment.astimezone(UTC) + timedelta(minutes=LONGEST_WAIT)).astimezone(moment.tzinfo)  # by the clock, 60 or 180 in a DST night
    if when is When.WEEK:
        return moment, moment + timedelta(days=7)
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(0), moment.tzinfo)
    if when is When.TONIGHT:
        return max(moment, datetime.combine(moment.date(), time(18), moment.tzinfo)), midnight
    return datetime.combine(midnight.date(), time(9), moment.tzinfo), midnight + timedelta(hours=21)


def slot_of(catalogue: Catalogue, visit: Visit) -> Slot:
    """The slot that holds the visit's moment, prepared once."""
    when = NOW[0] if visit.when in NOW else visit.when
    period = _period(int(visit.moment.timestamp() // QUARTER), visit.moment.tzinfo, when, visit.until)
    where: Hashable = None if catalogue.covers(period.first, period.end) else visit.place
    key = "slot", when, visit.moment.tzinfo, period, id(visit.forecast), where
    slot, _ = catalogue.memo.get(key, lambda: (_prepare(catalogue, visit, period), visit.forecast))  # held there, no other forecast can have its id
    return slot


@dataclass(frozen=True, slots=True)
class _Period:
    """The windows of all the moments of a quarter of an hour, with the trip: `first` and `end` moments, `begin` and `over` the same in POSIX seconds,
    for in the hour that comes twice two clocks are equal."""

    first: datetime
    end: datetime
    begin: int
    over: int


@lru_cache(maxsize=64)
def _period(quarter: int, zone: tzinfo | None, when: When, until: datetime | None) -> _Period:
    early, late = (datetime.fromtimestamp(n * QUARTER, zone) for n in (quarter, quarter + 1))
    first, last = _window(early, when, until)
    if when not in (When.TONIGHT, When.TOMORROW):  # the next quarter may be of another day
        last = max(last, _window(late, when, until)[1])
    end = last + timedelta(minutes=LONGEST_TRIP)
    return _Period(first, end, round(first.timestamp()), round(end.timestamp()))


def _sky(forecast: Forecast | None, moment: datetime) -> Sky | None:
    weather = forecast.at(moment) if forecast else None
    return weather.sky if weather else None


def _prepare(catalogue: Catalogue, visit: Visit, period: _Period) -> Slot:
    first, end = period.first, period.end
    muted = [
        catalogue.index[mute.offer]
        for mute in catalogue.mutes
        if mute.offer in catalogue.index and mute.holds_within(first, first + timedelta(seconds=QUARTER))
    ]
    picks = {catalogue.index[p.offer]: p for p in reversed(catalogue.picks) if p.offer in catalogue.index and p.holds(first)}
    owner, rows = _rows(catalogue, visit, first, end)
    counts = np.bincount(owner, minlength=len(catalogue.offers))
    alive = counts > 0
    alive[muted] = False
    offers = np.flatnonzero(alive & ~np.isnan(catalogue.lat))
    order, keys = sort_by_cell(catalogue.lat[offers], catalogue.lon[offers])
    offers = offers[order]
    xyz = unit_vectors(catalogue.lat[offers], catalogue.lon[offers])
    cells = make_cells(keys, xyz.T)
    ends = counts.cumsum()[offers]
    starts = ends - counts[offers]
    rows, first_row = rows.take(spans(starts, ends)), np.append(0, np.cumsum(ends - starts))

    quarters = np.arange(period.begin // QUARTER, period.over // QUARTER + 1) * QUARTER
    clocks = [datetime.fromtimestamp(quarter, visit.moment.tzinfo) for quarter in quarters.tolist()]
    hour_logs = np.log(catalogue.hour_factors[:, [clock.hour for clock in clocks]])
    skies = [_sky(visit.forecast, clock) for clock in clocks]
    known = {sky: np.log(weather_factors(sky)) for sky in set(skies)}
    weather_logs = np.stack([known[sky] for sky in skies], axis=1)

    weights = catalogue.weights
    group = catalogue.category[offers] * len(SHELTERS) + catalogue.shelter[offers] % len(SHELTERS)
    suits = weights.hour * np.repeat(hour_logs, len(SHELTERS), axis=0) + weights.weather * weather_logs
    fixed = weights.stars * catalogue.attraction[offers] + weights.fairness * catalogue.fairness[offers]
    fixed += weights.pick * PICK * np.isin(offers, list(picks))
    most = fixed + suits.max(axis=1)[group]
    if len(offers):
        most += weights.waiting * SOON_AT_MOST * np.logical_or.reduceat(rows.sort == Sort.DATED, first_row[:-1])
        most += weights.certainty * UNSURE * np.logical_and.reduceat(rows.sort == Sort.UNSURE, first_row[:-1])
    return Slot(
        catalogue, offers, xyz, catalogue.wishes[offers] | _KIND_BITS[catalogue.kind[offers]], fixed, most,
        cells, np.maximum.reduceat(most, cells.first[:-1]) if len(offers) else most,
        first_row, rows, int(quarters[0]), hour_logs, weather_logs, group, suits,
        fixed.repeat(ends - starts) + weights.certainty * UNSURE * (rows.sort == Sort.UNSURE), picks,
    )  # fmt: skip


def _rows(catalogue: Catalogue, visit: Visit, first: datetime, end: datetime) -> tuple[IntArray, Rows]:
    """(owner of each row, ascending, the rows). What nobody knows the hours of, and what is outdoors, comes once for each day of the window: between the
    hours at which it is a fair idea, between sunrise and sunset. What its organiser dated or opens as an event has its own lights."""
    t = catalogue.timetable(first, end, visit.place)
    t = t.take(~np.isnan(catalogue.lat[t.owner]))
    unsure = t.sort == Sort.UNSURE
    kind = catalogue.kind[t.owner]
    outdoors = (catalogue.shelter[t.owner] == 0) & ((unsure & ~NEEDED[kind]) | (DAYLIT[kind] & (t.sort == Sort.OPEN)))
    daily = np.flatnonzero(unsure | outdoors)
    rows, earliest, last = [np.flatnonzero(~(unsure | outdoors))], [], []
    earliest.append(t.start[rows[0]])
    last.append(t.last[rows[0]])
    for day in days_between(first, end):
        begins, until = t.start[daily].astype(np.float64), t.last[daily].astype(np.float64)
        fair = np.array([_between(day, *UNSURE_HOURS[kind], visit) for kind in KINDS])[catalogue.kind[t.owner[daily]]]
        begins = np.where(unsure[daily], np.maximum(begins, fair[:, 0]), begins)
        until = np.where(unsure[daily], np.minimum(until, fair[:, 1] - 1), until)
        lit = outdoors[daily]
        who = t.owner[daily[lit]]
        dawn, dusk = daylight(datetime.combine(day, time(12), visit.moment.tzinfo), catalogue.lat[who], catalogue.lon[who])
        begins[lit] = np.maximum(begins[lit], dawn)
        until[lit] = np.minimum(until[lit], dusk - catalogue.stay[who] * 60)
        useful = begins <= until
        rows.append(daily[useful])
        earliest.append(np.ceil(begins[useful]).astype(np.int64))
        last.append(np.floor(until[useful]).astype(np.int64))
    order = np.argsort(t.owner[np.concatenate(rows)], kind="stable")
    kept, soonest, latest = np.concatenate(rows)[order], np.concatenate(earliest)[order], np.concatenate(last)[order]
    waits = visit.when in NOW and not visit.until  # else nobody stands before a door: a day without a time begins when it is fair
    begin = t.start[kept] if waits else np.where(unsure[kept], soonest, t.start[kept])
    ends_known = (t.sort[kept] == Sort.OPEN) | (t.end[kept] != t.last[kept])
    happens = np.where(t.sort[kept] == Sort.DATED, t.start[kept], LONG_AGO)
    return t.owner[kept], Rows(t.start[kept], t.end[kept], begin, soonest, latest, t.sort[kept], ends_known, happens)


def _between(day: date, first: int, last: int, visit: Visit) -> tuple[float, float]:
    """The local hours `first` to `last` of a day, POSIX seconds; 24 is the midnight that follows."""
    midnight = datetime.combine(day, time(0), visit.moment.tzinfo)
    ends = midnight + timedelta(days=1) if last == 24 else midnight.replace(hour=last)
    return midnight.replace(hour=first).timestamp(), ends.timestamp()
