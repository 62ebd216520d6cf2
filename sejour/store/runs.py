"""What the office reads of the runs of feeds: without their anomalies, of which there may be thousands, until it asks for one run."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from sejour.domain.feed import FeedRun, Outcome
from sejour.domain.text import Reason
from sejour.errors import NotFound
from sejour.store.documents import run_decoder
from sejour.store.tables import feed, feed_run, offer

NO_RUN = "Cette collecte n’est plus dans l’histoire du flux."  # the office reads French: not to be translated


@dataclass(frozen=True, slots=True)
class RunLine:
    """A FeedRun but for its anomalies: what is decoded of the document."""

    started: datetime
    ended: datetime
    outcome: Outcome
    records: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    reason: Reason | None = None
    id: int = 0

    @property
    def kept(self) -> int:
        """How many offers the feed gives after it."""
        return self.added + self.changed + self.unchanged


_decoder = msgspec.json.Decoder(RunLine)


@dataclass(frozen=True, slots=True)
class FeedState:
    """Of one feed: `last` its last run, `done` when one was last applied, `offers` how many it gives now."""

    last: RunLine | None = None
    done: datetime | None = None
    offers: int = 0


def states_of(connection: Connection, territory_id: str) -> dict[int, FeedState]:
    """By feed, in three queries however many there are."""
    mine = select(feed.c.id).where(feed.c.territory == territory_id)
    last = select(func.max(feed_run.c.id)).where(feed_run.c.feed.in_(mine)).group_by(feed_run.c.feed)
    lines = {row.feed: _line(row) for row in connection.execute(select(feed_run).where(feed_run.c.id.in_(last)))}
    applied = feed_run.c.document.contains('"outcome":"done"')  # in no text: their quotes are escaped
    done = connection.execute(
        select(feed_run.c.feed, func.max(feed_run.c.started)).where(feed_run.c.feed.in_(mine), applied).group_by(feed_run.c.feed)
    )
    dates = {id: datetime.fromisoformat(started) for id, started in done}
    given = connection.execute(select(offer.c.feed, func.count()).where(offer.c.feed.in_(mine), offer.c.gone.is_(None)).group_by(offer.c.feed))
    counts = {row[0]: row[1] for row in given}
    return {id: FeedState(lines.get(id), dates.get(id), counts.get(id, 0)) for id in lines.keys() | dates.keys() | counts.keys()}


def runs_of(connection: Connection, feed_id: int) -> list[RunLine]:
    """The last first."""
    rows = connection.execute(select(feed_run).where(feed_run.c.feed == feed_id).order_by(feed_run.c.id.desc()))
    return [_line(row) for row in rows]


def run_of(connection: Connection, feed_id: int, id: int) -> FeedRun:
    """With its anomalies. Raises NotFound."""
    found = connection.execute(select(feed_run.c.document).where(feed_run.c.feed == feed_id, feed_run.c.id == id)).scalar()
    if found is None:
        raise NotFound(NO_RUN)
    return run_decoder.decode(found)


def ids_of(connection: Connection, feed_id: int, keys: Iterable[str]) -> dict[str, str]:
    """{key: id} of the offers that a feed gave under these keys."""
    asked = select(offer.c.key, offer.c.id).where(offer.c.feed == feed_id, offer.c.key.in_(list(keys)))
    return {row.key: row.id for row in connection.execute(asked)}


def _line(row: Row[Any]) -> RunLine:
    return replace(_decoder.decode(row.document), id=row.id)
