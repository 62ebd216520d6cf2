"""Tolerant readers that formats share: strangers' values in, clean values of ours or None out. None of them raises."""

import html
import ipaddress
import math
import re
import unicodedata
from datetime import date, time
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3

from sejour.domain.feed import Problem, Severity
from sejour.domain.place import Place, valid_place
from sejour.domain.text import N_, Reason

LONGEST_TEXT = 5_000  # characters kept of one text
LAYERS = 5  # how often HTML may be wrapped in HTML ("&amp;lt;b&amp;gt;") before its angle brackets are dropped
MOST_PROBLEMS = 30  # kept of one record: a made-up one could hold a million
_UNWANTED = (  # controls but tab and newline; bidirectional marks; lone surrogates; private use; no characters at all
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\uffff"
)
_CONTROLS = re.compile(f"[{_UNWANTED}]")
_NEWLINES = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\u00a0]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.")  # of terminals
_HTML = re.compile(r"<[a-zA-Z/!?]|&[a-zA-Z#]")
_BREAKS = re.compile(r"<(?:br|/p|/li|/div)\b[^<>]*>", re.I)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_WEB = re.compile(rf"https?://[^\s<>\"'\\^`{{|}}{_UNWANTED}]{{3,1900}}", re.I)
_HOST = re.compile(r"\w[\w-]*(?:\.\w[\w-]*)*\.[^\W\d_][\w-]*")  # a name with a dot whose last part begins with a letter: no number, no 0x7f
_PRIVATE_SUFFIXES = (".localhost", ".localdomain", ".local", ".internal", ".lan", ".home", ".home.arpa", ".corp", ".intranet")
_CLOCK = re.compile(r"(\d{1,2})[:hH](\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?")
_FRENCH_PHONE = re.compile(r"(?:(?:\+|00)330?|0)([1-9][0-9]{8})")
_OVERSEAS = {  # the country code by how the nine digits begin; +33 is the rest
    "262": "262", "263": "262", "692": "262", "693": "262", "269": "262", "639": "262",  # La Réunion, Mayotte
    "590": "590", "690": "590", "691": "590", "594": "594", "694": "594", "596": "596", "696": "596", "697": "596",
}  # fmt: skip


class Notes:
    """What was found wrong in one record, under its producer's `key`."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.problems: list[Problem] = []

    def add(self, field: str, reason: str, value: Any = None, severity: Severity = Severity.WARNING) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(self.key, field, Reason(reason), severity, None if value is None else shorten(value)))
        elif len(self.problems) == MOST_PROBLEMS:
            self.problems.append(Problem(self.key, None, Reason(N_("Cette fiche a d’autres anomalies, qui ne sont pas listées.")), Severity.INFO))


def every(value: Any) -> list[Any]:
    """A list of whatever may come as one value, a list, or nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def dig(value: Any, *path: str) -> list[Any]:
    """Every value at the end of `path`, where each step may be one mapping or a list of them; nothing where the path breaks off."""
    found = every(value)
    for name in path:
        deeper: list[Any] = []
        for each in found:
            if isinstance(each, dict) and (inner := each.get(name)) is not None:
                if isinstance(inner, list):
                    deeper += inner
                else:
                    deeper.append(inner)
        found = deeper
    return [each for each in found if each is not None]


def first(value: Any, *path: str) -> Any:
    return next(iter(dig(value, *path)), None)


def text(value: Any) -> str:
    """One line or paragraphs of plain text: tags removed, entities read, no control character, no terminal escape, no bidirectional
    override, no lone surrogate; "" when it is no text."""
    return _clean(value[: 4 * LONGEST_TEXT]) if isinstance(value, str) else ""


