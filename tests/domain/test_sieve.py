"""The compiled way to the best offers gives what NumPy gives, to the last bit; and does nothing that it may not, whatever it is asked."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatch_build import compiled
from sejour.domain import sieve
from sejour.domain.best import Ranked, by_arrays, top
from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS
from sejour.domain.sieve import SOURCE, library_of, sift
from sejour.domain.situation import Question, ask
from sejour.domain.slot import Slot, slot_of
from sejour.domain.terms import beside_distance
from tests.builders import make_catalogue, make_offer, make_visit
from tests.domain.worlds import DAY, some_catalogue, some_kinds, some_offers, some_visit

chances = st.integers(0, 10**9).map(random.Random)
NOON = DAY + timedelta(hours=12)
compiler = pytest.mark.skipif(not sieve.COMPILED, reason="sejour was installed without a C compiler")


def bits(ranked: Ranked, count: int) -> list[object]:
    """All that is known of the `count` best."""
    best, totals = ranked.situation.take(ranked.order[:count]), ranked.totals[ranked.order[:count]]
    columns = (best.local, best.mode, best.arrive, best.rows, best.begins, best.metres, best.street, best.minutes, totals)
    return [column.tolist() for column in columns]


def asked(catalogue: Catalogue, chance: random.Random) -> Question:
    visit, kinds = some_visit(chance, catalogue.offers), some_kinds(chance)
    return ask(slot_of(catalogue, visit, kinds), visit, kinds)


@compiler
@given(chances, st.integers(0, 120), st.integers(1, 60))
def test_both_ways_have_the_same_bits(chance: random.Random, number: int, count: int) -> None:
    catalogue = some_catalogue(chance, some_offers(chance, number))
    for _ in range(4):
        question = asked(catalogue, chance)
        assert bits(top(question, count), count) == bits(by_arrays(question, count), count)
        if sifted := sift(question, count):
            situation, points = sifted
            assert points.tolist() == beside_distance(situation).tolist()


@compiler
def test_in_a_big_territory_too(audit: bool) -> None:
    chance = random.Random(5)
    catalogue = some_catalogue(chance, some_offers(chance, 6000))
    done = 0
    for _ in range(2000 if audit else 200):
        question, count = asked(catalogue, chance), chance.randrange(1, 61)
        assert bits(top(question, count), count) == bits(by_arrays(question, count), count)
        done += sift(question, count) is not None
    assert done > 150


@compiler
@pytest.mark.parametrize("lon", [179.999, -179.999, 0.0])
@pytest.mark.parametrize("lat", [-13.3, 89.95, -89.99])
def test_over_the_antimeridian_and_at_the_poles(lat: float, lon: float) -> None:
    """Where rows of cells come in two bands, or all around."""
    chance = random.Random(3)
    around = [Place(max(-90, min(90, lat + chance.gauss(0, 0.03))), (lon + chance.gauss(0, 0.05) + 180) % 360 - 180) for _ in range(300)]
    catalogue = build_catalogue([make_offer(str(n), hours="24/7", place=place) for n, place in enumerate(around)], DAY)
    visit = make_visit(NOON, place=Place(lat, lon))
    question = ask(slot_of(catalogue, visit), visit, IDEAS)
    assert sift(question, 20) is not None
    assert bits(top(question, 20), 20) == bits(by_arrays(question, 20), 20)


@compiler
def test_more_equals_than_there_is_room_for_are_left_to_numpy() -> None:
    catalogue = make_catalogue(*(make_offer(str(n), hours="24/7") for n in range(400)), moment=DAY)
    question = ask(slot_of(catalogue, make_visit(NOON)), make_visit(NOON), IDEAS)
    assert sift(question, 20) is None
    assert top(question, 20).situation.offers[top(question, 20).order[:20]].tolist() == list(range(20))


# ---- never out of its arrays ----


@pytest.fixture
def question() -> Question:
    catalogue = make_catalogue(*(make_offer(str(n), hours="24/7", place=Place(43.29 + n / 1000, -0.37)) for n in range(30)), moment=DAY)
    return ask(slot_of(catalogue, make_visit(NOON)), make_visit(NOON), IDEAS)


@compiler
@pytest.mark.parametrize("count", [0, -1, -(10**12), 10**12])
def test_any_number_may_be_asked_for(question: Question, count: int) -> None:
    sifted = sift(question, count)
    assert (sifted is None) if count < 1 else sifted and len(sifted[0].local) == 30


@compiler
@pytest.mark.parametrize("fields", [
    {"leave": -(10**12)}, {"leave": 10**12}, {"leave": 0, "latest": 2**62}, {"latest": -(2**62)}, {"kinds": 0}, {"kinds": -1}, {"wanted": 2**62},
    {"here": np.full(3, np.nan)}, {"here": np.full(3, np.inf)}, {"here": np.zeros(3)}, {"here": np.full(3, 1e300)},
])  # fmt: skip
def test_nothing_that_is_asked_leads_out_of_the_arrays(question: Question, fields: dict[str, object]) -> None:
    sifted = sift(replace(question, **fields), 10)  # type: ignore[arg-type]
    assert sifted is None or set(sifted[0].local.tolist()) <= set(range(30))


@compiler
@pytest.mark.parametrize("name", ["xyz", "points", "suits", "cell_most", "fixed"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_none(question: Question, name: str, value: float) -> None:
    broken = replace(question.slot, memo=type(question.slot.memo)(1), **{name: np.full_like(getattr(question.slot, name), value)})
    sifted = sift(replace(question, slot=broken), 10)
    assert sifted is None or len(sifted[0].local) <= 30


def broken_slots(slot: Slot) -> Iterator[Slot]:
    yield replace(slot, group=slot.group + 1000)
    yield replace(slot, group=slot.group - 1000)
    yield replace(slot, offers=slot.offers + 1000)
    yield replace(slot, first_row=slot.first_row + 1)
    yield replace(slot, first_row=slot.first_row[::-1])
    yield replace(slot, bits=slot.bits[:-1])
    yield replace(slot, points=slot.points[:-1])
    yield replace(slot, cell_most=slot.cell_most[1:])
    yield replace(slot, rows=slot.rows.take(np.arange(3)))
    yield replace(slot, cells=replace(slot.cells, first=slot.cells.first[:-1]))


@compiler
def test_arrays_that_do_not_fit_together_are_refused(question: Question) -> None:
    for slot in broken_slots(question.slot):
        with pytest.raises(ValueError, match="do not fit"):
            sift(replace(question, slot=replace(slot, memo=type(slot.memo)(1))), 10)


# ---- with and without a compiler ----


def test_without_the_library_numpy_does_the_same(question: Question) -> None:
    with mock.patch.object(sieve, "_LIBRARY", None):
        assert sift(question, 10) is None
        assert bits(top(question, 10), 10) == bits(by_arrays(question, 10), 10)


@pytest.mark.parametrize("forced", ["", "1"])
def test_the_environment_may_ask_for_numpy(forced: str) -> None:
    code = "from sejour.domain import sieve; print(not sieve.COMPILED)"
    environment = {**os.environ, "SEJOUR_NUMPY": forced}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert told == str(bool(forced) or not SOURCE.with_name(library_of(SOURCE.read_bytes())).exists())


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler")
def test_the_source_compiles_without_a_warning_and_its_library_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "cc -Wall -Wextra -Werror -Wconversion")
    source = Path(shutil.copy(SOURCE, tmp_path))
    library = compiled(source)
    assert library == tmp_path / library_of(source.read_bytes())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([library.name, "sieve.c"])


@pytest.mark.parametrize("command", ["nonexistent-compiler", "false", "true"])
def test_an_installation_never_fails_for_want_of_a_compiler(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", command)
    assert compiled(Path(shutil.copy(SOURCE, tmp_path))) is None
    assert [path.name for path in tmp_path.iterdir()] == ["sieve.c"]
