"""Offers and the runs of feeds."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from sejour.domain.feed import Decision, FeedRun
from sejour.domain.join import Sourced
from sejour.domain.offer import Offer
from sejour.store.dialect import Dialect
from sejour.store.documents import encode, offer_decoder, run_decoder, utc
from sejour.store.tables import feed, feed_run, offer, territory

RUNS_KEPT = 50  # a feed


def revision(connection: Connection, id: str) -> int:
    """The territory's revision; 0 when it is not there."""
    return connection.execute(select(territory.c.revision).where(territory.c.id == id)).scalar() or 0


def raise_revision(connection: Connection, id: str) -> None:
    """To be called in the transaction of any change that a visitor can see."""
    connection.execute(update(territory).where(territory.c.id == id).values(revision=territory.c.revision + 1))


def known_hashes(connection: Connection, feed_id: int) -> dict[str, str]:
    """{key: content hash} of what the feed gives now."""
    rows = connection.execute(select(offer.c.key, offer.c.hash).where(offer.c.feed == feed_id, offer.c.gone.is_(None)))
    return {row.key: row.hash for row in rows}


def apply(
    connection: Connection, dialect: Dialect, feed_id: int, decision: Decision, offers: Mapping[str, Offer], documents: Mapping[str, tuple[str, str]],
    moment: datetime,
) -> None:  # fmt: skip
    """Writes what `decide` decided: `documents` maps a key to its (JSON text, hash)."""
    rows = [_row(feed_id, offers[key], *documents[key], moment) for key in (*decision.added, *decision.changed)]
    if rows:
        statement = dialect.insert(offer)
        changed = {name: statement.excluded[name] for name in rows[0] if name not in ("feed", "key", "seen")}
        connection.execute(statement.on_conflict_do_update(index_elements=["feed", "key"], set_=changed), rows)
    for start in range(0, len(decision.removed), 500):
        keys = decision.removed[start : start + 500]
        connection.execute(update(offer).where(offer.c.feed == feed_id, offer.c.key.in_(keys)).values(gone=utc(moment)))


def _row(feed_id: int, o: Offer, document: str, hash: str, moment: datetime) -> dict[str, Any]:
    return {
        "feed": feed_id, "key": o.key, "id": o.id, "hash": hash, "kind": o.kind.value, "lon": o.place.lon if o.place else None,
        "lat": o.place.lat if o.place else None, "seen": utc(moment), "gone": None, "document": document,
    }  # fmt: skip


def sourced_of(connection: Connection, territory_id: str, ids: Collection[str] | None = None) -> Iterator[Sourced]:
    """Every offer that the territory's feeds give now, in the order of the feeds, which is their precedence; of these `ids` alone, when they are given."""
    documents = _given(select(offer.c.document, offer.c.seen, offer.c.feed), territory_id).execution_options(yield_per=500)
    if ids is not None:
        documents = documents.where(offer.c.id.in_(ids))
    with connection.execute(documents) as rows:  # closed when a document cannot be read, too
        for document, seen, rank in rows:
            yield Sourced(offer_decoder.decode(document), seen, rank)


def stamp_of(connection: Connection, territory_id: str) -> str:
    """What changes when anything that `sourced_of` gives does, and only then, without reading the offers."""
    digest = hashlib.blake2b(digest_size=16)
    for row in connection.execute(_given(select(offer.c.feed, offer.c.key, offer.c.hash, offer.c.seen), territory_id)):
        digest.update("\n".join(map(str, row)).encode())
    return digest.hexdigest()


def _given(asked: Select[Any], territory_id: str) -> Select[Any]:
    """Of what the territory's feeds give now, in the order of the feeds."""
    here = feed.c.territory == territory_id, feed.c.removed.is_(None), offer.c.gone.is_(None)
    return asked.join(feed, feed.c.id == offer.c.feed).where(*here).order_by(offer.c.feed, offer.c.key)


def names_of(connection: Connection, feed_id: int, keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """{key: (id, name in French)} of those that the feed gives now."""
    asked = select(offer.c.key, offer.c.id, offer.c.document).where(offer.c.feed == feed_id, offer.c.key.in_(keys), offer.c.gone.is_(None))
    return {key: (id, offer_decoder.decode(document).names.choose("fr")[0]) for key, id, document in connection.execute(asked)}


def gone_ids(connection: Connection, territory_id: str) -> list[str]:
    """The ids that the territory's feeds gave once and give no more, those of feeds that were taken away among them."""
    over = or_(offer.c.gone.is_not(None), feed.c.removed.is_not(None))
    ids = select(offer.c.id).join(feed, feed.c.id == offer.c.feed).where(feed.c.territory == territory_id, over)
    return list(connection.execute(ids).scalars())


def was_offered(connection: Connection, id: str) -> bool:
    """Did this id exist once, whatever became of it?"""
    return connection.execute(select(offer.c.id).where(offer.c.id == id).limit(1)).scalar() is not None


def keep_run(connection: Connection, feed_id: int, run: FeedRun) -> None:
    """Adds the run to the feed's history, which keeps the last RUNS_KEPT."""
    connection.execute(insert(feed_run).values(feed=feed_id, started=utc(run.started), document=encode(run)))
    old = select(feed_run.c.id).where(feed_run.c.feed == feed_id).order_by(feed_run.c.id.desc()).offset(RUNS_KEPT)
    connection.execute(delete(feed_run).where(feed_run.c.id.in_([id for (id,) in connection.execute(old)])))


def last_run(connection: Connection, feed_id: int) -> FeedRun | None:
    found = connection.execute(select(feed_run.c.document).where(feed_run.c.feed == feed_id).order_by(feed_run.c.id.desc()).limit(1)).scalar()
    return run_decoder.decode(found) if found else None
