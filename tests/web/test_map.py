"""The map: a drawing that needs nothing, and the streets when the operator brought them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sejour.basemap import basemap_path
from sejour.house import House
from tests.builders import make_offer
from tests.pmtiles import write_pmtiles
from tests.web.test_home import page, words

Serve = Callable[..., TestClient]
BASEMAP = "/basemap.pmtiles"
MOMENT = "lang=fr&at=2026-08-13T15:40"


@pytest.fixture
def basemap(demonstration: House) -> Iterator[Path]:
    kept = write_pmtiles(basemap_path(demonstration.settings))
    yield kept
    kept.unlink()


def drawing(html: str) -> str:
    return html[html.index('<svg class="map"') : html.index("</svg>", html.index('<svg class="map"'))]


def test_the_list_is_that_of_the_page_in_its_order(client: TestClient) -> None:
    home = re.findall(r'<h2><a href="(/o/\w+)', page(client, f"/?{MOMENT}"))
    listed = re.findall(r'<li id="\d+".*?href="(/o/\w+)', page(client, f"/map?{MOMENT}"))
    assert listed == home and len(listed) == 8


def test_each_number_and_letter_leads_to_its_line(client: TestClient) -> None:
    html = page(client, f"/map?{MOMENT}")
    marks = re.findall(r'<a href="#(\w+)" tabindex="-1"><circle.*?>(\w+)</text></a>', drawing(html))
    assert all(target == shown for target, shown in marks)
    assert {target for target, _ in marks} == set(re.findall(r'<li id="(\w+)"', html)) and len(marks) > 10


def test_the_drawing_says_what_it_is_and_the_rest_of_it_is_silent(client: TestClient) -> None:
    found = drawing(page(client, f"/map?{MOMENT}"))
    assert '<g role="img" aria-labelledby="drawn"><title id="drawn">Dessin de ce qui est autour de vous' in found
    assert found.count('<g aria-hidden="true">') == 1
    assert "vous êtes ici" in found and re.search(r">\d+\u202fk?m</text>", found)


def test_it_needs_no_script_and_no_style_of_its_own(client: TestClient) -> None:
    answer = client.get(f"/map?{MOMENT}")
    assert set(re.findall(r'<script src="/static/(\w+\.js)', answer.text)) <= {"my.js"}
    assert 'id="streets"' not in answer.text and "style=" not in answer.text
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]
    assert client.get(BASEMAP).status_code == 404


def test_it_follows_the_visit(client: TestClient) -> None:
    assert "Gare de Pau" in words(page(client, f"/map?h=gare&{MOMENT}"))
    assert page(client, f"/map?h=gare&{MOMENT}&when=tonight") != page(client, f"/map?h=gare&{MOMENT}")
    assert client.get("/map?at=garbage").status_code == 400


def test_nothing_near_is_a_human(serve: Serve) -> None:
    html = page(serve(make_offer(hours="Mo 10:00-10:01"), phone="+33 5 59 00 00 00"), "/map?lang=fr")
    assert '<svg class="map"' not in html and "Appeler l’office" in words(html)


def test_with_a_basemap_the_streets_can_be_asked_for(client: TestClient, basemap: Path) -> None:
    answer = client.get(f"/map?{MOMENT}")
    assert '<div id="streets" hidden' in answer.text and 'data-zoom="14"' in answer.text
    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'" and policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["style-src"].endswith(" 'self'") and "unsafe" not in answer.headers["content-security-policy"]
    fetched = re.search(r'data-css="([^"]+)" data-leaflet="([^"]+)" data-tiles="([^"]+)"', answer.text)
    assert fetched
    for address in " ".join(fetched.groups()).split():
        assert "immutable" in client.get(address).headers["cache-control"], address


def test_the_basemap_is_served_by_ranges(client: TestClient, basemap: Path) -> None:
    whole = client.get(BASEMAP)
    assert whole.content == basemap.read_bytes() and whole.headers["content-type"] == "application/vnd.pmtiles"
    part = client.get(BASEMAP, headers={"Range": "bytes=0-126"})
    assert (part.status_code, part.content) == (206, basemap.read_bytes()[:127])
    assert part.headers["etag"] == whole.headers["etag"] and "content-encoding" not in part.headers
    assert client.get(BASEMAP, headers={"Range": "bytes=999999999-"}).status_code == 416
