from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sejour.domain.curation import Mute, Pick
from sejour.domain.feed import Decision, FeedRun, Outcome, decide
from sejour.domain.offer import Offer
from sejour.domain.text import LocalText, Reason
from sejour.settings import Settings
from sejour.store import curation, offers
from sejour.store.documents import content_hash, encode
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed, feeds_of, seed
from sejour.store.portal import hotspots_of
from tests.builders import AUGUST, happening, make_offer
from tests.store.conftest import pau, seeded


def make_pick(offer: str = "abcdefghij", **fields: Any) -> Pick:
    return Pick(**{"offer": offer, "by": "Maïté", "text": LocalText({"fr": "À voir le soir."}), "start": AUGUST} | fields)


def give(store: Store, feed: StoredFeed, *found: Offer, moment: datetime = AUGUST) -> Decision:
    """What a pass over the feed that gives these offers does."""
    documents = {offer.key: (encode(offer), content_hash(encode(offer))) for offer in found}
    with store.writing() as connection:
        known = offers.known_hashes(connection, feed.id)
        decision = decide(known, {key: hash for key, (_, hash) in documents.items()}, agreed=True)
        offers.apply(connection, store.dialect, feed.id, decision, {offer.key: offer for offer in found}, documents, moment)
    return decision


def given(store: Store) -> list[Offer]:
    with store.reading() as connection:
        return [each.offer for each in offers.sourced_of(connection, "pau")]


def revision(store: Store) -> int:
    with store.reading() as connection:
        return offers.revision(connection, "pau")


# Seeding


def test_seeding_twice_is_seeding_once(store: Store, settings: Settings) -> None:
    first = seeded(store, settings)
    before = revision(store)
    assert seeded(store, settings) == first
    assert [stored.feed.name for stored in first] == ["flux"]
    assert revision(store) == before


def test_seeding_adds_what_is_new_and_overwrites_nothing(store: Store, settings: Settings, flux: Path) -> None:
    seeded(store, settings)
    before = revision(store)
    changed = pau(
        flux,
        feed=[{"name": "flux", "format": "other", "url": "/elsewhere"}, {"name": "second", "format": "datatourisme", "url": "/b", "every": "1h"}],
        hotspot=[{"id": "gare", "name": "Renamed", "lat": 1, "lon": 1}, {"id": "halles", "name": "Halles", "lat": 43.297, "lon": -0.372}],
    )
    flux, second = seeded(store, changed)
    assert (flux.feed.format, flux.feed.url) == ("datatourisme", settings.feed[0].url)
    assert (second.feed.name, second.every) == ("second", "1h")
    with store.reading() as connection:
        gare, halles = hotspots_of(connection, "pau")
    assert (gare.id, gare.name, gare.place.lat, halles.id) == ("gare", "Gare", 43.291, "halles")
    assert revision(store) == before + 1  # visitors see the new hotspot


def test_territories_do_not_mix(store: Store, settings: Settings, flux: Path) -> None:
    seeded(store, settings)
    nay = pau(flux, territory={"id": "nay"})
    with store.writing() as connection:
        seed(connection, store.dialect, nay)
        curation.say(connection, "nay", make_pick(), "Léa", AUGUST)
        (theirs,) = feeds_of(connection, "nay", "Europe/Paris")
    give(store, theirs, make_offer("Calicéo"))
    assert given(store) == []
    with store.reading() as connection:
        assert curation.curation_of(connection, "pau").picks == ()
        assert [each.offer.key for each in offers.sourced_of(connection, "nay")] == ["Calicéo"]


# Offers


def test_an_offer_comes_back_as_it_went_in(store: Store, feed: StoredFeed) -> None:
    offer = make_offer(
        "Fête « d’été » \x00 \U0001f377",
        key="nul",
        occurrences=(happening("2026-08-13 18:00", "2026-08-13 20:00"), happening("2026-08-14 18:00")),
        descriptions=LocalText({"fr": "é" * 5000, "en": "x"}, ("en",)),
        place=None,
    )
    give(store, feed, offer)
    assert given(store) == [offer]


def test_apply_adds_changes_and_removes(store: Store, feed: StoredFeed) -> None:
    a, b, c = make_offer("a"), make_offer("b"), make_offer("c")
    assert give(store, feed, a, b).added == ("a", "b")
    assert give(store, feed, a, b).unchanged == ("a", "b")
    later = make_offer("b", hours="24/7")
    decision = give(store, feed, later, c)
    assert (decision.added, decision.changed, decision.removed) == (("c",), ("b",), ("a",))
    assert given(store) == [later, c]


def test_known_hashes_are_of_what_the_feed_gives_now(store: Store, feed: StoredFeed) -> None:
    a, b = make_offer("a"), make_offer("b")
    give(store, feed, a, b)
    give(store, feed, b)
    with store.reading() as connection:
        assert offers.known_hashes(connection, feed.id) == {"b": content_hash(encode(b))}
        assert offers.known_hashes(connection, feed.id + 1) == {}


def test_an_offer_gone_may_come_back(store: Store, feed: StoredFeed) -> None:
    a = make_offer("a")
    give(store, feed, a)
    give(store, feed)
    assert given(store) == []
    assert give(store, feed, a).added == ("a",)
    assert given(store) == [a]


