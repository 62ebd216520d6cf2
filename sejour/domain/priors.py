"""When each category suits, by the hour of arrival and by the sky: the editorial tables of the ranking, as factors.

They are set by hand, from what such places live on: meals at 12 and 19, monuments by day, shows in the evening, markets in the morning.
No data set of visitors by hour is shipped: an office's own counts bend the hours (`learnt`), and the study found no measurable gain in
matching the weather, so that its table is held to be right, not to be clever (docs/ranking.md).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sejour.domain.category import CATEGORIES, Category
from sejour.domain.weather import Sky

FloatArray = NDArray[np.float64]
Counts = Mapping[tuple[Category, int], tuple[float, float]]
STRENGTH = 20.0  # an office's counts weigh as much as the table from so many openings of cards in that category and hour
LEAST, MOST = 0.5, 2.0  # how far counts may bend a factor

HOURS: dict[Category, dict[int, float]] = {  # factor at some hours of the day, on a straight line between them
    Category.MUSEUM: {6: 0.2, 9: 0.9, 10: 1.0, 16: 1.0, 18: 0.6, 21: 0.3},
    Category.MONUMENT: {6: 0.2, 9: 0.9, 10: 1.0, 17: 1.0, 19: 0.6, 22: 0.3},
    Category.NATURE: {5: 0.2, 8: 0.7, 10: 1.0, 19: 1.0, 21: 0.6, 23: 0.2},
    Category.WATER: {6: 0.2, 10: 0.9, 12: 1.0, 17: 1.1, 19: 0.7, 22: 0.2},
    Category.OUTING: {6: 0.2, 9: 1.0, 15: 1.0, 17: 0.7, 20: 0.4, 22: 0.2},
    Category.LEISURE: {8: 0.3, 14: 0.9, 18: 1.1, 22: 1.1, 2: 0.3},
    Category.TABLE: {6: 0.2, 9: 0.3, 11: 0.9, 12: 1.6, 13: 1.5, 14: 0.6, 15: 0.3, 17: 0.4, 18: 0.9, 19: 1.6, 20: 1.6, 21: 1.2, 22: 0.7, 0: 0.2},
    Category.CAFE: {5: 0.2, 8: 1.2, 10: 1.1, 12: 0.9, 15: 1.1, 17: 1.1, 19: 0.7, 23: 0.4},
    Category.TASTING: {8: 0.2, 10: 0.9, 11: 1.1, 14: 0.9, 17: 1.2, 18: 1.0, 20: 0.4, 22: 0.2},
    Category.SHOP: {7: 0.2, 9: 0.6, 18: 0.6, 20: 0.3, 22: 0.2},
    Category.MARKET: {5: 0.3, 8: 1.3, 12: 1.2, 14: 0.9, 18: 1.0, 21: 0.8, 23: 0.4},
    Category.EXHIBITION: {6: 0.2, 10: 0.9, 15: 1.0, 18: 0.8, 21: 0.4},
    Category.SHOW: {6: 0.3, 10: 0.8, 15: 1.1, 18: 1.4, 21: 1.5, 23: 0.8, 2: 0.3},
    Category.FAIR: {5: 0.3, 8: 1.2, 12: 1.1, 16: 1.0, 18: 0.6, 21: 0.4},
    Category.TALK: {7: 0.3, 10: 0.8, 15: 0.9, 18: 1.1, 20: 1.1, 23: 0.4},
    Category.HAPPENING: {6: 0.4, 9: 1.0, 16: 1.1, 18: 1.4, 21: 1.4, 23: 0.8, 2: 0.4},
    Category.COURSE: {7: 0.3, 9: 0.9, 17: 0.9, 20: 0.4},
    Category.SERVICE: {0: 1.0},
    Category.LODGING: {0: 1.0},
}
SHELTERS = ("outdoors", "indoors", "unknown")
WEATHERS: dict[Sky, tuple[float, float, float]] = {  # factor outdoors, indoors, and where nobody knows
    Sky.FAIR: (1.25, 1.0, 1.0),
    Sky.HOT: (0.6, 1.1, 0.9),
    Sky.RAIN: (0.3, 1.25, 0.8),
    Sky.STORM: (0.25, 1.25, 0.7),
    Sky.SNOW: (0.4, 1.2, 0.8),
}
OF_CATEGORY: dict[Category, dict[Sky, float]] = {  # where the open air of a category is not like another's
    Category.WATER: {Sky.HOT: 1.25, Sky.RAIN: 0.15, Sky.STORM: 0.15, Sky.SNOW: 0.15},
    Category.NATURE: {Sky.HOT: 0.8},  # shade, water, height
}


def hour_factors() -> FloatArray:
    """(categories, 24): the tables of HOURS at each hour."""
    rows = []
    for category in CATEGORIES:
        knots = sorted(HOURS[category].items())
        rows.append(np.interp(np.arange(24), [hour for hour, _ in knots], [factor for _, factor in knots], period=24))
    return np.array(rows)


def learnt(factors: FloatArray, counts: Counts) -> FloatArray:
    """The hours bent by what an office counted: `counts[category, hour]` is (openings of cards, openings to be expected from how often they were
    shown at that hour). Posterior mean of a rate under a gamma prior of mean 1: (openings + 20) / (expected + 20)."""
    bent = factors.copy()
    for (category, hour), (openings, expected) in counts.items():
        bent[CATEGORIES.index(category), hour] *= min(MOST, max(LEAST, (openings + STRENGTH) / (expected + STRENGTH)))
    return bent


def counts_of(seen: Mapping[tuple[Category, int], tuple[float, float]]) -> Counts:
    """`learnt`'s counts, of (cards opened, cards shown) by category and hour: one expects of an hour what its showings would give at the
    category's own rate."""
    opened, shown = dict[Category, float](), dict[Category, float]()
    for (category, _), (opens, shows) in seen.items():
        opened[category] = opened.get(category, 0.0) + opens
        shown[category] = shown.get(category, 0.0) + shows
    return {
        (category, hour): (opens, shows * opened[category] / shown[category])
        for (category, hour), (opens, shows) in seen.items()
        if shown[category] >= opened[category] > 0
    }


def weather_factors(sky: Sky | None) -> FloatArray:
    """(categories x SHELTERS, flattened): 1 everywhere when nobody knows the sky."""
    if sky is None:
        return np.ones(len(CATEGORIES) * len(SHELTERS))
    outdoors, indoors, unknown = WEATHERS[sky]
    rows = [(OF_CATEGORY.get(category, {}).get(sky, outdoors), indoors, unknown) for category in CATEGORIES]
    return np.array(rows).ravel()
