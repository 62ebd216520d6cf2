"""The Catalogue in memory follows the database, one whole revision at a time."""

import threading
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from sejour import live as live_module
from sejour.calendars import holidays_of
from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import Mute
from sejour.domain.offer import Offer
from sejour.domain.osm_hours import Holidays
from sejour.errors import StoreError
from sejour.ingest import run_feed
from sejour.live import Live, known_holidays
from sejour.settings import Settings
from sejour.store import curation, offers
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed
from tests.builders import AUGUST, PARIS, at, make_object, make_offer, write_flux
from tests.store.conftest import pau
from tests.store.test_offers import give, make_pick


@pytest.fixture
def live(store: Store, settings: Settings, feed: StoredFeed) -> Live:
    return Live(store, settings)


def change(store: Store, feed: StoredFeed, *found: Offer) -> None:
    give(store, feed, *found)
    with store.writing() as connection:
        offers.raise_revision(connection, "pau")


def keys(live: Live) -> list[str]:
    return sorted(offer.key for offer in live.territory.catalogue.offers)


def test_nothing_before_the_first_load(live: Live) -> None:
    with pytest.raises(StoreError, match="pas encore chargé"):
        _ = live.territory


def test_an_empty_territory_is_loaded(live: Live) -> None:
    assert live.refresh(AUGUST)
    assert keys(live) == []
    assert live.territory.hotspots["gare"].name == "Gare"
    assert not live.refresh(AUGUST)


def test_it_is_swapped_when_the_revision_moves_and_not_otherwise(live: Live, store: Store, feed: StoredFeed) -> None:
    change(store, feed, make_offer("a"))
    assert live.refresh(AUGUST)
    first = live.territory
    assert not live.refresh(AUGUST + timedelta(hours=1))
    assert live.territory is first
    change(store, feed, make_offer("a"), make_offer("b"))
    assert live.territory is first
    assert live.refresh(AUGUST)
    assert keys(live) == ["a", "b"]
    assert live.territory.catalogue.revision == first.catalogue.revision + 1


def test_the_former_catalogue_is_left_as_it_was(live: Live, store: Store, feed: StoredFeed) -> None:
    """A page that is being made goes on with the one that it took."""
    change(store, feed, make_offer("a", hours="24/7"))
    live.refresh(AUGUST)
    held: Catalogue = live.territory.catalogue
    there = (held.revision, held.offers, dict(held.index), held.lat.tolist(), held.kind.tolist(), held.picks, held.built)
    change(store, feed, make_offer("b"))
    with store.writing() as connection:
        curation.say(connection, "pau", make_pick(), "Léa", AUGUST)
    live.refresh(AUGUST + timedelta(days=3))
    assert live.territory.catalogue is not held
    assert (held.revision, held.offers, dict(held.index), held.lat.tolist(), held.kind.tolist(), held.picks, held.built) == there
    with pytest.raises(FrozenInstanceError):
        held.revision = 0  # type: ignore[misc]


def test_what_the_office_says_is_in_it(live: Live, store: Store) -> None:
    live.refresh(AUGUST)
    pick, mute = make_pick(), Mute("b", reason="Travaux")
    with store.writing() as connection:
        curation.say(connection, "pau", pick, "Léa", AUGUST)
        curation.say(connection, "pau", mute, "Léa", AUGUST)
    assert live.refresh(AUGUST)
    assert (live.territory.catalogue.picks, live.territory.catalogue.mutes) == ((pick,), (mute,))


