"""The demonstration territory: its facts are complete, and become a flux that a real parser can read, on any day."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from sejour.demo.flux import load_facts, periods, write_flux

FACTS = load_facts()
OFFERS: list[dict[str, Any]] = FACTS["offer"]
SATURDAY = date(2026, 11, 21)
YEAR = [SATURDAY + timedelta(days=n) for n in range(366)]
KINDS = {  # the first class that fits tells the kind
    "EntertainmentAndEvent": "event", "Accommodation": "lodging", "FoodEstablishment": "restaurant",
    "CoveredMarket": "market", "Store": "shop", "ConvenientService": "service", "Transport": "service",
    "MedicalPlace": "service", "TouristInformationCenter": "service", "SportsAndLeisurePlace": "activity",
    "Tour": "activity", "Product": "activity", "TastingProvider": "activity", "CulturalSite": "sight",
    "NaturalHeritage": "sight",
}  # fmt: skip
MINIMUM = {"sight": 16, "activity": 8, "restaurant": 8, "market": 2, "shop": 2, "service": 6, "lodging": 5, "event": 16}


def kind(offer: dict[str, Any]) -> str:
    return next(kind for name, kind in KINDS.items() if name in offer["types"])


def happenings(day: date) -> list[dict[str, str]]:
    return [period for offer in OFFERS if kind(offer) == "event" for period in periods(offer["when"], day)]


def goes_on(period: dict[str, str], day: date) -> bool:
    return period["startDate"] <= str(day) <= period["endDate"]


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every `{fr, en}` of the facts, with its path."""
    if isinstance(value, dict) and value.keys() & {"fr", "en"}:
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, f"{path}/{inner.get('slug', '')}" if isinstance(inner, dict) else path)


def read(path: Path) -> dict[str, Any]:
    """The offers of a flux by our slug, through its index as a consumer would."""
    with ZipFile(path) as archive:
        index = json.loads(archive.read("index.json"))
        found = [json.loads(archive.read(f"objects/{entry['file']}")) for entry in index]
    return {poi["dc:identifier"].removeprefix("DEMO-"): poi for poi in found}


