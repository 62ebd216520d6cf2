"""`python -m benchmarks.evaluate` (`make evaluate`): what the shipped ranking is worth, with the shipped constants, beside what others reach.

Each row's protocol is in its module. Data lie beside the project (`../shared/ranking`); a row whose data are not there says "absent". The table is
printed, and written in docs/ranking.md between its marks. Nothing in it depends on the machine but the seconds of the planner.
"""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.behaviour import behaviour_rows
from benchmarks.explanations import explanation_rows
from benchmarks.fairness import fairness_rows
from benchmarks.planner import planner_rows
from benchmarks.routes import route_rows
from benchmarks.stays import stay_rows
from benchmarks.table import Row, markdown, written
from benchmarks.where_next import where_next_rows

DOCUMENT = Path(__file__).resolve().parents[1] / "docs/ranking.md"


SOURCES: tuple[Callable[[], Iterable[Row]], ...] = (
    stay_rows,
    where_next_rows,
    route_rows,
    fairness_rows,
    explanation_rows,
    behaviour_rows,
    planner_rows,
)


def measured() -> Iterator[Row]:
    for source in SOURCES:
        started = time.perf_counter()
        yield from source()
        print(f"{source.__name__}: {time.perf_counter() - started:.0f} s", file=sys.stderr)


def main() -> int:
    """1 when something was not reached."""
    rows = list(measured())
    table = markdown(rows)
    print(table)
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), table), encoding="utf-8")
    return int(any(row.reached is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
