"""The last few values computed from something that never changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Value = TypeVar("Value")


class Memo:
    """Keeps the `size` values used last."""

    def __init__(self, size: int = 6) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._size = size
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, made once. Two threads may both make it: they make the same."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                kept: Value = self._kept[key]
                return kept
        value = make()
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value
