"""Can one truly go there? A second opinion on a Suggestion, by another path than the ranking's: it walks minute by minute through
the provider's own text, adds its own kilometres, looks at the dates one by one, and at how high the sun stands. Of the product it knows
the shapes (Offer, Visit), and the stated defaults of `nature` (how long a visit takes, what is outdoors); of ranking, timetable, catalogue,
daylight and osm_hours, nothing."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours

from sejour.domain.nature import GRACE, joined_any_time, sheltered, stay_minutes
from sejour.domain.offer import Kind, Occurrence, OccurrenceStatus, Offer
from sejour.domain.place import Place
from sejour.domain.visit import Visit, When

PACES = {"walk": (75, 0, 30), "bike": (230, 3, 40), "car": (600, 6, 45)}  # metres a minute, minutes lost, longest trip in minutes
DETOUR = 1.3
PATIENCE = 120  # minutes
MINUTE = timedelta(minutes=1)
EARTH_M = 6_371_008.8
HORIZON = -0.833  # degrees, of the sun's centre when its edge rises: half its width, and the air
HAZE = 0.1  # degrees that two almanacs may differ by: half a minute in France


def haversine_m(a: Place, b: Place) -> float:
    p, q = math.radians(a.lat), math.radians(b.lat)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, h)))


def later(moment: datetime, minutes: float) -> datetime:
    """So many real minutes after, in UTC."""
    return moment.astimezone(UTC) + timedelta(minutes=minutes)


def sun_height(moment: datetime, place: Place) -> float:
    """Degrees of the sun's centre above the horizon, without the air: the general solar position of NOAA, which is Meeus's."""
    days = moment.timestamp() / 86_400
    t = (days + 2_440_587.5 - 2_451_545.0) / 36_525
    longitude = math.radians((280.46646 + t * (36_000.76983 + 0.0003032 * t)) % 360)
    anomaly = math.radians(357.52911 + t * (35_999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    centre = math.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t)) + math.sin(2 * anomaly) * (0.019993 - 0.000101 * t)
    node = math.radians(125.04 - 1934.136 * t)
    apparent = longitude + math.radians(centre + math.sin(3 * anomaly) * 0.000289 - 0.00569 - 0.00478 * math.sin(node))
    tilt = math.radians(23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - 0.001813 * t))) / 60) / 60 + 0.00256 * math.cos(node))
    declination = math.asin(math.sin(tilt) * math.sin(apparent))
    y = math.tan(tilt / 2) ** 2
    equation = y * math.sin(2 * longitude) - 2 * eccentricity * math.sin(anomaly) - y * y / 2 * math.sin(4 * longitude)
    equation += 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * longitude) - 1.25 * eccentricity**2 * math.sin(2 * anomaly)
    hour_angle = math.radians(days % 1 * 360 - 180 + place.lon) + equation
    phi = math.radians(place.lat)
    sine = math.sin(phi) * math.sin(declination) + math.cos(phi) * math.cos(declination) * math.cos(hour_angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def lit(place: Place, start: datetime, minutes: int, slack: int = 0) -> bool:
    """Is it day from `slack` minutes before `start` to as many after the visit's end?"""
    instants = [*range(-slack, minutes + slack, 5), minutes + slack]
    return all(sun_height(later(start, n), place) >= HORIZON - HAZE for n in instants)


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
        return self.at(later(moment, minutes - 1)) in ("open", "twice") and all(
            self.at(later(moment, n)) in ("open", "twice") for n in range(minutes)
        )

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
        return _unknown(offer, time, latest, at_once=visit.when in (When.NOW, When.RAIN))
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


