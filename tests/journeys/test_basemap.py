"""The operator brings a street map while pages are served."""

from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import Service, refused, sejour
from tests.pmtiles import write_pmtiles


def test_a_basemap_is_shown_without_a_restart(start: Callable[..., Service], tmp_path: Path) -> None:
    config = tmp_path / "box/sejour.toml"
    assert sejour("init", config.parent).code == 0
    service = start("serve", "--config", config)
    assert service.get("/basemap.pmtiles")[0] == 404
    done = sejour("basemap", write_pmtiles(tmp_path / "pau.pmtiles"), "--config", config)
    assert (done.code, done.err) == (0, "") and "zoom 14" in done.out
    assert service.get("/basemap.pmtiles", Range="bytes=0-6")[1] == "PMTiles"


def test_what_is_no_basemap_is_one_sentence(tmp_path: Path) -> None:
    config = tmp_path / "box/sejour.toml"
    assert sejour("init", config.parent).code == 0
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n")
    assert "n’est pas une archive PMTiles" in refused("basemap", tmp_path / "image.png", "--config", config)
    assert "ne peut pas être lu" in refused("basemap", tmp_path / "none", "--config", config)
