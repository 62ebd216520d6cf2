"""Anonymous counts by the hour: how many pages, cards and actions; nothing of who."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from sejour.store.dialect import Dialect
from sejour.store.tables import tally


class Line(NamedTuple):
    """What is counted together. `hour` is "2026-08-13T15" in UTC; "" where a dimension has no value."""

    hour: str
    action: str
    hotspot: str = ""
    language: str = ""
    wish: str = ""
    weather: str = ""
    offer: str = ""


def add(connection: Connection, dialect: Dialect, territory_id: str, counts: Mapping[Line, int]) -> None:
    """Adds the counts to those that are there."""
    rows = [{"territory": territory_id, "count": count, **line._asdict()} for line, count in counts.items()]
    if rows:
        statement = dialect.insert(tally)
        summed = {"count": tally.c.count + statement.excluded.count}
        connection.execute(statement.on_conflict_do_update(index_elements=list(tally.primary_key.columns), set_=summed), rows)


def totals(connection: Connection, territory_id: str) -> dict[str, int]:
    """{action: count} of all time."""
    rows = connection.execute(select(tally.c.action, func.sum(tally.c.count)).where(tally.c.territory == territory_id).group_by(tally.c.action))
    return {action: int(count) for action, count in rows}


def by_hotspot(connection: Connection, territory_id: str, without: Collection[str], since: str) -> dict[str, int]:
    """{hotspot: count} of all actions but these from the hour `since` on; "" for what stood at none."""
    mine = (tally.c.territory == territory_id, tally.c.action.not_in(without), tally.c.hour >= since)
    rows = connection.execute(select(tally.c.hotspot, func.sum(tally.c.count)).where(*mine).group_by(tally.c.hotspot))
    return {hotspot: int(count) for hotspot, count in rows}


def by_hour_of_day(connection: Connection, territory_id: str, since: str) -> Iterator[tuple[str, str, str, str, int]]:
    """(action, offer, month "2026-08", hour "15" in UTC, count) of what was counted of offers from the hour `since` on."""
    month, hour = func.substr(tally.c.hour, 1, 7), func.substr(tally.c.hour, 12, 2)
    columns = (tally.c.action, tally.c.offer, month, hour)
    rows = connection.execute(
        select(*columns, func.sum(tally.c.count))
        .where(tally.c.territory == territory_id, tally.c.hour >= since, tally.c.offer != "")
        .group_by(*columns)
    )
    for action, offer, in_month, at_hour, count in rows:
        yield action, offer, in_month, at_hour, int(count)
