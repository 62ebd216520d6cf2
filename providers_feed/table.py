"""Tables that offices keep: CSV, Excel and LibreOffice; a line is an offer, or one date of an event.

`parse` reads with the feed's map (docs/feeds-table.md) or guesses it; `guess_map` writes the guess down for the office to correct. Keys: the
column of identifiers, else a hash of name, town and start, so that lines may be sorted and moved without making new offers.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from providers_feed import table_cells as cells
from providers_feed.record import shorten
from providers_feed.table_columns import Columns, guessed, labels, mapped
from providers_feed.table_dates import MOST
from providers_feed.table_line import Line
from providers_feed.table_map import Map, read_map, toml
from providers_feed.table_offer import kind_in, main_kind, offer_of
from providers_feed.table_sheet import MOST_ROWS, Row, sheets
from providers_feed.table_words import fold, is_kind
from sejour.domain.feed import Feed, Problem, Record, Severity
from sejour.domain.offer import Offer, offer_id
from sejour.domain.text import N_, Reason
from sejour.errors import FeedError

FORMAT = "table"
SAMPLE = 300  # rows on which the columns are guessed
MOST_KINDS = 200  # values of the column of kinds that a guessed map lists


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: `rows` are those below the names of the columns."""

    name: str
    columns: Columns
    rows: Iterable[Row]


def parse(source: Path, feed: Feed) -> Iterator[Record]:
    """The records of a table. Raises FeedError when it cannot be read, when no column names the offers, or when the map does not fit."""
    found, unread = tables(source, read_map(feed.map))
    problems = [
        Problem(f"feuille {name}", None, Reason(N_("Aucune colonne connue sur cette feuille : elle n’est pas lue.")), Severity.INFO)
        for name in unread
    ]
    for table in found:
        if not {"position", "lat"} & table.columns.at.keys():
            reason = Reason(N_("Ce tableau n’a pas de coordonnées : ses fiches n’apparaissent pas autour des bornes."))
            problems.append(Problem(f"feuille {table.name}" if table.name else None, None, reason))
    records = _one_each(chain.from_iterable(_records(table, feed, f"{table.name}, " if len(found) > 1 else "") for table in found))
    for record in records:
        yield replace(record, problems=(*problems, *record.problems))
        problems = []
    if problems:
        yield Record(None, tuple(problems))


def guess_map(source: Path) -> str:
    """The map that `parse` would guess, as TOML. Raises FeedError as `parse` does. Like it, to be called in a process that may die."""
    found, _ = tables(source, Map())
    return map_of(found[0].columns, kinds_of(found[0].columns, islice(found[0].rows, MOST_ROWS)), alone=len(found) == 1)


def kinds_of(columns: Columns, rows: Iterable[Row]) -> dict[str, str | None]:
    """Value of the column of kinds → the kind that it means, None where that is not known."""
    kinds: dict[str, str | None] = {}
    for row in (row for row in rows if not row.cut):
        for value in map(cells.written, Line(row, columns, "").cells("kind") if "kind" in columns.at else []):
            if value not in kinds and len(kinds) < MOST_KINDS and len(value) <= 80 and "://" not in value:
                told = main_kind(kind_in(value))
                kinds[value] = told.kind.value if told and not (told.happens and "start" in columns.at) else None
    return kinds


def map_of(columns: Columns, kinds: Mapping[str, str | None], *, alone: bool) -> str:
    """As TOML; `alone`: the sheet is the only one, else what is true of each of its rows is not of the others."""
    return toml(columns.named(), replace(columns.map, defaults=columns.map.defaults if alone else {}), kinds)


