"""ORGAN 3, the only counter: adds in memory, written by the minute. Nothing in it tells one visitor from another."""

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC

from sejour.domain.visit import Visit
from sejour.store import tallies
from sejour.store.engine import Store
from sejour.store.tallies import Line

MOST_LINES = 50_000  # kept in memory between two writings; beyond, only the lines already there still count


class Tally:
    def __init__(self, store: Store, territory: str) -> None:
        self._store = store
        self._territory = territory
        self._counts: Counter[Line] = Counter()
        self._lock = threading.Lock()

    def add(self, action: str, visit: Visit, offers: Iterable[str] = ("",)) -> None:
        """One `action` for each of `offers`, in the visit's hour, hotspot, language, wishes and weather. A preview of another moment is
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
                    self._counts[line] += 1

    def flush(self) -> int:
        """Writes what was counted since the last time, in one transaction; what cannot be written is kept for the next. Returns the number of
        lines. Raises StoreError."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        if not counts:
            return 0
        try:
            with self._store.writing() as connection:
                tallies.add(connection, self._store.dialect, self._territory, counts)
        except BaseException:
            with self._lock:
                self._counts.update(counts)
            raise
        return len(counts)
