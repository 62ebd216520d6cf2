import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from sejour.domain.curation import Mute, Pick
from sejour.domain.text import LocalText
from sejour.errors import StoreError
from sejour.settings import Settings
from sejour.store import curation, tables
from sejour.store import migrate as migrations
from sejour.store.engine import Store
from sejour.store.migrate import migrate, newest
from tests.builders import AUGUST
from tests.store.conftest import seeded
from tests.store.test_offers import make_pick

NOW = tables.SCHEMA
THEN = f"{int(NOW) + 1:04d}"
NEXT = f"""
import sqlalchemy as sa
from alembic import op

revision = "{THEN}"
down_revision = "{NOW}"


def upgrade():
    with op.batch_alter_table("feed") as feed:
        feed.add_column(sa.Column("owner", sa.String, nullable=False, server_default="office"))
        feed.alter_column("map", nullable=True)
"""


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a next migration that this sejour now has: it rebuilds a table that others refer to."""
    folder = tmp_path / "with % in its name" / "migrations"
    shutil.copytree(migrations.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / f"versions/{THEN}_next.py"
    file.write_text(NEXT)
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    monkeypatch.setattr(migrations, "SCHEMA", THEN)
    monkeypatch.setattr(tables, "SCHEMA", THEN)
    return file


def columns_of_feed(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(text("SELECT * FROM feed")).keys())


def test_an_empty_database_gets_every_table(empty: Store) -> None:
    assert empty.schema() is None
    assert migrate(empty) is None
    assert empty.schema() == tables.SCHEMA
    empty.check_schema()
    assert migrate(empty) is None  # twice is once


def test_the_migrations_and_the_tables_say_the_same(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []


def test_schema_is_the_newest_migration() -> None:
    assert newest() == tables.SCHEMA


def test_an_empty_database_asks_for_migrate(empty: Store) -> None:
    with pytest.raises(StoreError, match="La base est vide : « sejour migrate » la prépare"):
        empty.check_schema()


def test_an_older_schema_asks_for_migrate(store: Store, next_migration: Path) -> None:
    with pytest.raises(StoreError, match="sejour plus ancien : « sejour migrate » la met à jour"):
        store.check_schema()


@pytest.mark.parametrize("use", [Store.check_schema, migrate])
def test_a_newer_schema_is_refused_in_one_sentence(store: Store, use: object) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    with pytest.raises(StoreError) as refused:
        use(store)  # type: ignore[operator]
    assert str(refused.value) == f"La base (schéma 0099) est plus récente que ce sejour ({tables.SCHEMA}) : mettez sejour à jour."
    assert store.schema() == "0099"


def test_the_database_of_another_program_is_refused(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '00-other'"))
    with pytest.raises(StoreError, match="n’est pas une base de sejour"):
        migrate(store)


def test_the_next_migration_keeps_every_row(store: Store, settings: Settings, next_migration: Path) -> None:
    """A rebuilt table was refused by SQLite as soon as another one referred to it."""
    seeded(store, settings)
    with store.writing() as connection:
        connection.execute(text("INSERT INTO feed_run (feed, started, document) VALUES (1, '2026', '{}')"))
    migrate(store)
    assert store.schema() == THEN
    with store.reading() as connection:
        assert connection.execute(text("SELECT name, owner FROM feed")).all() == [("flux", "office")]
        assert connection.execute(text("SELECT feed FROM feed_run")).all() == [(1,)]


def test_a_migration_that_would_leave_orphans_changes_nothing(sqlite_store: Store, settings: Settings, next_migration: Path) -> None:
    seeded(sqlite_store, settings)
    next_migration.write_text(NEXT + '    op.execute("DELETE FROM territory")\n')
    with pytest.raises(StoreError, match="lignes orphelines"):
        migrate(sqlite_store)
    assert sqlite_store.schema() == NOW
    assert seeded(sqlite_store, settings)


def test_a_migration_that_fails_leaves_the_old_schema(store: Store, settings: Settings, next_migration: Path) -> None:
    seeded(store, settings)
    next_migration.write_text(NEXT + '    op.execute("SELECT 1 FROM nowhere")\n')
    with pytest.raises(StoreError):
        migrate(store)
    assert store.schema() == NOW
    assert "owner" not in columns_of_feed(store)
    next_migration.write_text(NEXT)
    migrate(store)
    assert "owner" in columns_of_feed(store)


def test_a_migration_killed_leaves_the_old_schema(store: Store, settings: Settings, next_migration: Path) -> None:
    seeded(store, settings)
    next_migration.write_text(NEXT + '    print("here", flush=True)\n    import time\n    time.sleep(60)\n')
    code = (
        "import sys, pathlib; from sejour.store import migrate, tables; from sejour.store.engine import Store;"
        "migrate.MIGRATIONS = pathlib.Path(sys.argv[1]); migrate.SCHEMA = tables.SCHEMA = sys.argv[3]; migrate.migrate(Store(sys.argv[2]))"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(migrations.MIGRATIONS), store.url, THEN], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n"
        process.send_signal(signal.SIGKILL)
    assert store.schema() == NOW
    next_migration.write_text(NEXT)
    migrate(store)
    assert "owner" in columns_of_feed(store)


def test_eight_processes_may_prepare_one_database_at_once(empty: Store) -> None:
    code = "import sys; from sejour.store.migrate import migrate; from sejour.store.engine import Store; migrate(Store(sys.argv[1]))"
    processes = [subprocess.Popen([sys.executable, "-c", code, empty.url], stderr=subprocess.PIPE, text=True) for _ in range(8)]
    assert [process.communicate()[1] for process in processes] == [""] * 8
    empty.check_schema()


def test_a_copy_is_made_before_a_migration(sqlite_store: Store, settings: Settings, next_migration: Path, tmp_path: Path) -> None:
    seeded(sqlite_store, settings)
    with sqlite_store.writing() as connection:
        curation.say(connection, "pau", make_pick(), "Léa", AUGUST)
    copy = migrate(sqlite_store)
    assert copy == tmp_path / f"sejour.db.schema-{NOW}"
    assert {path.name for path in tmp_path.glob("sejour.db*")} == {"sejour.db", "sejour.db.lock", f"sejour.db.schema-{NOW}"}
    kept = Store(f"sqlite:///{copy}")
    assert kept.schema() == NOW
    with kept.reading() as connection:
        assert curation.curation_of(connection, "pau").picks == (make_pick(),)


def test_no_migration_without_its_copy(sqlite_store: Store, next_migration: Path, tmp_path: Path) -> None:
    (tmp_path / f"sejour.db.schema-{NOW}.tmp").mkdir()  # stands for a full disk
    with pytest.raises(StoreError):
        migrate(sqlite_store)
    assert sqlite_store.schema() == NOW


def test_the_copy_of_the_first_to_migrate_stays(sqlite_store: Store, settings: Settings, next_migration: Path, tmp_path: Path) -> None:
    """The second process to ask used to copy the new database over the copy of the old one."""
    with ThreadPoolExecutor(4) as pool:
        copies = list(pool.map(lambda _: migrate(Store(sqlite_store.url)), range(4)))
    assert len([copy for copy in copies if copy]) == 1
    with sqlite3.connect(tmp_path / f"sejour.db.schema-{NOW}") as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(NOW,)]
    copy.close()


OLD_WORDS = {
    "pick": '{"offer":"aaaaaaaaaa","start":null,"end":null,"by":"Maïté","text":{"texts":{"fr":"À voir"},"machine":[]}}',
    "mute": '{"offer":"bbbbbbbbbb","start":null,"end":"2026-08-20T10:00:00+02:00","reason":"travaux"}',
}


def test_picks_and_mutes_of_schema_0004_come_over_into_the_words(empty: Store, settings: Settings) -> None:
    """Each with its dates; nobody's name was kept then, and no change of theirs can be taken back."""
    with empty.migrating() as connection:
        command.upgrade(migrations._config(connection), "0004")
        connection.execute(text("INSERT INTO territory (id, revision) VALUES ('pau', 7), ('nay', 0)"))
        for sort, document in OLD_WORDS.items():
            for territory in ("pau", "nay"):
                values = {"territory": territory, "offer": json.loads(document)["offer"], "document": document}
                connection.execute(text(f"INSERT INTO {sort} (territory, offer, document) VALUES (:territory, :offer, :document)"), values)
    migrate(empty)
    assert empty.schema() == tables.SCHEMA
    with empty.writing() as connection:
        said = curation.curation_of(connection, "pau")
        assert said.picks == (Pick("aaaaaaaaaa", by="Maïté", text=LocalText({"fr": "À voir"})),)
        assert said.mutes == (Mute("bbbbbbbbbb", end=datetime.fromisoformat("2026-08-20T10:00:00+02:00"), reason="travaux"),)
        assert (said.refused, said.pins) == ((), ())
        kept = curation.words_of(connection, "pau")
        assert [(each.sort, each.version, each.by) for each in kept] == [("pick", 1, "sejour"), ("mute", 1, "sejour")]
        assert curation.changes_of(connection, "pau") == []
        curation.amend(connection, "pau", kept[0].id, 1, Pick("aaaaaaaaaa", by="Léa"), "Léa", AUGUST)  # new ids follow the old ones
        assert curation.say(connection, "pau", Mute("c", reason="?"), "Léa", AUGUST) > max(each.id for each in kept)
    names = inspect(empty.dialect.engine).get_table_names()
    assert not {"pick", "mute"} & set(names)
