"""Tolerant readers of what people write in a replay file. Each raises Wrong, in one sentence that names the key."""

import difflib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.replay.situation import Expectations, Wrong
from sejour.web.i18n import LANGUAGES
from sejour.web.visits import read_degrees

Choice = TypeVar("Choice", bound=StrEnum)


def known(raw: object, keys: Sequence[str], elsewhere: str, others: Sequence[str]) -> dict[str, Any]:
    """The mapping, its keys in lower case. An unknown one is refused, with the nearest known; one of `others` belongs in `elsewhere`."""
    if not isinstance(raw, Mapping):
        raise Wrong(f"il faut des clés et leurs valeurs ({', '.join(keys)}), pas « {str(raw)[:40]} ».")
    told = {str(key).strip().lower().replace("-", "_"): value for key, value in raw.items()}
    for key in told:
        if key not in keys and key in others:
            raise Wrong(f"la clé « {key} » se met dans {elsewhere}.")
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1, 0.0)[0]
            raise Wrong(f"la clé « {key[:40]} » n’existe pas, vouliez-vous dire « {near} » ? Les clés : {', '.join(keys)}.")
    return told


def one_text(key: str, value: object) -> str:
    """One word or number, as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
        raise Wrong(f"« {key} » doit être un texte.")
    return str(value).strip()


def texts(key: str, value: object) -> tuple[str, ...]:
    """One, or a list."""
    if value is None:
        return ()
    return tuple(one_text(key, each) for each in (value if isinstance(value, list) else [value]))


def several_words(key: str, value: object) -> list[str]:
    """One word, several in a text, or a list."""
    return [word for text in texts(key, value) for word in text.replace(",", " ").split()]


def choice(choices: type[Choice], key: str, word: str) -> Choice:
    try:
        return choices(word.lower())
    except ValueError:
        near = difflib.get_close_matches(word.lower(), tuple(choices), 1, 0.0)[0]
        raise Wrong(f"« {key} » ne peut pas être « {word[:40]} », vouliez-vous dire « {near} » ? Possibles : {', '.join(choices)}.") from None


def whole_number(key: str, value: object, least: int, most: int = 10**6) -> int:
    with suppress(ValueError):
        number = -1 if isinstance(value, bool | float) else int(str(value))
        if least <= number <= most:
            return number
    raise Wrong(f"« {key} » doit être un nombre entier, {least} ou plus." if most == 10**6 else f"« {key} » va de {least} à {most}.")


def truth(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise Wrong(f"« {key} » doit être true ou false.")


def language_of(value: object) -> str:
    language = one_text("lang", value).lower() if value is not None else "fr"
    if language not in LANGUAGES:
        raise Wrong(f"« lang » peut être : {', '.join(LANGUAGES)}.")
    return language


def place_of(told: Mapping[str, Any]) -> Place | None:
    """[lat, lon], {lat, lon}, "lat, lon", or the keys lat and lon of the situation itself. None: at the hotspot."""
    given = told.get("place")
    if given is None and (told.get("lat") is not None or told.get("lon") is not None):
        given = [told.get("lat"), told.get("lon")]
    if given is None:
        if told.get("hotspot") is None:
            raise Wrong("il manque « place » (lat, lon) ou « hotspot ».")
        return None
    if isinstance(given, str):
        given = given.replace(";", ",").split(",") if "," in given or ";" in given else given.split()
    if isinstance(given, Mapping):
        words = {str(key).strip().lower(): value for key, value in given.items()}
        given = [next((words[key] for key in names if key in words), None) for names in (("lat", "latitude"), ("lon", "lng", "long", "longitude"))]
    if not isinstance(given, list) or len(given) != 2 or not all(isinstance(each, str | int | float) for each in given):
        raise Wrong("« place » doit être [lat, lon], {lat: …, lon: …} ou « lat, lon », en degrés.")
    return Place(read_degrees("lat", given[0]), read_degrees("lon", given[1]))


def expectations_of(told: Mapping[str, Any]) -> Expectations:
    given = {key: value for key, value in told.items() if value is not None}
    return Expectations(
        first_kind=tuple(choice(Kind, "first_kind", word) for word in several_words("first_kind", given.get("first_kind"))),
        first=texts("first", given.get("first")),
        contains=texts("contains", given.get("contains")),
        never=texts("never", given.get("never")),
        says=texts("says", given.get("says")),
        all_open=truth("all_open", given.get("all_open", False)),
        least=whole_number("min", given["min"], 0) if "min" in given else None,
        most=whole_number("max", given["max"], 0) if "max" in given else None,
        empty=truth("empty", given["empty"]) if "empty" in given else None,
    )
