"""Who may be twins: pairs of offers that share something, never all pairs."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from math import cos, floor, radians

from sejour.domain.identity import days_of, marks_of, name_words, own_words, town_of
from sejour.domain.join import Sourced
from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.twins import SAME_PLACE_M

MOST_ALIKE = 300  # offers that share an id, a phone and a word, or a word in one block: what more of them share says nothing
CELL = 0.005  # degrees: 550 m of latitude


def pairs_sharing(keys: Sequence[tuple[str, ...]], feeds: Sequence[str]) -> set[tuple[int, int]]:
    """The pairs (lower, higher) of offers that have a key in common and come from two of the `feeds`, or have the same regional id in their keys."""
    first: dict[str, int] = {}  # most keys are of one offer alone
    buckets: dict[str, list[int]] = {}
    for i, its in enumerate(keys):
        for key in its:
            if (other := first.setdefault(key, i)) != i:
                buckets.setdefault(key, [other]).append(i)
    pairs: set[tuple[int, int]] = set()
    for key, found in buckets.items():
        if key.startswith("same "):  # joined whatever they say: neighbours are enough
            pairs.update(pairwise(found))
        elif len(found) <= MOST_ALIKE:
            pairs.update((a, b) for a, b in combinations(found, 2) if feeds[a] != feeds[b] or key.startswith("key "))
    return pairs


def keys_of(sourced: Sourced) -> tuple[str, ...]:
    """What twins have in common. Words by their first letters, which few misspellings touch; dated things by the month, so that the hundred
    dates of one visit are not all compared. Texts, which the garbage collector has not to follow."""
    offer = sourced.offer
    phones, shared, keyed, quoted = marks_of(sourced)
    shared += phones
    if offer.place:
        shared += _cells(offer.place)
    months = {str(day // 30) for day in days_of(offer)}
    if not months or offer.kind is not Kind.EVENT or "market" in offer.themes:
        months.add("")
    words = name_words(offer.names.choose()[0])
    starts = {word[:4] for word in (own_words(words) - town_of(offer) or words)}
    ids = {f"same {offer.id}", *[f"key {id}" for id in keyed], *[f"id {id}" for id in (*keyed, *quoted)]}
    return (*ids, *{f"{start} {month} {one}" for start in starts for month in months for one in shared})


def _cells(place: Place) -> Iterator[str]:
    """The cells of a grid of CELL degrees that a box of SAME_PLACE_M around the place touches: two places that near touch one together."""
    tall = SAME_PLACE_M / 111_000
    wide = tall / max(0.01, cos(radians(place.lat)))
    for y in range(floor((place.lat - tall) / CELL), floor((place.lat + tall) / CELL) + 1):
        for x in range(floor((place.lon - wide) / CELL), floor((place.lon + wide) / CELL) + 1):
            yield f"{y} {x}"
