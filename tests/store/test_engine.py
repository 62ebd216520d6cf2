"""A Store answers, or says in one sentence why not."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update

from sejour.errors import SejourError, StoreError, UsageError
from sejour.settings import Settings
from sejour.store import offers
from sejour.store.engine import Store
from sejour.store.tables import offer, territory
from tests.builders import make_offer
from tests.postgres import Cluster
from tests.store.conftest import seeded
from tests.store.test_offers import give, given, revision


def said(error: SejourError) -> str:
    sentence = str(error)
    assert "\n" not in sentence
    assert sentence.endswith((".", ")."))
    assert "hunter2" not in sentence
    return sentence


def test_writing_is_all_or_nothing(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(insert(territory).values(id="pau", revision=1))
    with pytest.raises(StoreError) as refused, store.writing() as connection:
        connection.execute(update(territory).values(revision=2))
        connection.execute(insert(territory).values(id="pau", revision=1))
    said(refused.value)
    assert revision(store) == 1


def test_a_stranger_reference_is_refused(store: Store) -> None:
    with pytest.raises(StoreError), store.writing() as connection:
        connection.execute(text("INSERT INTO hotspot VALUES ('nowhere', 'a', 'a', 1, 1, '', '[]')"))


def test_reading_cannot_write(store: Store) -> None:
    """On SQLite it would write without the lock."""
    for _ in range(2):
        with pytest.raises(StoreError), store.reading() as connection:
            connection.execute(insert(territory).values(id="pau", revision=1))
        with store.writing() as connection:  # nothing of it stays in the connection
            connection.execute(update(territory).values(revision=2))
    assert revision(store) == 0


def test_a_reader_sees_one_state_while_a_writer_commits(store: Store, settings: Settings) -> None:
    """On PostgreSQL each statement used to see its own: a revision beside the offers of the next one."""
    (feed,) = seeded(store, settings)
    give(store, feed, make_offer("a"))
    with store.reading() as connection:
        before = offers.revision(connection, "pau")
        give(store, feed, make_offer("b"))
        with store.writing() as other:
            offers.raise_revision(other, "pau")
        assert [each.offer.key for each in offers.sourced_of(connection, "pau")] == ["a"]
        assert offers.revision(connection, "pau") == before
    assert [each.key for each in given(store)] == ["b"]
    assert revision(store) == before + 1


def test_a_document_of_another_version_is_said(store: Store, settings: Settings) -> None:
    (feed,) = seeded(store, settings)
    give(store, feed, make_offer("a"))
    with store.writing() as connection:
        connection.execute(update(offer).values(document='{"id": 3}'))
    with pytest.raises(StoreError, match="valeur illisible") as refused:
        given(store)
    said(refused.value)


def test_an_error_of_the_caller_stays_what_it_is(store: Store) -> None:
    for use in (store.reading, store.writing):
        with pytest.raises(FileNotFoundError), use():
            Path("/nowhere").read_text()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "sejour.db",
        "mysql://bob:hunter2@host/sejour",
        "postgres://bob:hunter2@host/sejour",
        "postgresql://bob:hunter2@host:port/sejour",
        "postgresql://bob:at@hunter2@host/sejour",
        "postgres://host/sejour?user=bob&password=hunter2",
    ],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(UsageError, match="n’est pas une adresse de base") as refused:
        Store(url)
    said(refused.value)


def test_no_postgresql_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        store = Store(f"postgresql://bob:hunter2@127.0.0.1:{free.getsockname()[1]}/sejour")
        for use in (store.reading, store.writing):
            with pytest.raises(StoreError, match="ne répond pas") as refused, use():
                pass
            said(refused.value)


def test_no_such_database(cluster: Cluster) -> None:
    with pytest.raises(StoreError, match="nowhere") as refused:
        Store(cluster.url("nowhere").replace("sejour@", "sejour:hunter2@")).check_schema()
    said(refused.value)


def test_postgresql_goes_away_and_comes_back(cluster: Cluster, settings: Settings) -> None:
    with cluster.database("prepared") as url:
        store = Store(url)
        seeded(store, settings)
        with store.reading() as connection:
            connection.execute(select(1))  # a connection stays in the pool
        cluster.stop()
        try:
            for _ in range(2):
                with pytest.raises(StoreError) as refused:
                    revision(store)
                said(refused.value)
        finally:
            cluster.start()
        assert revision(store) == 1
        with pytest.raises(StoreError) as refused, store.writing() as connection:
            offers.raise_revision(connection, "pau")
            cluster.stop()
            cluster.start()
        said(refused.value)
        assert revision(store) == 1
        store.close()


def test_every_connection_is_taken(cluster: Cluster) -> None:
    with cluster.database("prepared") as url:
        store = Store(url)
        store.dialect.engine.pool._timeout = 0.01  # type: ignore[attr-defined]
        connections = [store.dialect.engine.connect() for _ in range(14)]
        with pytest.raises(StoreError) as refused, store.reading():
            pass
        said(refused.value)
        for connection in connections:
            connection.close()
        store.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "sejour.db").write_text("Bonjour ! " * 1000)
    store = Store(f"sqlite:///{tmp_path / 'sejour.db'}")
    for use in (store.reading, store.writing):
        with pytest.raises(StoreError, match="file is not a database") as refused, use():
            pass
        said(refused.value)
    with pytest.raises(StoreError):
        store.check_schema()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'nowhere' / 'sejour.db'}")
    for use in (store.reading, store.writing):
        with pytest.raises(StoreError) as refused, use():
            pass
        said(refused.value)


TRY = """
import sys
from sqlalchemy import text
from sejour.errors import StoreError
from sejour.store.engine import Store
store = Store(sys.argv[1])
for use in (store.reading, store.writing):
    try:
        with use() as connection:
            print(connection.execute(text("SELECT revision FROM territory")).scalar())
            if use == store.writing:
                connection.execute(text("UPDATE territory SET revision = 2"))
    except StoreError as error:
        print(error)
"""


def held_to_permissions(*command: str) -> list[str]:
    """As root, who may write anywhere, too."""
    if os.geteuid() != 0:
        return list(command)
    without = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}", *command]


@pytest.mark.parametrize(
    ("what", "answers"), [("file", ["1", "1", "readonly"]), ("folder", ["1", "1", "readonly"]), ("lock", ["1", "Permission denied"])]
)
def test_read_only(sqlite_store: Store, settings: Settings, tmp_path: Path, what: str, answers: list[str]) -> None:
    seeded(sqlite_store, settings)
    file, lock = tmp_path / "sejour.db", tmp_path / "sejour.db.lock"
    for path in {"file": [file], "folder": [file, tmp_path], "lock": [lock]}[what]:
        path.chmod(0o555)
    done = subprocess.run(held_to_permissions(sys.executable, "-c", TRY, sqlite_store.url), capture_output=True, text=True)
    tmp_path.chmod(0o755)
    file.chmod(0o644)
    assert done.stderr == ""
    assert [answer in line for answer, line in zip(answers, done.stdout.splitlines(), strict=True)] == [True] * len(answers)
    assert revision(sqlite_store) == 1
