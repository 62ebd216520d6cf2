"""The Offer: its identity, and how it is shown."""

import json
import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.offer import (
    Access,
    Audience,
    Contact,
    ContactType,
    Kind,
    OccurrenceStatus,
    Picture,
    Prices,
    exported,
    offer_id,
)
from sejour.domain.place import Address
from sejour.domain.text import LocalText
from tests.builders import happening, make_offer


@pytest.mark.parametrize(
    ("format", "key", "expected"),
    [
        ("datatourisme", "64/aaaa", "p5ahfzwy2j"),
        ("apidae", "5678", "bgc4ac2elf"),
    ],
)
def test_an_id_is_the_same_on_every_machine_and_for_ever(format: str, key: str, expected: str) -> None:
    """Links, carnets and the office's words hang on it: never change these two values."""
    assert offer_id(format, key) == expected


@given(st.text(), st.text())
def test_an_id_can_stand_in_an_address(format: str, key: str) -> None:
    try:
        id = offer_id(format, key)
    except UnicodeEncodeError:
        return  # a lone surrogate: the readers of feeds refuse it before
    assert len(id) == 10
    assert set(id) <= set(string.ascii_lowercase + "234567")


def test_ids_differ_by_format_and_by_key() -> None:
    ids = {offer_id(format, str(n)) for format in ("datatourisme", "apidae", "tourinsoft") for n in range(5000)}
    assert len(ids) == 15_000


def test_the_first_contact_of_a_type() -> None:
    offer = make_offer(
        contacts=(Contact(ContactType.WEB, "https://a.fr"), Contact(ContactType.PHONE, "+33559000000"), Contact(ContactType.PHONE, "+33559000001"))
    )
    assert offer.contact(ContactType.PHONE) == "+33559000000"
    assert offer.contact(ContactType.EMAIL) is None


KEYS = {"id", "key", "kind", "names", "descriptions", "lat", "lon", "address", "contacts", "hours", "hours_text", "occurrences", "prices", "audience",
        "access", "pictures", "updated", "feed", "producer"}  # fmt: skip


def test_export_has_every_key_of_the_contract_even_when_nothing_is_known() -> None:
    shown = exported(make_offer(place=None))
    assert shown.keys() >= KEYS
    assert [key for key in sorted(shown) if shown[key] is None] == ["address", "audience", "hours", "lat", "lon", "prices", "producer", "updated"]
    assert shown["access"] == {"wheelchair": None, "dogs": None, "stroller": None, "sheltered": None}
    assert json.loads(json.dumps(shown)) == shown


def test_export_of_a_full_offer() -> None:
    offer = make_offer(
        kind=Kind.EVENT,
        descriptions=LocalText({"fr": "Belle", "en": "Fine"}, ("en",)),
        address=Address("1 rue Haute", "64000", "Pau", "64445"),
        contacts=(Contact(ContactType.PHONE, "+33559000000"),),
        hours="Mo 10:00-12:00",
        hours_text=LocalText({"fr": "le lundi"}),
        occurrences=(happening("2026-08-13 20:00", "2026-08-13 22:00", status=OccurrenceStatus.CANCELLED), happening("2026-08-14 20:00")),
        prices=Prices(False, 5.0, 8.5, text=LocalText({"fr": "de 5 à 8,50 €"})),
        audience=Audience(3, None, ("families",)),
        access=Access(dogs=True),
        pictures=(Picture("https://a.fr/1.jpg", "Léa", "CC BY", date(2027, 1, 1)),),
        spoken=("fr", "en"),
        updated="2026-05-02",
        producer="OT Pau",
    )
    shown = exported(offer)
    assert shown["machine_translated"] == ["en"]
    assert shown["address"] == {"street": "1 rue Haute", "postcode": "64000", "city": "Pau", "insee": "64445"}
    assert shown["occurrences"] == [
        {"start": "2026-08-13T20:00:00+02:00", "end": "2026-08-13T22:00:00+02:00", "all_day": False, "status": "cancelled"},
        {"start": "2026-08-14T20:00:00+02:00", "end": None, "all_day": False, "status": "planned"},
    ]
    assert shown["prices"] == {"free": False, "min": 5.0, "max": 8.5, "currency": "EUR", "text": "de 5 à 8,50 €"}
    assert shown["audience"] == {"min_age": 3, "max_age": None, "groups": ["families"]}
    assert shown["pictures"] == [{"url": "https://a.fr/1.jpg", "credit": "Léa", "licence": "CC BY", "expires": "2027-01-01"}]
    assert json.loads(json.dumps(shown)) == shown


def test_prices_with_nothing_but_words_are_shown_with_nulls() -> None:
    assert exported(make_offer(prices=Prices(text=LocalText({"en": "ask"}))))["prices"] == {
        "free": None,
        "min": None,
        "max": None,
        "currency": "EUR",
        "text": "ask",
    }
