"""DATAtourisme: our corpus, and one test for each trap that real flux hold (feeds.md §1)."""

import copy
import json
import random
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours, validate

from providers_feed.datatourisme import parse
from providers_feed.datatourisme_dates import MOST_OCCURRENCES, MOST_ROWS
from sejour.domain.feed import Feed, Gathered, Problem, Severity, decide, gather
from sejour.domain.offer import Audience, Contact, ContactType, Kind, Offer, exported, offer_id
from sejour.domain.place import Address, Place
from sejour.errors import FeedError
from tests.builders import at, make_object, write_flux

CORPUS = Path(__file__).parent / "corpus/datatourisme"
SOURCES = [*sorted(CORPUS.glob("*.json")), CORPUS / "folder"]
FEED = Feed("essai", "datatourisme")
Object = dict[str, Any]
Read = Callable[..., Gathered]


def told(source: Path) -> dict[str, Any]:
    """All that a source gives, as JSON."""
    gathered = gather(parse(source, Feed("corpus", "datatourisme")))
    return {
        "records": gathered.records,
        "offers": [exported(offer) for offer in gathered.offers.values()],
        "problems": [
            {"record": p.record, "field": p.field, "reason": str(p.reason), "severity": p.severity.value, "value": p.value, "partial": p.partial}
            for p in gathered.problems
        ],
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_corpus(source: Path) -> None:
    assert told(source) == json.loads((CORPUS / "expected" / f"{source.stem}.json").read_text())


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(*objects: Object | bytes, feed: Feed = FEED) -> Gathered:
        return gather(parse(write_flux(tmp_path / "flux.zip", objects), feed))

    return read


def located(**fields: Any) -> Object:
    """An isLocatedAt that is right but for `fields` (`geo`, `rows`, …)."""
    geo = {"schema:latitude": "43.2956", "schema:longitude": "-0.3706"} | fields.pop("geo", {})
    rows = fields.pop("rows", None)
    return {"schema:geo": geo} | ({"schema:openingHoursSpecification": rows} if rows is not None else {}) | fields


def row(
    opens: Any = "09:00:00", closes: Any = "12:00:00", first: Any = "2026-01-01T00:00:00", last: Any = "2026-12-31T00:00:00", *days: str
) -> Object:
    named = {
        "schema:opens": opens, "schema:closes": closes, "schema:validFrom": first, "schema:validThrough": last,
        "schema:dayOfWeek": [{"@id": f"schema:{day}"} for day in days] or None,
    }  # fmt: skip
    return {key: value for key, value in named.items() if value is not None}


def with_rows(*rows: Any) -> Object:
    return make_object(isLocatedAt=[located(rows=list(rows))])


def event(*periods: Any, rows: Any = None, **fields: Any) -> Object:
    types = ["EntertainmentAndEvent", "PointOfInterest", "Concert"]
    return make_object("Concert", **{"@type": types, "takesPlaceAt": list(periods), "isLocatedAt": [located(rows=rows)]} | fields)


def held(first: Any, last: Any = None, starts: Any = None, ends: Any = None, **fields: Any) -> Object:
    named = {"startDate": first, "endDate": last or first, "startTime": starts, "endTime": ends}
    return {key: value for key, value in named.items() if value is not None} | fields


def only(gathered: Gathered) -> Offer:
    (offer,) = gathered.offers.values()
    return offer


def dates(gathered: Gathered) -> list[tuple[str, str | None, bool]]:
    """("2026-07-10T20:30", "2026-07-10T22:00" or None, all day?) of the only offer."""
    cut = len("2026-07-10T20:30")
    return [(o.start.isoformat()[:cut], o.end.isoformat()[:cut] if o.end else None, o.all_day) for o in only(gathered).occurrences]


def complaints(gathered: Gathered) -> list[tuple[str | None, str | None]]:
    return [(problem.record, problem.field) for problem in gathered.problems]


KEY = "64/aaaa"


# What an object is, and what it is called


def test_gouv_fr_and_fr_give_one_key(read: Read) -> None:
    old, new = ({"@id": f"https://data.datatourisme{domain}.fr/13/abc"} for domain in (".gouv", ""))
    gathered = read(make_object("Ancien", lastUpdate="2020-01-01") | old, make_object("Nouveau", lastUpdate="2026-01-01") | new)
    assert only(gathered).names.texts == {"fr": "Nouveau"}
    assert only(gathered).key == "13/abc"
    assert only(gathered).id == offer_id("datatourisme", "13/abc")


def test_another_producers_address_is_its_own_key(read: Read) -> None:
    assert only(read(make_object() | {"@id": "https://ailleurs.example/13/abc"})).key == "https://ailleurs.example/13/abc"


def test_long_addresses_that_begin_alike_stay_apart(read: Read) -> None:
    addresses = [f"https://ailleurs.example/{'x' * 100}/{n}" for n in range(3)]
    assert len(read(*(make_object() | {"@id": address} for address in addresses)).offers) == 3


@pytest.mark.parametrize("label", [None, {}, {"fr": None}, {"fr": []}, {"fr": [""]}, {"fr": ["<b></b>"]}, {"fr": [7]}, [], True])
def test_an_object_without_a_name_is_left_out(read: Read, label: Any) -> None:
    gathered = read(make_object() | {"rdfs:label": label}, make_object("Bon", "64/bon"))
    assert list(gathered.offers) == ["64/bon"]
    assert complaints(gathered) == [(KEY, "rdfs:label")]
    assert gathered.problems[0].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("label", "names"),
    [
        ("Musée", {"fr": "Musée"}),
        ({"fr": "Musée"}, {"fr": "Musée"}),
        ({"fr": ["Musée", "Autre"], "en": ["Museum"]}, {"fr": "Musée", "en": "Museum"}),
        ({"en": ["Museum"], "xx-y": ["?"], "EN": ["?"], "": ["?"]}, {"en": "Museum"}),
        ([{"fr": ["Musée"]}, {"en": ["Museum"]}], {"fr": "Musée", "en": "Museum"}),
    ],
)
def test_names(read: Read, label: Any, names: dict[str, str]) -> None:
    assert only(read(make_object() | {"rdfs:label": label})).names.texts == names


