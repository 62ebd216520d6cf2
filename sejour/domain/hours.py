"""When something is open: an OSM `opening_hours` text evaluated at a place, in three honest states."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]  # its stub forgets it

from sejour.domain.osm_hours import UNKNOWN, Holidays, mentions_holidays, rewrite, without_comments
from sejour.domain.place import Place

DAY = timedelta(days=1)
MARGIN = timedelta(hours=3)
NIGHT = timedelta(hours=12)  # an opening that began the day before and lasts beyond noon is today's too
HORIZON = timedelta(days=400)  # how far ahead a next change is looked for
_SUN = ("sunrise", "sunset", "dawn", "dusk")


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to `end` (aware, in the zone of the hours), one state; `comment` is the text's own, "" when none."""

    start: datetime
    end: datetime
    state: State
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """An `opening_hours` text at a place. `place` is needed for sunrise and sunset only, `holidays` for PH and SH only.

    Build it with `read_hours`, which refuses a text that cannot be read. Source: OSM Key:opening_hours/specification.
    """

    text: str
    zone: ZoneInfo
    place: Place | None = None
    holidays: Holidays | None = None

    def intervals(self, start: datetime, end: datetime) -> Iterator[Interval]:
        """Every interval between two aware moments, the closed ones too, in order and without a gap; none when `start` is not before `end`."""
        first, last = (start - timedelta(days=2)).date(), (end + timedelta(days=1)).date()
        sun = any(word in without_comments(self.text) for word in _SUN)
        coords = (self.place.lat, self.place.lon) if sun and self.place else None
        # Without a place the library would take 07:00-19:00 for the sun.
        texts = (UNKNOWN,) if sun and coords is None else rewrite(self.text, self.holidays, first, last)
        try:
            layers = [OpeningHours(text, timezone=self.zone, coords=coords) for text in texts]
        except ParserError:  # not from `read_hours`: an older sejour kept it. One card must not take the territory down
            layers = [OpeningHours(UNKNOWN, timezone=self.zone)]
        # Asked for more than wanted, and cut: in the hour that comes twice the library takes an edge for the second one.
        wide = _layered(layers, self._clock(start, -MARGIN), self._clock(end, MARGIN))
        return _merge(_cut(wide, self._clock(start), self._clock(end)))

    def at(self, moment: datetime) -> Interval:
        """The interval that holds `moment`; its end is the next change, or the horizon when none comes before. Raises OverflowError
        within HORIZON of the year 9999."""
        return next(self.intervals(moment, self._horizon(moment)))

    def next_change(self, moment: datetime) -> datetime | None:
        """When the state that holds at `moment` ends, None when not before the horizon; a change of comment alone is no change."""
        states = self.intervals(moment, self._horizon(moment))
        now = next(states)
        return next((interval.start for interval in states if interval.state is not now.state), None)

    def _clock(self, moment: datetime, later: timedelta = timedelta()) -> datetime:
        """`moment` and some real time more, by the clock of the place. Always one that exists: on 02:30 of the night that has none the
        library raises TypeError."""
        return (moment.astimezone(UTC) + later).astimezone(self.zone)

    def _horizon(self, moment: datetime) -> datetime:
        """HORIZON after `moment`, or sooner when the holidays that the text mentions are not known that far: asked beyond them, every
        answer would be unknown, that of today too."""
        far = moment + HORIZON
        if self.holidays is None or not mentions_holidays(self.text):
            return far
        known = datetime.combine(self.holidays.last - DAY, time(0), self.zone)
        return min(far, max(known, moment + DAY))


def read_hours(text: str, zone: ZoneInfo, place: Place | None = None, holidays: Holidays | None = None) -> Hours:
    """Raises ValueError, with the place of the fault, when `text` is no opening_hours."""
    try:
        OpeningHours(text)
    except ParserError as error:
        lines = str(error).splitlines()
        where = lines[0].partition("-->")[2].strip() if lines else ""
        raise ValueError(f"no opening_hours text: not understood at {where or 'its beginning'}") from error
    return Hours(text, zone, place, holidays)


def of_days(intervals: Iterable[Interval], first: datetime, after: datetime) -> Iterator[Interval]:
    """What is not closed in the days between two midnights: a night's end belongs to the day it began on; what lasts longer is cut at midnight."""
    for i in intervals:
        if i.state is State.CLOSED or i.start >= after or i.end <= first:
            continue
        if i.start >= first or i.end > first + NIGHT:
            yield replace(i, start=max(i.start, first), end=i.end if i.end < after + NIGHT else after)


def _layered(layers: Sequence[OpeningHours], start: datetime, end: datetime) -> Iterator[Interval]:
    """The intervals of the first layer, its closed time filled by the next ones."""
    for begins, ends, state, comment in layers[0].intervals(start, end):
        if layers[1:] and str(state) == State.CLOSED:
            yield from _layered(layers[1:], begins, ends or end)
        else:
            yield Interval(begins, ends or end, State(str(state)), comment)


def _cut(intervals: Iterable[Interval], start: datetime, end: datetime) -> Iterator[Interval]:
    """What lies between the two, compared as real time: within a zone Python compares the clocks, wrong where an hour comes twice. Empty
    intervals (02:15-02:45 in the night that has no such hour) are left out."""
    first, last = start.timestamp(), end.timestamp()
    for interval in intervals:
        begins, ends = interval.start.timestamp(), interval.end.timestamp()
        if first <= begins < ends <= last:
            yield interval
        elif max(begins, first) < min(ends, last):
            yield replace(interval, start=start if begins < first else interval.start, end=end if ends > last else interval.end)


def _merge(intervals: Iterable[Interval]) -> Iterator[Interval]:
    last: Interval | None = None
    for interval in intervals:
        if last and (last.state, last.comment) == (interval.state, interval.comment):
            last = replace(last, end=interval.end)
            continue
        if last:
            yield last
        last = interval
    if last:
        yield last
