"""What one would use instead of sejour, each in a file of its own. Those of the ranking are `Engine`s: same question, same score, same answer."""

import time
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.national import Country, Quarter, Query

WANTED = 20
Answer = tuple[NDArray[np.int64], NDArray[np.float64]]  # indices in the catalogue, scores, best first


class Absent(Exception):
    """What would have to be installed."""


class Engine(Protocol):
    """Making it is what counts as building; raises Absent."""

    name: ClassVar[str]

    def __init__(self, country: Country) -> None: ...

    @property
    def about(self) -> str:
        """Its version."""

    @property
    def megabytes(self) -> float: ...

    def prepare(self, quarter: Quarter, query: Query) -> None:
        """All that depends on the quarter of an hour and the sky alone, out of the time of the answers; `query` is one of that quarter."""

    def ask(self, query: Query) -> Answer:
        """The WANTED best."""

    def processor(self) -> float:
        """Seconds of processor time that it has taken, here and in its server."""

    def close(self) -> None: ...


def processor_time(server: int | None = None) -> float:
    """Seconds, of this thread and of a process."""
    mine = time.thread_time()
    return mine if server is None else mine + time.clock_gettime((~server << 3) | 2)  # as clock_getcpuclockid(3) has it
