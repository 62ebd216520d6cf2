"""One frozen, typed object from sejour.toml and SEJOUR_* variables. Every setting is explained in README.md (a test checks it).

What the office edits (hotspots, feeds, picks) lives in the database; the file only seeds it.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sejour.domain.weights import RANGES, STANDARD, Weights
from sejour.errors import UsageError

OF_VARIABLES = ("service", "store", "territory", "weather", "geocoder", "ranking", "pictures", "mail", "log")


class ServiceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    public_url: str = ""
    staff_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    languages: tuple[str, ...] = ("fr", "en", "nl", "de", "es", "it")
    secret_file: str = "secret"  # noqa: S105 (a file's name, beside the configuration)
    allow: tuple[str, ...] = ()


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    url: str = "sqlite:///sejour.db"


class TerritorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str = "territoire"
    name: str = "Mon territoire"
    lat: float = 46.6
    lon: float = 2.4
    timezone: str = "Europe/Paris"
    department: str = ""
    school_zone: str = ""
    languages: tuple[str, ...] = ()
    accent: str = "#0d5f56"
    logo: str = ""
    phone: str = ""
    hours: str = ""
    demonstration: bool = False


class FeedSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    format: str
    url: str
    every: str = "6h"
    map: str = ""


class HotspotSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    name: str
    lat: float
    lon: float
    gateway: str = ""
    keys: tuple[str, ...] = ()


class GatewaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    kind: str
    secret_file: str = ""
    url: str = ""
    site: str = ""
    host: str = ""
    level: int | None = None
    pap: bool = False
    minutes: int = 1_440


class WeatherSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    url: str = ""


class GeocoderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    url: str = "https://data.geopf.fr/geocodage"


class RankingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The weights, by the name of their term, within their ranges (`domain.weights`); `visitors` and `walks` are files of what the office
    measured (`sejour.surveys`)."""

    visitors: str = ""
    walks: str = ""
    stars: float = STANDARD.stars
    distance: float = STANDARD.distance
    hour: float = STANDARD.hour
    waiting: float = STANDARD.waiting
    certainty: float = STANDARD.certainty
    weather: float = STANDARD.weather
    pick: float = STANDARD.pick
    fairness: float = STANDARD.fairness
    variety: float = STANDARD.variety

    @property
    def weights(self) -> Weights:
        return Weights(**{name: getattr(self, name) for name in RANGES})


class PicturesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    fetch: bool = True
    megabytes: Annotated[int, msgspec.Meta(ge=0)] = 200


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    smtp: str = ""
    sender: str = msgspec.field(default="", name="from")


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    file: str = ""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    service: ServiceSettings = ServiceSettings()
    store: StoreSettings = StoreSettings()
    territory: TerritorySettings = TerritorySettings()
    feed: tuple[FeedSettings, ...] = ()
    hotspot: tuple[HotspotSettings, ...] = ()
    gateway: tuple[GatewaySettings, ...] = ()
    weather: WeatherSettings = WeatherSettings()
    geocoder: GeocoderSettings = GeocoderSettings()
    ranking: RankingSettings = RankingSettings()
    pictures: PicturesSettings = PicturesSettings()
    mail: MailSettings = MailSettings()
    log: LogSettings = LogSettings()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.territory.timezone)

    def beside(self, name: str) -> Path:
        """Where what is no part of the database is kept: beside it when it is SQLite's, else beside the secret."""
        url = self.store.url
        return Path(url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else self.service.secret_file).with_name(name)


def read_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Reads `path`, then SEJOUR_TABLE_KEY variables over it (SEJOUR_STORE_URL, SEJOUR_SERVICE_PORT…). A relative path in the file is
    relative to the file. Raises UsageError, one sentence, when the file is not there, is no TOML, or holds an unknown or a bad setting.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError("%(path)s n’existe pas : « sejour init DOSSIER » en écrit un.", path=str(path)) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("%(path)s ne peut pas être lu : %(why)s.", path=str(path), why=str(error).rstrip(".")) from error
    return make_settings(document, path.parent, environment)


