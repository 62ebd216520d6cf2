"""Several processes serve one PostgreSQL database: one of them reads each feed, all show it, and no count is lost."""

import asyncio
import contextlib
import http.client
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from sqlalchemy import text

from sejour.app import open_house
from sejour.schedule import heartbeat
from sejour.settings import make_settings
from sejour.store.engine import Store
from sejour.store.migrate import migrate
from sejour.store.tallies import totals
from tests.builders import AUGUST, make_object, make_visit, write_flux
from tests.journeys.conftest import Service, sejour
from tests.postgres import Cluster, cluster

__all__ = ["cluster"]

Start = Callable[..., Service]
LINES = 16
PATIENCE = 90.0  # seconds: the machine may be busy with something else
LATE = 30.0  # seconds; 5 when it is not
PHONE = {"User-Agent": "Mozilla/5.0 (Android 14; Mobile)"}  # a robot is not counted


@dataclass
class Office:
    config: Path
    flux: Path
    store: Store

    def publish(self, name: str) -> None:
        """Another version of its feed, which is due."""
        write_flux(self.flux, [make_object(f"{name} {n}", f"64/{n}") for n in range(500)])
        with self.store.writing() as connection:
            connection.execute(text("UPDATE feed SET due = NULL"))

    def runs(self) -> int:
        with self.store.reading() as connection:
            return int(connection.execute(text("SELECT count(*) FROM feed_run")).scalar_one())

    def counted(self) -> int:
        with self.store.reading() as connection:
            return totals(connection, "pau")["home"]


@pytest.fixture
def office(cluster: Cluster, tmp_path: Path) -> Iterator[Office]:
    with cluster.database("prepared") as url:
        config, flux = tmp_path / "sejour.toml", tmp_path / "flux.zip"
        config.write_text(f'[store]\nurl = "{url}"\n[territory]\nid = "pau"\n[[feed]]\nname = "flux"\nformat = "datatourisme"\nurl = "{flux}"\n')
        store = Store(url)
        yield Office(config, flux, store)
        store.close()


class Line(http.client.HTTPConnection):
    """A connection that stays, and so the worker at its other end."""

    def __init__(self, service: Service) -> None:
        super().__init__(service.base.removeprefix("http://"), timeout=PATIENCE)
        self.connect()
        self.port_here = self.sock.getsockname()[1]

    def get(self, path: str) -> tuple[int, str]:
        self.request("GET", path, headers=PHONE)
        answer = self.getresponse()
        return answer.status, answer.read().decode()


@contextlib.contextmanager
def lines_to_both(service: Service) -> Iterator[dict[int, list[Line]]]:
    """{worker: the connections that it took} of LINES connections, once each of the two workers took some."""
    end = time.monotonic() + PATIENCE
    while True:
        lines = [Line(service) for _ in range(LINES)]
        assert {line.get("/healthz")[0] for line in lines} == {200}
        taken = {worker: [line for line in lines if line.port_here in ports] for worker, ports in ports_of_workers(service).items()}
        if len(taken) == 2:
            break
        for line in lines:
            line.close()
        assert time.monotonic() < end
        time.sleep(0.1)
    try:
        yield taken
    finally:
        for line in lines:
            line.close()


def ports_of_workers(service: Service) -> dict[int, set[int]]:
    """{process: the ports of those it talks to}."""
    found = {}
    for process in psutil.Process(service.process.pid).children():
        with contextlib.suppress(psutil.Error):  # it has just ended
            ports = {c.raddr.port for c in process.net_connections("tcp4") if c.status == psutil.CONN_ESTABLISHED}
            found[process.pid] = ports
    return {pid: ports for pid, ports in found.items() if ports}


def showing(lines: list[Line], name: str) -> int:
    """How many of them show this version of the feed. Each is asked, and so stays open."""
    return sum(f"{name} 7" in line.get("/search?lang=fr&q=7")[1] for line in lines)


