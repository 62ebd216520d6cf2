"""Redis GEOSEARCH for what is near, then our own filter and score on all of it: a private server on a unix socket, in memory alone.

The members are the four bytes of an index, so that an answer of any length is read as one array.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.national import Country, Quarter, Query
from benchmarks.peers import Absent, Answer, processor_time
from benchmarks.peers.scoring import best_among, reach
from sejour.domain.situation import ask
from sejour.domain.slot import slot_of

ITEM = len(b"$4\r\n") + 4 + len(b"\r\n")  # of an answer: a member
WIDER = 1.002  # its Earth is larger than ours, its positions are rounded to 0.6 m
OPTIONS = ["--port", "0", "--save", "", "--appendonly", "no", "--daemonize", "no", "--io-threads", "1"]


class Redis:
    name: ClassVar[str] = "Redis GEOSEARCH + NumPy"

    def __init__(self, country: Country) -> None:
        server = shutil.which("redis-server")
        if not server:
            raise Absent("redis-server")
        self._catalogue = country.catalogue
        self._folder = Path(tempfile.mkdtemp(prefix="sejour-redis-"))
        path = self._folder / "socket"
        self._server = subprocess.Popen([server, *OPTIONS, "--unixsocket", str(path), "--dir", str(self._folder)], stdout=subprocess.DEVNULL)
        self._socket = socket.socket(socket.AF_UNIX)
        for _ in range(500):
            if self._socket.connect_ex(str(path)) == 0:
                break
            time.sleep(0.01)
        self._answers = self._socket.makefile("rb", buffering=1 << 20)
        lat, lon = country.catalogue.lat.tolist(), country.catalogue.lon.tolist()
        for first in range(0, len(lat), 1000):
            members = range(first, min(first + 1000, len(lat)))
            parts = [b"GEOADD", b"offers", *(part for i in members for part in (b"%.9f" % lon[i], b"%.9f" % lat[i], i.to_bytes(4, "little")))]
            self._socket.sendall(_command(parts))
            self._line()

    @property
    def about(self) -> str:
        return f"Redis {self._told('redis_version')}"

    @property
    def megabytes(self) -> float:
        return int(self._told("used_memory")) / 2**20

    def _told(self, name: str) -> str:
        self._socket.sendall(_command([b"INFO"]))
        text = self._answers.read(int(self._line()[1:]) + 2).decode()
        return str(text.split(f"{name}:")[1].split()[0])

    def prepare(self, quarter: Quarter, query: Query) -> None:
        slot = slot_of(self._catalogue, query.visit)
        self._local = np.full(len(self._catalogue.lat), -1)
        self._local[slot.offers] = np.arange(len(slot.offers))

    def ask(self, query: Query) -> Answer:
        place = query.visit.place
        radius = b"%.0f" % (reach(query) * WIDER + 2)
        self._socket.sendall(_command([b"GEOSEARCH", b"offers", b"FROMLONLAT", b"%.9f" % place.lon, b"%.9f" % place.lat, b"BYRADIUS", radius, b"m"]))
        near = self._local[self._members()]
        return best_among(ask(slot_of(self._catalogue, query.visit), query.visit, query.kinds), near[near >= 0])

    def processor(self) -> float:
        return processor_time(self._server.pid)

    def close(self) -> None:
        self._answers.close()
        self._socket.close()
        self._server.terminate()
        self._server.wait(10)
        shutil.rmtree(self._folder)

    def _members(self) -> NDArray[np.int64]:
        count = int(self._line()[1:])
        items = np.frombuffer(self._answers.read(count * ITEM), dtype=np.uint8).reshape(count, ITEM)
        return np.ascontiguousarray(items[:, 4:8]).view("<u4").ravel().astype(np.int64)

    def _line(self) -> bytes:
        line = self._answers.readline()
        if line.startswith(b"-"):
            raise RuntimeError(line.decode())
        return line[:-2]


def _command(parts: list[bytes]) -> bytes:
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
