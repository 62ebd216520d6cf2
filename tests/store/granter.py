"""A process that lets phones out until it is killed: see test_grants_killed.py."""

import itertools
from datetime import datetime, timedelta
from multiprocessing.connection import Connection

from sejour.store import outings
from sejour.store.engine import Store
from sejour.store.outings import OutingRow, WaitingRow


def keep_granting(url: str, begin: datetime, first: int, acknowledge: Connection) -> None:
    """Queues one grant after the other, for ever, and sends the id of each that is committed; an empty text first."""
    store = Store(url)
    acknowledge.send("")
    for n in itertools.count(first):
        row = OutingRow(f"ref{n}", f"device{n}", "", "halle", "", "fr", "waiting", begin, begin + timedelta(days=1))
        with store.writing() as connection:
            outings.begin(connection, store.dialect, "pau", row, WaitingRow("a" * 64, f"{n:064x}", "line"))
        acknowledge.send(f"{n:064x}")
