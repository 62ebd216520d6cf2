"""One line of a table seen through its columns: the cells of a field, what the office says they mean, and what was wrong in them."""

import re
from functools import lru_cache
from typing import Any

from providers_feed import record as r
from providers_feed.table_cells import ERRORS, packed, prose, written
from providers_feed.table_columns import Columns
from providers_feed.table_sheet import Row
from providers_feed.table_words import fold, is_kind
from providers_feed.table_workbook import Cell
from sejour.domain.feed import Severity
from sejour.domain.text import N_, LocalText, local_text

LONGEST_KEY = 200
_TOTAL = re.compile(r"(?:sous[- ])?total(?:aux)?(?: general)?(?: des? [a-z ]+)?\s*:?\s*[\d .,]*")
_NOTE = re.compile(
    r"(?:sources?|notes?|n\.?b\.?|remarques?|legende)\s*:.*|(?:mise? a jour|maj|exporte?e?) (?:du|le|au|:).*|nombre (?:de |d').*:.*|(?:\*|©).*"
)


class Line:
    """`where` names it for a human; `notes` gathers its Problems, under its own identifier when it has one; `said` holds the cells of the
    columns in use that say something."""

    def __init__(self, row: Row, columns: Columns, where: str) -> None:
        self.columns = columns
        self.row = row
        identifier = [r.line(written(row.cells[i])) for i in columns.at.get("id", ()) if i < len(row.cells)]
        self.id = " ".join(filter(None, identifier))[:LONGEST_KEY]
        self.notes = r.Notes(self.id or where)
        self.said = {i: cell for i in columns.used if i < len(row.cells) and written(cell := self._readable(i))}

    def _readable(self, i: int) -> Cell:
        cell = self.row.cells[i]
        if not isinstance(cell, str):
            return cell
        if cell[:1] == "#" and fold(cell[:20]) in ERRORS:
            self.notes.add(self.columns.header[i], N_("Cette case contient une erreur de formule : elle est laissée."), cell)
            return ""
        if len(cell) > r.LONGEST_TEXT:
            self.notes.add(self.columns.header[i], N_("Texte coupé à 5 000 caractères."), cell, Severity.INFO)
        return cell[: r.LONGEST_TEXT]

    def cells(self, name: str) -> list[Cell]:
        """Those that say something, in the order of the columns; what the office said of every row when none does."""
        found = [self.said[i] for i in self.columns.at.get(name, ()) if i in self.said]
        return found or ([self.columns.map.defaults[name]] if name in self.columns.map.defaults else [])

    def cell(self, name: str) -> Cell:
        return next(iter(self.cells(name)), "")

    def line(self, name: str) -> str:
        """The cells of a field on one line; a list in a cell is cut at commas."""
        return ", ".join(filter(None, (r.line(prose(cell)).replace("\n", ", ") for cell in self.cells(name))))

    def texts(self, name: str) -> LocalText | None:
        """A text in its languages: from its own columns, and from "A / B" cells where these are bilingual."""
        languages = self.columns.map.bilingual
        found: list[tuple[str, str]] = []
        for language in ("", *(each.rpartition("_")[2] for each in self.columns.at if re.fullmatch(rf"{name}_[a-z]{{2}}", each))):
            text = "\n".join(map(prose, self.cells(f"{name}_{language}" if language else name)))
            parts = [part.strip() for part in text.split(" / ")]
            found += zip(languages, parts, strict=True) if not language and len(parts) == len(languages) > 1 else [(language or "fr", text)]
        return local_text(found)

    def meaning(self, name: str) -> Any:
        """What the office's map says that the value means, or one of the values of the cell; None when it does not."""
        meanings = self.columns.map.values.get(name, {})
        cells = self.cells(name) if meanings else []
        parts = [written(cell) for cell in cells] + [part for cell in cells for part in packed(cell, ";", ",", " / ")]
        return next((meanings[fold(part)] for part in parts if fold(part) in meanings), None)

    def warn(self, name: str, reason: str, value: Any = None, severity: Severity = Severity.WARNING) -> None:
        self.notes.add(self.columns.label(name), reason, written(self.cell(name)) if value is None else value, severity)

    def is_header(self) -> bool:
        """The names of the columns again, as at each page of a printed list."""
        names = _names(self.columns.header)
        return (
            written(self.row.cells[0]) in ("", self.columns.header[0]) and [fold(written(cell)) for cell in self.row.cells if written(cell)] == names
        )

    def is_note(self) -> bool:
        """A total, a source, a title between two parts of the list: no offer."""
        first, *others = [text for cell in self.row.cells if (text := written(cell))] or [""]
        if not first or _TOTAL.fullmatch(fold(first)):
            return all(r.number(re.sub(r"[\s%€]", "", each)) is not None for each in others)
        return not others and len(self.columns.at) > 2 and (bool(_NOTE.fullmatch(fold(first))) or is_kind(first))


@lru_cache(maxsize=8)
def _names(header: tuple[str, ...]) -> list[str]:
    """What the columns are called in the file, folded."""
    return [fold(re.sub(r" \(\d+\)$", "", each)) for each in header if not re.fullmatch(r"colonne \d+", each)]
