"""The rows of a table, whatever it was saved as and whatever its name says: CSV of any separator and encoding, or a workbook.

CSV is read strictly (RFC 4180) first. Where a quote is opened and never closed, the line in which it opens is given up and the reading goes on
with the next one, so that one bad line does not swallow the file.
"""

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from providers_feed.table_guess import field_of
from providers_feed.table_workbook import Cell, is_workbook, workbook_rows
from sejour.domain.text import N_
from sejour.errors import FeedError

LARGEST = 64 * 2**20  # bytes
MOST_ROWS = 200_000  # that hold something
MOST_COLUMNS = 500
MOST_LINES = 1_000_000  # of a CSV: cells may hold several
SEPARATORS = ";,\t|"
SAMPLE = 200  # lines on which the separator is told
HEADERS = 40  # rows among which the names of the columns are looked for: titles and dates stand above them
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_EXCEL = re.compile(r"sep=([;,\t|:])\s*", re.I)  # Excel's own first line


@dataclass(frozen=True, slots=True)
class Row:
    """`number`: its line in the file, from 1. `cut`: a quote opened here is never closed, or the file stops here; `cells` is then
    what could be read."""

    number: int
    cells: Sequence[Cell]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """`name` is "" for a CSV. Rows without anything in them are left out."""

    name: str
    rows: Iterator[Row]


