"""Everything a territory offers, as columns."""

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.agenda import agenda
from sejour.domain.catalogue import AHEAD, FAR_CANDIDATES, KINDS, NONE, WISHES, Catalogue
from sejour.domain.category import CATEGORIES, Category, category_of
from sejour.domain.curation import Mute, Pick
from sejour.domain.fairness import Attention
from sejour.domain.nature import sheltered, stay_minutes
from sejour.domain.offer import Access, Audience, Contact, ContactType, Kind, Offer, Prices
from sejour.domain.place import Address, Place
from sejour.domain.stars import stars
from sejour.domain.surveys import Surveys
from sejour.domain.travel import great_circle_m
from sejour.domain.visit import Wish
from tests.builders import AUGUST, ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.samples import FRANCE

DAY = timedelta(days=1)


def wishes_of(offer: Offer) -> set[Wish]:
    bits = int(make_catalogue(offer).wishes[0])
    return {wish for wish in Wish if bits & WISHES[wish]}


# ---- the wishes that an offer answers ----

ALWAYS = {Wish.CARFREE}
ANSWERS: list[tuple[dict[str, Any], set[Wish]]] = [
    ({}, {Wish.SHORT}),
    ({"prices": Prices(free=True)}, {Wish.FREE, Wish.SHORT}),
    ({"prices": Prices(free=False)}, {Wish.SHORT}),
    ({"prices": Prices(free=None, min=0.0)}, {Wish.SHORT}),  # the source does not say that it is free
    ({"access": Access(dogs=True)}, {Wish.DOGS, Wish.SHORT}),
    ({"access": Access(dogs=False)}, {Wish.SHORT}),
    ({"access": Access(stroller=True, wheelchair=True)}, {Wish.STROLLER, Wish.WHEELCHAIR, Wish.SHORT}),
    ({"access": Access(wheelchair=False)}, {Wish.SHORT}),
    ({"access": Access(sheltered=True)}, {Wish.SHELTERED, Wish.SHORT}),
    ({"access": Access(sheltered=False)}, {Wish.OUTDOOR, Wish.SHORT}),
    ({"themes": ("museum",)}, {Wish.SHELTERED, Wish.CULTURE, Wish.SHORT}),
    ({"themes": ("garden",)}, {Wish.OUTDOOR, Wish.NATURE, Wish.SHORT}),
    ({"themes": ("zoo",)}, {Wish.OUTDOOR, Wish.NATURE}),  # two hours at least
    ({"kind": Kind.RESTAURANT}, {Wish.FOOD, Wish.SHELTERED, Wish.SHORT}),
    ({"kind": Kind.MARKET}, {Wish.FOOD, Wish.SHORT}),
    ({"kind": Kind.ACTIVITY, "themes": ("winery",)}, {Wish.FOOD, Wish.SHELTERED, Wish.SHORT}),
]


@pytest.mark.parametrize(("fields", "expected"), ANSWERS)
def test_an_offer_answers_what_is_known_of_it_and_nothing_more(fields: dict[str, Any], expected: set[Wish]) -> None:
    assert wishes_of(make_offer(**fields)) == expected | ALWAYS


KIDS = (Wish.KIDS3, Wish.KIDS7, Wish.KIDS11)
AGES = [
    (None, ()),
    (Audience(), ()),
    (Audience(groups=("adults",)), ()),
    (Audience(groups=("children",)), KIDS),
    (Audience(groups=("families",)), KIDS),
    (Audience(min_age=0), KIDS),
    (Audience(min_age=3), KIDS),
    (Audience(min_age=6), (Wish.KIDS7, Wish.KIDS11)),
    (Audience(min_age=8), (Wish.KIDS7, Wish.KIDS11)),
    (Audience(min_age=10), (Wish.KIDS11,)),
    (Audience(min_age=18), ()),
    (Audience(max_age=6), (Wish.KIDS3,)),
    (Audience(min_age=3, max_age=10), (Wish.KIDS3, Wish.KIDS7)),
    (Audience(min_age=12, groups=("children",)), (Wish.KIDS11,)),  # the ages are more exact than the word
    (Audience(max_age=0), ()),
]


@pytest.mark.parametrize(("audience", "expected"), AGES)
def test_ages(audience: Audience | None, expected: tuple[Wish, ...]) -> None:
    assert wishes_of(make_offer(audience=audience)) & set(KIDS) == set(expected)


def test_every_wish_has_its_bit() -> None:
    assert len(set(WISHES.values())) == len(Wish)
    assert all(bit & (bit - 1) == 0 for bit in WISHES.values())


# ---- building ----


