"""Twins: who is one, who is not, what they become."""

import random
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers_feed.datatourisme import parse
from sejour.domain.curation import Twin
from sejour.domain.doubts import doubts
from sejour.domain.feed import Feed, gather
from sejour.domain.identity import regional_ids
from sejour.domain.join import Sourced
from sejour.domain.merge import Merged, merge
from sejour.domain.offer import Access, Audience, Contact, ContactType, Kind, Occurrence, OccurrenceStatus, Offer, Picture, Prices, offer_id
from sejour.domain.place import Address, Place
from sejour.domain.text import LocalText
from sejour.domain.twins import Evidence
from tests.builders import FLUX, ROYALE, happening, make_offer

PAU = Address(postcode="64000", city="Pau", insee="64445")
METRE = 1 / 111_195  # of latitude, in degrees
CANCELLED = OccurrenceStatus.CANCELLED


def card(name: str, north: float = 0, phone: str | None = None, web: str | None = None, **fields: Any) -> Offer:
    """A sight of Pau, `north` metres off place Royale."""
    contacts = [Contact(ContactType.PHONE, phone)] if phone else []
    contacts += [Contact(ContactType.WEB, web)] if web else []
    place = Place(ROYALE.lat + north * METRE, ROYALE.lon)
    return make_offer(name, **{"place": place, "address": PAU, "contacts": tuple(contacts)} | fields)


def stay(name: str, north: float = 0, **fields: Any) -> Offer:
    return card(name, north, **{"kind": Kind.LODGING} | fields)


def eat(name: str, north: float = 0, **fields: Any) -> Offer:
    return card(name, north, **{"kind": Kind.RESTAURANT} | fields)


def event(name: str, when: str | Sequence[str], north: float = 0, **fields: Any) -> Offer:
    """An event with an occurrence at each local moment of `when`; all day where it has no time."""
    given = tuple(happening(at) if ":" in at else happening(f"{at} 00:00", None, all_day=True) for at in ([when] if isinstance(when, str) else when))
    return card(name, north, **{"kind": Kind.EVENT, "occurrences": given} | fields)


def market(name: str, hours: str, north: float = 0, **fields: Any) -> Offer:
    return card(name, north, **{"kind": Kind.MARKET, "hours": hours} | fields)


def sourced(offer: Offer, feed: str = "a", seen: str = "2026-01-01T00:00:00Z", rank: int = 0, key: str | None = None) -> Sourced:
    """`offer` as `feed` gives it: under its own key and id."""
    key = key or f"{feed}/{offer.key}"
    return Sourced(replace(offer, feed=feed, key=key, id=offer_id(feed, key)), seen, rank)


def together(*offers: Offer) -> Merged:
    """The offers, each from a feed of its own: "a", "b", "c"…, in the office's order, the first seen first."""
    return merge([sourced(offer, chr(97 + n), f"2026-01-{n + 1:02d}T00:00:00Z", n) for n, offer in enumerate(offers)])


def joined(*offers: Offer) -> Offer:
    """What they are together."""
    (offer,) = together(*offers).offers
    return offer


TEL, OTHER_TEL = "+33559000001", "+33559000002"
SITE = "https://www.chateau-pau.fr/"
NOON = "2026-08-15 12:00"
DAYS_OF_AUGUST = [f"2026-08-{day:02d}" for day in range(1, 21)]

