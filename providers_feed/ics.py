"""iCalendar (RFC 5545, 7986): what town halls, clubs and calendars on line export. One Offer for each UID, with its dates.

Events are read and unfolded one by one, so that one bad event never takes the calendar down (trust.md 0.4).
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from providers_feed import ics_words as words
from providers_feed import record as r
from providers_feed.archive import documents
from providers_feed.ics_dates import FIRST_YEAR, LAST_YEAR, Happening, happening, occurrences, read_line, read_when
from providers_feed.ics_lines import Calendar, Event, calendars, logical_lines
from providers_feed.ics_rule import Refused, Work
from providers_feed.ics_zones import Zones
from sejour.domain.feed import Feed, Problem, Record, Severity
from sejour.domain.offer import Contact, ContactType, Kind, Offer, offer_id
from sejour.domain.place import Address, Place
from sejour.domain.text import N_, LocalText, Reason, local_text
from sejour.errors import FeedError

FORMAT = "ics"
MONTHS_AHEAD = 13
LONGEST_KEY = 200
LONGEST_TITLE = 200
Window = tuple[datetime, datetime]


def parse(source: Path, feed: Feed) -> Iterator[Record]:
    """The events of a calendar (a file, or the `.ics` of a folder or zip). Series are unfolded from `feed.moment`, by default the
    calendar's first date, minus a day, to 13 months after. Raises FeedError when there is no calendar at all."""
    known = False
    for name, body in documents(source, ".ics"):
        if isinstance(body, Problem):
            yield Record(None, (body,))
            continue
        lines, mixed = logical_lines(body)
        found = list(calendars(lines))
        known |= bool(found)
        if not found:
            yield _said(name, N_("Ce fichier n’est pas un calendrier iCalendar (« BEGIN:VCALENDAR »)."), Severity.ERROR, partial=True)
        elif mixed:
            yield _said(name, N_("Ce fichier n’est pas en UTF-8 : ses lignes sont lues comme du texte Windows (cp1252)."), Severity.INFO)
        for calendar in found:
            yield from _calendar(calendar, r.shorten(name), feed)
            if not calendar.whole:
                yield _said(name, N_("Ce calendrier est coupé avant sa fin : rien n’est retiré."), Severity.WARNING, partial=True)
    if not known:
        raise FeedError(N_("%(source)s n’est pas un calendrier iCalendar (« BEGIN:VCALENDAR »)."), source=source.name)


def _said(name: str, reason: str, severity: Severity, *, partial: bool = False) -> Record:
    return Record(None, (Problem(r.shorten(name), None, Reason(reason), severity, partial=partial),))


def _calendar(calendar: Calendar, name: str, feed: Feed) -> Iterator[Record]:
    zones, work = Zones(feed.timezone, calendar.properties.get("X-WR-TIMEZONE", ""), calendar.zones), Work()
    window = _window(calendar, zones, feed)
    groups: dict[str, list[Event]] = {}
    for event in calendar.events:
        if event.whole:
            groups.setdefault(_key(event), []).append(event)
        else:
            known = bool(event.value("UID"))
            reason = Reason(N_("Événement coupé avant sa fin (« END:VEVENT ») : il est laissé."))
            record = _key(event) if known else f"{name} nº {event.position}"
            yield Record(None, (Problem(record, None, reason, Severity.ERROR, partial=not known),))
    for key, events in groups.items():
        notes = r.Notes(key)
        try:
            offer = _offer(events, zones, window, work, calendar.properties.get("METHOD", "").upper() == "CANCEL", feed, notes)
        except Refused as refused:
            notes.add("RRULE", refused.sentence, next((event.value("RRULE") for event in events if event.value("RRULE")), None), Severity.ERROR)
            offer = None
        except OverflowError:  # dates at the ends of the calendar, added up
            notes.add("DTSTART", N_("Événement sans date lisible : il est laissé."), events[0].value("DTSTART"), Severity.ERROR)
            offer = None
        yield Record(offer, tuple(notes.problems))


