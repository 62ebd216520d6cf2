"""Access points that gateways named and no hotspot answers to: for the office to place. Nothing of who stood there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from sejour.store.dialect import Dialect
from sejour.store.documents import utc
from sejour.store.tables import unplaced

MOST = 200  # of a territory: at openNDS's level 1, a stranger can name any


@dataclass(frozen=True, slots=True)
class Unplaced:
    gateway: str
    key: str
    first: datetime
    last: datetime
    times: int


def note(connection: Connection, dialect: Dialect, territory_id: str, gateway: str, key: str, moment: datetime) -> None:
    """It was named once more. Beyond MOST, only those that are there already still count."""
    mine = (unplaced.c.territory == territory_id, unplaced.c.gateway == gateway, unplaced.c.key == key)
    there = connection.execute(select(unplaced.c.key).where(*mine)).first()
    count = connection.execute(select(func.count()).select_from(unplaced).where(unplaced.c.territory == territory_id)).scalar() or 0
    if there is None and count >= MOST:
        return
    now = utc(moment)
    statement = dialect.insert(unplaced).values(territory=territory_id, gateway=gateway, key=key, first=now, last=now, times=1)
    again = {"last": now, "times": unplaced.c.times + 1}
    connection.execute(statement.on_conflict_do_update(index_elements=["territory", "gateway", "key"], set_=again))


def unplaced_of(connection: Connection, territory_id: str) -> list[Unplaced]:
    """The most often named first."""
    rows = connection.execute(select(unplaced).where(unplaced.c.territory == territory_id).order_by(unplaced.c.times.desc(), unplaced.c.key))
    return [Unplaced(row.gateway, row.key, datetime.fromisoformat(row.first), datetime.fromisoformat(row.last), row.times) for row in rows]


def forget(connection: Connection, territory_id: str, key: str) -> None:
    """It was placed."""
    connection.execute(delete(unplaced).where(unplaced.c.territory == territory_id, unplaced.c.key == key))
