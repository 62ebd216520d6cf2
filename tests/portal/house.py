"""A served territory with gateways: real handlers, pages and database; the gateways and the phones are played."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from httpx2 import Response
from starlette.testclient import TestClient

from captive_portal.doors import poll_secret
from sejour.app import create_app
from sejour.domain.catalogue import build_catalogue
from sejour.domain.offer import Contact, ContactType, Kind
from sejour.domain.place import Place
from sejour.house import House
from sejour.live import Territory
from sejour.search import build_index
from sejour.settings import Settings, make_settings
from sejour.store.engine import Store
from sejour.store.feeds import seed
from sejour.store.portal import Hotspot
from sejour.tally import Tally
from tests.builders import AUGUST, ROYALE, make_offer

PUBLIC = "https://portail.exemple"
PHONE = "10.41.0.7"
OFFERS = [
    make_offer(
        "Musée du Kiosque", hours="24/7", contacts=(Contact(ContactType.PHONE, "+33559000000"), Contact(ContactType.WEB, "https://musee.exemple/"))
    ),
    make_offer("Halles", kind=Kind.MARKET, hours="24/7", contacts=(Contact(ContactType.BOOKING, "https://reserver.exemple/"),)),
]
HOTSPOTS = [Hotspot("royale", "Place Royale", ROYALE), Hotspot("jardin", "Jardin public", Place(43.2960, -0.3700), "parc", ("borne-3",)),
            Hotspot("mairie", "Mairie", Place(43.2950, -0.3720), "mairie", ("mairie-01", "10.99.0.0/16"))]  # fmt: skip


@dataclass
class Portal:
    """`gateways` by id are (kind, secret, settings); the clock is moved by hand."""

    folder: Path
    store: Store
    settings: Settings
    moment: datetime = AUGUST

    def house(self) -> House:
        catalogue = build_catalogue(OFFERS, AUGUST)
        territory = Territory(catalogue, build_index(catalogue.offers), {}, frozenset(), {h.id: h for h in HOTSPOTS}, AUGUST.date())
        live: Any = _Live(territory)
        return House(self.settings, self.store, live, Tally(self.store, "pau"), lambda: self.moment)

    def serve(self, address: str = PHONE, base: str = PUBLIC) -> TestClient:
        """A phone's browser: no cookie, no redirect followed unless told."""
        self.served = self.house()
        return TestClient(create_app(self.served), base_url=base, client=(address, 50_000), follow_redirects=False, raise_server_exceptions=False)

    def passes(self, **time: float) -> None:
        self.moment += timedelta(**time)

    def counted(self, action: str) -> int:
        return sum(count for line, count in self.served.tally._counts.items() if line.action == action)

    def poll_path(self, gateway: str) -> str:
        file = next(each.secret_file for each in self.settings.gateway if each.id == gateway)
        return f"/portal/{gateway}/poll/{poll_secret(gateway, Path(file).read_bytes().strip())}"


@dataclass
class _Live:
    territory: Territory
    forecast: Any = None

    @property
    def current(self) -> Territory:
        return self.territory

    def believed(self, moment: datetime) -> Any:
        return None


def make_portal(folder: Path, store: Store, gateways: Iterable[tuple[str, str, bytes, dict[str, Any]]], **service: Any) -> Portal:
    (folder / "secret").write_bytes(b"le secret du service\n")
    told = []
    for id, kind, secret, more in gateways:
        (folder / f"{id}.secret").write_bytes(secret + b"\n")
        told.append({"id": id, "kind": kind, "secret_file": f"{id}.secret", **more})
    document = {"service": {"public_url": PUBLIC} | service, "gateway": told,
                "territory": {"id": "pau", "name": "Pau", "lat": ROYALE.lat, "lon": ROYALE.lon, "phone": "+33559272708"}}  # fmt: skip
    settings = make_settings(document, folder, {})
    with store.writing() as connection:
        seed(connection, store.dialect, settings)
    return Portal(folder, store, settings)


def state_of(page: Response) -> str:
    return page.text.partition('name="state" value="')[2].partition('"')[0]


def press(phone: TestClient, page: Response, lang: str = "fr") -> Response:
    """The button of a page, as a browser without script presses it."""
    action = page.text.partition('class="login" method="post" action="')[2].partition('"')[0]
    return phone.post(action, data={"state": state_of(page), "lang": lang})


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