@lru_cache(maxsize=256)  # feeds say the same again: a short text, then the comment; the credits of each picture
def _clean(value: str) -> str:
    value = _without_controls(value)
    for _ in range(LAYERS):
        if not _HTML.search(value):
            break
        inner = _without_controls(html.unescape(nh3.clean(_BREAKS.sub("\n", value), tags=set())))
        if inner == value:  # "R&D" is no entity
            break
        value = inner
    else:
        value = value.replace("<", "")
    lines = "\n".join(_SPACES.sub(" ", line).strip() for line in value.split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip()[:LONGEST_TEXT].rstrip()


def _without_controls(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    return _CONTROLS.sub("", _NEWLINES.sub("\n", _ESCAPES.sub("", value)))


def line(value: Any) -> str:
    """`text` on one line."""
    return text(value).replace("\n", " ")


def number(value: Any) -> float | None:
    """A finite number written as a number or a text, with a point or a comma."""
    if isinstance(value, str):
        try:
            value = float(value.strip().replace(",", "."))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


FRENCH_TERRITORIES = (  # south, north, west, east, in degrees: generous boxes
    (41.0, 51.6, -5.6, 10.0), (14.2, 18.3, -63.3, -60.6), (1.9, 6.0, -55.0, -51.3), (-21.6, -20.7, 55.0, 56.0), (-13.2, -12.4, 44.8, 45.5),
    (46.5, 47.3, -56.7, -55.9), (-23.5, -17.3, 158.0, 168.6), (-28.0, -7.0, -155.0, -134.0), (-14.6, -13.0, -178.5, -175.9),
)  # fmt: skip


def point(lat: Any, lon: Any) -> Place | str:
    """A Place, or the sentence that says what is wrong with it."""
    y, x = number(lat), number(lon)
    if y is None or x is None:
        return N_("La position n’est pas un nombre.")
    if not valid_place(y, x):
        return N_("La position est impossible.")
    if not _in_france(y, x) and _in_france(x, y):
        return N_("La latitude et la longitude semblent échangées.")
    return Place(round(y, 7), round(x, 7))


def _in_france(lat: float, lon: float) -> bool:
    return any(south <= lat <= north and west <= lon <= east for south, north, west, east in FRENCH_TERRITORIES)


def phone(value: Any) -> str | None:
    """E.164: "+33559000000" of "05 59 00 00 00", "+33 (0)5 59…", "0033 5…"; None when it is no number that can be called."""
    digits = re.sub(r"[^0-9+]", "", line(value).split(" / ")[0].replace("(0)", ""))
    if french := _FRENCH_PHONE.fullmatch(digits):
        return f"+{_OVERSEAS.get(french[1][:3], '33')}{french[1]}"
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    return digits if re.fullmatch(r"\+[1-9][0-9]{7,14}", digits) else None


def email(value: Any) -> str | None:
    written = value.strip() if isinstance(value, str) else ""
    return written if len(written) <= 254 and _EMAIL.fullmatch(written) else None


def web(value: Any) -> str | None:
    """An http(s) address on a public name; None for any other scheme, for spaces, for a user's name, and for private or local hosts."""
    return _web(value.strip()) if isinstance(value, str) and len(value) <= 2_000 else None


@lru_cache(maxsize=256)  # the main picture comes twice
def _web(written: str) -> str | None:
    if written[:4].lower() == "www.":
        written = "https://" + written
    if not _WEB.fullmatch(written):
        return None
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    return written if "@" not in parts.netloc and _public(host) else None


def _public(host: str) -> bool:
    """A public IPv4 address, or a name with a dot that is under no local suffix and no number in disguise (0x7f.1, 127.1, １２７.0.0.1)."""
    name = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().rstrip(".")  # as browsers read it
    if _HOST.fullmatch(name):
        return not name.endswith(_PRIVATE_SUFFIXES)
    try:
        address = ipaddress.IPv4Address(name)
    except ValueError:
        return False
    return address.is_global and not address.is_multicast


def day(value: Any) -> date | None:
    """A calendar date written first in `value` ("2026-10-03", "2026-10-03T00:00:00"); None when there is no such day."""
    try:
        return date.fromisoformat(value.strip()[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def clock(value: Any) -> time | None:
    """A time of day ("14:30:00", "14h30", "24:00" for midnight)."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def shorten(value: Any) -> str:
    """A value as a Problem shows it: one clean line of at most 80 characters."""
    try:
        written = value if isinstance(value, str) else repr(value)
    except (RecursionError, ValueError):  # nested as deep as the parser allows; an integer of 5,000 digits
        written = type(value).__name__
    return line(written[:400])[:80]