@pytest.mark.parametrize("body", [b"true", b"null", b"12", b'"x"', b"[]", b"{}", b"[1, 2, [3]]", b'{"@id": "x"}', b'{"@type": []}', b'{"@id": 5, "@type": []}',
                                  b'{"@id": "\\u202e", "@type": []}'])  # fmt: skip
def test_a_document_that_is_no_object_is_a_problem_and_the_rest_is_loaded(read: Read, body: bytes) -> None:
    gathered = read(make_object("Un", "64/1"), body, make_object("Deux", "64/2"))
    assert list(gathered.offers) == ["64/1", "64/2"]
    assert [(p.record, p.severity, p.partial) for p in gathered.problems] == [("objects/0/00/64-0001.json", Severity.ERROR, True)] * (body != b"[]")


def test_a_million_things_that_are_no_object_are_one_problem(read: Read) -> None:
    assert len(read(b"[" + b"1," * 1_000_000 + b"1]").problems) == 1


# What is not JSON by the book


@pytest.mark.parametrize("body", [json.dumps(make_object(key="64/coupe"))[:-30].encode(), b"", b"\xff\xfe\x00", b"PK\x03\x04", "é".encode("latin-1"),
                                  b"[" * 100_000, b'{"a":' * 60_000 + b"1" + b"}" * 60_000, b"9" * 10_000])  # fmt: skip
def test_a_broken_document_is_a_problem_and_the_rest_is_loaded(read: Read, body: bytes) -> None:
    gathered = read(make_object("Un", "64/1"), body, make_object("Deux", "64/2"))
    assert list(gathered.offers) == ["64/1", "64/2"]
    assert [(p.record, p.severity, p.partial) for p in gathered.problems] == [("objects/0/00/64-0001.json", Severity.ERROR, True)]
    hashes = dict.fromkeys(gathered.offers, "x")
    assert decide(hashes | {"64/coupe": "x"}, hashes, gathered.problems).removed == ()  # it may be the one that cannot be read


def test_nan_is_read_by_the_standard_library_and_said(read: Read) -> None:
    body = json.dumps(make_object(isLocatedAt=[located(geo={"schema:latitude": float("nan")})])).encode()
    gathered = read(body, feed=Feed("essai", "datatourisme", timezone="America/Cayenne"))
    assert only(gathered).place is None
    assert (only(gathered).feed, only(gathered).timezone) == ("essai", "America/Cayenne")
    assert complaints(gathered) == [(KEY, "@id"), (KEY, "schema:geo")]
    assert [p.severity for p in gathered.problems] == [Severity.INFO, Severity.WARNING]


def test_a_lone_surrogate_is_dropped_and_said(read: Read) -> None:
    body = json.dumps(
        make_object("Caf\ud800é", hasContact=[{"foaf:homepage": ["https://cafe.example/\ud800"], "schema:email": ["a\udfff@b.example"]}])
    ).encode()
    gathered = read(body)
    assert only(gathered).names.texts == {"fr": "Café"}
    assert only(gathered).contacts == ()
    assert complaints(gathered) == [(KEY, "@id"), (KEY, "schema:email"), (KEY, "foaf:homepage")]


def test_a_byte_order_mark_does_no_harm(read: Read) -> None:
    assert only(read(b"\xef\xbb\xbf" + json.dumps(make_object()).encode())).key == KEY


def test_what_is_nested_as_deep_as_the_reader_goes_does_no_harm(read: Read) -> None:
    for depth in (100, 500, 900, 950, 990, 1_200):
        body = json.dumps(make_object()).replace('{"fr": ["Mus\\u00e9e"]}', "[" * depth + "]" * depth).encode()
        gathered = read(body, make_object("Bon", "64/bon"))
        assert list(gathered.offers) == ["64/bon"]
        assert len(gathered.problems) == 1


# Where it is


@pytest.mark.parametrize(
    ("lat", "lon"),
    [("43.2956", "-0.3706"), ("43,2956", "-0,3706"), (43.2956, -0.3706), (["43.2956"], ["-0.3706"]), (" 43.2956 ", "-0.3706")],
)
def test_positions_are_texts_with_a_point_or_a_comma(read: Read, lat: Any, lon: Any) -> None:
    gathered = read(make_object(isLocatedAt=[located(geo={"schema:latitude": lat, "schema:longitude": lon})]))
    assert only(gathered).place == Place(43.2956, -0.3706)
    assert gathered.problems == ()


@pytest.mark.parametrize("where", [None, [], {}, True, "Pau", [{"schema:geo": None}], [{"schema:geo": "43.2956,-0.3706"}],
                                   *([located(geo=dict(zip(("schema:latitude", "schema:longitude"), pair, strict=True)))]
                                     for pair in (("0", "0"), ("-0.3706", "43.2956"), ("NaN", "NaN"), ("près du pont", ""), (None, "1"), ("95", "1")))])  # fmt: skip
def test_a_bad_position_is_a_problem_and_the_offer_stays(read: Read, where: Any) -> None:
    gathered = read(make_object(isLocatedAt=where))
    assert only(gathered).place is None
    assert complaints(gathered) == [(KEY, "schema:geo")]


