"""DATAtourisme: the real flux and the hostile files that lie beside the project."""

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from opening_hours import OpeningHours, validate

from providers_feed import datatourisme_words as words
from providers_feed.apart import parse_apart
from providers_feed.datatourisme import parse
from sejour.domain.feed import Feed, Gathered, Severity, decide, gather
from sejour.domain.offer import ContactType, Kind, exported
from sejour.errors import FeedError
from tests.builders import FLUX, SHARED

pytestmark = pytest.mark.shared

FEED = Feed("essai", "datatourisme")
SAMPLES = SHARED / "feeds/datatourisme"
HOSTILE = SHARED / "hostile"
Object = dict[str, Any]


@pytest.fixture(scope="module")
def touraine() -> Gathered:
    return gather(parse_apart(FLUX, FEED))


def raw_objects() -> Iterator[Object]:
    with ZipFile(FLUX) as archive:
        yield from (json.loads(archive.read(name)) for name in archive.namelist() if name.startswith("objects/"))


def test_touraine_is_read_whole(touraine: Gathered) -> None:
    kinds = Counter(offer.kind for offer in touraine.offers.values())
    assert (touraine.records, len(touraine.offers), kinds[Kind.EVENT]) == (1599, 1599, 370)
    assert all(offer.place for offer in touraine.offers.values())
    assert all(offer.occurrences for offer in touraine.offers.values() if offer.kind is Kind.EVENT)
    assert all(offer.hours is None or validate(offer.hours) for offer in touraine.offers.values())
    assert sum("en" in offer.names.texts for offer in touraine.offers.values()) == 939
    assert not any(problem.partial for problem in touraine.problems)
    assert {problem.record for problem in touraine.problems} <= touraine.offers.keys()


def test_touraine_says_the_same_in_the_child_and_here(touraine: Gathered) -> None:
    assert gather(parse(FLUX, FEED)) == touraine


def day_of(row: Object) -> date | None:
    """A day on which the row says it is open; None when it names none."""
    first = date.fromisoformat(row["schema:validFrom"][:10]) if "schema:validFrom" in row else None
    last = date.fromisoformat(row["schema:validThrough"][:10]) if "schema:validThrough" in row else None
    begins = first or (last - timedelta(days=20) if last else date(2020, 9, 1))
    names = [day["@id"].removeprefix("schema:") for day in row.get("schema:dayOfWeek", [])]
    days = (begins + timedelta(days=n) for n in range(14))
    return next((day for day in days if (not last or day <= last) and (not names or day.strftime("%A") in names)), None)


def middle_of(row: Object) -> datetime | None:
    """Halfway between opening and closing on a day of the row, after midnight when it closes then; soon after opening when no end is
    said."""
    day = day_of(row)
    if day is None:
        return None
    opens = datetime.fromisoformat(f"{day} {row['schema:opens']}")
    if "schema:closes" not in row:
        return opens + timedelta(minutes=1)
    closes = datetime.fromisoformat(f"{day} {row['schema:closes']}")
    return opens + (closes + timedelta(days=closes <= opens) - opens) / 2


def test_every_opening_row_of_touraine_is_accounted_for(touraine: Gathered) -> None:
    """An independent walk: what the producer wrote is open in the exported text, or honestly unknown, or a Problem of that record."""
    said = Counter[str]()
    troubled = {problem.record for problem in touraine.problems if problem.field in ("schema:opens", "schema:closes", "schema:dayOfWeek")}
    for found in raw_objects():
        key = found["@id"].removeprefix("https://data.datatourisme.gouv.fr/")
        text = exported(touraine.offers[key])["hours"]
        for row in (row for place in found["isLocatedAt"] for row in place.get("schema:openingHoursSpecification", [])):
            moment = middle_of(row)
            hours = OpeningHours(text or "off")
            state = "no day" if moment is None else "open" if hours.is_open(moment) else "unknown" if hours.is_unknown(moment) else "closed"
            said[state] += 1
            assert state in ("open", "unknown") or key in troubled, (key, row, text)
    assert said == {"open": 4279, "unknown": 60, "closed": 1, "no day": 17}
    assert said.total() == 4357


def test_the_problems_of_touraine_are_its_impossible_hours(touraine: Gathered) -> None:
    written = Counter[str]()
    for row in (row for found in raw_objects() for place in found["isLocatedAt"] for row in place.get("schema:openingHoursSpecification", [])):
        opens, closes = row["schema:opens"], row.get("schema:closes", "23:59:59")
        written["Ouvre et ferme à la même heure : horaires à confirmer."] += closes == opens
        written["Ferme avant d’ouvrir : horaires à confirmer."] += "06:00:00" < closes < opens
        written["Aucun de ces jours de la semaine n’est entre ces dates : la ligne ne dit rien."] += day_of(row) is None
    assert Counter(str(problem.reason) for problem in touraine.problems) == written
    assert written.total() == 78


