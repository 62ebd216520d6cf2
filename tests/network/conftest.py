"""Real daemons and real phones' clients, in namespaces that nobody outside sees. As root; each network is built once and used by several tests."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.network.box import Box
from tests.network.ground import Barren, Ground, lacking


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Ground]]:
    if os.geteuid():
        pytest.skip("not root: no network namespaces")
    if packages := lacking():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"missing: apt install {packages}")
    version = subprocess.run(["opennds", "-v"], capture_output=True, text=True).stdout
    if " 9." not in version:
        pytest.skip(f"these tests drive Debian 12's openNDS 9.10, not {version.strip()}")
    made: list[Ground] = []

    def making() -> Ground:
        folder = tmp_path_factory.mktemp("ground")
        try:
            made.append(Ground(folder))
        except Barren as refused:
            pytest.skip(f"this kernel does not do: {refused}")
        return made[-1]

    yield making
    for each in made:
        each.close()


def _box(grounds: Callable[[], Ground], level: int) -> Iterator[Box]:
    ground = grounds()
    try:
        yield Box(ground, Path(ground.scratch), level)
    finally:
        ground.close()


@pytest.fixture(scope="session")
def level_1(grounds: Callable[[], Ground]) -> Iterator[Box]:
    yield from _box(grounds, 1)


@pytest.fixture(scope="session")
def level_3(grounds: Callable[[], Ground]) -> Iterator[Box]:
    yield from _box(grounds, 3)
