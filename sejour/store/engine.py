"""The Store: a database of ours, opened, and its schema known to be the one of this code."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoneFree

from sejour.errors import StoreError, UsageError
from sejour.store import tables
from sejour.store.dialect import Dialect, dialect_of


class Store:
    """Raises StoreError, in one sentence, whenever the database cannot answer."""

    def __init__(self, url: str) -> None:
        try:
            self.dialect: Dialect = dialect_of(url)
        except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
            raise UsageError("La base « %(url)s » n’est pas une adresse de base SQLite ou PostgreSQL utilisable ici (%(why)s).",
                             url=_without_password(url), why=type(error).__name__) from error  # fmt: skip
        self.url = url

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that sees one state of the database, and cannot write."""
        with _answers(), self.dialect.reading() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it, or nothing, whatever happens."""
        with _answers(), self.dialect.writing() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """One transaction that changes the tables themselves."""
        with _answers(), self.dialect.migrating() as connection:
            yield connection

    @contextmanager
    def alone(self, what: str) -> Iterator[bool]:
        """True for one at a time among all the processes on this database, False for the others, who do not wait."""
        with _answers(), self.dialect.alone(what) as mine:
            yield mine

    def backup(self, file: Path) -> None:
        """A consistent copy, while others read and write; a former file is replaced only by a whole one."""
        with _answers():
            self.dialect.backup(file)

    def restore(self, file: Path) -> None:
        """Puts back what `backup` wrote, all of it or nothing; revisions go on from where they are."""
        with _answers(), _readable():
            refuse_newer(self.dialect.schema_in(file))
            self.dialect.restore(file)

    def close(self) -> None:
        self.dialect.engine.dispose()

    def schema(self) -> str | None:
        """The migration that the database is at; None for an empty database."""
        with self.reading() as connection:
            return schema_of(connection)

    def check_schema(self) -> None:
        """Raises StoreError when the tables are not those of this code."""
        found = self.schema()
        if found is None:
            raise StoreError("La base est vide : « sejour migrate » la prépare.")
        refuse_newer(found)
        if found < tables.SCHEMA:
            raise StoreError("La base (schéma %(found)s) est d’un sejour plus ancien : « sejour migrate » la met à jour.", found=found)


def schema_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def refuse_newer(found: str) -> None:
    if found > tables.SCHEMA:
        raise StoreError("La base (schéma %(found)s) est plus récente que ce sejour (%(mine)s) : mettez sejour à jour.",
                         found=found, mine=tables.SCHEMA)  # fmt: skip


@contextmanager
def _answers() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, NoneFree, sqlite3.Error) as error:
        why = str(error.orig if isinstance(error, DBAPIError) else error) or type(error).__name__
        raise StoreError("La base de données ne répond pas (%(why)s).", why=why.splitlines()[0]) from error
    except msgspec.DecodeError as error:  # written by another version of sejour, or by hand
        raise StoreError("La base de données contient une valeur illisible (%(why)s).", why=str(error)) from error


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError("Le fichier ne peut pas être lu (%(why)s).", why=error.strerror or type(error).__name__) from error


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("?")[0].partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
