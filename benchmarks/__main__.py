"""`python -m benchmarks [FLUX]`: the main job, from a flux to a page, with its peers in the same rounds. `python -m benchmarks ranking`: the ranking
alone, over many more offers (see ranking.py); `python -m benchmarks pages`: what a page costs the server (see pages.py).

The flux is ../shared's real one where it lies, else the demonstration's. Times are medians over interleaved rounds on this machine;
what counts is the ratio to the peer. Prints one table.
"""

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psutil
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from benchmarks import pages, ranking
from benchmarks.office import office_rows
from benchmarks.peers.naive import json_row_by_row, naive_nearest
from sejour.app import create_app, open_house
from sejour.demo.flux import load_facts, write_flux
from sejour.domain.feed import Feed, gather
from sejour.domain.page import suggest
from sejour.domain.place import Place
from sejour.domain.visit import Visit
from sejour.ingest import run_feed
from sejour.settings import Settings, make_settings
from sejour.store.engine import Store
from sejour.store.feeds import feeds_of
from sejour.store.migrate import migrate

SHARED = Path(__file__).resolve().parents[2] / "shared/feeds/datatourisme/flux-touraine-2020.zip"
ROUNDS = 5
Row = tuple[str, str, str]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, moment, place = _source(Path(folder))
        print(f"flux: {source.name}, {len(zipfile.ZipFile(source).namelist())} files · load average {os.getloadavg()[0]:.1f}\n")
        settings = make_settings(
            {"store": {"url": f"sqlite:///{folder}/bench.db"}, "feed": [{"name": "bench", "format": "datatourisme", "url": str(source)}],
             "territory": {"id": "bench", "lat": place.lat, "lon": place.lon}}, environment={})  # fmt: skip
        rows = [
            *_ingest(source, settings, moment),
            *_pages(settings, moment, place),
            *office_rows(settings, moment),
            *_service(settings, Path(folder), moment),
        ]
    width = max(len(name) for name, _, _ in rows)
    for name, figure, beside in rows:
        print(f"{name:<{width}}  {figure:>12}  {beside}")


def _source(folder: Path) -> tuple[Path, datetime, Place]:
    if len(sys.argv) > 1 or SHARED.exists():
        source = Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED
        return source, datetime(2020, 9, 19, 13, 0, tzinfo=UTC), Place(47.394, 0.689)
    moment = datetime(2026, 8, 13, 13, 0, tzinfo=UTC)
    write_flux(load_facts(), moment.date(), folder / "demo.zip")
    return folder / "demo.zip", moment, Place(43.2946, -0.3716)


def _ms(action: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def _ingest(source: Path, settings: Settings, moment: datetime) -> Iterator[Row]:
    from providers_feed.apart import parse_apart

    feed = Feed("bench", "datatourisme", str(source))
    read = _ms(lambda: gather(parse_apart(source, feed)), ROUNDS)
    yield "read the source, in a child", f"{read:.0f} ms", ""

    def whole() -> None:
        for path in Path(settings.store.url.removeprefix("sqlite:///")).parent.glob("bench.db*"):
            path.unlink()
        store = Store(settings.store.url)
        migrate(store)
        house = open_house(settings, lambda: moment)
        with store.reading() as connection:
            (stored,) = feeds_of(connection, settings.territory.id, settings.territory.timezone)
        run_feed(store, settings.territory.id, stored, lambda: moment)
        house.live.refresh(moment)
        house.store.close()
        store.close()

    served = _ms(whole, ROUNDS)
    naive = _ms(lambda: json_row_by_row(source, Path(settings.store.url.removeprefix("sqlite:///")).parent), 3)
    yield "from the file to a served Catalogue", f"{served:.0f} ms", f"json + commit per row, nothing checked: {naive:.0f} ms ({naive / served:.1f}x)"
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    yield "peak memory, this process or a child", f"{peak:.0f} MB", ""


def _pages(settings: Settings, moment: datetime, place: Place) -> Iterator[Row]:
    house = open_house(settings, lambda: moment)
    catalogue, visit = house.live.territory.catalogue, Visit("bench", place, moment.astimezone(settings.zone))
    ours = _ms(lambda: suggest(catalogue, visit, 8), 200)
    naive = _ms(lambda: naive_nearest(catalogue, place), 3)
    yield "rank 8 of all, with reasons", f"{ours:.2f} ms", f"geopy loop by distance alone: {naive:.0f} ms ({naive / ours:.0f}x)"
    bare = TestClient(Starlette(routes=[Route("/", lambda request: PlainTextResponse("ok"))]))
    pages = TestClient(create_app(house), base_url="https://testserver")
    length = int(pages.get("/", headers={"Accept-Encoding": "gzip"}).headers["content-length"])
    times: dict[str, list[float]] = {"home": [], "bare": []}
    for _ in range(ROUNDS):
        times["home"].append(_ms(lambda: pages.get("/"), 40))
        times["bare"].append(_ms(lambda: bare.get("/"), 40))
    home, plain = (statistics.median(times[name]) for name in ("home", "bare"))
    yield "home, uncached, server time", f"{home - plain:.2f} ms", f"above a bare Starlette answer ({plain:.2f} ms with the test client)"
    yield "home, on the wire", f"{length} B", ""
    house.store.close()


def _service(settings: Settings, folder: Path, moment: datetime) -> Iterator[Row]:
    config = folder / "sejour.toml"
    config.write_text(
        f'[store]\nurl = "{settings.store.url}"\n[territory]\nid = "bench"\nlat = {settings.territory.lat}\nlon = {settings.territory.lon}\n'
    )
    starts, resident = [], 0.0
    for _ in range(3):
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        started = time.perf_counter()
        command = [sys.executable, "-m", "sejour", "serve", "--config", str(config), "--port", str(port)]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                    break
                except OSError:
                    time.sleep(0.01)
            starts.append((time.perf_counter() - started) * 1000)
            for _ in range(50):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/?at={moment:%Y-%m-%dT%H:%M}", timeout=5).read()
            resident = psutil.Process(process.pid).memory_info().rss / 2**20
            offers = json.loads(urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).read())["offers"]
            process.terminate()
    yield "sejour serve, to its first page", f"{statistics.median(starts):.0f} ms", f"{offers} offers"
    yield "sejour serve, resident", f"{resident:.0f} MB", "after 50 pages of another year"


if __name__ == "__main__":
    alone = {"ranking": ranking.main, "pages": pages.main}.get("".join(sys.argv[1:2]))
    alone(sys.argv[2:]) if alone else main()
