"""A service left to itself for days: its feeds change, fail, come back, shrink and turn to garbage; the page stays true."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sejour import schedule
from sejour.app import create_app, open_house
from sejour.domain.feed import FeedRun, Outcome
from sejour.house import House
from sejour.settings import make_settings
from sejour.store.engine import Store
from sejour.store.feeds import feeds_of
from sejour.store.migrate import migrate
from sejour.store.offers import last_run
from sejour.store.tallies import totals
from tests.builders import AUGUST, ROYALE, make_object, write_flux


def flux(path: Path, names: list[str]) -> None:
    write_flux(path, [make_object(name, f"64/{name}") for name in names])


def table(path: Path, names: list[str]) -> None:
    rows = [f"{name};{43.2950 + n / 5000};-0.3710;musée" for n, name in enumerate(names)]
    path.write_text("\n".join(["Nom;Latitude;Longitude;Type", *rows]) + "\n", encoding="utf-8")


def calendar(path: Path, names: list[str]) -> None:
    events = [
        f"BEGIN:VEVENT\r\nUID:{name}@test\r\nSUMMARY:{name}\r\nDTSTART;TZID=Europe/Paris:20260813T{17 + n % 5}0000\r\n"
        f"DTEND;TZID=Europe/Paris:20260813T{18 + n % 5}0000\r\nRRULE:FREQ=DAILY;COUNT=60\r\nGEO:43.2952;-0.3712\r\nEND:VEVENT"
        for n, name in enumerate(names)
    ]
    path.write_text("\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", *events, "END:VCALENDAR", ""]), encoding="utf-8")


FORMATS: dict[str, tuple[str, Callable[[Path, list[str]], None]]] = {
    "datatourisme": ("flux.zip", flux),
    "table": ("table.csv", table),
    "ics": ("agenda.ics", calendar),
}


@dataclass
class Source:
    """A feed's file. `taken`: the names of the last good version, which visitors see; `written`: what the file now holds."""

    format: str
    path: Path
    write: Callable[[Path, list[str]], None]
    version: int = 0
    taken: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    expected: Outcome = Outcome.DONE

    def good(self) -> None:
        self.version += 1
        names = [f"{self.format}-{n}-v{self.version}" if n < 2 else f"{self.format}-{n}" for n in range(8)]
        self.write(self.path, names)
        self.written, self.expected = set(names), Outcome.DONE

    def shrink(self) -> None:
        """To less than half: a human must agree."""
        self.write(self.path, [f"{self.format}-{n}" for n in range(2, 5)])
        self.written, self.expected = set(), Outcome.HELD

    def garbage(self) -> None:
        self.path.write_bytes(b"\x00\xff<html><body>Connexion au portail</body></html>" * 40)
        self.written, self.expected = set(), Outcome.FAILED

    def vanish(self) -> None:
        self.path.unlink()
        self.written, self.expected = set(), Outcome.FAILED


@dataclass
class Life:
    house: House
    client: TestClient
    sources: list[Source]
    clock: list[datetime]

    def pass_hours(self, hours: float) -> None:
        """The beats of a service, half an hour apart, and a visitor at each."""
        for _ in range(int(hours * 2)):
            self.clock[0] += timedelta(minutes=30)
            schedule.read_due_feeds(self.house)
            schedule.refresh(self.house)
            schedule.flush(self.house)
            for path in ("/?lang=fr", "/agenda?lang=en", "/search?q=table"):
                assert self.client.get(path).status_code == 200
            assert self.shown() <= {name for source in self.sources for name in source.taken | source.written}

    def shown(self) -> set[str]:
        return {offer.names.choose("fr")[0] for offer in self.house.live.territory.catalogue.offers}

    def run(self, source: Source) -> FeedRun:
        with self.house.store.reading() as connection:
            (stored,) = [f for f in feeds_of(connection, "pau", "Europe/Paris") if f.feed.name == source.format]
            run = last_run(connection, stored.id)
        assert run is not None
        return run


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    clock = [AUGUST.replace(hour=6)]
    sources = [Source(format, tmp_path / name, write) for format, (name, write) in FORMATS.items()]
    for source in sources:
        source.good()
    settings = make_settings(
        {"store": {"url": f"sqlite:///{tmp_path / 'life.db'}"}, "territory": {"id": "pau", "lat": ROYALE.lat, "lon": ROYALE.lon},
         "feed": [{"name": s.format, "format": s.format, "url": str(s.path), "every": "6h"} for s in sources]}, environment={})  # fmt: skip
    migrate(Store(settings.store.url))
    house = open_house(settings, lambda: clock[0])
    yield Life(house, TestClient(create_app(house), base_url="https://testserver"), sources, clock)
    house.store.close()


def test_days_of_troubles(life: Life) -> None:
    """Each trouble, then eight hours: every feed is read at least once in them, for it is due within six hours and a tenth."""
    a, b, c = life.sources
    for trouble in (a.good, b.vanish, c.garbage, b.good, a.shrink, c.good, a.garbage, b.shrink, c.vanish, b.good, a.good, c.good):
        trouble()
        life.pass_hours(8)
        for source in life.sources:
            run = life.run(source)
            assert run.outcome is source.expected, (source.format, run.reason)
            if run.outcome is Outcome.DONE:
                source.taken = source.written
            else:
                assert len(str(run.reason)) > 20 and str(run.reason).endswith((".", "?", "…")), run.reason
        assert life.shown() == {name for source in life.sources for name in source.taken}
    assert life.clock[0] - AUGUST > timedelta(days=3)


def test_counts_survive_a_stop(life: Life) -> None:
    """What was counted is written when the service stops."""
    with life.client:
        life.client.get("/?lang=fr")
    with life.house.store.reading() as connection:
        assert totals(connection, "pau")["home"] == 1


def test_several_processes_take_turns(life: Life) -> None:
    """While another process reads the feeds, this one leaves them alone."""
    with life.house.store.alone("schedule") as mine:
        assert mine
        schedule.read_due_feeds(life.house)
    assert life.shown() == set()
