"""A replay file, read: YAML to situations."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import yaml

from providers_feed import open_meteo
from providers_feed.registry import check_format
from sejour.domain.travel import Mode
from sejour.domain.visit import When, Wish
from sejour.domain.weather import Forecast, Sky, read_forecast
from sejour.replay.situation import EXPECTED, KEYS, Situation, Source, Wrong, about
from sejour.replay.words import choice, expectations_of, known, language_of, one_text, place_of, several_words, whole_number

SKY_WORDS = {"beau": Sky.FAIR, "soleil": Sky.FAIR, "sun": Sky.FAIR, "sunny": Sky.FAIR, "clear": Sky.FAIR, "pluie": Sky.RAIN, "orage": Sky.STORM,
             "thunder": Sky.STORM, "neige": Sky.SNOW, "chaud": Sky.HOT, "canicule": Sky.HOT, "heat": Sky.HOT, "heatwave": Sky.HOT}  # fmt: skip
TABLES = {".csv", ".tsv", ".xlsx", ".xls", ".ods"}
MOST_CARDS = 50


def read_situations(file: Path, source: str | None = None, format: str | None = None) -> list[Situation]:
    """Raises UsageError, which names the situation, for what is no such file."""
    try:
        document = yaml.safe_load(file.read_bytes())
    except (OSError, yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: 2026-02-30 is no date
        raise Wrong(f"{file} ne peut pas être lu : {_first_words(error)}.") from error
    if isinstance(document, Mapping) and set(document) == {"situations"}:
        document = document["situations"]
    if not isinstance(document, list) or not document:
        raise Wrong(f"{file} n’est pas une liste de situations (« - name: … », « at: … », « place: … », « expect: … »).")
    reader = _Reader(file.parent, source, format)
    return [reader.situation(n, each) for n, each in enumerate(document, 1)]


def _first_words(error: Exception) -> str:
    """A fault of YAML in one line, with its place."""
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    said = problem or getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"{said}, ligne {mark.line + 1}" if mark else str(said).rstrip(".")


@dataclass(frozen=True, slots=True)
class _Reader:
    """`folder` that of the file; `source` and `format` those of the command line."""

    folder: Path
    source: str | None
    format: str | None

    def situation(self, number: int, raw: object) -> Situation:
        named = [value for key, value in raw.items() if str(key).strip().lower() == "name"] if isinstance(raw, Mapping) else []
        name = " ".join(str(named[0] or "").split()) if named else ""
        label = f"Situation « {name} »" if name else f"Situation n° {number}"
        with about(label):
            told = known(raw, KEYS, "expect", EXPECTED)
            if told.get("at") is None:
                raise Wrong("il manque « at », le moment.")
            expect = told.get("expect")
            return Situation(
                name=name or f"n° {number}",
                label=label,
                moment=one_text("at", told["at"]),
                place=place_of(told),
                hotspot=one_text("hotspot", told["hotspot"]) if told.get("hotspot") is not None else None,
                weather=self._weather(told.get("weather")),
                wishes=frozenset(choice(Wish, "wish", word) for word in several_words("wish", told.get("wish"))),
                when=choice(When, "when", one_text("when", told["when"])) if told.get("when") is not None else When.NOW,
                mode=choice(Mode, "mode", one_text("mode", told["mode"])) if told.get("mode") is not None else None,
                language=language_of(told.get("lang")),
                limit=whole_number("limit", told.get("limit", 8), 1, MOST_CARDS),
                source=self._source(told),
                expect=expectations_of({} if expect is None else known(expect, EXPECTED, "la situation", KEYS)),
            )

    def _source(self, told: Mapping[str, Any]) -> Source | None:
        given, format, map = told.get("source"), told.get("format"), told.get("map")
        if isinstance(given, Mapping):
            inner = known(given, ("url", "path", "file", "format", "map"), "la situation", KEYS)
            given = next((inner[key] for key in ("url", "path", "file") if inner.get(key) is not None), None)
            format, map = inner.get("format", format), inner.get("map", map)
            if given is None:
                raise Wrong("« source » doit dire où elle est : « path: … » ou « url: … ».")
        if given is not None:
            where, usual = self._found(one_text("source", given)), self.format if self.source is None else None
        elif self.source is not None:
            where, usual = self.source, self.format
        else:
            return None
        format = one_text("format", format).lower() if format is not None else usual or guess_format(where)
        check_format(format)
        return Source(where, format, self._map(map) if map is not None else "")

    def _map(self, map: object) -> str:
        file = self._found(one_text("map", map))
        try:
            return Path(file).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise Wrong(f"« map » : {file} ne peut pas être lu.") from error

    def _weather(self, given: object) -> Forecast | Sky | None:
        if given is None:
            return None
        if isinstance(given, Mapping):
            try:
                return read_forecast(given if "hourly" in given else {"hourly": given})
            except (ValueError, AttributeError, TypeError, OverflowError) as error:
                raise Wrong("« weather » n’est pas une prévision au format d’Open-Meteo (hourly: {time: […], …}).") from error
        word = one_text("weather", given)
        if word.lower() in SKY_WORDS or word.lower() in tuple(Sky):
            return SKY_WORDS.get(word.lower()) or Sky(word.lower())
        file = Path(self._found(word))
        if not there(file):
            raise Wrong(f"« weather » n’est ni un fichier ni un mot ({', '.join(Sky)}) : {word}.")
        with about(str(file)):
            return open_meteo.read(file)

    def _found(self, path: str) -> str:
        """A path of the file: beside it, else in the current directory."""
        if "://" in path:
            return path
        beside = self.folder / path
        return path if not there(beside) and there(Path(path)) else str(beside)


def guess_format(url: str) -> str:
    """From the end of its name."""
    name = urlsplit(url).path if "://" in url else url
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    return "ics" if suffix in (".ics", ".ical") else "table" if suffix in TABLES else "datatourisme"


def there(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.exists()
    return False
