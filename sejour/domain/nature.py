"""What kinds and themes imply when the record does not say: shelter, and how long a visit takes at least. Documented defaults."""

from sejour.domain.offer import Kind, Offer

INDOORS = {"museum", "church", "cathedral", "abbey", "castle", "exhibition", "theatre", "concert_hall", "cinema", "aquarium", "library",
           "cave", "winery", "tasting", "interpretation_centre", "conference", "indoor_pool", "escape_game", "bowling", "spa",
           "producers_shop", "tourist_office", "cafe", "fast_food", "covered_market"}  # fmt: skip
OUTDOORS = {"park", "garden", "viewpoint", "natural_site", "walk", "bike", "riding", "golf", "boat", "water_sports", "flea_market", "zoo",
            "theme_park", "water_park", "picnic", "play_area", "beach", "archaeology", "air", "producers_market", "hike"}  # fmt: skip
INDOOR_KINDS = {Kind.RESTAURANT, Kind.SHOP}

STAY = {Kind.SIGHT: 45, Kind.ACTIVITY: 60, Kind.RESTAURANT: 45, Kind.EVENT: 30, Kind.MARKET: 20, Kind.SHOP: 15, Kind.SERVICE: 5, Kind.LODGING: 5}
STAY_BY_THEME = {"museum": 60, "castle": 60, "zoo": 120, "theme_park": 120, "church": 20, "viewpoint": 15, "park": 20, "garden": 30,
                 "cafe": 20, "fast_food": 20, "abbey": 45, "flea_market": 30, "play_area": 20, "picnic": 30, "natural_site": 30,
                 "tasting": 30, "winery": 30}  # fmt: skip
DROP_IN = {"exhibition", "market", "producers_market", "flea_market", "fair", "open_day", "heritage_days"}
GRACE = 15  # minutes after its start during which an event can still be joined
LONG = 180  # minutes: an event longer than that is joined when one likes


def sheltered(offer: Offer) -> bool | None:
    """Under a roof? What the record says first, then its themes, then its kind; None when none of them tells."""
    if offer.access.sheltered is not None:
        return offer.access.sheltered
    themes = set(offer.themes)
    if themes & INDOORS:
        return True
    if themes & OUTDOORS:
        return False
    return True if offer.kind in INDOOR_KINDS else None


def stay_minutes(offer: Offer) -> int:
    """The shortest visit worth the way, in minutes: what must remain before closing when one arrives."""
    return next((STAY_BY_THEME[theme] for theme in offer.themes if theme in STAY_BY_THEME), STAY[offer.kind])


def joined_any_time(offer: Offer, minutes: float) -> bool:
    """Does one drop in during its `minutes`, or must one be there at the start?"""
    return minutes > LONG or bool(DROP_IN & set(offer.themes))
