"""Do the reasons add up? What a page says of a suggestion against what the ranking computed, and against a ranking without that term.

The sum of the explained terms must be the score by which the offers were ordered; and when the weight of one term is set to zero, the score
must change by exactly the points that the page gave to that term.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.table import Row
from benchmarks.towns import towns, visits
from sejour.domain.best import score
from sejour.domain.catalogue import Catalogue
from sejour.domain.fairness import Attention
from sejour.domain.memo import Memo
from sejour.domain.page import suggest
from sejour.domain.ranking import situate
from sejour.domain.terms import TERMS
from sejour.domain.visit import Visit, When

SUGGESTIONS, REMOVALS = 2_000, 2_000  # at least
EXACT = 1e-9


@dataclass(slots=True)
class Sums:
    suggestions: int = 0
    apart: float = 0.0
    removals: int = 0
    removed_apart: float = 0.0


def totals(catalogue: Catalogue, visit: Visit) -> dict[str, float]:
    """The score of each feasible offer, by id, before variety."""
    ranked = score(situate(catalogue, visit))
    return {catalogue.offers[i].id: total for i, total in zip(ranked.situation.offers.tolist(), ranked.totals.tolist(), strict=True)}


def without(catalogue: Catalogue, term: str) -> Catalogue:
    return replace(catalogue, weights=replace(catalogue.weights, **{term: 0.0}), memo=Memo())


def counted(catalogue: Catalogue) -> Catalogue:
    """As if some offers had been shown more than others."""
    return catalogue.shown({offer.id: Attention(5.0, 1.0 + n % 9) for n, offer in enumerate(catalogue.offers)})


def explain_all() -> Sums:
    sums, town = Sums(), towns()[1]
    catalogue = counted(town.catalogue())
    bare = {term.name: without(catalogue, term.name) for term in TERMS}
    for visit in visits(town, catalogue.offers, 10_000, seed=3):
        if visit.when is When.WEEK:  # a page of other kinds
            continue
        ranked, page = totals(catalogue, visit), suggest(catalogue, visit, 10)
        for suggestion in page:
            terms = {said.rule: said.points for said in suggestion.scores}
            plain = sum(points for rule, points in terms.items() if rule != "variety")
            sums.apart = max(sums.apart, abs(sum(terms.values()) - suggestion.total), abs(plain - ranked[suggestion.offer.id]))
        sums.suggestions += len(page)
        for term in TERMS if sums.removals < REMOVALS else ():
            rest = totals(bare[term.name], visit)
            for suggestion in page:
                change = ranked[suggestion.offer.id] - rest[suggestion.offer.id]
                sums.removed_apart = max(sums.removed_apart, abs(change - suggestion.points[term.name]))
            sums.removals += len(page)
        if sums.suggestions >= SUGGESTIONS and sums.removals >= REMOVALS:
            break
    return sums


def explanation_rows() -> Iterator[Row]:
    sums, goal = explain_all(), f"≤ {EXACT:g}"
    yield Row(f"explanations: the sum of the terms from the score, at most, of {sums.suggestions}", goal, _tiny(sums.apart), "", sums.apart <= EXACT)
    name = f"explanations: a term removed, the change of the score from its points, at most, of {sums.removals}"
    yield Row(name, goal, _tiny(sums.removed_apart), "", sums.removed_apart <= EXACT)


def _tiny(apart: float) -> str:
    """The last bits are the processor's."""
    return "< 1e-12" if apart < 1e-12 else f"{apart:.1g}"
