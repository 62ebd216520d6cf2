"""Phones that were let out, while it lasts, and the grants that a gateway has still to fetch. Devices and addresses are pseudonyms."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, select, update

from sejour.store.dialect import Dialect
from sejour.store.documents import utc
from sejour.store.tables import outing, polling, waiting

STALE = timedelta(minutes=30)  # openNDS forgets a phone that was not let out (preauthidletimeout)
MOST_HASHES = 20  # of one gateway: it has one, and another when its name changes


class OutingRow(NamedTuple):
    """`stage` is for the portal to know; moments are aware."""

    ref: str
    device: str
    address: str
    gateway: str
    hotspot: str
    language: str
    stage: str
    began: datetime
    ends: datetime


class WaitingRow(NamedTuple):
    gatewayhash: str
    id: str
    line: str


def begin(connection: Connection, dialect: Dialect, territory_id: str, row: OutingRow, waits: WaitingRow | None) -> bool:
    """Takes the place of the device's former outing; True when there was none that was not over."""
    former = of_phone(connection, territory_id, device=row.device)
    values = row._asdict() | {"began": utc(row.began), "ends": utc(row.ends)}
    values["state"] = values.pop("stage")
    statement = dialect.insert(outing).values(territory=territory_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["territory", "device"], set_=values))
    if waits:
        line = waits._asdict() | {"ref": row.ref, "since": utc(row.began)}
        queued = dialect.insert(waiting).values(territory=territory_id, gateway=row.gateway, **line)
        connection.execute(queued.on_conflict_do_update(index_elements=["territory", "gateway", "id"], set_=line))
        if len(hashes(connection, territory_id, row.gateway)) < MOST_HASHES:
            known = dialect.insert(polling).values(territory=territory_id, gateway=row.gateway, gatewayhash=waits.gatewayhash)
            connection.execute(known.on_conflict_do_nothing())
    return former is None or former.ends <= row.began


def of_ref(connection: Connection, territory_id: str, ref: str) -> OutingRow | None:
    return _first(connection, territory_id, outing.c.ref == ref)


def of_phone(connection: Connection, territory_id: str, *, device: str = "", address: str = "") -> OutingRow | None:
    """By its pseudonym, or by that of its address: the last one that had it. None of nothing."""
    if not (device or address):
        return None
    return _first(connection, territory_id, outing.c.device == device if device else outing.c.address == address)


def is_out(connection: Connection, territory_id: str, refs: Sequence[str], stage: str) -> None:
    connection.execute(update(outing).where(outing.c.territory == territory_id, outing.c.ref.in_(refs)).values(state=stage))


def end(connection: Connection, territory_id: str, refs: Sequence[str]) -> None:
    connection.execute(delete(outing).where(outing.c.territory == territory_id, outing.c.ref.in_(refs)))


def queue(connection: Connection, territory_id: str, gateway: str, before: datetime | None = None) -> list[WaitingRow]:
    """What waits for a gateway, since before a moment when one is told, the oldest first."""
    asked = select(waiting).where(waiting.c.territory == territory_id, waiting.c.gateway == gateway).order_by(waiting.c.number)
    rows = connection.execute(asked if before is None else asked.where(waiting.c.since < utc(before)))
    return [WaitingRow(row.gatewayhash, row.id, row.line) for row in rows]


def settle(connection: Connection, territory_id: str, gateway: str, out: Sequence[str], dropped: Sequence[str], stage: str) -> None:
    """The grants of these ids wait no more: their phones are `out`, or were never."""
    is_out(connection, territory_id, _taken(connection, territory_id, gateway, out), stage)
    end(connection, territory_id, _taken(connection, territory_id, gateway, dropped))


def hashes(connection: Connection, territory_id: str, gateway: str) -> frozenset[str]:
    """How a gateway that sent us phones names itself when it polls."""
    found = select(polling.c.gatewayhash).where(polling.c.territory == territory_id, polling.c.gateway == gateway)
    return frozenset(connection.execute(found).scalars())


def polled(connection: Connection, territory_id: str, gateway: str, gatewayhash: str, moment: datetime) -> None:
    mine = (polling.c.territory == territory_id, polling.c.gateway == gateway, polling.c.gatewayhash == gatewayhash)
    connection.execute(update(polling).where(*mine).values(polled=utc(moment)))


def last_poll(connection: Connection, territory_id: str, gateway: str) -> datetime | None:
    found = select(polling.c.polled).where(polling.c.territory == territory_id, polling.c.gateway == gateway, polling.c.polled.is_not(None))
    return max((datetime.fromisoformat(text) for text in connection.execute(found).scalars()), default=None)


def purge(connection: Connection, territory_id: str, moment: datetime) -> int:
    """Forgets the outings that are over, and the grants that nobody fetched; returns how many outings."""
    connection.execute(delete(waiting).where(waiting.c.territory == territory_id, waiting.c.since < utc(moment - STALE)))
    over = connection.execute(delete(outing).where(outing.c.territory == territory_id, outing.c.ends <= utc(moment)).returning(outing.c.ref))
    return len(over.all())


def is_due(connection: Connection, territory_id: str, moment: datetime) -> bool:
    """Whether there is something to purge: a disk is not written for nothing."""
    over = select(outing.c.ref).where(outing.c.territory == territory_id, outing.c.ends <= utc(moment)).limit(1)
    stale = select(waiting.c.id).where(waiting.c.territory == territory_id, waiting.c.since < utc(moment - STALE)).limit(1)
    return connection.execute(over).first() is not None or connection.execute(stale).first() is not None


def _taken(connection: Connection, territory_id: str, gateway: str, ids: Sequence[str]) -> list[str]:
    mine = (waiting.c.territory == territory_id, waiting.c.gateway == gateway, waiting.c.id.in_(ids))
    return list(connection.execute(delete(waiting).where(*mine).returning(waiting.c.ref)).scalars())


def _first(connection: Connection, territory_id: str, which: ColumnElement[bool]) -> OutingRow | None:
    row = connection.execute(select(outing).where(outing.c.territory == territory_id, which).order_by(outing.c.began.desc())).first()
    if row is None:
        return None
    began, ends = datetime.fromisoformat(row.began), datetime.fromisoformat(row.ends)
    return OutingRow(row.ref, row.device, row.address, row.gateway, row.hotspot, row.language, row.state, began, ends)
