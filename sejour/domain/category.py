"""What sort of outing an offer is: finer than its kind, coarser than its themes. Hours, weather and variety look at it."""

from enum import StrEnum

from sejour.domain.offer import Kind, Offer


class Category(StrEnum):
    MUSEUM = "museum"
    MONUMENT = "monument"
    NATURE = "nature"  # parks, views, walks
    WATER = "water"  # beaches, bathing, boats with a sail
    OUTING = "outing"  # half a day out: a zoo, a boat trip, a ride
    LEISURE = "leisure"  # under a roof, for fun
    TABLE = "table"
    CAFE = "cafe"
    TASTING = "tasting"
    SHOP = "shop"
    MARKET = "market"
    EXHIBITION = "exhibition"
    SHOW = "show"
    FAIR = "fair"  # dropped in by day: flea markets, open days
    TALK = "talk"
    HAPPENING = "happening"  # any other event
    COURSE = "course"
    SERVICE = "service"
    LODGING = "lodging"


CATEGORIES = tuple(Category)
_THEMES: dict[Category, set[str]] = {
    Category.MUSEUM: {"museum", "aquarium", "interpretation_centre", "library"},
    Category.MONUMENT: {"castle", "cathedral", "church", "abbey", "heritage", "archaeology"},
    Category.NATURE: {"park", "garden", "viewpoint", "natural_site", "walk", "hike", "picnic", "play_area"},
    Category.WATER: {"beach", "water_sports", "water_park", "pool"},
    Category.OUTING: {"zoo", "theme_park", "adventure", "boat", "funicular", "guided_tour", "road_tour", "riding", "bike", "golf", "mini_golf",
                      "cave", "air", "rental", "sport", "practice"},
    Category.LEISURE: {"bowling", "casino", "spa", "escape_game", "indoor_pool", "concert_hall"},
    Category.CAFE: {"cafe", "bakery", "fast_food"},
    Category.TASTING: {"winery", "tasting", "producers_shop"},
    Category.MARKET: {"market", "producers_market", "covered_market"},
    Category.EXHIBITION: {"exhibition"},
    Category.SHOW: {"concert", "theatre", "show", "dance", "festival", "cinema"},
    Category.FAIR: {"flea_market", "fair", "open_day", "heritage_days"},
    Category.TALK: {"conference"},
    Category.COURSE: {"course"},
}  # fmt: skip
_OF_THEME = {theme: category for category, themes in _THEMES.items() for theme in themes}
_VISITS = set(Category) - {Category.TABLE, Category.SERVICE, Category.LODGING}
_ALLOWED = {  # what a theme can make of a kind; else the kind's own
    Kind.SIGHT: _VISITS, Kind.ACTIVITY: _VISITS, Kind.EVENT: _VISITS - {Category.CAFE}, Kind.RESTAURANT: {Category.CAFE},
    Kind.MARKET: set[Category](), Kind.SHOP: {Category.TASTING, Category.CAFE}, Kind.SERVICE: set[Category](), Kind.LODGING: set[Category](),
}  # fmt: skip
_OF_KIND = {
    Kind.SIGHT: Category.MONUMENT, Kind.ACTIVITY: Category.OUTING, Kind.RESTAURANT: Category.TABLE, Kind.EVENT: Category.HAPPENING,
    Kind.MARKET: Category.MARKET, Kind.SHOP: Category.SHOP, Kind.SERVICE: Category.SERVICE, Kind.LODGING: Category.LODGING,
}  # fmt: skip


def category_of(offer: Offer) -> Category:
    """That of its first telling theme, when its kind allows it, else that of its kind."""
    told = (_OF_THEME.get(theme) for theme in offer.themes)
    return next((category for category in told if category in _ALLOWED[offer.kind]), _OF_KIND[offer.kind])
