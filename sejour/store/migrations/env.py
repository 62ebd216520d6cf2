"""Run by Alembic: the connection, and its transaction, are given by store/migrate.py."""

from alembic import context

from sejour.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