def _unknown(offer: Offer, time: Any, latest: datetime, at_once: bool) -> str | None:
    """`at_once`: nobody waits before a door of which nothing at all is known."""
    arrive = time_utc(time.arrive)
    if time.begins is not None or time.ends is not None:
        return "unknown, and yet with times"
    minutes = range(int((time_utc(latest) - arrive) / MINUTE) + 1)
    tried = minutes[:1] if at_once and not offer.hours and not offer.occurrences else [*minutes[::15], minutes[-1]]
    by_day = [n for n in tried if 7 <= later(arrive, n).astimezone(time.arrive.tzinfo).hour < 23]
    if not by_day:
        return "nobody goes out for an unknown door in the night"
    if sheltered(offer) is False and offer.place and not any(lit(offer.place, later(arrive, n), stay_minutes(offer)) for n in by_day):
        return "outdoors in the dark, and nobody knows its hours"
    days = _days(offer)
    if offer.occurrences and not any(start <= time_utc(latest) and arrive < end for start, end in days):
        return "unknown, but its dates are known: over, or another day"
    if not offer.hours:
        return "an event without a date" if offer.kind is Kind.EVENT and not offer.occurrences else None
    door = Door(offer)
    held = door.at(arrive) == "open" and (not offer.occurrences or any(start <= arrive < end for start, end in days))
    if held and not door.vague and door.stays_open(arrive, stay_minutes(offer)):
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
    days = [(a, b) for a, b in _days(offer) if a <= start < b]
    if start > arrive and door.at(later(start, -1)) == "open" and not any(a == start for a, _ in days):
        return "open before it opens"
    if offer.occurrences and not days:
        return "open, but its dates are others"
    last = max((b for _, b in days), default=later(start, stay))  # of an event the last day ends at midnight, a night or not
    if door.opens_at(start) or any(a == start for a, _ in days):  # shorter than a visit: one is there for the whole of it
        stay = min(stay, max(1, door.length(start, stay)), int((last - start) / MINUTE))
    if wrong := _dark(offer, start):
        return wrong
    if later(start, stay) > last:
        return "its last day ends before the visit does"
    if not door.stays_open(start, stay):
        return f"closed within {stay} min of {start}"
    if time.ends is not None and door.at(later(time.ends, -1)) not in ("open", "twice"):
        return f"closed before {time.ends}"
    if time.ends is not None and not offer.occurrences and not door.vague and door.at(time.ends) == "open":
        return f"still open at {time.ends}"
    return None


def _dark(offer: Offer, start: datetime) -> str | None:
    """An event or a market has its own lights at the hours that it tells."""
    if offer.kind not in (Kind.SIGHT, Kind.ACTIVITY) or sheltered(offer) is not False or offer.place is None:
        return None
    return None if lit(offer.place, start, stay_minutes(offer)) else f"outdoors in the dark within {stay_minutes(offer)} min of {start}"


def past(offer: Offer, moment: datetime) -> bool:
    """Is it an event of which nothing is left at `moment`?"""
    ends = [time_utc(o.end or o.start + (timedelta(days=1) if o.all_day else timedelta(minutes=GRACE))) for o in offer.occurrences]
    alive = [o.status is not OccurrenceStatus.CANCELLED for o in offer.occurrences]
    return bool(ends) and not any(end >= time_utc(moment) for end, is_alive in zip(ends, alive, strict=True) if is_alive)


def could_go(offer: Offer, visit: Visit, slack: int = 0) -> bool:
    """On foot, is there any sure way to use the offer, by trying every minute? For offers whose hours or dates are known. Outdoors one goes in when one
    arrives or when it opens, by day: nobody waits for the sun; `slack` minutes of it are kept at both ends."""
    assert offer.place is not None
    minutes = haversine_m(visit.place, offer.place) * DETOUR / PACES["walk"][0]
    if minutes > PACES["walk"][2]:
        return False
    arrive = later(visit.moment, math.ceil(minutes))
    waits = range(max(0, PATIENCE - math.ceil(minutes)) + 1)
    if offer.occurrences:
        return any(_can_join(offer, o, arrive) and time_utc(o.start) <= later(visit.moment, PATIENCE) for o in _planned(offer, False))
    door, stay = Door(offer), stay_minutes(offer)
    outdoors = offer.kind in (Kind.SIGHT, Kind.ACTIVITY) and sheltered(offer) is False
    for n in waits:
        start = later(arrive, n)
        if door.at(start) != "open" or not (door.stays_open(start, stay) or door.opens_at(start)):
            continue
        if not outdoors or ((n == 0 or door.opens_at(start)) and lit(offer.place, start, stay, slack)):
            return True
    return False
