"""The last few values computed."""

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.memo import Memo


def test_a_value_is_made_once() -> None:
    memo, made = Memo(), list[str]()
    for _ in range(3):
        assert memo.get("a", lambda: made.append("a") or "value") == "value"  # type: ignore[func-returns-value]
    assert made == ["a"]


def test_a_value_may_be_none_or_false() -> None:
    memo, made = Memo(), list[object]()
    for value in (None, False, 0):
        for _ in range(2):
            assert memo.get(str(value), lambda value=value: made.append(value) or value) is value  # type: ignore[misc]
    assert len(made) == 3


def test_what_could_not_be_made_is_not_kept() -> None:
    memo = Memo()
    with pytest.raises(ZeroDivisionError):
        memo.get("a", lambda: 1 / 0)
    assert memo.get("a", lambda: 1) == 1


@given(st.lists(st.integers(0, 9)), st.integers(1, 4))
def test_the_values_used_last_are_kept(asked: list[int], size: int) -> None:
    memo, plain = Memo(size), OrderedDict[Hashable, int]()
    for n, key in enumerate(asked):
        expected = plain.pop(key, n)
        plain[key] = expected
        if len(plain) > size:
            plain.popitem(last=False)
        assert memo.get(key, lambda n=n: n) == expected  # type: ignore[misc]


def test_threads_do_not_disturb_each_other() -> None:
    """A value could be dropped by one thread between the moments when another saw it and took it: KeyError."""
    memo, wrong = Memo(2), list[object]()

    def ask(seed: int) -> None:
        try:
            for n in range(3000):
                key = (seed * n) % 7
                if memo.get(key, lambda key=key: key) != key:  # type: ignore[misc]
                    wrong.append(key)
        except Exception as error:
            wrong.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(1, 7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []
