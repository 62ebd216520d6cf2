"""The time zones that calendars name: IANA, Windows, home-made names with or without a VTIMEZONE, or none at all."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+){0,3}")
_OFFSET = re.compile(r"\(?(?:UTC|GMT)\s*([+-])(\d\d?)(?:[:.]?([0-5]\d))?\)?", re.I)
_YEARLY = re.compile(
    r"FREQ=YEARLY(?:;(?:BYMONTH=\d\d?|BYDAY=[+-]?\d?[A-Z]{2}|BYMONTHDAY=[\d,-]{1,60}|UNTIL=[\dTZ]+|INTERVAL=1|WKST=[A-Z]{2}|BYHOUR=\d\d?|BYMINUTE=\d\d?))*"
)
CONTINENTS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
MOST_NAMES = 500  # of one calendar
MOST_OWN = 5  # home-made zones worked out for one calendar
MOST_RULES = 10  # of one of them; real ones have two
LONGEST_OWN = 100_000  # characters of a VTIMEZONE; a whole history of a zone has 20,000


class Zones:
    """The zones of one calendar. `default` is that of times without any: X-WR-TIMEZONE, else the feed's. `utc` is where times in UTC
    recur: in X-WR-TIMEZONE when there is one, for calendars that write all their times so (Google's)."""

    def __init__(self, feed: str, declared: str = "", written: dict[str, str] | None = None) -> None:
        named = _named(declared)
        self.default: tzinfo = named or ZoneInfo(feed)
        self.utc: tzinfo = named or UTC
        self._written = written or {}
        self._known: dict[str, tzinfo | None] = {}
        self._own = 0

    def get(self, tzid: str) -> tzinfo | None:
        """The zone; None when nothing tells which one is meant."""
        if tzid not in self._known and len(self._known) < MOST_NAMES:
            self._known[tzid] = _named(tzid) or self._own_zone(tzid) or _guessed(tzid, self.default)
        return self._known.get(tzid)

    def _own_zone(self, tzid: str) -> tzinfo | None:
        """What its VTIMEZONE says: only for names that nobody knows, as many hold the changes of a single year."""
        text = self._written.get(tzid, "")
        self._own += bool(text)
        rules = re.findall(r"^RRULE[^:\n]*:(.*?)\r?$", text, re.M | re.I)
        if (
            not text
            or len(text) > LONGEST_OWN
            or self._own > MOST_OWN
            or len(rules) > MOST_RULES
            or not all(_YEARLY.fullmatch(rule.strip().upper()) for rule in rules)
        ):
            return None
        from icalendar import Timezone  # here: few calendars need it

        try:
            found = Timezone.from_ical(text)
            zone: tzinfo | None = found.to_tz(lookup_tzid=False) if isinstance(found, Timezone) else None
            datetime(2026, 7, 1, tzinfo=zone).astimezone(UTC)
        except Exception:  # whatever a damaged one raises
            return None
        return zone


def _named(name: str) -> tzinfo | None:
    """The IANA zone under this name, under Windows' name for it, or at the end of a longer one ("/mozilla.org/20070129_1/Europe/Paris")."""
    name = name.strip().strip('"').strip()
    if not name or len(name) > 200:
        return None
    parts = name.strip("/").split("/")
    endings = ["/".join(parts[n:]) for n in range(len(parts))] if len(parts) < 8 else []
    for each in (*endings, _windows().get(name, ""), name.replace("_", "/", 1)):
        if _NAME.fullmatch(each) and (zone := _zone(each)):
            return zone
    return None


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # none of that name; a folder of zones
        return None


@cache
def _windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return WINDOWS_TO_OLSON


@cache
def _cities() -> dict[str, str]:
    names = (name for name in sorted(available_timezones()) if name.partition("/")[0] in CONTINENTS)
    return {name.rpartition("/")[2].replace("_", " ").lower(): name for name in names}


def _guessed(tzid: str, default: tzinfo) -> tzinfo | None:
    """By the first city of Outlook's descriptions ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"), else by a bare offset: that of
    the territory in winter ("GMT+01:00") means its zone, summer time included."""
    if len(tzid) > 200:
        return None
    for word in re.split(r"[,/]", re.sub(r"^\([^)]*\)", "", tzid)):
        if zone := _zone(_cities().get(word.strip().lower(), "")):
            return zone
    match = _OFFSET.fullmatch(tzid.strip())
    if match is None or int(match[2]) > 14:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    offset = -offset if match[1] == "-" else offset
    return default if datetime(2026, 1, 1, tzinfo=default).utcoffset() == offset else timezone(offset)
