"""SQLite: an R*Tree of the positions beside a table in the order of cells, all of it in memory."""

import sqlite3
from typing import ClassVar

import numpy as np

from benchmarks.national import Country, Quarter, Query
from benchmarks.peers import Absent, Answer, processor_time
from benchmarks.peers.rows import COLUMNS, parameters, quarter_of_joined, query_of, rows_of
from sejour.domain.cells import sort_by_cell


class RTree:
    name: ClassVar[str] = "SQLite R*Tree + SQL"

    def __init__(self, country: Country) -> None:
        self._connection = sqlite3.connect(":memory:")
        execute = self._connection.execute
        try:
            execute("CREATE VIRTUAL TABLE box USING rtree(row, west, east, south, north)")
            execute("SELECT asin(0.5)")
        except sqlite3.OperationalError as error:
            raise Absent(f"an SQLite with R*Tree and mathematics ({error})") from None
        execute(f"CREATE TABLE offer (row INTEGER PRIMARY KEY, {', '.join(COLUMNS)})")
        order, _ = sort_by_cell(country.catalogue.lat, country.catalogue.lon)
        rows = list(rows_of(country))
        marks = ", ".join("?" * (1 + len(COLUMNS)))
        self._connection.executemany(f"INSERT INTO offer VALUES ({marks})", ((n, *rows[i]) for n, i in enumerate(order.tolist())))
        execute("INSERT INTO box SELECT row, lon, lon, lat, lat FROM offer")
        execute("CREATE TABLE worth (place INTEGER PRIMARY KEY, value REAL)")
        execute("ANALYZE")
        self._connection.commit()
        self._statement = ""

    @property
    def about(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    @property
    def megabytes(self) -> float:
        pages, size = (self._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        return float(pages * size) / 2**20

    def prepare(self, quarter: Quarter, query: Query) -> None:
        self._connection.execute("DELETE FROM worth")
        self._connection.executemany("INSERT INTO worth VALUES (?, ?)", enumerate(quarter.logs.ravel().tolist()))
        self._connection.commit()
        statement = query_of(
            near="FROM box CROSS JOIN offer USING (row) WHERE west <= %(east)s AND east >= %(west)s AND south <= %(north)s AND north >= %(south)s",
            greatest="max",
            least="min",
            logs=f"(SELECT value FROM worth WHERE place = logs * {quarter.logs.shape[1]} + {quarter_of_joined()})",
            fence="LIMIT -1",
        )
        for name in parameters(query):
            statement = statement.replace(f"%({name})s", f":{name}")
        self._statement = statement.replace("%%", "%")

    def ask(self, query: Query) -> Answer:
        rows = self._connection.execute(self._statement, parameters(query)).fetchall()
        ids, scores = zip(*rows, strict=True) if rows else ((), ())
        return np.array(ids, dtype=np.int64), np.array(scores, dtype=np.float64)

    def processor(self) -> float:
        return processor_time()

    def close(self) -> None:
        self._connection.close()
