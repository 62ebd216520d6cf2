"""What the backups of SQLite and PostgreSQL share."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update

from sejour.errors import StoreError
from sejour.store.tables import territory

NO_BACKUP = "« %(file)s » n’est pas une sauvegarde de cette base (%(why)s)."


@contextmanager
def taking_the_place_of(file: Path) -> Iterator[Path]:
    """A file to be written beside `file`, which it replaces once it is whole and on the disk; else nothing of it stays. Raises StoreError."""
    unfinished = file.with_name(file.name + ".tmp")
    try:
        unfinished.write_bytes(b"")  # what a killed one left is no hindrance
        try:
            yield unfinished
            _write_through(unfinished)
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError("Le fichier « %(file)s » ne peut pas être écrit (%(why)s).", file=file.name, why=error.strerror) from error
    with suppress(OSError):  # a folder on another machine may not know how
        _write_through(file.parent)


def _write_through(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def our_tables(connection: Connection) -> list[str]:
    """`territory` first, then whatever refers to it, be it of another sejour; nothing in an empty database."""
    inspector, ours = inspect(connection), list[str]()
    for name, _ in inspector.get_sorted_table_and_fkc_names():  # those that are referred to first
        if name and (name == territory.name or any(key["referred_table"] in ours for key in inspector.get_foreign_keys(name))):
            ours.append(name)
    return ours


def revisions(connection: Connection) -> dict[str, int]:
    """{territory: its revision}; nothing in an empty database."""
    if not inspect(connection).has_table(territory.name):
        return {}
    return {row.id: row.revision for row in connection.execute(select(territory))}


def raise_above(connection: Connection, former: dict[str, int]) -> None:
    """A restored revision goes on from the former one: a service may have seen another state under the same number."""
    for id, revision in revisions(connection).items():
        connection.execute(update(territory).where(territory.c.id == id).values(revision=max(revision, former.get(id, 0)) + 1))
