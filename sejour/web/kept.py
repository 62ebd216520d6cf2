"""What was made and may serve again: bounded by bytes, forgotten all at once when what it was made of is no more."""

from collections.abc import Hashable
from operator import is_
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Beyond `most` bytes, what was put first is forgotten. `used` says how many there are; `stamp` is another one each time all was forgotten."""

    def __init__(self, most: int) -> None:
        self.used = 0
        self.stamp: tuple[object, ...] = ()
        self._most = most
        self._values: dict[Hashable, tuple[Value, int]] = {}
        self._lock = Lock()

    def made_of(self, *those: object) -> None:
        """Forgets all unless it was made of the very same: objects that never change, told by which they are, without looking into them."""
        held = self.stamp
        if len(held) != len(those) or not all(map(is_, held, those)):
            with self._lock:
                self.stamp, self._values, self.used = those, {}, 0

    def get(self, key: Hashable) -> Value | None:
        found = self._values.get(key)
        return found[0] if found else None

    def put(self, key: Hashable, value: Value, size: int) -> None:
        with self._lock:
            self._forget(key)
            if size <= self._most:
                self._values[key] = value, size
                self.used += size
            while self.used > self._most:
                self._forget(next(iter(self._values)))

    def _forget(self, key: Hashable) -> None:
        _, size = self._values.pop(key, (None, 0))
        self.used -= size
