"""When something is open: an OSM `opening_hours` text evaluated at a place, in three honest states."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, ParserError

from sejour.domain.osm_hours import UNKNOWN, Holidays, rewrite
from sejour.domain.place import Place

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
        """Every interval between two aware moments, the closed ones too, in order and without a gap."""
        first, last = (start - timedelta(days=2)).date(), (end + timedelta(days=1)).date()
        sun = any(word in self.text for word in _SUN)
        coords = (self.place.lat, self.place.lon) if sun and self.place else None
        # Without a place the library would take 07:00-19:00 for the sun.
        texts = (UNKNOWN,) if sun and coords is None else rewrite(self.text, self.holidays, first, last)
        layers = [OpeningHours(text, timezone=self.zone, coords=coords) for text in texts]
        return _merge(_layered(layers, start.astimezone(self.zone), end.astimezone(self.zone)))

    def at(self, moment: datetime) -> Interval:
        """The interval that holds `moment`; its end is the next change, or `moment` + HORIZON when none comes before."""
        return next(self.intervals(moment, moment + HORIZON))

    def next_change(self, moment: datetime) -> datetime | None:
        """When the state that holds at `moment` ends, within HORIZON; a change of comment alone is no change."""
        states = self.intervals(moment, moment + HORIZON)
        now = next(states)
        return next((interval.start for interval in states if interval.state is not now.state), None)


def read_hours(text: str, zone: ZoneInfo, place: Place | None = None, holidays: Holidays | None = None) -> Hours:
    """Raises ValueError, with the place of the fault, when `text` is no opening_hours."""
    try:
        OpeningHours(text)
    except ParserError as error:
        lines = str(error).splitlines()
        where = lines[0].partition("-->")[2].strip() if lines else ""
        raise ValueError(f"no opening_hours text: not understood at {where or 'its beginning'}") from error
    return Hours(text, zone, place, holidays)


def _layered(layers: Sequence[OpeningHours], start: datetime, end: datetime) -> Iterator[Interval]:
    """The intervals of the first layer, its closed time filled by the next ones."""
    for begins, ends, state, comment in layers[0].intervals(start, end):
        if layers[1:] and str(state) == State.CLOSED:
            yield from _layered(layers[1:], begins, ends or end)
        else:
            yield Interval(begins, ends or end, State(str(state)), comment)


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
