import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sejour.settings import Settings, make_settings
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed, feeds_of, seed
from sejour.store.migrate import migrate
from tests.builders import AUGUST
from tests.postgres import cluster

__all__ = ["cluster"]
BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to make others of."""
    path = tmp_path_factory.mktemp("prepared") / "sejour.db"
    migrate(Store(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database without tables."""
    if request.param == "sqlite":
        yield Store(f"sqlite:///{tmp_path / 'sejour.db'}")
        return
    with request.getfixturevalue("cluster").database() as url:
        store = Store(url)
        yield store
        store.close()


@pytest.fixture
def sqlite_store(prepared_sqlite: Path, tmp_path: Path) -> Store:
    path = tmp_path / "sejour.db"
    shutil.copy(prepared_sqlite, path)
    return Store(f"sqlite:///{path}")


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A database with our tables, without a row."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_store")
        return
    with request.getfixturevalue("cluster").database("prepared") as url:
        store = Store(url)
        yield store
        store.close()


@pytest.fixture
def flux(tmp_path: Path) -> Path:
    return tmp_path / "flux.zip"


def pau(flux: Path, **tables: Any) -> Settings:
    """The territory "pau" with one feed "flux", a zip, and one hotspot."""
    document: dict[str, Any] = {
        "territory": {"id": "pau", "name": "Pau", "lat": 43.2946, "lon": -0.3716, "department": "64"},
        "feed": [{"name": "flux", "format": "datatourisme", "url": str(flux)}],
        "hotspot": [{"id": "gare", "name": "Gare", "lat": 43.291, "lon": -0.369}],
    }
    return make_settings(document | tables, flux.parent, {})


@pytest.fixture
def settings(flux: Path) -> Settings:
    return pau(flux)


@pytest.fixture
def feed(store: Store, settings: Settings) -> StoredFeed:
    """The only feed of a store that was just seeded."""
    return seeded(store, settings)[0]


def seeded(store: Store, settings: Settings) -> list[StoredFeed]:
    with store.writing() as connection:
        seed(connection, store.dialect, settings)
        return feeds_of(connection, settings.territory.id, settings.territory.timezone)


@pytest.fixture
def now() -> Callable[[], datetime]:
    """A clock that goes on by a second each time it is read."""
    return make_clock()


def make_clock(moment: datetime = AUGUST) -> Callable[[], datetime]:
    def read() -> datetime:
        nonlocal moment
        moment += timedelta(seconds=1)
        return moment

    return read
