"""The files of what an office measured: visitors a year, and walking times from its hotspots."""

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from sejour.domain.surveys import Surveys
from sejour.domain.travel import PACES, Mode
from sejour.errors import UsageError
from sejour.settings import RankingSettings

MOST_ROWS = 1_000_000


def read_surveys(settings: RankingSettings, kept: Mapping[str, str]) -> Surveys:
    """`visitors` is a CSV of `offer,visitors`; `walks` one of `hotspot,offer,minutes`, at a family's pace. `kept` gives the id of the card that a twin was
    merged in. Raises UsageError, naming the line, for what cannot be read."""
    visitors = {kept.get(offer, offer): count for (offer,), count in _rows(settings.visitors, ("offer",), "visitors")}
    walks: dict[str, dict[str, float]] = {}
    for (hotspot, offer), minutes in _rows(settings.walks, ("hotspot", "offer"), "minutes"):
        walks.setdefault(hotspot, {})[kept.get(offer, offer)] = minutes * PACES[Mode.WALK].metres_a_minute
    return Surveys(visitors, walks)


def _rows(file: str, keys: tuple[str, ...], value: str) -> list[tuple[tuple[str, ...], float]]:
    if not file:
        return []
    rows: list[tuple[tuple[str, ...], float]] = []
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if not {*keys, value} <= set(reader.fieldnames or ()):
                raise UsageError("%(file)s : la première ligne doit nommer les colonnes %(columns)s.", file=file, columns=",".join((*keys, value)))
            for row in reader:
                number = _number(row[value])
                if number is None or not all(row[key] for key in keys) or len(rows) >= MOST_ROWS:
                    raise UsageError("%(file)s, ligne %(line)d : il y faut %(columns)s, avec un nombre positif.", file=file, line=reader.line_num,
                                     columns=",".join((*keys, value)))  # fmt: skip
                rows.append((tuple(row[key].strip() for key in keys), number))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError("%(file)s ne peut pas être lu (%(why)s).", file=file, why=type(error).__name__) from error
    return rows


def _number(written: str | None) -> float | None:
    try:
        number = float((written or "").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
