"""`python -m benchmarks pages`: what a page costs the server, beside a bare Starlette answer of the same process in the same rounds.

One uvicorn as `sejour serve` runs it, on a made country (national.py); both applications side by side, so that the interpreter, the event loop and the
machine are the same. Batches of requests go over CONNECTIONS kept alive; what counts is the processor time that the server's process took for them, by its
ratio to that of the bare answer: microseconds belong to the machine. The clock stands still, as it does for a page within a minute.
"""

import argparse
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import psutil
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.national import DAY, SEED, make_country
from sejour.app import create_app
from sejour.domain.catalogue import KINDS, Catalogue, tree_of
from sejour.domain.offer import Contact, ContactType, Kind, Offer, Prices
from sejour.domain.place import Place
from sejour.domain.text import LocalText
from sejour.domain.weather import SKIES, Sky, steady
from sejour.house import House
from sejour.live import Live, Territory
from sejour.search import build_index
from sejour.serving import run
from sejour.settings import make_settings
from sejour.store.engine import Store
from sejour.store.migrate import migrate
from sejour.store.portal import Hotspot
from sejour.tally import Tally

MOMENT = DAY + timedelta(hours=15, minutes=40)
CONNECTIONS = 16
WARM = 5_000  # personalised pages before the rounds: a service that has been up for a while
PHONE = (
    "Host: sejour.example\r\nUser-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36\r\n"
    "Accept: text/html\r\nAccept-Language: fr-FR,fr;q=0.9,en;q=0.8\r\nAccept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
)
PLAIN, SPENT = "/plain", "/spent"
GOALS = {"uncached": 0.15, "cached": 0.75, "not modified": 0.75}
THEMES = {
    Kind.SIGHT: ("museum", "castle", "garden", "viewpoint"), Kind.ACTIVITY: ("walk", "zoo", "bowling"), Kind.RESTAURANT: ("bistro", "cafe"),
    Kind.EVENT: ("concert", "exhibition"), Kind.MARKET: ("market",), Kind.SHOP: ("producers_shop",), Kind.LODGING: ("hotel",),
    Kind.SERVICE: ("toilets", "water", "pharmacy", "parking", "bus", "train", "laundry"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """`ask(n)` is the path of the n-th request, with headers of its own if any; `status` what each answer must say."""

    name: str
    ask: Callable[[int], tuple[str, str]]
    status: bytes = b"200"


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks pages", description="What a page costs, beside a bare answer in the same rounds.")
    parser.add_argument("--offers", type=int, default=15_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batch", type=int, default=320, help="requests of each case in a round")
    asked = parser.parse_args(arguments)
    with _served(asked.offers) as (port, server):
        client = Client(port)
        cases = _cases(client, asked.offers)
        client.send(cases[1], WARM)
        times: dict[str, list[float]] = {case.name: [] for case in cases}
        for n in range(asked.rounds + 1):
            for case in cases:
                before = client.spent()
                client.send(case, asked.batch)
                if n:  # the first round warms up
                    times[case.name].append((client.spent() - before) / asked.batch * 1e6)
        resident = server.memory_info().rss / 2**20
    print(f"{asked.offers} offers, {asked.rounds} rounds of {asked.batch}, load average {os.getloadavg()[0]:.1f}, resident {resident:.0f} MB\n")
    print("| answer | processor µs | of the bare answer's pace, median of the rounds | least, most | goal |\n|---|---|---|---|---|")
    bare = times[cases[0].name]
    for name, taken in times.items():
        paces = [mine / other for mine, other in zip(bare, taken, strict=True)]
        goal = f"{GOALS[name]:.0%}" if name in GOALS else ""
        print(f"| {name} | {statistics.median(taken):.0f} | {statistics.median(paces):.1%} | {min(paces):.1%}, {max(paces):.1%} | {goal} |")


def _cases(client: "Client", offers: int) -> list[Case]:
    places = _places(offers)
    same = "/?h=h1&lang=fr"
    client.send(Case("first", lambda n: (same, "")), 1)
    etag = client.header(b"etag")
    return [
        Case("bare", lambda n: (PLAIN, "")),
        Case("uncached", lambda n: (f"/?lat={next(places)}&lang=fr", "")),
        Case("uncached, a detail", lambda n: (f"/o/{n % offers:010d}?lat={next(places)}&lang=fr", "")),
        Case("cached", lambda n: (same, "")),
        Case("not modified", lambda n: (same, f"If-None-Match: {etag}\r\n"), b"304"),
    ]


def _places(offers: int) -> Iterator[str]:
    """Where offers are; never the same again."""
    country, random = make_country(offers).catalogue, np.random.default_rng(SEED)
    while True:
        beside = random.integers(offers)
        yield f"{country.lat[beside] + random.normal(0, 0.003):.5f}&lon={country.lon[beside] + random.normal(0, 0.004):.5f}"


class Client:
    """Blocking sockets, kept alive: each batch is sent over all, then read from all."""

    def __init__(self, port: int) -> None:
        self.sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
        self.last = b""

    def send(self, case: Case, count: int) -> None:
        for first in range(0, count, CONNECTIONS):
            busy = self.sockets[: count - first]
            for n, connection in enumerate(busy, first):
                path, more = case.ask(n)
                connection.sendall(f"GET {path} HTTP/1.1\r\n{PHONE}{more}\r\n".encode())
            for connection in busy:
                self.last = _answer(connection)
                if not self.last.startswith(b"HTTP/1.1 " + case.status):
                    raise SystemExit(f"{case.name}: {self.last[:200]!r}")

    def spent(self) -> float:
        """Seconds of processor of the server, until now."""
        self.send(Case("spent", lambda n: (SPENT, "")), 1)
        return float(self.last.rpartition(b"\n")[2])

    def header(self, name: bytes) -> str:
        lines = self.last.partition(b"\r\n\r\n")[0].split(b"\r\n")
        return next(value.decode() for key, _, value in (line.partition(b": ") for line in lines) if key.lower() == name)


def _answer(connection: socket.socket) -> bytes:
    """The head and the whole body."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65_536)
    head, _, body = read.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def _served(offers: int) -> Iterator[tuple[int, psutil.Process]]:
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        free.close()
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(offers, port, folder), daemon=True)
        process.start()
        try:
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.1)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.join()


def _serve(offers: int, port: int, folder: str) -> None:
    store = Store(f"sqlite:///{Path(folder) / 'bench.db'}")
    migrate(store)
    settings = make_settings({"territory": {"id": "bench", "name": "Bench", "lat": 46.6, "lon": 2.4}}, environment={})
    live, catalogue = Live(store, settings), _furnished(make_country(offers).catalogue)
    hotspots = {f"h{n}": Hotspot(f"h{n}", f"Borne {n}", Place(46.6 + n / 50, 2.4)) for n in range(6)}
    live.current = Territory(catalogue, build_index(catalogue.offers), {}, frozenset(), hotspots, MOMENT.date())
    live.take_forecast(steady(SKIES[Sky.FAIR], MOMENT), MOMENT)
    house = House(settings, store, live, Tally(store, "bench"), lambda: MOMENT)
    ours, bare = create_app(house), Starlette(routes=[Route(PLAIN, _plain), Route(SPENT, _spent)])
    run(_beside(ours, bare), "127.0.0.1", port)


def _beside(ours: ASGIApp, bare: ASGIApp) -> ASGIApp:
    """Our heartbeat does not start: nothing else than the answers is measured."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        app = bare if scope["type"] == "lifespan" or scope["path"] in (PLAIN, SPENT) else ours
        await app(scope, receive, send)

    return both


async def _plain(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def _spent(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"\n{time.process_time()}")


def _furnished(catalogue: Catalogue) -> Catalogue:
    """The same with something to read on each card: a name in two languages, a theme, a phone, a price on every second, a site on every third."""
    offers = []
    for n, (kind, lat, lon) in enumerate(zip(catalogue.kind.tolist(), catalogue.lat.tolist(), catalogue.lon.tolist(), strict=True)):
        themes = THEMES[KINDS[kind]]
        phone, site = Contact(ContactType.PHONE, f"+335590{n % 10_000:05d}"), Contact(ContactType.WEB, f"https://offre-{n}.example/")
        prices = (Prices(free=True), None, Prices(free=False, min=4.5 + n % 9, max=20.0), None)[n % 4]
        names = LocalText({"fr": f"L’offre d’été n° {n} & compagnie", "en": f"Summer offer {n} & co"})
        offers.append(Offer(f"{n:010d}", str(n), "bench", KINDS[kind], names, themes=(themes[n % len(themes)],), place=Place(lat, lon),
                            contacts=(phone, site) if n % 3 == 0 else (phone,), prices=prices))  # fmt: skip
    index = {offer.id: n for n, offer in enumerate(offers)}
    return replace(catalogue, offers=tuple(offers), index=index, tree=tree_of(catalogue.lat, catalogue.lon))