def test_was_offered_remembers_what_is_gone(store: Store, feed: StoredFeed) -> None:
    a = make_offer("a")
    with store.reading() as connection:
        assert not offers.was_offered(connection, a.id)
    give(store, feed, a)
    give(store, feed)
    with store.reading() as connection:
        assert offers.was_offered(connection, a.id)
        assert not offers.was_offered(connection, "zzzzzzzzzz")


def test_two_feeds_may_give_one_offer(store: Store, flux: Path) -> None:
    """Each keeps its own row: what one stops giving, the other still gives."""
    both = [{"name": name, "format": "datatourisme", "url": f"/{name}"} for name in ("département", "région")]
    one, two = seeded(store, pau(flux, feed=both))
    mine, theirs = make_offer("a", feed="département"), make_offer("a", feed="région", hours="24/7")
    assert mine.id == theirs.id
    give(store, one, mine)
    give(store, two, theirs)
    assert given(store) == [mine, theirs]
    give(store, one)
    assert given(store) == [theirs]


def test_many_offers_at_once(store: Store, feed: StoredFeed) -> None:
    many = [make_offer(f"{i:05d}") for i in range(2100)]
    give(store, feed, *many)
    assert given(store) == many
    assert len(give(store, feed, *many[:99]).removed) == 2001
    assert given(store) == many[:99]


# Runs


def test_fifty_runs_of_each_feed_are_kept(store: Store, flux: Path) -> None:
    both = [{"name": name, "format": "datatourisme", "url": f"/{name}"} for name in ("one", "two")]
    one, two = seeded(store, pau(flux, feed=both))
    runs = [FeedRun("one", AUGUST + timedelta(hours=i), AUGUST, Outcome.DONE, records=i) for i in range(60)]
    with store.writing() as connection:
        offers.keep_run(connection, two.id, runs[0])
        for run in runs:
            offers.keep_run(connection, one.id, run)
        assert offers.last_run(connection, one.id) == runs[-1]
        assert offers.last_run(connection, two.id) == runs[0]
        kept = connection.execute(offers.feed_run.select().where(offers.feed_run.c.feed == one.id)).all()
    assert len(kept) == offers.RUNS_KEPT == 50
    assert offers.run_decoder.decode(kept[0].document) == runs[10]


def test_a_feed_never_read_has_no_run(store: Store, feed: StoredFeed) -> None:
    with store.reading() as connection:
        assert offers.last_run(connection, feed.id) is None


def test_a_run_comes_back_as_it_went_in(store: Store, feed: StoredFeed) -> None:
    run = FeedRun("flux", AUGUST, AUGUST, Outcome.FAILED, reason=Reason("%(n)d fiches, %(why)s", {"n": 3, "why": "l’été"}))
    with store.writing() as connection:
        offers.keep_run(connection, feed.id, run)
        assert offers.last_run(connection, feed.id) == run


# The office's words, and the revision


def test_picks_and_mutes_come_back_as_they_went_in(store: Store, feed: StoredFeed) -> None:
    pick, other = make_pick(), make_pick("b", text=None, start=None)
    mute = Mute("c", end=AUGUST, reason="Fermé pour travaux")
    with store.writing() as connection:
        first = curation.say(connection, "pau", pick, "Léa", AUGUST)
        curation.say(connection, "pau", other, "Léa", AUGUST)
        curation.say(connection, "pau", mute, "Léa", AUGUST)
    with store.writing() as connection:
        assert curation.curation_of(connection, "pau").picks == (pick, other)
        assert curation.curation_of(connection, "pau").mutes == (mute,)
        curation.withdraw(connection, "pau", first, 1, "Léa", AUGUST)
        assert curation.curation_of(connection, "pau").picks == (other,)


def test_the_revision_is_raised_by_what_visitors_see(store: Store, feed: StoredFeed) -> None:
    def change(action: Callable[..., object], *arguments: object) -> int:
        before = revision(store)
        with store.writing() as connection:
            action(connection, *arguments)
            assert revision(store) == before  # not yet for others: same transaction
        return revision(store) - before

    assert change(curation.say, "pau", make_pick("a"), "Léa", AUGUST) == 1
    assert change(curation.say, "pau", Mute("b", reason="Travaux"), "Léa", AUGUST) == 1
    assert change(curation.withdraw, "pau", 1, 1, "Léa", AUGUST) == 1
    assert change(curation.note, "pau", "staff", "léa", "Léa", AUGUST) == 0
    assert change(offers.keep_run, feed.id, FeedRun("flux", AUGUST, AUGUST, Outcome.DONE)) == 0


def test_the_revision_of_a_territory_that_is_not_there_is_0(store: Store) -> None:
    assert revision(store) == 0


def test_an_exception_rolls_everything_back(store: Store, feed: StoredFeed) -> None:
    give(store, feed, make_offer("a"))
    before = revision(store)
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        curation.say(connection, "pau", make_pick(), "Léa", AUGUST)
        offers.keep_run(connection, feed.id, FeedRun("flux", AUGUST, AUGUST, Outcome.DONE))
        connection.execute(offers.offer.delete())
        raise ZeroDivisionError
    assert revision(store) == before
    assert len(given(store)) == 1
    with store.reading() as connection:
        assert curation.curation_of(connection, "pau").picks == ()
        assert offers.last_run(connection, feed.id) is None