def test_offers_are_sorted_by_id_and_found_by_it() -> None:
    offers = [make_offer(name) for name in "edcba"]
    catalogue = make_catalogue(*offers)
    assert [offer.id for offer in catalogue.offers] == sorted(offer.id for offer in offers)
    assert all(catalogue.offer(offer.id) is offer for offer in offers)
    assert catalogue.offer("nothing") is None


def test_of_two_offers_of_one_id_the_first_stays() -> None:
    first, second = make_offer(feed="one"), make_offer(feed="two")
    assert make_catalogue(first, second).offers == (first,)


def test_every_column_is_parallel_to_the_offers() -> None:
    offers = [
        make_offer("a", themes=("museum",)),
        make_offer("b", kind=Kind.RESTAURANT, place=None),
        make_offer("c", kind=Kind.EVENT, themes=("garden",)),
        make_offer("d", kind=Kind.LODGING, place=Place(43.4, -0.4)),
    ]
    catalogue = make_catalogue(*offers)
    for i, offer in enumerate(catalogue.offers):
        assert KINDS[catalogue.kind[i]] is offer.kind
        assert CATEGORIES[catalogue.category[i]] is category_of(offer)
        assert catalogue.attraction[i] == stars(offer)
        assert catalogue.stay[i] == stay_minutes(offer)
        assert {1: True, 0: False, -1: None}[int(catalogue.shelter[i])] is sheltered(offer)
        assert np.isnan(catalogue.lat[i]) == np.isnan(catalogue.lon[i]) == (offer.place is None)
        assert offer.place is None or (catalogue.lat[i], catalogue.lon[i]) == (offer.place.lat, offer.place.lon)


def test_an_empty_catalogue() -> None:
    catalogue = make_catalogue()
    assert catalogue.near(ROYALE, 5000).tolist() == []
    assert catalogue.timetable(AUGUST, AUGUST + DAY, ROYALE).owner.tolist() == []
    assert catalogue.offer("a") is None


def test_who_shares_a_provider_or_a_commune_has_its_number() -> None:
    phone, pau = (Contact(ContactType.PHONE, "+33 5 59 00 00 00"),), Address(insee="64445")
    offers = [
        make_offer("a", contacts=phone, address=pau),
        make_offer("b", contacts=phone),
        make_offer("c", address=pau),
        make_offer("d"),
    ]
    catalogue = make_catalogue(*offers)
    provider, commune = (
        {offer.key: int(column[catalogue.index[offer.id]]) for offer in offers} for column in (catalogue.provider, catalogue.commune)
    )
    assert provider["a"] == provider["b"] >= 0 > provider["c"] == provider["d"]
    assert commune["a"] == commune["c"] >= 0 > commune["b"] == commune["d"]


def test_counted_visitors_replace_the_stars() -> None:
    offers = [make_offer("castle", themes=("castle",)), make_offer("museum", themes=("museum",)), make_offer("shop", kind=Kind.SHOP)]
    plain, counted = make_catalogue(*offers), make_catalogue(*offers, surveys=Surveys(visitors={offers[0].id: 999, offers[1].id: 99_999, "gone": 1}))
    worth = {offer.key: counted.attraction[counted.index[offer.id]] for offer in offers}
    assert worth["museum"] - worth["castle"] == pytest.approx(math.log(100))
    assert worth["shop"] == plain.attraction[plain.index[offers[2].id]]
    assert counted.attraction.sum() == pytest.approx(plain.attraction.sum())


def test_measured_walks_are_a_column_for_each_hotspot() -> None:
    offers = [make_offer("a"), make_offer("b")]
    catalogue = make_catalogue(*offers, surveys=Surveys(walks={"gare": {offers[0].id: 350.0, "gone": 1.0}, "empty": {}}))
    assert catalogue.walked["gare"][catalogue.index[offers[0].id]] == 350.0
    assert np.isnan(catalogue.walked["gare"][catalogue.index[offers[1].id]])
    assert np.isnan(catalogue.walked["empty"]).all()


def test_counts_bend_the_hours() -> None:
    counts = {(Category.MUSEUM, 10): (100.0, 20.0)}
    plain, bent = make_catalogue(), make_catalogue(counts=counts)
    assert np.argwhere(bent.hour_factors != plain.hour_factors).tolist() == [[CATEGORIES.index(Category.MUSEUM), 10]]


