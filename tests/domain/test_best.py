"""The short way to the best offers gives what the long way gives, to the last card: it only looks at less."""

import random
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain import best as search
from sejour.domain.best import score
from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.cells import spans
from sejour.domain.memo import Memo
from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS, VARIETY_POOL, advise, best, rank, situate, suggestions
from sejour.domain.situation import Question, Situation, Way, ask, in_time
from sejour.domain.slot import slot_of
from sejour.domain.suggestion import Suggestion
from sejour.domain.surveys import Surveys
from sejour.domain.terms import TERMS, nearness, total
from sejour.domain.visit import Visit, When
from sejour.domain.weights import Weights
from tests.builders import ROYALE, happening, make_catalogue, make_offer, make_visit
from tests.domain.worlds import DAY, some_catalogue, some_forecast, some_kinds, some_offers, some_visit

NOON = DAY + timedelta(hours=12)
chances = st.integers(0, 10**9).map(random.Random)


def by_cells(catalogue: Catalogue, visit: Visit, limit: int, kinds: tuple[Kind, ...] = IDEAS, batch: int = 45) -> list[Suggestion]:
    """By the way that a big territory goes, however small this one is."""
    question = ask(slot_of(catalogue, visit, kinds), visit, kinds)
    if not len(spans(*question.runs())):
        return []
    with mock.patch.object(search, "BATCH", batch):
        return suggestions(search._by_cells(question, max(VARIETY_POOL, limit)), limit)


@given(chances, st.integers(0, 120), st.integers(1, 60), st.sampled_from([1, 7, 45]))
def test_the_short_way_gives_what_the_long_way_gives(chance: random.Random, number: int, limit: int, batch: int) -> None:
    offers = some_offers(chance, number)
    catalogue = some_catalogue(chance, offers)
    for _ in range(4):
        visit, kinds = some_visit(chance, offers), some_kinds(chance)
        expected = rank(situate(catalogue, visit, kinds), limit)
        assert best(catalogue, visit, limit, kinds) == expected
        assert advise(catalogue, visit, limit, kinds).suggestions == expected
        assert by_cells(catalogue, visit, limit, kinds, batch) == expected


@pytest.fixture(scope="module")
def big() -> tuple[Catalogue, random.Random]:
    chance = random.Random(8)
    return some_catalogue(chance, some_offers(chance, 6000)), chance


def test_in_a_big_territory_too(big: tuple[Catalogue, random.Random], audit: bool) -> None:
    catalogue, chance = big
    filled = 0
    for _ in range(1500 if audit else 150):
        visit, kinds, limit = some_visit(chance, catalogue.offers), some_kinds(chance), chance.randrange(1, 61)
        expected = rank(situate(catalogue, visit, kinds), limit)
        assert best(catalogue, visit, limit, kinds) == expected
        for batch in (300, 45):
            assert by_cells(catalogue, visit, limit, kinds, batch) == expected
        filled += len(expected) == limit
    assert filled > 50


def test_it_looks_at_less(big: tuple[Catalogue, random.Random]) -> None:
    catalogue, _ = big
    looked = list[int]()

    def counted(question: Question, way: Way) -> Situation:
        looked.append(len(way.local))
        return in_time(question, way)

    visit = make_visit(NOON)
    with mock.patch.object(search, "in_time", counted):
        assert len(by_cells(catalogue, visit, 8, batch=250)) == 8
    assert sum(looked) < len(situate(catalogue, visit).local) / 2


@given(chances, st.integers(1, 60))
def test_a_bound_is_never_below_what_it_bounds(chance: random.Random, number: int) -> None:
    offers = some_offers(chance, number)
    catalogue = some_catalogue(chance, offers)
    visit = some_visit(chance, offers)
    s = situate(catalogue, visit, tuple(some_kinds(chance)))
    slot, weight = s.slot, catalogue.weights.distance
    assert (total(s) <= slot.most[s.local] + weight * nearness(s.street) + 1e-12).all()
    cell = np.searchsorted(slot.cells.first, s.local, "right") - 1
    assert (slot.most[s.local] <= slot.cell_most[cell]).all()
    apart = np.maximum(0.0, slot.cells.apart(cell, s.question.here)) * s.question.detour
    assert (nearness(s.street) <= nearness(apart) + 1e-9).all()


def test_the_bound_of_a_day_with_hours_and_a_time() -> None:
    """A fair that opens at half past one, and whose concert begins in a minute."""
    occurrences = (happening("2026-08-13 00:00", all_day=True), happening("2026-08-13 12:04"))
    catalogue = make_catalogue(make_offer(kind=Kind.EVENT, hours="13:30-18:00", occurrences=occurrences), moment=DAY)
    s = situate(catalogue, make_visit(NOON))
    assert (total(s) - catalogue.weights.distance * nearness(s.street) <= s.slot.most[s.local]).all()
    assert s.wait.tolist() == [1.0]


@given(chances, st.integers(1, 60))
def test_a_total_is_the_weighted_sum_of_the_terms(chance: random.Random, number: int) -> None:
    """It is added up by a shorter way."""
    offers = some_offers(chance, number)
    catalogue = some_catalogue(chance, offers)
    ranked = score(situate(catalogue, some_visit(chance, offers), some_kinds(chance)))
    weights = np.array([getattr(catalogue.weights, term.name) for term in TERMS])
    assert np.abs(ranked.totals - weights @ ranked.values).max(initial=0.0) < 1e-12


