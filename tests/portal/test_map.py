"""Before the login the map is the drawing alone: no script, nothing to embark, whatever the operator brought."""

from collections.abc import Callable

from sejour.basemap import basemap_path
from tests.pmtiles import write_pmtiles
from tests.portal.house import Portal, state_of
from tests.portal.test_pages import LEVEL_1

RUNS = ("<script", 'id="streets"', 'id="embark"', 'rel="manifest"', 'class="off"')


def test_a_captive_phone_has_the_drawing_and_nothing_that_runs(opening: Callable[..., Portal]) -> None:
    portal = opening()
    write_pmtiles(basemap_path(portal.settings))
    phone = portal.serve()
    token = state_of(phone.get(LEVEL_1))
    for path in ("/map", "/", "/offline"):
        page = phone.get(f"{path}?portal={token}&lang=fr")
        assert page.status_code == 200
        assert [part for part in RUNS if part in page.text] == []
        assert "script-src" not in page.headers["content-security-policy"]
    assert '<svg class="map"' in phone.get(f"/map?portal={token}").text
