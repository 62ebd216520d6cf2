"""An import killed with -9 at any moment leaves the old version or the new one, never a mix."""

import multiprocessing
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import text

from sejour.live import Live
from sejour.settings import Settings
from sejour.store import curation, offers
from sejour.store.documents import utc
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed
from tests.builders import AUGUST, make_object, write_flux
from tests.store.conftest import seeded
from tests.store.importer import keep_importing
from tests.store.test_offers import make_pick

OFFERS = 200
LONGEST_START = 2.0  # seconds, from the kill to a Catalogue (trust.md 3.3)


@pytest.fixture
def fluxes(tmp_path: Path) -> list[Path]:
    """Two versions of a flux, told apart by every name in them."""
    return [
        write_flux(tmp_path / f"{version}.zip", (make_object(f"Musée {n} version {version}", f"64/{n}") for n in range(OFFERS)))
        for version in ("old", "new")
    ]


def test_an_import_killed_at_any_moment(sqlite_store: Store, settings: Settings, fluxes: list[Path], audit: bool) -> None:
    rounds = 1_000 if audit else 50
    (feed,) = seeded(sqlite_store, settings)
    picks, imports, there = [], 0, ""
    moments = KillMoments(random.Random(2026))
    for n in range(rounds):
        begin, fluxes = AUGUST + timedelta(hours=n), sorted(fluxes, key=lambda flux: flux.stem == there)  # each import changes every offer
        done = import_until_killed(sqlite_store.url, feed, fluxes, begin, moments, apart=n % 5 == 0)
        imports += len(done)

        killed = time.monotonic()
        live = Live(Store(sqlite_store.url), settings)
        assert live.refresh(AUGUST)
        assert time.monotonic() - killed < LONGEST_START
        assert live.territory.catalogue.said.picks == tuple(picks)
        there = whole(sqlite_store, feed, live, not_before=done[-1] if done else None)

        picks.append(make_pick(f"pick-{n}"))
        with sqlite_store.writing() as connection:
            curation.say(connection, "pau", picks[-1], "Léa", AUGUST)
    assert imports > rounds / 2  # else it was killed too early to prove anything


class KillMoments:
    """Waits for up to two imports and a random part of the next one; counts in imports, not in seconds, since machines differ."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._one_takes = 0.05  # seconds, as last seen

    def wait(self, acknowledged: Connection) -> list[str]:
        done, begun = list[str](), time.monotonic()
        for _ in range(self._dice.randint(0, 2)):
            done.append(acknowledged.recv())
            self._one_takes = (time.monotonic() - begun) / len(done)
        time.sleep(self._dice.uniform(0, self._one_takes))
        return done


def whole(store: Store, feed: StoredFeed, live: Live, not_before: datetime | None) -> str:
    """The only version that is there; "" before the first import."""
    with store.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        seen = set(connection.execute(text("SELECT seen FROM offer")).scalars())
        run = offers.last_run(connection, feed.id)
    if run is None:
        assert (seen, not_before) == (set(), None)
        return ""
    names = [offer.names.choose("fr")[0] for offer in live.territory.catalogue.offers]
    assert len(names) == OFFERS
    (version,) = {name.rpartition(" ")[2] for name in names}
    assert len(seen) == 1 and max(seen) <= utc(run.started)  # all came with one run; later ones changed them
    assert not_before is None or run.started >= not_before  # what was done is not undone
    return version


def import_until_killed(url: str, feed: StoredFeed, fluxes: list[Path], begin: datetime, moments: KillMoments, *, apart: bool) -> list[datetime]:
    """The clock of each import that was done before the process was killed."""
    context = multiprocessing.get_context("forkserver")  # what the processes import is imported once
    context.set_forkserver_preload(["tests.store.importer"])
    acknowledged, acknowledge = context.Pipe(duplex=False)
    process = context.Process(target=keep_importing, args=(url, "pau", feed, fluxes, begin, acknowledge, apart))
    process.start()
    acknowledge.close()
    with acknowledged:
        assert acknowledged.recv() == ""
        done = moments.wait(acknowledged)
        process.kill()
        process.join()
        done += received(acknowledged)
    process.close()
    return [datetime.fromisoformat(moment) for moment in done]


def received(pipe: Connection) -> Iterator[str]:
    while True:
        try:
            yield pipe.recv()
        except (EOFError, OSError):  # OSError: killed in the middle of a message
            return
