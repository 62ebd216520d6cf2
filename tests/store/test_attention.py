"""What each offer deserved and got: counted in memory, written by the week, believed by the quarter of an hour."""

from datetime import timedelta
from pathlib import Path

import pytest

from sejour.domain.fairness import HALF_LIFE, Attention
from sejour.live import Live
from sejour.settings import Settings
from sejour.store import attention
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed
from sejour.tally import Tally
from tests.builders import AUGUST, make_offer, make_visit
from tests.store.test_live import change

WEEK = "2026-08-10"


def counted(store: Store, **later: float) -> dict[str, Attention]:
    with store.reading() as connection:
        return attention.attention_at(connection, "pau", AUGUST + timedelta(**later))


@pytest.fixture
def tally(store: Store, feed: StoredFeed) -> Tally:
    return Tally(store, "pau")


def test_a_page_seen_is_due_by_merit_and_got_by_places(store: Store, tally: Tally) -> None:
    tally.attend(make_visit(), {"a": 0.7, "b": 0.3}, ["a"])
    tally.attend(make_visit(), {"a": 0.7, "b": 0.3}, ["b", "a"])
    assert counted(store) == {}
    tally.flush()
    first, second = 1 / (1 + 1 / 1.584962500721156), 1 - 1 / (1 + 1 / 1.584962500721156)
    assert counted(store)["a"] == pytest.approx(Attention(1.4, 1 + second))
    assert counted(store)["b"] == pytest.approx(Attention(0.6, first))
    tally.attend(make_visit(), {"a": 1.0}, ["a"])
    tally.flush()
    assert counted(store)["a"] == pytest.approx(Attention(2.4, 2 + second))


def test_a_preview_is_nobody_s_attention(store: Store, tally: Tally) -> None:
    tally.attend(make_visit(previewed=True), {"a": 1.0}, ["a"])
    tally.flush()
    assert counted(store) == {}


def test_an_older_week_weighs_less_and_is_forgotten(store: Store, tally: Tally) -> None:
    tally.attend(make_visit(), {"a": 1.0}, ["a"])
    tally.flush()
    assert counted(store, days=HALF_LIFE)["a"] == pytest.approx(Attention(0.5, 0.5))
    assert counted(store, days=8 * HALF_LIFE) == {}


def test_what_could_not_be_written_is_kept(store: Store, tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    tally.attend(make_visit(), {"a": 1.0}, ["a"])
    with monkeypatch.context() as patched:
        patched.setattr(attention, "add", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tally.flush()
    tally.flush()
    assert counted(store)["a"] == Attention(1.0, 1.0)


def test_weeks_are_those_of_monday(store: Store) -> None:
    assert attention.week_of(AUGUST) == WEEK
    assert attention.week_of(AUGUST + timedelta(days=3)) == WEEK  # Sunday
    assert attention.week_of(AUGUST + timedelta(days=4)) == "2026-08-17"


def test_the_counters_are_taken_at_each_quarter_of_an_hour(store: Store, feed: StoredFeed, settings: Settings, tally: Tally, flux: Path) -> None:
    """Inside a quarter the ranking is deterministic (decisions 7)."""
    often, seldom = make_offer("often", hours="24/7"), make_offer("seldom", hours="24/7")
    change(store, feed, often, seldom)
    live = Live(store, settings)
    live.refresh(AUGUST)
    before = live.territory
    assert not before.catalogue.fairness.any()
    for _ in range(10):
        tally.attend(make_visit(), {often.id: 0.5, seldom.id: 0.5}, [often.id])
    tally.flush()
    assert not live.refresh(AUGUST + timedelta(minutes=14))
    assert live.territory is before
    assert not live.refresh(AUGUST + timedelta(minutes=15))  # the same catalogue, other counters
    after = live.territory.catalogue
    assert after.offers is before.catalogue.offers
    assert after.fairness[after.index[seldom.id]] > 0 > after.fairness[after.index[often.id]]
    held = live.territory
    assert not live.refresh(AUGUST + timedelta(minutes=30))
    assert live.territory is held
