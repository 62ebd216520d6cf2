"""The lines of an iCalendar file as components: as tolerant as the exports of town halls and clubs need (RFC 5545 §3.1, §3.6).

Each event is cut out on its own: what is wrong in one stays in it. icalendar's own reader refuses the whole file instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")  # before decoding: a fold may stand within a character
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;(?:"[^"]*"|[^":])*)?):(.*)', re.S)
_LOOSE = re.compile(r"([A-Za-z0-9-]+)(;[^:]*):(.*)", re.S)  # a quote that is never closed
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)=\s*((?:"[^"]*"|[^";])*)')
_ESCAPE = re.compile(r'\\([nN,;:"\\])')
_DATED = re.compile(r"\d{4}-?\d\d")
DATES = {"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"}
KEPT = DATES | {"UID", "SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "GEO", "X-APPLE-STRUCTURED-LOCATION", "URL", "CATEGORIES", "STATUS", "CLASS",
                "SEQUENCE", "LAST-MODIFIED", "DURATION", "RRULE", "EXRULE"}  # fmt: skip
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION"}
LONGEST_LINE = 200_000  # characters: 12,000 dates
LONGEST_VALUE = 40_000  # characters of one text
MAIN = {"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"}  # never within each other: another one means that an END is missing
DEEPEST = 10  # components within components; real calendars have three


@dataclass(slots=True)
class Line:
    """One property: `name` in capitals, `value` as written."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value of a TEXT property, its escapes read."""
        return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value[:LONGEST_VALUE])

    @property
    def texts(self) -> list[str]:
        """The values of a list of texts (CATEGORIES): commas part them, unless escaped."""
        parts = re.split(r"(?<!\\),", self.value[:LONGEST_VALUE])
        return [Line(self.name, {}, part).text for part in parts]


@dataclass(slots=True)
class Event:
    """The properties of one VEVENT that we read, without those of its alarms. `whole`: its END was found. `text`: the last property,
    when it is a text; `stray`: are there lines that are no property?"""

    position: int
    lines: list[Line] = field(default_factory=list)
    whole: bool = False
    text: Line | None = None
    stray: bool = False

    def every(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)

    def value(self, name: str) -> str:
        """What the first such property says, trimmed; "" when there is none."""
        line = self.first(name)
        return line.text.strip() if line else ""


@dataclass(slots=True)
class Calendar:
    """One VCALENDAR: its events, its own properties, the text of its VTIMEZONEs by TZID. `whole`: its END was found."""

    events: list[Event] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    whole: bool = False


def calendars(lines: list[str]) -> Iterator[Calendar]:
    """The calendars of a file. Events outside of any are those of one without a beginning, which is not whole."""
    reader = _Reader()
    for line in lines:
        if found := reader.take(line):
            yield found
    if reader.calendar:
        yield reader.calendar


class _Reader:
    """What is open while the lines go by."""

    def __init__(self) -> None:
        self.calendar: Calendar | None = None
        self.event: Event | None = None
        self.open: list[str] = []
        self.zone: list[str] = []
        self.position = 0

    def take(self, line: str) -> Calendar | None:
        """The calendar that this line ends, if it does."""
        ended = None
        head, _, name = line.partition(":")
        word, name = head.strip().upper(), name.strip().upper()
        if word == "BEGIN":
            ended = self._begin(name)
        elif word == "END" and name in self.open:
            ended = self._end(name)
        elif self.open and self.open[-1] == "VEVENT" and self.event:
            _add(self.event, line)
        elif self.open == ["VCALENDAR"] and self.calendar and (read := _line(line)):
            self.calendar.properties.setdefault(read.name, read.text.strip())
        if "VTIMEZONE" in self.open:
            self.zone.append(line)
        return ended

    def _begin(self, name: str) -> Calendar | None:
        ended = None
        if name == "VCALENDAR":
            ended, self.calendar, self.event, self.open = self.calendar, Calendar(), None, []
        elif name in MAIN:
            del self.open[self.open[:1] == ["VCALENDAR"] :]
        if name == "VEVENT":
            self.calendar = self.calendar or Calendar()
            self.position += 1
            self.event = Event(self.position)
            self.calendar.events.append(self.event)
        elif name == "VTIMEZONE":
            self.zone = []
        if len(self.open) < DEEPEST:
            self.open.append(name)
        return ended

    def _end(self, name: str) -> Calendar | None:
        del self.open[self.open.index(name) :]
        if name == "VEVENT" and self.event:
            self.event.whole = True
        elif name == "VTIMEZONE" and self.calendar:
            read = (_line(line) for line in self.zone)
            tzid = next((line.value for line in read if line and line.name == "TZID"), "")
            self.calendar.zones.setdefault(tzid.strip().strip('"'), "\r\n".join([*self.zone, "END:VTIMEZONE", ""]))
        elif name == "VCALENDAR" and self.calendar:
            ended, self.calendar = self.calendar, None
            ended.whole = True
            return ended
        return None


def _add(event: Event, line: str) -> None:
    """A line that is no property belongs to the text before it, whose fold was forgotten."""
    if read := _line(line):
        event.text = read if read.name in TEXTS else None
        if read.name in KEPT:
            event.lines.append(read)
    elif line.strip():
        event.stray = True
        if event.text and len(event.text.value) < LONGEST_VALUE:
            event.text.value += "\n" + line


def _line(line: str) -> Line | None:
    line = line[:LONGEST_LINE]
    match = _LINE.fullmatch(line) or _LOOSE.fullmatch(line)
    if match is None:
        return None
    name, parameters, value = match[1].upper(), match[2], match[3]
    if name in DATES and not _DATED.match(value.strip()):  # TZID=(UTC+01:00) Paris:20260501T200000, without the quotes it needs
        head, _, value = line.rpartition(":")
        parameters = head[len(name) :]
    found = {key.upper(): written.strip().strip('"').strip() for key, written in _PARAMETER.findall(parameters)}
    return Line(name, found, value)


def logical_lines(body: bytes) -> tuple[list[str], bool]:
    """The unfolded lines, and whether some were not UTF-8. Each line is decoded on its own: one bad line spoils no other."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = body.decode("utf-16", "replace").encode()
    body = body.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"")
    try:
        return re.split(r"\r\n|\n|\r", _FOLD.sub(b"", body).decode()), False
    except UnicodeDecodeError:
        return [_decoded(line) for line in re.split(rb"\r\n|\n|\r", _FOLD.sub(b"", body))], True


def _decoded(line: bytes) -> str:
    """UTF-8; when it is not, Windows' own (cp1252), unless most of it is UTF-8 with a character cut in two."""
    said = line.decode("utf-8", "replace")
    bad = said.count("\ufffd")
    if bad and sum(ord(character) > 127 for character in said) - bad <= bad:
        return line.decode("cp1252", "replace").replace("\ufffd", "")
    return said.replace("\ufffd", "")