def sheets(source: Path) -> Iterator[Sheet]:
    """Raises FeedError, now or while the rows are read, when the source cannot be read or is larger than the limits."""
    try:
        if source.stat().st_size > LARGEST:
            raise FeedError(N_("%(source)s est trop gros pour un tableau (%(mb)d Mo, %(most)d au plus)."), source=source.name,
                            mb=source.stat().st_size // 2**20, most=LARGEST // 2**20)  # fmt: skip
        body = source.read_bytes()
    except OSError as error:
        raise FeedError(N_("%(source)s ne peut pas être lu (%(why)s)."), source=source.name, why=error.strerror or type(error).__name__) from error
    if is_workbook(body):
        for name, rows in workbook_rows(body, source.name):
            yield Sheet(name, _limited((Row(number, _narrow(cells, source.name)) for number, cells in rows), source.name))
    else:
        yield Sheet("", _limited(_csv(body, source.name), source.name))


def _narrow(cells: Sequence[Cell], source: str) -> Sequence[Cell]:
    if any(cell != "" for cell in cells[MOST_COLUMNS:]):
        raise FeedError(N_("%(source)s a plus de %(most)d colonnes : ce n’est pas un tableau de fiches."), source=source, most=MOST_COLUMNS)
    return cells[:MOST_COLUMNS]


def _limited(rows: Iterator[Row], source: str) -> Iterator[Row]:
    count = 0
    for row in rows:
        if row.cut or any(cell.strip() if isinstance(cell, str) else cell is not None for cell in row.cells):
            count += 1
            if count > MOST_ROWS + 1:
                raise FeedError(N_("%(source)s a plus de %(most)d lignes : partagez-le en plusieurs tableaux."), source=source, most=MOST_ROWS)
            yield row


def _csv(body: bytes, source: str) -> Iterator[Row]:
    lines, stopped = _lines(body, source)
    if len(lines) > MOST_LINES:
        raise FeedError(N_("%(source)s a plus de %(most)d lignes : partagez-le en plusieurs tableaux."), source=source, most=MOST_ROWS)
    first, separator, width = _sniff(lines)
    if width > MOST_COLUMNS:
        raise FeedError(N_("%(source)s a plus de %(most)d colonnes : ce n’est pas un tableau de fiches."), source=source, most=MOST_COLUMNS)
    full = ragged = False  # a program that leaves out the last empty cells does it on other lines too
    for row, after in _records(lines, first, separator, width):
        short = len(row.cells) < width
        if after == len(lines) and stopped and short and full and not ragged:
            row = replace(row, cut=True)
        full, ragged = full or not short, ragged or (full and short)
        yield row


def _lines(body: bytes, source: str) -> tuple[list[str], bool]:
    """The lines, and whether the last one may be cut: it does not end, or in the middle of a character."""
    encoding = next((name for mark, name in _BOMS if body.startswith(mark)), None) or _unmarked(body)
    if encoding != "utf-8":
        body = body.decode(encoding, errors="replace").encode("utf-8", errors="replace")
    body = body.removeprefix(_BOMS[0][0]).replace(b"\r\n", b"\n")
    if body[:4096].count(0) > 40:
        raise FeedError(N_("%(source)s n’est ni un CSV ni un classeur (xlsx, xls, ods)."), source=source)
    try:
        body.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end == len(body) and not body[: error.start].isascii():
            body = body[: error.start]
    body = body.replace(b"\r", b"\n" if body.count(b"\r") > body.count(b"\n") else b" ")  # of the first Macintosh; or within a cell
    raws = body.splitlines(keepends=True)
    known = [_is_utf_8(raw) for raw in raws if not raw.isascii()]
    mixed = sum(known) * 2 > len(known)  # two files glued together
    return [raw.decode() if raw.isascii() or (mixed and _is_utf_8(raw)) else _windows(raw) for raw in raws], not body.endswith(b"\n")


def _unmarked(body: bytes) -> str:
    """UTF-16 without its mark: every other byte of French text is a zero."""
    head = body[:400]
    return next((name for start, name in ((1, "utf-16-le"), (0, "utf-16-be")) if head[start::2].count(0) > 0.9 * len(head[start::2])), "utf-8")


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _windows(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:  # it leaves five bytes without a character
        return raw.decode("latin-1")


def _sniff(lines: Sequence[str]) -> tuple[int, str, int]:
    """(first line to read, separator, usual number of cells): the separator under which one line names the most columns that we know; else
    the one that cuts most lines into most cells, always the same number."""
    declared = _EXCEL.fullmatch(lines[0].strip('"\n')) if lines else None
    first, candidates = (1, declared[1]) if declared else (0, SEPARATORS)
    best = (0, 0.0, candidates[0], 1)
    for separator in candidates:
        rows = [row.cells for row, _ in _records(lines[:SAMPLE], first, separator) if not row.cut and any(row.cells)]
        named = max((len(row) > 1 and sum(field_of(str(cell)) is not None for cell in row) for row in rows[:HEADERS]), default=0)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, times = max(widths.items(), key=lambda each: (each[1], each[0]), default=(1, 0))
        best = max(best, (named, (times / max(len(rows), 1)) ** 2 * math.log(width), separator, width), key=lambda score: score[:2])
    return first, best[2], best[3]


def _records(lines: Sequence[str], at: int, separator: str, width: int | None = None) -> Iterator[tuple[Row, int]]:
    """(row, the index of the line after it). After a cut row, what has not the usual number of cells is its debris, and is left out."""
    lost = False
    while at < len(lines):
        reader = csv.reader((lines[i] for i in range(at, len(lines))), delimiter=separator, strict=True, skipinitialspace=True)
        begun, done = at, 0
        try:
            for cells in reader:
                number, done = begun + done + 1, reader.line_num
                at = begun + done
                if not lost or len(cells) == (width or len(cells)):
                    lost = False
                    yield Row(number, cells), at
        except csv.Error as error:
            start = begun + done
            alone = reader.line_num == done + 1 and "unexpected end" not in str(error)
            cells = _sloppy(lines[start].rstrip(), separator)
            at = start + 1
            if alone and len(cells) == (width or len(cells)):  # "Hôtel "Le Parc"" without doubled quotes, on one line
                lost = False
                yield Row(start + 1, cells), at
            elif not lost or alone:
                lost = True
                yield Row(start + 1, cells, cut=True), at


def _sloppy(text: str, separator: str) -> list[str]:
    """The cells of a line whose quotes are not doubled: a cell ends where a quote stands before a separator."""
    pieces = [piece.strip() for piece in text.split(separator)]
    closing = [len(pieces)] * (len(pieces) + 1)  # from each piece on, the next one that ends with a quote
    for i in range(len(pieces) - 1, -1, -1):
        closing[i] = i if pieces[i].endswith('"') else closing[i + 1]
    found: list[str] = []
    i = 0
    while i < len(pieces):
        last = i
        if pieces[i].startswith('"'):
            last = closing[i] if len(pieces[i]) > 1 else closing[i + 1]
        whole = separator.join(pieces[i : last + 1]) if last < len(pieces) else pieces[i]
        found.append(whole[1:-1] if len(whole) > 1 and whole.startswith('"') and whole.endswith('"') else whole)
        i = last + 1 if last < len(pieces) else i + 1
    return found
