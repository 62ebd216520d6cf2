"""How much an offer is worth a detour when nobody counted its visitors: 0 to 3 stars, from what its record says.

The table is the office's neutral ground (decisions 13): national labels and classified heritage first, then what the kind of thing
is, then a record that somebody cares for. It never looks at who pays or is a member. The office overrides it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sejour.domain.offer import Kind, Offer

LABELS = {  # points by label; the best one alone counts
    "unesco": 3.0, "grand_site_de_france": 3.0, "musee_de_france": 2.0, "monument_historique": 2.0, "jardin_remarquable": 2.0,
    "ville_ou_pays_dart_et_dhistoire": 2.0, "maison_des_illustres": 2.0, "maitre_restaurateur": 2.0, "patrimoine_xxe": 1.5,
    "reserve_naturelle": 2.0, "parc_naturel_regional": 1.5, "plus_beaux_villages": 2.5, "qualite_tourisme": 1.5,
    "vignobles_decouvertes": 1.0, "restaurateur_de_qualite": 1.5, "bienvenue_a_la_ferme": 1.0, "accueil_velo": 0.5,
    "tourisme_handicap": 1.0, "agriculture_biologique": 0.5, "tables_et_auberges": 1.5, "heritage_days": 1.0,
}  # fmt: skip
THEMES = {  # points by what it is; the best one alone counts
    "castle": 1.5, "cathedral": 1.5, "abbey": 1.2, "museum": 1.2, "zoo": 1.5, "theme_park": 1.5, "viewpoint": 1.0, "garden": 0.8,
    "park": 0.6, "church": 0.5, "archaeology": 0.8, "heritage": 0.5, "cave": 1.2, "natural_site": 0.8, "festival": 1.0, "concert": 0.6,
    "theatre": 0.6, "show": 0.5, "exhibition": 0.5, "producers_market": 0.9, "market": 0.7, "guided_tour": 0.8, "boat": 0.7,
    "aquarium": 1.2, "beach": 0.95, "hike": 0.8, "adventure": 0.8, "interpretation_centre": 0.8, "spa": 0.5, "pool": 0.4, "indoor_pool": 0.4,
    "water_sports": 0.6, "riding": 0.4, "bike": 0.4, "casino": 0.2, "bowling": 0.3, "library": 0.2, "play_area": 0.3, "dance": 0.5,
    "gastronomy": 0.8, "farm_inn": 0.6, "bistro": 0.3, "crafts": 0.4, "producers_shop": 0.4, "covered_market": 0.8, "concert_hall": 0.4,
    "winery": 0.5, "tasting": 0.4, "cinema": 0.3, "water_park": 0.7, "funicular": 0.9, "walk": 0.5, "flea_market": 0.2,
    "course": -1.0, "rental": -0.8, "conference": -0.3, "venue": -1.0, "fast_food": -0.8, "travel_agency": -1.5,
}  # fmt: skip
KINDS = {Kind.SIGHT: 0.4, Kind.EVENT: 0.4, Kind.MARKET: 0.4, Kind.ACTIVITY: 0.2, Kind.RESTAURANT: 0.2}
MOST = 3.0


def stars(offer: Offer) -> float:
    """0.0 to 3.0. The record's own care (a picture, a description, a second language, a contact) gives at most 0.6."""
    label = max((LABELS.get(name, 0.0) for name in offer.labels), default=0.0)
    known = [THEMES[name] for name in offer.themes if name in THEMES]
    theme = max(known) if known and max(known) > 0 else min(known, default=0.0)
    languages = len(offer.descriptions.texts) if offer.descriptions else 0
    care = 0.15 * (bool(offer.pictures) + (languages > 0) + (languages > 1) + bool(offer.contacts))
    return min(MOST, max(0.0, KINDS.get(offer.kind, 0.0) + label + theme + care))


def attraction(given: Sequence[float], visitors: Sequence[float | None]) -> NDArray[np.float64]:
    """What each offer is worth a detour, in natural logarithms: its stars, or ln(visitors + 1) where the office counted them, moved so that those
    counted are worth on average what their stars say: the two scales meet, and differences between counted offers stay theirs."""
    worth = np.array(given, dtype=np.float64)
    counted = np.array([n for n, visited in enumerate(visitors) if visited is not None], dtype=np.int64)
    if len(counted):
        logs = np.log1p([visitors[n] for n in counted.tolist()])
        worth[counted] = logs - logs.mean() + worth[counted].mean()
    return worth
