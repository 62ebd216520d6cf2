"""The Catalogue in memory follows the database, one whole revision at a time."""

import threading
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from sejour import live as live_module
from sejour.album import Plate, album_of
from sejour.calendars import holidays_of
from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import Boost, Mute, Notice, NoticeSort, Override, Tuning, Twin
from sejour.domain.occasion import Word
from sejour.domain.offer import Kind, Offer
from sejour.domain.osm_hours import Holidays
from sejour.domain.place import Place
from sejour.domain.text import LocalText
from sejour.domain.weights import Weights
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

WORDS = LocalText({"fr": "Palais"})


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
    there = (held.revision, held.offers, dict(held.index), held.lat.tolist(), held.kind.tolist(), held.said.picks, held.built)
    change(store, feed, make_offer("b"))
    with store.writing() as connection:
        curation.say(connection, "pau", make_pick(), "Léa", AUGUST)
    live.refresh(AUGUST + timedelta(days=3))
    assert live.territory.catalogue is not held
    assert (held.revision, held.offers, dict(held.index), held.lat.tolist(), held.kind.tolist(), held.said.picks, held.built) == there
    with pytest.raises(FrozenInstanceError):
        held.revision = 0  # type: ignore[misc]


def test_what_the_office_says_is_in_it(live: Live, store: Store) -> None:
    live.refresh(AUGUST)
    pick, mute = make_pick(), Mute("b", reason="Travaux")
    with store.writing() as connection:
        curation.say(connection, "pau", pick, "Léa", AUGUST)
        curation.say(connection, "pau", mute, "Léa", AUGUST)
    assert live.refresh(AUGUST)
    assert (live.territory.catalogue.said.picks, live.territory.catalogue.said.mutes) == ((pick,), (mute,))


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
        connection.execute(text("UPDATE offer SET document = '[]', hash = '?'"))
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
    assert [mute.offer for mute in territory.catalogue.said.mutes] == ["aaaaaaaaaa"]


# ---- what the office says ----


def speak(store: Store, *words: Word) -> None:
    with store.writing() as connection:
        for word in words:
            curation.say(connection, "pau", word, "Léa", AUGUST)


def test_a_word_alone_reads_no_offer_again_and_computes_no_timetable(
    live: Live, store: Store, feed: StoredFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(store, feed, make_offer("a"), make_offer("b", hours="Mo-Su 10:00-18:00"))
    live.refresh(AUGUST)
    held = live.territory

    def never(*arguments: Any, **options: Any) -> Any:
        raise AssertionError("again")

    with monkeypatch.context() as quick:
        for name in ("merge", "build_catalogue", "build_index", "counted_hours"):
            quick.setattr(live_module, name, never)
        quick.setattr(offers, "sourced_of", never)
        offer = held.catalogue.offers[0]
        speak(store, make_pick(offer.id), Mute("b", reason="?"), Boost("b", factor=1.2, reason="?"), Tuning("", weights=Weights(distance=1.9)))
        assert live.refresh(AUGUST)
        speak(store, Override(offer.id, hours="Mo-Fr 09:00-12:00"), Notice("", None, at("2026-08-13 19:00"), sort=NoticeSort.INFO, text=WORDS))
        assert live.refresh(AUGUST)
    now = live.territory
    assert now.search is held.search
    assert now.catalogue.weights.distance == 1.9
    assert (len(now.catalogue.said.picks), len(now.catalogue.said.notices)) == (1, 1)
    assert now.catalogue.offers[0].hours == "Mo-Fr 09:00-12:00"
    assert now.catalogue.offers[1] is held.catalogue.offers[1]
    whole = Live(store, live._settings)
    whole.refresh(AUGUST)
    assert same_columns(now.catalogue, whole.territory.catalogue)


def same_columns(one: Catalogue, other: Catalogue) -> bool:
    names = ("lat", "lon", "kind", "category", "attraction", "shelter", "stay", "wishes", "commune", "provider", "fairness", "hour_factors")
    rows = all(np.array_equal(getattr(one.prepared, n), getattr(other.prepared, n)) for n in ("owner", "start", "end", "last", "sort"))
    alike = all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=True) for n in names)
    return rows and alike and (one.offers, one.index, one.said, one.weights) == (other.offers, other.index, other.said, other.weights)