TWINS: list[tuple[str, Offer, Offer, Evidence]] = [
    ("accents, case, article", card("Musée des Beaux-Arts"), card("MUSEE DES BEAUX ARTS", 60), Evidence.NAME),
    ("order of words", card("Château de Pau - Musée national"), card("Musée national - Château de Pau", 90), Evidence.NAME),
    ("the town, said or not", card("Haras national de Gelos"), card("Haras National", 20, address=replace(PAU, city="Gelos")), Evidence.NAME),
    ("the town, said by one who gives no address", card("Funiculaire de Pau"), card("Funiculaire", 30, address=None), Evidence.NAME),
    ("plurals", card("Jardin de Kofu"), card("Jardins de Kofu", 100), Evidence.NAME),
    ("elision and curly apostrophe", card("L’Usine des Tramways"), card("Usine des tramways", 10), Evidence.NAME),
    ("ligatures", card("Sacré-Cœur"), card("Sacre Coeur", 10), Evidence.NAME),
    ("one word or two", eat("Bellevue"), eat("Belle Vue", 10), Evidence.NAME),
    ("an abbreviated saint", card("Église Saint-Martin"), card("Eglise St Martin", 70), Evidence.NAME),
    ("stars in words", stay("Hôtel Montpensier 3 étoiles"), stay("Hôtel Montpensier", 15), Evidence.NAME),
    ("a number with a zero, with n°", stay("Gîte Bosdarros 02"), stay("Gîte Bosdarros n°2", 5), Evidence.NAME),
    ("little words alone", eat("Le Un"), eat("LE UN", 10), Evidence.NAME),
    ("à, de, nothing", card("Initiation à la voile"), card("INITIATION VOILE", 10), Evidence.NAME),
    ("stars and legal form", stay("Hôtel Montpensier ***"), stay("SARL Hôtel Montpensier", 15), Evidence.NAME),
    ("municipal", card("Piscine municipale", kind=Kind.ACTIVITY), card("Piscine", 20, kind=Kind.ACTIVITY), Evidence.NAME),
    ("the kind says restaurant", eat("Restaurant Le Berry"), eat("Le Berry", 25), Evidence.NAME),
    ("the theme says hotel", stay("Hôtel Bristol"), stay("Bristol", 25, themes=("hotel",)), Evidence.NAME),
    ("the theme says museum", card("Musée Bernadotte"), card("Bernadotte", 40, themes=("museum",)), Evidence.NAME),
    ("two numbers of one restaurant, ten metres apart", eat("La Terrasse", phone=TEL), eat("La Terrasse", 10, phone=OTHER_TEL), Evidence.NAME),
    ("a common noun on one spot", card("Toilettes publiques", kind=Kind.SERVICE), card("Toilettes publiques", 25, kind=Kind.SERVICE), Evidence.NAME),
    ("sight for one, activity for the other", card("Grottes de Bétharram"), card("Grottes de Bétharram", 80, kind=Kind.ACTIVITY), Evidence.NAME),
    ("activity for one, shop for the other", card("Cave de Jurançon", kind=Kind.ACTIVITY), card("Cave de Jurançon", 5, kind=Kind.SHOP), Evidence.NAME),
    ("130 m to the east", card("Palais Beaumont"), card("Palais Beaumont", place=Place(ROYALE.lat, ROYALE.lon + 130 * METRE / 0.728)), Evidence.NAME),
    ("a guided visit, with its dates and without", card("Visite du haras", kind=Kind.ACTIVITY, occurrences=(happening("2026-08-15 10:00"),)),
     card("Visite du Haras", 30, kind=Kind.ACTIVITY), Evidence.NAME),
    ("a phone, either side of the antimeridian", card("Phare du Bout", phone=TEL, place=Place(-16, 179.9999)),
     card("Phare du bout", phone=TEL, place=Place(-16, -179.9999)), Evidence.PHONE),
    ("a phone: the entrance and the car park", card("Zoo d’Asson", phone=TEL), card("Zoo d'Asson", 800, phone=TEL), Evidence.PHONE),
    ("a phone and a misspelling", card("Domaine Bordenave", phone=TEL), card("Domaine Bordenabe", 300, phone=TEL), Evidence.PHONE),
    ("a phone and common words more", card("Château de Morlanne", phone=TEL), card("Château de Morlanne et ses jardins", 200, phone=TEL), Evidence.PHONE),
    ("a phone, no position, the same town", card("Stade d’eaux vives", phone=TEL), card("Stade d'Eaux Vives", phone=TEL, place=None), Evidence.PHONE),
    ("a site, written otherwise", card("Château", web=SITE), card("Château", 100, web="http://chateau-pau.fr/fr/index.html?utm_source=x"), Evidence.SITE),
    ("a page of a network", eat("Chez Ruffet", web="https://facebook.com/ruffet"), eat("Ruffet", 300, web="https://www.facebook.com/ruffet/"),
     Evidence.SITE),
    ("one event, one day", event("Fête des vendanges", NOON), event("Fête des Vendanges", "2026-08-15", 120), Evidence.EVENT),
    ("a common noun, but one day", event("Marché de Pau", NOON), event("Marché", NOON, 120), Evidence.EVENT),
    ("half of the days", event("Nuits d’été", DAYS_OF_AUGUST[:6]), event("Nuits d’été", DAYS_OF_AUGUST[3:]), Evidence.EVENT),
    ("the doors and the first note", event("Concert Kolinga", "2026-08-15 20:00"), event("Kolinga", "2026-08-15 20:30", themes=("concert",)),
     Evidence.EVENT),
    ("cancelled, said in the title", event("Feu d’artifice", NOON), event("ANNULÉ - Feu d'artifice", NOON, 10), Evidence.EVENT),
    ("an exhibition, by days and by period", event("Exposition Ernest Gabard", DAYS_OF_AUGUST),
     card("Ernest Gabard", 10, kind=Kind.EVENT, themes=("exhibition",),
          occurrences=(happening("2026-08-01 00:00", "2026-08-21 00:00", all_day=True),)), Evidence.EVENT),
    ("the last days of a period", event("Ernest Gabard", DAYS_OF_AUGUST[-3:]),
     card("Ernest Gabard", 10, kind=Kind.EVENT, occurrences=(happening("2026-08-01 00:00", "2026-08-21 00:00", all_day=True),)), Evidence.EVENT),
    ("one feed gives the coming dates alone", event("Nuits d’été", DAYS_OF_AUGUST), event("Les nuits d'été", DAYS_OF_AUGUST[-3:]), Evidence.EVENT),
    ("a longer title, the same minute, the same phone", event("Concert de Noël", "2026-12-20 20:30", phone=TEL),
     event("Concert de Noël : chœur Arpège", "2026-12-20 20:30", 600, phone=TEL), Evidence.PHONE),
    ("a weekly market, by hours and by dates", market("Marché du Foirail", "Sa 08:00-13:00"),
     event("Marché du Foirail", "2026-08-15 08:00", 80, themes=("market",)), Evidence.NAME),
    ("a weekly market, twice by hours", market("Marché de Pau", "Mo-Sa 07:00-13:00"), market("Marché", "Sa 07:00-13:00", 30), Evidence.NAME),
    ("an Apidae id in the address", event("Foulée des sous-bois", "2026-08-15", place=None, web="https://a.fr/evenement/foulee/apidae-6989229"),
     event("Foulée des sous bois", "2026-08-15", 3000, web="https://b.fr/fiche-sit/F6989229_foulee/"), Evidence.REGIONAL_ID),
    ("a regional id in the key, whatever else", stay("Hôtel Adour", key="HOTAQU06401G9YSH"),
     eat("Le Comptoir", 9000, key="hotaqu06401g9ysh-fr", address=None), Evidence.REGIONAL_ID),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "evidence"), [row[1:] for row in TWINS], ids=[row[0] for row in TWINS])
def test_true_twins(one: Offer, other: Offer, evidence: Evidence) -> None:
    first = sourced(one, "a", key=one.key if regional_ids(one.key) else None)
    second = sourced(other, "b", "2026-02-01T00:00:00Z", 1, key=other.key if regional_ids(other.key) else None)
    merged = merge([first, second])
    assert merged.aliases == {second.offer.id: first.offer.id}
    (twins,) = merged.twins
    assert [link.evidence for link in twins.links] == [evidence]
    assert merge([replace(second, seen=""), first]).aliases == {first.offer.id: second.offer.id}