def test_of_several_places_the_first_good_position_counts(read: Read) -> None:
    gathered = read(make_object(isLocatedAt=[located(geo={"schema:latitude": "?"}), located()]))
    assert only(gathered).place == Place(43.2956, -0.3706)
    assert gathered.problems == ()


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        ("43.2956", "-0.3706", "Europe/Paris"),
        ("41.3870", "9.1590", "Europe/Paris"),  # Bonifacio
        ("-21.1151", "55.5364", "Indian/Reunion"),
        ("16.2650", "-61.5510", "America/Guadeloupe"),
        ("14.6161", "-61.0588", "America/Martinique"),
        ("4.9372", "-52.3260", "America/Cayenne"),
        ("-12.7806", "45.2278", "Indian/Mayotte"),
        ("46.7811", "-56.1764", "America/Miquelon"),
        ("-17.5516", "-149.5585", "Pacific/Tahiti"),
        ("-22.2711", "166.4380", "Pacific/Noumea"),
    ],
)
def test_overseas_the_position_tells_the_zone(read: Read, lat: str, lon: str, zone: str) -> None:
    there = located(geo={"schema:latitude": lat, "schema:longitude": lon})
    offer = only(read(event(held("2026-07-10", None, "20:30"), isLocatedAt=[there])))
    assert offer.timezone == zone
    assert offer.occurrences[0].start.strftime("%H:%M") == "20:30"
    assert str(offer.occurrences[0].start.tzinfo) == zone


def test_without_a_position_the_feed_tells_the_zone(read: Read) -> None:
    assert only(read(make_object(isLocatedAt=[]), feed=Feed("essai", "datatourisme", timezone="Indian/Reunion"))).timezone == "Indian/Reunion"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ({"schema:streetAddress": ["1 rue A", "", "Bât. B"], "schema:postalCode": "64000", "schema:addressLocality": "Pau",
          "hasAddressCity": {"insee": "64445"}}, Address("1 rue A, Bât. B", "64000", "Pau", "64445")),
        ({"schema:streetAddress": "1 rue A", "hasAddressCity": [{"rdfs:label": {"fr": ["Pau"]}}]}, Address("1 rue A", None, "Pau", None)),
        ({"schema:postalCode": 64000}, None),
        ({}, None),
        ("1 rue A, Pau", None),
    ],
)  # fmt: skip
def test_address(read: Read, written: Any, address: Address | None) -> None:
    assert only(read(make_object(isLocatedAt=[located(**{"schema:address": [written]})]))).address == address


# When it is open


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        (row(), "2026 Jan 01-2026 Dec 31 09:00-12:00"),
        (row("19:00", "00:00"), "2026 Jan 01-2026 Dec 31 19:00-24:00"),
        (row("19:00", "02:00:00"), "2026 Jan 01-2026 Dec 31 19:00-02:00"),  # past midnight
        (row("19:00", None), "2026 Jan 01-2026 Dec 31 19:00+"),  # nobody said when it ends
        (row(None, None), "2026 Jan 01-2026 Dec 31 unknown"),
        (row("09:00", "12:00", "2026-03-01", "2026-03-01", "Sunday"), "2026 Mar 01 Su 09:00-12:00"),
        (row("09:00", "12:00", None, None, "Monday", "Friday"), "Mo,Fr 09:00-12:00"),
        (row("09:00", "12:00", None, "2026-03-01"), "1900 Jan 01-2026 Mar 01 09:00-12:00; 2027+ unknown"),
        (row() | {"schema:dayOfWeek": "https://schema.org/Saturday"}, "2026 Jan 01-2026 Dec 31 Sa 09:00-12:00"),
        (row() | {"schema:dayOfWeek": {"@id": "http://schema.org/Saturday"}}, "2026 Jan 01-2026 Dec 31 Sa 09:00-12:00"),
    ],
)
def test_an_opening_row(read: Read, written: Object, hours: str) -> None:
    gathered = read(with_rows(written))
    assert (only(gathered).hours or "").removesuffix("; 1900-2025 unknown; 2027+ unknown") == hours
    assert gathered.problems == ()


@pytest.mark.parametrize(
    ("written", "field", "hours"),
    [
        (row("18:00", "10:00"), "schema:closes", "2026 Jan 01-2026 Dec 31 unknown"),  # a check-out hour, or an error
        (row("22:00", "06:30"), "schema:closes", "2026 Jan 01-2026 Dec 31 unknown"),
        (row("00:00", "00:00"), "schema:closes", "2026 Jan 01-2026 Dec 31 unknown"),  # all day, or nothing known
        (row("14:00", "14:00"), "schema:closes", "2026 Jan 01-2026 Dec 31 unknown"),
        (row("midi", "14:00"), "schema:opens", "2026 Jan 01-2026 Dec 31 unknown"),
        (row("12:00", "25:00"), "schema:opens", "2026 Jan 01-2026 Dec 31 unknown"),
        (row(None, "18:00"), "schema:opens", "2026 Jan 01-2026 Dec 31 unknown"),
        (row() | {"schema:dayOfWeek": [{"@id": "schema:PublicHolidays"}]}, "schema:dayOfWeek", "2026 Jan 01-2026 Dec 31 unknown"),
        (row() | {"schema:dayOfWeek": [{"rdfs:label": {"fr": ["Lundi"]}}]}, "schema:dayOfWeek", "2026 Jan 01-2026 Dec 31 unknown"),
        (row() | {"weekOfMonth": [{"@id": "kb:FirstWeek"}]}, "schema:dayOfWeek", "2026 Jan 01-2026 Dec 31 unknown"),
        (row(first="2026-06-31"), "schema:validFrom", None),
        (row(last="31/12/2026"), "schema:validFrom", None),
        (row(first="2026-12-31", last="2026-01-01"), "schema:validThrough", None),
        (row("09:00", "12:00", "2026-07-04", "2026-07-05", "Monday"), "schema:dayOfWeek", None),  # a Saturday and a Sunday
        ("9h-12h", "schema:openingHoursSpecification", None),
        (7, "schema:openingHoursSpecification", None),
    ],
)
def test_a_bad_opening_row_is_unknown_or_left_and_said(read: Read, written: Any, field: str, hours: str | None) -> None:
    gathered = read(with_rows(written))
    assert complaints(gathered) == [(KEY, field)]
    assert (only(gathered).hours or "").removesuffix("; 1900-2025 unknown; 2027+ unknown") == (hours or "")
    good = only(read(with_rows(written, row("14:00", "18:00")))).hours
    assert good
    assert OpeningHours(good).is_open(at("2026-06-10 15:00").replace(tzinfo=None))


