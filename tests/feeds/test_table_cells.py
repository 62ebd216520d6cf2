"""One cell at a time: lists, phones, addresses, yes and no, prices, codes, positions; and what columns are called."""

from typing import Any

import pytest

from providers_feed import table_cells as cells
from providers_feed.table_guess import field_of
from providers_feed.table_words import fold, letters
from sejour.domain.place import Place


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1240.0, "1240"), (5.5, "5.5"), (12, "12"), (True, "oui"), (False, "non"), (" a ", "a"), ("NULL", ""), ("Non communiqué", ""), ("-", ""), ("#N/A", ""),
     ("https://", ""), (1e300, "1e+300"), ("nan", ""), ("Nul", "Nul")],
)  # fmt: skip
def test_written(cell: Any, text: str) -> None:
    assert cells.written(cell) == text


@pytest.mark.parametrize(
    ("cell", "values"),
    [("['x']", ["x"]), ("['a', \"l'eau\"]", ["a", "l'eau"]), ("['it\\'s', 'b']", ["it's", "b"]), ("[1, 2]", ["1", "2"]), ("['NULL']", []), ("[]", []),
     ("a#b", ["a", "b"]), ("a|b", ["a", "b"]), ("#", []), ("a", ["a"]), ("['a', [", ["['a', ["]), ("[" * 3000, ["[" * 3000])],
)  # fmt: skip
def test_packed(cell: str, values: list[str]) -> None:
    assert cells.packed(cell) == values


@pytest.mark.parametrize(
    ("cell", "numbers", "whole"),
    [
        ("05 59 00 00 00 / 06 12 34 56 78", ["+33559000000", "+33612345678"], True),
        ("05.59.00.00.00#06-12-34-56-78", ["+33559000000", "+33612345678"], True),
        ("+33 5 59 93 96 88, +33 5 59 93 96 89", ["+33559939688", "+33559939689"], True),
        ("0033559000000 ou 0612345678", ["+33559000000", "+33612345678"], True),
        ("05 59 00 00 00 - 06 12 34 56 78", ["+33559000000", "+33612345678"], True),
        ("Tél : 05 59 00 00 00 (mairie)", ["+33559000000"], True),
        (559000000.0, ["+33559000000"], True),
        ("5 59 00 00 00", ["+33559000000"], True),
        ("['05 59 00 00 00']", ["+33559000000"], True),
        ("05 59 00 00 00 / 12", ["+33559000000"], False),
        ("-1", [], False),
        ("accueil", [], False),
        ("", [], True),
    ],
)
def test_phones(cell: Any, numbers: list[str], whole: bool) -> None:
    assert cells.phones(cell) == (numbers, whole)


@pytest.mark.parametrize(
    ("cell", "addresses", "whole"),
    [
        ("www.pau.fr", ["https://www.pau.fr"], True),
        ("pau.fr/musee", ["https://pau.fr/musee"], True),
        ("https://a.fr/x,12#y", ["https://a.fr/x,12#y"], True),
        ("https://a.fr#https://b.fr", ["https://a.fr", "https://b.fr"], True),
        ("Site officiel#https://a.fr|Facebook#https://facebook.com/b", ["https://a.fr", "https://facebook.com/b"], True),
        ("www.a.fr et http://b.fr", ["https://www.a.fr", "http://b.fr"], True),
        ("['https://a.fr']", ["https://a.fr"], True),
        ("https://a.fr http://10.0.0.1/", ["https://a.fr"], False),
        ("javascript:alert(1)", [], False),
        ("https://gite de france", [], False),
        ("a@b.fr", [], False),
        ("", [], True),
    ],
)
def test_webs(cell: str, addresses: list[str], whole: bool) -> None:
    assert cells.webs(cell) == (addresses, whole)


def test_emails() -> None:
    assert cells.emails("a@b.fr ; c@d.fr") == (["a@b.fr", "c@d.fr"], True)
    assert cells.emails("mailto:a@b.fr#c@d") == (["a@b.fr"], False)
    assert cells.emails("personne") == ([], False)


@pytest.mark.parametrize(
    ("cell", "said"),
    [("oui", True), ("X", True), ("Vrai", True), ("1", True), (1.0, True), (True, True), ("Sí / Oui", True), ("auditif;moteur", True), ("en laisse", True),
     ("non", False), ("N", False), (0.0, False), (False, False), ("refusés", False), ("", None), ("?", None), ("auditif;visuel", None), ("partiellement", None),
     ("peut-être", "peut-être"), ("oui / non", "oui / non")],
)  # fmt: skip
def test_yes(cell: Any, said: bool | str | None) -> None:
    assert cells.yes(cell) is said or cells.yes(cell) == said != True  # noqa: E712 1 is not True


