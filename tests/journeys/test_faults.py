"""A disk that turns read-only: the pages go on."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import make_object, write_flux
from tests.journeys.conftest import Service, sejour


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own, as an SD card is."""
    if os.geteuid() != 0:
        if os.environ.get("CI"):
            pytest.fail("mounting needs root")
        pytest.skip("mounting needs root")
    folder = tmp_path / "card"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_pages_survive_a_read_only_disk(card: Path, start: Callable[..., Service], tmp_path: Path) -> None:
    sejour("init", card)
    config = card / "sejour.toml"
    flux = write_flux(tmp_path / "f.zip", [make_object("Musée")])
    sejour("feed", "add", "x", "--format", "datatourisme", "--url", flux, "--config", config)
    assert sejour("feed", "run", "--config", config).code == 0
    running = start("serve", "--config", config)
    subprocess.run(["mount", "-o", "remount,ro", card], check=True)
    for service in (running, start("serve", "--config", config)):  # one that was running, one started since
        status, text = service.get("/?lang=fr&at=2026-08-13T15:00")
        assert (status, "Musée" in text) == (200, True)
    assert "read-only" in service.get("/healthz")[1]
    refused = sejour("feed", "run", "--config", config)
    assert (refused.code, len(refused.err.strip().splitlines())) == (1, 1)
    subprocess.run(["mount", "-o", "remount,rw", card], check=True)
    assert sejour("feed", "run", "--config", config).code == 0