def test_an_hour_that_is_no_more_known_on_one_day_stays_known_on_the_others(read: Read) -> None:
    days = ("Monday", "Tuesday")
    offer = only(read(with_rows(*(row("09:00", "08:00" if day == "Monday" else "12:00", "2026-01-01", "2026-12-31", day) for day in days))))
    assert offer.hours == "2026 Jan 01-2026 Dec 31 Mo unknown, 2026 Jan 01-2026 Dec 31 Tu 09:00-12:00; 1900-2025 unknown; 2027+ unknown"


def test_too_many_opening_rows_are_unknown(read: Read) -> None:
    gathered = read(with_rows(*(row("09:00", f"{12 + n % 8}:{n % 60:02}") for n in range(MOST_ROWS + 1))))
    assert only(gathered).hours == "Mo-Su unknown"
    assert complaints(gathered) == [(KEY, "schema:openingHoursSpecification")]


@pytest.mark.parametrize("name", ["textOpeningHoursSpecification", "TextOpeningHoursSpecification"])
def test_the_providers_own_words_about_hours(read: Read, name: str) -> None:
    """Ontology 3 has a text for the whole place, beside those of the rows."""
    rows = [row() | {"additionalInformation": {"fr": [f"Fermé en {month}."]}} for month in ("mai", "mai", "juin")]
    offer = only(read(make_object(isLocatedAt=[located(rows=rows, **{name: {"fr": ["Toute l’année."], "en": ["All year."]}})])))
    assert offer.hours_text
    assert offer.hours_text.texts == {"fr": "Toute l’année.\nFermé en mai.\nFermé en juin.", "en": "All year."}


# When it takes place


def test_a_range_with_times_is_each_day_at_that_time(read: Read) -> None:
    gathered = read(event(held("2026-07-10", "2026-07-12", "20:30:00", "22:00:00")))
    assert dates(gathered) == [(f"2026-07-{day}T20:30", f"2026-07-{day}T22:00", False) for day in (10, 11, 12)]


def test_a_range_without_times_is_days_without_a_time(read: Read) -> None:
    assert dates(read(event(held("2026-07-10", "2026-07-12")))) == [("2026-07-10T00:00", "2026-07-13T00:00", True)]


def test_the_end_of_time_is_no_end(read: Read) -> None:
    assert dates(read(event(held("2026-07-10", "9999-12-31")))) == [("2026-07-10T00:00", "2200-01-01T00:00", True)]
    assert dates(read(event(held("0001-01-01", "2026-07-10")))) == [("1970-01-01T00:00", "2026-07-11T00:00", True)]


def test_years_at_a_fixed_time_are_days_whose_time_is_to_be_confirmed(read: Read) -> None:
    gathered = read(event(held("2026-07-10", "2030-07-10", "10:00", "18:00")))
    assert dates(gathered) == [("2026-07-10T00:00", "2030-07-11T00:00", True)]
    assert complaints(gathered) == [(KEY, "takesPlaceAt")]


def test_a_day_without_an_end_is_that_day(read: Read) -> None:
    assert dates(read(event({"startDate": "2026-07-10"}))) == [("2026-07-10T00:00", "2026-07-11T00:00", True)]


def test_a_start_without_an_end_takes_it_from_the_opening_row(read: Read) -> None:
    period = held("2026-07-10", None, "20:30:00")
    assert dates(read(event(period))) == [("2026-07-10T20:30", None, False)]
    assert dates(read(event(period, rows=[row("20:30:00", "22:15:00")]))) == [("2026-07-10T20:30", "2026-07-10T22:15", False)]
    assert dates(read(event(period, rows=[row("20:30:00", "01:00:00")]))) == [("2026-07-10T20:30", "2026-07-11T01:00", False)]
    for other in (row("21:00", "22:15"), row("20:30", "22:15", "2026-08-01"), row("20:30", "22:15", None, None, "Monday"), row("20:30", None)):
        assert dates(read(event(period, rows=[other]))) == [("2026-07-10T20:30", None, False)]


def test_an_end_that_is_the_start_is_no_end(read: Read) -> None:
    gathered = read(event(held("2026-07-10", None, "14:30:00", "14:30:00")))
    assert dates(gathered) == [("2026-07-10T14:30", None, False)]


@pytest.mark.parametrize(
    ("starts", "ends"), [("00:00:00", "00:00:00"), ("00:00", None), ("00:00:00", "23:59:00"), ("00:00", "23:59:59"), ("00:00", "24:00")]
)
def test_midnight_to_midnight_says_no_time(read: Read, starts: str, ends: str | None) -> None:
    gathered = read(event(held("2026-07-10", "2026-07-11", starts, ends)))
    assert dates(gathered) == [("2026-07-10T00:00", "2026-07-12T00:00", True)]
    assert gathered.problems == ()


