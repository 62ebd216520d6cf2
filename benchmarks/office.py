"""The office's pages over MANY cards: those of the source, repeated, each under an id of its own. Server time, with the test client's own."""

import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from starlette.testclient import TestClient

from sejour.app import create_app, open_house
from sejour.domain.catalogue import build_catalogue
from sejour.domain.offer import Offer, offer_id
from sejour.domain.staff import Role
from sejour.house import House
from sejour.search import build_index
from sejour.settings import Settings
from sejour.store.sessions import open_session
from sejour.store.staff import add_staff
from sejour.web.office.signed import COOKIE

MANY = 15_000
ROUNDS = 15
PAGES = {
    "list": "/office/offers", "search": "/office/offers?q=chatau", "filter and sort": "/office/offers?only=check&sort=commune&page=3",
    "home": "/office/", "morning": "/office/morning", "a card": "/office/offers/{id}",
}  # fmt: skip


def office_rows(settings: Settings, moment: datetime) -> Iterator[tuple[str, str, str]]:
    """(what, its median, beside what) of each page; the goal is 200 ms."""
    house = open_house(settings, lambda: moment)
    id = _crowd(house, moment)
    client = TestClient(create_app(house), base_url="https://testserver", headers={"sec-fetch-site": "same-origin"})
    token = secrets.token_urlsafe(32)
    with house.store.writing() as connection:
        account = add_staff(connection, settings.territory.id, "bench", "Bench", Role.EDITOR, "", moment)
        open_session(connection, account, token, "bench", moment, proven=True)
    client.cookies.set(COOKIE, token, domain="testserver.local")
    for name, path in PAGES.items():
        first, times = _ms(client, path.format(id=id)), [_ms(client, path.format(id=id)) for _ in range(ROUNDS)]
        yield f"office, {name}, {MANY} cards", f"{statistics.median(times):.0f} ms", f"the first time {first:.0f} ms"
    house.store.close()


def _crowd(house: House, moment: datetime) -> str:
    """Puts MANY cards in the place of the territory's; the id of one that its sources give."""
    source = house.live.territory.catalogue.offers
    offers: list[Offer] = list(source)
    while len(offers) < MANY:
        offers += [replace(offer, id=offer_id("bench", f"{len(offers)} {offer.id}")) for offer in source[: MANY - len(offers)]]
    catalogue = build_catalogue(offers, moment.astimezone(house.settings.zone))
    house.live.current = replace(house.live.territory, catalogue=catalogue, search=build_index(catalogue.offers))
    return source[0].id


def _ms(client: TestClient, path: str) -> float:
    started = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200, path
    return (time.perf_counter() - started) * 1000
