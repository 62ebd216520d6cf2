"""PostGIS: a GiST index on the positions, the table in its order, one prepared statement, a private server on a unix socket."""

import tempfile
from pathlib import Path
from typing import ClassVar

import numpy as np
import psycopg

from benchmarks.national import Country, Quarter, Query
from benchmarks.peers import Absent, Answer, processor_time
from benchmarks.peers.rows import COLUMNS, METRES, parameters, quarter_of_joined, query_of, rows_of
from tests.postgres import SERVER, Cluster, programs

MEMORY = ["-c", "shared_buffers=1GB", "-c", "work_mem=64MB", "-c", "maintenance_work_mem=512MB", "-c", "max_parallel_workers_per_gather=0"]
TYPES = {"id": "int", "kind": "smallint", "logs": "smallint"} | {f"{name}{n}": "int" for n in range(9) for name in ("begin", "last", "sort")}


class PostGIS:
    name: ClassVar[str] = "PostGIS GiST + SQL"
    metres: ClassVar[str] = METRES  # from unit vectors beside the positions: sooner computed than by its own functions

    def __init__(self, country: Country) -> None:
        bin = programs()
        if not bin:
            raise Absent("postgresql")
        folder = Path(tempfile.mkdtemp(prefix="sejour-postgis-"))
        self._cluster = Cluster(folder, bin, [*SERVER, *MEMORY])
        self._connection = psycopg.connect(self._cluster.url("postgres"), autocommit=True, prepare_threshold=0)
        try:
            self._connection.execute("CREATE EXTENSION postgis")
        except psycopg.Error:
            self.close()
            raise Absent("postgresql-postgis") from None
        self._build(country)
        self._statement, self._backend = "", int(self._told("pg_backend_pid()"))

    def _build(self, country: Country) -> None:
        execute = self._connection.execute
        types = ", ".join(f"{name} {TYPES.get(name, 'double precision')}" for name in COLUMNS)
        execute(f"CREATE UNLOGGED TABLE loaded ({types})".encode())
        with self._connection.cursor() as cursor, cursor.copy("COPY loaded FROM STDIN") as copy:
            for row in rows_of(country):
                copy.write_row(row)
        execute(b"CREATE TABLE offer AS SELECT *, ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place FROM loaded")
        execute(b"ALTER TABLE offer DROP COLUMN lon, DROP COLUMN lat, ADD PRIMARY KEY (id)")
        execute(b"DROP TABLE loaded")
        execute(b"CREATE INDEX offer_place ON offer USING gist (place)")
        execute(b"CLUSTER offer USING offer_place")
        execute(b"VACUUM (ANALYZE) offer")

    @property
    def about(self) -> str:
        return f"PostGIS {self._told('postgis_lib_version()')}, PostgreSQL {self._told('version()').split()[1]}"

    @property
    def megabytes(self) -> float:
        return float(self._told("pg_total_relation_size('offer')")) / 2**20

    def _told(self, expression: str) -> str:
        row = self._connection.execute(f"SELECT {expression}".encode()).fetchone()
        assert row
        return str(row[0])

    def prepare(self, quarter: Quarter, query: Query) -> None:
        """What the hour and the weather are worth is written in the statement, which is prepared once for the quarter."""
        logs = "'{" + ",".join(map(repr, quarter.logs.ravel().tolist())) + "}'::double precision[]"
        self._statement = query_of(
            near="FROM offer WHERE place && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)",
            greatest="greatest",
            least="least",
            logs=f"({logs})[1 + logs * {quarter.logs.shape[1]} + {quarter_of_joined()}]",
            fence="OFFSET 0",
            metres=self.metres,
        )

    def ask(self, query: Query) -> Answer:
        rows = self._connection.execute(self._statement, parameters(query), prepare=True, binary=True).fetchall()
        ids, scores = zip(*rows, strict=True) if rows else ((), ())
        return np.array(ids, dtype=np.int64), np.array(scores, dtype=np.float64)

    def processor(self) -> float:
        return processor_time(self._backend)

    def close(self) -> None:
        self._connection.close()
        self._cluster.close()


class PostGISSphere(PostGIS):
    """As one writes it, with its own distance."""

    name: ClassVar[str] = "PostGIS GiST + ST_DistanceSphere"
    metres: ClassVar[str] = "ST_DistanceSphere(place, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326))"
