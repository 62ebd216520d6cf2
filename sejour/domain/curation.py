"""The office's voice over the feeds. It lives in its own tables: no import touches it."""

from dataclasses import dataclass
from datetime import datetime

from sejour.domain.text import LocalText


@dataclass(frozen=True, slots=True)
class Word:
    """What the office says of one offer, from `start` to `end`; None where there is no limit."""

    offer: str
    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)

    def holds_within(self, first: datetime, last: datetime) -> bool:
        """At some moment from `first` to before `last`?"""
        return (self.start is None or self.start < last) and (self.end is None or first < self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick(Word):
    """A signed coup de cœur: `by` names the human, `text` is their sentence."""

    by: str
    text: LocalText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute(Word):
    """An offer that the office hides, and why."""

    reason: str
