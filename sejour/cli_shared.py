"""What the files of the command line share: their options, and the database opened."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sejour.settings import Settings, read_settings

if TYPE_CHECKING:
    from sejour.store.engine import Store

config_option = click.option(
    "--config", type=click.Path(path_type=Path), default=Path("sejour.toml"), envvar="SEJOUR_CONFIG", help="sejour.toml à lire."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Répondre en JSON.")


def open_store(config: Path) -> tuple["Store", Settings]:
    """Seeded with what sejour.toml names."""
    from sejour.store.engine import Store
    from sejour.store.feeds import seed

    settings = read_settings(config)
    store = Store(settings.store.url)
    store.check_schema()
    if not store.dialect.read_only:  # a card that gives up can still be copied
        with store.writing() as connection:
            seed(connection, store.dialect, settings)
    return store, settings
