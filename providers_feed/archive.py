"""The documents of a source: a zip (opened once, streamed), a folder, or a single file. Nothing is ever written or unpacked to disk.

Strangers make these files: each document and the whole have a size limit, checked before inflating and while inflating; members
that share bytes (CVE-2024-0450, which Python < 3.11.8 opens without a word) refuse the archive.
"""

import struct
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from providers_feed.record import shorten
from sejour.domain.feed import Problem, Severity
from sejour.domain.text import N_, Reason
from sejour.errors import FeedError

LARGEST_DOCUMENT = 8 * 2**20  # bytes; the largest real DATAtourisme objects have 0.3 MB
LARGEST_RATIO = 60  # inflated against zipped, for the whole archive; real ones have 5 to 15
LOCAL_HEADER = 30  # bytes at least between where a member is said to begin and its data
SMALL = 100 * 2**20  # an archive that inflates to less is never refused for its ratio


def documents(source: Path, *suffixes: str) -> Iterator[tuple[str, bytes | Problem]]:
    """(name, bytes or the Problem that keeps them from being read) of each document whose name ends in one of `suffixes`, in the
    archive's order, or sorted by name in a folder. A single file is its own document, whatever its name.

    Raises FeedError, with one sentence, when the source is not there, cannot be read, or is a damaged or dangerous zip.
    """
    try:
        if source.is_dir():
            for path in sorted(path for path in source.rglob("*") if path.name.endswith(suffixes) and path.is_file()):
                yield path.relative_to(source).as_posix(), _file(path)
        elif zipfile.is_zipfile(source):
            yield from _zip(source, suffixes)
        elif _head(source) == b"PK\x03\x04":
            raise _damaged(source)
        else:
            body = _file(source)
            if isinstance(body, Problem):
                raise FeedError(N_("%(source)s est trop gros pour un seul fichier (%(mb)d Mo) : demandez le flux en archive zip."),
                                source=source.name, mb=source.stat().st_size // 2**20)  # fmt: skip
            yield source.name, body
    except OSError as error:
        raise FeedError(N_("%(source)s ne peut pas être lu (%(why)s)."), source=source.name, why=error.strerror or type(error).__name__) from error
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:  # whatever a damaged list of members raises
        raise _damaged(source) from error


def _damaged(source: Path) -> FeedError:
    return FeedError(N_("%(source)s : cette archive zip est coupée ou abîmée ; téléchargez-la de nouveau."), source=source.name)


def _head(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(4)


def _file(path: Path) -> bytes | Problem:
    if path.stat().st_size > LARGEST_DOCUMENT:
        return _too_large(path.name, path.stat().st_size)
    return path.read_bytes()


def _zip(source: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes | Problem]]:
    with zipfile.ZipFile(source) as archive:
        members = [info for info in archive.infolist() if info.filename.endswith(suffixes)]
        _refuse_bombs(source, archive.infolist(), members)
        for info in members:
            yield info.filename, _member(archive, info)


def _refuse_bombs(source: Path, infos: list[zipfile.ZipInfo], members: list[zipfile.ZipInfo]) -> None:
    placed = sorted(infos, key=lambda info: info.header_offset)
    for before, after in pairwise(placed):
        if before.header_offset + LOCAL_HEADER + before.compress_size > after.header_offset:
            raise FeedError(N_("%(source)s : les fichiers de cette archive se chevauchent, elle est refusée."), source=source.name)
    inflated = sum(info.file_size for info in members if info.file_size <= LARGEST_DOCUMENT)
    if inflated > max(SMALL, LARGEST_RATIO * source.stat().st_size):
        raise FeedError(N_("%(source)s : cette archive est démesurée une fois ouverte (%(mb)d Mo), elle est refusée."),
                        source=source.name, mb=inflated // 2**20)  # fmt: skip


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | Problem:
    if info.file_size > LARGEST_DOCUMENT:
        return _too_large(info.filename, info.file_size)
    try:
        with archive.open(info) as file:
            body = file.read(LARGEST_DOCUMENT + 1)  # the declared size may lie
    except Exception as error:  # zlib, lzma, struct, RuntimeError for an encrypted one: whatever a damaged member raises
        return Problem(
            shorten(info.filename), None, Reason(N_("Ce fichier de l’archive ne s’ouvre pas.")), Severity.ERROR, shorten(str(error)), partial=True
        )
    return body if len(body) <= LARGEST_DOCUMENT else _too_large(info.filename, len(body))


def _too_large(name: str, size: int) -> Problem:
    reason = Reason(N_("Ce fichier est trop gros pour une fiche (%(mb)d Mo) : il n’est pas ouvert."), {"mb": size // 2**20})
    return Problem(shorten(name), None, reason, Severity.ERROR, partial=True)
