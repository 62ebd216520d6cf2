"""A served territory in a temporary database: handlers, templates and middleware are the real ones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sejour.app import create_app
from sejour.demo.run import demo_house
from sejour.domain.catalogue import NOTHING_SAID, build_catalogue
from sejour.domain.curation import Curation
from sejour.domain.offer import Offer
from sejour.domain.weather import Forecast
from sejour.house import House
from sejour.live import Territory, Weathering
from sejour.search import build_index
from sejour.settings import make_settings
from sejour.store.engine import Store
from sejour.store.portal import Hotspot
from sejour.tally import Tally
from tests.builders import AUGUST, PARIS, ROYALE

OLD = "oldoldoldo"  # the id of a twin of the first offer
GONE = "gonegonego"  # the id of what was offered once
HOTSPOTS = {"royale": Hotspot("royale", "Place Royale", ROYALE)}


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The demonstration, on a Thursday of August at 15 h 40."""
    house = demo_house(tmp_path_factory.mktemp("demo"), lambda: datetime(2026, 8, 13, 15, 40, tzinfo=PARIS))
    yield house
    house.store.close()


@pytest.fixture
def client(demonstration: House) -> TestClient:
    return TestClient(create_app(demonstration), base_url="https://testserver")


@dataclass
class FakeLive:
    """A territory of a few offers, with no database behind."""

    territory: Territory
    forecast: Any = None

    @property
    def current(self) -> Territory:
        return self.territory

    def believed(self, moment: datetime) -> Any:
        return self.forecast


@pytest.fixture
def serve(tmp_path: Path) -> Callable[..., TestClient]:
    """A client on a territory of the given offers."""

    def serving(
        *offers: Offer,
        moment: datetime = AUGUST,
        forecast: Forecast | None = None,
        public_url: str = "",
        said: Curation = NOTHING_SAID,
        **territory: Any,
    ) -> TestClient:
        settings = make_settings(
            {"service": {"public_url": public_url}, "territory": {"id": "pau", "name": "Pau", "lat": ROYALE.lat, "lon": ROYALE.lon, **territory}},
            environment={},
        )
        catalogue = build_catalogue(offers, moment, said=said)
        live: Any = FakeLive(
            Territory(catalogue, build_index(catalogue.offers), {OLD: offers[0].id} if offers else {}, frozenset({GONE}), HOTSPOTS, moment.date()),
            forecast and Weathering(forecast, moment),
        )
        store = Store(f"sqlite:///{tmp_path / 'none.db'}")
        house = House(settings, store, live, Tally(store, "pau"), lambda: moment)
        return TestClient(create_app(house), base_url="https://testserver", raise_server_exceptions=False)

    return serving
