"""Reads a source in a child process that is killed when it takes too long, too much memory, or crashes."""

import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import msgspec

from providers_feed.child import Frame
from providers_feed.preview import Preview
from providers_feed.registry import check_format
from sejour.domain.feed import Feed, Record
from sejour.domain.text import N_
from sejour.errors import FeedError

WALL_SECONDS, PREVIEW_SECONDS = 300.0, 30.0
MOST_PROBLEMS = 100_000  # the server keeps them all in memory; the flux of all France would have 20,000
CHILD = (sys.executable, "-I", "-m", "providers_feed.child")


def parse_apart(source: Path, feed: Feed, *, wall_seconds: float = WALL_SECONDS) -> Iterator[Record]:
    """The records of `source`, as the format's `parse` gives them, read in a child.

    Raises FeedError when the source cannot be read as a whole: the parser says so, or the child was killed, crashed, or stopped
    before the end. UsageError when there is no such format. Nobody may take the records for complete before the iteration ends.
    """
    check_format(feed.format)
    with _frames(source, feed, wall_seconds) as frames:
        yield from _records(frames, source)


def preview_apart(source: Path, feed: Feed) -> Preview | None:
    """What the columns of a table are; None when there is no table in the source."""
    with _frames(source, feed, PREVIEW_SECONDS, "preview") as frames:
        return next((frame.preview for frame in frames), None)


@contextmanager
def _frames(source: Path, feed: Feed, wall_seconds: float, *how: str) -> Iterator[Iterator[Frame]]:
    """What a child sends, which is dead when this ends."""
    if not source.exists():
        raise FeedError(N_("%(source)s n’existe pas : vérifiez le chemin."), source=str(source))
    command = [*CHILD, str(source), msgspec.json.encode(feed).decode(), *how]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:  # noqa: S603 our own module, no shell
        timer = threading.Timer(wall_seconds, child.kill)
        timer.start()
        try:
            assert child.stdout is not None  # it is a pipe
            yield _whole(child.stdout)
        finally:
            timer.cancel()
            child.kill()


def _records(frames: Iterator[Frame], source: Path) -> Iterator[Record]:
    problems = 0
    for frame in frames:
        if frame.failed:
            raise FeedError(frame.failed, **frame.arguments)
        for record in frame.records:
            problems += len(record.problems)
            yield _local(record)
        if problems > MOST_PROBLEMS:
            raise FeedError(N_("%(source)s contient plus de %(most)d anomalies : ce flux est refusé."), source=source.name, most=MOST_PROBLEMS)
        if frame.ended:
            return
    raise FeedError(N_("%(source)s : la lecture a été arrêtée (trop longue, trop de mémoire, ou fichier qui fait échouer le lecteur)."),
                    source=source.name)  # fmt: skip


def _whole(pipe: IO[bytes]) -> Iterator[Frame]:
    """The frames that arrived whole: a child may be killed while it writes one."""
    decoder = msgspec.msgpack.Decoder(Frame)
    while len(head := pipe.read(4)) == 4:
        (length,) = struct.unpack(">I", head)
        if len(body := pipe.read(length)) < length:
            return
        yield decoder.decode(body)


def _local(record: Record) -> Record:
    """The occurrences in the zone of their place again: MessagePack only knows instants."""
    offer = record.offer
    if offer is None or not offer.occurrences:
        return record
    zone = ZoneInfo(offer.timezone)
    occurrences = (replace(o, start=o.start.astimezone(zone), end=o.end and o.end.astimezone(zone)) for o in offer.occurrences)
    return replace(record, offer=replace(offer, occurrences=tuple(occurrences)))
