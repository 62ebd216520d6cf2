"""When a feed is read again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.due import FIRST_RETRY, JITTER, next_due, read_every
from tests.builders import at

ENDED = at("2026-08-13 12:00")
SIX_HOURS = timedelta(hours=6)


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("30m", timedelta(minutes=30)),
        ("6h", SIX_HOURS),
        ("1d", timedelta(days=1)),
        ("1j", timedelta(days=1)),
        (" 6 h ", SIX_HOURS),
        ("0m", timedelta(minutes=1)),
        ("9999d", timedelta(days=31)),
    ],
)
def test_a_delay_in_words(text: str, delay: timedelta) -> None:
    assert read_every(text) == delay


@pytest.mark.parametrize("text", ["", "6", "h", "6 hours", "-6h", "1.5h", "99999m", "6h30"])
def test_what_is_no_delay_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="6h"):
        read_every(text)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 360), (1, 5), (2, 10), (3, 20), (7, 320), (8, 360), (1000, 360)])
def test_a_failing_feed_is_asked_again_soon_then_less_and_less(failures: int, minutes: int) -> None:
    assert next_due(ENDED, SIX_HOURS, failures, 0.5) == ENDED + timedelta(minutes=minutes)


def test_a_feed_of_every_minute_is_not_asked_less_often_because_it_fails() -> None:
    assert next_due(ENDED, timedelta(minutes=1), 3, 0.5) == ENDED + timedelta(minutes=1)


@pytest.mark.parametrize(("asked", "minutes"), [(None, 360), (60.0, 360), (360 * 60.0, 360), (720 * 60.0, 720)])
def test_a_server_may_ask_for_more_patience_never_for_less(asked: float | None, minutes: int) -> None:
    assert next_due(ENDED, SIX_HOURS, 0, 0.5, asked) == ENDED + timedelta(minutes=minutes)


@given(st.integers(0, 50), st.floats(0, 1, exclude_max=True))
def test_feeds_of_many_boxes_do_not_all_ask_at_once(failures: int, share: float) -> None:
    middle, due = next_due(ENDED, SIX_HOURS, failures, 0.5) - ENDED, next_due(ENDED, SIX_HOURS, failures, share) - ENDED
    assert abs(due - middle) <= middle * JITTER + timedelta(microseconds=1)
    assert due >= FIRST_RETRY * (1 - JITTER)
