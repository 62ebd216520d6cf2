"""Finding a card whatever the fingers did to its name."""

import random
import unicodedata

import pytest

from providers_feed.datatourisme import parse
from sejour.domain.feed import Feed, gather
from sejour.domain.place import Address
from sejour.domain.text import LocalText
from sejour.search import build_index, words_of
from tests.builders import FLUX, make_offer

NAMES = ["Château de Pau", "Château de Morlanne", "Musée des Beaux-Arts", "Musée Bernadotte", "Halles de Pau", "Funiculaire", "L’Œuf à la coque"]
INDEX = build_index([make_offer(name) for name in NAMES])


def found(query: str, limit: int = 3) -> list[str]:
    return [NAMES[i] for i in INDEX.find(query, limit)]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("chateau pau", "Château de Pau"),
        ("pau château", "Château de Pau"),
        ("CHATAEU DE PAU", "Château de Pau"),
        ("morlane", "Château de Morlanne"),
        ("beaux arts", "Musée des Beaux-Arts"),
        ("beauxarts musee", "Musée des Beaux-Arts"),
        ("bernadote", "Musée Bernadotte"),
        ("fun", "Funiculaire"),
        ("funiculère", "Funiculaire"),
        ("oeuf", "L’Œuf à la coque"),
        ("hales", "Halles de Pau"),
    ],
)
def test_the_right_card_comes_first(query: str, name: str) -> None:
    assert found(query)[0] == name


@pytest.mark.parametrize("query", ["", "   ", "zzzzqqqq", "!!!", "\x00", "💥"])
def test_what_is_like_nothing_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_a_query_is_bounded_and_an_empty_catalogue_answers() -> None:
    assert INDEX.find("a" * 100_000, 3) == []
    assert build_index([]).find("pau", 3) == []


def test_the_town_counts_less_than_the_name() -> None:
    offers = [make_offer("Le Bistrot", address=Address(city="Nay")), make_offer("Marché de Nay")]
    assert build_index(offers).find("nay", 2) == [1, 0]


def test_every_language_s_name_is_found() -> None:
    assert build_index([make_offer(names=LocalText({"fr": "Grotte", "en": "Cave"}))]).find("cave", 1) == [0]


def test_words_that_count() -> None:
    assert words_of("L’Église de la Réunion d’Œuvres") == ["eglise", "reunion", "oeuvres"]
    assert words_of("Le La") == ["le", "la"]


def misspell(name: str, dice: random.Random) -> str:
    """Accents lost, words shuffled half of the time, two edits."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).lower().split()
    if dice.random() < 0.5:
        dice.shuffle(plain)
    letters = list(" ".join(plain))
    for _ in range(2):
        at, edit = dice.randrange(len(letters)), dice.choice(["replace", "insert", "delete", "swap"])
        if edit == "replace":
            letters[at] = dice.choice("abcdefghijklmnopqrstuvwxyz")
        elif edit == "insert":
            letters.insert(at, dice.choice("abcdefghijklmnopqrstuvwxyz"))
        elif edit == "delete" and len(letters) > 3:
            letters.pop(at)
        elif at + 1 < len(letters):
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


@pytest.mark.shared
def test_real_names_misspelt_are_found() -> None:
    """In the first three for 95 % of 200 queries."""
    offers = list(gather(parse(FLUX, Feed("touraine", "datatourisme"))).offers.values())
    names = [offer.names.choose("fr")[0] for offer in offers]
    index, dice = build_index(offers), random.Random(7)
    asked = dice.sample(names, 200)
    right = sum(name in [names[i] for i in index.find(misspell(name, dice), 3)] for name in asked)
    assert right >= 190
