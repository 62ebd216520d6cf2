"""A process that imports until it is killed: see test_kill.py."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

from providers_feed.registry import parse_of
from sejour import ingest
from sejour.domain.feed import Feed, Record
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed


@cache
def parse_here(source: Path, feed: Feed) -> list[Record]:
    return list(parse_of(feed.format)(source, feed))


def keep_importing(url: str, territory: str, feed: StoredFeed, fluxes: list[Path], begin: datetime, acknowledge: Connection, apart: bool) -> None:
    """Imports one flux after the other, for ever, and sends the moment of each import that is done; an empty text first. The clock is a
    second later at each import. Unless `apart`, a flux is parsed once, in this process: then most of its time is spent in the database."""
    if not apart:
        ingest.parse_apart = parse_here  # type: ignore[assignment]
    store, moment = Store(url), begin
    acknowledge.send("")
    for flux in itertools.cycle(fluxes):
        moment += timedelta(seconds=1)
        source = replace(feed, feed=replace(feed.feed, url=str(flux)))
        run = ingest.run_feed(store, territory, source, lambda: moment)  # noqa: B023 (called at once)
        acknowledge.send(run.started.isoformat())
