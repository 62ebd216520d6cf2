"""The schema, brought to that of this code by Alembic, with a copy of the database first. Imported when asked for only: it is heavy."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from sejour.errors import StoreError
from sejour.store.engine import Store, refuse_newer, schema_of
from sejour.store.tables import SCHEMA

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(store: Store) -> Path | None:
    """Brings the schema to SCHEMA, in one transaction; does nothing when it is there. Returns the copy made before, if one was (SQLite;
    on PostgreSQL the operator's own backup is asked for by the documentation). Raises StoreError when the database is newer."""
    if store.schema() == SCHEMA:
        return None
    with store.migrating() as connection:
        found = schema_of(connection)  # again: another process may have migrated while we waited for our turn
        if found == SCHEMA:
            return None
        if found is not None:
            refuse_newer(found)
        copy = store.dialect.copy(found) if found else None
        try:
            command.upgrade(_config(connection), "head")
        except CommandError as error:
            raise StoreError("La base (schéma %(found)s) n’est pas une base de sejour.", found=found) from error
    return copy


def newest() -> str | None:
    """The last migration there is; a test keeps SCHEMA equal to it."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
