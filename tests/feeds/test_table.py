"""Tables: our corpus, one file a trap, and what cannot stand in a file: keys, maps, limits."""

import csv
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import validate

from providers_feed import table_sheet as sheet
from providers_feed.table import guess_map, parse
from providers_feed.table_map import read_map
from providers_feed.table_words import COLUMNS, kinds_of
from sejour.domain.feed import Feed, Gathered, Severity, decide, gather
from sejour.domain.offer import Kind, exported, offer_id
from sejour.domain.place import Place
from sejour.errors import FeedError
from sejour.web.words import THEMES
from tests.builders import at

CORPUS = Path(__file__).parent / "corpus/table"
SOURCES = sorted(CORPUS.glob("*.csv"))
FEED = Feed("essai", "table")
Read = Callable[..., Gathered]


def map_of(source: Path) -> str:
    beside = source.with_suffix(".toml")
    return beside.read_text() if beside.exists() else ""


def told(source: Path) -> dict[str, Any]:
    """All that a table gives, as JSON, without what says nothing."""
    gathered = gather(parse(source, Feed("corpus", "table", map=map_of(source))))
    return {
        "map": (map_of(source) or guess_map(source)).splitlines(),
        "records": gathered.records,
        "offers": [known(exported(offer)) for offer in gathered.offers.values()],
        "problems": [
            known(
                {"record": p.record, "field": p.field, "reason": str(p.reason), "severity": p.severity.value, "value": p.value, "partial": p.partial}
            )
            for p in gathered.problems
        ],
    }