def wait_until(condition: Callable[[], bool]) -> float:
    """The seconds that it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.2)
    return time.monotonic() - begun


@pytest.mark.slow
def test_one_worker_reads_a_feed_and_both_show_it(office: Office, start: Start) -> None:
    office.publish("Musée")  # due when both workers begin
    service = start("serve", "--config", office.config, "--workers", 2, wait=PATIENCE)
    with lines_to_both(service) as taken:
        both = [lines[0] for lines in taken.values()]
        wait_until(lambda: showing(both, "Musée") == 2)
        assert office.runs() == 1
        office.publish("Château")
        wait_until(lambda: showing(both, "Château") > 0)
        assert wait_until(lambda: showing(both, "Château") == 2) < LATE
        assert len({line.get("/healthz")[1].partition(',"offers"')[0] for line in both}) == 1  # the same revision
        killed = [psutil.Process(worker) for worker in taken]
        for worker in killed:
            worker.kill()
    psutil.wait_procs(killed, PATIENCE)
    with lines_to_both(service) as taken:  # two others took their place
        assert showing([line for lines in taken.values() for line in lines], "Château") == LINES
    assert office.runs() == 2


def test_no_count_is_lost(office: Office, start: Start) -> None:
    office.publish("Musée")
    service = start("serve", "--config", office.config, "--workers", 2, wait=PATIENCE)
    asked, answered, lock = 0, 0, threading.Lock()

    def ask(line: Line) -> int:
        nonlocal asked, answered
        with lock:
            asked += 1
        status, _ = line.get("/?lang=fr")
        with lock:
            answered += 1
        return status

    def ask_on(line: Line) -> set[int]:
        return {ask(line) for _ in range(13)}

    def ask_until_it_stops(line: Line) -> set[int]:
        seen = set[int]()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                seen.add(ask(line))
        return seen

    with lines_to_both(service) as taken, ThreadPoolExecutor(LINES) as pool:
        lines = [line for mine in taken.values() for line in mine]
        assert set().union(*pool.map(ask_on, lines)) == {200}
        assert answered == 13 * LINES > 200
        asking = [pool.submit(ask_until_it_stops, line) for line in lines]
        time.sleep(1)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(PATIENCE)
        assert set().union(*(each.result() for each in asking)) == {200}
    assert answered <= office.counted() <= asked


def test_a_stop_waits_for_the_count_that_is_being_written(tmp_path: Path) -> None:
    """It did not, and the process was gone before."""
    settings = make_settings({"store": {"url": f"sqlite:///{tmp_path / 'sejour.db'}"}, "territory": {"id": "pau"}}, environment={})
    store = Store(settings.store.url)
    migrate(store)
    house = open_house(settings, lambda: AUGUST)
    house.tally.add("home", make_visit())

    async def live_and_stop() -> None:
        with store.writing():  # another process writes
            beat = asyncio.create_task(heartbeat(house))
            await asyncio.sleep(0.5)
            beat.cancel()
        await asyncio.wait([beat])
        with store.reading() as connection:
            assert totals(connection, "pau") == {"home": 1}

    with ThreadPoolExecutor(1) as thread:  # the browser's tests leave a loop running in this one
        thread.submit(asyncio.run, live_and_stop()).result()


def test_a_database_that_is_not_ready_is_refused_before_listening(cluster: Cluster, tmp_path: Path) -> None:
    """It was not: the workers crashed, and were started again, for ever."""
    config = tmp_path / "sejour.toml"
    with cluster.database() as url:
        config.write_text(f'[store]\nurl = "{url}"\n')
        done = sejour("serve", "--config", config, "--workers", 2, "--port", 0, timeout=30)
    assert (done.code, done.out, "sejour migrate" in done.err) == (1, "", True)
    assert len(done.err.strip().splitlines()) == 1


def test_a_turn_ends_with_an_error_too(cluster: Cluster) -> None:
    """It did not: after one, no process read any feed."""
    with cluster.database() as url:
        mine, theirs = Store(url), Store(url)
        with contextlib.suppress(ZeroDivisionError), mine.alone("schedule") as turn:
            assert turn
            raise ZeroDivisionError
        for store in (theirs, mine, theirs):
            with store.alone("schedule") as turn:
                assert turn
        with mine.alone("schedule"), theirs.alone("schedule") as turn:
            assert not turn
        mine.close(), theirs.close()
