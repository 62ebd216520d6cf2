"""When each offer can be enjoyed over some days, as arrays: what the ranking asks, in one pass over all offers.

One row is one opening or one dated happening. `last` is the last useful arrival: closing time less the shortest visit worth the way,
or, for a happening that one must not miss, its start and a grace of fifteen minutes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sejour.domain.hours import Hours, Interval, State, of_days
from sejour.domain.nature import GRACE, joined_any_time, stay_minutes
from sejour.domain.offer import Kind, Occurrence, OccurrenceStatus, Offer
from sejour.domain.osm_hours import Holidays

IntArray = NDArray[np.int64]
WEEK = timedelta(days=7)


class Sort(IntEnum):
    """What a row is. The better known comes first: of two rows that suit, the lower wins."""

    OPEN = 0  # opening hours
    DATED = 1  # a happening with its time
    UNSURE = 2  # perhaps: nobody said when, or an open end


@dataclass(frozen=True, slots=True)
class Timetable:
    """Rows sorted by (owner, start). `owner` indexes the offers; times are POSIX seconds; `end` of a happening whose end nobody
    said equals its `last`."""

    owner: IntArray
    start: IntArray
    end: IntArray
    last: IntArray
    sort: IntArray

    def between(self, start: int, end: int) -> "Timetable":
        """The rows that can still be joined at `start` or begin before `end`."""
        return self.take((self.last >= start) & (self.start <= end))

    def take(self, which: NDArray[Any]) -> "Timetable":
        """These rows, by index or by mask."""
        return Timetable(self.owner[which], self.start[which], self.end[which], self.last[which], self.sort[which])

    def beside(self, other: "Timetable") -> "Timetable":
        """The rows of both, which are of different owners."""
        columns = [np.concatenate([getattr(self, field.name), getattr(other, field.name)]) for field in fields(self)]
        return Timetable(*columns).take(np.argsort(columns[0], kind="stable"))


def build_timetable(offers: Sequence[Offer], indices: Iterable[int], first: datetime, last: datetime, holidays: Holidays | None) -> Timetable:
    """The rows of `offers[i]` for i in `indices`, between two aware moments."""
    rows = [(i, *row) for i in indices for row in sorted(_rows(offers[i], first, last, holidays))]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    return Timetable(*columns)


Row = tuple[int, int, int, int]  # start, end, last, sort


def _rows(offer: Offer, first: datetime, last: datetime, holidays: Holidays | None) -> Iterator[Row]:
    stay = stay_minutes(offer) * 60
    openings = list(_openings(offer, first, last, holidays))
    if not offer.occurrences:
        if offer.kind is Kind.EVENT and not openings:
            return  # an event without a date is not an idea for any day
        if not offer.hours:
            openings = [Interval(first, last, State.UNKNOWN)]
        for opening in openings:
            yield _opening(opening, stay)
        return
    for occurrence in offer.occurrences:
        if occurrence.status is OccurrenceStatus.CANCELLED or occurrence.start > last:
            continue
        if occurrence.all_day:
            yield from _day_rows(offer, occurrence, openings, first, last, holidays)
        elif (occurrence.end or occurrence.start + timedelta(minutes=GRACE)) > first:
            yield _happening(offer, occurrence, stay)


def _openings(offer: Offer, first: datetime, last: datetime, holidays: Holidays | None) -> Iterator[Interval]:
    if not offer.hours:
        return
    hours = Hours(offer.hours, ZoneInfo(offer.timezone), offer.place, holidays)
    yield from (interval for interval in hours.intervals(first, last) if interval.state is not State.CLOSED)


def _day_rows(
    offer: Offer, occurrence: Occurrence, openings: Sequence[Interval], first: datetime, last: datetime, holidays: Holidays | None
) -> Iterator[Row]:
    """Days without a time of day: the opening hours say when; the night before the first of them is not theirs, and the last ends at midnight. When
    they say nothing of these days, nor of those of the same happening in the weeks around, perhaps."""
    over = occurrence.end or occurrence.start + timedelta(days=1)
    start, end = max(occurrence.start, first), min(over, last)
    if start >= end:
        return
    within = [replace(opening, end=min(opening.end, end)) for opening in of_days(openings, occurrence.start, over)]
    if not within and not any(_openings(offer, max(occurrence.start, first - WEEK), min(over, last + WEEK), holidays)):
        within = [Interval(start, end, State.UNKNOWN)]
    for opening in within:
        yield _opening(opening, stay_minutes(offer) * 60)


def _opening(opening: Interval, stay: int) -> Row:
    begins, ends = round(opening.start.timestamp()), round(opening.end.timestamp())
    if opening.state is State.UNKNOWN:
        return begins, ends, ends - 1, Sort.UNSURE  # we cannot tell how much is left
    if ends - begins >= stay:
        return begins, ends, ends - stay, Sort.OPEN
    return begins, ends, begins, Sort.OPEN  # a short opening: be there when it begins


def _happening(offer: Offer, occurrence: Occurrence, stay: int) -> Row:
    begins = round(occurrence.start.timestamp())
    missed = begins + GRACE * 60
    if occurrence.end is None:
        return begins, missed, missed, Sort.DATED
    ends = round(occurrence.end.timestamp())
    if joined_any_time(offer, (ends - begins) / 60):
        return begins, ends, max(begins, ends - stay), Sort.DATED
    return begins, ends, min(missed, max(begins, ends - 60)), Sort.DATED
