"""The formats, one line each: a name, and the module whose `parse` reads it. A module is imported by the child that reads with it."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from sejour.domain.feed import Feed, Record
from sejour.errors import UsageError

Parse = Callable[[Path, Feed], Iterator[Record]]
"""A feed format: streams the records of a source (a file or a folder). Raises FeedError when it is no source of that format."""

FORMATS = {
    "datatourisme": "providers_feed.datatourisme",
    "ics": "providers_feed.ics",
    "table": "providers_feed.table",
}


def check_format(name: str) -> None:
    """Raises UsageError when there is no such format."""
    if name not in FORMATS:
        raise UsageError("Le format « %(format)s » n’existe pas ; les formats connus : %(known)s.", parameter="format",
                         format=name, known=", ".join(sorted(FORMATS)))  # fmt: skip


def parse_of(name: str) -> Parse:
    """Raises UsageError when there is no such format."""
    check_format(name)
    parse: Parse = import_module(FORMATS[name]).parse
    return parse
