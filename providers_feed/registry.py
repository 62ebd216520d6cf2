"""The formats, one line each."""

from collections.abc import Callable, Iterator
from pathlib import Path

from providers_feed import datatourisme
from sejour.domain.feed import Feed, Record
from sejour.errors import UsageError

Parse = Callable[[Path, Feed], Iterator[Record]]
"""A feed format: streams the records of a source (a file or a folder). Raises FeedError when it is no source of that format."""

FORMATS: dict[str, Parse] = {
    "datatourisme": datatourisme.parse,
}


def parse_of(format: str) -> Parse:
    if format not in FORMATS:
        raise UsageError("Le format « %(format)s » n’existe pas ; les formats connus : %(known)s.", parameter="format",
                         format=format, known=", ".join(sorted(FORMATS)))  # fmt: skip
    return FORMATS[format]