def test_an_end_past_midnight_is_the_next_day(read: Read) -> None:
    assert dates(read(event(held("2026-07-10", None, "22:00", "02:00")))) == [("2026-07-10T22:00", "2026-07-11T02:00", False)]
    assert dates(read(event(held("2026-07-10", None, "20:00", "00:00")))) == [("2026-07-10T20:00", "2026-07-11T00:00", False)]


def test_an_end_before_the_start_is_unknown_and_said(read: Read) -> None:
    gathered = read(event(held("2026-07-10", None, "20:00", "10:00")))
    assert dates(gathered) == [("2026-07-10T20:00", None, False)]
    assert complaints(gathered) == [(KEY, "takesPlaceAt")]


def test_an_end_alone_says_no_time(read: Read) -> None:
    assert dates(read(event(held("2026-07-10", None, None, "18:00")))) == [("2026-07-10T00:00", "2026-07-11T00:00", True)]


def test_on_a_range_of_days_the_opening_rows_decide(read: Read) -> None:
    gathered = read(event(held("2026-07-01", "2026-07-31", "14:00", "18:00"), rows=[row("14:00", "18:00", None, None, "Wednesday")]))
    assert dates(gathered) == [("2026-07-01T00:00", "2026-08-01T00:00", True)]
    assert only(gathered).hours == "We 14:00-18:00"
    for elsewhere in (
        row("14:00", "18:00"),
        row("14:00", "18:00", "2027-01-01", "2027-12-31", "Wednesday"),
        row(None, None, None, None, "Wednesday"),
    ):
        assert len(dates(read(event(held("2026-07-01", "2026-07-31", "14:00", "18:00"), rows=[elsewhere])))) == 31


def test_a_recurrent_period_takes_place_on_its_days_only(read: Read) -> None:
    saturdays = {"appliesOnDay": [{"@id": "schema:Saturday"}]}
    gathered = read(event(held("2026-07-01", "2026-07-20", "08:00", "13:00", **saturdays)))
    assert dates(gathered) == [(f"2026-07-{day}T08:00", f"2026-07-{day}T13:00", False) for day in ("04", "11", "18")]
    gathered = read(event(held("2026-07-01", "2026-07-20", **saturdays)))
    assert dates(gathered) == [(f"2026-07-{day:02}T00:00", f"2026-07-{day + 1:02}T00:00", True) for day in (4, 11, 18)]


@pytest.mark.parametrize(
    "unclear", [{"appliesOnDay": [{"@id": "schema:Someday"}]}, {"appliesOnDay": "Saturday", "weekOfMonth": [{"@id": "kb:FirstWeek"}]}]
)
def test_a_recurrence_that_is_not_understood_is_left_and_said(read: Read, unclear: Object) -> None:
    gathered = read(event(held("2026-07-01", "2026-07-20", "08:00", "13:00", **unclear), held("2026-08-01")))
    assert [start for start, _, _ in dates(gathered)] == ["2026-08-01T00:00"]
    assert complaints(gathered) == [(KEY, "takesPlaceAt")]


@pytest.mark.parametrize(
    "period",
    [
        held("2026-06-31"), held("2026-07-02", "2026-07-01"), held("2026-07-01", "2026-06-31"), held("juillet"), held("01/07/2026"), held("2026-07-01", "fin juillet"),
        {}, {"endDate": "2026-07-01"}, {"startDate": None}, {"startDate": ["x"]}, "2026-07-01", 7, held("0001-01-01"), held("9999-12-31", "9999-12-31"),
    ],
)  # fmt: skip
def test_a_bad_date_is_left_and_said(read: Read, period: Any) -> None:
    gathered = read(event(period, held("2026-08-01")))
    assert [start for start, _, _ in dates(gathered)] == ["2026-08-01T00:00"]
    assert complaints(gathered) == [(KEY, "takesPlaceAt")]


def test_a_bad_time_leaves_the_day(read: Read) -> None:
    gathered = read(event(held("2026-07-10", None, "vers 20h", "22:00")))
    assert dates(gathered) == [("2026-07-10T00:00", "2026-07-11T00:00", True)]
    assert complaints(gathered) == [(KEY, "takesPlaceAt")]


@pytest.mark.parametrize("periods", [(), ("bientôt",), (held("2026-06-31"),)])
def test_an_event_without_any_date_stays_and_is_said(read: Read, periods: tuple[Any, ...]) -> None:
    gathered = read(event(*periods))
    assert only(gathered).occurrences == ()
    assert "jamais proposée" in str(gathered.problems[-1].reason)


def test_a_programme_of_537_days(read: Read) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(537)]
    chance = random.Random(1)
    periods = [held(str(day), None, "10:00", "18:00") for day in days]
    chance.shuffle(periods)
    gathered = read(event(*periods, rows=[row("10:00", "18:00", str(day), str(day)) for day in days]))
    assert [start[:10] for start, _, _ in dates(gathered)] == [str(day) for day in days]
    assert validate(only(gathered).hours or "")
    assert gathered.problems == ()


def test_the_same_date_twice_is_one(read: Read) -> None:
    assert len(dates(read(event(held("2026-07-10", None, "20:00"), held("2026-07-09", "2026-07-10", "20:00"))))) == 2


@pytest.mark.parametrize("weekly", [{}, {"appliesOnDay": "Saturday"}])
def test_a_programme_without_end_is_cut_and_said(read: Read, weekly: Object) -> None:
    gathered = read(event(*(held(f"2026-{month:02}-01", "2199-12-31", f"{10 + month}:00", **weekly) for month in range(1, 13))))
    assert len(only(gathered).occurrences) <= MOST_OCCURRENCES
    assert set(complaints(gathered)) == {(KEY, "takesPlaceAt")}
    assert validate(only(gathered).hours or "off")