def test_attention_gives_each_offer_its_standing() -> None:
    offers = [make_offer(name, hours="24/7") for name in "abc"]
    catalogue = make_catalogue(*offers)
    assert catalogue.fairness.tolist() == [0.0] * 3
    shown = catalogue.shown({offers[0].id: Attention(30.0, 10.0), offers[1].id: Attention(10.0, 30.0), "gone": Attention(1.0, 1.0)})
    standings = [shown.fairness[shown.index[offer.id]] for offer in offers]
    assert standings[0] > standings[2] == 0 > standings[1]
    assert catalogue.fairness.tolist() == [0.0] * 3
    assert shown.memo is not catalogue.memo  # what was prepared knew the former standings
    assert shown.offers is catalogue.offers


def test_a_provider_tells_more_of_an_offer_than_its_commune() -> None:
    phone, pau = (Contact(ContactType.PHONE, "+33559000000"),), Address(city="Pau")
    new = make_offer("new", contacts=phone, address=pau)
    sister, neighbour = make_offer("sister", contacts=phone, address=pau), make_offer("neighbour", address=pau)
    shown = make_catalogue(new, sister, neighbour).shown({sister.id: Attention(400.0, 300.0), neighbour.id: Attention(300.0, 900.0)})
    assert shown.fairness[shown.index[new.id]] == pytest.approx(math.log(400 / 300), abs=0.02)


def test_attention_of_an_empty_catalogue() -> None:
    assert make_catalogue().shown({"gone": Attention(1.0, 1.0)}).fairness.tolist() == []


def test_what_it_was_made_of_is_kept() -> None:
    picks, mutes = [Pick("a", by="Léa")], [Mute("b", reason="travaux")]
    catalogue = make_catalogue(revision=7, picks=picks, mutes=mutes, holidays=FRANCE)
    assert (catalogue.revision, catalogue.said.picks, catalogue.said.mutes, catalogue.holidays) == (7, tuple(picks), tuple(mutes), FRANCE)
    assert catalogue.built == at("2026-08-13 15:00")


# ---- near ----


def named(catalogue: Catalogue, found: np.ndarray) -> set[str]:
    return {catalogue.offers[i].key for i in found.tolist()}


def test_near_in_metres() -> None:
    catalogue = make_catalogue(
        make_offer("here", place=ROYALE),
        make_offer("138 m", place=Place(43.2956, -0.3706)),
        make_offer("11 km", place=Place(43.3946, -0.3716)),
        make_offer("nowhere", place=None),
    )
    assert named(catalogue, catalogue.near(ROYALE, 0)) == {"here"}
    assert named(catalogue, catalogue.near(ROYALE, 137)) == {"here"}
    assert named(catalogue, catalogue.near(ROYALE, 138)) == {"here", "138 m"}
    assert named(catalogue, catalogue.near(ROYALE, 12_000)) == {"here", "138 m", "11 km"}
    assert named(catalogue, catalogue.near(ROYALE, 20_000_000)) == {"here", "138 m", "11 km"}


def test_near_looks_across_the_antimeridian() -> None:
    """Wallis and Futuna lie at 176-178° W: what is across the line is as near."""
    catalogue = make_catalogue(make_offer("east", place=Place(-14.3, -179.95)), make_offer("west", place=Place(-14.3, 179.95)))
    assert named(catalogue, catalogue.near(Place(-14.3, 179.99), 20_000)) == {"east", "west"}
    assert named(catalogue, catalogue.near(Place(-14.3, -179.99), 20_000)) == {"east", "west"}


places = st.builds(
    Place,
    st.one_of(st.floats(-90, 90), st.floats(43, 43.6), st.floats(89, 90)),
    st.one_of(st.floats(-180, 180), st.floats(-0.7, 0), st.floats(179, 180)),
)


@given(st.lists(places, max_size=8), places, st.floats(1, 60_000))
def test_near_finds_what_a_plain_comparison_finds(found: list[Place], place: Place, metres: float) -> None:
    catalogue = make_catalogue(*(make_offer(str(n), place=p) for n, p in enumerate(found)))
    distance = great_circle_m(place.lat, place.lon, catalogue.lat, catalogue.lon)
    assert catalogue.near(place, metres).tolist() == np.flatnonzero(distance <= metres).tolist()


# ---- the timetable, prepared or computed ----

VARIOUS = [
    make_offer("museum", hours="Tu-Su 10:00-18:00", themes=("museum",)),
    make_offer("always", hours="24/7"),
    make_offer("nobody knows"),
    make_offer("bar", kind=Kind.RESTAURANT, hours="We-Sa 18:00-02:00"),
    make_offer("holidays", hours="PH,Su 10:00-12:00"),
    make_offer("concert", kind=Kind.EVENT, occurrences=(happening("2026-08-20 21:00", "2026-08-20 23:00"),)),
    make_offer("nights", kind=Kind.EVENT, occurrences=(happening("2026-08-10 21:00", "2026-08-14 05:00"),)),
    make_offer("festival", kind=Kind.EVENT, occurrences=(happening("2026-08-14 00:00", "2026-08-24 00:00", all_day=True),)),
    make_offer("mondays", kind=Kind.EVENT, hours="Mo 10:00-18:00", occurrences=(happening("2026-07-01 00:00", "2026-09-30 00:00", all_day=True),)),
]