@pytest.fixture(scope="module")
def pois(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("demo") / "flux.zip"
    write_flux(FACTS, SATURDAY, path)
    return read(path)


def test_the_facts_are_said_in_both_languages() -> None:
    assert all({"name", "text"} <= offer.keys() for offer in OFFERS)
    assert all("text" in pick for pick in FACTS["pick"])
    assert [path for path, text in texts(FACTS) if text.keys() != {"fr", "en"} or not all(text.values())] == []


def test_french_is_typeset() -> None:
    french = "\n".join(text["fr"] for _, text in texts(FACTS))
    assert re.findall(r"[^\u202f][:;!?»]|«[^\u202f]|'|\d h\b", french) == []


def test_identifiers_are_unique_and_picks_exist() -> None:
    slugs = [offer["slug"] for offer in OFFERS]
    hotspots = [hotspot["id"] for hotspot in FACTS["hotspot"]]
    assert len(set(slugs)) == len(slugs)
    assert len(set(hotspots)) == len(hotspots)
    assert {"royale", "boulevard", "chateau", "gare", "halles"} <= set(hotspots)
    assert {pick["offer"] for pick in FACTS["pick"]} <= set(slugs)
    assert len(FACTS["pick"]) == 3


def test_there_is_enough_of_every_kind() -> None:
    counts = Counter(kind(offer) for offer in OFFERS)
    assert all(counts[name] >= least for name, least in MINIMUM.items()), counts
    assert counts.total() - counts["event"] >= 48


def test_some_hours_are_unknown_or_only_said() -> None:
    places = [offer for offer in OFFERS if "when" not in offer]
    assert sum("hours" not in offer and "hours_text" not in offer for offer in places) >= 6
    assert sum("hours" not in offer and "hours_text" in offer for offer in places) >= 2


def test_everything_is_around_pau() -> None:
    home, places = FACTS["territory"], [*OFFERS, *FACTS["hotspot"]]
    assert all(abs(place[axis] - home[axis]) < 0.15 for place in places for axis in ("lat", "lon"))


def test_phones_and_sites_are_fictional() -> None:
    phones = {offer["phone"] for offer in OFFERS if "phone" in offer} | {FACTS["territory"]["phone"]}
    sites = {offer[key] for offer in OFFERS for key in ("web", "booking") if key in offer}
    assert all(re.fullmatch(r"\+33 5 36 49 \d\d \d\d", phone) for phone in phones)
    assert all(site.startswith("https://exemple.sejour.test/") for site in sites)


def test_rows_of_hours_stay_inside_a_year() -> None:
    rows = [row for offer in OFFERS for row in offer.get("hours", [])]
    assert all(row.get("from", "01-01") <= row.get("through", "12-31") for row in rows)


def test_there_is_always_a_tonight_and_a_late_morning() -> None:
    for day in YEAR:
        starts = [period.get("startTime", "") for period in happenings(day) if goes_on(period, day)]
        assert sum("18:00:00" <= start <= "21:00:00" for start in starts) >= 3, day
        assert any("11:00:00" <= start < "12:00:00" for start in starts), day


def test_there_is_always_something_in_the_day_tomorrow_and_for_weeks() -> None:
    for day in YEAR:
        tomorrow, found = day + timedelta(days=1), happenings(day)
        today = [period for period in found if period["startDate"] == period["endDate"] == str(day)]
        assert any(period["endTime"] <= "17:00:00" for period in today), day
        assert any(goes_on(period, tomorrow) and "startTime" in period for period in found), day
        assert any(goes_on(period, day) and "startTime" not in period for period in found), day


def test_periods_count_from_the_day() -> None:
    when: list[dict[str, Any]] = [
        {"weekday": "Sa", "weeks": 2, "start": "09:00", "end": "13:00"},
        {"day": 0, "start": "09:00", "end": "13:00"},  # a Saturday: said twice, kept once
        {"day": -10, "days": 45},
    ]
    assert periods(when, SATURDAY) == [
        {"startDate": "2026-11-11", "endDate": "2026-12-25"},
        {"startDate": "2026-11-21", "endDate": "2026-11-21", "startTime": "09:00:00", "endTime": "13:00:00"},
        {"startDate": "2026-11-28", "endDate": "2026-11-28", "startTime": "09:00:00", "endTime": "13:00:00"},
    ]


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    write_flux(FACTS, SATURDAY, tmp_path / "first")
    write_flux({**FACTS, "offer": OFFERS[::-1]}, SATURDAY, tmp_path / "again")
    write_flux(FACTS, SATURDAY + timedelta(days=1), tmp_path / "sunday")
    first, again, sunday = ((tmp_path / name).read_bytes() for name in ("first", "again", "sunday"))
    assert first == again != sunday


def test_the_zip_is_laid_out_as_a_flux(tmp_path: Path) -> None:
    write_flux(FACTS, SATURDAY, tmp_path / "flux.zip")
    with ZipFile(tmp_path / "flux.zip") as archive:
        names, index = archive.namelist(), json.loads(archive.read("index.json"))
        assert json.loads(archive.read("context.jsonld"))["@vocab"] == "https://www.datatourisme.fr/ontology/core#"
    assert names[:2] == ["index.json", "context.jsonld"]
    assert names[2:] == [f"objects/{entry['file']}" for entry in index] == sorted(names[2:])
    assert all(re.fullmatch(r"(\w)/(\1\w)/64-\2[\w-]{34}\.json", entry["file"]) for entry in index)
    assert all(entry.keys() == {"label", "lastUpdateDatatourisme", "file"} for entry in index)
    assert len(index) == len(OFFERS)


def test_a_place_has_the_shape_of_a_real_one(pois: dict[str, Any]) -> None:
    poi = pois["musee-bernadotte"]
    place = poi["isLocatedAt"][0]
    openings = place["schema:openingHoursSpecification"]
    price = poi["offers"][0]["schema:priceSpecification"][0]
    assert poi["@type"][:3] == ["schema:LocalBusiness", "schema:Museum", "CulturalSite"]
    assert poi["@type"][3:] == ["Museum", "PlaceOfInterest", "PointOfInterest"]
    assert poi["rdfs:label"] == {"en": ["Bernadotte Museum"], "fr": ["Musée Bernadotte"]}
    assert place["schema:geo"]["schema:latitude"] == "43.2973"
    assert place["schema:address"][0]["hasAddressCity"]["insee"] == "64445"
    assert (openings[0]["schema:opens"], openings[0]["schema:closes"]) == ("10:00:00", "12:00:00")
    assert [day["@id"] for day in openings[0]["schema:dayOfWeek"]][::5] == ["schema:Tuesday", "schema:Sunday"]
    assert [opening["schema:validFrom"][:10] for opening in openings[:2]] == ["2026-01-01", "2027-01-01"]
    assert (price["schema:minPrice"], price["schema:maxPrice"]) == (["3"], ["3"])


def test_an_event_has_the_shape_of_a_real_one(pois: dict[str, Any]) -> None:
    poi = pois["visite-contee-du-chateau"]
    assert poi["takesPlaceAt"][0]["@type"] == ["Period"]
    assert poi["schema:startDate"] == ["2026-11-22", "2026-11-22", "2026-11-29", "2026-12-06", "2026-12-13"]
    assert [audience.get("schema:suggestedMinAge") for audience in poi["hasClientTarget"]] == [None, None, 6]
    assert poi["hasBookingContact"][0]["foaf:homepage"] == ["https://exemple.sejour.test/visite-contee"]


def test_what_is_known_is_written_where_a_real_flux_has_it(pois: dict[str, Any]) -> None:
    castle, boulevard, stud = (pois[slug] for slug in ("chateau-de-pau", "boulevard-des-pyrenees", "haras-de-gelos"))
    assert castle["hasReview"][0]["hasReviewValue"]["@id"] == "kb:LabelRating_MuseeDeFrance"
    assert castle["isLocatedAt"][0]["petsAllowed"] is False
    assert boulevard["offers"][0]["schema:priceSpecification"][0]["hasEligiblePolicy"][0]["@id"] == "kb:Free"
    assert boulevard["reducedMobilityAccess"] is True
    assert "schema:openingHoursSpecification" not in stud["isLocatedAt"][0]
    assert stud["isLocatedAt"][0]["TextOpeningHoursSpecification"].keys() == {"fr", "en"}
    assert stud.keys() & {"reducedMobilityAccess", "offers", "hasReview", "takesPlaceAt"} == set()
