"""The office's voice, and how long it holds."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.curation import PICK, Boost, Collection, Curation, Mute, Notice, NoticeSort, Pick, Twin
from sejour.domain.notices import ends_at
from sejour.domain.occasion import Word
from sejour.domain.text import LocalText
from sejour.domain.visit import Wish
from sejour.domain.weather import Sky
from tests.builders import PARIS, at, make_visit
from tests.domain.samples import maybe, moments

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


# ---- occasions ----


@pytest.mark.parametrize(
    ("occasion", "moment", "holds"),
    [
        ({"months": (7, 8)}, "2026-08-31 23:59", True),
        ({"months": (7, 8)}, "2026-09-01 00:00", False),
        ({"weekdays": (3,)}, "2026-08-13 00:00", True),
        ({"weekdays": (3,)}, "2026-08-14 00:00", False),
        ({"weekdays": (6,)}, "2026-10-25 02:30", True),  # the hour that comes twice
        ({"start": at(START), "months": (8,)}, "2026-08-05 12:00", False),
        ({"months": (12,), "weekdays": (4,)}, "2026-12-25 12:00", True),
    ],
)
def test_some_days_only(occasion: dict[str, Any], moment: str, holds: bool) -> None:
    word = Word("a", **occasion)
    assert word.holds(at(moment)) is holds
    assert word.holds_within(at(moment), at(moment) + timedelta(minutes=15)) is holds


@pytest.mark.parametrize(
    ("occasion", "visit", "sky", "holds"),
    [
        ({}, {}, None, True),
        ({"hotspots": ("plage",)}, {"hotspot": "plage"}, None, True),
        ({"hotspots": ("plage",)}, {"hotspot": "gare"}, None, False),
        ({"hotspots": ("plage",)}, {}, None, False),
        ({"languages": ("nl", "de")}, {"language": "nl"}, None, True),
        ({"languages": ("nl", "de")}, {}, None, False),
        ({"wishes": (Wish.KIDS3, Wish.KIDS7)}, {"wishes": frozenset({Wish.KIDS7, Wish.FREE})}, None, True),
        ({"wishes": (Wish.KIDS3, Wish.KIDS7)}, {}, None, False),
        ({"skies": (Sky.RAIN,)}, {}, Sky.RAIN, True),
        ({"skies": (Sky.RAIN,)}, {}, Sky.FAIR, False),
        ({"skies": (Sky.RAIN,)}, {}, None, False),
        ({"skies": (Sky.RAIN,), "languages": ("nl",)}, {}, Sky.RAIN, False),
    ],
)
def test_some_visitors_only(occasion: dict[str, Any], visit: dict[str, Any], sky: Sky | None, holds: bool) -> None:
    word = Word("a", **occasion)
    assert word.holds_for(make_visit(**visit), sky) is holds
    assert word.general is not bool(occasion)


words = st.builds(
    lambda start, length, months, weekdays: Word("a", start, start + length if start and length else None, months=months, weekdays=weekdays),
    st.none() | moments,
    st.none() | st.integers(0, 20_000).map(lambda minutes: timedelta(minutes=minutes)),
    st.sampled_from([(), (), (10,), (3, 7, 8)]),
    st.sampled_from([(), (), (6,), (0, 1, 2, 3, 4)]),
)


@given(words, moments, st.integers(1, 9 * 24 * 60))
def test_spells_are_when_it_holds_whatever_the_clocks_do(word: Word, first: datetime, minutes: int) -> None:
    first = datetime.fromtimestamp(first.timestamp(), PARIS)
    last = datetime.fromtimestamp(first.timestamp() + minutes * 60, PARIS)
    spells = list(word.spells(first, last))
    assert all(begins < ends for begins, ends in spells)
    assert all(ends <= begins for (_, ends), (begins, _) in pairwise(spells))
    for n in range(0, minutes * 60, max(61, minutes)):
        moment = datetime.fromtimestamp(first.timestamp() + n, PARIS)
        assert word.holds(moment) is any(begins <= moment.timestamp() < ends for begins, ends in spells)
    assert word.holds_within(first, last) is bool(spells)


# ---- notices ----


@given(st.none() | moments, st.none() | moments, moments)
def test_every_notice_ends_by_itself(start: datetime | None, end: datetime | None, moment: datetime) -> None:
    notice = Notice("a", start, end, sort=NoticeSort.INFO, text=LocalText({"fr": "Info"}))
    assert notice.limits[1] < math.inf
    later = datetime.fromtimestamp(max(moment.timestamp(), notice.limits[1]) + 1, PARIS)
    assert not notice.holds(later)
    assert ends_at(notice, moment) is not None


def test_a_notice_without_an_end_lasts_a_day_and_without_any_date_never_holds() -> None:
    text = LocalText({"fr": "Complet"})
    dated, undated = (Notice("a", start, sort=NoticeSort.FULL, text=text) for start in (at(START), None))
    assert dated.holds(at("2026-08-11 08:59"))
    assert not dated.holds(at("2026-08-11 09:00"))
    assert not undated.holds(at(START))


# ---- boosts ----


@pytest.mark.parametrize(
    ("factor", "points"), [(1.2, math.log(1.2)), (1.5, PICK), (40.0, PICK), (math.inf, PICK), (1.0, 0), (0.1, 0), (-3, 0), (math.nan, 0)]
)
def test_a_boost_lifts_by_half_at_most_and_never_lowers_whatever_is_stored(factor: float, points: float) -> None:
    assert Boost("a", factor=factor, reason="?").points == pytest.approx(points, abs=1e-12)


def test_what_was_said_of_a_twin_is_said_of_the_card_that_was_kept() -> None:
    said = Curation(
        mutes=(Mute("b", reason="?"),),
        collections=(Collection("", name=LocalText({"fr": "x"}), offers=("b", "a", "c")),),
        twins=(Twin("b", other="c", same=False),),
    )
    kept = said.renamed({"b": "a"})
    assert [mute.offer for mute in kept.mutes] == ["a"]
    assert kept.collections[0].offers == ("a", "c")
    assert kept.twins == said.twins  # they are of the records
    assert said.renamed({}) is said
