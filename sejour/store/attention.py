"""The attention that offers deserved and got, by the week: an older week weighs less."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, select

from sejour.domain.fairness import HALF_LIFE, Attention
from sejour.store.dialect import Dialect
from sejour.store.tables import attention

FORGOTTEN = timedelta(days=6 * HALF_LIFE)
Week = str


def week_of(moment: datetime) -> Week:
    """The Monday, "2026-08-10", of an aware moment's week, UTC."""
    day = moment.astimezone(UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def add(connection: Connection, dialect: Dialect, territory_id: str, counts: Mapping[tuple[Week, str], Attention]) -> None:
    """Adds the counts, by (week, offer), to those that are there."""
    rows = [{"territory": territory_id, "week": week, "offer": offer, **count._asdict()} for (week, offer), count in counts.items()]
    if rows:
        statement = dialect.insert(attention)
        summed = {name: attention.c[name] + statement.excluded[name] for name in ("due", "got")}
        connection.execute(statement.on_conflict_do_update(index_elements=list(attention.primary_key.columns), set_=summed), rows)


def attention_at(connection: Connection, territory_id: str, moment: datetime) -> dict[str, Attention]:
    """What each offer was due and got until `moment`, every HALF_LIFE days weighing half."""
    now = date.fromisoformat(week_of(moment))
    columns = attention.c
    rows = connection.execute(
        select(columns.offer, columns.week, columns.due, columns.got)
        .where(columns.territory == territory_id, columns.week > (now - FORGOTTEN).isoformat())
        .order_by(columns.week, columns.offer)
    )
    summed: dict[str, Attention] = defaultdict(lambda: Attention(0.0, 0.0))
    for offer, week, due, got in rows:
        weight = 0.5 ** ((now - date.fromisoformat(week)).days / HALF_LIFE)
        held = summed[offer]
        summed[offer] = Attention(held.due + weight * due, held.got + weight * got)
    return dict(summed)
