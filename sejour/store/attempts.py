"""How often one may guess. Each key (a keyed hash: of an account, of where one comes from) has a pace: some guesses at once, then one now and then.

It is the generic cell rate algorithm (ITU-T I.371): one number a key, changed by one statement, so that any number of connections at once count as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, select, update

from sejour.store.dialect import Dialect
from sejour.store.tables import attempt


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `burst` + T / `each` in any time T."""

    burst: int
    each: timedelta


def try_once(connection: Connection, dialect: Dialect, paces: Sequence[tuple[str, Pace]], moment: datetime) -> timedelta:
    """Counts one guess against each key; zero, or how long to wait, and then the transaction is to be given up: nothing was guessed."""
    now, wait = moment.timestamp(), 0.0
    for key, pace in sorted(paces, key=lambda one: one[0]):  # in one order, or two transactions could wait for each other
        each = pace.each.total_seconds()
        full = now + (pace.burst - 1) * each
        later = case((attempt.c.until > now, attempt.c.until), else_=now) + each
        counted = dialect.insert(attempt).values(key=key, until=now + each)
        counted = counted.on_conflict_do_update(index_elements=["key"], set_={"until": later}, where=attempt.c.until <= full).returning(
            attempt.c.until
        )
        if connection.execute(counted).first() is None:
            until = connection.execute(select(attempt.c.until).where(attempt.c.key == key)).scalar_one()
            wait = max(wait, until - full)
    return timedelta(seconds=wait)


def forget(connection: Connection, key: str) -> None:
    """All that was tried with that key."""
    connection.execute(delete(attempt).where(attempt.c.key == key))


def give_back(connection: Connection, key: str, pace: Pace) -> None:
    """One guess was right."""
    connection.execute(update(attempt).where(attempt.c.key == key).values(until=attempt.c.until - pace.each.total_seconds()))


def purge(connection: Connection, moment: datetime) -> int:
    """Forgets the keys that hold nothing more; returns how many."""
    return connection.execute(delete(attempt).where(attempt.c.until <= moment.timestamp())).rowcount


def is_due(connection: Connection, moment: datetime) -> bool:
    return connection.execute(select(attempt.c.key).where(attempt.c.until <= moment.timestamp()).limit(1)).first() is not None