def test_a_card_corrected_then_left_alone_is_its_source_s_again(live: Live, store: Store, feed: StoredFeed) -> None:
    card = make_offer("a", hours="Mo-Su 10:00-18:00", themes=("museum",))
    change(store, feed, card, make_offer("b"))
    live.refresh(AUGUST)
    before, id = live.territory, card.id
    speak(store, Override(id, names=WORDS, kind=Kind.RESTAURANT, place=Place(43.3, -0.4), hours="24/7", phone="+33559000000"))
    live.refresh(AUGUST)
    found = live.territory.catalogue.offer(id)
    assert found is not None
    assert (found.names, found.kind, found.hours) == (WORDS, Kind.RESTAURANT, "24/7")
    assert live.territory.search.find("Palais", 3) == [live.territory.catalogue.index[id]]
    with store.writing() as connection:
        assert [s.offer.names for s in offers.sourced_of(connection, "pau") if s.offer.id == id] == [card.names]  # nothing was written there
        curation.withdraw(connection, "pau", 1, 1, "Léa", AUGUST)
    live.refresh(AUGUST)
    assert same_columns(live.territory.catalogue, before.catalogue)
    assert live.territory.search.find("Palais", 3) == []


def test_a_correction_begins_and_ends_to_the_minute(live: Live, store: Store, feed: StoredFeed) -> None:
    card = make_offer("a", hours="Mo-Su 10:00-18:00")
    change(store, feed, card)
    speak(store, Override(card.id, at("2026-08-13 16:00"), at("2026-08-13 17:00"), hours="24/7"))
    for clock, hours in (("15:59", card.hours), ("16:00", "24/7"), ("16:59", "24/7"), ("17:00", card.hours), ("18:00", card.hours)):
        live.refresh(at(f"2026-08-13 {clock}"))
        assert live.territory.catalogue.offers[0].hours == hours, clock


def test_a_word_that_cannot_be_taken_up_is_listed_and_the_rest_is_served(live: Live, store: Store, feed: StoredFeed) -> None:
    change(store, feed, make_offer("a", id="aaaaaaaaaa"))
    speak(store, Override("aaaaaaaaaa", hours="quand on veut", kind=Kind.SHOP), Mute("b", reason="?"), make_pick("c"))
    with store.writing() as connection:
        connection.execute(text("UPDATE word SET document = '[]' WHERE sort = 'pick'"))
        connection.execute(text("UPDATE word SET sort = 'of a sejour to come' WHERE sort = 'mute'"))
        offers.raise_revision(connection, "pau")
    live.refresh(AUGUST)
    assert [(each.offer, each.field) for each in live.territory.refused] == [("b", "of a sejour to come"), ("c", "pick"), ("aaaaaaaaaa", "hours")]
    assert (live.territory.catalogue.offers[0].kind, live.territory.catalogue.offers[0].hours) == (Kind.SHOP, None)


def test_what_a_human_says_of_twins_is_followed_and_taken_back(live: Live, store: Store, feed: StoredFeed) -> None:
    twins = [make_offer("Château de Pau", id=id, key=id, feed=id) for id in ("aaaaaaaaaa", "bbbbbbbbbb")]
    change(store, feed, *twins, make_offer("Funiculaire", id="cccccccccc", key="c"))
    live.refresh(AUGUST)
    assert live.territory.aliases == {"bbbbbbbbbb": "aaaaaaaaaa"}
    speak(store, Twin("aaaaaaaaaa", other="bbbbbbbbbb", same=False), Twin("bbbbbbbbbb", other="cccccccccc", same=True))
    live.refresh(AUGUST)
    assert live.territory.aliases == {"cccccccccc": "bbbbbbbbbb"}
    with store.writing() as connection:
        for id in (1, 2):
            curation.withdraw(connection, "pau", id, 1, "Léa", AUGUST)
    live.refresh(AUGUST)
    assert live.territory.aliases == {"bbbbbbbbbb": "aaaaaaaaaa"}


def test_weights_beyond_their_range_are_brought_back(live: Live, store: Store) -> None:
    speak(store, Tuning("", weights=Weights(distance=40.0, pick=9.0, variety=-1.0)))
    live.refresh(AUGUST)
    assert live.territory.catalogue.weights == Weights(distance=2.0, pick=1.0, variety=0.0)


def test_the_stamp_of_the_offers_changes_when_they_do_and_only_then(store: Store, feed: StoredFeed) -> None:
    def stamp() -> str:
        with store.reading() as connection:
            return offers.stamp_of(connection, "pau")

    seen = [stamp()]
    for found in ([make_offer("a")], [make_offer("a"), make_offer("b")], [make_offer("a"), make_offer("b", hours="24/7")], [make_offer("a")]):
        give(store, feed, *found)
        seen.append(stamp())
    speak(store, Mute("a", reason="?"))
    assert stamp() == seen[-1]
    assert len(set(seen)) >= 4


def test_the_album_that_another_process_wrote_is_taken_up(live: Live, settings: Settings) -> None:
    live.refresh(AUGUST)
    plate = Plate("abcdefghij", "https://a.example/1.jpg", AUGUST)
    album_of(settings).write([plate], AUGUST)
    catalogue = live.territory.catalogue
    assert not live.refresh(AUGUST)
    assert list(live.territory.album.values()) == [plate] and live.territory.catalogue is catalogue
    live.refresh(AUGUST + timedelta(days=1))
    assert list(live.territory.album.values()) == [plate]