def test_the_night_that_has_no_half_past_two_and_the_one_that_has_two(read: Read) -> None:
    starts = [o.start.isoformat() for o in only(read(event(held("2027-03-28", None, "02:30"), held("2027-10-31", None, "02:30")))).occurrences]
    assert starts == ["2027-03-28T03:30:00+02:00", "2027-10-31T02:30:00+02:00"]


def test_only_events_have_dates(read: Read) -> None:
    assert only(read(make_object(takesPlaceAt=[held("2026-07-10")]))).occurrences == ()


# What it costs


def spec(*policies: str, **prices: Any) -> Object:
    return {f"schema:{name}": value for name, value in prices.items()} | {"hasEligiblePolicy": [{"@id": f"kb:{policy}"} for policy in policies]}


@pytest.mark.parametrize(
    ("specs", "free", "least", "most"),
    [
        ([spec("Free")], True, None, None),
        ([spec("Free", price="0")], True, None, None),
        ([spec(price=0)], True, None, None),
        ([spec("BaseRateFullRate", price="0"), spec("ChildRate")], True, None, None),
        ([spec("BaseRateFullRate", price="6"), spec("Free")], False, 6, 6),  # free for some
        ([spec("BaseRateFullRate", minPrice=["6"], maxPrice=["8,50"]), spec("ChildRate", minPrice="0")], False, 6, 8.5),
        ([spec("BaseRateFullRate"), spec("Free")], None, None, None),  # adults pay, nobody says how much
        ([spec("BaseRateFullRate"), spec("ChildRate", price="0")], None, None, None),
        ([spec("ChildRate", price="0")], None, None, None),
        ([spec("ChildRate", price="4")], False, 4, 4),
        ([spec("Free"), spec("Group", price="50")], False, 50, 50),
        ([spec(price="3"), spec("ExtraCharge", price="1")], False, 3, 3),
        ([spec(minPrice=["375", "530"], maxPrice=["485", "750"])], False, 375, 750),
        ([spec(price=4.5, priceCurrency="CHF")], False, 4.5, 4.5),
        ([spec()], None, None, None),
        ([], None, None, None),
        (["6 €"], None, None, None),
    ],
)
def test_prices(read: Read, specs: list[Any], free: bool | None, least: float | None, most: float | None) -> None:
    gathered = read(make_object(offers=[{"schema:priceSpecification": specs}]))
    prices = only(gathered).prices
    assert gathered.problems == ()
    if free is None:
        assert prices is None
    else:
        assert prices
        assert (prices.free, prices.min, prices.max) == (free, least, most)
        assert prices.currency == ("CHF" if "CHF" in str(specs) else "EUR")


@pytest.mark.parametrize("price", ["six euros", "NaN", -5, "1e9", True, {"@value": "6"}])
def test_a_bad_price_is_said(read: Read, price: Any) -> None:
    gathered = read(make_object(offers=[{"schema:priceSpecification": [spec(price=price), spec(price="7")]}]))
    assert complaints(gathered) == [(KEY, "schema:price")]
    assert only(gathered).prices
    assert only(gathered).prices.min == 7  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["textPriceSpecification", "TextPriceSpecification"])
def test_the_providers_own_words_about_prices(read: Read, name: str) -> None:
    notes = {"schema:priceSpecification": [spec("Free") | {"additionalInformation": {"fr": ["Le soir"], "en": ["At night"]}}]}
    prices = only(read(make_object(offers=[notes, {name: {"fr": ["6 €, enfants 3 €"]}}]))).prices
    assert prices
    assert prices.text
    assert prices.text.texts == {"fr": "6 €, enfants 3 €", "en": "At night"}


# Words, people, pictures


def test_the_comment_then_the_short_text_then_the_long_one(read: Read) -> None:
    described = {"shortDescription": {"fr": ["court"], "de": ["kurz"]}, "dc:description": {"fr": ["long"], "de": ["lang"], "es": ["largo"]}}
    offer = only(read(make_object(hasDescription=[described]) | {"rdfs:comment": {"fr": ["commentaire"], "en": ["comment"]}}))
    assert offer.descriptions
    assert offer.descriptions.texts == {"fr": "commentaire", "en": "comment", "de": "kurz", "es": "largo"}


def test_texts_by_machine_are_known_as_such(read: Read) -> None:
    def by_machine(language: str, *predicates: Any) -> Object:
        return {"dc:contributor": ["https://api.deepl.com/v2/translate"], "rdf:language": [language], "rdf:predicate": list(predicates)}

    described = {
        "shortDescription": {"fr": ["court"], "en": ["short"], "de": ["kurz"]},
        "dc:description": {"es": ["largo"]},
        "hasTranslatedProperty": [
            by_machine("de", "shortDescription"),
            by_machine("es", {"@id": "dc:description"}),
            by_machine("en", {"@id": "dc:description"}),
        ],
    }
    comments = {"rdfs:comment": {"it": ["commento"]}, "hasTranslatedProperty": [by_machine("it", {"@id": "rdfs:comment"}), by_machine("nl", 7, None)]}
    offer = only(read(make_object(hasDescription=[described], **comments)))
    assert offer.descriptions
    assert offer.descriptions.machine == ("de", "es", "it")


