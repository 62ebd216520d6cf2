"""The occasions of a word of the office: when it holds, and for whom."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sejour.domain.visit import Visit, Wish
from sejour.domain.weather import Sky

Seconds = tuple[float, float]  # from one POSIX moment to before another


@dataclass(frozen=True, slots=True)
class Word:
    """`months` from 1, `weekdays` from 0 (Monday), in the territory's clock; `hotspots` by id; `languages` of the page; `wishes`: visitors who
    asked for one of them."""

    offer: str
    start: datetime | None = None
    end: datetime | None = None
    months: tuple[int, ...] = field(default=(), kw_only=True)
    weekdays: tuple[int, ...] = field(default=(), kw_only=True)
    skies: tuple[Sky, ...] = field(default=(), kw_only=True)
    hotspots: tuple[str, ...] = field(default=(), kw_only=True)
    languages: tuple[str, ...] = field(default=(), kw_only=True)
    wishes: tuple[Wish, ...] = field(default=(), kw_only=True)

    def holds(self, moment: datetime) -> bool:
        """At that moment, whoever asks; `moment` in the territory's zone."""
        begins, ends = self.limits
        return begins <= moment.timestamp() < ends and self._on(moment)

    def holds_for(self, visit: Visit, sky: Sky | None) -> bool:
        """For that visitor under that sky, whenever it is; None when nobody knows the sky."""
        return (
            (not self.hotspots or visit.hotspot in self.hotspots)
            and (not self.languages or visit.language in self.languages)
            and (not self.wishes or not visit.wishes.isdisjoint(self.wishes))
            and (not self.skies or sky in self.skies)
        )

    @property
    def general(self) -> bool:
        """Does it hold for every visitor alike?"""
        return not (self.skies or self.hotspots or self.languages or self.wishes)

    @property
    def limits(self) -> Seconds:
        """Between which it may hold. Compared as real time: two clocks are equal in the hour that comes twice."""
        return (self.start.timestamp() if self.start else -math.inf, self.end.timestamp() if self.end else math.inf)

    def holds_within(self, first: datetime, last: datetime) -> bool:
        """At some moment from `first` to before `last`?"""
        return any(True for _ in self.spells(first, last))

    def spells(self, first: datetime, last: datetime) -> Iterator[Seconds]:
        """The times from `first` to before `last` at which it holds, in order; its days are those of the clock of `first`."""
        begins, ends = self.limits
        for start, end in self._days(first, last) if self.months or self.weekdays else ((first.timestamp(), last.timestamp()),):
            if max(begins, start) < min(ends, end):
                yield max(begins, start), min(ends, end)

    def _on(self, day: datetime) -> bool:
        return (not self.months or day.month in self.months) and (not self.weekdays or day.weekday() in self.weekdays)

    def _days(self, first: datetime, last: datetime) -> Iterator[Seconds]:
        """The days on which it holds, those that follow each other together."""
        day, from_ = datetime.combine(first.date(), time(0), first.tzinfo), -math.inf
        while day.timestamp() < last.timestamp():
            tomorrow = day + timedelta(days=1)
            if self._on(day) and from_ == -math.inf:
                from_ = max(day.timestamp(), first.timestamp())
            if from_ > -math.inf and (not self._on(tomorrow) or tomorrow.timestamp() >= last.timestamp()):
                yield from_, min(tomorrow.timestamp(), last.timestamp())
                from_ = -math.inf
            day = tomorrow
