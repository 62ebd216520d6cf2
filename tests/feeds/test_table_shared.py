"""Tables: the real ones and the hostile ones that lie beside the project."""

import csv
import json
import socket
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from opening_hours import validate

from providers_feed.table import guess_map, parse
from providers_feed.table_hours import opening_hours
from sejour.domain.feed import Feed, Gathered, Severity, decide, gather
from sejour.domain.offer import ContactType, Kind
from sejour.errors import FeedError
from tests.builders import SHARED

pytestmark = pytest.mark.shared

TABLES = SHARED / "feeds/tableurs"
PYRENEES = SHARED / "feeds/pyrenees-atlantiques"
HOSTILE = SHARED / "hostile"


def read(source: Path, map: str = "") -> Gathered:
    return gather(parse(source, Feed("essai", "table", map=map)))


def kinds(gathered: Gathered) -> Counter[Kind]:
    return Counter(offer.kind for offer in gathered.offers.values())


def reasons(gathered: Gathered) -> Counter[str]:
    return Counter(str(problem.reason) for problem in gathered.problems)


def test_the_establishments_of_tourisme_et_handicap() -> None:
    """3,809 lines of a real workbook: postcodes as numbers, several kinds in a cell, six lines twice."""
    gathered = read(TABLES / "tourisme-handicap-etablissements-2020.xlsx")
    offers = gathered.offers.values()
    assert (gathered.records, len(offers)) == (3809, 3803)
    assert kinds(gathered) == {Kind.LODGING: 2133, Kind.SERVICE: 538, Kind.SIGHT: 467, Kind.ACTIVITY: 410, Kind.RESTAURANT: 255}
    assert all(offer.address and offer.address.city and offer.address.postcode and len(offer.address.postcode) == 5 for offer in offers)
    assert Counter(offer.access.wheelchair for offer in offers)[False] == 0  # a label for other handicaps does not say no
    assert sum(bool(offer.access.wheelchair) for offer in offers) > 2500
    assert reasons(gathered) == {
        "Code postal à quatre chiffres : le zéro que les tableurs enlèvent est remis.": 219,
        "Contact illisible ou dangereux : il n’est pas gardé.": 71,
        "Deux fiches portent cet identifiant : la plus récente est gardée.": 6,
        "Ce tableau n’a pas de coordonnées : ses fiches n’apparaissent pas autour des bornes.": 1,
    }
    assert sum(offer.contact(ContactType.WEB) is not None for offer in offers) > 2800
    assert gathered == read(TABLES / "tourisme-handicap-etablissements-2020.xlsx", guess_map(TABLES / "tourisme-handicap-etablissements-2020.xlsx"))


def test_the_explorer_of_datatourisme() -> None:
    """473 rows of lodgings and one museum, “Sous-type” twice in the header."""
    source = SHARED / "feeds/datatourisme/explorateur-csv-paris-hotels-2026.csv"
    gathered = read(source)
    offers = gathered.offers.values()
    assert (gathered.records, len(offers), gathered.problems) == (474, 474, ())
    assert kinds(gathered) == {Kind.LODGING: 466, Kind.SHOP: 7, Kind.SIGHT: 1}
    assert all(offer.place and offer.updated and offer.producer and offer.address and offer.address.insee for offer in offers)
    assert 'kind = ["Type", "Sous-type", "Sous-type (2)"]' in guess_map(source)
    assert gathered == read(source, guess_map(source))


@pytest.mark.parametrize("name", ["csv-detective_fichier.csv", "csv-detective.ods"])
def test_tables_of_other_things_are_refused_and_read_with_a_map(name: str) -> None:
    with pytest.raises(FeedError, match="n’a pas de colonne qui nomme les fiches"):
        read(TABLES / name)
    communes = read(TABLES / "csv-detective_fichier.csv", '[columns]\nid = "numcom"\nname = "NOMCOM"\nposition = "GEO_INFO"')
    with (TABLES / "csv-detective_fichier.csv").open(newline="") as file:
        ids = {line[0] for line in csv.reader(file, delimiter=";")} - {"NUMCOM"}
    assert communes.offers.keys() == ids
    assert len(ids) > 300
    prizes = read(TABLES / "csv-detective.ods", '[columns]\nname = "Projet"\nstart = "Date de la ceremonie"')
    assert [offer.occurrences[0].start.isoformat()[:10] for offer in prizes.offers.values()] == ["2012-05-29"] * 3