def test_every_period_of_touraine_is_accounted_for(touraine: Gathered) -> None:
    """Each of the 479 periods: an occurrence begins on its first day and one ends on or after its last."""
    periods = 0
    for found in raw_objects():
        offer = touraine.offers[found["@id"].removeprefix("https://data.datatourisme.gouv.fr/")]
        for period in found.get("takesPlaceAt", []):
            periods += 1
            starts = f"{period['startDate']}T{period.get('startTime', '00:00')[:5]}"
            days = {occurrence.start.isoformat()[:10] for occurrence in offer.occurrences}
            begun = [o for o in offer.occurrences if o.start.isoformat()[:10] == period["startDate"]]
            assert begun, (offer.key, period)
            assert any(o.all_day or o.start.isoformat()[:16] == starts for o in begun), (offer.key, period)
            assert period["endDate"] in days or any((o.end or o.start).date() >= date.fromisoformat(period["endDate"]) for o in begun)
    assert periods == 479


def test_the_six_objects_of_ontology_3_are_read_without_an_error() -> None:
    gathered = gather(parse_apart(SAMPLES / "v3-2023", FEED))
    assert (gathered.records, len(gathered.offers)) == (6, 6)
    assert {problem.severity for problem in gathered.problems} <= {Severity.INFO}
    assert all(offer.place and offer.hours and offer.prices and offer.pictures for offer in gathered.offers.values())
    assert all(offer.descriptions and offer.descriptions.machine for offer in gathered.offers.values())


@pytest.mark.parametrize(
    "source",
    [SAMPLES / "explorateur-csv-paris-hotels-2026.csv", SAMPLES / "SOURCE.md", SAMPLES / "ontology-core.ttl", SAMPLES / "sparql-results-sample.json",
     HOSTILE / "ics/coupe.ics", HOSTILE / "images/geante.png", HOSTILE / "xml/rires.xml"],
    ids=lambda source: source.name,
)  # fmt: skip
def test_what_is_no_flux_is_refused_in_one_sentence(source: Path) -> None:
    with pytest.raises(FeedError) as caught:
        list(parse_apart(source, FEED))
    assert str(caught.value) == f"{source.name} ne contient aucun objet DATAtourisme (« @id », « @type »)."


OLD_CLASSES = {"CircusEvent", "DanceEvent", "WineCellar"}  # of ontology 2, still in flux of 2023
THEMES = {"HeritageDays"}  # no class, but a theme of events ("kb:HeritageDays")


def test_every_class_we_name_is_in_the_ontology() -> None:
    turtle = (SAMPLES / "ontology-core.ttl").read_text()
    named = {name for name, _ in (*words.KINDS, *words.THEMES)}
    assert {name for name in named if f"\n:{name} rdf:type owl:Class" not in turtle} == OLD_CLASSES | THEMES


# The hostile files. Each gives the two good objects around the bad ones, within 10 s and 150 MB, and without the network.

CASES: dict[str, Callable[[Gathered], None]] = {}
WITNESSES = {"Témoin Un", "Témoin Deux"}


def case(name: str) -> Callable[[Callable[[Gathered], None]], Callable[[Gathered], None]]:
    def keep(check: Callable[[Gathered], None]) -> Callable[[Gathered], None]:
        CASES[name] = check
        return check

    return keep


def names(gathered: Gathered) -> list[str]:
    return [offer.names.texts["fr"] for offer in gathered.offers.values()]


def named(gathered: Gathered, name: str) -> Object:
    return next(exported(offer) for offer in gathered.offers.values() if offer.names.texts["fr"] == name)


def one_skipped(gathered: Gathered) -> None:
    """The witnesses alone; the bad one is named, and as nobody knows which it was, nothing may be removed."""
    assert set(names(gathered)) == WITNESSES
    (problem,) = gathered.problems
    assert problem.record
    assert problem.record.startswith("objects/")
    assert (problem.severity, problem.partial) == (Severity.ERROR, True)
    hashes = dict.fromkeys(gathered.offers, "x")
    assert decide(hashes | {"99/ailleurs": "x"}, hashes, gathered.problems).removed == ()


case("objet-coupe.zip")(one_skipped)
case("profond.zip")(one_skipped)


@case("bombe.zip")
def bomb(gathered: Gathered) -> None:
    one_skipped(gathered)
    assert "250 Mo" in str(gathered.problems[0].reason)


@case("index-sans-objet.zip")
def held(gathered: Gathered) -> None:
    assert (gathered.records, gathered.offers, gathered.problems) == (0, {}, ())
    decision = decide({"99/a": "x", "99/b": "x"}, {}, gathered.problems)
    assert decision.held
    assert not decide({}, {}, gathered.problems).held


