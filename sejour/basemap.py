"""The street map that an operator may bring: one PMTiles archive (version 3) of vector tiles, kept beside the database."""

import os
import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sejour.domain.place import Place
from sejour.errors import UsageError
from sejour.settings import Settings

NAME = "basemap.pmtiles"
HEADER = struct.Struct("<7sB11Q6B4i")  # magic, version, places and counts, then clustered … max_zoom, and the bounds; PMTiles v3 §3
MAGIC, VERSION = b"PMTiles", 3
SECTIONS = slice(2, 10)  # (offset, length) of the root directory, the metadata, the leaf directories, the tiles
TILES, ZOOM, BOUNDS = 16, 18, slice(19, 23)
VECTOR = 1  # MVT, what the page draws
DEGREES = 1e7
LEAST_ZOOM = 12  # streets have names from here on


@dataclass(frozen=True, slots=True)
class Basemap:
    """`zoom` is the deepest of its tiles; `west` … `north` degrees; `size` bytes."""

    size: int
    zoom: int
    west: float
    south: float
    east: float
    north: float

    def covers(self, place: Place) -> bool:
        return self.south <= place.lat <= self.north and self.west <= place.lon <= self.east


def basemap_path(settings: Settings) -> Path:
    return settings.beside(NAME)


def read_basemap(path: Path) -> Basemap:
    """Raises UsageError, one sentence, when the file is not one that pages can show."""
    with _readable(path):
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEADER.size)
    if len(head) < HEADER.size or not head.startswith(MAGIC):
        raise UsageError("%(path)s n’est pas une archive PMTiles.", path=str(path))
    found = HEADER.unpack(head)
    if found[1] != VERSION:
        raise UsageError("%(path)s est une archive PMTiles de version %(found)s : il faut la version 3.", path=str(path), found=str(found[1]))
    sections = found[SECTIONS]
    if size < max(offset + length for offset, length in zip(sections[::2], sections[1::2], strict=True)):
        raise UsageError("%(path)s est incomplet : la copie s’est arrêtée avant la fin.", path=str(path))
    if found[TILES] != VECTOR:
        raise UsageError("%(path)s ne contient pas de tuiles vectorielles (MVT) : prenez un extrait de Protomaps.", path=str(path))
    if found[ZOOM] < LEAST_ZOOM:
        raise UsageError("%(path)s s’arrête au zoom %(zoom)s : il faut au moins %(least)s pour voir les rues.", path=str(path),
                         zoom=str(found[ZOOM]), least=str(LEAST_ZOOM))  # fmt: skip
    west, south, east, north = (degrees / DEGREES for degrees in found[BOUNDS])
    return Basemap(size, found[ZOOM], west, south, east, north)


def basemap_of(settings: Settings) -> Basemap | None:
    """That of the territory, if the operator brought a good one."""
    with suppress(UsageError):
        return read_basemap(basemap_path(settings))
    return None


def take_basemap(settings: Settings, file: Path) -> Basemap:
    """Copies it to its place, whole or not at all, while pages are served. Raises UsageError when it is not one, or of elsewhere."""
    found, kept = read_basemap(file), basemap_path(settings)
    places = {settings.territory.name: Place(settings.territory.lat, settings.territory.lon)} | {
        h.name: Place(h.lat, h.lon) for h in settings.hotspot
    }
    for name, place in places.items():
        if not found.covers(place):
            raise UsageError(
                "%(path)s ne couvre pas « %(name)s » (%(lat)s, %(lon)s).", path=str(file), name=name, lat=str(place.lat), lon=str(place.lon)
            )
    part = kept.with_name(f".{NAME}.part")
    try:
        shutil.copyfile(file, part)
        with part.open("rb") as copied:
            os.fsync(copied.fileno())
        part.replace(kept)
    except (OSError, shutil.Error) as error:
        part.unlink(missing_ok=True)
        raise UsageError("La carte ne peut pas être copiée dans %(path)s (%(why)s).", path=str(kept), why=str(error.strerror or error)) from error
    return found


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError("%(path)s ne peut pas être lu (%(why)s).", path=str(path), why=str(error.strerror)) from error
