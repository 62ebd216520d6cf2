"""The row that names the columns, and which column gives which field: by the office's map when there is one, else guessed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from providers_feed import table_guess as guess
from providers_feed.record import line
from providers_feed.table_cells import written
from providers_feed.table_map import Map
from providers_feed.table_sheet import HEADERS, Row
from providers_feed.table_words import is_kind, letters


@dataclass(frozen=True, slots=True)
class Columns:
    """`row`: the index of the row of names; `header`: the name of each column, unique; `at`: field → its columns."""

    row: int
    header: tuple[str, ...]
    at: Mapping[str, tuple[int, ...]]
    map: Map = field(default_factory=Map)

    @property
    def used(self) -> list[int]:
        return [i for columns in self.at.values() for i in columns]

    def label(self, name: str) -> str:
        return ", ".join(self.header[i] for i in self.at.get(name, ())) or name

    def named(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(self.header[i] for i in columns) for name, columns in self.at.items()}


def labels(row: Row) -> tuple[str, ...]:
    """A second "Sous-type" is "Sous-type (2)"; a column without a name is "colonne 5"."""
    seen = Counter[str]()
    found: list[str] = []
    for n, cell in enumerate(row.cells, 1):
        name = line(written(cell))[:80] or f"colonne {n}"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(found)


def mapped(rows: Sequence[Row], map: Map) -> Columns | list[str]:
    """The columns of the first row that has all that the map names; or, of the row that has most of them, those that it has not. Accents,
    case, spaces and signs do not count."""
    missing = [name for names in map.columns.values() for name in names]
    for n, row in _candidates(rows):
        header = labels(row)
        places = {_bare(label): i for i, label in reversed([*enumerate(header)])} | {label: i for i, label in enumerate(header)}
        found = {name: places.get(name, places.get(_bare(name))) for names in map.columns.values() for name in names}
        absent = [name for name, i in found.items() if i is None]
        if not absent:
            at = {name: tuple(i for each in names if (i := found[each]) is not None) for name, names in map.columns.items()}
            return Columns(n, header, at, map)
        missing = min(missing, absent, key=len)
    return missing


def _candidates(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    return [(n, row) for n, row in enumerate(rows[:HEADERS]) if not row.cut]


def _bare(label: str) -> str:
    return letters(label).replace(" ", "")


def guessed(rows: Sequence[Row]) -> Columns | None:
    """The row whose cells are the most names of columns that we know, one that can name an offer among them; None when there is none."""
    most, best = 0, None
    for n, row in _candidates(rows):
        header = labels(row)
        known = {told[0] for label in header if (told := guess.field_of(label))}
        if len(known) > most and ("name" in known or (len(known) > 1 and any(map(is_kind, header)))):
            most, best = len(known), n
    if best is None:
        return None
    header = labels(rows[best])
    below = rows[best + 1 :]
    values = [[row.cells[i] for row in below if i < len(row.cells) and written(row.cells[i])] for i in range(len(header))]
    at, bilingual = guess.columns(header, values)
    if "name" not in at:
        return None
    named = header[at["name"][0]]
    kind = {"kind": named} if "kind" not in at and is_kind(named) else {}  # « Restaurant » holds the names of restaurants
    return Columns(best, header, at, Map(bilingual=bilingual, defaults=kind))