def make_settings(document: dict[str, Any], folder: Path = Path(), environment: Mapping[str, str] = os.environ) -> Settings:
    """The Settings of a parsed sejour.toml; see `read_settings`."""
    _refuse_unknown(document)
    for name, value in environment.items():
        table, _, key = name.removeprefix("SEJOUR_").lower().partition("_")
        if name.startswith("SEJOUR_") and table in OF_VARIABLES and key:
            document = document | {table: document.get(table, {}) | {key: value}}
    try:
        settings = msgspec.convert(document, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise UsageError("sejour.toml : %(why)s.", why=str(error).rstrip(".")) from error
    try:
        ZoneInfo(settings.territory.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError("sejour.toml : le fuseau « %(zone)s » n’existe pas.", zone=settings.territory.timezone) from error
    _refuse_out_of_range(settings.ranking)
    return msgspec.structs.replace(
        settings,
        ranking=msgspec.structs.replace(
            settings.ranking,
            visitors=_absolute(settings.ranking.visitors, folder) if settings.ranking.visitors else "",
            walks=_absolute(settings.ranking.walks, folder) if settings.ranking.walks else "",
        ),
        service=msgspec.structs.replace(settings.service, secret_file=_absolute(settings.service.secret_file, folder)),
        store=StoreSettings(url=_absolute_url(settings.store.url, folder)),
        weather=WeatherSettings(url=_absolute(settings.weather.url, folder) if settings.weather.url else ""),
        gateway=tuple(msgspec.structs.replace(g, secret_file=_absolute(g.secret_file, folder) if g.secret_file else "") for g in settings.gateway),
        feed=tuple(msgspec.structs.replace(feed, url=_absolute(feed.url, folder), map=_map_text(feed.map, folder)) for feed in settings.feed),
    )


def _absolute_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    return (
        prefix + str((folder / url.removeprefix(prefix)).absolute()) if url.startswith(prefix) and url not in (prefix, prefix + ":memory:") else url
    )


def _absolute(url: str, folder: Path) -> str:
    return url if "://" in url else str((folder / url).absolute())


def _map_text(file: str, folder: Path) -> str:
    """The text of the column map that a feed names."""
    try:
        return (folder / file).read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("%(path)s (feed.map) ne peut pas être lu.", path=str(folder / file)) from error


def _refuse_out_of_range(ranking: RankingSettings) -> None:
    for name, allowed in RANGES.items():
        if not allowed.least <= getattr(ranking, name) <= allowed.most:
            raise UsageError("sejour.toml : « %(name)s » de [ranking] (%(meaning)s) va de %(least)s à %(most)s.", name=name,
                             meaning=allowed.meaning, least=f"{allowed.least:g}", most=f"{allowed.most:g}")  # fmt: skip


def _refuse_unknown(document: dict[str, Any]) -> None:
    """Names the nearest known setting: a misspelt one must not be silently ignored."""
    tables = {field.encode_name: field.type for field in msgspec.structs.fields(Settings)}
    for table, content in document.items():
        if table not in tables:
            raise UsageError("sejour.toml : la table [%(table)s] n’existe pas%(hint)s.", table=table, hint=_nearest(table, list(tables)))
        part = tables[table] if isinstance(tables[table], type) else cast("Any", tables[table]).__args__[0]
        known = [field.encode_name for field in msgspec.structs.fields(part)]
        for row in content if isinstance(content, list) else [content]:
            for key in row if isinstance(row, dict) else ():
                if key not in known:
                    raise UsageError("sejour.toml : le réglage « %(key)s » de [%(table)s] n’existe pas%(hint)s.",
                                     key=key, table=table, hint=_nearest(key, known))  # fmt: skip


def _nearest(word: str, known: list[str]) -> str:
    found = difflib.get_close_matches(word, known, 1, 0.4)
    return f" (vouliez-vous dire « {found[0]} » ?)" if found else ""
