"""Develops a stranger's photo in a process of its own, which is killed when it takes too long, too much memory, or crashes:
`python -I -m sejour.darkroom FILE` writes a Photo on its output."""

import resource
import subprocess
import sys
from pathlib import Path

import msgspec

from sejour.errors import UsageError
from sejour.pictures import DAMAGED, LARGEST, Photo, take

MEMORY = 2**30  # bytes of address space: 25 million pixels in four bytes, a few times
CPU_SECONDS, WALL_SECONDS = 15, 30.0
CHILD = (sys.executable, "-I", "-m", "sejour.darkroom")


def develop(path: Path) -> Photo:
    """As `pictures.take`. Raises UsageError."""
    try:
        done = subprocess.run([*CHILD, str(path)], capture_output=True, timeout=WALL_SECONDS, stdin=subprocess.DEVNULL)  # noqa: S603 (our own module, no shell)
        return msgspec.msgpack.decode(done.stdout, type=Photo)
    except (subprocess.TimeoutExpired, msgspec.DecodeError) as error:
        raise UsageError(DAMAGED, parameter="file") from error


def main(source: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Path(source).open("rb") as file:
        sys.stdout.buffer.write(msgspec.msgpack.encode(take(file.read(LARGEST + 1))))


if __name__ == "__main__":
    main(sys.argv[1])
