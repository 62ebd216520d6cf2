"""Can one truly go there? A second opinion on a Suggestion, by another path than the ranking's: it walks minute by minute through
the provider's own text, adds its own kilometres, and looks at the dates one by one. Of the product it knows the shapes (Offer, Visit),
and the stated defaults of `nature` (how long a visit takes); of ranking, timetable, catalogue and osm_hours, nothing."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

from sejour.domain.nature import GRACE, joined_any_time, stay_minutes
from sejour.domain.offer import Kind, Occurrence, OccurrenceStatus, Offer
from sejour.domain.place import Place
from sejour.domain.visit import Visit

PACES = {"walk": (75, 0, 30), "bike": (230, 3, 40), "car": (600, 6, 45)}  # metres a minute, minutes lost, longest trip in minutes
DETOUR = 1.3
PATIENCE = 120  # minutes
MINUTE = timedelta(minutes=1)
EARTH_M = 6_371_008.8


def haversine_m(a: Place, b: Place) -> float:
    p, q = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, h)))


def later(moment: datetime, minutes: float) -> datetime:
    """So many real minutes after, in UTC."""
    return moment.astimezone(UTC) + timedelta(minutes=minutes)


class Door:
    """The provider's text, asked at one minute: "open", "closed", "unknown". Public holidays are the library's own."""

    def __init__(self, offer: Offer) -> None:
        self.text = offer.hours or ""
        self.zone = ZoneInfo(offer.timezone)
        sun = any(word in self.text for word in ("sunrise", "sunset", "dawn", "dusk"))
        coords = (offer.place.lat, offer.place.lon) if sun and offer.place else None
        self.layers = [OpeningHours(part, timezone=self.zone, country="FR", coords=coords) for part in self.text.split("||")]
        # What the library reads as sure, and nobody knows: open ends, comments alone, school holidays.
        self.vague = any(sign in self.text.replace("+ unknown", "") for sign in ("+", '"', "SH"))

    def at(self, moment: datetime) -> str:
        """ "twice" in the hour that a DST night repeats: which of the two a text means, nobody can tell."""
        local = moment.astimezone(self.zone)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            return "twice"
        states = ["open" if layer.is_open(local) else "unknown" if layer.is_unknown(local) else "closed" for layer in self.layers]
        return next((state for state in states if state != "closed"), "closed")

    def stays_open(self, moment: datetime, minutes: int) -> bool:
        return all(self.at(later(moment, n)) in ("open", "twice") for n in range(minutes))

    def silent(self, start: datetime, end: datetime) -> bool:
        """Does the text say nothing of these days, a week at most, quarter of an hour by quarter of an hour?"""
        return all(self.at(later(start, n)) in ("closed", "twice") for n in range(0, min(7 * 1440, int((end - start) / MINUTE)), 15))

    def opens_at(self, moment: datetime) -> bool:
        return self.at(moment) == "open" and self.at(later(moment, -1)) != "open"

    def length(self, moment: datetime, most: int) -> int:
        """Minutes that it stays open from `moment`, `most` at most."""
        return next((n for n in range(most) if self.at(later(moment, n)) not in ("open", "twice")), most)


def objection(suggestion: Any, visit: Visit, *, leave: datetime | None = None, patience: int = PATIENCE) -> str | None:
    """Why the Suggestion is no honest one for somebody who sets out at `leave` (the moment of the visit, unless told) and waits for
    `patience` minutes at most; None when there is nothing to say against it."""
    leave = leave or visit.moment
    offer, time, state = suggestion.offer, suggestion.time, str(suggestion.time.state)
    if offer.kind in (Kind.LODGING, Kind.SERVICE):
        return f"{offer.kind} is no idea"
    latest = max(later(leave, patience), time.arrive)
    if wrong := _travel(suggestion, visit, leave):
        return wrong
    if state in ("starts", "ongoing"):
        return _happening(offer, time, latest)
    if state == "unknown":
        return _unknown(offer, time, latest)
    return _opening(offer, time, latest)


def _travel(suggestion: Any, visit: Visit, leave: datetime) -> str | None:
    if suggestion.offer.place is None:
        return "nobody knows where it is"
    metres, travel = haversine_m(visit.place, suggestion.offer.place), suggestion.travel
    pace, lost, longest = PACES[str(travel.mode)]
    needed = lost + metres * DETOUR / pace
    if visit.mode and travel.mode != visit.mode:
        return f"by {travel.mode}, not by {visit.mode}"
    if abs(metres - suggestion.metres) > 1 or abs(metres * DETOUR - travel.metres) > 1:
        return f"{metres:.0f} m away, not {suggestion.metres}"
    if not needed - 1e-6 <= travel.minutes < needed + 1 + 1e-6:
        return f"{needed:.1f} min away, not {travel.minutes}"
    if needed > longest + 1e-6:
        return f"{needed:.1f} min is too far by {travel.mode}"
    if later(leave, travel.minutes) != time_utc(suggestion.time.arrive):
        return f"arrives at {suggestion.time.arrive}"
    return None


def time_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _planned(offer: Offer, all_day: bool) -> Iterator[Occurrence]:
    yield from (o for o in offer.occurrences if o.status is not OccurrenceStatus.CANCELLED and o.all_day is all_day)


def _days(offer: Offer) -> list[tuple[datetime, datetime]]:
    return [(time_utc(o.start), time_utc(o.end or o.start + timedelta(days=1))) for o in _planned(offer, True)]


def _happening(offer: Offer, time: Any, latest: datetime) -> str | None:
    same = [o for o in _planned(offer, False) if time.begins and time_utc(o.start) == time_utc(time.begins)]
    if not same:
        return f"nothing begins at {time.begins}"
    if str(time.state) == "starts":
        fits = [o for o in same if time_utc(time.arrive) <= time_utc(o.start) <= time_utc(latest)]
    else:
        fits = [o for o in same if time_utc(o.start) < time_utc(time.arrive) and _can_join(offer, o, time.arrive)]
    if not fits:
        return f"{time.state}: missed when one arrives at {time.arrive}"
    if time.ends is not None and not any(o.end and time_utc(o.end) == time_utc(time.ends) for o in fits):
        return f"does not end at {time.ends}"
    if time.ends is None and all(o.end and time_utc(o.end) > time_utc(o.start) for o in fits):
        return "hides its end"
    return None


def _can_join(offer: Offer, o: Occurrence, arrive: datetime) -> bool:
    if time_utc(arrive) <= time_utc(o.start):
        return True
    if o.end is None:
        return time_utc(arrive) <= later(o.start, GRACE)
    if joined_any_time(offer, (time_utc(o.end) - time_utc(o.start)) / MINUTE):
        return later(arrive, stay_minutes(offer)) <= time_utc(o.end)
    return time_utc(arrive) <= later(o.start, GRACE) and time_utc(arrive) < time_utc(o.end)


def _unknown(offer: Offer, time: Any, latest: datetime) -> str | None:
    arrive = time_utc(time.arrive)
    if time.begins is not None or time.ends is not None:
        return "unknown, and yet with times"
    minutes = range(int((time_utc(latest) - arrive) / MINUTE) + 1)
    if not any(7 <= later(arrive, n).astimezone(time.arrive.tzinfo).hour < 23 for n in minutes[::30]):
        return "nobody goes out for an unknown door in the night"
    days = _days(offer)
    if offer.occurrences and not any(start <= time_utc(latest) and arrive < end for start, end in days):
        return "unknown, but its dates are known: over, or another day"
    if not offer.hours:
        return "an event without a date" if offer.kind is Kind.EVENT and not offer.occurrences else None
    door = Door(offer)
    if not door.vague and door.stays_open(arrive, stay_minutes(offer)):
        return "its hours are known: it is open"
    if not door.vague and all(door.at(later(arrive, n)) == "closed" for n in minutes):
        silent = any(door.silent(start, end) for start, end in days if start <= time_utc(latest) and arrive < end)
        return None if silent else "its hours are known: it is closed"
    return None


def _opening(offer: Offer, time: Any, latest: datetime) -> str | None:
    arrive, stay = time_utc(time.arrive), stay_minutes(offer)
    if not offer.hours:
        return f"{time.state}, but nobody knows its hours"
    door = Door(offer)
    start = arrive if str(time.state) == "open" else time_utc(time.begins)
    if not arrive <= start <= time_utc(latest):
        return f"opens at {start}: not between {arrive} and {latest}"
    if start > arrive and door.at(later(start, -1)) == "open":
        return "open before it opens"
    days = [(a, b) for a, b in _days(offer) if a <= start < b]
    if offer.occurrences and not days:
        return "open, but its dates are others"
    last = max((b for _, b in days), default=later(start, stay))  # of an event the last day ends at midnight, a night or not
    if door.opens_at(start) or any(a == start for a, _ in days):  # shorter than a visit: one is there for the whole of it
        stay = min(stay, max(1, door.length(start, stay)), int((last - start) / MINUTE))
    if later(start, stay) > last:
        return "its last day ends before the visit does"
    if not door.stays_open(start, stay):
        return f"closed within {stay} min of {start}"
    if time.ends is not None and door.at(later(time.ends, -1)) not in ("open", "twice"):
        return f"closed before {time.ends}"
    if time.ends is not None and not offer.occurrences and not door.vague and door.at(time.ends) == "open":
        return f"still open at {time.ends}"
    return None


def could_go(offer: Offer, visit: Visit) -> bool:
    """On foot, is there any sure way to use the offer, by trying every minute? For offers whose hours or dates are known."""
    assert offer.place is not None
    minutes = haversine_m(visit.place, offer.place) * DETOUR / PACES["walk"][0]
    if minutes > PACES["walk"][2]:
        return False
    arrive = later(visit.moment, math.ceil(minutes))
    waits = range(max(0, PATIENCE - math.ceil(minutes)) + 1)
    if offer.occurrences:
        return any(_can_join(offer, o, arrive) and time_utc(o.start) <= later(visit.moment, PATIENCE) for o in _planned(offer, False))
    door, stay = Door(offer), stay_minutes(offer)
    for n in waits:
        start = later(arrive, n)
        if door.at(start) == "open" and (door.stays_open(start, stay) or door.opens_at(start)):
            return True
    return False
