"""Is what a page shows true when one arrives? Told from the offer itself, not from the timetable that the ranking prepared."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sejour.domain.catalogue import Catalogue
from sejour.domain.hours import Hours, State
from sejour.domain.nature import GRACE
from sejour.domain.offer import Occurrence, OccurrenceStatus
from sejour.domain.slot import window
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.visit import Visit


def gone(card: Suggestion, visit: Visit, catalogue: Catalogue) -> str | None:
    """Why it should not be shown: over, or closed, when one is there; None when it should. Who comes for hours to be confirmed may be there at any time
    until the end of the page's window."""
    t, offer = card.time, card.offer
    first = max(t.arrive, t.begins or t.arrive, key=datetime.timestamp)
    last = max(first, window(visit)[1], key=datetime.timestamp) if t.state is TimeState.UNKNOWN else first
    if t.ends and t.ends.timestamp() <= first.timestamp():
        return f"fini à {t.ends:%H:%M}, on y est à {t.arrive:%H:%M}"
    if offer.occurrences and not any(_lasts(o, first, last) for o in offer.occurrences):
        return f"aucune date à {first:%H:%M le %d/%m}"
    if offer.hours and (not offer.occurrences or t.state in (TimeState.OPEN, TimeState.OPENS)):
        hours = Hours(offer.hours, ZoneInfo(offer.timezone), offer.place, catalogue.holidays)
        if all(interval.state is State.CLOSED for interval in hours.intervals(first, last + timedelta(seconds=1))):
            return f"fermé à {first:%H:%M le %d/%m}"
    return None


def _lasts(o: Occurrence, first: datetime, last: datetime) -> bool:
    """Does it take place between the two, or at that moment when they are the same?"""
    ends = o.end or o.start + (timedelta(days=1) if o.all_day else timedelta(minutes=GRACE + 1))
    return o.status is not OccurrenceStatus.CANCELLED and o.start.timestamp() <= last.timestamp() and ends.timestamp() > first.timestamp()