def test_what_a_feed_gives_is_in_it(live: Live, store: Store, feed: StoredFeed, flux: Path, now: Callable[[], datetime]) -> None:
    live.refresh(AUGUST)
    write_flux(flux, [make_object("Château", "a")])
    run_feed(store, "pau", feed, now)
    assert live.refresh(AUGUST)
    run_feed(store, "pau", feed, now)  # the same again
    assert not live.refresh(AUGUST)
    assert keys(live) == ["a"]


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Europe/Paris", datetime(2026, 8, 13, 23, 59, tzinfo=PARIS), date(2026, 8, 13)),
        ("America/Martinique", at("2026-08-14 05:00"), date(2026, 8, 13)),
        ("Indian/Reunion", at("2026-08-13 23:00"), date(2026, 8, 14)),
    ],
)
def test_it_is_swapped_when_the_day_of_the_territory_changes(
    store: Store, feed: StoredFeed, flux: Path, zone: str, moment: datetime, day: date
) -> None:
    live = Live(store, pau(flux, territory={"id": "pau", "timezone": zone}))
    live.refresh(moment)
    assert live.territory.day == day
    assert str(live.territory.catalogue.built.tzinfo) == zone
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), live.territory.catalogue.built.tzinfo)
    assert not live.refresh(midnight - timedelta(seconds=1))
    assert live.refresh(midnight)
    assert live.territory.day == day + timedelta(days=1)
    assert live.refresh(moment)  # a clock set back


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the calendars were asked."""
    calls: list[tuple[Any, ...]] = []

    def count(*arguments: Any) -> Holidays:
        calls.append(arguments)
        return holidays_of(*arguments)

    monkeypatch.setattr(live_module, "holidays_of", count)
    return calls


@pytest.mark.parametrize(
    ("hours", "wanted"), [(None, False), ("Mo-Su 10:00-18:00", False), ("Mo-Su 10:00-18:00; PH off", True), ("SH Mo-Fr 10:00-12:00", True)]
)
def test_holidays_are_asked_for_when_hours_mention_them(
    live: Live, store: Store, feed: StoredFeed, asked: list[tuple[Any, ...]], hours: str | None, wanted: bool
) -> None:
    change(store, feed, make_offer("a", hours=hours))
    live.refresh(AUGUST)
    assert asked == ([("64", "", 2025, 2027)] if wanted else [])
    assert (live.territory.catalogue.holidays is not None) is wanted


def test_a_school_calendar_that_stops_too_soon_does_not_cost_the_public_holidays(settings: Settings) -> None:
    """The calendar published in 2026 stops in August 2028; all of 2027 was "to be confirmed" for want of its second half."""
    found = [make_offer("a", hours="SH off")]

    def at_moment(moment: str) -> Holidays:
        known = known_holidays(found, settings, at(moment))
        assert known is not None
        return known

    published = holidays_of("64", "", 2026, 2030).last
    before, after = published - timedelta(days=20), published - timedelta(days=10)
    assert at_moment(f"{before} 12:00").school is not None
    assert at_moment(f"{before} 12:00").last == published
    assert at_moment(f"{after} 12:00").school is None
    assert at_moment(f"{after} 12:00").last == date(after.year + 1, 12, 31)
    assert date(after.year + 1, 12, 25) in at_moment(f"{after} 12:00").public


def test_a_refresh_that_fails_leaves_the_former(live: Live, store: Store, feed: StoredFeed, monkeypatch: pytest.MonkeyPatch) -> None:
    change(store, feed, make_offer("a"))
    live.refresh(AUGUST)
    held = live.territory
    change(store, feed, make_offer("b"))

    def fail(*arguments: object) -> None:
        raise StoreError("La base de données ne répond pas.")

    with monkeypatch.context() as broken:
        broken.setattr(live_module, "hotspots_of", fail)
        with pytest.raises(StoreError):
            live.refresh(AUGUST)
    with monkeypatch.context() as broken:
        broken.setattr(live_module, "build_catalogue", lambda *arguments, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            live.refresh(AUGUST)
    assert live.territory is held
    assert live.refresh(AUGUST)
    assert keys(live) == ["b"]


def test_an_offer_that_cannot_be_read_leaves_the_former(live: Live, store: Store, feed: StoredFeed) -> None:
    change(store, feed, make_offer("a"))
    live.refresh(AUGUST)
    held = live.territory
    with store.writing() as connection:
        connection.execute(text("UPDATE offer SET document = '[]'"))
        offers.raise_revision(connection, "pau")
    with pytest.raises(StoreError, match="illisible"):
        live.refresh(AUGUST)
    assert live.territory is held


def test_readers_see_whole_catalogues_while_it_is_refreshed(live: Live, store: Store, feed: StoredFeed) -> None:
    """Each revision n holds n offers; several threads refresh at once."""
    live.refresh(AUGUST)
    first, stop, wrong = live.territory.catalogue.revision, threading.Event(), list[object]()

    def look() -> None:
        while not stop.is_set():
            try:
                live.refresh(AUGUST)
                catalogue = live.territory.catalogue
                if len(catalogue.offers) != catalogue.revision - first:
                    wrong.append((len(catalogue.offers), catalogue.revision))
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    found: list[Offer] = []
    for n in range(30):
        found.append(make_offer(f"{n}"))
        documents = {offer.key: (offers.encode(offer), f"{n}") for offer in found}
        with store.writing() as connection:
            decision = offers.Decision((found[-1].key,), (), (), ())
            offers.apply(connection, store.dialect, feed.id, decision, {offer.key: offer for offer in found}, documents, AUGUST)
            offers.raise_revision(connection, "pau")
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    live.refresh(AUGUST)
    assert len(live.territory.catalogue.offers) == 30


def test_what_the_office_said_of_a_twin_follows_it_into_the_card_that_is_kept(live: Live, store: Store, feed: StoredFeed) -> None:
    twins = [make_offer("Château de Pau", id=id, key=id, feed=id) for id in ("aaaaaaaaaa", "bbbbbbbbbb")]
    with store.writing() as connection:
        curation.say(connection, "pau", Mute("bbbbbbbbbb", reason="travaux"), "Léa", AUGUST)
    change(store, feed, *twins)
    live.refresh(AUGUST)
    territory = live.territory
    assert [offer.id for offer in territory.catalogue.offers] == ["aaaaaaaaaa"]
    assert territory.aliases == {"bbbbbbbbbb": "aaaaaaaaaa"}
    assert [mute.offer for mute in territory.catalogue.mutes] == ["aaaaaaaaaa"]
