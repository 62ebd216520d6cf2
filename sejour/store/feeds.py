"""The territory's feeds, and its seeding from sejour.toml."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from sejour.domain.feed import Feed
from sejour.errors import Conflict, NotFound
from sejour.settings import FeedSettings, Settings
from sejour.store import portal
from sejour.store.dialect import Dialect
from sejour.store.documents import content_hash, encode, utc
from sejour.store.offers import raise_revision
from sejour.store.tables import feed, territory

NO_FEED = "Ce flux n’existe pas, ou a été retiré entre-temps."  # the office reads French: not to be translated
CHANGED = "Quelqu’un a changé ce flux pendant que vous l’écriviez : rien n’est écrasé. Relisez, puis recommencez."


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A Feed with its row's id, how often it is due ("6h"), when it is (ISO 8601, UTC; None: at once), how many times in a row it failed,
    what its server said of the source that was last taken, and when the office took it away, if it did."""

    id: int
    feed: Feed
    every: str
    due: str | None = None
    failures: int = 0
    etag: str | None = None
    modified: str | None = None
    removed: str | None = None

    @property
    def version(self) -> str:
        """Another one after any change that the office made."""
        f = self.feed
        return content_hash(encode([f.name, f.format, f.url, f.map, self.every, self.removed]))


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
    """Those that are read, in the order of their precedence."""
    rows = connection.execute(select(feed).where(feed.c.territory == territory_id, feed.c.removed.is_(None)).order_by(feed.c.id))
    return [_stored(row, timezone) for row in rows]


def removed_of(connection: Connection, territory_id: str, timezone: str) -> list[StoredFeed]:
    """Those that the office took away, the last first."""
    rows = connection.execute(select(feed).where(feed.c.territory == territory_id, feed.c.removed.is_not(None)).order_by(feed.c.removed.desc()))
    return [_stored(row, timezone) for row in rows]


def feed_of(connection: Connection, territory_id: str, id: int, timezone: str) -> StoredFeed:
    """Also one that was taken away. Raises NotFound."""
    row = connection.execute(select(feed).where(feed.c.territory == territory_id, feed.c.id == id)).first()
    if row is None:
        raise NotFound(NO_FEED)
    return _stored(row, timezone)


def feed_named(connection: Connection, territory_id: str, name: str, timezone: str) -> StoredFeed | None:
    """Also one that was taken away."""
    row = connection.execute(select(feed).where(feed.c.territory == territory_id, feed.c.name == name)).first()
    return _stored(row, timezone) if row else None


def addresses_of(connection: Connection) -> set[str]:
    """Of all the feeds of all territories, those that were taken away too."""
    return set(connection.execute(select(feed.c.url)).scalars())


def add_feed(connection: Connection, territory_id: str, each: FeedSettings) -> int:
    """Its id; it is due at once."""
    values = {"territory": territory_id, "name": each.name, "format": each.format, "url": each.url, "every": each.every, "map": each.map}
    id: int = connection.execute(insert(feed).values(values).returning(feed.c.id)).scalar_one()
    return id


def change_feed(connection: Connection, territory_id: str, id: int, version: str, each: FeedSettings, timezone: str) -> None:
    """It is due at once, and read whole. Raises NotFound, and Conflict when it is no more the version that was read."""
    _unchanged(connection, territory_id, id, version, timezone)
    values = {"name": each.name, "format": each.format, "url": each.url, "every": each.every, "map": each.map}
    connection.execute(update(feed).where(feed.c.id == id).values(due=None, etag=None, modified=None, failures=0, **values))


def remove_feed(connection: Connection, territory_id: str, id: int, version: str, timezone: str, moment: datetime) -> None:
    """It is read no more and what it gave is offered no more, until it is restored. Raises as `change_feed`."""
    _unchanged(connection, territory_id, id, version, timezone)
    connection.execute(update(feed).where(feed.c.id == id).values(removed=utc(moment)))
    raise_revision(connection, territory_id)


def restore_feed(connection: Connection, territory_id: str, id: int, timezone: str) -> StoredFeed:
    """With all that it gave, as it was; due at once. Raises NotFound."""
    stored = feed_of(connection, territory_id, id, timezone)
    connection.execute(update(feed).where(feed.c.id == id).values(removed=None, due=None))
    raise_revision(connection, territory_id)
    return stored


def _unchanged(connection: Connection, territory_id: str, id: int, version: str, timezone: str) -> None:
    stored = feed_of(connection, territory_id, id, timezone)
    if stored.removed:
        raise NotFound(NO_FEED)
    if stored.version != version:
        raise Conflict(CHANGED)


def _stored(row: Row[Any], timezone: str) -> StoredFeed:
    read = Feed(row.name, row.format, row.url, timezone, map=row.map)
    return StoredFeed(row.id, read, row.every, row.due, row.failures, row.etag, row.modified, row.removed)


def taken(connection: Connection, feed_id: int, etag: str | None, modified: str | None) -> None:
    """The source was read and applied: its server need not give it again while it is the same."""
    connection.execute(update(feed).where(feed.c.id == feed_id).values(etag=etag, modified=modified))


def put_off(connection: Connection, feed_id: int, due: datetime, failures: int) -> None:
    connection.execute(update(feed).where(feed.c.id == feed_id).values(due=utc(due), failures=failures))