# ---- ties ----


@pytest.mark.parametrize("number", [1, 39, 40, 41, 300, 3000])
def test_of_equals_the_smaller_id_comes_first_however_many(number: int) -> None:
    """Summed by BLAS, equals were apart by the last bit, by where they stood in the array."""
    catalogue = make_catalogue(*(make_offer(str(n), hours="24/7") for n in range(number)), moment=DAY)
    for visit in (make_visit(NOON), make_visit(NOON, when=When.TONIGHT)):
        ids = [s.offer.id for s in best(catalogue, visit, 60)]
        assert sorted(ids) == [offer.id for offer in catalogue.offers[:60]]
        assert len(set(score(situate(catalogue, visit)).totals.tolist())) == 1


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("sky", [False, True])
def test_equals_in_many_cells_when_distance_counts_for_nothing(seed: int, sky: bool) -> None:
    """The bound of a cell is then its best offer's own total: what is left must not be left too soon, for the smallest id may be in it."""
    chance = random.Random(seed)
    stars, hour, weather = (chance.uniform(0.1, 2) for _ in range(3))
    offers = [
        make_offer(str(n), hours="24/7", themes=("castle",), place=Place(ROYALE.lat + (n % 30) * 0.01, ROYALE.lon + n // 30 * 0.015))
        for n in range(600)
    ]
    catalogue = build_catalogue(offers, DAY, weights=Weights(stars=stars, hour=hour, weather=weather, distance=0.0))
    visit = make_visit(NOON, place=Place(ROYALE.lat + 0.15, ROYALE.lon + 0.15), forecast=some_forecast(random.Random(3)) if sky else None)
    for batch in (20, 100):
        assert by_cells(catalogue, visit, 60, batch=batch) == rank(situate(catalogue, visit), 60)


@pytest.mark.parametrize("batch", [10, 30, 80])
def test_a_straight_way_that_was_measured_brings_what_seemed_too_far(batch: int) -> None:
    """Twenty-five offers to a cell; the first of the third cell is as near by the street as by the air, nearer than the fortieth of the others."""
    here = Place(43.3001, ROYALE.lon)
    offers = [make_offer(str(n), hours="24/7", place=Place(here.lat + n * 0.0004, here.lon)) for n in range(200)]
    catalogue = build_catalogue(offers, DAY, surveys=Surveys(walks={"royale": {offers[50].id: 0.0}}))
    visit = make_visit(NOON, place=here, hotspot="royale")
    found = by_cells(catalogue, visit, 40, batch=batch)
    assert found == rank(situate(catalogue, visit), 40)
    assert "50" in {s.offer.key for s in found}


@given(chances, st.integers(0, 60), st.integers(1, 20))
def test_the_order_of_the_offers_is_irrelevant(chance: random.Random, number: int, limit: int) -> None:
    offers, seed = some_offers(chance, number), chance.random()
    shuffled = offers[:]
    chance.shuffle(shuffled)
    visit = some_visit(chance, offers)
    found = []
    for order in (offers, shuffled):
        by_id = sorted(order, key=lambda offer: offer.id)  # what is drawn of them is the same
        catalogue = some_catalogue(random.Random(seed), by_id)
        again = build_catalogue(
            order, DAY, said=catalogue.said, holidays=catalogue.holidays, weights=catalogue.weights
        )  # fmt: skip
        found.append((best(catalogue, visit, limit), best(again, visit, limit)))
    assert found[0] == found[1]


@given(chances, st.integers(0, 60))
def test_what_was_asked_before_changes_nothing(chance: random.Random, number: int) -> None:
    """Slots are kept: those that are used again answer as those made anew."""
    offers = some_offers(chance, number)
    kept = some_catalogue(chance, offers)
    moment = some_visit(chance, offers).moment
    for _ in range(6):
        visit = replace(some_visit(chance, offers), moment=moment + timedelta(minutes=chance.randrange(40)))
        assert best(kept, visit, 8) == best(replace(kept, memo=Memo()), visit, 8)


# ---- the share that each deserves ----


@given(chances, st.integers(0, 80), st.integers(1, 10))
def test_what_a_page_owes_is_one_in_all_and_never_minds_how_often_one_was_shown(chance: random.Random, number: int, limit: int) -> None:
    offers = some_offers(chance, number)
    catalogue = some_catalogue(chance, offers)
    visit = some_visit(chance, offers)
    advice = advise(catalogue, visit, limit)
    assert len(advice.due) == min(VARIETY_POOL, len(situate(catalogue, visit, IDEAS).local))
    assert sum(advice.due.values()) == pytest.approx(1.0 if advice.due else 0.0)
    assert {s.offer.id for s in advice.suggestions} <= set(advice.due)
    if len(advice.due) < VARIETY_POOL:  # then the pool is the same, whatever the standings are
        assert advise(catalogue.shown({}), visit, limit).due == pytest.approx(advice.due, abs=1e-9)
