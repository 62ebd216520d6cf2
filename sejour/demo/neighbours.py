"""Two neighbours' feeds of the demonstration, each out of step with the flux: an office's spreadsheet and a town hall's calendar.

`neighbours.toml` holds the facts, as `pau.toml` does: the same facts and day always give the same bytes.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from sejour.demo.flux import periods

Facts = Mapping[str, Any]

COLUMNS = {  # of the spreadsheet: its header → our key
    "Nom": "name", "Nom (en)": "name_en", "Type": "type", "Adresse": "street", "Code postal": "postcode", "Commune": "city", "Latitude": "lat",
    "Longitude": "lon", "Téléphone": "phone", "Site web": "web", "Horaires": "hours", "Tarif": "price", "Description": "text",
    "Description (en)": "text_en",
}  # fmt: skip
ZONE = "Europe/Paris"
VTIMEZONE = f"""BEGIN:VTIMEZONE
TZID:{ZONE}
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
END:VTIMEZONE"""
LONGEST_LINE = 75  # bytes (RFC 5545, 3.1)


def load_neighbours() -> dict[str, Any]:
    """What `neighbours.toml` says: `row` (of the spreadsheet) and `event` (of the calendar), lists of tables."""
    return tomllib.loads(resources.files("sejour.demo").joinpath("neighbours.toml").read_text("utf-8"))


def write_table(facts: Facts, path: Path) -> None:
    """Writes at `path` the rows as a French spreadsheet saves them: semicolons, decimal commas, UTF-8 with a BOM."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(row.get(key, "")) for key in COLUMNS.values()] for row in facts["row"])


def write_calendar(facts: Facts, day: date, path: Path) -> None:
    """Writes at `path` the events as a calendar exported on `day`, from which their dates count."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sejour//demonstration//FR", f"X-WR-TIMEZONE:{ZONE}", *VTIMEZONE.split("\n")]
    events = (line for event in facts["event"] for line in _event(event, day))
    lines = (_folded(line) for line in (*head, *events, "END:VCALENDAR"))
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode())


def _cell(value: str | float) -> str:
    return f"{value:.4f}".replace(".", ",") if isinstance(value, float) else value


def _event(event: Facts, day: date) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event['slug']}@mairie.sejour.test"
    yield f"DTSTAMP:{day:%Y%m%d}T040000Z"
    yield from _dates(event["when"], day)
    yield f"SUMMARY:{_escaped(event['title'])}"
    yield f"DESCRIPTION:{_escaped(event['text'])}"
    yield f"LOCATION:{_escaped(event['place'])}"
    yield f"GEO:{event['lat']};{event['lon']}"
    yield f"CATEGORIES:{_escaped(event['category'])}"
    if "url" in event:
        yield f"URL:{event['url']}"
    yield f"STATUS:{event.get('status', 'CONFIRMED')}"
    yield "END:VEVENT"


def _dates(when: Facts, day: date) -> Iterator[str]:
    """From a row of `when`. All-day, `days` make one span, whose end is the day after; at given hours, one rule tells the days or `weeks`."""
    first = periods([when], day)[0]
    start, end = date.fromisoformat(first["startDate"]), date.fromisoformat(first["endDate"])
    if "start" not in when:
        yield f"DTSTART;VALUE=DATE:{start:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{end + timedelta(days=1):%Y%m%d}"
        return
    for name, hour in (("DTSTART", when["start"]), ("DTEND", when["end"])):
        yield f"{name};TZID={ZONE}:{start:%Y%m%d}T{hour.replace(':', '')}00"
    for key, often in (("weeks", "WEEKLY"), ("days", "DAILY")):
        if key in when:
            yield f"RRULE:FREQ={often};COUNT={when[key]}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, none of which cuts a letter."""
    pieces, length = [""], 0
    for letter in line:
        size = len(letter.encode())
        if length + size > LONGEST_LINE:
            pieces.append(" ")
            length = 1
        pieces[-1] += letter
        length += size
    return "\r\n".join(pieces)
