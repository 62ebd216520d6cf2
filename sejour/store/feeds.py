"""The territory's feeds, and its seeding from sejour.toml."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from sejour.domain.feed import Feed
from sejour.settings import FeedSettings, Settings
from sejour.store import portal
from sejour.store.dialect import Dialect
from sejour.store.documents import utc
from sejour.store.tables import feed, territory


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A Feed with its row's id, how often it is due ("6h"), when it is (ISO 8601, UTC; None: at once), how many times in a row it failed, and
    what its server said of the source that was last taken."""

    id: int
    feed: Feed
    every: str
    due: str | None = None
    failures: int = 0
    etag: str | None = None
    modified: str | None = None


def seed(connection: Connection, dialect: Dialect, settings: Settings) -> None:
    """Adds what sejour.toml names and the database does not hold yet; changes nothing that is there: the office edits the database."""
    id = settings.territory.id
    connection.execute(dialect.insert(territory).values(id=id, revision=0).on_conflict_do_nothing())
    add_feeds(connection, dialect, id, settings.feed)
    portal.add_hotspots(connection, dialect, id, settings.hotspot)


def add_feeds(connection: Connection, dialect: Dialect, territory_id: str, feeds: Iterable[FeedSettings]) -> None:
    for each in feeds:
        values = {"territory": territory_id, "name": each.name, "format": each.format, "url": each.url, "every": each.every, "map": each.map}
        connection.execute(dialect.insert(feed).values(values).on_conflict_do_nothing(index_elements=["territory", "name"]))


def feeds_of(connection: Connection, territory_id: str, timezone: str) -> list[StoredFeed]:
    rows = connection.execute(select(feed).where(feed.c.territory == territory_id).order_by(feed.c.id))
    return [
        StoredFeed(row.id, Feed(row.name, row.format, row.url, timezone, map=row.map), row.every, row.due, row.failures, row.etag, row.modified)
        for row in rows
    ]


def taken(connection: Connection, feed_id: int, etag: str | None, modified: str | None) -> None:
    """The source was read and applied: its server need not give it again while it is the same."""
    connection.execute(update(feed).where(feed.c.id == feed_id).values(etag=etag, modified=modified))


def put_off(connection: Connection, feed_id: int, due: datetime, failures: int) -> None:
    connection.execute(update(feed).where(feed.c.id == feed_id).values(due=utc(due), failures=failures))
