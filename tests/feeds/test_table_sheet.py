"""CSV of every separator and encoding: what is written in one is read back from it; and lines that break."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers_feed.table import parse
from providers_feed.table_sheet import Row, sheets
from sejour.domain.feed import Feed, gather

HEADER = ["Nom", "Type", "Commune", "Tarif", "Descriptif"]
Read = Callable[[bytes], list[Row]]

# Windows' own characters between 80 and 9F stand in the corpus: some of them side by side are valid UTF-8, and nobody can tell.
LETTERS = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_categories=["Cc"], exclude_characters=[chr(n) for n in range(0x7F, 0xC0)])
CELL = st.text(st.one_of(LETTERS, st.sampled_from(';,|"\n')), max_size=24).map(lambda text: " ".join(text.split(" ")).strip())
ROW = st.lists(CELL, min_size=len(HEADER), max_size=len(HEADER)).filter(any)
DIALECT = st.tuples(st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"]), st.sampled_from(["\r\n", "\n"]),
                    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))  # fmt: skip


def rows_of(source: Path) -> list[Row]:
    return [row for sheet in sheets(source) for row in sheet.rows]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(body: bytes) -> list[Row]:
        (tmp_path / "essai.csv").write_bytes(body)
        return rows_of(tmp_path / "essai.csv")

    return read


@given(st.lists(ROW, min_size=1, max_size=6), DIALECT)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], dialect: tuple[str, str, str, int]) -> None:
    separator, encoding, newline, quoting = dialect
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=newline, quoting=quoting).writerows([HEADER, *rows])  # type: ignore[arg-type]
    source = tmp_path_factory.getbasetemp() / "dialect.csv"
    source.write_bytes(text.getvalue().encode(encoding))
    found = rows_of(source)
    assert [[str(cell).strip() for cell in row.cells] for row in found] == [HEADER, *rows]
    assert not any(row.cut for row in found)


NAME = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzÀÉÈÊÎÔàâçéèêëîïôùû"), min_size=6, max_size=20)
PLACE = st.tuples(st.integers(410_000, 510_000), st.integers(-50_000, 90_000)).map(lambda pair: (pair[0] / 10_000, pair[1] / 10_000))


@given(st.dictionaries(NAME, st.tuples(PLACE, st.integers(1, 9999)), min_size=1, max_size=5), DIALECT)
def test_offers_written_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, known: dict[str, tuple[tuple[float, float], int]], dialect: tuple[str, str, str, int]
) -> None:
    """With decimal commas wherever the separator allows them."""
    separator, encoding, newline, quoting = dialect
    comma = str.maketrans(".", "," if separator != "," or quoting == csv.QUOTE_ALL else ".")
    rows = [[f"k{n}", name, f"{lat:.4f}".translate(comma), f"{lon:.4f}".translate(comma), f"{cents / 100:.2f}".translate(comma)]
            for n, (name, ((lat, lon), cents)) in enumerate(known.items())]  # fmt: skip
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["Identifiant", "Nom", "Latitude", "Longitude", "Tarif"], *rows])
    source = tmp_path_factory.getbasetemp() / "offers.csv"
    source.write_bytes(text.getvalue().encode(encoding))
    offers = gather(parse(source, Feed("essai", "table"))).offers
    assert {offer.key: (offer.names.texts["fr"], offer.place and (offer.place.lat, offer.place.lon), offer.prices and offer.prices.max) for offer in offers.values()} == {
        f"k{n}": (name, place, cents / 100) for n, (name, (place, cents)) in enumerate(known.items())
    }  # fmt: skip


def cells(rows: list[Row]) -> list[list[str]]:
    return [[str(cell) for cell in row.cells] for row in rows]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("nom;lat;lon\nA;43,1;0,9\n", [["nom", "lat", "lon"], ["A", "43,1", "0,9"]]),
        ("Les musées, été 2026\n\nnom;lat;lon\nA;43,1;0,9\n", [["Les musées, été 2026"], ["nom", "lat", "lon"], ["A", "43,1", "0,9"]]),
        ("nom,texte\nA,un; deux; trois\nB,un; deux; trois\n", [["nom", "texte"], ["A", "un; deux; trois"], ["B", "un; deux; trois"]]),
        ("nom;position\nA;43.3, -0.3\n", [["nom", "position"], ["A", "43.3, -0.3"]]),
        ('nom,description\n"A","une, deux"\n', [["nom", "description"], ["A", "une, deux"]]),
        ('nom; "ville"\nA; "Pau; Gan"\n', [["nom", "ville"], ["A", "Pau; Gan"]]),
        ("sep=,\r\nnom,a;b\r\nA,c;d\r\n", [["nom", "a;b"], ["A", "c;d"]]),
        ('"sep=|"\nnom|a;b\nA|c;d\n', [["nom", "a;b"], ["A", "c;d"]]),
        ("nom;ville\rA;Pau\rB;Gan\r", [["nom", "ville"], ["A", "Pau"], ["B", "Gan"]]),
        ("nom;ville\n\n;;\nA;Pau\n  ; \n", [["nom", "ville"], ["A", "Pau"]]),
        ('nom;ville\n"A\r\nB";Pau\n', [["nom", "ville"], ["A\nB", "Pau"]]),
    ],
)  # fmt: skip
def test_separators_and_line_ends(read: Read, body: str, expected: list[list[str]]) -> None:
    assert cells(read(body.encode())) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(read: Read, encoding: str) -> None:
    text = "Nom;Commune\nL’œuf – été;Béost\nÀ la crêperie « bleue »;Lées\n"
    assert cells(read(text.encode(encoding))) == [line.split(";") for line in text.splitlines()]


def test_two_encodings_glued_together(read: Read) -> None:
    body = "Nom;Ville\nÉté;Béost\nCôté;Lées\n".encode() + "Noël;Gère\n".encode("cp1252")
    assert cells(read(body)) == [["Nom", "Ville"], ["Été", "Béost"], ["Côté", "Lées"], ["Noël", "Gère"]]


def test_french_quotes_of_windows_are_not_taken_for_utf_8(read: Read) -> None:
    """ "à »" with its space that does not break is E0 A0 BB, one valid character of UTF-8."""
    assert cells(read("Nom;Ville\n« Voilà\u00a0»;Pau\nÉté;Béost\n".encode("cp1252")))[1][0] == "« Voilà\u00a0»"


def test_a_byte_that_windows_does_not_know(read: Read) -> None:
    assert cells(read(b"Nom;Ville\nCaf\xe9 \x81;Pau\n")) == [["Nom", "Ville"], ["Café \x81", "Pau"]]


# Lines that break: what is whole is read, what is cut is told.


@pytest.mark.parametrize(
    ("body", "whole", "cut"),
    [
        ('a;b\n1;x\n2;"y\n', ["1"], [3]),
        ('a;b\n1;"x\n2;y\n3;z\n', ["2", "3"], [2]),
        ('a;b\n1;"x\n2;"y"\n3;z\n', ["2", "3"], [2]),
        ('a;b;c\n1;"x;u\n2;"y";v\n3;z;w\n', ["2", "3"], [2]),
        ('a;b\n1;"x\n2;""\n3;z\n', ["2", "3"], [2]),
        ('a;b;c\n1;"un texte\nen trois\nlignes;u\n2;y;v\n', ["2"], [2]),
        ("a;b;c\n1;x;u\n2;y", ["1"], [3]),
        ("a;b;c\n1;x;u\n2;y;v", ["1", "2"], []),
        ("a;b;c\n1;x\n2;y;v\n3;z", ["1", "2", "3"], []),
        ('a;b\n1;"Hôtel "Le Parc""\n2;y\n', ["1", "2"], []),
        ('a;b\n1;"x"y"z;t\n2;y\n', ["2"], [2]),
        ('a;b;c\n1;"x";"y"z\n2;"u;v;w\n3;y;z\n', ["1", "3"], [3]),
    ],
)  # fmt: skip
def test_lines_that_break(read: Read, body: str, whole: list[str], cut: list[int]) -> None:
    rows = read(body.encode())[1:]
    assert [row.cells[0] for row in rows if not row.cut] == whole
    assert [row.number for row in rows if row.cut] == cut


def test_a_file_cut_within_a_character(read: Read) -> None:
    rows = read("a;b;c\n1;é;u\n2;é".encode()[:-1])
    assert [(row.number, row.cut) for row in rows] == [(1, False), (2, False), (3, True)]


def test_thousands_of_open_quotes_take_no_time(read: Read) -> None:
    assert len(read(b"a;b\n" + b'1;"x\n' * 20_000)) > 1
    assert len(read(b"a;b\n" + b';"a' * 40_000 + b"\n1;2\n")) > 1
    assert len(read(b'a;b\n1;"' + b"x\n" * 100_000)) == 2
