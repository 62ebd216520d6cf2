"""The street map that an operator brings: what is taken, what is refused in one sentence, where it is kept."""

from pathlib import Path

import pytest

from sejour.basemap import basemap_of, basemap_path, read_basemap, take_basemap
from sejour.domain.place import Place
from sejour.errors import UsageError
from sejour.settings import Settings, make_settings
from tests.pmtiles import PAU, write_pmtiles

PARIS_BOX = (2.2, 48.8, 2.4, 48.9)
PNG = 2


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "box").mkdir()
    return make_settings(
        {"store": {"url": "sqlite:///sejour.db"}, "territory": {"name": "Pau", "lat": 43.2951, "lon": -0.3708}}, tmp_path / "box", {}
    )


def test_a_good_one_is_read(tmp_path: Path) -> None:
    found = read_basemap(write_pmtiles(tmp_path / "a.pmtiles", zoom=13))
    assert (found.zoom, found.west, found.south, found.east, found.north) == (13, *PAU)
    assert found.covers(Place(43.3, -0.37)) and not found.covers(Place(48.85, 2.35))


def test_it_is_kept_beside_the_database(tmp_path: Path, settings: Settings) -> None:
    file = write_pmtiles(tmp_path / "a.pmtiles")
    assert basemap_of(settings) is None
    assert take_basemap(settings, file) == basemap_of(settings)
    assert basemap_path(settings) == tmp_path / "box/basemap.pmtiles"
    assert basemap_path(settings).read_bytes() == file.read_bytes()
    assert [path.name for path in (tmp_path / "box").iterdir()] == ["basemap.pmtiles"]


def test_with_postgresql_it_is_kept_beside_the_secret(tmp_path: Path) -> None:
    assert basemap_path(make_settings({"store": {"url": "postgresql://sejour@localhost/sejour"}}, tmp_path, {})) == tmp_path / "basemap.pmtiles"


@pytest.mark.parametrize(("wrong", "says"), [
    ({"magic": b"PMTILES"}, "n’est pas une archive PMTiles"),
    ({"version": 2}, "de version 2 : il faut la version 3"),
    ({"tiles": PNG}, "ne contient pas de tuiles vectorielles"),
    ({"zoom": 9}, "s’arrête au zoom 9"),
    ({"bounds": PARIS_BOX}, "ne couvre pas « Pau » (43.2951, -0.3708)"),
])  # fmt: skip
def test_a_bad_one_is_refused_and_the_former_stays(tmp_path: Path, settings: Settings, wrong: dict[str, object], says: str) -> None:
    take_basemap(settings, write_pmtiles(tmp_path / "good.pmtiles"))
    before = basemap_path(settings).read_bytes()
    with pytest.raises(UsageError, match=says.replace("(", r"\(").replace(")", r"\)")):
        take_basemap(settings, write_pmtiles(tmp_path / "bad.pmtiles", **wrong))  # type: ignore[arg-type]  # each is one argument of it
    assert basemap_path(settings).read_bytes() == before


@pytest.mark.parametrize("length", [0, 5, 60, 127, 300])
def test_half_of_one_is_refused(tmp_path: Path, settings: Settings, length: int) -> None:
    half = tmp_path / "half.pmtiles"
    half.write_bytes(write_pmtiles(tmp_path / "a.pmtiles").read_bytes()[:length])
    with pytest.raises(UsageError, match=r"n’est pas une archive PMTiles|est incomplet"):
        take_basemap(settings, half)


def test_what_cannot_be_read_or_written_is_said(tmp_path: Path, settings: Settings) -> None:
    for path in (tmp_path / "none.pmtiles", tmp_path):
        with pytest.raises(UsageError, match="ne peut pas être lu"):
            take_basemap(settings, path)
    (tmp_path / "box").rmdir()
    with pytest.raises(UsageError, match="ne peut pas être copiée"):
        take_basemap(settings, write_pmtiles(tmp_path / "a.pmtiles"))


def test_each_hotspot_is_covered(tmp_path: Path) -> None:
    hotspot = {"id": "lac", "name": "Le lac", "lat": 43.1, "lon": -0.4}
    settings = make_settings({"territory": {"lat": 43.2951, "lon": -0.3708}, "hotspot": [hotspot]}, tmp_path, {})
    with pytest.raises(UsageError, match="ne couvre pas « Le lac »"):
        take_basemap(settings, write_pmtiles(tmp_path / "a.pmtiles"))


def test_a_broken_one_put_there_by_hand_is_as_none(settings: Settings) -> None:
    basemap_path(settings).write_bytes(b"PMTiles\x03")
    assert basemap_of(settings) is None