@pytest.mark.parametrize(
    ("cell", "free", "least", "most"),
    [("5 €", False, 5, 5), ("5,50", False, 5.5, 5.5), (8.0, False, 8, 8), ("de 5 à 8 €", False, 5, 8), ("5 - 8 euros", False, 5, 8), ("0 à 5 €", False, 5, 5),
     ("à partir de 10 €", False, 10, None), ("gratuit", True, None, None), ("Entrée libre", True, None, None), ("0", True, None, None),
     ("0.0-0.0 €", True, None, None), ("5 € / 3 € réduit", None, None, None), ("8 à 5 €", None, None, None), ("Adulte 8 €", None, None, None)],
)  # fmt: skip
def test_prices(cell: Any, free: bool | None, least: float | None, most: float | None) -> None:
    prices = cells.prices(cell)
    assert prices
    assert (prices.free, prices.min, prices.max) == (free, least, most)
    assert cells.prices("") is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(1240.0, ("01240", None, True)), ("1240", ("01240", None, True)), ("64 000", ("64000", None, False)), ("F-64000", ("64000", None, False)),
     ("64110 Jurançon", ("64110", "Jurançon", False)), ("77300#Fontainebleau", ("77300", "Fontainebleau", False)), ("6400A", (None, None, False)),
     ("123", (None, None, False)), ("", (None, None, False))],
)  # fmt: skip
def test_postcodes(cell: Any, expected: tuple[str | None, str | None, bool]) -> None:
    assert cells.postcode(cell) == expected


def test_addresses_in_one_cell() -> None:
    assert cells.split_address("12 bis rue Haute, 64290 Gan") == ("12 bis rue Haute", "64290", "Gan")
    assert cells.split_address("12 rue Haute") == ("12 rue Haute", None, None)
    assert [cells.insee(cell) for cell in ("64445", 1004.0, "2a004", "99", "")] == ["64445", "01004", "2A004", None, None]


@pytest.mark.parametrize(
    "cell",
    [
        "43.3, -0.37",
        "43,3;-0,37",
        "43.3 -0.37",
        "[43.3, -0.37]",
        '{"type": "Point", "coordinates": [-0.37, 43.3]}',
        "POINT(-0.37 43.3)",
        "43,3, -0,37",
    ],
)
def test_positions(cell: str) -> None:
    assert cells.position(cell) == Place(43.3, -0.37)


@pytest.mark.parametrize("cell", ["", "Pau", "-0.37, 43.3", "0, 0", "{", '{"coordinates": null}', "43.3", "1e999, 0", "9" * 500])
def test_no_position(cell: str) -> None:
    assert isinstance(cells.position(cell), str)


@pytest.mark.parametrize(
    ("label", "field"),
    [("Nom", "name"), ("NOM ETABLISSEMENT", "name"), ("Nom de la manifestation *", "name"), ("Nom du producteur", "name"), ("Nom de la commune", "city"),
     ("Nom du contact", None), ("Code postal", "postcode"), ("CODE_POSTAL", "postcode"), ("Cp", "postcode"), ("Code INSEE", "insee"), ("Adresse", "street"),
     ("Adresse e-mail", "email"), ("ADRESSE2", "street"), ("Tél.", "phone"), ("Téléphone portable", "phone"), ("Site Web", "web"), ("Horaires d’ouverture", "hours"),
     ("Date de début", "start"), ("DateFin", "end"), ("CATEGORIE / FILIERE", "kind"), ("Sous-type (2)", "kind"), ("Latitude (WGS84)", "lat"),
     ("Coordonnées GPS", "position"), ("openingHours", "hours"), ("Accessible PMR", "wheelchair"), ("Animaux acceptés", "dogs"), ("Type de clientèle", None),
     ("Région", None), ("SIRET", None), ("Tarif réduit", None), ("Mise à jour", "updated"), ("Mise à jour DATAtourisme", None), ("", None), ("/", None)],
)  # fmt: skip
def test_what_columns_are_called(label: str, field: str | None) -> None:
    told = field_of(label)
    assert (told and told[0]) == field


def test_the_language_of_a_column() -> None:
    told = {label: field_of(label) for label in ("Description (EN)", "Descriptif anglais", "description_de", "Nom (fr)", "Name", "Descripción")}
    assert {label: each and each[2] for label, each in told.items()} == {
        "Description (EN)": "en", "Descriptif anglais": "en", "description_de": "de", "Nom (fr)": "fr", "Name": "en", "Descripción": "es"
    }  # fmt: skip


def test_fold() -> None:
    assert fold("  L’Été — Œuvre\u00a01er ") == "l'ete - oeuvre 1er"
    assert letters("Nom_du_POI (n°)") == "nom du poi n"
