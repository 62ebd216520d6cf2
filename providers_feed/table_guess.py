"""Guesses which column gives which field: by its name, provided that what stands in it can be that; then by what stands in it alone."""

import re
from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from providers_feed import table_cells as cells
from providers_feed.record import FRENCH_TERRITORIES
from providers_feed.table_dates import days, times
from providers_feed.table_map import TRANSLATED
from providers_feed.table_words import COLUMNS, EXACT, FOREIGN, LANGUAGES, NOT_A_NAME, SEVERAL, TAILS, is_kind, letters
from providers_feed.table_workbook import Cell
from sejour.domain.place import Place

LONGEST_LABEL = 120  # characters of what can be the name of a column
MOST_TOGETHER = 4  # columns of one field
MOSTLY = 0.8  # of the values of a column
_FIELDS = {phrase.replace(" ", ""): (name, rank, phrase) for name, phrases in COLUMNS.items() for rank, phrase in enumerate(phrases.split("|"))}
_UTC = ZoneInfo("UTC")
_ANSWERS = {"oui", "non", "yes", "no", "true", "false", "vrai", "faux"}
WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
At = dict[str, tuple[int, ...]]


def field_of(label: str) -> tuple[str, int, str] | None:
    """(field, rank: 0 is the surest, language or "") that the name of a column tells: "Nom de l’établissement", "Description (EN)",
    "CATEGORIE / FILIERE"."""
    words = letters(label).split() if len(label) <= LONGEST_LABEL else []
    language = LANGUAGES.get(words[-1], "") if len(words) > 1 else ""
    for n in range(len(words), 0, -1):
        name, rank, phrase = _FIELDS.get("".join(words[:n]), ("", 0, ""))
        tail = words[n:]
        spoken = language if name in TRANSLATED and tail[-1:] == words[-1:] else ""
        if name and (not tail or (spoken and len(tail) == 1) or (phrase not in EXACT and TAILS.issuperset(tail[:-1] if spoken else tail))):
            return name, rank, spoken or FOREIGN.get("".join(words[:n]), "")
    first = re.split(r"[/(]", label, maxsplit=1)[0]
    if words and first != label and (told := field_of(first)):
        return told
    return (
        ("name", 99, "") if words[:1] and words[0] in ("nom", "nombre", "titre") and NOT_A_NAME.isdisjoint(words) else None
    )  # « Nom du producteur »


def columns(header: Sequence[str], values: Sequence[Sequence[Cell]]) -> tuple[At, tuple[str, ...]]:
    """(field → columns, languages of "A / B" cells)."""
    found: dict[str, list[tuple[int, int]]] = {}
    for i, label in enumerate(header):
        if told := field_of(label):
            name, rank, language = told
            if name in ("start", "end") and _mostly(values[i], times) and not _mostly(values[i], lambda cell: days(cell, _UTC)):
                name += "_time"  # « Date ; Début ; Fin » with hours in the last two
            if _fits(name, values[i]):
                spoken = name in TRANSLATED and language not in ("", "fr")
                found.setdefault(f"{name}_{language}" if spoken else name, []).append((rank if values[i] else rank + 100, i))
    for name in TRANSLATED:  # « Name » alone is the name; beside « Nom », the English one
        if name not in found and (foreign := next((each for each in found if re.fullmatch(rf"{name}_[a-z]{{2}}", each)), None)):
            found[name] = found.pop(foreign)
    at = {name: tuple(sorted(i for _, i in sorted(ranked)[: MOST_TOGETHER if name in SEVERAL else 1])) for name, ranked in found.items()}
    week = tuple(i for i, label in enumerate(header) if letters(label) in WEEK)
    if "hours" not in at and len({letters(header[i]) for i in week}) >= 5:  # « Lundi ; Mardi ; … »
        at["hours"] = week
    at = _by_values(_position(_named(at, header, values), values), values)
    if {"id", "name"} <= at.keys() and not _identifies(at, values):
        del at["id"]
    languages = next((languages for i in at.get("name", ()) if (languages := _bilingual(header[i]))), ())
    return dict(sorted(at.items(), key=lambda taken: taken[1])), languages