def rows(catalogue: Catalogue, first: str, hours: int) -> list[tuple[str, int, int, int, int]]:
    """Rows between two moments; where they were cut does not matter, a day away."""
    start = at(first)
    table = catalogue.timetable(start, start + timedelta(hours=hours), ROYALE)
    early, late = round((start - DAY).timestamp()), round((start + timedelta(hours=hours) + DAY).timestamp())
    columns = (table.owner, np.maximum(table.start, early), np.minimum(table.end, late), np.minimum(table.last, late - 7200), table.sort)
    return [(catalogue.offers[row[0]].key, *row[1:]) for row in zip(*(column.tolist() for column in columns), strict=True)]


@pytest.mark.parametrize(
    "first", ["2026-08-12 15:00", "2026-08-13 00:00", "2026-08-13 23:30", "2026-08-17 09:00", "2026-08-28 09:00", "2026-08-28 12:00"]
)
def test_a_prepared_fortnight_says_what_a_computed_one_says(first: str) -> None:
    """At the ends of the fortnight openings were cut, and some seemed too short."""
    prepared = make_catalogue(*VARIOUS, holidays=FRANCE)
    computed = make_catalogue(*VARIOUS, moment=at("2030-01-01 00:00"), holidays=FRANCE)
    assert prepared.built - DAY <= at(first) <= prepared.built + AHEAD
    assert rows(prepared, first, 3) == rows(computed, first, 3)


@pytest.mark.parametrize("first", ["2026-08-12 14:59", "2026-08-28 12:01", "2020-02-29 10:00", "2040-12-31 23:00"])
def test_any_other_moment_is_computed(first: str) -> None:
    catalogue = make_catalogue(make_offer(hours="10:00-12:00"))
    assert rows(catalogue, first, 36)


def test_only_the_nearest_are_computed() -> None:
    offers = [make_offer(str(n), place=Place(43.2946 + n / 100_000, -0.3716), hours="24/7") for n in range(FAR_CANDIDATES + 50)]
    catalogue = make_catalogue(*offers)
    table = catalogue.timetable(at("2030-08-13 10:00"), at("2030-08-13 12:00"), ROYALE)
    assert {int(catalogue.offers[i].key) for i in table.owner} == set(range(FAR_CANDIDATES))


def test_only_those_asked_for_are_computed() -> None:
    """Of a week in a month the agenda forgot the events beyond the four hundred nearest shops."""
    shops = [make_offer(str(n), kind=Kind.SHOP, hours="24/7") for n in range(FAR_CANDIDATES)]
    fête = make_offer("fête", kind=Kind.EVENT, place=Place(43.35, -0.37), occurrences=(happening("2030-08-13 11:00"),))
    catalogue = make_catalogue(*shops, fête)
    moments = at("2030-08-13 10:00"), at("2030-08-13 12:00")
    assert catalogue.index[fête.id] in catalogue.timetable(*moments, ROYALE).owner
    assert catalogue.timetable(*moments, ROYALE, catalogue.near(ROYALE, 2000)).owner.tolist() == [
        catalogue.index[shop.id] for shop in catalogue.offers if shop.kind is Kind.SHOP
    ]
    assert catalogue.timetable(*moments, ROYALE, NONE, np.array([3])).owner.tolist() == [3]
    assert catalogue.timetable(*moments, ROYALE, np.array([catalogue.index[fête.id]])).owner.tolist() == [catalogue.index[fête.id]]
    assert [entry.offer for day in agenda(catalogue, make_visit(), date(2030, 8, 13)).days for entry in day.entries] == [fête]


def test_the_time_of_the_day_at_which_it_was_built_matters_not() -> None:
    one, two = (make_catalogue(*VARIOUS, moment=at(moment), holidays=FRANCE) for moment in ("2026-08-13 00:01", "2026-08-13 23:59"))
    assert rows(one, "2026-08-14 10:00", 5) == rows(two, "2026-08-14 10:00", 5)


def test_a_catalogue_is_frozen() -> None:
    with pytest.raises(AttributeError):
        make_catalogue().revision = 2  # type: ignore[misc]
    assert replace(make_catalogue(), revision=2).revision == 2