def test_contacts(read: Read) -> None:
    contacts = [
        {
            "schema:telephone": ["05 59 00 00 00", "+33 5 59 00 00 00", "?"],
            "schema:email": "a@b.example",
            "foaf:homepage": ["www.b.example", "javascript:x"],
        }
    ]
    gathered = read(
        make_object(hasContact=contacts, hasBookingContact=[{"foaf:homepage": ["https://b.example/r"], "schema:telephone": ["0559000000"]}])
    )
    assert only(gathered).contacts == (
        Contact(ContactType.PHONE, "+33559000000"),
        Contact(ContactType.EMAIL, "a@b.example"),
        Contact(ContactType.WEB, "https://www.b.example"),
        Contact(ContactType.BOOKING, "https://b.example/r"),
    )
    assert complaints(gathered) == [(KEY, "schema:telephone"), (KEY, "foaf:homepage")]


@pytest.mark.parametrize(
    ("fields", "wheelchair", "dogs"),
    [
        ({}, None, None),
        ({"reducedMobilityAccess": True}, True, None),
        ({"reducedMobilityAccess": False}, False, None),
        ({"reducedMobilityAccess": "oui"}, None, None),
        ({"isLocatedAt": [located(petsAllowed=False)]}, None, False),
        ({"isLocatedAt": [located(petsAllowed=True)], "hasFeature": [{"petsAllowed": False}]}, None, True),
        ({"hasFeature": [{"petsAllowed": False}]}, None, False),
        ({"hasFeature": [{"petsAllowed": "peut-être"}]}, None, None),
    ],
)
def test_false_is_not_unknown(read: Read, fields: Object, wheelchair: bool | None, dogs: bool | None) -> None:
    access = only(read(make_object(**fields))).access
    assert access.wheelchair is wheelchair
    assert access.dogs is dogs


@pytest.mark.parametrize(
    ("people", "audience"),
    [
        ([], None),
        ([{"@id": "kb:Regional"}], None),
        ([{"@id": "kb:Children"}, {"@id": "kb:LargeFamilies"}, {"@id": "kb:Families"}], Audience(groups=("children", "families"))),
        ([{"schema:suggestedMinAge": "6", "schema:suggestedMaxAge": 12.0}], Audience(6, 12)),
        ([{"schema:suggestedMinAge": "six"}], None),
        ([{"schema:suggestedMaxAge": 400}], None),
        ("tous", None),
    ],
)
def test_audience(read: Read, people: Any, audience: Audience | None) -> None:
    assert only(read(make_object(hasAudience=people))).audience == audience


def picture(url: Any, media: str = "JPEG", **annotation: Any) -> Object:
    return {
        "ebucore:hasRelatedResource": [{"ebucore:hasMimeType": [{"@id": f"kb:{media}"}], "ebucore:locator": [url]}],
        "ebucore:hasAnnotation": [annotation],
    }


def test_pictures_keep_the_day_their_rights_end(read: Read) -> None:
    old, new = picture("https://a.example/1.jpg", credits=["A."], rightsEndDate="2019-12-31"), picture("https://a.example/2.jpg")
    two = picture("https://a.example/3.jpg", rightsEndDate="2030-01-01") | {
        "ebucore:hasAnnotation": [{"rightsEndDate": "2030-01-01"}, {"rightsEndDate": "2028-01-01"}]
    }
    pictures = only(
        read(make_object(hasMainRepresentation=[old], hasRepresentation=[old, new, picture("https://a.example/plan.pdf", "PDF"), two]))
    ).pictures
    assert [(p.url[-5:], p.credit, p.expires) for p in pictures] == [
        ("1.jpg", "A.", date(2019, 12, 31)),
        ("2.jpg", None, None),
        ("3.jpg", None, date(2028, 1, 1)),
    ]


@pytest.mark.parametrize(
    ("media", "field"),
    [
        (picture("http://169.254.169.254/latest/meta-data"), "ebucore:locator"),
        (picture("file:///etc/passwd"), "ebucore:locator"),
        (picture({"@value": "http://localhost/x.png"}), "ebucore:locator"),
        (picture(7), "ebucore:locator"),
        (picture("https://a.example/1.jpg", rightsEndDate="fin 2019"), "rightsEndDate"),
    ],
)
def test_a_bad_picture_is_left_and_said(read: Read, media: Object, field: str) -> None:
    gathered = read(make_object(hasRepresentation=[media]))
    assert only(gathered).pictures == ()
    assert complaints(gathered) == [(KEY, field)]


@pytest.mark.parametrize(
    ("mine", "platform", "updated"),
    [
        ("2026-05-02", "2026-05-03T01:00:00.000Z", "2026-05-02"),
        ("2026-12-31", "2026-05-03T01:00:00.000Z", "2026-05-03"),  # in the future: the platform had it before
        ("2026-05-02", None, "2026-05-02"),
        ("hier", "2026-05-03", "2026-05-03"),
        (None, None, None),
    ],
)
def test_updated(read: Read, mine: Any, platform: Any, updated: str | None) -> None:
    assert only(read(make_object(lastUpdate=mine, lastUpdateDatatourisme=platform))).updated == updated


def test_languages_spoken_come_as_codes_and_as_french_words(read: Read) -> None:
    assert only(read(make_object(availableLanguage=["en", "Français", "Anglais", "BR", 7, ["x"]]))).spoken == ("en", "fr")