def known(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: inner for name, each in value.items() if (inner := known(each)) not in (None, "", [], {}) and (name, each) != ("partial", False)
        }
    return [known(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_corpus(source: Path) -> None:
    assert told(source) == json.loads((CORPUS / "expected" / f"{source.stem}.json").read_text())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_the_guessed_map_reads_as_no_map_does(source: Path) -> None:
    if map_of(source):
        return
    guessed = gather(parse(source, Feed("corpus", "table", map=guess_map(source))))
    assert guessed == gather(parse(source, Feed("corpus", "table")))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str | bytes, map: str = "", feed: Feed = FEED) -> Gathered:
        source = tmp_path / "essai.csv"
        source.write_bytes(text if isinstance(text, bytes) else text.encode())
        return gather(parse(source, Feed(feed.name, "table", timezone=feed.timezone, moment=feed.moment, map=map)))

    return read


def reasons(gathered: Gathered) -> list[str]:
    return [str(problem.reason) for problem in gathered.problems if "coordonnées" not in str(problem.reason)]


# Keys.


def test_the_key_is_the_column_of_identifiers_and_the_id_comes_from_it(read: Read) -> None:
    (offer,) = read("id;nom\n12;Musée\n").offers.values()
    assert (offer.key, offer.id) == ("12", offer_id("table", "essai\n12"))
    (other,) = read("id;nom\n12;Musée\n", feed=Feed("autre", "table")).offers.values()
    assert other.id != offer.id  # every office numbers its lines from 1


def test_without_identifiers_a_line_may_move_and_be_completed(read: Read) -> None:
    before = read("nom;ville;tel\nMusée;Pau;\nHalles;Pau;\n").offers
    after = read("nom;ville;tel;prix\nHalles;Pau;0559000000;\nMUSEE;pau;0559000001;5\n").offers
    assert before.keys() == after.keys()
    assert decide(dict.fromkeys(before, "a"), dict.fromkeys(after, "b")).removed == ()


def test_without_identifiers_two_dates_are_two_offers_whatever_way_they_are_written(read: Read) -> None:
    text = read("nom;ville;début\nBal;Pau;13/07/2026 21:00\nBal;Pau;14/07/2026 21:00\n").offers
    number = read("nom;ville;début\nBal;Pau;46216,875\nBal;Pau;2026-07-14T21:00\n").offers
    assert len(text) == 2
    assert text.keys() == number.keys()


def test_two_places_of_one_name_and_town_are_two_offers_and_one_line_twice_is_one(read: Read) -> None:
    gathered = read("nom;ville;adresse\nGîte;Pau;1 rue A\nGîte;Pau;2 rue B\nGîte;Pau;2 rue B\n")
    assert [offer.address and offer.address.street for offer in gathered.offers.values()] == ["1 rue A", "2 rue B"]
    assert "Deux fiches portent cet identifiant : la plus récente est gardée." in reasons(gathered)
    alone = read("nom;ville;adresse\nGîte;Pau;1 rue A\n")
    assert set(alone.offers) <= set(gathered.offers)


def test_the_lines_of_one_event_become_its_dates_and_another_name_stays_another_record(read: Read) -> None:
    gathered = read("id;nom;début\nc1;Concert;03/07/2026\nc2;Bal;04/07/2026\nc1;Concert;10/07/2026\n")
    assert {key: len(offer.occurrences) for key, offer in gathered.offers.items()} == {"c1": 2, "c2": 1}
    assert gathered.records == 2


def test_lines_of_one_identifier_and_two_names_are_said(read: Read) -> None:
    gathered = read("id;nom;début\nc1;Concert;03/07/2026\nc1;Bal;10/07/2026\nc2;Fête;\n", '[columns]\nid = "id"\nname = "nom"\nstart = "début"')
    assert {key: offer.names.texts["fr"] for key, offer in gathered.offers.items()} == {"c2": "Fête", "c1": "Bal"}
    assert reasons(gathered) == ["Deux fiches portent cet identifiant : la plus récente est gardée."]


# What is left out, and what it means for what was known.


def test_a_cut_line_removes_nothing() -> None:
    gathered = gather(parse(CORPUS / "guillemet.csv", FEED))
    known_before = dict.fromkeys(["G1", "G2", "G3", "G4", "G5"], "x")
    assert decide(known_before, dict.fromkeys(gathered.offers, "x"), gathered.problems).removed == ()


def test_a_line_that_lost_its_name_keeps_its_offer(read: Read) -> None:
    gathered = read("id;nom;ville\n1;Musée;Pau\n2;;Pau\n")
    assert decide({"1": "x", "2": "x", "3": "x"}, dict.fromkeys(gathered.offers, "x"), gathered.problems).removed == ("3",)


def test_a_table_without_coordinates_says_it_once(read: Read) -> None:
    gathered = read("nom;ville\nA;Pau\nB;Pau\n")
    assert [str(problem.reason) for problem in gathered.problems] == [
        "Ce tableau n’a pas de coordonnées : ses fiches n’apparaissent pas autour des bornes."
    ]


def test_a_line_without_its_coordinates_says_it(read: Read) -> None:
    gathered = read("nom;lat;lon\nA;43,3;-0,37\nB;;\n")
    assert [offer.place for offer in gathered.offers.values()] == [Place(43.3, -0.37), None]
    assert [problem.record for problem in gathered.problems] == ["ligne 3"]


def test_an_empty_table_gives_nothing_and_is_held(read: Read) -> None:
    gathered = read("nom;ville\n")
    assert gathered.offers == {}
    assert decide({"1": "x"}, {}, gathered.problems).held


def test_an_overseas_line_has_its_own_time(read: Read) -> None:
    (offer,) = read("nom;lat;lon;début\nBal;-20.88;55.45;14/07/2026 21:00\n").offers.values()
    assert offer.timezone == "Indian/Reunion"
    assert offer.occurrences[0].start.isoformat() == "2026-07-14T21:00:00+04:00"


def test_the_hour_that_spring_skips_is_moved(read: Read) -> None:
    (offer,) = read("nom;début\nNuit;28/03/2027 02:30\n").offers.values()
    assert offer.occurrences[0].start.isoformat() == "2027-03-28T03:30:00+02:00"


def test_a_long_cell_is_cut_and_said(read: Read) -> None:
    gathered = read(f"nom;description\nMusée;{'a' * 6000}\n")
    (offer,) = gathered.offers.values()
    assert offer.descriptions
    assert len(offer.descriptions.texts["fr"]) == 5000
    assert reasons(gathered) == ["Texte coupé à 5 000 caractères."]


def test_an_update_after_the_moment_is_left(read: Read) -> None:
    feed = Feed("essai", "table", moment=at("2026-01-01 00:00"))
    gathered = read("nom;mise à jour\nA;2026-06-01\nB;2025-06-01\n", feed=feed)
    assert [offer.updated for offer in gathered.offers.values()] == [None, "2025-06-01"]


@pytest.mark.parametrize(
    ("type", "start", "kind"),
    [
        ("Musée", "", Kind.SIGHT),
        ("Fête", "", Kind.EVENT),
        ("", "14/07/2026", Kind.EVENT),
        ("", "", Kind.SIGHT),
        ("Truc", "14/07/2026", Kind.EVENT),
        ("Visite guidée", "14/07/2026", Kind.EVENT),
        ("Visite guidée", "", Kind.ACTIVITY),
        ("Marché", "14/07/2026", Kind.MARKET),
        ("Hôtel-restaurant", "", Kind.LODGING),
        ("Restaurant, Hôtellerie", "", Kind.LODGING),
        ("['Restaurant', 'Bar']", "", Kind.RESTAURANT),
        ("Castillo / Château", "", Kind.SIGHT),
    ],
)
def test_kinds(read: Read, type: str, start: str, kind: Kind) -> None:
    (offer,) = read(f'nom;type;début\nX;"{type}";{start}\n').offers.values()
    assert offer.kind is kind


def test_a_column_of_restaurants_says_that_they_are(read: Read, tmp_path: Path) -> None:
    text = "Restaurant;Adresse;Téléphone\nChez Léa;5 rue Haute, 64000 Pau;05 59 00 00 01\n"
    (offer,) = read(text).offers.values()
    assert (offer.names.texts, offer.kind, offer.address and offer.address.city) == ({"fr": "Chez Léa"}, Kind.RESTAURANT, "Pau")
    (tmp_path / "essai.csv").write_text(text)
    assert guess_map(tmp_path / "essai.csv").endswith('\n[defaults]\nkind = "Restaurant"\n')


def test_every_theme_that_words_give_has_its_name_on_pages() -> None:
    from providers_feed.table_words import _MEANINGS

    assert {meaning.theme for meaning in _MEANINGS.values()} - {None} <= THEMES.keys()
    assert all(kinds_of(words)[0] == meaning for words, meaning in _MEANINGS.items())


# Maps.


@pytest.mark.parametrize(
    ("map", "sentence"),
    [
        ("[columns", "La correspondance n’est pas du TOML lisible : "),
        ('[columns]\nnane = "Nom"', "La correspondance nomme « nane », qui n’existe pas ; le plus proche est « name »."),
        ('[colums]\nname = "Nom"', "La correspondance nomme « colums », qui n’existe pas ; le plus proche est « columns »."),
        ("[columns]\nname = 3", "La correspondance donne à « columns.name » une valeur qui n’a pas de sens ici : 3."),
        ('[values.kind]\n"Musée" = "museum"', "La correspondance donne à « values.kind » une valeur qui n’a pas de sens ici : museum."),
        ('[values.free]\n"Non" = "non"', "La correspondance donne à « values.free » une valeur qui n’a pas de sens ici : non."),
        ('bilingual = "fr"', "La correspondance donne à « bilingual » une valeur qui n’a pas de sens ici : fr."),
        ("[defaults]\ncity = 3", "La correspondance donne à « defaults.city » une valeur qui n’a pas de sens ici : 3."),
        ('columns = "Nom"', "La correspondance donne à « columns » une valeur qui n’a pas de sens ici : Nom."),
        ('[columns]\ncity = "ville"', "La correspondance ne dit pas quelle colonne donne le nom des fiches (« name »)."),
        (
            '[columns]\nname = "Titre"\ncity = "ville"',
            "essai.csv n’a pas les colonnes que la correspondance nomme : « Titre » ; colonnes vues : « nom », « ville ».",
        ),
    ],
)
def test_a_map_that_cannot_be_is_refused_in_one_sentence(read: Read, map: str, sentence: str) -> None:
    with pytest.raises(FeedError) as caught:
        read("nom;ville\nMusée;Pau\n", map)
    assert str(caught.value).startswith(sentence)


def test_a_map_may_only_say_what_values_mean_and_what_is_always_true(read: Read) -> None:
    map = '[values.kind]\n"Curiosité" = "activity"\n[defaults]\ncity = "Pau"\ndogs = true'
    curiosity, museum = read("nom;type;ville\nA;CURIOSITE;\nB;Musée;Gan\n", map).offers.values()
    assert (curiosity.kind, curiosity.address and curiosity.address.city, curiosity.access.dogs) == (Kind.ACTIVITY, "Pau", True)
    assert (museum.kind, museum.address and museum.address.city) == (Kind.SIGHT, "Gan")


def test_a_map_finds_its_columns_whatever_their_accents_and_wherever_they_stand(read: Read) -> None:
    map = '[columns]\nname = "Intitulé"\nkind = ["Type", "Sous-type (2)"]'
    (offer,) = read("Liste;;;\n;;;\nINTITULE ;type;Sous-type;Sous-type\nX;Truc;Truc;Camping\n", map).offers.values()
    assert (offer.names.texts, offer.kind) == ({"fr": "X"}, Kind.LODGING)


def test_every_field_can_be_mapped() -> None:
    fields = read_map("[columns]\n" + "\n".join(f'{name} = "x"' for name in COLUMNS)).columns
    assert fields.keys() == COLUMNS.keys()
    assert tomllib.loads(guess_map(CORPUS / "points-virgules.csv"))["columns"].keys() <= COLUMNS.keys() | {"description_en"}


# What is refused as a whole.


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"a;b\n1;2\n", "colonnes vues : « a », « b »."),
        (b"", "colonnes vues : aucune."),
        (b"\n\n", "colonnes vues : aucune."),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "essai.csv n’est ni un CSV ni un classeur (xlsx, xls, ods)."),
        (b"<!DOCTYPE html><html><body><h1>Erreur 404</h1></body></html>", "colonnes vues : « Erreur 404 »."),
        (b"PK\x03\x04 coupe", "essai.csv n’est pas un classeur lisible (xlsx, xls ou ods), ou il est coupé ou abîmé."),
        (b"nom;" + b";".join(b"c%d" % n for n in range(501)), "essai.csv a plus de 500 colonnes : ce n’est pas un tableau de fiches."),
    ],
    ids=["unknown", "empty", "blank", "picture", "page", "zip", "wide"],
)
def test_what_is_no_table_is_refused_in_one_sentence(read: Read, body: bytes, sentence: str) -> None:
    with pytest.raises(FeedError) as caught:
        read(body)
    assert str(caught.value).endswith(sentence)


