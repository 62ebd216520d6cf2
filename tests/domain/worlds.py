"""Random territories and visitors, for the tests that compare one way of computing with another: clustered, full of twins, with all that an
office may set."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.category import Category
from sejour.domain.curation import Boost, Curation, Mute, Notice, NoticeSort, Pick
from sejour.domain.fairness import Attention
from sejour.domain.offer import Access, Contact, ContactType, Kind, Occurrence, Offer, Prices
from sejour.domain.place import Address, Place
from sejour.domain.ranking import IDEAS
from sejour.domain.surveys import Surveys
from sejour.domain.text import LocalText
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Forecast, Sky, Weather
from sejour.domain.weights import RANGES, Weights
from tests.builders import ROYALE, at, make_offer
from tests.domain.samples import NO_SCHOOL

DAY = at("2026-08-13 00:00")
HOURS = [
    "24/7", "24/7", "10:00-18:00", "Mo-Fr 09:00-12:00,14:00-19:00", "18:00-02:00", "11:30-14:00,19:00-22:30", "12:00-12:20", None, None, "10:00+",
    "10:00-16:00+", "08:00-11:30 unknown, 11:30-18:00", "09:00-20:00 || unknown",
]  # fmt: skip
THEMES = [(), (), ("museum",), ("park",), ("castle", "garden"), ("cafe",), ("concert",), ("exhibition",), ("beach",), ("winery",)]
KINDS = [*Kind, Kind.SIGHT, Kind.SIGHT, Kind.RESTAURANT, Kind.EVENT, Kind.EVENT]
TOWNS = [(0.0, 0.0), (0.004, -0.006), (0.05, 0.07), (-0.11, 0.02), (0.0, 0.0)]  # degrees from place Royale
HOTSPOT = "royale"


def some_offers(chance: random.Random, number: int) -> list[Offer]:
    """In a few towns; one in four a twin of another, in all but its name."""
    offers: list[Offer] = []
    for n in range(number):
        if offers and chance.random() < 0.25:
            twin = chance.choice(offers)
            offers.append(replace(twin, id=make_offer(f"twin {n}").id, key=f"twin {n}"))
            continue
        north, east = chance.choice(TOWNS)
        spread = chance.choice([0.0, 0.001, 0.01, 0.03])
        dates = [DAY + timedelta(minutes=chance.randrange(0, 4320, 5)) for _ in range(chance.randrange(3))]
        days = [DAY + timedelta(days=chance.randrange(4)) for _ in range(chance.choice([0, 0, 1]))]
        offers.append(make_offer(
            f"offer {n}",
            kind=(kind := chance.choice(KINDS)),
            themes=chance.choice(THEMES),
            hours=chance.choice(HOURS),
            place=Place(ROYALE.lat + north + chance.gauss(0, spread), ROYALE.lon + east + chance.gauss(0, spread)),
            occurrences=(
                *(Occurrence(d, chance.choice([None, d + timedelta(hours=2)]), False) for d in dates),
                *(Occurrence(d, d + timedelta(days=1), True) for d in days),
            ) if kind is Kind.EVENT else (),
            labels=chance.choice([(), (), ("unesco",), ("monument_historique",)]),
            prices=Prices(free=chance.choice([True, False, None])),
            access=Access(dogs=chance.choice([True, None]), sheltered=chance.choice([None, None, True, False])),
            contacts=chance.choice([(), (Contact(ContactType.PHONE, f"+3355900{chance.randrange(20):04d}"),)]),
            address=Address(city=chance.choice(["Pau", "Billère", "Gan"])),
        ))  # fmt: skip
    return offers


def some_weights(chance: random.Random) -> Weights:
    return Weights(**{name: chance.choice([r.least, r.most, chance.uniform(r.least, r.most)]) for name, r in RANGES.items()})


def some_words(chance: random.Random, offers: Sequence[Offer]) -> Curation:
    """Some hold for everyone, some for those who are at HOTSPOT, speak Dutch, or ask for shelter."""

    def some() -> list[str]:
        return [offer.id for offer in chance.sample(offers, min(len(offers), chance.randrange(4 + len(offers) // 8)))]

    def visitors() -> dict[str, Any]:
        return chance.choice([{}, {}, {"hotspots": (HOTSPOT,)}, {"languages": ("nl",)}, {"wishes": (Wish.SHELTERED,)}, {"skies": (Sky.RAIN,)}])

    return Curation(
        picks=tuple(Pick(id, by="Léa", **visitors()) for id in some()),
        mutes=tuple(Mute(id, reason="travaux", **visitors()) for id in some()),
        boosts=tuple(Boost(id, factor=chance.choice([1.1, 1.5, 9.0]), reason="fête", **visitors()) for id in some()),
        notices=tuple(
            Notice(id, DAY, DAY + timedelta(hours=chance.randint(1, 9)), sort=NoticeSort.FULL, text=LocalText({"fr": "Complet"}), **visitors())
            for id in some()
        ),
    )


def some_catalogue(chance: random.Random, offers: Sequence[Offer], weights: Weights | None = None) -> Catalogue:
    walks = {offer.id: chance.choice([0.0, 300.0, 900.0, chance.uniform(0, 4000)]) for offer in offers if chance.random() < 0.3}
    counts = {(chance.choice(list(Category)), chance.randrange(24)): (chance.uniform(0, 99), chance.uniform(0, 99)) for _ in range(5)}
    visitors = {offer.id: float(chance.choice([0, 10, 5000, 10**6])) for offer in offers if chance.random() < 0.1}
    catalogue = build_catalogue(
        offers, DAY,
        said=some_words(chance, offers),
        holidays=NO_SCHOOL,
        weights=weights or some_weights(chance),
        surveys=Surveys(visitors, {HOTSPOT: walks}),
        counts=counts,
    )  # fmt: skip
    if chance.random() < 0.5:
        return catalogue.shown({offer.id: Attention(chance.expovariate(0.1), chance.expovariate(0.1)) for offer in offers if chance.random() < 0.5})
    return catalogue


def some_forecast(chance: random.Random) -> Forecast:
    first = datetime(2026, 8, 12)  # noqa: DTZ001  # as a forecast is
    skies = [Weather(20.0), Weather(34.0), Weather(precipitation=2.0), Weather(code=95), Weather(code=73), Weather()]
    return Forecast(tuple(first + timedelta(hours=n) for n in range(240)), tuple(chance.choice(skies) for _ in range(240)))


def some_visit(chance: random.Random, offers: Sequence[Offer]) -> Visit:
    """Nearly always within the fortnight that the catalogue has prepared."""
    north, east = chance.choice(TOWNS)
    place = Place(ROYALE.lat + north + chance.gauss(0, 0.01), ROYALE.lon + east + chance.gauss(0, 0.01))
    if offers and chance.random() < 0.3:
        place = chance.choice(offers).place or place
    return Visit(
        territory="pau",
        place=place,
        moment=DAY + timedelta(days=chance.choice([0, 0, 0, 1, 3, 40 if chance.random() < 0.2 else 0]), minutes=chance.randrange(1440)),
        when=chance.choice([*When, When.NOW, When.NOW]),
        wishes=frozenset(chance.sample([Wish.FREE, Wish.DOGS, Wish.SHELTERED, Wish.OUTDOOR, Wish.SHORT, Wish.CARFREE], chance.choice([0, 0, 1, 2]))),
        mode=chance.choice([None, None, *Mode]),
        hotspot=chance.choice([None, None, HOTSPOT, "unheard of"]),
        forecast=chance.choice([None, some_forecast(chance)]),
    )


def some_kinds(chance: random.Random) -> tuple[Kind, ...]:
    return chance.choice([IDEAS, IDEAS, tuple(Kind), (Kind.EVENT, Kind.MARKET), (Kind.LODGING,), (chance.choice(list(Kind)),)])
