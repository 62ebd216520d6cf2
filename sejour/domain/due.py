"""When a feed is read again: at its own pace, not all at once, and less often when it fails."""

import re
from datetime import datetime, timedelta

FIRST_RETRY = timedelta(minutes=5)  # doubled at each failure in a row, up to the feed's own pace
JITTER = 0.1  # of the delay: feeds of many boxes do not all ask at the same minute
LEAST, MOST = timedelta(minutes=1), timedelta(days=31)
UNITS = {"m": "minutes", "h": "hours", "d": "days", "j": "days"}


def read_every(text: str) -> timedelta:
    """The delay of "30m", "6h", "1d" (or "1j"), within LEAST and MOST. Raises ValueError."""
    match = re.fullmatch(r"(\d{1,4})\s*([mhdj])", text.strip())
    if match is None:
        raise ValueError("30m, 6h, 1d")
    return min(max(timedelta(**{UNITS[match[2]]: int(match[1])}), LEAST), MOST)


def next_due(ended: datetime, every: timedelta, failures: int, share: float, retry_after: float | None = None) -> datetime:
    """When to read again after a run that ended at `ended`: `failures` in a row so far (0: it went well); `share` in [0, 1) is drawn at
    random by the caller; `retry_after` seconds is what the server asked for."""
    delay = every if failures == 0 else min(every, FIRST_RETRY * 2 ** min(failures - 1, 20))
    delay += delay * JITTER * (2 * share - 1)
    return ended + max(delay, timedelta(seconds=retry_after or 0))