def test_limits(read: Read, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", 3)
    assert len(read("nom\nA\nB\nC\n\n\n").offers) == 3
    with pytest.raises(FeedError, match="plus de 3 lignes"):
        read("nom\nA\nB\nC\nD\n")
    monkeypatch.setattr(sheet, "LARGEST", 4)
    with pytest.raises(FeedError, match="trop gros pour un tableau"):
        read("nom\nA\n")
    with pytest.raises(FeedError, match="ne peut pas être lu"):
        list(parse(tmp_path / "absent.csv", FEED))


# Whatever stands in the cells.

CELLS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["[" * 3000, "=cmd|'/c calc'!A0", "0,5", "43,3", "46217,9", "9" * 400, "1e999", "-1", "{" * 50, "14/07/2026 25:61", "31/12/9999", "01/01/0001",
                     "du 1 au 5", "http://[", "http://user@a.fr", "\x00\x1b[31m", "\u202eabc", "oui / non", "lundi 9h-25h", "Mo-Fr 99:99", "#|#|#", "['a', [", "''",
                     "24h/24", "fermé", "sauf", "de à", "29/02/2026", "12h-12h", "a" * 5001]),
)  # fmt: skip
HEADER = ["id", "nom", "type", "lat", "lon", "adresse", "code postal", "code insee", "ville", "téléphone", "courriel", "site", "réservation", "contacts",
          "description", "description en", "horaires", "début", "fin", "heure de début", "heure de fin", "tarif", "gratuit", "accès pmr", "chiens",
          "mise à jour", "créateur", "photo", "crédit photo", "statut", "thèmes"]  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=len(HEADER), max_size=len(HEADER)), min_size=1, max_size=3))
