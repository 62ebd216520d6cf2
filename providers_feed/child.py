"""Runs one parser in a process of its own, which may be killed: `python -I -m providers_feed.child PATH FEED`, the Feed as JSON; with a last word
`preview`, what a table's columns are, in one frame.

Strangers' data is read here, under limits of time and memory (trust.md 0.4). The records stream out as frames: a four-byte
big-endian length, then a MessagePack `Frame`. The last frame says that the end was reached.
"""

import resource
import struct
import sys
from pathlib import Path

import msgspec

from providers_feed.preview import Preview
from sejour.domain.feed import Feed, Record
from sejour.errors import FeedError

MEMORY = 1536 * 2**20  # bytes of address space; 150 MB resident is what a flux takes
CPU_SECONDS = 120
BATCH = 64  # records a frame


class Frame(msgspec.Struct, array_like=True):
    """Some records, or the sentence why the source could not be read, or the end; or a preview."""

    records: list[Record] = []
    failed: str = ""
    arguments: dict[str, str | int] = {}
    ended: bool = False
    preview: Preview | None = None


def main(source: str, document: str, how: str = "parse") -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    feed = msgspec.json.decode(document, type=Feed)
    try:
        if how == "preview":
            _send(Frame(preview=_preview(source, feed), ended=True))
        else:
            _parse(source, feed)
    except FeedError as error:
        _send(Frame(failed=error.message, arguments={key: value if isinstance(value, int) else str(value) for key, value in error.arguments.items()}))


def _parse(source: str, feed: Feed) -> None:
    from providers_feed.registry import parse_of

    batch: list[Record] = []
    for record in parse_of(feed.format)(Path(source), feed):
        batch.append(record)
        if len(batch) == BATCH:
            _send(Frame(batch))
            batch = []
    _send(Frame(batch, ended=True))


def _preview(source: str, feed: Feed) -> Preview:
    from providers_feed.table_preview import preview

    return preview(Path(source), feed.map)


def _send(frame: Frame) -> None:
    body = msgspec.msgpack.encode(frame)
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