def test_a_workbook_of_codes() -> None:
    """A notice whose column is called NOM is all that can be taken for a list; the other sheet is said."""
    gathered = read(TABLES / "csv-detective.xlsx")
    assert (len(gathered.offers), {problem.record for problem in gathered.problems}) == (6, {"feuille REI_1987", "feuille Notice"})


def table_of(source: Path, target: Path) -> int:
    """The properties of a GeoJSON as an office’s spreadsheet would show them: Python lists, "A / B", "None"."""
    found = [feature["properties"] for feature in json.loads(source.read_text())["features"]]
    columns = list(dict.fromkeys(name for each in found for name in each))
    with target.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([columns, *([each.get(column) for column in columns] for each in found)])
    return len(found)


GEOJSON: dict[str, tuple[int, set[Kind]]] = {  # offers, kinds
    "hoteles_64": (295, {Kind.LODGING}), "campings": (401, {Kind.LODGING, Kind.SIGHT}), "albergues_64_Huesca": (648, {Kind.LODGING}),
    "productores_64": (756, {Kind.SIGHT}), "miradores": (81, {Kind.SIGHT}), "museos": (119, {Kind.SIGHT}), "monumentos_religiosos": (2000, {Kind.SIGHT}),
    "itinerarios_pedestre": (498, {Kind.SIGHT}), "oficinas_turismo": (81, {Kind.SIGHT}), "empresas_canyoning": (37, {Kind.SIGHT}), "ski_huesca_64": (30, {Kind.ACTIVITY}),
}  # fmt: skip


@pytest.mark.parametrize("name", GEOJSON)
def test_the_cells_of_the_pyrenees(name: str, tmp_path: Path) -> None:
    lines = table_of(PYRENEES / f"{name}.geojson", tmp_path / f"{name}.csv")
    gathered = read(tmp_path / f"{name}.csv")
    assert gathered.records == lines
    assert (len(gathered.offers), set(kinds(gathered))) == GEOJSON[name]
    assert not any(problem.partial or problem.severity is Severity.ERROR for problem in gathered.problems)
    assert all(offer.hours is None or validate(offer.hours) for offer in gathered.offers.values())
    assert gathered == read(tmp_path / f"{name}.csv", guess_map(tmp_path / f"{name}.csv"))


def test_the_hotels_of_the_pyrenees(tmp_path: Path) -> None:
    table_of(PYRENEES / "hoteles_64.geojson", tmp_path / "hoteles.csv")
    offers = read(tmp_path / "hoteles.csv").offers
    adour = offers["HOTAQU06401G9YSH"]
    assert (adour.names.texts["fr"], adour.address and adour.address.postcode, adour.access.dogs) == ("Hôtel Adour", "64000", False)
    assert offers["HOTAQU064015K5HC"].hours == "Mo,We-Su 07:30-22:00"
    assert sum(offer.hours is not None for offer in offers.values()) == 35
    assert not any("NULL" in str(offer.prices) or "['" in str(offer.prices) for offer in offers.values())
    assert all(offer.place for offer in offers.values())
    assert sum(offer.contact(ContactType.PHONE) is not None for offer in offers.values()) > 280