def test_whatever_stands_in_the_cells_the_rest_is_loaded(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    source = tmp_path_factory.getbasetemp() / "fuzz.csv"
    with source.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([HEADER, ["T1", "Témoin Un"] + [""] * (len(HEADER) - 2), *rows])
    map = "[columns]\n" + "\n".join(f'{field} = "{label}"' for field, label in zip(FIELDS, HEADER, strict=True))
    gathered = gather(parse(source, Feed("essai", "table", map=map)))
    assert "T1" in gathered.offers
    for offer in gathered.offers.values():
        json.dumps(exported(offer), ensure_ascii=False, allow_nan=False).encode()
        assert offer.hours is None or validate(offer.hours)
    for problem in gathered.problems:
        assert problem.severity in Severity
        f"{problem.record} {problem.field} {problem.reason} {problem.value}".encode()


FIELDS = ["id", "name", "kind", "lat", "lon", "street", "postcode", "insee", "city", "phone", "email", "web", "booking", "contact", "description",
          "description_en", "hours", "start", "end", "start_time", "end_time", "price", "free", "wheelchair", "dogs", "updated", "producer", "picture",
          "credit", "status", "themes"]  # fmt: skip


if __name__ == "__main__":
    (CORPUS / "expected").mkdir(exist_ok=True)
    for each in SOURCES:
        (CORPUS / "expected" / f"{each.stem}.json").write_text(json.dumps(told(each), ensure_ascii=False, indent=1) + "\n")
