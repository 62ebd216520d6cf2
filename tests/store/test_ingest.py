"""One pass over a feed, from a flux zip to the rows of the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sejour.domain.curation import Mute
from sejour.domain.feed import FeedRun, Outcome, Severity
from sejour.errors import FeedError, StoreError
from sejour.ingest import local_path, read_source, run_feed
from sejour.settings import Settings
from sejour.store import curation, offers
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed
from tests.builders import AUGUST, make_object, write_flux
from tests.store.conftest import pau, seeded
from tests.store.test_offers import given, make_pick, revision

CUT = b'{"@id": "https://data.data'
SIX = {key: make_object(f"Musée {key}", key) for key in "abcdef"}


@dataclass
class Office:
    """A store, its feed, and what a pass over a flux does to them."""

    store: Store
    feed: StoredFeed
    flux: Path
    now: Callable[[], datetime]

    def gather(self, *objects: dict[str, Any] | bytes, agreed: bool = False) -> FeedRun:
        write_flux(self.flux, objects)
        return self.run(agreed=agreed)

    def run(self, **options: bool) -> FeedRun:
        run = run_feed(self.store, "pau", self.feed, self.now, **options)
        assert self.last_run() == run  # kept as it is, with its problems
        return run

    def last_run(self) -> FeedRun | None:
        with self.store.reading() as connection:
            return offers.last_run(connection, self.feed.id)

    def names(self) -> dict[str, str]:
        return {offer.key: offer.names.choose("fr")[0] for offer in given(self.store)}


@pytest.fixture
def office(store: Store, feed: StoredFeed, flux: Path, now: Callable[[], datetime]) -> Office:
    return Office(store, feed, flux, now)


@pytest.fixture
def six(office: Office) -> Office:
    """An office that took in the six objects."""
    office.gather(*SIX.values())
    return office


def counts(run: FeedRun) -> tuple[int, int, int, int]:
    return run.added, run.changed, run.removed, run.unchanged


def six_but(*without: str) -> list[dict[str, Any]]:
    return [made for key, made in SIX.items() if key not in without]


def test_a_first_import(office: Office) -> None:
    before = revision(office.store)
    run = office.gather(*SIX.values())
    assert run == FeedRun("flux", run.started, run.ended, Outcome.DONE, records=6, added=6)
    assert AUGUST < run.started < run.ended
    assert office.names() == {key: f"Musée {key}" for key in SIX}
    assert revision(office.store) == before + 1
    assert [offer.feed for offer in given(office.store)] == ["flux"] * 6


def test_a_second_import_of_the_same_changes_nothing(six: Office) -> None:
    before, there = revision(six.store), given(six.store)
    run = six.run()
    assert (run.outcome, counts(run)) == (Outcome.DONE, (0, 0, 0, 6))
    assert (revision(six.store), given(six.store)) == (before, there)


def test_the_order_of_the_records_changes_nothing(six: Office) -> None:
    before = revision(six.store)
    assert counts(six.gather(*reversed(SIX.values()))) == (0, 0, 0, 6)
    assert revision(six.store) == before


def test_a_record_changed_added_and_removed(six: Office) -> None:
    before = revision(six.store)
    run = six.gather(*six_but("a", "f"), make_object("Château", "a"), make_object("Parc", "g"))
    assert (run.outcome, counts(run)) == (Outcome.DONE, (1, 1, 1, 4))
    assert six.names() == {"a": "Château", "b": "Musée b", "c": "Musée c", "d": "Musée d", "e": "Musée e", "g": "Parc"}
    assert revision(six.store) == before + 1


def test_a_third_may_go(six: Office) -> None:
    assert counts(six.gather(*six_but("a", "b"))) == (0, 0, 2, 4)


def test_more_than_a_third_waits_for_a_human(six: Office) -> None:
    before, there = revision(six.store), given(six.store)
    changed = [*six_but("a", "b", "c", "d"), make_object("Château", "d"), make_object("Parc", "g")]
    held = six.gather(*changed)
    assert (held.outcome, counts(held)) == (Outcome.HELD, (1, 1, 3, 2))
    assert str(held.reason) == "Cette collecte retirerait 3 fiches sur 6 : rien n’est changé tant que vous ne l’avez pas acceptée."
    assert (revision(six.store), given(six.store)) == (before, there)
    assert six.run().outcome is Outcome.HELD  # asking again is no agreement

    agreed = six.run(agreed=True)
    assert (agreed.outcome, counts(agreed), agreed.reason) == (Outcome.DONE, (1, 1, 3, 2), None)
    assert six.names() == {"d": "Château", "e": "Musée e", "f": "Musée f", "g": "Parc"}
    assert revision(six.store) == before + 1


def test_an_empty_flux_never_empties_a_feed(six: Office) -> None:
    there = given(six.store)
    run = six.gather()
    assert (run.outcome, run.records, run.removed) == (Outcome.HELD, 0, 6)
    assert given(six.store) == there


def test_an_empty_flux_at_first_is_no_error(office: Office) -> None:
    run = office.gather()
    assert (run.outcome, counts(run)) == (Outcome.DONE, (0, 0, 0, 0))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "n’existe pas"),
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "coupée ou abîmée"),
        (lambda path: path.write_bytes(path.read_bytes()[:30]), "coupée ou abîmée"),
        (lambda path: path.write_text("<html>Connectez-vous</html>"), ""),
        (lambda path: path.write_text('{"id": 3}'), "aucun objet"),
        (lambda path: path.write_bytes(b""), ""),
    ],
    ids=["missing", "truncated", "cut-at-once", "login-page", "other-json", "nothing"],
)
def test_a_source_that_cannot_be_read_fails_and_changes_nothing(six: Office, spoil: Callable[[Path], object], said: str) -> None:
    before, there = revision(six.store), given(six.store)
    spoil(six.flux)
    run = six.run()
    assert run.outcome is Outcome.FAILED
    assert said in str(run.reason)
    assert len(str(run.reason).splitlines()) == 1
    assert (revision(six.store), given(six.store)) == (before, there)
    write_flux(six.flux, SIX.values())
    assert counts(six.run()) == (0, 0, 0, 6)  # and the next pass is good again


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        ({"format": "gopher", "url": "/flux"}, "Le format « gopher » n’existe pas"),
        ({"format": "datatourisme", "url": "ftp://exemple.fr/flux.zip"}, "ftp:// : sejour lit des fichiers"),
        ({"format": "datatourisme", "url": "file:///nowhere/%00"}, "n’existe pas"),
    ],
)
def test_a_feed_that_cannot_be_asked_fails(store: Store, flux: Path, now: Callable[[], datetime], feed: dict[str, str], said: str) -> None:
    (stored,) = seeded(store, pau(flux, feed=[{"name": "flux", **feed}]))
    run = Office(store, stored, flux, now).run()
    assert run.outcome is Outcome.FAILED
    assert said in str(run.reason)


def test_an_unreadable_record_keeps_its_former_version(six: Office) -> None:
    there = six.names()
    nameless = {key: value for key, value in SIX["a"].items() if key != "rdfs:label"}
    run = six.gather(nameless, *six_but("a"))
    assert counts(run) == (0, 0, 0, 5)
    assert [(problem.record, problem.field, problem.severity) for problem in run.problems] == [("a", "rdfs:label", Severity.ERROR)]
    assert six.names() == there


def test_what_could_not_be_read_at_all_removes_nothing(six: Office) -> None:
    """The key of a broken document is not known: absence means nothing then."""
    there = six.names()
    run = six.gather(CUT, make_object("Château", "b"))
    assert (run.outcome, counts(run), len(run.problems)) == (Outcome.DONE, (0, 1, 0, 0), 1)
    assert six.names() == there | {"b": "Château"}


def test_a_source_of_which_nothing_can_be_read_fails(six: Office) -> None:
    """It was "done", with nothing to say but a count of zero."""
    there = six.names()
    run = six.gather(CUT)
    assert (run.outcome, run.records, len(run.problems)) == (Outcome.FAILED, 1, 1)
    assert six.names() == there


def test_one_record_that_is_bad_costs_no_other(office: Office) -> None:
    run = office.gather(b"\xff\xfe\x00", b"[" * 100_000, b'"\\ud800"', make_object("Château \x00\ud800 ", "nul\x00/\ud800"))
    assert run.outcome is Outcome.DONE
    assert run.added == 1
    assert all(problem.reason.key for problem in run.problems)


def test_no_import_touches_what_the_office_says(six: Office) -> None:
    first = given(six.store)[0]
    pick, mute = make_pick(first.id), Mute(first.id, reason="Travaux")
    with six.store.writing() as connection:
        curation.say(connection, "pau", pick, "Léa", AUGUST)
        curation.say(connection, "pau", mute, "Léa", AUGUST)
    for objects in ([make_object("Château", "a")], [], list(SIX.values())):
        six.gather(*objects, agreed=True)
        with six.store.reading() as connection:
            assert curation.curation_of(connection, "pau").picks == (pick,)
            assert curation.curation_of(connection, "pau").mutes == (mute,)
    assert given(six.store)[0] == first  # it went, came back, and the pick still speaks of it


def test_a_database_that_fails_while_storing_changes_nothing(six: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    before, there, last = revision(six.store), given(six.store), six.last_run()

    def fail(*arguments: object) -> None:
        raise StoreError("La base de données ne répond pas.")

    monkeypatch.setattr(offers, "keep_run", fail)
    with pytest.raises(StoreError):
        six.gather(make_object("Château", "a"), agreed=True)
    assert (revision(six.store), given(six.store), six.last_run()) == (before, there, last)


def test_a_folder_named_by_an_address(store: Store, tmp_path: Path, now: Callable[[], datetime], settings: Settings) -> None:
    folder = tmp_path / "flux d’été"
    folder.mkdir()
    (folder / "a.json").write_text('{"@id": "https://data.datatourisme.fr/a", "@type": ["Museum"], "rdfs:label": {"fr": ["Musée"]}}')
    (stored,) = seeded(store, pau(tmp_path / "x", feed=[{"name": "flux", "format": "datatourisme", "url": folder.as_uri()}]))
    assert run_feed(store, "pau", stored, now).added == 1


def test_a_source_is_read_without_a_database(flux: Path) -> None:
    write_flux(flux, SIX.values())
    assert sorted(read_source(str(flux), "datatourisme").offers) == sorted(SIX)
    with pytest.raises(FeedError):
        read_source(str(flux) + "x", "datatourisme")


def test_local_path() -> None:
    assert local_path("/a/b c#d.zip") == Path("/a/b c#d.zip")
    assert local_path("file:///a/b%20c.zip") == Path("/a/b c.zip")
    for address in ("https://exemple.fr/flux.zip", "ftp://exemple.fr/flux.zip", "file://[bad/flux.zip"):
        with pytest.raises(FeedError):
            local_path(address)