@pytest.mark.parametrize(
    ("types", "kind", "themes"),
    [
        (["Museum", "CulturalSite", "PlaceOfInterest"], Kind.SIGHT, ("museum", "heritage")),
        (["https://www.datatourisme.fr/ontology/core#Museum"], Kind.SIGHT, ("museum",)),
        (["https://www.datatourisme.gouv.fr/ontology/core#EntertainmentAndEvent"], Kind.EVENT, ()),
        (["EntertainmentAndEvent", "SaleEvent", "Market"], Kind.EVENT, ("market", "fair")),
        (["FoodEstablishment", "BistroOrWineBar", "schema:Winery"], Kind.RESTAURANT, ("bistro",)),  # schema.org calls every wine bar so
        (["Hotel", "HotelTrade", "Accommodation", "FoodEstablishment"], Kind.LODGING, ("hotel",)),
        (["Store", "CraftsmanShop"], Kind.SHOP, ("crafts",)),
        (["WalkingTour", "Tour"], Kind.ACTIVITY, ("walk",)),
        (["PublicLavatories", "ConvenientService"], Kind.SERVICE, ("toilets",)),
        (["PicnicArea", "ConvenientService"], Kind.SIGHT, ("picnic",)),
        ("PointOfInterest", Kind.SIGHT, ()),
        ([7, None, {}], Kind.SIGHT, ()),
    ],
)
def test_kind_and_themes(read: Read, types: Any, kind: Kind, themes: tuple[str, ...]) -> None:
    offer = only(read(make_object() | {"@type": types}))
    assert (offer.kind, offer.themes) == (kind, themes)


def test_labels(read: Read) -> None:
    reviews = [{"hasReviewValue": {"@id": f"kb:LabelRating_{name}"}} for name in ("TourismeHandicapPictogrammeMoteur", "QualiteTourisme", "Inconnu")]
    assert only(read(make_object(hasReview=reviews))).labels == ("qualite_tourisme", "tourisme_handicap")


# The source as a whole


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("export.csv", "Nom;Commune\nMusée;Pau\n".encode()), ("LISEZMOI.md", b"# Bonjour\n"), ("agenda.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ("flux.zip", b"<!doctype html><title>Connexion</title>"), ("photo.jpg", random.Random(2).randbytes(5_000)), ("vide.json", b""), ("tableau.json", b"[]"),
        ("autre.json", b'{"type": "FeatureCollection", "features": []}'), ("coupe.json", json.dumps(make_object()).encode()[:-9]), ("index.txt", b"{}"),
    ],
)  # fmt: skip
def test_what_is_no_flux_is_refused_in_one_sentence(tmp_path: Path, name: str, body: bytes) -> None:
    source = tmp_path / name
    source.write_bytes(body)
    with pytest.raises(FeedError) as caught:
        list(parse(source, FEED))
    assert str(caught.value) == f"{name} ne contient aucun objet DATAtourisme (« @id », « @type »)."


def test_an_archive_of_something_else_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("package.json", "{}")
        file.writestr("lisezmoi.txt", "bonjour")
    with pytest.raises(FeedError, match="ne contient aucun objet"):
        list(parse(tmp_path / "a.zip", FEED))
    with pytest.raises(FeedError, match="ne contient aucun objet"):
        list(parse(CORPUS / "folder/objects/1", FEED))


def test_a_flux_without_any_object_is_a_flux(read: Read) -> None:
    gathered = read()
    assert (gathered.records, gathered.offers, gathered.problems) == (0, {}, ())
    assert decide({KEY: "x"}, {}).held


def test_an_object_alone_a_list_and_a_graph_are_read_alike(tmp_path: Path) -> None:
    source = tmp_path / "objet.json"
    for document in (make_object(), [make_object()], {"@graph": [make_object()]}, {"@context": "https://x.example", "@graph": make_object()}):
        source.write_text(json.dumps(document))
        assert only(gather(parse(source, FEED))).key == KEY


def test_of_two_objects_with_one_key_the_newer_stays(read: Read) -> None:
    old, new = make_object("Vieux", lastUpdate="2026-01-01"), make_object("Neuf", lastUpdate="2026-05-01")
    assert [only(read(*pair)).names.texts["fr"] for pair in ((old, new), (new, old))] == ["Neuf", "Neuf"]


FULL = json.loads((CORPUS / "ontology-2.json").read_text()) | {
    "takesPlaceAt": [held("2026-07-10", "2026-07-12", "20:00", "22:00", appliesOnDay="Friday")]
}
FULL["@type"] = ["EntertainmentAndEvent", "Concert"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2026-06-31", "9999-12-31", "0001-01-01", "24:00", "\ud800", "\x00", "http://127.1/", "1e999", "fr", 10**400, [[]], {"@id": {}}, {"fr": [[]]}]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@id", "@value", "fr", "schema:opens", "startDate", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def paths(value: Any) -> list[tuple[Any, ...]]:
    """The path of every part of a document but its own."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, each in inner for path in ((key,), *((key, *rest) for rest in paths(each)))]


PATHS = paths(FULL)


@given(st.lists(st.tuples(st.sampled_from(PATHS), VALUES), min_size=1, max_size=4))
def test_whatever_stands_anywhere_in_an_object_the_rest_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    damaged = copy.deepcopy(FULL)
    for path, value in changes:
        inner = damaged
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            pass  # an earlier change took it away
    source = write_flux(tmp_path_factory.getbasetemp() / "fuzz.zip", [damaged, make_object("Bon", "64/bon")])
    gathered = gather(parse(source, FEED))
    assert "64/bon" in gathered.offers
    assert gathered.records == 2
    for offer in gathered.offers.values():
        json.dumps(exported(offer), ensure_ascii=False, allow_nan=False).encode()
        assert offer.hours is None or validate(offer.hours)
    for problem in gathered.problems:
        assert isinstance(problem, Problem)
        assert problem.record
        f"{problem.record} {problem.reason} {problem.value}".encode()


if __name__ == "__main__":
    (CORPUS / "expected").mkdir(exist_ok=True)
    for each in SOURCES:
        (CORPUS / "expected" / f"{each.stem}.json").write_text(json.dumps(told(each), ensure_ascii=False, indent=1) + "\n")