def test_how_many_real_sentences_are_read() -> None:
    """Of 307 different French sentences and lists of producers, shops and lodgings; each of those read was checked by eye."""
    said = {
        text
        for source in PYRENEES.glob("*.geojson")
        for feature in json.loads(source.read_text())["features"]
        if (text := hours_of(feature["properties"]))
    }
    read_ = {text: hours for text in said if (hours := opening_hours(text))}
    assert (len(said), len(read_)) == (377, 105)
    assert read_["Du lundi au samedi de 8h à 12h et de 14h à 19h.\nFermé les jours fériés."] == "Mo-Sa 08:00-12:00,14:00-19:00; PH off"
    assert not any(word in text.lower() for text in read_ for word in ("rendez", "rdv", "réserv", "vacances", "après-midi", "matin", "soir", "fin "))


def hours_of(properties: dict[str, Any]) -> str:
    value = properties.get("horario") or properties.get("horarios") or ""
    value = list(value.values()) if isinstance(value, dict) else value
    return "\n".join(map(str, value)) if isinstance(value, list) else value


# The hostile files.

CASES: dict[str, Callable[[Gathered], None]] = {}
WITNESSES = {"T1": "Témoin Un", "T2": "Témoin Deux"}


def case(name: str) -> Callable[[Callable[[Gathered], None]], Callable[[Gathered], None]]:
    def keep(check: Callable[[Gathered], None]) -> Callable[[Gathered], None]:
        CASES[name] = check
        return check

    return keep


def names(gathered: Gathered) -> dict[str, str]:
    return {key: offer.names.texts["fr"] for key, offer in gathered.offers.items()}


@case("excel-cp1252.csv")
def windows(gathered: Gathered) -> None:
    assert names(gathered) == WITNESSES | {"T3": "L’œuf – été"}
    assert gathered.problems == ()


@case("formules.csv")
def formulas(gathered: Gathered) -> None:
    assert names(gathered) == WITNESSES | {"F1": "=1+1", "F2": "@x"}
    assert [(problem.record, problem.field) for problem in gathered.problems] == [("F2", "telephone")]


@case("guillemet.csv")
def quote(gathered: Gathered) -> None:
    assert names(gathered) == WITNESSES
    assert [(problem.record, problem.partial) for problem in gathered.problems] == [("ligne 4", True)]
    hashes = dict.fromkeys(gathered.offers, "x")
    assert decide(hashes | {"T9": "x", "T10": "x"}, hashes, gathered.problems).removed == ()


def forbidden(*address: object) -> None:
    raise AssertionError(f"a connection to {address}")


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_table(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    began = time.monotonic()
    gathered = read(HOSTILE / "csv" / name)
    assert time.monotonic() - began < 10
    CASES[name](gathered)
    assert {key: offer.place and (offer.place.lat, offer.place.lon) for key, offer in gathered.offers.items() if key in WITNESSES} == {
        "T1": (47.1281, 0.9962), "T2": (47.13, 0.999)
    }  # fmt: skip
    feast = gathered.offers["T2"]
    assert (feast.kind, [each.start.isoformat() for each in feast.occurrences]) == (Kind.EVENT, ["2026-07-14T21:00:00+02:00"])
    assert read(HOSTILE / "csv" / name) == gathered  # a second import is the same


def test_a_table_without_known_columns_is_refused() -> None:
    with pytest.raises(FeedError) as caught:
        read(HOSTILE / "csv/sans-colonnes.csv")
    assert "colonnes vues : « a », « b »" in str(caught.value)


def test_every_hostile_table_has_its_case() -> None:
    manifest = json.loads((HOSTILE / "manifest.json").read_text())
    files = {entry["file"].removeprefix("csv/") for entry in manifest["cases"] if entry["file"].startswith("csv/")}
    assert files == {*CASES, "sans-colonnes.csv"}


OTHERS = sorted(path for path in HOSTILE.rglob("*") if path.is_file() and path.parent.name in ("datatourisme", "images", "xml", "ics", "http"))


@pytest.mark.parametrize("source", OTHERS, ids=lambda source: source.name)
def test_what_is_no_table_is_refused_in_one_sentence(source: Path) -> None:
    with pytest.raises(FeedError) as caught:
        read(source)
    assert str(caught.value).startswith(f"{source.name} ")
    assert "\n" not in str(caught.value)