def _window(calendar: Calendar, zones: Zones, feed: Feed) -> Window:
    moment = feed.moment
    if moment is None:
        lines = (line for event in calendar.events if event.whole and (line := event.first("DTSTART")))
        dated = (start.instant for line in lines if (start := read_line(line, zones)) and start.local.year <= LAST_YEAR)
        moment = max(min(dated, default=datetime.min.replace(tzinfo=UTC)), datetime(FIRST_YEAR, 1, 2, tzinfo=UTC))
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(feed.timezone))
    years, month = divmod(moment.month - 1 + MONTHS_AHEAD, 12)
    ahead = moment.replace(year=moment.year + years, month=month + 1, day=1) + timedelta(days=moment.day - 1)
    return moment - timedelta(days=1), ahead


def _key(event: Event) -> str:
    """The UID; of an event without any, a hash of its title, start and place: the same at each import."""
    if uid := r.line(event.value("UID")):
        return uid if len(uid) <= LONGEST_KEY else f"{uid[:160]}-{_hash(uid)}"
    return f"sans-uid-{_hash(*(event.value(name) for name in ('SUMMARY', 'DTSTART', 'LOCATION')))}"


def _hash(*texts: str) -> str:
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=12).hexdigest()


def _offer(events: list[Event], zones: Zones, window: Window, work: Work, gone: bool, feed: Feed, notes: r.Notes) -> Offer | None:
    """What the events of one UID say together: a series and the dates that replace some of its own."""
    cores = _latest([event for event in events if not event.first("RECURRENCE-ID")], notes)
    changes = sorted((event for event in events if event.first("RECURRENCE-ID")), key=_version)
    told = cores[-1] if cores else changes[0]
    if told.value("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"):
        notes.add("CLASS", N_("Événement privé (« CLASS ») : il n’est pas montré."))  # no error: one that was known goes
        return None
    names = _names(told, notes)
    if names is None:
        notes.add("SUMMARY", N_("Événement sans nom : il n’est pas montré."), severity=Severity.ERROR)
        return None
    place = _place(told, notes)
    zone = ZoneInfo(_zone(place, feed))
    series = [found for event in cores if (found := _happening(event, zones, gone, notes))]
    changed = [found for event in changes if (found := _happening(event, zones, gone, notes))]
    if not series and (cores or not changed):
        return None
    dates = occurrences(series, changed, window, zone, work, notes)
    if not dates and not any(each.rules for each in series):
        notes.add("DTSTART", N_("Événement sans date lisible : il est laissé."), told.value("DTSTART"), Severity.ERROR)
        return None
    if not told.value("UID"):
        notes.add("UID", N_("Événement sans identifiant : il est reconnu à son titre, sa date et son lieu."), severity=Severity.INFO)
    if any(event.stray for event in events):
        notes.add("VEVENT", N_("Lignes mal coupées : elles sont rattachées au texte qui précède."), severity=Severity.INFO)
    descriptions = _descriptions(told)
    return Offer(
        id=offer_id(FORMAT, notes.key),
        key=notes.key,
        feed=feed.name,
        kind=Kind.EVENT,
        names=names,
        timezone=zone.key,
        descriptions=descriptions,
        themes=words.themes((text for line in told.every("CATEGORIES") for text in line.texts), names.choose("fr")[0]),
        place=place,
        address=_address(told),
        contacts=tuple(_contacts(told, notes)),
        occurrences=dates,
        prices=words.prices("\n".join(text.choose("fr")[0] for text in (names, descriptions) if text)),
        updated=_updated(told),
    )


