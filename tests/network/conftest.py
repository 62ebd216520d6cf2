"""Real daemons and real phones' clients, in namespaces that nobody outside sees. As root; each network is built once and used by several tests."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from tests.network.ground import RADIUS, TOOLS, Barren, Ground, lacking
from tests.network.opennds import OpenNds
from tests.network.uam import Uam

T = TypeVar("T")


def need(tools: Mapping[str, str]) -> None:
    if packages := lacking(tools):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"missing: apt install {packages}")


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Ground]]:
    if os.geteuid():
        pytest.skip("not root: no network namespaces")
    need(TOOLS)
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


def _opened(grounds: Callable[[], Ground], build: Callable[[Ground, Path], T]) -> Iterator[T]:
    ground = grounds()
    try:
        yield build(ground, Path(ground.scratch))
    finally:
        ground.close()


@pytest.fixture(scope="session")
def level_1(grounds: Callable[[], Ground]) -> Iterator[OpenNds]:
    yield from _opened(grounds, partial(OpenNds, level=1))


@pytest.fixture(scope="session")
def level_3(grounds: Callable[[], Ground]) -> Iterator[OpenNds]:
    yield from _opened(grounds, partial(OpenNds, level=3))


@pytest.fixture(params=[0, 2])
def other_level(grounds: Callable[[], Ground], request: pytest.FixtureRequest) -> Iterator[OpenNds]:
    yield from _opened(grounds, partial(OpenNds, level=request.param))


@pytest.fixture(scope="session")
def uam(grounds: Callable[[], Ground]) -> Iterator[Uam]:
    need(RADIUS)
    yield from _opened(grounds, Uam)
