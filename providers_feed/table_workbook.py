"""Workbooks (xlsx, xls, ods) through calamine, told by their content: an .xlsx named .xls is read all the same.

calamine lays out every cell between the first and the last used one, and inflates whatever it is given: what would take more than a table of
the size we accept is refused before it is asked. Some damaged .xls still abort its process: read workbooks in a child (apart.py).
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sejour.domain.text import N_
from sejour.errors import FeedError

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LARGEST_RATIO = 60  # inflated against zipped; real workbooks have 5 to 15
SMALL = 100 * 2**20  # bytes: a workbook that inflates to less is never refused for its ratio
MOST_CELLS = 20_000_000  # from the first to the last used cell of a sheet: 640 MB once laid out
CHUNK = 2**20
_FAR_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"'](?:([A-Z]{2,3})(\d{1,7})|[A-Z](\d{4,7}))[\"'][^>]*?(/?)>")
_REPEATED_CELL = re.compile(rb"<table:table-cell\b(?:[^>]*?columns-repeated=[\"'](\d+)[\"'])?[^>]*?(/?)>")
_REPEATED_ROW = re.compile(rb"<table:table-row\b[^>]*?rows-repeated=[\"'](\d+)[\"'][^>]*>")
_END_OF_ROW = b"</table:table-row>"

Cell = str | int | float | bool | date | datetime | time | timedelta


def is_workbook(body: bytes) -> bool:
    return body.startswith((ZIP, OLE))


def workbook_rows(body: bytes, source: str) -> Iterator[tuple[str, Iterator[tuple[int, Sequence[Cell]]]]]:
    """(sheet, its (line, cells)) of each sheet that holds something. Formulas come as the values that were saved with them, errors as "".
    Raises FeedError."""
    from python_calamine import CalamineWorkbook, PasswordError  # here: a CSV does not need it

    if body.startswith(ZIP):
        _refuse_bombs(body, source)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.start is not None:
                yield name, enumerate(sheet.iter_rows(), start=1)
    except PasswordError as error:
        raise FeedError(N_("%(source)s est protégé par un mot de passe : enregistrez-le sans."), source=source) from error
    except (GeneratorExit, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # CalamineError; and the Rust panics on a cut .xls arrive as PanicException, which is no Exception
        raise _unreadable(source) from error


def _unreadable(source: str) -> FeedError:
    return FeedError(N_("%(source)s n’est pas un classeur lisible (xlsx, xls ou ods), ou il est coupé ou abîmé."), source=source)


def _refuse_bombs(body: bytes, source: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            inflated = sum(info.file_size for info in archive.infolist())
            if inflated > max(SMALL, LARGEST_RATIO * len(body)):
                raise FeedError(N_("%(source)s : ce classeur est démesuré une fois ouvert (%(mb)d Mo), il est refusé."),
                                source=source, mb=inflated // 2**20)  # fmt: skip
            for info in archive.infolist():
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename):
                    with archive.open(info) as file:
                        cells = _xlsx_cells(iter(lambda: file.read(CHUNK), b""))
                elif info.filename == "content.xml":
                    cells = _ods_cells(archive.read(info))
                else:
                    continue
                if cells > MOST_CELLS:
                    raise FeedError(N_("%(source)s : une feuille s’étend sur %(cells)d millions de cases, elle est refusée."),
                                    source=source, cells=cells // 1_000_000)  # fmt: skip
    except FeedError:
        raise
    except Exception as error:  # BadZipFile, zlib.error, struct.error, RuntimeError for an encrypted one: whatever a damaged zip raises
        raise _unreadable(source) from error


def _xlsx_cells(chunks: Iterator[bytes]) -> int:
    """The area from A1 to the last row and the last column with something in them; at least 26 by 1,000, which is not looked at."""
    last_row, last_column, tail = 1_000, 26, b""
    for chunk in chunks:
        text = tail + chunk
        for column, row, row_only, empty in _FAR_CELL.findall(text):
            if not empty:
                last_row = max(last_row, int(row or row_only))
                if column:
                    last_column = max(last_column, _column(column))
        tail = text[text.rfind(b"<") :][-CHUNK:]
    return last_row * last_column


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _ods_cells(content: bytes) -> int:
    """How many cells the repetitions stand for: a row "a million times" is one line of the file."""
    cells = sum(int(times) for times, empty in _REPEATED_CELL.findall(content) if times and not empty)
    for row in _REPEATED_ROW.finditer(content):
        written = content[row.end() : content.find(_END_OF_ROW, row.end())]
        cells += int(row[1]) * sum(int(times or 1) for times, empty in _REPEATED_CELL.findall(written) if not empty)
    return cells
