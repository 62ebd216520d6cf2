"""`sejour doctor`: what an operator can get wrong, one line each, with its remedy. Nothing is changed."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from sejour.domain.place import Place
from sejour.domain.staff import Role, Staff
from sejour.errors import SejourError, UsageError
from sejour.porch import door_of, public_origin
from sejour.settings import GatewaySettings, Settings, read_settings
from sejour.store import outings, unplaced
from sejour.store.engine import Store
from sejour.store.feeds import feeds_of
from sejour.store.portal import Hotspot, hotspots_of
from sejour.store.staff import staff_of

ROOM = 200_000_000  # bytes that a disk should have left
SILENCE = timedelta(minutes=3)  # a gateway asks every few seconds; it is written once a minute
ADVANCE = timedelta(minutes=5)  # of a file over the clock
POLLED_LEVELS = (3, 4)


class Grade(StrEnum):
    GOOD = "bon"
    LOOK = "à voir"
    FAULT = "faute"


@dataclass(frozen=True, slots=True)
class Finding:
    grade: Grade
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.grade.value:<7} {self.what}" + (f" → {self.remedy}" if self.remedy else "")


def examine(config: Path, moment: datetime) -> Iterator[Finding]:
    try:
        settings = read_settings(config)
    except UsageError as error:
        yield Finding(Grade.FAULT, str(error), "corrigez ce fichier, ou nommez-en un autre avec « --config »")
        return
    yield Finding(Grade.GOOD, f"configuration : {config}")
    yield from _clock(config, moment)
    yield from _secrets(settings)
    yield from _public(settings)
    for each in settings.gateway:
        yield _gateway(settings, each)
    yield from _weather(settings)
    yield from _database(settings, moment)


def _clock(config: Path, moment: datetime) -> Iterator[Finding]:
    written = datetime.fromtimestamp(config.stat().st_mtime, moment.tzinfo)
    wrong = written - moment > ADVANCE
    yield (
        Finding(Grade.FAULT, f"horloge : il serait {moment:%Y-%m-%d %H:%M} UTC, avant que la configuration ne soit écrite", "réglez-la (timedatectl)")
        if wrong
        else Finding(Grade.GOOD, f"horloge : {moment:%Y-%m-%d %H:%M} UTC")
    )


def _secrets(settings: Settings) -> Iterator[Finding]:
    files = {settings.service.secret_file: "service.secret_file"}
    files |= {each.secret_file: f"gateway « {each.id} »" for each in settings.gateway if each.secret_file}
    for file, name in files.items():
        path = Path(file)
        if not path.is_file() or not path.stat().st_size:
            yield Finding(Grade.FAULT, f"secret de {name} : {file} manque ou est vide", f"(umask 077 ; openssl rand -hex 16 > {file})")
        elif path.stat().st_mode & 0o027:
            yield Finding(Grade.FAULT, f"secret de {name} : {file} peut être lu par tous, ou changé par d’autres", f"chmod o=,g-w {file}")
        else:
            yield Finding(Grade.GOOD, f"secret de {name} : {file}")


def _public(settings: Settings) -> Iterator[Finding]:
    url, parts = settings.service.public_url, urlsplit(settings.service.public_url)
    if not url:
        if settings.gateway:
            yield Finding(Grade.FAULT, "service.public_url n’est pas dit", "écrivez l’adresse par laquelle les téléphones arrivent, en https")
    elif parts.scheme not in ("http", "https") or not public_origin(settings):
        yield Finding(Grade.FAULT, f"service.public_url « {url} » n’est pas une adresse", "elle s’écrit https://wifi.exemple.fr")
    elif parts.path not in ("", "/"):
        yield Finding(Grade.FAULT, f"service.public_url « {url} » a un chemin", "donnez à sejour un nom à lui, sans chemin")
    elif parts.scheme == "http":
        yield Finding(Grade.LOOK, f"service.public_url « {url} » est en http", "l’option DHCP 114 et Android demandent https")
    else:
        yield Finding(Grade.GOOD, f"adresse publique : {url}")


def _gateway(settings: Settings, told: GatewaySettings) -> Finding:
    try:
        door = door_of(settings, told)
    except UsageError as error:
        return Finding(Grade.FAULT, str(error), f"corrigez [[gateway]] « {told.id} » dans sejour.toml")
    entry = f"{public_origin(settings)}/portal/{told.id}"
    polls = f" ; interrogation : {entry}/poll/{door.poll}" if told.kind == "opennds" and told.level in (*POLLED_LEVELS, None) else ""
    return Finding(Grade.GOOD, f"passerelle « {told.id} » ({told.kind}) : entrée {entry}{polls}")


def _weather(settings: Settings) -> Iterator[Finding]:
    url = settings.weather.url
    if not url:
        yield Finding(Grade.LOOK, "pas de météo", 'weather.url = "https://api.open-meteo.com/v1/forecast"')
    elif "://" in url and urlsplit(url).scheme not in ("http", "https"):
        yield Finding(Grade.FAULT, f"weather.url « {url} » n’est ni http ni https", "https://api.open-meteo.com/v1/forecast")
    elif "://" not in url and not Path(url).is_file():
        yield Finding(Grade.FAULT, f"weather.url : {url} n’existe pas", "corrigez le chemin, ou mettez l’adresse d’Open-Meteo")
    else:
        yield Finding(Grade.GOOD, f"météo : {url}")


def _database(settings: Settings, moment: datetime) -> Iterator[Finding]:
    try:
        store = Store(settings.store.url)
    except SejourError as error:
        yield Finding(Grade.FAULT, str(error), "corrigez store.url")
        return
    try:
        store.check_schema()
        yield Finding(Grade.GOOD, f"base : {store.dialect.engine.url.render_as_string()}")
        yield from _disk(settings, store)
        with store.reading() as connection:
            id = settings.territory.id
            feeds = feeds_of(connection, id, settings.territory.timezone)
            hotspots, unknown = _all_hotspots(settings, hotspots_of(connection, id)), unplaced.unplaced_of(connection, id)
            accounts = staff_of(connection, id)
            polls = {each.id: outings.last_poll(connection, id, each.id) for each in settings.gateway if each.level in POLLED_LEVELS}
    except SejourError as error:
        yield Finding(Grade.FAULT, str(error), "« sejour migrate » si le schéma est ancien ; sinon voyez si la base tourne")
        return
    finally:
        store.close()
    if not feeds and not settings.feed:
        yield Finding(Grade.LOOK, "aucun flux", "« sejour feed add » en ajoute un")
    for feed in feeds:
        if feed.failures:
            yield Finding(Grade.FAULT, f"flux « {feed.feed.name} » : {feed.failures} échecs de suite", f"sejour feed run {feed.feed.name}")
    yield from _hotspots(settings, hotspots)
    yield _office(settings, accounts)
    for point in unknown:
        yield Finding(Grade.LOOK, f"point d’accès inconnu « {point.key} » derrière « {point.gateway} », vu {point.times} fois, la dernière le "
                      f"{point.last:%Y-%m-%d}", f"sejour hotspot place BORNE '{point.key}'")  # fmt: skip
    for gateway, last in polls.items():
        yield _poll(gateway, last, moment)


def _disk(settings: Settings, store: Store) -> Iterator[Finding]:
    url = settings.store.url
    if not url.startswith("sqlite:///"):
        return
    folder = Path(url.removeprefix("sqlite:///")).parent
    if store.dialect.read_only:
        yield Finding(Grade.FAULT, f"le disque de {folder} ne peut pas être écrit", "remontez-le en écriture, ou changez la carte")
    elif (free := shutil.disk_usage(folder).free) < ROOM:
        yield Finding(Grade.FAULT, f"il ne reste que {free // 1_000_000} Mo sur le disque de {folder}", "faites de la place")
    else:
        yield Finding(Grade.GOOD, f"disque : {free // 1_000_000} Mo libres")


def _all_hotspots(settings: Settings, stored: list[Hotspot]) -> list[Hotspot]:
    """With those of sejour.toml that the next start will add."""
    there = {each.id for each in stored}
    return stored + [Hotspot(h.id, h.name, Place(h.lat, h.lon), h.gateway, h.keys) for h in settings.hotspot if h.id not in there]


def _hotspots(settings: Settings, hotspots: list[Hotspot]) -> Iterator[Finding]:
    gateways = {each.id for each in settings.gateway}
    for hotspot in hotspots:
        if hotspot.gateway and hotspot.gateway not in gateways:
            yield Finding(
                Grade.FAULT, f"borne « {hotspot.id} » : la passerelle « {hotspot.gateway} » n’existe pas", "ajoutez-la, ou changez la borne"
            )
    for gateway in gateways:
        behind = [hotspot for hotspot in hotspots if hotspot.gateway == gateway]
        unkeyed = [hotspot.id for hotspot in behind if not hotspot.keys]
        if not behind and not any(hotspot.keys for hotspot in hotspots if not hotspot.gateway):
            yield Finding(Grade.LOOK, f"aucune borne derrière la passerelle « {gateway} »", f'donnez gateway = "{gateway}" à une [[hotspot]]')
        elif len(unkeyed) > 1:
            yield Finding(Grade.FAULT, f"bornes sans clef derrière « {gateway} » : {', '.join(unkeyed)}", "sejour hotspot place BORNE CLEF")
    yield Finding(Grade.GOOD if hotspots else Grade.LOOK, f"bornes : {len(hotspots)}", "" if hotspots else "« sejour hotspot add » en ajoute une")


def _office(settings: Settings, accounts: list[Staff]) -> Finding:
    url, admins = settings.service.staff_url, [each for each in accounts if each.role is Role.ADMIN and not each.disabled]
    if url and (urlsplit(url).scheme != "https" or not urlsplit(url).netloc):
        return Finding(Grade.FAULT, f"service.staff_url « {url} » n’est pas une adresse https", "elle s’écrit https://office.exemple.fr")
    if not admins:
        return Finding(Grade.LOOK, "aucun compte d’administrateur", "« sejour staff add NOM --role admin » écrit le lien du premier")
    return Finding(Grade.GOOD, f"comptes : {len(accounts)}, dont {len(admins)} pour inviter")


def _poll(gateway: str, last: datetime | None, moment: datetime) -> Finding:
    if last is None:
        return Finding(Grade.LOOK, f"la passerelle « {gateway} » n’a encore rien demandé", "son faspath est l’adresse d’interrogation ci-dessus")
    ago = moment - last
    if ago > SILENCE:
        return Finding(Grade.FAULT, f"la passerelle « {gateway} » n’a rien demandé depuis {ago.total_seconds() // 60:.0f} min",
                       "voyez si elle tourne et si elle joint cette adresse")  # fmt: skip
    return Finding(Grade.GOOD, f"la passerelle « {gateway} » demande ses accès")
