"""What only SQLite needs: many processes, one file."""

import fcntl
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from sejour.domain.feed import FeedRun, Outcome
from sejour.errors import StoreError
from sejour.settings import Settings
from sejour.store import offers
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed
from sejour.store.migrate import migrate
from tests.builders import AUGUST, make_offer
from tests.store.conftest import seeded
from tests.store.test_offers import give, given, revision

LARGEST_WAL = 300_000  # bytes; a write of these tests takes 4 to 30 kB of it


@pytest.fixture
def pau(sqlite_store: Store, settings: Settings) -> Store:
    seeded(sqlite_store, settings)
    return sqlite_store


@pytest.fixture
def feed(pau: Store, settings: Settings) -> StoredFeed:
    return seeded(pau, settings)[0]


def write(store: Store) -> None:
    with store.writing() as connection:
        offers.raise_revision(connection, "pau")


def pragma(connection: Connection, name: str) -> object:
    return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_every_connection_is_durable_and_never_checkpoints_by_itself(sqlite_store: Store) -> None:
    for _ in range(2):
        for use in (sqlite_store.reading, sqlite_store.writing, sqlite_store.migrating):
            with use() as connection:
                assert pragma(connection, "journal_mode") == "wal"
                assert pragma(connection, "synchronous") == 2  # FULL
                assert pragma(connection, "wal_autocheckpoint") == 0


WRITER = """
import sys
from sejour.store import offers
from sejour.store.engine import Store
store = Store(sys.argv[1])
for _ in range(20):
    with store.writing() as connection:
        before = offers.revision(connection, "pau")
        offers.raise_revision(connection, "pau")
    with store.reading() as connection:
        assert offers.revision(connection, "pau") > before
"""


def test_eight_processes_write_at_once(pau: Store) -> None:
    before = revision(pau)
    processes = [subprocess.Popen([sys.executable, "-c", WRITER, pau.url], stderr=subprocess.PIPE, text=True) for _ in range(8)]
    assert [process.communicate()[1] for process in processes] == [""] * 8
    assert revision(pau) == before + 8 * 20


def test_threads_write_and_read_at_once(pau: Store) -> None:
    before, errors = revision(pau), list[Exception]()

    def work() -> None:
        try:
            for _ in range(20):
                write(pau)
                revision(pau)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert revision(pau) == before + 8 * 20


HOLDER = """
import sys, time
from sejour.store import offers
from sejour.store.engine import Store
with Store(sys.argv[1]).writing() as connection:
    offers.raise_revision(connection, "pau")
    print("here", flush=True)
    time.sleep(60)
"""


def test_kill_9_releases_the_lock(pau: Store, tmp_path: Path) -> None:
    before = revision(pau)
    with subprocess.Popen([sys.executable, "-c", HOLDER, pau.url], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "here\n"
        with (tmp_path / "sejour.db.lock").open("ab") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert revision(pau) == before  # readers do not wait
        writer = threading.Thread(target=write, args=[pau])
        writer.start()
        writer.join(0.1)
        assert writer.is_alive()  # writers do
        holder.kill()
        writer.join(5)
    assert not writer.is_alive()
    assert revision(pau) == before + 1


def test_the_wal_does_not_grow_without_bound(pau: Store, feed: StoredFeed, tmp_path: Path) -> None:
    """Another connection is always there: otherwise the -wal is removed with the last one, and nothing is tested."""
    wal, largest = tmp_path / "sejour.db-wal", 0
    with pau.dialect.engine.connect() as idle:
        idle.execute(text("SELECT 1 FROM offer")).all()
        idle.rollback()
        for i in range(300):
            with pau.writing() as connection:
                offers.keep_run(connection, feed.id, FeedRun("flux", AUGUST, AUGUST, Outcome.DONE, records=i))
            if i % 10 == 0:
                revision(pau)
            largest = max(largest, wal.stat().st_size)
    assert 0 < largest < LARGEST_WAL


def test_the_wal_is_taken_back_after_a_long_reading(pau: Store, tmp_path: Path) -> None:
    wal = tmp_path / "sejour.db-wal"
    with pau.dialect.engine.connect():
        with pau.reading() as connection:
            before = offers.revision(connection, "pau")
            for _ in range(50):
                write(pau)
            assert offers.revision(connection, "pau") == before
        grown = wal.stat().st_size
        for _ in range(100):
            write(pau)
        assert wal.stat().st_size < grown + 10_000  # the first write is still added to it


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Stands for a full disk: nothing is written past `size` bytes of any file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_changes_nothing(pau: Store, feed: StoredFeed) -> None:
    before = revision(pau)
    with files_of_at_most(100_000), pytest.raises(StoreError, match="ne répond pas"):
        give(pau, feed, *(make_offer(f"{i}") for i in range(1000)))
    assert (revision(pau), given(pau)) == (before, [])
    give(pau, feed, make_offer("a"))
    assert len(given(pau)) == 1


def test_a_commit_is_not_an_error_because_its_checkpoint_fails(pau: Store, feed: StoredFeed, tmp_path: Path) -> None:
    """The -wal had room, the database had not: the commit is done, and was reported as an sqlite3.OperationalError."""
    give(pau, feed, *(make_offer(f"{i:04d}") for i in range(1000)))
    with files_of_at_most((tmp_path / "sejour.db").stat().st_size), pau.dialect.engine.connect() as idle:
        idle.execute(text("SELECT 1 FROM offer")).all()  # keeps the -wal there
        idle.rollback()
        run = FeedRun("f" * 50_000, AUGUST, AUGUST, Outcome.DONE)
        with pau.writing() as connection:
            offers.keep_run(connection, feed.id, run)
        assert (tmp_path / "sejour.db-wal").stat().st_size > 50_000
    with pau.reading() as connection:
        assert offers.last_run(connection, feed.id) == run


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_a_database_in_memory(url: str, settings: Settings) -> None:
    store = Store(url)
    migrate(store)
    (feed,) = seeded(store, settings)
    give(store, feed, make_offer("a"))
    assert len(given(store)) == 1
    with pytest.raises(StoreError), store.reading() as connection:
        offers.raise_revision(connection, "pau")
