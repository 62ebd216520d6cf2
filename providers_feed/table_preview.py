"""What the office is shown of a table: its columns, some of their values, and what was guessed of them or told by the map."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from providers_feed.preview import Preview
from providers_feed.record import shorten
from providers_feed.table import SAMPLE, kinds_of, map_of, tables
from providers_feed.table_cells import written
from providers_feed.table_columns import labels
from providers_feed.table_map import Map, read_map
from providers_feed.table_sheet import HEADERS, Row, sheets
from providers_feed.table_words import fold
from sejour.errors import FeedError

SAMPLES = 3  # values of a column
LONGEST = 80  # characters of one


def preview(source: Path, map: str) -> Preview:
    """Raises FeedError when there is no table in the source. Like `parse`, to be called in a process that may die."""
    try:
        found, _ = tables(source, read_map(map) if map else Map())
    except FeedError:
        return _unread(source)
    table = found[0]
    rows, columns = [row for row in islice(table.rows, SAMPLE) if not row.cut], table.columns
    said = columns.map.values.get("kind", {})
    kinds = {value: str(said.get(fold(value), kind) or "") or None for value, kind in kinds_of(columns, rows).items()}
    fields = {columns.header[i]: name for name, taken in columns.at.items() for i in taken}
    return Preview(columns.header, _samples(len(columns.header), rows), fields, kinds, map_of(columns, kinds, alone=len(found) == 1))


def _unread(source: Path) -> Preview:
    """When no column names the offers, or the map does not fit: the row that has most cells, for a human to tell which is what."""
    rows = next(([row for row in islice(sheet.rows, SAMPLE) if not row.cut] for sheet in sheets(source)), [])
    if not rows:
        return Preview((), ())
    n = max(range(min(len(rows), HEADERS)), key=lambda n: (sum(bool(written(cell)) for cell in rows[n].cells), -n))
    header = labels(rows[n])
    return Preview(header, _samples(len(header), rows[n + 1 :]))


def _samples(width: int, rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    """The first values of each column that differ."""
    found: list[dict[str, None]] = [{} for _ in range(width)]
    for row in rows:
        for known, cell in zip(found, row.cells, strict=False):
            if len(known) < SAMPLES and (text := written(cell)):
                known[shorten(text)[:LONGEST]] = None
    return tuple(tuple(known) for known in found)
