"""The office's voice, and how long it holds."""

from datetime import UTC, datetime

import pytest

from sejour.domain.curation import Mute, Pick, Word
from sejour.domain.text import LocalText
from tests.builders import at
from tests.domain.samples import maybe

START, END = "2026-08-10 09:00", "2026-08-13 18:00"


@pytest.mark.parametrize(
    ("start", "end", "moment", "holds"),
    [
        (None, None, "2026-08-13 12:00", True),
        (START, None, "2026-08-10 08:59", False),
        (START, None, "2026-08-10 09:00", True),
        (START, None, "2030-01-01 00:00", True),
        (None, END, "2026-08-13 17:59", True),
        (None, END, "2026-08-13 18:00", False),
        (START, END, "2026-08-12 00:00", True),
        (START, END, "2026-08-14 00:00", False),
        (END, START, "2026-08-12 00:00", False),
    ],
)
def test_a_word_holds_from_its_start_until_before_its_end(start: str | None, end: str | None, moment: str, holds: bool) -> None:
    limits = maybe(start), maybe(end)
    assert Word("a", *limits).holds(at(moment)) is holds
    assert Pick("a", *limits, by="Léa").holds(at(moment)) is holds
    assert Mute("a", *limits, reason="travaux").holds(at(moment)) is holds


def test_moments_of_other_zones_are_compared_as_moments() -> None:
    assert Word("a", at(START)).holds(datetime(2026, 8, 10, 7, 0, tzinfo=UTC))
    assert not Word("a", at(START)).holds(datetime(2026, 8, 10, 6, 59, tzinfo=UTC))


def test_a_pick_is_signed_and_a_mute_says_why() -> None:
    assert Pick("a", by="Léa", text=LocalText({"fr": "La plus belle vue"})).by == "Léa"
    assert Mute("a", reason="travaux").reason == "travaux"
    with pytest.raises(TypeError):
        Pick("a")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Mute("a")  # type: ignore[call-arg]
