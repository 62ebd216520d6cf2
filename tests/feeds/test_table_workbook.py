"""Workbooks told by their content: xlsx, ods and xls, Excel's dates, sheets, and what would not fit in memory."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from providers_feed.table import guess_map, parse
from providers_feed.table_workbook import workbook_rows
from sejour.domain.feed import Feed, Gathered, Severity, gather
from sejour.domain.offer import Kind
from sejour.errors import FeedError

Rows = Iterable[Sequence[Any]]
ROWS = [["Nom", "Type", "CP", "Tarif"], ["Musée haut", "Musée", 1240, 5.5], ["Café bas", "Café", 64000, "gratuit"]]


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def ods(rows: Rows) -> bytes:
    """The least that OpenDocument asks for (OASIS ODF 1.3, part 3)."""
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    return ods_file(lines)


def ods_cell(value: Any) -> str:
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def ods_file(lines: str) -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{urn}office:1.0" xmlns:table="{urn}table:1.0" '
        f'xmlns:text="{urn}text:1.0"><office:body><office:spreadsheet><table:table table:name="Feuille1">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{urn}manifest:1.0"/>')
        archive.writestr("content.xml", content)
    return body.getvalue()


def xls(rows: Rows) -> bytes:
    """BIFF8 in a compound file ([MS-XLS], [MS-CFB]): one sheet, texts and numbers."""

    def record(number: int, data: bytes) -> bytes:
        return struct.pack("<HH", number, len(data)) + data

    page = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 6))
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, str):
                page += record(0x0204, struct.pack("<HHHHB", y, x, 0, len(value), 1) + value.encode("utf-16-le"))
            else:
                page += record(0x0203, struct.pack("<HHHd", y, x, 0, value))
    page += record(0x000A, b"")
    head = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 6))
    start = len(head) + 4 + 14 + 4
    book = head + record(0x0085, struct.pack("<IBBBB", start, 0, 0, 6, 0) + b"Liste1") + record(0x000A, b"") + page
    return compound(book.ljust(4096, b"\0"))


def compound(stream: bytes) -> bytes:
    sectors = -(-len(stream) // 512)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * (108 * 4)

    def entry(name: str, kind: int, child: int, at: int, size: int) -> bytes:
        written = name.encode("utf-16-le") + b"\0\0"
        return (
            written.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(written), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", at, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream)) + bytes(256)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(512, b"\xff")
    return header[:512] + table + directory + stream.ljust(sectors * 512, b"\0")


def read(tmp_path: Path, body: bytes, name: str = "essai.csv", map: str = "") -> Gathered:
    (tmp_path / name).write_bytes(body)
    return gather(parse(tmp_path / name, Feed("essai", "table", map=map)))


@pytest.mark.parametrize("name", ["essai.xlsx", "essai.xls", "essai.csv", "essai"])
@pytest.mark.parametrize("body", [xlsx({"Feuil1": ROWS}), ods(ROWS), xls(ROWS)], ids=["xlsx", "ods", "xls"])
def test_the_content_tells_whatever_the_name_says(tmp_path: Path, body: bytes, name: str) -> None:
    museum, cafe = read(tmp_path, body, name).offers.values()
    assert (museum.names.texts, museum.kind, museum.address and museum.address.postcode) == ({"fr": "Musée haut"}, Kind.SIGHT, "01240")
    assert museum.prices and museum.prices.min == 5.5
    assert cafe.prices and cafe.prices.free


def test_the_dates_and_times_of_excel_in_every_form(tmp_path: Path) -> None:
    header = ["Nom", "Date", "Heure de début", "Heure de fin"]
    lines = [
        ["Moment", datetime(2026, 7, 14, 21, 0), None, None],  # noqa: DTZ001 a workbook knows no zone
        ["Jour et heure", date(2026, 7, 14), time(21, 30), time(23, 0)],
        ["Nombres", 46217, 0.875, 0.9375],
        ["Durée", datetime(2026, 7, 14), timedelta(hours=9), None],  # noqa: DTZ001
        ["Texte", "14/07/2026", "21h", "2h"],
        ["Secondes de trop", 46217.8749999, None, None],
    ]
    gathered = read(tmp_path, xlsx({"Feuil1": [header, *lines]}))
    found = {
        offer.names.texts["fr"]: [(o.start.isoformat()[:16], o.end and o.end.isoformat()[:16]) for o in offer.occurrences]
        for offer in gathered.offers.values()
    }
    assert found == {
        "Moment": [("2026-07-14T21:00", None)],
        "Jour et heure": [("2026-07-14T21:30", "2026-07-14T23:00")],
        "Nombres": [("2026-07-14T21:00", "2026-07-14T22:30")],
        "Durée": [("2026-07-14T09:00", None)],
        "Texte": [("2026-07-14T21:00", "2026-07-15T02:00")],
        "Secondes de trop": [("2026-07-14T21:00", None)],
    }  # fmt: skip


def test_an_ods_date(tmp_path: Path) -> None:
    (offer,) = read(tmp_path, ods([["Nom", "Date"], ["Bal", date(2026, 7, 13)]])).offers.values()
    assert [(o.start.isoformat()[:10], o.all_day) for o in offer.occurrences] == [("2026-07-13", True)]


def test_numbers_truths_and_empty_edges(tmp_path: Path) -> None:
    rows = [
        [None] * 6,
        [None, "Nom", "Téléphone", "Chiens", "N°", "Hauteur"],
        [None, "Tour", 559000001, True, 12.0, None],
        [None] * 6,
        [None, "Puits", None, False, 13.0, "x"],
    ]
    tower, well = read(tmp_path, xlsx({"Feuil1": rows})).offers.values()
    assert (tower.contacts[0].value, tower.access.dogs, well.access.dogs) == ("+33559000001", True, False)


def test_every_sheet_of_offers_is_read_and_the_others_are_said(tmp_path: Path) -> None:
    sheets = {"Restos": [["Nom", "Type", "Ville"], ["Chez Léa", "Restaurant", "Pau"]], "Légende": [["Code", "Sens"], ["A", "B"]],
              "Hôtels": [["Titre", "", ""], ["Nom", "Ville", "Tél"], ["", "Pau", ""], ["Le Parc", "Gan", ""]]}  # fmt: skip
    gathered = read(tmp_path, xlsx(sheets))
    assert {offer.names.texts["fr"]: offer.kind for offer in gathered.offers.values()} == {"Chez Léa": Kind.RESTAURANT, "Le Parc": Kind.LODGING}
    said = {(problem.record, problem.severity) for problem in gathered.problems}
    assert said == {
        ("feuille Légende", Severity.INFO), ("feuille Restos", Severity.WARNING), ("feuille Hôtels", Severity.WARNING), ("Hôtels, ligne 3", Severity.ERROR),
    }  # fmt: skip
    assert 'kind = "Type"' in guess_map(tmp_path / "essai.csv")


def test_a_sheet_of_codes_beside_one_of_offers_is_not_read(tmp_path: Path) -> None:
    gathered = read(tmp_path, xlsx({"Codes": [["Nom"], ["A1"]], "Fiches": [["Nom", "Ville"], ["Le Parc", "Gan"]]}))
    assert [offer.names.texts["fr"] for offer in gathered.offers.values()] == ["Le Parc"]


def test_a_formula_is_the_value_saved_with_it_or_nothing(tmp_path: Path) -> None:
    (offer,) = read(tmp_path, xlsx({"Feuil1": [["Nom", "Ville"], ["Tour", "=A2"], ["=1+1", ""]]})).offers.values()
    assert (offer.names.texts, offer.address) == ({"fr": "Tour"}, None)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda body: body[: len(body) // 2], "n’est pas un classeur lisible (xlsx, xls ou ods), ou il est coupé ou abîmé."),
        (lambda body: body.replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml"), "n’est pas un classeur lisible (xlsx, xls ou ods), ou il est coupé ou abîmé."),
    ],
    ids=["cut", "without its sheet"],
)  # fmt: skip
def test_a_damaged_workbook_is_refused(tmp_path: Path, damage: Any, sentence: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(tmp_path, damage(xlsx({"Feuil1": ROWS})), "essai.xlsx")
    assert str(caught.value) == f"essai.xlsx {sentence}"


@pytest.mark.parametrize("length", range(9, 5600, 430))
def test_a_cut_xls_is_refused_or_says_nothing_wrong(tmp_path: Path, length: int) -> None:
    try:
        names = {offer.names.texts["fr"] for offer in read(tmp_path, xls(ROWS)[:length]).offers.values()}
    except FeedError as error:
        assert str(error).startswith("essai.csv n’est pas un classeur lisible")
    else:
        assert names == {"Musée haut", "Café bas"}


def test_a_cell_at_the_end_of_the_sheet_is_refused_before_it_is_laid_out(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"], book.active["A2"], book.active["XFD1048576"] = "Nom", "Tour", "x"
    body = io.BytesIO()
    book.save(body)
    with pytest.raises(FeedError, match="s’étend sur 17179 millions de cases"):
        read(tmp_path, body.getvalue())


def test_a_row_a_million_times_is_refused_and_empty_ones_are_nothing(tmp_path: Path) -> None:
    row = "".join(map(ods_cell, ["x"] * 30))
    with pytest.raises(FeedError, match="s’étend sur 31 millions de cases"):
        read(tmp_path, ods_file(f'<table:table-row table:number-rows-repeated="1048576">{row}</table:table-row>'))
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, line))}</table:table-row>" for line in ROWS)
    rest = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    assert len(read(tmp_path, ods_file(lines + rest)).offers) == 2


def test_a_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (150 * 2**20))
    with pytest.raises(FeedError, match=r"démesuré une fois ouvert \(150 Mo\)"):
        read(tmp_path, body.getvalue())


def test_lines_are_counted_from_the_first_of_the_sheet() -> None:
    (page,) = workbook_rows(xlsx({"Feuil1": [[], [], ["Nom"], ["Tour"]]}), "essai.xlsx")
    assert [(number, cells[0]) for number, cells in page[1] if cells[0]] == [(3, "Nom"), (4, "Tour")]
