"""Everything that SQLite and PostgreSQL do differently."""

import fcntl
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Protocol
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool, StaticPool

from sejour.errors import StoreError
from sejour.store.backups import NO_BACKUP, our_tables, raise_above, revisions, taking_the_place_of


class Dialect(Protocol):
    engine: Engine
    read_only: bool  # the disk refuses to be written
    insert: Any  # the dialect's insert(), which knows on_conflict_do_update

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that sees one state of the database, whatever is committed meanwhile, and cannot write."""
        ...

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes; no other process writes meanwhile."""
        ...

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """The same, free to rebuild a table that others refer to."""
        ...

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        """See Store.alone."""
        ...

    def backup(self, file: Path) -> None:
        """See Store.backup."""
        ...

    def schema_in(self, file: Path) -> str:
        """The migration that a backup is at. Raises StoreError when the file is not a whole backup."""
        ...

    def restore(self, file: Path) -> None:
        """See Store.restore."""
        ...

    def copy(self, schema: str) -> Path | None:
        """Copies the database beside itself, as it is now, and names the copy after its schema; None where we cannot."""
        ...


_READING = ("PRAGMA query_only=ON", "BEGIN")
_WRITING = ("PRAGMA query_only=OFF", "PRAGMA foreign_keys=ON", "BEGIN IMMEDIATE")
_MIGRATING = ("PRAGMA query_only=OFF", "PRAGMA foreign_keys=OFF", "BEGIN IMMEDIATE")  # a rebuilt table is dropped first: its children would forbid it


class Sqlite:
    """One writer at a time among all processes, which alone checkpoints, under an exclusive lock on a file beside the database: SQLite
    before 3.51.3 can corrupt a WAL that two connections reset (trust.md 0.1). WAL and synchronous=FULL lose no commit in a power cut.

    On a disk that turned read-only (a dying SD card) SQLite cannot open a WAL database but as an immutable file: pages go on from it.
    """

    insert = staticmethod(sqlite.insert)

    def __init__(self, url: URL) -> None:
        self.path = Path(url.database) if url.database and url.database != ":memory:" else None
        self.read_only = self.path is not None and self.path.exists() and not os.access(self.path.parent, os.W_OK)
        if self.read_only and self.path:
            url = make_url(f"sqlite:///file:{quote(str(self.path))}?mode=ro&immutable=1&uri=true")
        self.engine = create_engine(url, poolclass=NullPool if self.path else StaticPool, connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(self.engine, "connect", _prepare_reader if self.read_only else _prepare)
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._alone(_WRITING) as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        with self._alone(_MIGRATING) as connection:
            yield connection
            if orphan := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise StoreError("La migration laisserait des lignes orphelines dans « %(table)s » : rien n’est changé.", table=orphan[0])

    @contextmanager
    def _alone(self, begin: tuple[str, ...]) -> Iterator[Connection]:
        with self._lock(), self._transaction(begin) as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: tuple[str, ...]) -> Iterator[Connection]:
        with self.engine.connect().execution_options(sqlite_begin=begin) as connection:
            with connection.begin():
                yield connection
            with suppress(sqlite3.Error):  # a full disk, say: the commit is safe in the -wal, and the next writer tries again
                _raw(connection).execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _lock(self) -> IO[bytes]:
        """The lock file, held until it is closed, by kill -9 too."""
        try:
            lock = (self.path.with_name(self.path.name + ".lock") if self.path else Path(os.devnull)).open("ab")
            if self.path:
                fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise StoreError("La base de données n’est pas accessible en écriture (%(why)s).", why=error.strerror or "") from error
        return lock

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        if self.path is None:
            yield True
            return
        with self.path.with_name(f"{self.path.name}.{what}.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                mine = True
            except BlockingIOError:
                mine = False
            yield mine

    def backup(self, file: Path) -> None:
        self._refuse_itself(file)
        with taking_the_place_of(file) as unfinished, self.engine.connect() as source, closing(sqlite3.connect(unfinished)) as target:
            _raw(source).backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, that can be carried away

    def schema_in(self, file: Path) -> str:
        try:
            with closing(_read(file)) as backup:
                found = backup.execute("SELECT version_num FROM alembic_version, (SELECT count(*) FROM territory)").fetchone()
                if found is None or backup.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise sqlite3.DatabaseError("quick_check")
        except sqlite3.Error as error:
            raise StoreError(NO_BACKUP, file=file.name, why=error) from error
        return str(found[0])

    def restore(self, file: Path) -> None:
        assert self.path is not None  # nothing comes back to a database in memory
        self._refuse_itself(file)
        with self._lock():
            former: dict[str, int] = {}
            with suppress(DBAPIError), self.reading() as connection:  # what is there may be damaged
                former = revisions(connection)
            with closing(_read(file)) as source, closing(sqlite3.connect(self.path)) as target:
                source.backup(target)  # a transaction: readers see the former database, or the whole new one
            with self._transaction(_WRITING) as connection:
                raise_above(connection, former)

    def _refuse_itself(self, file: Path) -> None:
        if self.path and file.resolve() == self.path.resolve():
            raise StoreError("« %(file)s » est la base elle-même : choisissez un autre fichier.", file=file.name)

    def copy(self, schema: str) -> Path | None:
        if self.path is None:
            return None
        copy = self.path.with_name(f"{self.path.name}.schema-{schema}")
        self.backup(copy)
        return copy


def _prepare_reader(raw: sqlite3.Connection, record: object) -> None:
    raw.isolation_level = None  # transactions are ours to begin: see _begin


def _prepare(raw: sqlite3.Connection, record: object) -> None:
    _prepare_reader(raw, record)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=0"):
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    for statement in connection.get_execution_options().get("sqlite_begin", _READING):
        connection.exec_driver_sql(statement)


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)