@case("chemins.zip")
def leaving(gathered: Gathered) -> None:
    assert set(names(gathered)) == WITNESSES
    assert list(Path("/tmp").glob("sejour-pwned*")) == []


@case("positions.zip")
def placed(gathered: Gathered) -> None:
    located = {name for name in names(gathered) if named(gathered, name)["lat"] is not None}
    assert located == WITNESSES | {"Position à virgule"}
    assert (named(gathered, "Position à virgule")["lat"], named(gathered, "Position à virgule")["lon"]) == (46.9, 1.2)
    assert len(names(gathered)) == 7
    assert Counter(problem.field for problem in gathered.problems)["schema:geo"] == 4


@case("types.zip")
def typed(gathered: Gathered) -> None:
    assert set(names(gathered)) == WITNESSES | {"Étiquette en chaîne", "Adresse en liste vide"}
    assert sorted(problem.field or "?" for problem in gathered.problems) == ["?", "rdfs:label", "schema:geo"]


@case("double.zip")
def doubled(gathered: Gathered) -> None:
    assert names(gathered) == ["Témoin Un (plus récent)", "Témoin Deux"]
    assert [problem.severity for problem in gathered.problems] == [Severity.INFO]


@case("caracteres.zip")
def cleaned(gathered: Gathered) -> None:
    assert set(names(gathered)) == WITNESSES | {"Poule et coq", "Pont levé"}
    assert not any(
        ord(character) < 32 or character in "\x7f\u202e"
        for offer in gathered.offers.values()
        for character in json.dumps(exported(offer), ensure_ascii=False)
    )


@case("scripts.zip")
def disarmed(gathered: Gathered) -> None:
    assert set(names(gathered)) == WITNESSES | {"Bal"}
    assert "<" not in str([exported(offer) for offer in gathered.offers.values()])
    assert [contact["value"] for contact in named(gathered, "Bal")["contacts"]] == ["https://temoin.example/bal"]
    assert named(gathered, "Bal")["descriptions"] == {"fr": "oui\n{{6*7}}"}
    assert [problem.field for problem in gathered.problems] == ["schema:email", "foaf:homepage"]


@case("adresses-internes.zip")
def inside(gathered: Gathered) -> None:
    assert len(names(gathered)) == 4
    assert not any(offer.pictures for offer in gathered.offers.values())
    assert [problem.field for problem in gathered.problems] == ["ebucore:locator"] * 4


@case("periodes.zip")
def dated(gathered: Gathered) -> None:
    assert set(names(gathered)) > WITNESSES
    (night,) = named(gathered, "Période 3")["occurrences"]
    assert (night["start"][11:16], night["end"][11:16]) == ("22:00", "02:00")
    assert not any(named(gathered, f"Période {n}")["occurrences"] for n in range(3))
    assert len({problem.record for problem in gathered.problems}) == 3


def test_every_hostile_flux_has_its_case() -> None:
    manifest = json.loads((HOSTILE / "manifest.json").read_text())
    assert {entry["file"] for entry in manifest["cases"] if entry["file"].startswith("datatourisme/")} == {f"datatourisme/{name}" for name in CASES}


def forbidden(*address: object) -> None:
    raise AssertionError(f"a connection to {address}")


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_hostile_flux(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    began = time.monotonic()
    gathered = gather(parse(HOSTILE / "datatourisme" / name, FEED))
    assert time.monotonic() - began < 10
    CASES[name](gathered)
    assert name == "index-sans-objet.zip" or {offer.contact(ContactType.EMAIL) for offer in gathered.offers.values()} >= {"contact@temoin.example"}
    assert gather(parse(HOSTILE / "datatourisme" / name, FEED)) == gathered  # a second import is the same


MEASURE = """
import json, resource, sys, time
from pathlib import Path
from providers_feed.apart import parse_apart
from sejour.domain.feed import Feed, gather
began = time.monotonic()
gathered = gather(parse_apart(Path(sys.argv[1]), Feed("essai", "datatourisme")))
print(json.dumps([time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, list(gathered.offers)]))
"""


def measured(source: Path) -> tuple[float, float, list[str]]:
    """Seconds, largest resident memory of the child in MB, keys. From a small process: a child inherits the peak of its parent."""
    done = subprocess.run([sys.executable, "-c", MEASURE, str(source)], capture_output=True, check=True)
    seconds, memory, keys = json.loads(done.stdout)
    return seconds, memory, keys


@pytest.fixture(scope="module")
def usual_memory() -> float:
    return measured(Path(__file__).parent / "corpus/datatourisme/list.json")[1]


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_a_hostile_flux_costs(name: str, usual_memory: float) -> None:
    seconds, memory, keys = measured(HOSTILE / "datatourisme" / name)
    assert seconds < 10
    assert memory < usual_memory + 150
    assert keys == list(gather(parse(HOSTILE / "datatourisme" / name, FEED)).offers)
