"""When each offer can be enjoyed over some days, as arrays: what the ranking asks, in one pass over all offers.

One row is one opening or one dated happening. `last` is the last useful arrival: closing time less the shortest visit worth the way,
or, for a happening that one must not miss, its start and a grace of fifteen minutes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from sejour.domain.hours import Hours, State
from sejour.domain.nature import GRACE, joined_any_time, stay_minutes
from sejour.domain.offer import Kind, Occurrence, OccurrenceStatus, Offer
from sejour.domain.osm_hours import Holidays

IntArray = NDArray[np.int64]
Opening = tuple[datetime, datetime, "Sort"]
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
            openings = [(first, last, Sort.UNSURE)]
        for start, end, sort in openings:
            yield from _opening(start, end, sort, stay)
        return
    for occurrence in offer.occurrences:
        if occurrence.status is OccurrenceStatus.CANCELLED or occurrence.start > last:
            continue
        if occurrence.all_day:
            yield from _day_rows(offer, occurrence, openings, first, last, holidays)
        elif (occurrence.end or occurrence.start + timedelta(minutes=GRACE)) > first:
            yield _happening(offer, occurrence, stay)


def _openings(offer: Offer, first: datetime, last: datetime, holidays: Holidays | None) -> Iterator[Opening]:
    if not offer.hours:
        return
    hours = Hours(offer.hours, ZoneInfo(offer.timezone), offer.place, holidays)
    for interval in hours.intervals(first, last):
        if interval.state is not State.CLOSED:
            yield interval.start, interval.end, Sort.OPEN if interval.state is State.OPEN else Sort.UNSURE


def _day_rows(
    offer: Offer, occurrence: Occurrence, openings: Sequence[Opening], first: datetime, last: datetime, holidays: Holidays | None
) -> Iterator[Row]:
    """Days without a time of day: the opening hours say when. When they say nothing of these days, nor of those of the same happening
    in the weeks around, perhaps."""
    over = occurrence.end or occurrence.start + timedelta(days=1)
    start, end = max(occurrence.start, first), min(over, last)
    if start >= end:
        return
    within = [(max(a, start), min(b, end), sort) for a, b, sort in openings if a < end and b > start]
    if not within and not any(_openings(offer, max(occurrence.start, first - WEEK), min(over, last + WEEK), holidays)):
        within = [(start, end, Sort.UNSURE)]
    for a, b, sort in within:
        yield from _opening(a, b, sort, stay_minutes(offer) * 60)


def _opening(start: datetime, end: datetime, sort: Sort, stay: int) -> Iterator[Row]:
    begins, ends = round(start.timestamp()), round(end.timestamp())
    if sort is Sort.UNSURE:
        yield begins, ends, ends - 1, sort  # we cannot tell how much is left
    elif ends - begins >= stay:
        yield begins, ends, ends - stay, sort
    else:
        yield begins, ends, begins, sort  # a short opening: be there when it begins


def _happening(offer: Offer, occurrence: Occurrence, stay: int) -> Row:
    begins = round(occurrence.start.timestamp())
    missed = begins + GRACE * 60
    if occurrence.end is None:
        return begins, missed, missed, Sort.DATED
    ends = round(occurrence.end.timestamp())
    if joined_any_time(offer, (ends - begins) / 60):
        return begins, ends, max(begins, ends - stay), Sort.DATED
    return begins, ends, min(missed, max(begins, ends - 60)), Sort.DATED