class Postgres:
    """One writer at a time too, under an advisory lock. A reader first locks `territory`, which takes no snapshot yet: a restoration drops it
    first, so that it waits for the readers that are there, and none who comes later sees the new tables, empty, with a snapshot from before."""

    read_only = False
    insert = staticmethod(postgresql.insert)

    def __init__(self, url: URL) -> None:
        if "@" in (url.host or ""):
            raise ArgumentError("an @ in the password must be written %40")  # else its end would be shown as the host's name
        url = url.set(drivername="postgresql+psycopg", query={"connect_timeout": "10", **url.query})
        self.engine = create_engine(url, pool_pre_ping=True, pool_size=4)
        self._snapshots = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._snapshots.connect() as connection:
            try:
                connection.execute(text("LOCK TABLE territory IN ACCESS SHARE MODE"))
            except ProgrammingError:  # an empty database
                connection.rollback()
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(7355608)"))  # one writer at a time, as on SQLite: imports must not cross
            yield connection

    migrating = writing

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:  # no transaction idles meanwhile
            try:
                yield bool(connection.execute(text("SELECT pg_try_advisory_lock(7355608, hashtext(:what))"), {"what": what}).scalar())
            finally:  # the lock is this connection's, which goes back to the pool
                connection.execute(text("SELECT pg_advisory_unlock_all()"))

    def backup(self, file: Path) -> None:
        with taking_the_place_of(file) as unfinished:
            self._run("pg_dump", "--format=custom", f"--file={unfinished}", self._database)

    def schema_in(self, file: Path) -> str:
        self._run("pg_restore", f"--file={os.devnull}", str(file), failed=NO_BACKUP, file=file.name)  # it is read to its end
        told = self._run("pg_restore", "--data-only", "--table=territory", "--table=alembic_version", "--file=-", str(file))
        schema = re.search(r"^COPY \S+\.alembic_version .*\n(\S+)$", told, re.MULTILINE)
        if schema is None or ".territory " not in told:
            raise StoreError(NO_BACKUP, file=file.name, why="alembic_version")
        return schema[1]

    def restore(self, file: Path) -> None:
        with TemporaryDirectory(prefix="sejour-restore-") as folder, self.writing() as connection:  # nobody else writes; no table is locked by it
            script = Path(folder) / "script.sql"
            self._run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--file={script}", str(file))
            with self.reading() as other:
                former, there = revisions(other), ", ".join(our_tables(other))
            drop = [f"--command=DROP TABLE {there} CASCADE"] if there else []  # those of a newer sejour too, which would stay in the way
            self._run("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", *drop, f"--file={script}", self._database)
            raise_above(connection, former)

    @property
    def _database(self) -> str:
        """The argument by which PostgreSQL's own tools find the database; without the password, which `ps` would show."""
        url = self.engine.url.set(drivername="postgresql", password=None).difference_update_query(["password"])
        return f"--dbname={url.render_as_string(hide_password=False)}"

    def _run(self, *command: str, failed: str = "%(tool)s n’a pas réussi (%(why)s).", **arguments: str) -> str:
        """What one of them tells. Raises StoreError with the first error that it gives."""
        url, tool = self.engine.url, command[0]
        password = url.password or url.query.get("password")
        environment = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": str(password)} if password else {})}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 (known commands, no shell)
        except FileNotFoundError as error:
            raise StoreError("%(tool)s est introuvable : installez postgresql-client.", tool=tool) from error
        if done.returncode:
            why = re.search(r"error: *(.*)", done.stderr, re.IGNORECASE)
            raise StoreError(failed, tool=tool, why=why[1] if why else done.returncode, **arguments)
        return done.stdout

    def copy(self, schema: str) -> Path | None:
        return None


def dialect_of(url: str) -> Dialect:
    """Raises ArgumentError, ValueError, ImportError or NoSuchModuleError when `url` is not one that we can use."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return Sqlite(parsed)
        case "postgresql":
            return Postgres(parsed)
    raise ArgumentError(parsed.drivername)
