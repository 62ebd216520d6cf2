"""Reads a source in a child process that is killed when it takes too long, too much memory, or crashes."""

import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from providers_feed.child import Frame
from providers_feed.registry import parse_of
from sejour.domain.feed import Feed, Record
from sejour.domain.text import N_
from sejour.errors import FeedError

WALL_SECONDS = 300.0


def parse_apart(source: Path, feed: Feed, *, wall_seconds: float = WALL_SECONDS) -> Iterator[Record]:
    """The records of `source`, as `parse_of(feed.format)` gives them, read in a child.

    Raises FeedError when the source cannot be read as a whole: the parser says so, or the child was killed, crashed, or stopped
    before the end. UsageError when there is no such format. Nobody may take the records for complete before the iteration ends.
    """
    parse_of(feed.format)
    if not source.exists():
        raise FeedError(N_("%(source)s n’existe pas : vérifiez le chemin."), source=str(source))
    command = [sys.executable, "-I", "-m", "providers_feed.child", feed.format, str(source), feed.name, feed.timezone]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        timer = threading.Timer(wall_seconds, child.kill)
        timer.start()
        try:
            assert child.stdout is not None  # it is a pipe
            yield from _records(child.stdout, source)
        finally:
            timer.cancel()
            child.kill()


def _records(pipe: IO[bytes], source: Path) -> Iterator[Record]:
    decoder = msgspec.msgpack.Decoder(Frame)
    while len(head := pipe.read(4)) == 4:
        frame = decoder.decode(pipe.read(struct.unpack(">I", head)[0]))
        if frame.failed:
            raise FeedError(frame.failed, **frame.arguments)
        yield from frame.records
        if frame.ended:
            return
    raise FeedError(N_("%(source)s : la lecture a été arrêtée (trop longue, trop de mémoire, ou fichier qui fait échouer le lecteur)."),
                    source=source.name)  # fmt: skip
