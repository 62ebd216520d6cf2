"""The columns of a table as they were understood: for the office to look at, and to correct."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Preview:
    """Of the first sheet that can be read. `header`: the names of its columns; `samples`: a few values of each; `fields`: what some of them give, by
    their name; `kinds`: the kind that each value of the column of kinds means, None where that is not known; `map`: all of it, as TOML, or ""."""

    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str | None] = field(default_factory=dict)
    map: str = ""