def _named(at: At, header: Sequence[str], values: Sequence[Sequence[Cell]]) -> At:
    """With a column of names: « Restaurant ; Adresse ; Téléphone » has one too."""
    named = next(
        (i for i, label in enumerate(header) if is_kind(label) and _fits("name", values[i]) and _distinct(values[i]) * 2 > len(values[i])), None
    )
    return at if "name" in at or named is None else {name: taken for name, taken in at.items() if named not in taken} | {"name": (named,)}


def _by_values(at: At, values: Sequence[Sequence[Cell]]) -> At:
    """With addresses and phones that stand in columns whose names say nothing."""
    for name, read in _READERS:
        looking = [i for i in _free(at, values) if _mostly(values[i], read)]
        if looking and name not in at:
            at = at | {name: (looking[0],)}
    return at


def _bilingual(label: str) -> tuple[str, ...]:
    """("fr", "en") of « Nom / Name »."""
    told = [field_of(part) for part in label.split("/")]
    if len(told) != 2 or None in told:
        return ()
    (first, _, language), (second, _, other) = (each for each in told if each)
    return (language or "fr", other or "fr") if first == second and (language or "fr") != (other or "fr") else ()


def _mostly(values: Sequence[Cell], read: Callable[[Cell], object]) -> bool:
    return bool(values) and sum(bool(read(value)) for value in values) >= MOSTLY * len(values)


def _fits(name: str, values: Sequence[Cell]) -> bool:
    """Can these be values of that field? « X » and « Y » in metres are no degrees, « Nombre » may be a count."""
    if name == "name":
        return not _mostly(values, lambda cell: cells.number(cell) is not None or letters(cells.written(cell)) in _ANSWERS)
    if name in ("lat", "lon"):
        return not _mostly(values, lambda cell: abs(cells.number(cell) or 0) > 180)
    if name == "position":
        return any(isinstance(cells.position(value), Place) for value in values)
    return True


def _distinct(values: Sequence[Cell]) -> int:
    return len({cells.written(value) for value in values})


def _identifies(at: At, values: Sequence[Sequence[Cell]]) -> bool:
    """Are identifiers unique, or as many as the names where a line is a date?"""
    (i,), (name,) = at["id"], at["name"]
    unique = _distinct(values[i]) >= MOSTLY * len(values[i])
    return unique or ("start" in at and _distinct(values[i]) >= _distinct(values[name]))


def _free(at: At, values: Sequence[Sequence[Cell]]) -> list[int]:
    taken = {i for columns in at.values() for i in columns}
    return [i for i in range(len(values)) if i not in taken and values[i]]


def _position(at: At, values: Sequence[Sequence[Cell]]) -> At:
    """With a whole position: a latitude without its longitude says nothing; else a column of points, or two of degrees, that lie in France."""
    if "position" in at or {"lat", "lon"} <= at.keys():
        return at
    at = {name: columns for name, columns in at.items() if name not in ("lat", "lon")}
    free = _free(at, values)
    if (points := next((i for i in free if _mostly(values[i], lambda cell: isinstance(cells.position(cell), Place))), None)) is not None:
        return at | {"position": (points,)}
    degrees = {i: numbers for i in free if (numbers := [cells.number(cell) for cell in values[i]]) and all(map(_precise, numbers))}
    pairs = ((lat, lon) for lat in degrees for lon in degrees if lat != lon and _in_france(degrees[lat], degrees[lon]))
    lat, lon = next(pairs, (None, None))
    return at if lat is None or lon is None else at | {"lat": (lat,), "lon": (lon,)}


def _precise(number: float | None) -> bool:
    """With more than two decimals: no price, no count."""
    return number is not None and round(number, 2) != number


def _in_france(lats: Iterable[float | None], lons: Iterable[float | None]) -> bool:
    return all(any(south <= (lat or 0) <= north and west <= (lon or 0) <= east for south, north, west, east in FRENCH_TERRITORIES)
               for lat, lon in zip(lats, lons, strict=False))  # fmt: skip


_READERS: tuple[tuple[str, Callable[[Cell], object]], ...] = (
    ("email", lambda cell: cells.emails(cell)[0]),
    ("web", lambda cell: cells.webs(cell)[0]),
    ("phone", lambda cell: re.match(r"\+33|0\d", cells.written(cell)) and cells.phones(cell)[0]),
)
