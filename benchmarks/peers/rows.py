"""What the databases share: one row an offer, with its times beside it, their strongest layout; and the score in SQL.

Seconds are counted from midnight of the first day. Of the rows of an offer that suit, the one joined first is the least of `8 x beginning + 2 x sort +
(has it yet to begin?)`: one number that tells all that the score asks of it.
"""

from collections.abc import Iterator

import numpy as np

from benchmarks.national import DAY, HOUR, MOST_ROWS, Country, Query
from benchmarks.peers import WANTED
from benchmarks.peers.scoring import box_around
from sejour.domain.catalogue import KINDS
from sejour.domain.cells import unit_vectors
from sejour.domain.slot import QUARTER, SOON, SOON_AT_MOST, UNSURE
from sejour.domain.terms import CLOSED
from sejour.domain.travel import EARTH_RADIUS_M, PACES
from sejour.domain.weights import STANDARD

MIDNIGHT = round(DAY.timestamp())
COLUMNS = [
    "id",
    "lon",
    "lat",
    "x",
    "y",
    "z",
    "fixed",
    "kind",
    "logs",
    *(f"{name}{n}" for n in range(MOST_ROWS) for name in ("begin", "last", "sort")),
]
NEVER = 1 << 30
PARAMETERS = ("west", "south", "east", "north", "kinds", "x", "y", "z", "lon", "lat", "pace", "lost", "longest", "leave", "latest", "zero")


def rows_of(country: Country) -> Iterator[tuple[float, ...]]:
    c = country.catalogue
    xyz = unit_vectors(c.lat, c.lon)
    times = []
    for n in range(MOST_ROWS):
        there = country.last[:, n] >= 0
        times += [
            np.where(there, country.begin[:, n] - MIDNIGHT, NEVER),
            np.where(there, country.last[:, n] - MIDNIGHT, -1),
            country.sort[:, n],
        ]
    columns = [np.arange(len(c.lat)), c.lon, c.lat, *xyz.T, country.fixed, 1 << c.kind, country.group, *times]
    return zip(*(column.tolist() for column in columns), strict=True)


def parameters(query: Query) -> dict[str, float]:
    pace, leave = PACES[query.mode], round(query.visit.moment.timestamp()) - MIDNIGHT
    here = unit_vectors(np.array(query.visit.place.lat), np.array(query.visit.place.lon))
    kinds = sum(1 << KINDS.index(kind) for kind in query.kinds)
    return dict(
        zip(
            PARAMETERS,
            (*box_around(query), kinds, *here.tolist(), query.visit.place.lon, query.visit.place.lat, pace.metres_a_minute, pace.fixed_minutes, pace.longest_minutes, leave, leave + 2 * HOUR,
             query.quarter.zero - MIDNIGHT),
            strict=True,
        )
    )  # fmt: skip


METRES = f"{2 * EARTH_RADIUS_M!r} * asin(0.5 * sqrt((x - %(x)s) * (x - %(x)s) + (y - %(y)s) * (y - %(y)s) + (z - %(z)s) * (z - %(z)s)))"


def joined(n: int, greatest: str) -> str:
    """When the row may be joined and what it is, or NEVER."""
    at = f"{greatest}(begin{n}, arrive)"
    return f"CASE WHEN {at} <= last{n} AND {at} <= {greatest}(arrive, %(latest)s) THEN {at} * 8 + sort{n} * 2 + CASE WHEN begin{n} >= arrive THEN 1 ELSE 0 END ELSE {NEVER} END"


def score(logs: str, greatest: str, least: str) -> str:
    """Of `street` metres, `wait` minutes and the number `joined`."""
    soon = f"(1 - wait / {SOON})"
    waiting = f"CASE joined %% 8 WHEN 3 THEN {greatest}({soon}, {soon} / 2) WHEN 2 THEN 0 ELSE -wait / {SOON} - {least}(1, wait / {CLOSED}) END"
    return (
        f"fixed - {STANDARD.distance} * ln(street / 1000 + 0.1) + {logs} + {STANDARD.waiting * SOON_AT_MOST!r} * {waiting}"
        f" + CASE WHEN joined %% 8 >= 4 THEN {STANDARD.certainty * UNSURE!r} ELSE 0 END"
    )


def quarter_of_joined() -> str:
    return f"(joined / 8 - %(zero)s) / {QUARTER}"


def query_of(near: str, greatest: str, least: str, logs: str, fence: str, metres: str = METRES) -> str:
    """`near`: FROM and WHERE of what is in the box; `fence` keeps a planner from writing a subquery's expressions out again wherever they are used."""
    return f"""
        SELECT id, {score(logs, greatest, least)} AS score FROM (
            SELECT id, fixed, logs, street, joined, (joined / 8 - arrive) / 60.0 AS wait FROM (
                SELECT id, fixed, logs, street, arrive, {least}({", ".join(joined(n, greatest) for n in range(MOST_ROWS))}) AS joined FROM (
                    SELECT *, %(leave)s + CAST(ceil(%(lost)s + street / %(pace)s) AS integer) * 60 AS arrive FROM (
                        SELECT *, 1.3 * {metres} AS street {near} AND kind & %(kinds)s <> 0 {fence}
                    ) AS far WHERE street <= (%(longest)s - %(lost)s) * %(pace)s {fence}
                ) AS there {fence}
            ) AS when_joined WHERE joined < {NEVER} {fence}
        ) AS waited ORDER BY score DESC, id LIMIT {WANTED}"""
