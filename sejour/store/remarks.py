"""What visitors say is wrong on a card. Nothing of who said it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from sejour.store.tables import remark

MOST_OF_ONE, MOST = 5, 300  # that wait, of one card and of a territory: strangers write here


@dataclass(frozen=True, slots=True)
class Remark:
    id: int
    offer: str
    what: str
    text: str
    language: str
    day: date


def add_remark(connection: Connection, territory_id: str, offer: str, what: str, text: str, language: str, moment: datetime) -> bool:
    """False when enough of them wait already: the office knows."""
    waiting = (remark.c.territory == territory_id, remark.c.done.is_(None))
    count = select(func.count()).select_from(remark).where(*waiting)
    if (connection.execute(count).scalar() or 0) >= MOST or (connection.execute(count.where(remark.c.offer == offer)).scalar() or 0) >= MOST_OF_ONE:
        return False
    row = {"territory": territory_id, "offer": offer, "what": what, "text": text, "language": language, "day": moment.date().isoformat()}
    connection.execute(insert(remark).values(row))
    return True


def remarks_of(connection: Connection, territory_id: str, offer: str | None = None) -> list[Remark]:
    """Those that wait, the oldest first."""
    asked = select(remark).where(remark.c.territory == territory_id, remark.c.done.is_(None)).order_by(remark.c.id)
    rows = connection.execute(asked if offer is None else asked.where(remark.c.offer == offer))
    return [Remark(row.id, row.offer, row.what, row.text, row.language, date.fromisoformat(row.day)) for row in rows]


def settle(connection: Connection, territory_id: str, id: int, by: str) -> str | None:
    """It was seen to; the id of its offer, None when there is no such remark that waits."""
    mine = (remark.c.territory == territory_id, remark.c.id == id, remark.c.done.is_(None))
    return connection.execute(update(remark).where(*mine).values(done=by).returning(remark.c.offer)).scalar()
