"""What the benchmarks compare answers the same: else their times mean nothing."""

import os
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.national import Country, Query, make_country, make_queries
from benchmarks.peers import WANTED, Absent, Engine
from benchmarks.peers.ours import Ranking
from benchmarks.ranking import ENGINES, PAGES
from benchmarks.reference import recall, reference

ANSWERING = [engine for engine in ENGINES if engine.name not in PAGES]


@pytest.fixture(scope="module")
def country() -> Country:
    return make_country(2000)


@pytest.fixture(scope="module")
def queries(country: Country) -> list[Query]:
    return make_queries(country, 90)


@pytest.fixture(params=ANSWERING, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest, country: Country) -> Iterator[Engine]:
    try:
        made: Engine = request.param(country)
    except Absent as missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"not installed: {missing}")
    yield made
    made.close()


def test_every_engine_answers_as_the_reference(engine: Engine, country: Country, queries: list[Query]) -> None:
    found = 0
    for query in queries:
        engine.prepare(query.quarter, query)
        (offers, scores), truth = engine.ask(query), reference(country, query)
        assert scores == pytest.approx(truth[1], abs=1e-7)  # two Earths that differ by 3 cm
        assert recall((offers, scores), truth) == 1.0
        found += len(offers)
    assert found > WANTED * len(queries) / 3


def test_recall_counts_what_is_missing(country: Country, queries: list[Query]) -> None:
    offers, scores = next(truth for truth in (reference(country, query) for query in queries) if len(truth[0]) == WANTED)
    assert recall((offers, scores), (offers, scores)) == 1.0
    assert recall((offers[1:], scores[1:]), (offers, scores)) == 1 - 1 / WANTED
    assert recall((np.append(offers[:-1], -1), np.append(scores[:-1], -99.0)), (offers, scores)) == 1 - 1 / WANTED
    assert recall((offers[:0], scores[:0]), (offers, scores)) == 0.0
    assert recall((np.append(offers[:-1], -1), scores), (offers, scores)) == 1.0  # as good as the last one


def test_a_country_is_the_same_each_time_and_asked_in_all_ways(country: Country, queries: list[Query]) -> None:
    again = make_country(len(country))
    assert (again.catalogue.lat == country.catalogue.lat).all()
    assert (again.begin == country.begin).all()
    assert {query.mode: sum(other.mode == query.mode for other in queries) for query in queries} == dict.fromkeys(("walk", "bike", "car"), 30)
    assert {query.quarter.rain for query in queries} == {False, True}
    assert {len(query.kinds) == 1 for query in queries} == {False, True}


def test_a_page_is_measured_too(country: Country, queries: list[Query]) -> None:
    for page in (engine(country) for engine in ENGINES if engine.name in PAGES):
        assert all(len(answer) == 0 for answer in page.ask(queries[0]))
    assert Ranking(country).about.startswith("sejour ")
