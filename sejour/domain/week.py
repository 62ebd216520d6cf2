"""The hours of a week, as a card tells them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sejour.domain.curation import Notice
from sejour.domain.hours import NIGHT, Hours, Interval, of_days
from sejour.domain.offer import Offer
from sejour.domain.osm_hours import Holidays

DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    intervals: tuple[Interval, ...]


def week_of(offer: Offer, moment: datetime, holidays: Holidays | None, closing: Sequence[Notice] = ()) -> tuple[Interval | None, tuple[Day, ...]]:
    """(state at the moment, DAYS days from its day on), when there are hours; less the times at which the office is `closing` it."""
    if not offer.hours:
        return None, ()
    hours = Hours(offer.hours, ZoneInfo(offer.timezone), offer.place, holidays)
    days = [moment.date() + timedelta(days=n) for n in range(DAYS)]
    return hours.at(moment), tuple(Day(day, tuple(_left(_open_on(hours, day), closing))) for day in days)


def _left(openings: Iterable[Interval], closing: Sequence[Notice]) -> Iterable[Interval]:
    """What is left of the openings of a day."""
    for notice in closing:
        openings = [piece for opening in openings for piece in _beside(opening, notice)]
    return openings


def _beside(opening: Interval, notice: Notice) -> Iterable[Interval]:
    """The pieces of an opening that a closure leaves."""
    start = opening.start
    for begins, ends in notice.spells(opening.start, opening.end):
        if begins > start.timestamp():
            yield replace(opening, start=start, end=datetime.fromtimestamp(begins, start.tzinfo))
        start = datetime.fromtimestamp(ends, start.tzinfo)
    if start.timestamp() < opening.end.timestamp():
        yield replace(opening, start=start)


def _open_on(hours: Hours, day: date) -> tuple[Interval, ...]:
    midnight = datetime.combine(day, time(0), hours.zone)
    tomorrow = datetime.combine(day + timedelta(days=1), time(0), hours.zone)
    return tuple(of_days(hours.intervals(midnight - timedelta(days=1), tomorrow + NIGHT), midnight, tomorrow))
