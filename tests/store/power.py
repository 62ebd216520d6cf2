"""Power cuts, one after the other: see test_power_cut.py. Run in a mount namespace of its own, since one that another process starts meanwhile
would hold a copy of the mount, and unmounting would do nothing."""

import multiprocessing
import os
import random
import struct
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from fcntl import ioctl
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sejour.domain.curation import Pick
from sejour.errors import StoreError
from sejour.live import Live
from sejour.store import curation, offers
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed
from sejour.store.migrate import migrate
from tests.builders import AUGUST, make_object, write_flux
from tests.store.conftest import pau, seeded
from tests.store.importer import keep_importing
from tests.store.test_kill import OFFERS, KillMoments, whole
from tests.store.test_offers import make_pick

SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, struct.pack("I", 2)  # EXT4_IOC_SHUTDOWN: nothing more reaches the disk, not even its journal


class Card:
    """An ext4 in a file: the SD card of a small box."""

    def __init__(self, image: Path, folder: Path) -> None:
        self.image, self.folder = image, folder
        self.folder.mkdir()
        subprocess.run(["mkfs.ext4", "-q", self.image, "64M"], check=True)

    def mount(self) -> None:
        """After a cut the journal is played back, as when a machine starts."""
        subprocess.run(["mount", "-o", "loop", self.image, self.folder], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", self.folder], check=True)

    def cut_power(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY)
        ioctl(folder, SHUTDOWN, NO_LOG_FLUSH)
        os.close(folder)


class Office:
    """What the importer acknowledges to: after each import the office signs three picks, and is told of each that is kept."""

    def __init__(self, url: str, signed: int, imports: Connection, picks: Connection) -> None:
        self._store, self._signed, self._imports, self._picks = Store(url), signed, imports, picks

    def send(self, moment: str) -> None:
        self._imports.send(moment)
        for _ in range(3 if moment else 0):
            with self._store.writing() as connection:
                curation.say(connection, "pau", numbered(self._signed), "Léa", AUGUST)
            self._signed += 1
            self._picks.send(self._signed)


def numbered(n: int) -> Pick:
    return make_pick(f"pick-{n}")


def keep_writing(url: str, feed: StoredFeed, fluxes: list[Path], begin: datetime, signed: int, imports: Connection, picks: Connection) -> None:
    with suppress(StoreError):  # its disk is gone
        keep_importing(url, "pau", feed, fluxes, begin, Office(url, signed, imports, picks), apart=False)  # type: ignore[arg-type]


def cut_and_cut_again(folder: Path, rounds: int) -> None:
    fluxes = [
        write_flux(folder / f"{version}.zip", (make_object(f"Musée {n} version {version}", f"64/{n}") for n in range(OFFERS)))
        for version in ("old", "new")
    ]
    card, settings = Card(folder / "card.ext4", folder / "card"), pau(folder / "flux.zip")
    card.mount()
    store = Store(f"sqlite:///{card.folder / 'sejour.db'}")
    migrate(store)
    (feed,) = seeded(store, settings)
    moments, there, signed, imports = KillMoments(random.Random(2026)), "", 0, 0
    for n in range(rounds):
        fluxes.sort(key=lambda flux: flux.stem == there)  # each import changes every offer
        done, told = write_until_cut(card, moments, store.url, feed, fluxes, AUGUST + timedelta(hours=n), signed, read=n % 2 == 0)
        card.mount()
        live = Live(Store(store.url), settings)
        assert live.refresh(AUGUST)
        there = whole(store, feed, live, not_before=datetime.fromisoformat(done[-1]) if done else None)
        kept = live.territory.catalogue.said.picks
        assert kept == tuple(map(numbered, range(len(kept))))
        assert len(kept) >= told, f"round {n}: the office was told of {told} picks, {len(kept)} are kept"
        signed, imports = len(kept), imports + len(done)
    assert imports > rounds / 2 and signed > rounds / 2, f"{imports} imports and {signed} picks in {rounds} rounds prove nothing"
    card.unmount()


def write_until_cut(
    card: Card, moments: KillMoments, url: str, feed: StoredFeed, fluxes: list[Path], begin: datetime, signed: int, *, read: bool
) -> tuple[list[str], int]:
    """The moments of the imports, and the number of picks, that were acknowledged before the power was cut: not after, for a commit may
    still be acknowledged here while the cut is made. `read`: someone reads meanwhile, so that nothing can be checkpointed."""
    context = multiprocessing.get_context("forkserver")  # what the processes import is imported once
    context.set_forkserver_preload([__name__])
    (imports, acknowledge), (picks, tell) = context.Pipe(duplex=False), context.Pipe(duplex=False)
    process = context.Process(target=keep_writing, args=(url, feed, fluxes, begin, signed, acknowledge, tell))
    with imports, picks, Store(url).reading() if read else nullcontext() as reader:
        if reader:
            offers.revision(reader, "pau")
        process.start()
        acknowledge.close(), tell.close()
        assert imports.recv() == ""
        done = [*moments.wait(imports), *waiting(imports)]
        told = [signed, *waiting(picks)][-1]
        card.cut_power()
        process.kill()
        process.join()
    card.unmount()
    return done, told


def waiting(pipe: Connection) -> Iterator[Any]:
    while pipe.poll():
        yield pipe.recv()
