"""Tolerant readers that formats share: strangers' values in, clean values of ours or None out. None of them raises."""

import html
import ipaddress
import math
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

import nh3

from sejour.domain.place import Place, valid_place

LONGEST_TEXT = 5_000  # characters kept of one text
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)")
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufffc-\uffff]")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_CLOCK = re.compile(r"(\d{1,2})[:hH](\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?")
_TAG = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")
_PRIVATE_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home", ".corp", ".intranet")


def every(value: Any) -> list[Any]:
    """A list of whatever may come as one value, a list, or nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def dig(value: Any, *path: str) -> Iterator[Any]:
    """Every value at the end of `path`, through mappings and lists at any level."""
    if not path:
        yield from (each for each in every(value) if each is not None)
        return
    for each in every(value):
        if isinstance(each, Mapping):
            yield from dig(each.get(path[0]), *path[1:])


def first(value: Any, *path: str) -> Any:
    return next(dig(value, *path), None)


def text(value: Any) -> str:
    """One line or paragraphs of plain text: tags removed, entities read, no control character, no terminal escape, no bidirectional
    override, no lone surrogate; "" when it is no text."""
    if not isinstance(value, str):
        return ""
    value = value[: 4 * LONGEST_TEXT]
    if not value.isascii() or not value.isprintable():
        value = _ESCAPES.sub("", value).encode("utf-8", "ignore").decode().translate(_BIDI)
        value = _CONTROLS.sub("", value)
    if _TAG.search(value):
        value = html.unescape(nh3.clean(re.sub(r"<(?:br|/p|/li|/div)\b[^>]*>", "\n", value, flags=re.I), tags=set()))
    lines = (_SPACES.sub(" ", line).strip() for line in value.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT]


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
    """A Place, or the French word for what is wrong with it."""
    y, x = number(lat), number(lon)
    if y is None or x is None:
        return "position illisible"
    if not valid_place(y, x):
        return "position impossible"
    if not _in_france(y, x) and _in_france(x, y):
        return "latitude et longitude échangées"
    return Place(round(y, 7), round(x, 7))


def _in_france(lat: float, lon: float) -> bool:
    return any(south <= lat <= north and west <= lon <= east for south, north, west, east in FRENCH_TERRITORIES)


def phone(value: Any) -> str | None:
    """E.164: "+33559000000" of "05 59 00 00 00", "+33 (0)5 59…", "0033 5…"; None when it is no number that can be called."""
    written = line(value).split(" / ")[0].replace("(0)", "")
    digits = re.sub(r"[^\d+]", "", written)
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    if re.fullmatch(r"0[1-9]\d{8}", digits):
        return "+33" + digits[1:]
    return digits if re.fullmatch(r"\+[1-9]\d{7,14}", digits) else None


def email(value: Any) -> str | None:
    written = value.strip() if isinstance(value, str) else ""
    return written if _EMAIL.fullmatch(written) else None


def web(value: Any) -> str | None:
    """An http(s) address on a public name; None for any other scheme, for spaces, and for private or local hosts."""
    written = value.strip() if isinstance(value, str) else ""
    if written.lower().startswith("www."):
        written = "https://" + written
    if not re.fullmatch(r"(?i)https?://[^\s<>\"'\\^`{|}\x00-\x1f\x7f]{3,1900}", written):
        return None
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    return written if _public(host.lower().rstrip(".")) and "@" not in parts.netloc else None


def _public(host: str) -> bool:
    """Neither an address that is not global, nor a name without a dot or under a local suffix, nor a number in disguise (0x7f.1)."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        last = host.rpartition(".")[2]
        return "." in host and not host.endswith(_PRIVATE_SUFFIXES) and not last.startswith("0x") and not last.isdigit()


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
    return line(value if isinstance(value, str) else repr(value)[:200])[:80]