def tables(source: Path, map: Map) -> tuple[list[Table], list[str]]:
    """The sheets that can be read, and the names of the others. Raises FeedError when none can."""
    found: list[Table] = []
    unread: list[str] = []
    seen: tuple[str, ...] = ()
    missing: list[str] = []
    if map.columns and "name" not in map.columns:
        raise FeedError(N_("La correspondance ne dit pas quelle colonne donne le nom des fiches (« name »)."))
    for sheet in sheets(source):
        head = list(islice(sheet.rows, SAMPLE))
        columns = mapped(head, map) if map.columns else guessed(head)
        if isinstance(columns, Columns):
            kind = {"kind": sheet.name} if "kind" not in columns.at and is_kind(sheet.name) else {}  # « Restaurants »
            defaults = {**kind, **columns.map.defaults, **map.defaults}
            columns = replace(columns, map=replace(map, bilingual=map.bilingual or columns.map.bilingual, defaults=defaults))
            found.append(Table(sheet.name, columns, chain(head[columns.row + 1 :], sheet.rows)))
        else:
            unread += [sheet.name] if head else []
            missing = columns or missing
            seen = seen or max((labels(row) for row in head[:20] if not row.cut), key=len, default=())
    if found:
        several = [table for table in found if len(table.columns.at) > 1]  # a list of codes and names is no list of offers
        return several or found[:1], unread + [table.name for table in found if several and table not in several]
    listed = ", ".join(f"« {shorten(each)[:40]} »" for each in seen[:20]) or "aucune"
    if missing:
        raise FeedError(N_("%(source)s n’a pas les colonnes que la correspondance nomme : %(missing)s ; colonnes vues : %(seen)s."), source=source.name,
                        missing=", ".join(f"« {shorten(each)} »" for each in missing), seen=listed)  # fmt: skip
    raise FeedError(N_("%(source)s n’a pas de colonne qui nomme les fiches (« Nom », « Titre », « Établissement »…) ; colonnes vues : %(seen)s."),
                    source=source.name, seen=listed)  # fmt: skip


def _records(table: Table, feed: Feed, sheet: str) -> Iterator[Record]:
    keys = Keys()
    aside: list[Problem] = []
    for row in table.rows:
        where = f"{sheet}ligne {row.number}"
        line = Line(row, table.columns, where)
        if row.cut:
            reason = N_("Cette ligne est coupée, ou un guillemet y est ouvert et jamais fermé : elle est laissée, et rien n’est retiré.")
            yield Record(None, (Problem(where, None, Reason(reason), Severity.ERROR, shorten(" ".join(map(str, row.cells))), partial=True),))
        elif any(cells.written(cell) for cell in row.cells[len(table.columns.header) :]):
            reason = N_("Cette ligne a plus de cases que l’en-tête (un séparateur sans guillemets ?) : elle est laissée.")
            problem = Problem(line.id or where, None, Reason(reason), Severity.ERROR, shorten(" ".join(map(str, row.cells))), partial=not line.id)
            yield Record(None, (problem,))
        elif line.is_header():
            continue
        elif line.is_note():
            if any(cells.written(cell) for cell in row.cells):
                reason = N_("Total, note ou titre : ce n’est pas une fiche.")
                aside.append(Problem(where, None, Reason(reason), Severity.INFO, shorten(" ".join(map(str, row.cells)))))
        else:
            offer = offer_of(line, feed)
            if offer is not None:
                key = line.id or keys.key(offer, line)
                own = f"{feed.name}\n{key}" if line.id else key  # "12" of one office is not "12" of another
                offer = replace(offer, key=key, id=offer_id(FORMAT, own))
            yield Record(offer, (*aside, *line.notes.problems))
            aside = []
    if aside:
        yield Record(None, tuple(aside))


class Keys:
    """Keys of lines without an identifier. Of two lines of one name, town and start that stand at different places, the second has a key of
    its own."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def key(self, offer: Offer, line: Line) -> str:
        start = offer.occurrences[0].start.isoformat() if offer.occurrences else fold(cells.written(line.cell("start")))
        town = offer.address.city if offer.address else None
        parts = (fold(offer.names.choose("fr")[0]), fold(town or ""), start)
        at = fold(" ".join(str(each) for each in (offer.address and offer.address.street, offer.place) if each))
        key = _hash(*parts)
        return key if self._seen.setdefault(key, at) == at else _hash(*parts, at)


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=10).hexdigest()


def _one_each(records: Iterable[Record]) -> Iterator[Record]:
    """Lines that give one identifier and one name its dates are one offer with all of them; those with dates come last."""
    dated: dict[tuple[str, str], Record] = {}
    for record in records:
        offer = record.offer
        if offer is None or not offer.occurrences:
            yield record
            continue
        same = offer.key, offer.names.choose("fr")[0]
        if (known := dated.get(same)) is None or known.offer is None:
            dated[same] = record
        else:
            dates = {(each.start, each.end): each for each in (*known.offer.occurrences, *offer.occurrences)}
            ordered = sorted(dates.values(), key=lambda each: (each.start, each.end or each.start))[:MOST]
            dated[same] = Record(replace(known.offer, occurrences=tuple(ordered)), (*known.problems, *record.problems))
    yield from dated.values()