def _latest(cores: list[Event], notes: r.Notes) -> list[Event]:
    """The events that are this UID's own: its latest version; when several of equal SEQUENCE have one title, the dates of each."""
    if len(cores) < 2:
        return cores
    cores = sorted(cores, key=_version)
    versions = [event for event in cores if _version(event)[0] == _version(cores[-1])[0]]
    kept = [event for event in versions if event.value("SUMMARY") == cores[-1].value("SUMMARY")]
    if len(kept) < len(versions):
        notes.add("UID", N_("Plusieurs événements portent cet identifiant : seul le dernier est gardé."))
    else:
        notes.add("UID", N_("Événement écrit plusieurs fois : sa dernière version est gardée, ou leurs dates réunies."), severity=Severity.INFO)
    return kept


def _version(event: Event) -> tuple[int, str]:
    sequence = r.number(event.value("SEQUENCE"))
    return int(sequence or 0), event.value("LAST-MODIFIED")


def _happening(event: Event, zones: Zones, gone: bool, notes: r.Notes) -> Happening | None:
    title = r.line(event.value("SUMMARY"))
    return happening(event, zones, notes, cancelled=gone or event.value("STATUS").upper() == "CANCELLED" or words.cancelled(title)[1])


def _texts(event: Event, name: str) -> LocalText | None:
    """Each language's, by LANGUAGE; French when nothing is said."""
    return local_text((_language(line.parameters.get("LANGUAGE", "")), r.text(line.text)) for line in event.every(name))


def _language(written: str) -> str:
    match = re.match(r"[a-z]{2}(?![a-z])", written.lower())
    return match[0] if match else "fr"


def _names(event: Event, notes: r.Notes) -> LocalText | None:
    """The title without « ANNULÉ - »; without a title, the first line of the description."""
    if said := _texts(event, "SUMMARY"):
        return local_text((language, words.cancelled(r.line(text))[0][:LONGEST_TITLE]) for language, text in said.texts.items())
    if said := _texts(event, "DESCRIPTION"):
        notes.add("SUMMARY", N_("Événement sans nom : le début de sa description en tient lieu."), severity=Severity.INFO)
        return local_text((language, text.split("\n")[0][:LONGEST_TITLE]) for language, text in said.texts.items())
    return None


def _descriptions(event: Event) -> LocalText | None:
    return _texts(event, "DESCRIPTION") or _texts(event, "X-ALT-DESC")


def _place(event: Event, notes: r.Notes) -> Place | None:
    """GEO, or where Apple puts the same."""
    written = event.value("GEO") or event.value("X-APPLE-STRUCTURED-LOCATION").rpartition("geo:")[2]
    if not written:
        return None
    lat, _, lon = written.replace(",", ";" if ";" not in written else ".").partition(";")
    place = r.point(lat, lon)
    if isinstance(place, Place):
        return place
    notes.add("GEO", place, written)
    return None


def _zone(place: Place | None, feed: Feed) -> str:
    """The zone of the place when it is overseas, of the territory otherwise."""
    if place is None or (41 <= place.lat <= 51.6 and -5.6 <= place.lon <= 10):
        return feed.timezone
    from tzfpy import get_tz  # here: it costs 40 MB that only overseas territories need

    return get_tz(place.lon, place.lat) or feed.timezone


def _address(event: Event) -> Address | None:
    """The whole of LOCATION: nothing tells a hall from a street. A meeting on line has none."""
    line = r.line(event.value("LOCATION"))
    return Address(line) if line and not re.match(r"(?:https?|www\.)", line, re.I) else None


def _contacts(event: Event, notes: r.Notes) -> Iterator[Contact]:
    """Pages only: ORGANIZER and ATTENDEE are people."""
    for url in dict.fromkeys(line.text.strip() for line in event.every("URL")):
        if clean := r.web(url):
            yield Contact(ContactType.WEB, clean)
        elif url:
            notes.add("URL", N_("Contact illisible ou dangereux : il n’est pas gardé."), url)


def _updated(event: Event) -> str | None:
    """LAST-MODIFIED in UTC; DTSTAMP is often the time of the export."""
    when = read_when(event.value("LAST-MODIFIED"), UTC, UTC)
    return when.instant.isoformat() if when else None
