"""A child whose parsers misbehave, for `test_apart`: run in the place of `providers_feed.child`, with the same arguments."""

import os
import signal
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from providers_feed import child, registry
from sejour.domain.feed import Feed, Problem, Record
from sejour.domain.text import Reason
from sejour.errors import FeedError
from tests.builders import make_offer

GOOD = 3 * child.BATCH  # records that every parser gives before it misbehaves


def good() -> Iterator[Record]:
    return (Record(make_offer(f"Offre {n}")) for n in range(GOOD))


def sleepy(source: Path, feed: Feed) -> Iterator[Record]:
    yield from good()
    time.sleep(600)


def busy(source: Path, feed: Feed) -> Iterator[Record]:
    yield from good()
    while True:
        pass


def hungry(source: Path, feed: Feed) -> Iterator[Record]:
    yield from good()
    held = []
    while True:
        held.append(bytearray(64 * 2**20))


def crashing(source: Path, feed: Feed) -> Iterator[Record]:
    yield from good()
    os.kill(os.getpid(), signal.SIGSEGV)


def raising(source: Path, feed: Feed) -> Iterator[Record]:
    yield from good()
    raise KeyError("un oubli du lecteur")


def silent(source: Path, feed: Feed) -> Iterator[Record]:
    yield from good()
    os._exit(0)


def cut(source: Path, feed: Feed) -> Iterator[Record]:
    """Killed in the middle of a frame."""
    yield from good()
    sys.stdout.buffer.write(struct.pack(">I", 1_000) + b"\x94")
    sys.stdout.buffer.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def refusing(source: Path, feed: Feed) -> Iterator[Record]:
    yield from good()
    raise FeedError("%(source)s : %(mb)d Mo, c’est trop.", source=source.name, mb=300)


def complaining(source: Path, feed: Feed) -> Iterator[Record]:
    while True:
        yield Record(None, (Problem("64/a", None, Reason("Encore une anomalie.")),) * 1_000)


PARSERS: dict[str, registry.Parse] = {
    parse.__name__: parse for parse in (sleepy, busy, hungry, crashing, raising, silent, cut, refusing, complaining)
}

if __name__ == "__main__":
    registry.parse_of = PARSERS.__getitem__
    child.CPU_SECONDS = 1
    child.main(*sys.argv[1:])
