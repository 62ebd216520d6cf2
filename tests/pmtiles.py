"""The smallest PMTiles archives (version 3) that a map can be drawn from: https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md"""

import gzip
import json
import math
import struct
from collections.abc import Iterator
from pathlib import Path

GZIP, MVT = 2, 1
PAU = (-0.45, 43.25, -0.30, 43.35)  # west, south, east, north


def write_pmtiles(
    path: Path, bounds: tuple[float, float, float, float] = PAU, zoom: int = 14, magic: bytes = b"PMTiles", version: int = 3, tiles: int = MVT
) -> Path:
    """Every tile that holds the middle of `bounds`, from the world down to `zoom`, is land with one road across it."""
    west, south, east, north = bounds
    tile = gzip.compress(land_and_road(), mtime=0)
    ids = sorted(tile_id(z, *tile_at(z, (west + east) / 2, (south + north) / 2)) for z in range(zoom + 1))
    root, metadata = gzip.compress(directory(ids, len(tile)), mtime=0), gzip.compress(json.dumps({"vector_layers": []}).encode(), mtime=0)
    where = [127, 127 + len(root), 127 + len(root) + len(metadata)]
    head = struct.pack(
        "<7sB11Q6B4iB2i", magic, version, where[0], len(root), where[1], len(metadata), where[2], 0, where[2], len(tile), len(ids), len(ids), 1,
        1, GZIP, GZIP, tiles, 0, zoom, *(round(d * 1e7) for d in bounds), zoom, round((west + east) / 2 * 1e7), round((south + north) / 2 * 1e7),
    )  # fmt: skip
    path.write_bytes(head + root + metadata + tile)
    return path


def directory(ids: list[int], length: int) -> bytes:
    """Entries that all show the one tile."""
    steps = [id - before for id, before in zip(ids, [0, *ids], strict=False)]
    return b"".join(map(varint, [len(ids), *steps, *([1] * len(ids)), *([length] * len(ids)), *([1] * len(ids))]))


def tile_at(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    side = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * side), int(y * side)


def tile_id(zoom: int, x: int, y: int) -> int:
    """Its rank along the Hilbert curves of all zooms."""
    id, half = (4**zoom - 1) // 3, (1 << zoom) // 2
    while half:
        right, low = int(x & half > 0), int(y & half > 0)
        id += half * half * ((3 * right) ^ low)
        if not low:
            if right:
                x, y = half - 1 - x, half - 1 - y
            x, y = y, x
        half //= 2
    return id


def land_and_road() -> bytes:
    square = [*move(0, 0), *lines((4096, 0), (0, 4096), (-4096, 0)), 15]
    return layer("earth", 3, square) + layer("roads", 2, [*move(0, 1000), *lines((4096, 2000))])


def layer(name: str, kind: int, geometry: list[int]) -> bytes:
    """One feature; the fields of vector_tile.proto by number."""
    feature = field(2, varint(0) + varint(0)) + varint(3 << 3) + varint(kind) + field(4, b"".join(map(varint, geometry)))
    value = field(1, b"major_road")
    made = (
        field(1, name.encode())
        + field(2, feature)
        + field(3, b"kind")
        + field(4, value)
        + varint(5 << 3)
        + varint(4096)
        + varint(15 << 3)
        + varint(2)
    )
    return field(3, made)


def move(x: int, y: int) -> Iterator[int]:
    yield from (1 << 3 | 1, zigzag(x), zigzag(y))


def lines(*steps: tuple[int, int]) -> Iterator[int]:
    yield len(steps) << 3 | 2
    for x, y in steps:
        yield from (zigzag(x), zigzag(y))


def zigzag(n: int) -> int:
    return n * 2 if n >= 0 else -n * 2 - 1


def field(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def varint(n: int) -> bytes:
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes([*out, n])
