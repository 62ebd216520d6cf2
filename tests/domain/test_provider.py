"""Who runs an offer, and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.offer import Contact, ContactType
from sejour.domain.place import Address
from sejour.domain.provider import MOST_OF_A_PROVIDER, commune_of, numbered, provider_of
from tests.builders import make_offer

PHONE, MAIL, WEB = (
    Contact(ContactType.PHONE, "+33559000000"),
    Contact(ContactType.EMAIL, "a@b.fr"),
    Contact(ContactType.WEB, "https://b.fr"),
)


@pytest.mark.parametrize(
    ("contacts", "provider"),
    [((), None), ((WEB,), None), ((WEB, MAIL), "a@b.fr"), ((MAIL, PHONE), "+33559000000"), ((PHONE, WEB), "+33559000000")],
)
def test_a_telephone_else_a_mail_says_who_runs_it(contacts: tuple[Contact, ...], provider: str | None) -> None:
    assert provider_of(make_offer(contacts=contacts)) == provider


@pytest.mark.parametrize(
    ("address", "commune"),
    [(None, None), (Address(), None), (Address(city="Pau"), "Pau"), (Address(city="Pau", insee="64445"), "64445"), (Address(postcode="64000"), None)],
)
def test_a_commune_is_its_number_else_its_name(address: Address | None, commune: str | None) -> None:
    assert commune_of(make_offer(address=address)) == commune


def test_numbers() -> None:
    assert numbered(["b", None, "a", "b", None]).tolist() == [0, -1, 1, 0, -1]
    assert numbered([]).tolist() == []


def test_what_too_many_share_is_the_office_s_own() -> None:
    names = ["office"] * (MOST_OF_A_PROVIDER + 1) + ["chain"] * MOST_OF_A_PROVIDER + ["one"]
    found = numbered(names, MOST_OF_A_PROVIDER).tolist()
    assert found == [-1] * (MOST_OF_A_PROVIDER + 1) + [0] * MOST_OF_A_PROVIDER + [1]


@given(st.lists(st.one_of(st.none(), st.sampled_from("abcdef"))), st.one_of(st.none(), st.integers(1, 4)))
def test_equal_numbers_are_equal_names(names: list[str | None], most: int | None) -> None:
    found = numbered(names, most).tolist()
    assert len(found) == len(names)
    for a, one in zip(names, found, strict=True):
        assert (one < 0) is (a is None or (most is not None and names.count(a) > most))
        assert all((one == two) is (a == b) for b, two in zip(names, found, strict=True) if one >= 0 and two >= 0)
    assert sorted({n for n in found if n >= 0}) == list(range(len({n for n in found if n >= 0})))
