"""A situation of a replay file: what is asked, and what one expects of the answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.travel import Mode
from sejour.domain.visit import When, Wish
from sejour.domain.weather import Forecast, Sky
from sejour.errors import SejourError, UsageError

KEYS = ("name", "at", "place", "lat", "lon", "hotspot", "weather", "wish", "when", "mode", "lang", "limit", "source", "format", "map", "expect")
EXPECTED = ("first_kind", "first", "contains", "never", "says", "all_open", "min", "max", "empty")


class Wrong(UsageError):
    """What the file says cannot be read or asked: the office's words stay French."""


@dataclass(frozen=True, slots=True)
class Source:
    """`map` is the text of a column map, "" for none."""

    url: str
    format: str
    map: str = ""


@dataclass(frozen=True, slots=True)
class Expectations:
    """See EXPECTED; what is not expected is empty, None or False."""

    first_kind: tuple[Kind, ...] = ()
    first: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    all_open: bool = False
    least: int | None = None
    most: int | None = None
    empty: bool | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """`label` names it in a sentence; `moment` is not yet read, as its zone is that of the place; `source` None is the database."""

    name: str
    label: str
    moment: str
    place: Place | None
    hotspot: str | None
    weather: Forecast | Sky | None
    wishes: frozenset[Wish]
    when: When
    mode: Mode | None
    language: str
    limit: int
    source: Source | None
    expect: Expectations


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that was not met: its key, what was expected, what came out."""

    key: str
    expected: str
    got: str


@contextmanager
def about(label: str) -> Iterator[None]:
    """What goes wrong within is said of that situation."""
    try:
        yield
    except (SejourError, OSError) as error:
        raise Wrong(f"{label} : {error}") from error
