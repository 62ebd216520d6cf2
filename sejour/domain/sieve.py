"""The hand that holds `sieve.c`: its structures, and the arrays of a slot, checked once. Where it was not compiled, NumPy does the same work."""

import ctypes
import os
import zlib
from collections.abc import Iterator
from ctypes import POINTER, byref, c_byte, c_double, c_int64, c_void_p
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sejour.domain import travel
from sejour.domain.cells import COLUMNS, around
from sejour.domain.situation import Question, Situation
from sejour.domain.slot import NOW, SOON, SOON_AT_MOST, Slot
from sejour.domain.terms import CLOSED
from sejour.domain.visit import When

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SOURCE = Path(__file__).with_name("sieve.c")
ROOM, EQUALS = 4, 64  # Founds there is room for: so many times the best asked for, and for equals of the last of them
WHOLE, COLUMN = c_int64, c_void_p


class _Table(ctypes.Structure):
    _fields_ = (
        ("offers", WHOLE), ("cells", WHOLE), ("quarters", WHOLE), ("zero", WHOLE), ("columns", WHOLE),
        ("earth", c_double), ("detour", c_double), ("distance", c_double), ("waiting", c_double),
        ("soon_at_most", c_double), ("soon", c_double), ("closed", c_double),
        ("xyz", COLUMN), ("index", COLUMN), ("bits", COLUMN), ("group", COLUMN), ("first_row", COLUMN),
        ("begin", COLUMN), ("earliest", COLUMN), ("last", COLUMN), ("sort", COLUMN), ("happens", COLUMN),
        ("points", COLUMN), ("suits", COLUMN), ("keys", COLUMN), ("first", COLUMN), ("centre", COLUMN), ("radius", COLUMN), ("most", COLUMN),
    )  # fmt: skip


class _Mode(ctypes.Structure):
    _fields_ = (("metres_a_minute", c_double), ("lost", c_double), ("longest", c_double), ("on_foot", WHOLE))


class _Question(ctypes.Structure):
    _fields_ = (
        ("x", c_double), ("y", c_double), ("z", c_double), ("detour", c_double), ("patience", c_double),
        ("walked", COLUMN), ("modes", POINTER(_Mode)), ("mode_count", WHOLE), ("wanted", WHOLE), ("kinds", WHOLE), ("leave", WHOLE), ("latest", WHOLE),
        ("count", WHOLE), ("south", WHOLE), ("north", WHOLE), ("bands", WHOLE),
        ("west", WHOLE), ("east", WHOLE), ("other_west", WHOLE), ("other_east", WHOLE),
    )  # fmt: skip


