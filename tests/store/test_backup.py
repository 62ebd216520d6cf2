"""A backup is one state of the database, and comes back as it was; a file that is none changes nothing."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text

from sejour.domain.curation import Mute
from sejour.errors import StoreError
from sejour.live import Live
from sejour.settings import Settings
from sejour.store import curation, offers, tables
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed
from sejour.store.migrate import migrate
from sejour.store.tallies import totals
from tests.builders import AUGUST, make_object, make_offer, write_flux
from tests.journeys.conftest import Done, sejour
from tests.postgres import Cluster
from tests.store.conftest import seeded
from tests.store.test_engine import said
from tests.store.test_offers import give, make_pick, revision
from tests.store.test_sqlite import files_of_at_most

MUSEUMS = tuple(make_offer(f"{n:03d}") for n in range(200))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept.backup"


@pytest.fixture
def open_store(store: Store, feed: StoredFeed) -> Store:
    """With offers, and an office that works: see `sign`."""
    give(store, feed, *MUSEUMS)
    sign(store)
    return store


def sign(store: Store) -> None:
    """One more pick and one more mute, in one transaction."""
    with store.writing() as connection:
        name = str(len(curation.curation_of(connection, "pau").picks))
        curation.say(connection, "pau", make_pick(name), "Léa", AUGUST)
        curation.say(connection, "pau", Mute(name, reason="Travaux"), "Léa", AUGUST)


def signed(connection: Connection) -> int:
    """How many times the office signed, in a state that is whole."""
    picks = [pick.offer for pick in curation.curation_of(connection, "pau").picks]
    mutes = [mute.offer for mute in curation.curation_of(connection, "pau").mutes]
    assert picks == mutes == [str(n) for n in range(len(picks))]
    assert [each.offer for each in offers.sourced_of(connection, "pau")] == list(MUSEUMS)
    assert totals(connection, "pau") == {}
    return len(picks)


def signed_in(store: Store) -> int:
    with store.reading() as connection:
        return signed(connection)


@contextmanager
def meanwhile(action: Callable[[Store], object], store: Store) -> Iterator[Callable[[], None]]:
    """Another user of the database acts again and again; gives what waits for an action that begins from now on, and ends."""
    done, errors, over, other = list[object](), list[Exception](), threading.Event(), Store(store.url)

    def act() -> None:
        try:
            while not over.is_set():
                done.append(action(other))
        except Exception as error:
            errors.append(error)

    def wait() -> None:
        enough = len(done) + 2
        while len(done) < enough and thread.is_alive():
            time.sleep(0.001)

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield wait
    finally:
        over.set()
        thread.join()
        other.close()
    assert errors == []


def test_a_backup_is_of_one_state_while_others_write(open_store: Store, kept: Path) -> None:
    with meanwhile(sign, open_store) as wait:
        for _ in range(3):
            wait()
            before = signed_in(open_store)
            open_store.backup(kept)
            after = signed_in(open_store)
    open_store.restore(kept)
    assert before <= signed_in(open_store) <= after
    assert [path.name for path in kept.parent.glob("kept*")] == [kept.name]


def test_all_is_as_it_was_and_visitors_see_it(open_store: Store, feed: StoredFeed, settings: Settings, kept: Path) -> None:
    live = Live(open_store, settings)
    open_store.backup(kept)
    give(open_store, feed, make_offer("new"))
    with open_store.writing() as connection:
        curation.withdraw(connection, "pau", 1, 1, "Léa", AUGUST)
    live.refresh(AUGUST)
    assert (len(live.territory.catalogue.offers), live.territory.catalogue.said.picks) == (1, ())
    open_store.restore(kept)
    assert signed_in(open_store) == 1
    assert live.refresh(AUGUST)
    assert (len(live.territory.catalogue.offers), len(live.territory.catalogue.said.picks)) == (len(MUSEUMS), 1)
    sign(open_store)
    assert signed_in(open_store) == 2  # what comes next is numbered after what came back


def test_the_revision_never_goes_back(open_store: Store, settings: Settings, kept: Path) -> None:
    """It did, and a service that had seen a later state of the same number did not notice."""
    live = Live(open_store, settings)
    open_store.backup(kept)
    with open_store.writing() as connection:
        curation.say(connection, "pau", make_pick("regretted"), "Léa", AUGUST)
    assert live.refresh(AUGUST)
    open_store.restore(kept)
    with open_store.writing() as connection:
        curation.say(connection, "pau", make_pick("meant"), "Léa", AUGUST)
    assert live.refresh(AUGUST)
    assert [pick.offer for pick in live.territory.catalogue.said.picks] == ["0", "meant"]


def test_readers_see_the_former_state_or_the_whole_new_one(open_store: Store, kept: Path) -> None:
    """On PostgreSQL a reader who began during the restoration saw empty tables."""
    open_store.backup(kept)
    with meanwhile(signed_in, open_store) as wait:
        for _ in range(5):
            sign(open_store)
            open_store.restore(kept)
            wait()


def test_writers_wait_for_their_turn(open_store: Store, kept: Path) -> None:
    open_store.backup(kept)
    with meanwhile(sign, open_store) as wait:
        for _ in range(3):
            open_store.restore(kept)
            wait()
    assert signed_in(open_store) >= 3  # one that was kept, and two since


def cut(kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:-3000])


@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        lambda kept: kept.write_bytes(b""),
        lambda kept: kept.write_text("Bonjour ! " * 1000),
        lambda kept: kept.write_bytes(kept.read_bytes()[:100] + b"\x00" * 5000),
        lambda kept: kept.unlink(),
    ],
    ids=["cut", "empty", "text", "zeros", "not there"],
)
def test_a_file_that_is_no_backup_changes_nothing(open_store: Store, kept: Path, spoil: Callable[[Path], object]) -> None:
    open_store.backup(kept)
    spoil(kept)
    sign(open_store)
    before = revision(open_store)
    with pytest.raises(StoreError, match="n’est pas une sauvegarde") as refused:
        open_store.restore(kept)
    said(refused.value)
    assert (signed_in(open_store), revision(open_store)) == (2, before)
    sign(open_store)


def test_the_backup_of_another_program_is_refused(empty: Store, settings: Settings, kept: Path) -> None:
    with empty.writing() as connection:
        connection.execute(text("CREATE TABLE recipe (name TEXT)"))
    empty.backup(kept)
    migrate(empty)
    seeded(empty, settings)
    with pytest.raises(StoreError, match="n’est pas une sauvegarde") as refused:
        empty.restore(kept)
    said(refused.value)
    assert revision(empty) == 1


def test_the_backup_of_a_newer_sejour_is_refused(open_store: Store, kept: Path) -> None:
    def say_schema(schema: str) -> None:
        with open_store.writing() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})

    schema = open_store.schema()
    assert schema is not None
    say_schema("9999")
    open_store.backup(kept)
    say_schema(schema)
    sign(open_store)
    with pytest.raises(StoreError, match=r"9999.*plus récente") as refused:
        open_store.restore(kept)
    said(refused.value)
    assert (signed_in(open_store), open_store.schema()) == (2, schema)


def test_the_backup_of_an_older_sejour_comes_back(open_store: Store, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The update went wrong: what it added goes away."""
    schema = open_store.schema()
    open_store.backup(kept)
    with open_store.migrating() as connection:
        connection.execute(text("CREATE TABLE guest (territory VARCHAR PRIMARY KEY REFERENCES territory (id))"))
        connection.execute(text("INSERT INTO guest SELECT id FROM territory"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9998'"))
    monkeypatch.setattr(tables, "SCHEMA", "9998")
    open_store.check_schema()
    open_store.restore(kept)
    assert (open_store.schema(), signed_in(open_store)) == (schema, 1)
    with open_store.reading() as connection:
        assert not inspect(connection).has_table("guest")
    with pytest.raises(StoreError, match="sejour migrate"):
        open_store.check_schema()


def test_a_backup_comes_back_in_an_empty_database(empty: Store, settings: Settings, kept: Path) -> None:
    """The disk died: here is a new one."""
    migrate(empty)
    (feed,) = seeded(empty, settings)
    give(empty, feed, *MUSEUMS)
    sign(empty)
    empty.backup(kept)
    with empty.migrating() as connection:
        tables.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    assert empty.schema() is None
    empty.restore(kept)
    empty.check_schema()
    assert signed_in(empty) == 1


def test_a_backup_takes_the_place_of_a_damaged_database(sqlite_store: Store, settings: Settings, kept: Path) -> None:
    (feed,) = seeded(sqlite_store, settings)
    give(sqlite_store, feed, *MUSEUMS)
    sign(sqlite_store)
    sqlite_store.backup(kept)
    path = Path(sqlite_store.url.removeprefix("sqlite:///"))
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"Bonjour ! " * 10_000)
    with pytest.raises(StoreError):
        signed_in(sqlite_store)
    sqlite_store.restore(kept)
    assert signed_in(sqlite_store) == 1


def test_a_backup_that_fails_leaves_the_former_one(open_store: Store, feed: StoredFeed, kept: Path) -> None:
    open_store.backup(kept)
    former = kept.read_bytes()
    give(open_store, feed, *(make_offer(f"new {n}") for n in range(1000)))
    with files_of_at_most(len(former) // 2), pytest.raises(StoreError) as refused:
        open_store.backup(kept)
    said(refused.value)
    assert kept.read_bytes() == former
    assert [path.name for path in kept.parent.glob("kept*")] == [kept.name]  # a full disk is not kept full


def test_what_a_killed_backup_left_is_no_hindrance(open_store: Store, kept: Path) -> None:
    kept.with_name(kept.name + ".tmp").write_text("Bonjour ! " * 1000)
    open_store.backup(kept)
    open_store.restore(kept)
    assert signed_in(open_store) == 1


def test_a_role_that_owns_its_database_and_nothing_else(cluster: Cluster, settings: Settings, kept: Path) -> None:
    """As on a real server."""
    with cluster.database() as url:
        owner = Store(url)
        with owner.writing() as connection:
            connection.execute(text("CREATE ROLE office LOGIN"))
            connection.execute(text(f"ALTER DATABASE {connection.engine.url.database} OWNER TO office"))
        owner.close()
        store = Store(url.replace("sejour@", "office@"))
        migrate(store)
        (feed,) = seeded(store, settings)
        give(store, feed, *MUSEUMS)
        store.backup(kept)
        sign(store)
        store.restore(kept)
        assert signed_in(store) == 0
        store.close()


def test_without_the_tools_of_postgresql(cluster: Cluster, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    store = Store(cluster.url("prepared"))
    with pytest.raises(StoreError, match=r"pg_dump.*postgresql-client") as refused:
        store.backup(kept)
    said(refused.value)


def test_a_database_is_not_its_own_backup(sqlite_store: Store, settings: Settings) -> None:
    """It would be replaced under the service's feet."""
    seeded(sqlite_store, settings)
    for action in (sqlite_store.backup, sqlite_store.restore):
        with pytest.raises(StoreError, match="base elle-même") as refused:
            action(Path(sqlite_store.url.removeprefix("sqlite:///")))
        said(refused.value)
    assert revision(sqlite_store) == 1


def test_the_commands_on_postgresql(cluster: Cluster, flux: Path, kept: Path, tmp_path: Path) -> None:
    config = tmp_path / "sejour.toml"

    def run(*command: object) -> Done:
        return sejour(*command, "--config", config)

    def collect(name: str) -> dict[str, int]:
        write_flux(flux, [make_object(f"{name} {n}", f"64/{n}") for n in range(8)])
        answer: dict[str, int] = json.loads(run("feed", "run", "--json").out)[0]
        return answer

    with cluster.database("prepared") as url:
        config.write_text(f'[store]\nurl = "{url}"\n[[feed]]\nname = "flux"\nformat = "datatourisme"\nurl = "flux.zip"\n')
        assert collect("Musée")["added"] == 8
        done = run("backup", kept)
        assert (done.code, str(kept) in done.out) == (0, True)
        assert collect("Château")["changed"] == 8
        assert run("restore", kept).code == 0
        kept.write_text("Bonjour !")
        for refused in (run("restore", kept), run("backup", tmp_path / "nowhere/kept")):
            assert (refused.code, refused.out, len(refused.err.strip().splitlines())) == (1, "", 1)
        assert collect("Musée")["unchanged"] == 8
