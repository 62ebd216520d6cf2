"""The measures of `make evaluate`, on cases small enough to count by hand, and against the product itself."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from benchmarks.cities import cities, gravity
from benchmarks.fairness import gini, inequity
from benchmarks.routes import f1, likeliest, most_visited, pairs_f1
from benchmarks.table import BEGIN, END, Row, markdown, short, written
from benchmarks.towns import towns, visits
from benchmarks.where_next import RANKERS, measure, rank_of, ranks
from sejour.domain.fairness import merit
from sejour.domain.page import suggest
from sejour.domain.place import Place
from sejour.domain.surveys import Surveys
from sejour.domain.travel import DETOUR
from tests.builders import ROYALE, make_catalogue, make_offer, make_visit
from tests.domain.feasibility import haversine_m

STREET = np.random.default_rng(2).uniform(100, 3000, (6, 6))
VISITORS = np.array([50.0, 3.0, 20.0, 8.0, 100.0, 0.0])


def test_routes_are_compared_by_places_and_by_order() -> None:
    assert f1((1, 2, 3, 4), (1, 3, 5, 4)) == pytest.approx(0.75)
    assert pairs_f1((1, 2, 3, 4), (1, 3, 5, 4)) == pytest.approx(3 / 6)
    assert pairs_f1((1, 2, 3), (3, 2, 1)) == 0


@pytest.mark.parametrize("length", [3, 4, 5, 6])
def test_the_likeliest_route_is_that_of_all(length: int) -> None:
    scores = gravity(VISITORS, STREET)
    np.fill_diagonal(scores, -np.inf)
    steps = np.array([merit(row) for row in scores])

    def odds(path: tuple[int, ...]) -> float:
        return float(np.prod([steps[a, b] for a, b in pairwise(path)]))

    every = [(0, *between, 5) for between in permutations(range(1, 5), length - 2)]
    assert likeliest(VISITORS, STREET, 0, 5, length) == max(every, key=odds)
    assert most_visited(VISITORS, STREET, 0, 5, 4) == (0, 4, 2, 5)


def test_equal_scores_share_their_rank() -> None:
    assert [rank_of(np.array([3.0, 1.0, 1.0, 0.0]), goal) for goal in range(4)] == [1, 2.5, 2.5, 4]
    found = measure(np.array([1.0, 2.0, 4.0]))
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)
    assert found.hits == pytest.approx((1 / 3, 2 / 3, 1))


def test_attention_is_measured() -> None:
    assert gini(np.ones(5)) == pytest.approx(0)
    assert gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert inequity(np.array([1.0, 1.0]), np.array([3.0, 1.0])) == pytest.approx(0.5)


def test_the_gravity_of_the_cities_is_what_the_product_gives() -> None:
    names = [f"Musée {n}" for n in range(6)]
    offers = [make_offer(name, hours="24/7", place=Place(ROYALE.lat + 0.001 * n, ROYALE.lon)) for n, name in enumerate(names)]
    surveys = Surveys(visitors={offer.id: float(count) for offer, count in zip(offers, VISITORS, strict=True)})
    found = {s.offer.id: s.points for s in suggest(make_catalogue(*offers, surveys=surveys), make_visit(), 10)}
    street = np.array([haversine_m(ROYALE, offer.place) * DETOUR for offer in offers if offer.place])
    ours = np.array([found[offer.id]["stars"] + found[offer.id]["distance"] for offer in offers])
    theirs = gravity(VISITORS, street)
    assert ours - ours[0] == pytest.approx(theirs - theirs[0], abs=1e-6)  # but for what all the offers share


def test_towns_and_visits_are_the_same_each_time() -> None:
    town = towns()[1]
    offers = town.offers()
    assert offers == town.offers()
    assert list(visits(town, offers, 20, seed=4)) == list(visits(town, offers, 20, seed=4))


def test_the_table_goes_between_its_marks() -> None:
    table = markdown([Row("a", "≥ 1", "2", "b", True), Row("c", "0", "1", "", False), Row("d", "", "absent")])
    assert table.splitlines()[2:] == ["| a | ≥ 1 | 2 | b | yes |", "| c | 0 | 1 |  | **no** |", "| d |  | absent |  |  |"]
    once = written("# Title\n\ntext\n", table)
    assert once == f"# Title\n\ntext\n\n{BEGIN}\n\n{table}\n\n{END}\n"
    assert written(once + "after\n", "| other |") == f"# Title\n\ntext\n\n{BEGIN}\n\n| other |\n\n{END}\nafter\n"
    assert [short(0.4951), short(1.0), short(-0.0012, 4)] == [".495", "1.000", "-.0012"]


@pytest.mark.shared
def test_the_protocol_does_not_move() -> None:
    """Fixed points: rankers without a constant of ours do not move when the ranking does."""
    found = {city.code: [round(measure(ranks(city, city.moves(), RANKERS[name])).mrr, 3) for name in ("nearest", "popular")] for city in cities()}
    assert found.items() >= {"Edin": [0.361, 0.314], "Glas": [0.466, 0.338], "Toro": [0.458, 0.273]}.items()