_FOUND = np.dtype(
    [(name, np.int64) for name in ("local", "mode", "arrive", "row", "begins")]
    + [(name, np.float64) for name in ("metres", "street", "minutes", "points", "total")]
)


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A table, and the arrays that it points to."""

    table: _Table
    arrays: tuple[NDArray[np.generic], ...]


def sift(question: Question, count: int) -> tuple[Situation, FloatArray] | None:
    """The offers that may be among the `count` best, with their points beside those of distance (`terms.beside_distance`). None when nothing was compiled,
    or when it is not for it to say."""
    slot = question.slot
    count = min(count, len(slot.offers))
    if _LIBRARY is None or count < 1:
        return None
    held: _Held = slot.memo.get("sieve", partial(_held, slot))
    room = ROOM * count + EQUALS
    found = (c_byte * (room * _FOUND.itemsize))()
    size = _LIBRARY.sieve(byref(held.table), byref(_asked(question, count)), found, room)
    if size < 0:
        return None
    f = np.frombuffer(memoryview(found), _FOUND, size)
    return Situation(question, f["local"], f["metres"], f["street"], f["mode"], f["minutes"], f["arrive"], f["row"], f["begins"]), f["points"]


def _asked(question: Question, count: int) -> _Question:
    visit, modes, walked = question.visit, question.visit.modes, question.walked
    waits = visit.when in NOW and not visit.until
    south, north, bands = around(visit.place, question.reach)
    return _Question(
        *question.here.tolist(), question.detour, 0 if waits else 24 if visit.when is When.WEEK else 1,
        walked.ctypes.data if walked is not None else None, _modes(modes), len(modes), question.wanted, question.kinds, question.leave, question.latest,
        count, south, north, len(bands), *chain.from_iterable(bands),
    )  # fmt: skip


@lru_cache(maxsize=16)
def _modes(modes: tuple[travel.Mode, ...]) -> "ctypes.Array[_Mode]":
    paces = [(travel.PACES[mode], mode is travel.Mode.WALK) for mode in modes]
    return (_Mode * len(modes))(*(_Mode(p.metres_a_minute, p.fixed_minutes, p.longest_minutes, on_foot) for p, on_foot in paces))


def _held(slot: Slot) -> _Held:
    """Raises ValueError when an index would lead out of its array."""
    arrays = tuple(_columns(slot))
    offers, cells, rows, quarters = len(slot.offers), len(slot.cells.keys), len(slot.rows.sort), slot.suits.shape[1]
    lengths = [3 * offers, offers, offers, offers, offers + 1, *[rows] * 6, slot.suits.size, cells, cells + 1, 3 * cells, cells, cells]
    whole = (
        [len(array) for array in arrays] == lengths
        and _within(slot.offers, len(slot.catalogue.offers))
        and _within(slot.group, len(slot.suits))
        and _in_steps(slot.first_row, rows)
        and _in_steps(slot.cells.first, offers)
    )
    if not whole:
        raise ValueError("the arrays of this slot do not fit together")
    weights, addresses = slot.catalogue.weights, [array.ctypes.data for array in arrays]
    rules = (travel.EARTH_RADIUS_M, travel.DETOUR, weights.distance, weights.waiting, SOON_AT_MOST, SOON, CLOSED)
    return _Held(_Table(offers, cells, quarters, slot.zero, COLUMNS, *rules, *addresses), arrays)


def _columns(slot: Slot) -> Iterator[NDArray[np.generic]]:
    """In the order of _Table."""
    r, c, numbers, whole = slot.rows, slot.cells, np.float64, np.int64
    yield np.ascontiguousarray(slot.xyz.T, numbers).ravel()
    for column in (slot.offers, slot.bits, slot.group, slot.first_row, r.begin, r.earliest, r.last, r.sort, r.happens):
        yield np.ascontiguousarray(column, whole)
    yield from (np.ascontiguousarray(points, numbers) for points in (slot.points, slot.suits.ravel()))
    yield from (np.ascontiguousarray(column, whole) for column in (c.keys, c.first))
    yield from (np.ascontiguousarray(of_cells, numbers) for of_cells in (c.centre.ravel(), c.radius, slot.cell_most))


def _within(indices: IntArray, size: int) -> bool:
    return not len(indices) or bool(indices.min() >= 0 and indices.max() < size)


def _in_steps(first: IntArray, size: int) -> bool:
    return bool(first[0] == 0 and first[-1] == size and (np.diff(first) >= 0).all())


def library_of(source: bytes) -> str:
    """The name of the library that this source makes: that of another source is never loaded."""
    return f"_sieve_{zlib.crc32(source):08x}.so"


def _library() -> ctypes.CDLL | None:
    path = SOURCE.with_name(library_of(SOURCE.read_bytes()))
    try:
        library = None if os.environ.get("SEJOUR_NUMPY") else ctypes.CDLL(str(path))
    except OSError:  # not compiled, or for another machine
        return None
    if library:
        library.sieve.restype = WHOLE
        library.sieve.argtypes = (c_void_p, c_void_p, c_void_p, WHOLE)
    return library


_LIBRARY = _library()
COMPILED = _LIBRARY is not None
