"""docs/feeds-table.md says what is done: its example is read, its map is the one that is guessed, its sentences mean what it says."""

import re
from pathlib import Path

import pytest

from providers_feed.table import guess_map, parse
from providers_feed.table_hours import opening_hours
from providers_feed.table_map import BOOLEANS
from providers_feed.table_words import COLUMNS
from sejour.domain.feed import Feed, Gathered, gather
from sejour.domain.offer import Kind

PAGE = (Path(__file__).resolve().parents[2] / "docs/feeds-table.md").read_text()


def block(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)[0]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "exemple.csv").write_text(block("csv"))
    return tmp_path / "exemple.csv"


def read(source: Path, map: str = "") -> Gathered:
    return gather(parse(source, Feed("essai", "table", map=map)))


def test_the_example_and_its_map(source: Path) -> None:
    assert guess_map(source) == block("toml")
    gathered = read(source)
    museum, halls, curiosity, ball = gathered.offers.values()
    assert (museum.key, museum.kind, museum.hours, museum.access.wheelchair) == ("12", Kind.SIGHT, "Tu-Su 10:00-18:00", True)
    assert museum.descriptions and museum.descriptions.texts["en"] == "Two rooms of clogs."
    assert (halls.kind, halls.hours) == (Kind.MARKET, "Tu-Su 07:00-13:00")
    assert (ball.kind, ball.address and ball.address.postcode) == (Kind.EVENT, "01240")
    assert [(each.start.isoformat()[:16], each.end and each.end.isoformat()[:16]) for each in ball.occurrences] == [
        ("2026-07-13T21:00", "2026-07-14T02:00")
    ]
    assert (curiosity.hours, curiosity.hours_text and curiosity.hours_text.texts["fr"]) == (None, "sur rendez-vous")
    assert len(gathered.problems) == 1  # the zero of the postcode
    assert read(source, block("toml")) == gathered


def test_the_map_completed(source: Path) -> None:
    gathered = read(source, block("toml").replace('# "Curiosité" = ""', '"Curiosité" = "activity"'))
    assert gathered.offers["15"].kind is Kind.ACTIVITY


def test_every_field_is_explained() -> None:
    named = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert COLUMNS.keys() <= named
    assert {*BOOLEANS, *(kind.value for kind in Kind)} <= named


def test_the_sentences_of_opening_hours() -> None:
    rows = re.findall(r"^\| ([^`|]+) \| `([^`]+)`(?: \(.*\))? \|$", PAGE.split("## Les horaires")[1], re.M)
    assert len(rows) == 6
    for sentence, text in rows:
        assert opening_hours(sentence) == text
    for sentence in re.findall(r"« (10h-18h|sur rendez-vous|en\nsaison) »", PAGE.split("## Les horaires")[1]):
        assert opening_hours(sentence) is None
