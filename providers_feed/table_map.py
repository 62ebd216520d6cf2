"""The office's map, as TOML: which column gives which field, what its values mean, what is true of every row.

bilingual = ["fr", "en"]          # cells such as "Musée / Museum"
[columns]
name = "Nom"
kind = ["Type", "Sous-type"]      # several columns for one field
[values.kind]
"Curiosité" = "sight"
[defaults]
city = "Pau"
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from providers_feed.record import shorten
from providers_feed.table_words import COLUMNS, fold
from sejour.domain.offer import Kind
from sejour.domain.text import N_
from sejour.errors import FeedError

BOOLEANS = ("free", "wheelchair", "dogs", "stroller", "sheltered")
TRANSLATED = ("name", "description")  # fields that also come as name_en, description_de…
_FIELD = re.compile(rf"(?:{'|'.join(COLUMNS)})|(?:{'|'.join(TRANSLATED)})_[a-z]{{2}}")
_PARTS = ("columns", "values", "defaults", "bilingual")


@dataclass(frozen=True, slots=True)
class Map:
    """`columns`: field → names of columns. `values`: field → folded value → what it means. `defaults`: field → what an empty cell says.
    `bilingual`: languages of "A / B" cells, in order."""

    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    defaults: Mapping[str, str | bool] = field(default_factory=dict)
    bilingual: tuple[str, ...] = ()


def read_map(text: str) -> Map:
    """Raises FeedError, with one sentence, when the map cannot be what was meant."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FeedError(N_("La correspondance n’est pas du TOML lisible : %(why)s."), why=str(error)) from error
    _known(document, _PARTS)
    columns = {name: _names(name, written) for name, written in _table(document, "columns").items()}
    defaults = _table(document, "defaults")
    for name in (*columns, *defaults):
        if not _FIELD.fullmatch(name):
            raise _unknown(name, COLUMNS)
    for name, value in defaults.items():
        if not isinstance(value, str | bool):
            raise _strange(f"defaults.{name}", value)
    values = _table(document, "values")
    _known(values, ("kind", *BOOLEANS))
    bilingual = document.get("bilingual", [])
    if not isinstance(bilingual, list) or not all(isinstance(each, str) and re.fullmatch("[a-z]{2}", each) for each in bilingual):
        raise _strange("bilingual", bilingual)
    return Map(columns, {name: _meanings(name, _table(values, name)) for name in values}, defaults, tuple(bilingual))


def _table(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name, {})
    if not isinstance(value, dict):
        raise _strange(name, value)
    return value


def _names(name: str, written: Any) -> tuple[str, ...]:
    names = written if isinstance(written, list) else [written]
    if not names or not all(isinstance(each, str) and each.strip() for each in names):
        raise _strange(f"columns.{name}", written)
    return tuple(names)


def _meanings(name: str, table: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {kind.value for kind in Kind}
    for value in table.values():
        if not (value in kinds if name == "kind" and isinstance(value, str) else name != "kind" and isinstance(value, bool)):
            raise _strange(f"values.{name}", value)
    return {fold(written): Kind(value) if name == "kind" else value for written, value in table.items()}


def _known(names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            raise _unknown(name, known)


def _unknown(name: str, known: Iterable[str]) -> FeedError:
    nearest = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0) or [""]
    return FeedError(
        N_("La correspondance nomme « %(name)s », qui n’existe pas ; le plus proche est « %(nearest)s »."), name=shorten(name), nearest=nearest[0]
    )


def _strange(name: str, value: Any) -> FeedError:
    return FeedError(N_("La correspondance donne à « %(name)s » une valeur qui n’a pas de sens ici : %(value)s."), name=name, value=shorten(value))


def toml(columns: Mapping[str, tuple[str, ...]], map: Map, kinds: Mapping[str, str | None]) -> str:
    """A map as text. `kinds`: value → kind; a value whose kind is not known is written as a comment to fill in."""
    lines = [f"bilingual = {_quoted(list(map.bilingual))}", ""] if map.bilingual else []
    lines += ["[columns]", *(f"{name} = {_quoted(names[0] if len(names) == 1 else list(names))}" for name, names in columns.items())]
    if kinds:
        lines += ["", f"# {', '.join(kind.value for kind in Kind)}", "[values.kind]"]
        lines += [f"{_quoted(value)} = {_quoted(kind)}" if kind else f'# {_quoted(value)} = ""' for value, kind in kinds.items()]
    if map.defaults:
        lines += ["", "[defaults]", *(f"{name} = {_quoted(value)}" for name, value in map.defaults.items())]
    return "\n".join(lines) + "\n"


def _quoted(value: str | bool | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")
