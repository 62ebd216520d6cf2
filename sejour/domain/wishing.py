"""The wishes that an offer answers, from what its record says: what nobody says is no answer."""

from collections.abc import Iterator

from sejour.domain.nature import stay_minutes
from sejour.domain.offer import Kind, Offer
from sejour.domain.visit import Wish

FOOD_KINDS = {Kind.RESTAURANT, Kind.MARKET}
CULTURE = {"museum", "castle", "church", "cathedral", "abbey", "exhibition", "theatre", "concert", "heritage", "archaeology", "cinema",
           "guided_tour", "conference", "library", "show", "heritage_days", "festival", "dance", "interpretation_centre"}  # fmt: skip
NATURE = {"park", "garden", "viewpoint", "natural_site", "walk", "hike", "bike", "zoo", "boat", "water_sports", "riding", "cave", "beach", "picnic"}
FOOD = {"producers_market", "winery", "tasting", "producers_shop", "cafe", "covered_market", "gastronomy"}


def answered(offer: Offer, shelter: bool | None) -> Iterator[Wish]:
    """`shelter` as `nature.sheltered` tells."""
    themes, audience = set(offer.themes), offer.audience
    answers = {
        Wish.FREE: offer.prices is not None and offer.prices.free is True,
        Wish.DOGS: offer.access.dogs is True,
        Wish.SHELTERED: shelter is True,
        Wish.OUTDOOR: shelter is False,
        Wish.STROLLER: offer.access.stroller is True,
        Wish.WHEELCHAIR: offer.access.wheelchair is True,
        Wish.CARFREE: True,  # a matter of travel: Visit.modes
        Wish.SHORT: stay_minutes(offer) <= 60,
        Wish.FOOD: offer.kind in FOOD_KINDS or bool(themes & FOOD),
        Wish.CULTURE: bool(themes & CULTURE),
        Wish.NATURE: bool(themes & NATURE),
    }
    children = audience is not None and ("children" in audience.groups or "families" in audience.groups)
    for wish, age in ((Wish.KIDS3, 5), (Wish.KIDS7, 8), (Wish.KIDS11, 12)):
        asked = audience is not None and (audience.min_age is not None or audience.max_age is not None)
        fits = audience is not None and (audience.min_age or 0) <= age <= (99 if audience.max_age is None else audience.max_age)
        answers[wish] = fits if asked else children
    return (wish for wish, yes in answers.items() if yes)