FALSE_FRIENDS: list[tuple[str, Offer, Offer]] = [
    ("a branch in another street", eat("Boulangerie Ange", phone=TEL), eat("Boulangerie Ange", 1200, phone=TEL)),
    ("a branch in another town, given the position of the seat", card("2 CV Tour's", phone=TEL),
     card("2 CV Tour's", phone=TEL, address=Address(city="Lescar", insee="64335"))),
    ("branches that share a site", eat("La Mie Câline Clemenceau", web=SITE), eat("La Mie Câline Gare", 700, web=SITE)),
    ("one owner, two gîtes", stay("Gîte Les Tilleuls 1", phone=TEL), stay("Gîte Les Tilleuls 2", 5, phone=TEL)),
    ("one owner, two gîtes, numbered with n°", stay("Gîte de la tour n°1", phone=TEL), stay("Gîte de la tour n° 2", phone=TEL)),
    ("one owner, gîtes A and B", stay("Gîte A", phone=TEL), stay("Gîte B", phone=TEL)),
    ("a house and one of its rooms", stay("Le Moulin", phone=TEL), stay("Le Moulin - chambre bleue", phone=TEL)),
    ("a hotel and its café", stay("Novotel", phone=TEL, themes=("hotel",)), stay("Novotel Café", phone=TEL, themes=("hotel",))),
    ("flats of one residence, two owners", stay("Appartement Boulevard", phone=TEL), stay("Appartement Boulevard", phone=OTHER_TEL)),
    ("a hotel and its restaurant", stay("Hôtel-Restaurant du Parc", phone=TEL, web=SITE), eat("Hôtel-Restaurant du Parc", phone=TEL, web=SITE)),
    ("a castle and its restaurant", card("Château de Pau", phone=TEL), eat("Château de Pau", phone=TEL)),
    ("a castle and its shop", card("Château de Pau", phone=TEL), card("Château de Pau", kind=Kind.SHOP, phone=TEL)),
    ("gardens and winery of one castle: other kinds, names not equal", card("Château de Viven", phone=TEL, kind=Kind.ACTIVITY),
     card("Parc du château de Viven", 30, phone=TEL)),
    ("a castle and an event in it", card("Château de Pau", phone=TEL), event("Château de Pau", NOON, phone=TEL)),
    ("a church and its chapel", card("Église Saint-Martin"), card("Chapelle Saint-Martin", 20)),
    ("two saints", card("Église Saint-Martin", phone=TEL), card("Église Saint-Jacques", 20, phone=TEL)),
    ("two families", card("Domaine Bordenave", phone=TEL), card("Domaine Bordessoule", phone=TEL)),
    ("one owner, Rose and Rosée", stay("Gîte Rose", phone=TEL), stay("Gîte Rosée", phone=TEL)),
    ("two numbered paths", card("Sentier PR6401", kind=Kind.ACTIVITY, phone=TEL), card("Sentier PR6402", kind=Kind.ACTIVITY, phone=TEL)),
    ("common nouns, one more", card("Boutique", kind=Kind.SHOP, phone=TEL), card("Boutique et salon", kind=Kind.SHOP, phone=TEL)),
    ("one domain, two things of its own", card("Domaine Cauhapé, boutique", phone=TEL), card("Domaine Cauhapé, salon de la ferme", phone=TEL)),
    ("two schools of one phone", card("Initiation au golf", kind=Kind.ACTIVITY, phone=TEL), card("Initiation au surf", kind=Kind.ACTIVITY, phone=TEL)),
    ("camping and hotel of one lake", stay("Camping du Lac", phone=TEL), stay("Hôtel du Lac", 30, phone=TEL)),
    ("namesakes in one street, with their own phones", eat("La Terrasse", phone=TEL), eat("La Terrasse", 90, phone=OTHER_TEL)),
    ("namesakes 200 m apart", eat("La Terrasse"), eat("La Terrasse", 200)),
    ("close names without a phone", eat("La Terrasse d’Aragon"), eat("La Terasse d'Aragon", 10)),
    ("two public toilets", card("Toilettes publiques", kind=Kind.SERVICE), card("Toilettes publiques", 90, kind=Kind.SERVICE)),
    ("two public toilets, the town hall's phone", card("Toilettes publiques", kind=Kind.SERVICE, phone=TEL),
     card("Toilettes publiques", 400, kind=Kind.SERVICE, phone=TEL)),
    ("two lines of one bus stop's street", card("Arrêt Clemenceau", kind=Kind.SERVICE), card("Arrêt Barbanègre", 60, kind=Kind.SERVICE)),
    ("two loops of one trail", card("Boucle n°4 : la Dême", phone=TEL), card("Boucle n°5 : la Dême", phone=TEL)),
    ("the front page of a network", eat("Chez Pierre", web="https://www.facebook.com/"), eat("Chez Pierre", 400, web="https://facebook.com")),
    ("Christmas market and market, one square, other days", event("Marché de Noël", DAYS_OF_AUGUST[:5], phone=TEL),
     event("Marché", DAYS_OF_AUGUST[6:], phone=TEL)),
    ("Christmas market and weekly market", event("Marché de Noël", "2026-08-15", phone=TEL, themes=("market",)), market("Marché", "Sa 08:00-13:00", phone=TEL)),
    ("Wednesday's market and Saturday's", market("Marché de Pau", "We 08:00-13:00"), market("Marché de Pau", "Sa 08:00-13:00")),
    ("Wednesday's market and a Saturday of another", market("Marché du Foirail", "We 08:00-13:00"),
     event("Marché du Foirail", "2026-08-15 08:00", themes=("market",))),
    ("one visit, another day", event("Visite guidée du château", "2026-08-14 10:00", phone=TEL), event("Visite guidée du château", "2026-08-15 10:00", phone=TEL)),
    ("a night out, and the day that it ends on", card("Bal", kind=Kind.EVENT, occurrences=(happening("2026-08-14 22:00", "2026-08-15 04:00"),)),
     event("Bal", "2026-08-15")),
    ("one visit, another hour", event("Visite guidée du château", "2026-08-15 10:00", phone=TEL), event("Visite guidée du château", "2026-08-15 15:00", phone=TEL)),
    ("visit and night visit", card("Visite guidée du château", kind=Kind.ACTIVITY, phone=TEL),
     card("Visite guidée nocturne du château", kind=Kind.ACTIVITY, phone=TEL)),
    ("two films at the cinema", event("1,2,3… Ciné : Ernest", "2026-08-15 14:00", phone=TEL), event("1,2,3… Ciné : La chouette", "2026-08-15 14:00", phone=TEL)),
    ("an exhibition and its free visit of two days", event("Exposition Renaissance", DAYS_OF_AUGUST, phone=TEL),
     event("Visite guidée : exposition Renaissance", DAYS_OF_AUGUST[:2], phone=TEL)),
    ("a third of the days", event("Nuits d’été", DAYS_OF_AUGUST[:6]), event("Nuits d’été", DAYS_OF_AUGUST[4:])),
    ("a festival and its first concert, elsewhere and later", event("Festival Off", "2026-08-15 10:00", phone=TEL),
     event("Festival Off : concert d’ouverture", "2026-08-15 21:00", 300, phone=TEL)),
    ("an umbrella and one activity under it", event("Halloween Party", NOON, phone=TEL),
     event("Halloween party : animations numériques et manuelles", NOON, phone=TEL)),
    ("a programme that quotes the festival’s page", event("Festival Off", "2026-08-15", web="https://a.fr/apidae-6989229"),
     event("Bal de clôture", "2026-08-15", web="https://a.fr/apidae-6989229")),
    ("a restaurant that links to its hotel’s page", eat("Le Comptoir", web="https://a.fr/HOTAQU06401G9YSH"),
     stay("Hôtel Adour", web="https://a.fr/HOTAQU06401G9YSH")),
    ("an event with a date and one without", event("Fête de la bière", "2026-08-15", web="https://a.fr/apidae-6989229"),
     event("Fête de la bière", (), web="https://a.fr/apidae-6989229")),
    ("no position, no address", card("Haras national", phone=TEL, place=None, address=None), card("Haras national", phone=TEL, place=None, address=None)),
    ("no position, towns of one name", card("Haras national", phone=TEL, place=None, address=Address(city="Gelos", postcode="64110")),
     card("Haras national", phone=TEL, place=None, address=Address(city="Gelos", postcode="65100"))),
    ("no position, one phone, other towns", card("Office de tourisme", place=None, phone=TEL),
     card("Office de tourisme", place=None, phone=TEL, address=Address(city="Nay"))),
    ("names without a letter", card("***"), card("!!!")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [row[1:] for row in FALSE_FRIENDS], ids=[row[0] for row in FALSE_FRIENDS])
def test_false_friends(one: Offer, other: Offer) -> None:
    merged = together(one, other)
    assert (merged.twins, merged.aliases) == ((), {})
    assert len(merged.offers) == 2


@pytest.mark.parametrize(("text", "ids"), [
    ("HOTAQU064V50ABCD", ["HOTAQU064V50ABCD"]),
    ("https://cdt64.media.tourinsoft.eu/upload/HLOCEN0370018481-1.jpg", ["HLOCEN0370018481"]),
    ("DEGCENCEN9992079", ["DEGCENCEN9992079"]),
    ("https://a.fr/fiche/hpa877000329", ["HPA877000329"]),
    ("ACCCEN03700039", ["ACCCEN03700039"]),
    ("https://www.vivop.fr/roisey/evenement/foulee/apidae-6989229", ["apidae-6989229"]),
    ("SITRA2_COS_4838849", ["apidae-4838849"]),
    ("https://terres-de-berlioz.com/fiche-sit/F7681719_fete-des-marrons/", ["apidae-7681719"]),
    ("15/003eb63b-ee8e-316f-b93f-6d58439158e6", []),  # DATAtourisme
    ("https://www.restaurant-lescargot.fr/menu2026", []),
    ("https://a.fr/fr/1234567", []),
    ("https://a.fr/jeunes2026abcde", []),
    ("xHOTAQU064V50ABCD", []),
    ("HOTAQU064V50ABCD00000000000", []),
])  # fmt: skip
def test_regional_ids(text: str, ids: list[str]) -> None:
    assert regional_ids(text) == ids


# ---- Groups ----


def test_nothing_and_one() -> None:
    assert merge([]) == Merged((), (), {})
    alone = sourced(card("Musée"))
    assert merge([alone]) == Merged((alone,), (), {})


def test_one_feed_has_no_twins_by_name() -> None:
    """Its producer made two records: they are two things, or the producer's to mend."""
    assert merge([sourced(card("Musée", phone=TEL), key="1"), sourced(card("Musée", phone=TEL), key="2")]).twins == ()


def test_one_feed_has_twins_by_the_regional_id_in_its_keys() -> None:
    merged = merge([sourced(card("Musée"), key="PCUAQU064V50ABCD-fr"), sourced(card("Museum"), key="PCUAQU064V50ABCD-en")])
    assert len(merged.offers) == 1


def test_the_same_record_in_two_feeds_is_one_whatever_it_says() -> None:
    one, other = make_offer("Musée", feed="pau", updated="2026-01-01"), make_offer("Musée", feed="region", kind=Kind.SHOP, place=None)
    merged = merge([Sourced(one, "2026-01-02", 1), Sourced(other, "2026-01-01", 0)])
    assert merged.aliases == {}
    (twins,) = merged.twins
    assert [offer.feed for offer in twins.offers] == ["region", "pau"]
    assert str(twins.links[0].reason) == "La même fiche, reçue de plusieurs flux."
    assert (twins.merged.kind, twins.merged.feed) == (Kind.SHOP, "region")


def test_groups_are_transitive() -> None:
    """A and C share nothing but B."""
    merged = together(
        card("Musée Bernadotte", phone=TEL), card("Musée Bernadotte", 400, phone=TEL, web=SITE), card("Musée Bernadotte", 900, web=SITE)
    )
    assert len(merged.offers) == 1
    (twins,) = merged.twins
    assert {link.evidence for link in twins.links} == {Evidence.SITE, Evidence.PHONE}


STRONGER = {  # than the next ones
    "a regional id": eat("La Terrasse", 700, web="https://a.fr/apidae-6989229"),
    "a phone": eat("La Terrasse", 300, phone=TEL),
    "a close name": eat("La Terrasse", 50),
    "a name less close": eat("La Terrasse", -60),
    "a phone and a misspelling": eat("La Terassse", phone=TEL, north=300),
}


@pytest.mark.parametrize("keys", [("1", "2"), ("2", "1")])
@pytest.mark.parametrize(("best", "next"), list(pairwise(STRONGER)))
def test_a_group_never_holds_two_records_of_one_feed_the_strongest_link_wins(best: str, next: str, keys: tuple[str, str]) -> None:
    one = sourced(eat("La Terrasse", 30, phone=TEL, web="https://b.fr/apidae-6989229"), "osm")
    others = [sourced(STRONGER[name], "flux", key=key) for name, key in zip((best, next), keys, strict=True)]
    for order in ([one, *others], [*others[::-1], one]):
        (twins,) = merge(order).twins
        assert {offer.key for offer in twins.offers} == {one.offer.key, keys[0]}


def test_a_session_joins_the_session_of_its_hour() -> None:
    one = sourced(event("Contes", "2026-08-15 10:00"), "a")
    others = [sourced(event("Contes", f"2026-08-15 {time}", 10 * n), "b", key=time) for n, time in enumerate(("10:30", "10:00", "15:00"))]
    (twins,) = merge([one, *others]).twins
    assert {offer.key for offer in twins.offers} == {one.offer.key, "10:00"}


def test_the_third_feed_of_a_doubtful_pair_stays_apart_from_the_second_of_its_own() -> None:
    """b1 is a's twin; b2 is like both, and another record of b: it stays, and so does the group when merged again."""
    merged = merge([sourced(card("Musée", 0, TEL), "a"), sourced(card("Musée", 5, TEL), "b", key="1"), sourced(card("Musée", 30, TEL), "b", key="2")])
    assert sorted(len(each.records) for each in merged.sourced) == [1, 2]
    assert merge(merged.sourced).sourced == merged.sourced


def test_what_two_have_together_may_find_a_third() -> None:
    """Neither A (no phone) nor B (other name) is C's twin; A and B, one by their id, are."""
    a = sourced(card("Musée Bernadotte"), "a", key="PCUAQU064V50ABCD", rank=0)
    b = sourced(card("Maison natale", 300, TEL), "b", key="PCUAQU064V50ABCD", rank=1)
    c = sourced(card("Musée Bernadotte", 600, TEL), "c", rank=2)
    assert len(merge([a, b, c]).offers) == 1
    assert merge([a, c]).twins == merge([b, c]).twins == ()


def test_the_kept_id_is_the_oldest_then_the_smallest() -> None:
    cards = [sourced(card("Musée", n), feed) for n, feed in enumerate("abc")]
    smallest = min(each.offer.id for each in cards)
    assert [offer.id for offer in merge(cards).offers] == [smallest]
    older = [replace(each, seen="2025-12-31T00:00:00Z") if each.offer.feed == "b" else each for each in cards]
    (kept,) = merge(older).offers
    assert (kept.id, kept.feed, kept.key) == (cards[1].offer.id, "b", cards[1].offer.key)


def test_explained() -> None:
    merged = together(card("Musée", phone=TEL, hours="Mo-Su 10:00-12:00"), card("Musée", 80, TEL, SITE, descriptions=LocalText({"fr": "Beau."})))
    (twins,) = merged.twins
    assert str(twins.links[0].reason) == "Même téléphone (+33559000001) et noms voisins, à 80 m."
    assert twins.fields["hours"] == ("a",)
    assert twins.fields["descriptions"] == ("b",)
    assert twins.fields["names"] == ("a",)
    assert twins.fields["contacts"] == ("a", "b")
    assert "prices" not in twins.fields
    for offer in twins.offers:
        assert merged.twins_of(offer.id) == twins
    assert merged.twins_of("unheard of") is None


@pytest.mark.parametrize(("one", "other", "sentence"), [
    (event("Fête", NOON), event("Fête", NOON, 20), "Même nom (Fête), à 20 m, le même jour."),
    (card("Musée X", web=SITE), card("Musée X", web=SITE, place=None), "Même adresse web (chateau-pau.fr) et noms voisins, dans la même commune."),
    (card("Musée X", web="https://a.fr/apidae-6989229"), card("Musée X", web="https://b.fr/apidae-6989229"), "Même identifiant régional : apidae-6989229."),
])  # fmt: skip
def test_reasons_are_sentences(one: Offer, other: Offer, sentence: str) -> None:
    assert str(together(one, other).twins[0].links[0].reason) == sentence


# ---- Fields ----


def test_the_order_of_the_office_decides_then_completeness() -> None:
    one, other = sourced(card("MUSEE"), "a", rank=1), sourced(card("Musée", spoken=("fr",)), "b", "2026-02-01", rank=0)
    assert merge([one, other]).offers[0].names.texts["fr"] == "Musée"
    assert merge([one, replace(other, rank=1)]).offers[0].names.texts["fr"] == "Musée"
    assert merge([one, replace(other, rank=2)]).offers[0].names.texts["fr"] == "MUSEE"


def test_texts_by_language_the_human_before_the_machine() -> None:
    one = card("Musée", descriptions=LocalText({"fr": "Un.", "en": "One (machine).", "de": "Eins (Maschine)."}, ("de", "en")))
    other = card("Musée", descriptions=LocalText({"fr": "Deux.", "en": "Two.", "es": "Dos (máquina)."}, ("es",)))
    assert joined(one, other).descriptions == LocalText({"fr": "Un.", "en": "Two.", "de": "Eins (Maschine).", "es": "Dos (máquina)."}, ("de", "es"))


@pytest.mark.parametrize(("one", "other", "expected"), [
    (("Mo 09:00-10:00", "2026-01-01"), ("Tu 09:00-10:00", "2026-01-02"), "Tu 09:00-10:00"),  # the more recent
    (("Mo 09:00-10:00", "2026-01-02"), ("Tu 09:00-10:00", "2026-01-01"), "Mo 09:00-10:00"),
    (("Mo 09:00-10:00", None), ("Tu 09:00-10:00", None), "Mo 09:00-10:00"),  # the office's order
    (("Mo 09:00-10:00", "2026-01-01"), ("Tu neuf heures", "2026-01-02"), "Mo 09:00-10:00"),  # the one that can be read
    (("Mo 09:00-10:00", "2026-01-01"), ("24/7 unknown", "2026-01-02"), "Mo 09:00-10:00"),
    (("Mo 09:00-10:00", "2026-01-01"), ('Mo-Su "sur rendez-vous"', "2026-01-02"), "Mo 09:00-10:00"),
    (("Mo 09:00-10:00", "2026-01-01"), ("off", "2026-01-02"), "off"),  # closed is an answer
    (("Mo 09:00-10:00", "2026-01-01"), (None, "2026-01-02"), "Mo 09:00-10:00"),
    (("24/7 unknown", "2026-01-01"), (None, "2026-01-02"), "24/7 unknown"),
    ((None, None), (None, None), None),
])  # fmt: skip
def test_hours(one: tuple[str | None, str | None], other: tuple[str | None, str | None], expected: str | None) -> None:
    assert joined(*(card("Musée", hours=hours, updated=updated) for hours, updated in (one, other))).hours == expected


def test_the_sentence_about_hours_goes_with_the_hours() -> None:
    one = card("Musée", hours="Mo 09:00-10:00", hours_text=LocalText({"fr": "Lundi.", "de": "Montag."}), updated="2026-01-01")
    other = card("Musée", hours="Tu 09:00-10:00", hours_text=LocalText({"fr": "Mardi."}), updated="2026-01-02")
    assert joined(one, other).hours_text == LocalText({"fr": "Mardi.", "de": "Montag."})


AFTERNOON = happening("2026-08-15 14:00", "2026-08-15 16:00")
EVENING = happening("2026-08-15 20:00")
THE_DAY = happening("2026-08-15 00:00", "2026-08-16 00:00", all_day=True)
OFF = replace(AFTERNOON, status=CANCELLED)


@pytest.mark.parametrize(("one", "other", "expected"), [
    ((AFTERNOON,), (AFTERNOON, EVENING), (AFTERNOON, EVENING)),
    ((AFTERNOON,), (replace(AFTERNOON, end=None),), (AFTERNOON,)),
    ((replace(AFTERNOON, end=None),), (AFTERNOON,), (AFTERNOON,)),
    ((AFTERNOON,), (OFF,), (OFF,)),  # cancelled wins
    ((OFF,), (AFTERNOON,), (OFF,)),
    ((THE_DAY,), (AFTERNOON,), (AFTERNOON,)),  # who says the time knows more
    ((replace(THE_DAY, status=CANCELLED),), (AFTERNOON,), (OFF,)),
    ((THE_DAY,), (THE_DAY,), (THE_DAY,)),
    ((THE_DAY, AFTERNOON), (THE_DAY,), (THE_DAY, AFTERNOON)),  # the first's own affair
    ((), (), ()),
])  # fmt: skip
def test_occurrences(one: tuple[Occurrence, ...], other: tuple[Occurrence, ...], expected: tuple[Occurrence, ...]) -> None:
    kind = Kind.EVENT if one else Kind.SIGHT
    assert joined(card("Fête", kind=kind, occurrences=one), card("Fête", kind=kind, occurrences=other)).occurrences == expected


def test_one_start_in_two_zones_is_one() -> None:
    universal = Occurrence(AFTERNOON.start.astimezone(tz=None), AFTERNOON.end)
    assert joined(card("Fête", kind=Kind.EVENT, occurrences=(AFTERNOON,)), card("Fête", kind=Kind.EVENT, occurrences=(universal,))).occurrences == (
        AFTERNOON,
    )


def test_contacts_are_one_by_what_they_reach() -> None:
    one, other = card("Musée", 0, TEL, SITE), card("Musée", 0, TEL, "http://chateau-pau.fr")
    other = replace(other, contacts=(*other.contacts, Contact(ContactType.EMAIL, "A@b.fr"), Contact(ContactType.EMAIL, "a@b.fr")))
    assert [contact.value for contact in joined(one, other).contacts] == [TEL, SITE, "A@b.fr"]


def test_pictures_are_one_by_address_with_the_rights_that_end_first() -> None:
    one = Picture("https://a.fr/1.jpg", credit="Anne", expires=date(2027, 1, 1))
    other = Picture("http://a.fr/1.jpg", credit="A.", licence="CC BY", expires=date(2026, 12, 1))
    more = Picture("https://a.fr/2.jpg")
    expected = (Picture("https://a.fr/1.jpg", "Anne", "CC BY", date(2026, 12, 1)), more)
    assert joined(card("Musée", pictures=(one,)), card("Musée", pictures=(other, more))).pictures == expected
    assert joined(card("Musée", pictures=(more,)), card("Musée", pictures=(replace(more, credit="Anne"),))).pictures == (
        replace(more, credit="Anne"),
    )


@pytest.mark.parametrize(("one", "other", "expected"), [
    (Prices(free=True), Prices(min=5.0), Prices(free=True)),  # a contradiction: the office's order
    (Prices(free=False, min=5.0), Prices(free=True), Prices(free=False, min=5.0)),
    (Prices(min=5.0, currency="CHF"), Prices(free=False, min=6.0, max=7.0), Prices(free=False, min=5.0, currency="CHF")),
    (Prices(min=5.0), Prices(free=True), Prices(min=5.0)),
    (Prices(free=False), Prices(min=6.0, max=7.0), Prices(free=False, min=6.0, max=7.0)),
    (Prices(text=LocalText({"fr": "5 €"})), Prices(free=True, text=LocalText({"en": "€5"})), Prices(free=True, text=LocalText({"fr": "5 €", "en": "€5"}))),
    (None, Prices(free=True), Prices(free=True)),
    (None, None, None),
])  # fmt: skip
def test_prices(one: Prices | None, other: Prices | None, expected: Prices | None) -> None:
    assert joined(card("Musée", prices=one), card("Musée", prices=other)).prices == expected


@pytest.mark.parametrize(("one", "other", "expected"), [
    (Audience(3, 12, ("children",)), Audience(6, None, ("families",)), Audience(3, 12, ("children", "families"))),
    (Audience(min_age=6), Audience(max_age=12), Audience(6, 12)),
    (Audience(min_age=6), Audience(max_age=3), Audience(min_age=6)),
    (Audience(groups=("solo",)), Audience(0, 5), Audience(0, 5, ("solo",))),
])  # fmt: skip
def test_audience(one: Audience, other: Audience, expected: Audience) -> None:
    assert joined(card("Musée", audience=one), card("Musée", audience=other)).audience == expected


def test_a_stated_access_beats_silence_and_the_more_recent_a_contradiction() -> None:
    one = card("Musée", access=Access(wheelchair=True, dogs=False), updated="2026-01-01")
    other = card("Musée", access=Access(wheelchair=False, stroller=True), updated="2026-01-02")
    assert joined(one, other).access == Access(wheelchair=False, dogs=False, stroller=True)


def test_the_place_is_the_first_known_and_brings_its_zone() -> None:
    one = card("Musée", phone=TEL, place=None, timezone="Europe/Paris", address=Address(city="Pau"))
    other = card("Musée", phone=TEL, timezone="Indian/Reunion", address=Address("1 place Royale", "64000", "PAU", "64445"))
    offer = joined(replace(one, names=LocalText({"fr": "Musée Bernadotte"})), replace(other, names=LocalText({"fr": "Musée Bernadotte"})))
    assert (offer.place, offer.timezone) == (ROYALE, "Indian/Reunion")
    assert offer.address == Address("1 place Royale", "64000", "Pau", "64445")


def test_lists_are_united_in_order_and_the_last_update_kept() -> None:
    one = card("Musée", themes=("museum", "castle"), labels=("unesco",), spoken=("fr",), updated="2026-01-01", producer=None)
    other = card("Musée", themes=("garden", "museum"), labels=("accueil_velo", "unesco"), spoken=("en",), updated="2026-03-01", producer="Ville")
    offer = joined(one, other)
    assert (offer.themes, offer.labels, offer.spoken) == (("museum", "castle", "garden"), ("unesco", "accueil_velo"), ("fr", "en"))
    assert (offer.updated, offer.producer) == ("2026-03-01", "Ville")


# ---- Whatever comes ----

FEEDS = {"flux": ("x", 0), "flux2": ("x", 0), "osm": ("y", 1), "ics": ("z", 2)}  # feed: its format, its rank; the first two share a format
KEYS = ("1", "2", "3", "HOTAQU064V50ABCD", "HOTAQU064V50ABCD-2", "apidae-6989229", "SITRA2_HOT_6989229")
WEBS = (SITE, "https://a.fr/fiche/apidae-6989229", "https://a.fr/HOTAQU064V50ABCD", "https://www.facebook.com/")
MOMENTS = ("2026-08-14", "2026-08-15", "2026-08-15 10:00", "2026-08-15 10:30", "2026-08-15 15:00", "2026-08-22 10:00")
names = st.sampled_from(["Le Parc", "Restaurant du Parc", "Hôtel du Parc", "Parc", "Le Parque", "Marché", "Marché de Noël", "Marché de Pau", "***"])
machine_texts = st.dictionaries(st.sampled_from(["fr", "en", "de"]), st.sampled_from(["un", "deux", "trois"]), min_size=1).flatmap(
    lambda texts: st.sets(st.sampled_from(sorted(texts))).map(lambda machine: LocalText(texts, tuple(sorted(machine))))
)
contacts = st.lists(
    st.sampled_from([Contact(ContactType.PHONE, TEL), Contact(ContactType.PHONE, OTHER_TEL), *(Contact(ContactType.WEB, web) for web in WEBS)]),
    max_size=3,
)
truths = st.sampled_from([None, True, False])


@st.composite
def sources(draw: st.DrawFn) -> Sourced:
    feed = draw(st.sampled_from(sorted(FEEDS)))
    key = draw(st.sampled_from(KEYS))
    kind = draw(st.sampled_from([Kind.SIGHT, Kind.ACTIVITY, Kind.RESTAURANT, Kind.LODGING, Kind.EVENT, Kind.EVENT, Kind.MARKET]))
    when = draw(st.lists(st.sampled_from(MOMENTS), max_size=3, unique=True)) if kind in (Kind.EVENT, Kind.MARKET) else []
    offer = event(
        draw(names), when, draw(st.sampled_from([0, 0, 20, 100, 500, 5000])),
        id=offer_id(FEEDS[feed][0], key), key=key, feed=feed, kind=kind, contacts=tuple(draw(contacts)),
        descriptions=draw(st.none() | machine_texts), themes=tuple(draw(st.lists(st.sampled_from(["hotel", "market", "garden"]), unique=True))),
        hours=draw(st.sampled_from([None, "Sa 08:00-13:00", "We 08:00-13:00", "24/7 unknown", "illisible"])),
        address=draw(st.sampled_from([None, PAU, Address(city="Pau"), Address(city="Nay", insee="64417")])),
        prices=draw(st.none() | st.builds(Prices, truths, st.sampled_from([None, 5.0]))),
        audience=draw(st.none() | st.builds(Audience, st.sampled_from([None, 3, 6]), st.sampled_from([None, 4, 12]))),
        access=draw(st.builds(Access, truths, truths)), updated=draw(st.sampled_from([None, "2026-01-01", "2026-02-01"])),
        pictures=tuple(draw(st.lists(st.sampled_from([Picture("https://a.fr/1.jpg"), Picture("http://a.fr/1.jpg", "Anne")]), max_size=2))),
        producer=draw(st.sampled_from([None, "Ville", "Office"])),
    )  # fmt: skip
    if draw(st.integers(0, 5)) == 0:
        offer = replace(offer, place=None)
    return Sourced(offer, draw(st.sampled_from(["", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"])), FEEDS[feed][1])


inputs = st.lists(sources(), max_size=9, unique_by=lambda each: (each.offer.feed, each.offer.key))


@given(inputs, st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(given_: list[Sourced], chance: random.Random) -> None:
    expected = merge(given_)
    chance.shuffle(given_)
    assert merge(given_) == expected


@given(inputs)
def test_merging_what_is_merged_changes_nothing(given_: list[Sourced]) -> None:
    once = merge(given_)
    again = merge(once.sourced)
    assert (again.sourced, again.twins, again.aliases) == (once.sourced, (), {})


@given(inputs)
def test_every_record_is_accounted_for(given_: list[Sourced]) -> None:
    merged = merge(given_)
    kept = [offer.id for offer in merged.offers]
    assert kept == sorted(set(kept))
    assert {each.offer.id for each in given_} == set(kept) | merged.aliases.keys()
    assert set(kept).isdisjoint(merged.aliases)  # so that no alias leads to another
    assert set(merged.aliases.values()) <= set(kept)
    assert Counter(record for each in merged.sourced for record in each.records) == Counter(record for each in given_ for record in each.records)
    cards = {twins.merged.id for twins in merged.twins}
    alone = {each.offer.id: each for each in given_ if merged.twins_of(each.offer.id) is None}
    assert {each.offer.id: each for each in merged.sourced if each.offer.id not in cards} == alone
    for twins in merged.twins:
        assert len(twins.links) == len(twins.offers) - 1
        for feed in {offer.feed for offer in twins.offers}:
            keys = [set(regional_ids(offer.key)) for offer in twins.offers if offer.feed == feed]
            assert len(keys) == 1 or set.intersection(*keys), "two records of one feed are one only by their regional id"


@given(inputs)
def test_no_field_is_lost_that_one_source_alone_had_and_each_is_explained(given_: list[Sourced]) -> None:
    silent = (None, (), Access(), Audience(), Prices())
    for twins in merge(given_).twins:
        origins = twins.fields
        assert {feed for feeds in origins.values() for feed in feeds} <= {offer.feed for offer in twins.offers}
        for field in fields(Offer):
            said, value = [v for offer in twins.offers if (v := getattr(offer, field.name)) not in silent], getattr(twins.merged, field.name)
            assert (value not in silent) == bool(said)
            if len(said) == 1 and field.name not in ("pictures", "contacts"):  # each of these once
                assert value == said[0], field.name
            assert (field.name in origins) == (value not in silent) or field.name == "prices"  # "in euros" alone explains nothing
        assert {theme for offer in twins.offers for theme in offer.themes} == set(twins.merged.themes)
        spoken = twins.merged.descriptions.texts if twins.merged.descriptions else {}
        assert {language for offer in twins.offers if offer.descriptions for language in offer.descriptions.texts} == spoken.keys()
        for name in ("wheelchair", "dogs"):
            stated = {getattr(offer.access, name) for offer in twins.offers} - {None}
            assert getattr(twins.merged.access, name) in (stated or {None})
        starts = {occurrence.start for offer in twins.offers for occurrence in offer.occurrences if not occurrence.all_day}
        assert starts <= {occurrence.start for occurrence in twins.merged.occurrences}


# ---- Many ----

SYLLABLES = ("bor", "da", "lem", "bey", "gar", "ros", "mon", "tin", "uz", "pel", "cas", "vil")


def named(n: int) -> str:
    return "".join(SYLLABLES[n // 12**power % 12] for power in range(4)).capitalize()


def territory(number: int) -> list[Sourced]:
    """`number` offers: half of one feed, one every 200 m; three in five of these once more in another feed, shouted, 30 m off, half of them
    without a phone; and as many events of a third feed as are missing, all of one name and one phone, each on its own day."""
    found: list[Sourced] = []
    kinds, nouns = [Kind.SIGHT, Kind.RESTAURANT, Kind.LODGING, Kind.SHOP], ["Château", "Restaurant", "Hôtel", "Boutique"]
    for n in range(number // 2):
        place = Place(43.0 + n // 100 * 0.0018, -0.9 + n % 100 * 0.0025)
        offer = card(f"{nouns[n % 4]} {named(n)}", phone=f"+3355{n:07d}", kind=kinds[n % 4], place=place, hours="Mo-Su 10:00-18:00")
        found.append(sourced(offer, "flux", key=f"f{n}"))
        if n % 5 < 3:
            twin = replace(offer, names=LocalText({"fr": offer.names.texts["fr"].upper()}), place=Place(place.lat + 30 * METRE, place.lon))
            found.append(sourced(replace(twin, contacts=()) if n % 2 else twin, "office", "2026-02-01", -1, key=f"o{n}"))
    for n in range(number - len(found)):
        day = date.fromordinal(date(2026, 1, 1).toordinal() + n)
        found.append(sourced(event("Visite guidée de la ville", f"{day} 10:00", phone=TEL), "agenda", key=f"e{n}"))
    return found


def test_fifteen_thousand_offers() -> None:
    found = territory(15_000)
    random.Random(15).shuffle(found)
    merged = merge(found)
    assert len(found) == 15_000
    assert len(merged.aliases) == len(merged.twins) == 4_500
    for twins in merged.twins:
        first, second = sorted(offer.key for offer in twins.offers)
        assert (first[0], second[0], first[1:]) == ("f", "o", second[1:])


def test_a_crowd_of_one_name_on_one_spot_costs_little_and_joins_nobody() -> None:
    """5,000 records that say the same, of two feeds: what so many share says nothing."""
    crowd = [sourced(card("Borne", kind=Kind.SERVICE, phone=TEL), "ab"[n % 2], key=str(n)) for n in range(5_000)]
    assert merge(crowd).twins == ()


# ---- The real feed ----

NAMED = "Hôtel de France", "Auberge Pom'Poire", "Domaine de Candé", "Arboretum de la Martinière", "Accueil Vélo et rando Tours Val de Loire"
APART = "Trottxway", "2 CV TOUR'S", "Gîte de la tour de guise n°1", "Novotel Café", "Halloween Party", "Domaine de la Trigalière - La Dreuserie"


@pytest.fixture(scope="module")
def touraine() -> list[Offer]:
    return list(gather(parse(FLUX, Feed("touraine", "datatourisme"))).offers.values())


@pytest.mark.shared
def test_touraine_alone_has_no_twins(touraine: list[Offer]) -> None:
    assert merge([Sourced(offer, "2026-01-01", 0) for offer in touraine]).twins == ()


@pytest.mark.shared
def test_the_records_of_touraine_taken_for_feeds_of_their_own(touraine: list[Offer]) -> None:
    """What the rule finds when nothing holds it back: 32 pairs, read one by one. All are one place in two records (of two offices, or a
    hotel as lodging and as restaurant, both typed hotel); none of the gîtes, branches, sessions and namesakes of the flux is among them."""
    merged = merge([Sourced(replace(offer, feed=offer.key), "2026-01-01", 0) for offer in touraine])
    assert (len(merged.twins), len(merged.aliases)) == (32, 32)
    found = {offer.names.choose()[0] for twins in merged.twins for offer in twins.offers}
    assert found.issuperset(NAMED) and found.isdisjoint(APART)
    assert {offer.names.choose()[0] for offer in touraine}.issuperset(APART)


@pytest.mark.shared
@pytest.mark.parametrize("phones", [True, False], ids=["with phones", "names alone"])
def test_touraine_given_twice_finds_itself(touraine: list[Offer], phones: bool) -> None:
    """The same places from an office's table: shouted, without accents or pictures. Each finds itself, or a twin in its own feed."""

    def told(offer: Offer) -> Sourced:
        name = unicodedata.normalize("NFKD", offer.names.choose()[0].replace("’", "'").replace("œ", "oe"))
        shouted = "".join(letter for letter in name if not unicodedata.combining(letter)).upper()
        plain = replace(offer, names=LocalText({"fr": shouted}), pictures=(), contacts=offer.contacts if phones else ())
        return sourced(plain, "office", "2026-02-01", -1, key=f"x{offer.key}")

    same = {
        frozenset(offer.key for offer in twins.offers) for twins in merge([Sourced(replace(o, feed=o.key), "2026-01-01", 0) for o in touraine]).twins
    }
    merged = merge([Sourced(offer, "2026-01-01", 0) for offer in touraine] + [told(offer) for offer in touraine])
    pairs = [frozenset(offer.key.removeprefix("x") for offer in twins.offers) for twins in merged.twins]
    assert sum(len(pair) == 1 for pair in pairs) >= 1_560
    assert {pair for pair in pairs if len(pair) > 1} <= same


# ---- what a human says ----


def of_feeds(*offers: tuple[str, Offer]) -> list[Sourced]:
    return [sourced(offer, feed, key=f"{feed}/{n}") for n, (feed, offer) in enumerate(offers)]


def test_a_human_joins_what_the_rules_would_not_even_of_one_feed() -> None:
    one, other, third = of_feeds(("a", card("Musée")), ("a", eat("Le Berry", 9000)), ("b", card("Haras", 400)))
    said = [Twin(one.offer.id, other=other.offer.id, same=True)]
    merged = merge([one, other, third], said)
    assert len(merged.offers) == 2
    assert merged.twins[0].links[0].evidence is Evidence.HUMAN
    assert str(merged.twins[0].links[0].reason) == "L’office dit que c’est la même fiche."
    assert merge(merged.sourced, said).aliases == {}
    assert merge([one, other, third], [*said, Twin(other.offer.id, other=one.offer.id, same=False)]).aliases == {}  # the last word counts


def test_whom_a_human_says_to_be_two_are_never_joined_not_even_by_way_of_a_third() -> None:
    trio = of_feeds(("a", card("Château de Pau")), ("b", card("Château de Pau", 20)), ("c", card("Château de Pau", 40)))
    assert len(merge(trio).offers) == 1
    ids = [each.offer.id for each in trio]
    apart = [Twin(ids[0], other=ids[2], same=False)]
    for order in (trio, trio[::-1]):
        merged = merge(order, apart)
        assert len(merged.offers) == 2
        kept = {id: merged.aliases.get(id, id) for id in ids}
        assert kept[ids[0]] != kept[ids[2]]
    assert len(merge(trio, [*apart, Twin(ids[0], other=ids[1], same=False), Twin(ids[1], other=ids[2], same=False)]).offers) == 3
    joined = [Twin(ids[0], other=ids[1], same=True), Twin(ids[1], other=ids[2], same=True), *apart]  # they contradict each other: apart wins
    assert len(merge(trio, joined).offers) == 2


def test_a_word_on_cards_that_are_gone_changes_nothing() -> None:
    pair = of_feeds(("a", card("Château de Pau")), ("b", card("Château de Pau", 20)))
    said = [
        Twin("gone", other=pair[0].offer.id, same=True),
        Twin("gone", other="away", same=False),
        Twin(pair[0].offer.id, other=pair[0].offer.id, same=False),
    ]
    assert merge(pair, said) == merge(pair)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=8))
def test_humans_have_the_last_word(said: list[tuple[int, int, bool]]) -> None:
    cards = of_feeds(
        *[(chr(97 + n % 3), card(name, 30 * n)) for n, name in enumerate(("Château", "Haras", "Château", "Musée", "Haras", "Château", "X", "Y"))]
    )
    ids = [each.offer.id for each in cards]
    twins = [Twin(ids[a], other=ids[b], same=same) for a, b, same in said]
    merged = merge(cards, twins)
    kept = {id: merged.aliases.get(id, id) for id in ids}
    last = {frozenset((a, b)): same for a, b, same in said if a != b}
    for (a, b), same in ((sorted(pair), same) for pair, same in last.items()):
        assert same or kept[ids[a]] != kept[ids[b]]
    if all(last.values()):
        assert all(kept[ids[a]] == kept[ids[b]] for a, b in map(sorted, last))
    assert merge(cards[::-1], twins) == merged


# ---- what a human had better look at ----


def test_near_twins_just_under_the_thresholds_the_likeliest_first() -> None:
    offers = [each.offer for each in of_feeds(
        ("a", card("Château de Morlanne", phone=TEL)), ("b", card("Château de Morlanne", 1400, phone=TEL)),
        ("a", eat("Le Grand Café de Pau", 5000)), ("b", eat("Grand Café du Palais", 5010)),
        ("a", stay("Gîte 1", 9000, phone=TEL)), ("b", stay("Gîte 2", 9010, phone=TEL)),
        ("a", card("Funiculaire de Pau", 20_000)), ("a", card("Funiculaire de Pau", 20_010)), ("b", card("Tour de la Monnaie", 100)),
    )]  # fmt: skip
    found = doubts(offers)
    pairs = [(doubt.first.names.texts["fr"], doubt.second.names.texts["fr"]) for doubt in found]
    assert set(map(frozenset, pairs)) == {frozenset(["Château de Morlanne"]), frozenset(["Funiculaire de Pau"])}
    assert [doubt.likely for doubt in found] == sorted((doubt.likely for doubt in found), reverse=True)
    assert all(0 < doubt.likely <= 1 for doubt in found)
    assert "à 1400 m l’une de l’autre" in " ".join(str(doubt.reason) for doubt in found)
    assert "le même flux donne les deux" in " ".join(str(doubt.reason) for doubt in found)
    assert doubts(offers[::-1]) == found
    assert doubts(offers, most=1) == found[:1]
    settled = Twin(found[0].second.id, other=found[0].first.id, same=False)
    assert doubts(offers, [settled]) == found[1:]


def test_what_is_joined_or_has_nothing_in_common_is_no_doubt() -> None:
    assert doubts(together(card("Château de Pau"), card("Château de Pau", 20)).offers) == ()
    assert doubts([card("Château"), eat("Le Berry", 10)]) == ()
    assert doubts([]) == ()
