"""A quarter of an hour of one catalogue, prepared: all of the ranking that depends neither on where one stands nor on the minute.

Only what may be enjoyed in the window is in it, sorted by cell, with what each offer could score at most beside its distance.
"""

import math
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sejour.domain.asked import OF_KINDS, kind_bits, rows_of_use, wanted_bits
from sejour.domain.catalogue import KINDS, Catalogue
from sejour.domain.cells import Cells, make_cells, sort_by_cell, spans, unit_vectors
from sejour.domain.daylight import daylight, days_between
from sejour.domain.memo import Memo
from sejour.domain.occasion import Word
from sejour.domain.offer import Kind
from sejour.domain.priors import SHELTERS, weather_factors
from sejour.domain.timetable import Sort, Timetable
from sejour.domain.visit import Visit, When
from sejour.domain.voice import Voice, heard_by, voice_of, without_closures
from sejour.domain.weather import Forecast, Sky

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
QUARTER = 900  # seconds
SOON = 45  # minutes: what begins within them is worth more than what is near
LONGEST_WAIT = 120  # minutes, for the page of now
NOW = When.NOW, When.RAIN  # the pages for which one leaves at once
HEARD = 8  # sorts of visitors, to whom the office says different things, that are kept ready
LONG_AGO = -(1 << 62)
LONGEST_TRIP = 60  # minutes, more than any mode's
SOON_AT_MOST = math.log(2)
UNSURE = -math.log(4)  # what is worth an offer whose hours nobody knows
UNSURE_HOURS = {  # local hours of the day at which "hours to be confirmed" is still a fair idea, by kind
    Kind.SIGHT: (9, 18), Kind.ACTIVITY: (9, 18), Kind.RESTAURANT: (11, 22), Kind.EVENT: (9, 22), Kind.MARKET: (7, 19),
    Kind.SHOP: (9, 19), Kind.SERVICE: (0, 24), Kind.LODGING: (0, 24),
}  # fmt: skip
DAYLIT = np.array([kind in (Kind.SIGHT, Kind.ACTIVITY) for kind in KINDS])  # an event or a market has its own lights at the hours it tells
NEEDED = np.array([kind in (Kind.SERVICE, Kind.LODGING) for kind in KINDS])  # by night too


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
    those of `fixed` and of certainty. `first` is when its window begins, under that `sky`; `voice` what the office says then, `particular` its words
    for some visitors only. `memo` keeps what `sieve` makes of it, and what it is for those visitors."""

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
    first: datetime
    sky: Sky | None
    voice: Voice
    particular: tuple[Word, ...]
    memo: Memo

    @property
    def over(self) -> datetime:
        """When the quarter of an hour that begins at `first` is over."""
        return _over(self.first)

    def local(self, indices: IntArray) -> IntArray:
        """Where these offers of the catalogue are in the slot, ascending; those that are not in it are left out."""
        return np.flatnonzero(np.isin(self.offers, indices))


def window(visit: Visit) -> tuple[datetime, datetime]:
    """(leave, latest beginning): when one sets out, and until when something may begin, for the moment that the visit asks for."""
    return _window(visit.moment, visit.when, visit.until)


def seconds(visit: Visit) -> tuple[int, int]:
    """The same, POSIX seconds."""
    if visit.when in NOW and not visit.until:  # sooner told by seconds than by clocks
        leave = int(visit.moment.timestamp())
        return leave, leave + LONGEST_WAIT * 60
    leaves, latest = window(visit)
    return int(leaves.timestamp()), int(latest.timestamp())


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


def slot_of(catalogue: Catalogue, visit: Visit, kinds: Sequence[Kind] = KINDS, always: Sequence[int] = ()) -> Slot:
    """The slot that holds the visit's moment, prepared once. Beyond the prepared fortnight it is that of the place and of what is asked there: of these
    `kinds`, and these indices of the catalogue in any case."""
    when = NOW[0] if visit.when in NOW else visit.when
    period = _period(int(visit.moment.timestamp() // QUARTER), visit.moment.tzinfo, when, visit.until)
    asked: Hashable = None
    if not catalogue.covers(period.first, period.end):
        asked = visit.place, visit.modes, wanted_bits(visit), kind_bits(kinds), *always
    key = "slot", when, visit.moment.tzinfo, period.begin, period.over, id(visit.forecast), asked
    slot, _ = catalogue.memo.get(key, lambda: (_prepare(catalogue, visit, period, kinds, always), visit.forecast))
    return _heard(slot, visit) if slot.particular else slot  # no other forecast can have that id: it is held there


def _heard(slot: Slot, visit: Visit) -> Slot:
    """The slot as the office speaks to this visitor."""
    heard = heard_by(slot.particular, visit, slot.sky)
    return slot.memo.get(("heard", heard), lambda: _with_voice(slot, [slot.particular[n] for n in heard])) if heard else slot


def _with_voice(slot: Slot, heard: Collection[Word]) -> Slot:
    voice = voice_of(slot.catalogue, slot.first, slot.over, heard)
    more = slot.catalogue.weights.pick * (voice.points(slot.offers) - slot.voice.points(slot.offers))
    most = slot.most + more
    return replace(
        slot, bits=np.where(np.isin(slot.offers, list(voice.hidden)), 0, slot.bits), fixed=slot.fixed + more, most=most,
        cell_most=np.maximum.reduceat(most, slot.cells.first[:-1]) if len(most) else most,
        points=slot.points + more.repeat(np.diff(slot.first_row)), voice=voice, particular=(), memo=Memo(1),
    )  # fmt: skip


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


def _over(first: datetime) -> datetime:
    return datetime.fromtimestamp(first.timestamp() + QUARTER, first.tzinfo)


def _sky(forecast: Forecast | None, moment: datetime) -> Sky | None:
    weather = forecast.at(moment) if forecast else None
    return weather.sky if weather else None


def _prepare(catalogue: Catalogue, visit: Visit, period: _Period, kinds: Sequence[Kind], always: Sequence[int]) -> Slot:
    first, end = period.first, period.end
    voice = voice_of(catalogue, first, _over(first))
    particular = tuple(word for word in catalogue.said.particular if word.holds_within(first, _over(first)))
    owner, rows = _rows(catalogue, visit, first, end, rows_of_use(catalogue, visit, first, end, kinds, always))
    counts = np.bincount(owner, minlength=len(catalogue.offers))
    alive = counts > 0
    alive[list(voice.hidden)] = False
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
    fixed += weights.pick * voice.points(offers)
    most = fixed + suits.max(axis=1)[group]
    if len(offers):
        most += weights.waiting * SOON_AT_MOST * np.logical_or.reduceat(rows.sort == Sort.DATED, first_row[:-1])
        most += weights.certainty * UNSURE * np.logical_and.reduceat(rows.sort == Sort.UNSURE, first_row[:-1])
    return Slot(
        catalogue, offers, xyz, catalogue.wishes[offers] | OF_KINDS[catalogue.kind[offers]], fixed, most,
        cells, np.maximum.reduceat(most, cells.first[:-1]) if len(offers) else most,
        first_row, rows, int(quarters[0]), hour_logs, weather_logs, group, suits,
        fixed.repeat(ends - starts) + weights.certainty * UNSURE * (rows.sort == Sort.UNSURE), first, skies[0], voice, particular, Memo(HEARD + 1),
    )  # fmt: skip


def _rows(catalogue: Catalogue, visit: Visit, first: datetime, end: datetime, used: Timetable) -> tuple[IntArray, Rows]:
    """(owner of each row, ascending, the rows). What nobody knows the hours of, and what is outdoors, comes once for each day of the window: between the
    hours at which it is a fair idea, between sunrise and sunset. What its organiser dated or opens as an event has its own lights."""
    t = without_closures(used, catalogue, first, end)
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
