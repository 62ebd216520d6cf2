"""The sources' pictures that we fetched, in a folder beside the database: bounded, in no backup, to be removed at any time.

`index.json` says what became of each address; a photo is a file named by its content, whose date is the day it was last asked for. One process writes
(`Store.alone`), all read: what is there is replaced whole, or not at all.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sejour.settings import Settings

FOLDER, INDEX = "pictures", "index.json"
UNUSED = timedelta(days=7)  # what nobody asked for meanwhile makes room for another; what was dropped is not fetched again before
LIKELY = 1_000_000  # bytes of one more photo


@dataclass(frozen=True, slots=True)
class Plate:
    """What became of a picture of an offer. `id` names its photo, "" while there is none; its address is not asked again before `due`; `failures` in a
    row; `etag` and `modified` as its server said them."""

    offer: str
    url: str
    due: datetime
    id: str = ""
    width: int = 0
    height: int = 0
    failures: int = 0
    etag: str | None = None
    modified: str | None = None


Plates = Mapping[tuple[str, str], Plate]  # by offer and address
_decoder = msgspec.json.Decoder(tuple[Plate, ...])


class Album:
    """`most` bytes of photos."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most

    def stamp(self) -> tuple[int, int] | None:
        """Another one once the index was written anew."""
        try:
            told = (self._folder / INDEX).stat()
        except OSError:
            return None
        return told.st_ino, told.st_mtime_ns

    def plates(self) -> Plates:
        """Nothing when there is no index that can be read."""
        with suppress(OSError, msgspec.DecodeError):
            return {(plate.offer, plate.url): plate for plate in _decoder.decode((self._folder / INDEX).read_bytes())}
        return {}

    def pixels(self, id: str, moment: datetime) -> bytes | None:
        """The photo, which was asked for at `moment`; None when it was dropped meanwhile."""
        path = self._path(id)
        try:
            body = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # a disk that became read-only
            _date(path, moment)
        return body

    def put(self, id: str, data: bytes, moment: datetime) -> None:
        self._folder.mkdir(exist_ok=True)
        _write(self._path(id), data)
        _date(self._path(id), moment)

    def has_room(self, moment: datetime) -> bool:
        """For one more photo, without dropping any that somebody asked for lately: else one would be fetched and dropped in turn, for ever."""
        files = self._files()
        return sum(size for _, size, _ in files) + LIKELY <= self._most or any(
            moment.timestamp() - used > UNUSED.total_seconds() for used, _, _ in files
        )

    def write(self, plates: Iterable[Plate], moment: datetime) -> None:
        """Makes `plates` the index; photos that none names are removed, then those asked for longest ago, until the rest is within `most` bytes."""
        kept = list(plates)
        named, files = {plate.id for plate in kept}, self._files()
        stay = [file for file in files if file[2].stem in named]
        held = sum(size for _, size, _ in stay)
        while held > self._most:
            held -= stay.pop(0)[1]
        there = {path.stem for _, _, path in stay}
        listed = [plate if plate.id in there or not plate.id else replace(plate, id="", due=moment + UNUSED) for plate in kept]
        self._folder.mkdir(exist_ok=True)
        _write(self._folder / INDEX, msgspec.json.encode(listed))
        for _, _, path in files:
            if path.stem not in there:
                path.unlink(missing_ok=True)

    def _path(self, id: str) -> Path:
        return self._folder / f"{id}.jpg"

    def _files(self) -> list[tuple[float, int, Path]]:
        """(when it was asked for, bytes, path) of each photo, the longest ago first."""
        told = [(path.stat(), path) for path in self._folder.glob("*.jpg")]
        return sorted((stat.st_mtime, stat.st_size, path) for stat, path in told)


def album_of(settings: Settings) -> Album:
    return Album(settings.beside(FOLDER), settings.pictures.megabytes * 1_000_000)


def _write(path: Path, body: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(body)
    part.replace(path)


def _date(path: Path, moment: datetime) -> None:
    os.utime(path, (moment.timestamp(), moment.timestamp()))
