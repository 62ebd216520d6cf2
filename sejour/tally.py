"""ORGAN 3, the only counter: adds in memory, written by the minute. Nothing in it tells one visitor from another.

What pages and cards were seen, by the hour; what attention each offer deserved and got, by the week.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from sejour.domain.fairness import Attention, exposure
from sejour.domain.visit import Visit
from sejour.store import attention, tallies
from sejour.store.engine import Store
from sejour.store.tallies import Line

MOST_LINES = 50_000  # kept in memory between two writings; beyond, only the lines already there still count


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a page adds to the counts each time it is seen: itself, with the offer it is `about`, each card `shown`, and the attention that was `due`."""

    page: str
    visit: Visit
    about: str
    shown: Sequence[str]
    due: Mapping[str, float]


class Tally:
    def __init__(self, store: Store, territory: str) -> None:
        self._store = store
        self._territory = territory
        self._counts: Counter[Line] = Counter()
        self._due: Counter[tuple[str, str]] = Counter()  # by week and offer, in pages
        self._got: Counter[tuple[str, str]] = Counter()
        self._again: Counter[Seen] = Counter()  # pages that were seen once more, not yet among the others
        self._lock = threading.Lock()

    def see(self, seen: Seen, times: int = 1) -> None:
        self.add(seen.page, seen.visit, (seen.about,), times)
        self.add("impression", seen.visit, seen.shown, times)
        if seen.due:
            self.attend(seen.visit, seen.due, seen.shown, times)

    def again(self, seen: Seen) -> None:
        """The same as `see`, later: a page that was remembered costs so little that counting it would cost more."""
        with self._lock:
            self._again[seen] += 1

    def add(self, action: str, visit: Visit, offers: Iterable[str] = ("",), times: int = 1) -> None:
        """`times` one `action` for each of `offers`, in the visit's hour, hotspot, language, wishes and weather. A preview of another moment is
        nobody's visit: it does not count."""
        if visit.previewed:
            return
        hour = visit.moment.astimezone(UTC).strftime("%Y-%m-%dT%H")
        wish = "+".join(sorted(visit.wishes))
        sky = visit.weather.sky.value if visit.weather else ""
        with self._lock:
            for offer in offers:
                line = Line(hour, action, visit.hotspot or "", visit.language, wish, sky, offer)
                if line in self._counts or len(self._counts) < MOST_LINES:
                    self._counts[line] += times

    def attend(self, visit: Visit, due: Mapping[str, float], shown: Sequence[str], times: int = 1) -> None:
        """A ranked page was seen: each offer is `due` its share, and those `shown` got theirs by their places, first one first."""
        if visit.previewed:
            return
        week = attention.week_of(visit.moment)
        with self._lock:
            for offer, share in due.items():
                self._due[week, offer] += share * times  # type: ignore[assignment]  # a Counter adds floats as well
            for offer, share in zip(shown, exposure(len(shown)).tolist(), strict=True):
                self._got[week, offer] += share * times

    def flush(self) -> int:
        """Writes what was counted since the last time, in one transaction; what cannot be written is kept for the next. Returns the number of
        lines. Raises StoreError."""
        with self._lock:
            again, self._again = self._again, Counter()
        for seen, times in again.items():
            self.see(seen, times)
        with self._lock:
            counts, due, got = self._counts, self._due, self._got
            self._counts, self._due, self._got = Counter(), Counter(), Counter()
        if not counts and not due:
            return 0
        attended = {key: Attention(due[key], got[key]) for key in due.keys() | got.keys()}
        try:
            with self._store.writing() as connection:
                tallies.add(connection, self._store.dialect, self._territory, counts)
                attention.add(connection, self._store.dialect, self._territory, attended)
        except BaseException:
            with self._lock:
                self._counts.update(counts)
                self._due.update(due)
                self._got.update(got)
            raise
        return len(counts)
