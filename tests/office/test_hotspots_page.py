"""The page of hotspots: where each is, those that nobody placed, addresses that are looked for, a poster."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import pytest
from msgspec import structs
from sqlalchemy import event
from starlette.testclient import TestClient

from sejour.app import create_app
from sejour.domain.place import Place
from sejour.domain.staff import Role
from sejour.domain.visit import Visit
from sejour.house import House
from sejour.settings import GeocoderSettings, ServiceSettings
from sejour.store import unplaced
from sejour.store.feeds import seed
from sejour.store.portal import Hotspot
from tests.builders import ROYALE

Signing = Callable[..., TestClient]
PLAGE = {"name": "Plage Sud", "lat": "43,31", "lon": "-0.36", "keys": "24:5A:4C:11:22:33\n wifi-plage \n\nwifi-plage"}


def hotspots(house: House) -> dict[str, Hotspot]:
    return house.live.territory.hotspots


def version(page: str) -> str:
    return re.search(r'name="version" value="(\w+)"', page)[1]  # type: ignore[index]


def test_the_list_tells_what_each_serves(editor: TestClient, house: House) -> None:
    house.tally.add("home", Visit("pau", ROYALE, house.now(), hotspot="gare"))
    house.tally.add("impression", Visit("pau", ROYALE, house.now(), hotspot="gare"), ("a", "b"))
    house.tally.flush()
    page = unescape(editor.get("/office/hotspots?q=gare").text)
    assert "<b>1</b> page en 7 jours" in page and "?h=gare" in page and "Place Royale" not in page.partition('class="grid"')[2]
    page = editor.get("/office/hotspots").text
    assert page.count('class="borne"') == len(hotspots(house)) and 'class="ideas" d="M' in page


def test_a_hotspot_is_added_changed_and_taken_away(editor: TestClient, house: House) -> None:
    before = house.live.territory.catalogue.revision
    added = editor.post("/office/hotspots", data=PLAGE)
    assert added.headers["location"] == "/office/hotspots#plage-sud" and house.live.territory.catalogue.revision > before
    h = hotspots(house)["plage-sud"]
    assert (h.name, h.place.lat, h.place.lon, h.keys) == ("Plage Sud", 43.31, -0.36, ("24:5A:4C:11:22:33", "wifi-plage"))
    page = editor.get("/office/hotspots/plage-sud").text
    editor.post("/office/hotspots/plage-sud", data=PLAGE | {"name": "Plage Nord", "lat": "43.32", "version": version(page)})
    assert hotspots(house)["plage-sud"].name == "Plage Nord" and hotspots(house)["plage-sud"].place.lat == 43.32
    gone = editor.post("/office/hotspots/plage-sud/remove", data={"version": version(editor.get("/office/hotspots/plage-sud").text)})
    page = unescape(editor.get(gone.headers["location"]).text)
    assert "La borne « Plage Nord » est retirée." in page and "plage-sud" not in hotspots(house)
    assert editor.get("/office/hotspots/plage-sud").status_code == 404
    assert editor.post("/office/hotspots/plage-sud/restore").status_code == 303
    assert hotspots(house)["plage-sud"] == replace(h, name="Plage Nord", place=Place(43.32, -0.36))
    assert editor.post("/office/hotspots/plage-sud/restore").status_code == 404


def test_what_was_taken_away_does_not_come_back_with_the_settings(editor: TestClient, house: House) -> None:
    editor.post("/office/hotspots/gare/remove", data={"version": version(editor.get("/office/hotspots/gare").text)})
    with house.store.writing() as connection:
        seed(connection, house.store.dialect, house.settings)
    house.live.refresh(house.now())
    assert "gare" not in hotspots(house)
    editor.post("/office/hotspots", data=PLAGE | {"id": "gare"})  # another one may take its name
    assert hotspots(house)["gare"].name == "Plage Sud"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "Écrivez le nom de la borne."),
        ({"name": "🦆"}, "L’identifiant s’écrit en minuscules"),
        ({"id": "../x"}, "L’identifiant s’écrit en minuscules"),
        ({"id": "new"}, "Cet identifiant est pris"),
        ({"id": "gare"}, "Une autre borne porte déjà cet identifiant."),
        ({"lat": "91"}, "La latitude va de -90 à 90."),
        ({"lat": "nan"}, "La latitude va de -90 à 90."),
        ({"lon": "au nord"}, "La longitude est un nombre"),
        ({"lat": "0", "lon": "0"}, "Donnez la position"),
        ({"gateway": "x"}, "Choisissez une passerelle de la liste."),
        ({"keys": "\n".join(map(str, range(50)))}, "40 clés au plus"),
        ({"keys": "x" * 101}, "40 clés au plus"),
    ],
)
def test_a_form_that_cannot_be_taken_is_shown_again(editor: TestClient, house: House, said: dict[str, str], sentence: str) -> None:
    answer = editor.post("/office/hotspots", data=PLAGE | said)
    assert answer.status_code == 400 and sentence in unescape(answer.text)
    assert said.get("name") == "" or (PLAGE | said)["name"] in unescape(answer.text)


def test_two_editors_do_not_move_one_hotspot_over_each_other(sign_in: Signing, house: House) -> None:
    one, other = sign_in(Role.EDITOR), sign_in(Role.EDITOR)
    said = version(one.get("/office/hotspots/gare").text)
    form = {"name": "Gare", "lat": "43.29", "lon": "-0.37", "keys": "", "version": said}
    assert one.post("/office/hotspots/gare", data=form).status_code == 303
    refused = other.post("/office/hotspots/gare", data=form | {"name": "Autre"})
    assert refused.status_code == 409 and "Quelqu’un a changé cette borne" in unescape(refused.text)
    assert other.post("/office/hotspots/gare/remove", data={"version": said}).status_code == 409
    assert hotspots(house)["gare"].name == "Gare"


def test_an_unknown_access_point_is_placed(editor: TestClient, house: House) -> None:
    with house.store.writing() as connection:
        for key in ("AA:BB:CC:00:11:22", "<script>alert(1)</script>"):
            unplaced.note(connection, house.store.dialect, "pau", "wifi", key, house.now())
    page = editor.get("/office/hotspots").text
    assert "Points d’accès à placer" in unescape(page) and "<script>alert" not in page
    assert editor.get("/office/hotspots/new?key=AA%3ABB&gateway=wifi").text.count("AA:BB") == 1
    assert editor.post("/office/hotspots/place", data={"key": "AA:BB:CC:00:11:22"}).status_code == 400
    assert editor.post("/office/hotspots/place", data={"key": "autre", "hotspot": "gare"}).status_code == 404
    assert editor.post("/office/hotspots/place", data={"key": "AA:BB:CC:00:11:22", "hotspot": "ailleurs"}).status_code == 404
    assert editor.post("/office/hotspots/place", data={"key": "AA:BB:CC:00:11:22", "hotspot": "gare"}).status_code == 303
    assert "AA:BB:CC:00:11:22" in hotspots(house)["gare"].keys
    editor.post("/office/hotspots", data=PLAGE | {"keys": "<script>alert(1)</script>"})
    assert "Points d’accès à placer" not in unescape(editor.get("/office/hotspots").text)


def test_a_poster_leads_to_the_hotspots_page(editor: TestClient, house: House) -> None:
    page = unescape(editor.get("/office/hotspots/gare/poster").text)
    assert "testserver/?h=gare" in page and 'class="qr"' in page and "What to do here, now?" in page
    assert "service.public_url" in page  # it is not set: one is told
    assert editor.get("/office/hotspots/ailleurs/poster").status_code == 404


# ---- addresses ----


class Answers(BaseHTTPRequestHandler):
    said: ClassVar[Any] = {"features": [{"geometry": {"coordinates": [-0.3716, 43.2946]}, "properties": {"label": "<b>Place Royale</b> 64000 Pau"}}]}

    def do_GET(self) -> None:
        body = self.said if isinstance(self.said, bytes) else json.dumps(self.said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def national() -> Iterator[str]:
    """The national geocoder, as "host:port"."""
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def looking(sign_in: Signing, house: House, url: str, *allow: str) -> TestClient:
    """An editor of an office whose geocoder is there."""
    client = sign_in(Role.EDITOR)
    settings = structs.replace(house.settings, geocoder=GeocoderSettings(url=url), service=ServiceSettings(allow=allow))
    client.app = create_app(House(settings, house.store, house.live, house.tally, house.now))
    client._transport.app = client.app  # type: ignore[attr-defined]
    return client


def test_an_address_is_looked_for_and_chosen(sign_in: Signing, house: House, national: str) -> None:
    client = looking(sign_in, house, f"http://{national}/geocodage", national)
    page = client.post("/office/hotspots", data=PLAGE | {"address": "place royale", "find": "1"})
    assert page.status_code == 200 and "<b>Place" not in page.text and "<b>Place Royale</b> 64000 Pau" in unescape(page.text)
    chosen = client.post("/office/hotspots", data=PLAGE | {"choose": "43.2946,-0.3716"}).text
    assert 'value="43.2946"' in chosen and 'value="-0.3716"' in chosen and "plage-sud" not in hotspots(house)
    assert "Plage Sud" in chosen  # what was written stays


@pytest.mark.parametrize("said", [b"<html>", [], {"features": 3}, {"features": [{}]}, {"features": [{"geometry": {"coordinates": ["x", "y"]}}]}])
def test_a_geocoder_that_says_something_else(sign_in: Signing, house: House, national: str, said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answers, "said", said)
    client = looking(sign_in, house, f"http://{national}/geocodage", national)
    answer = client.post("/office/hotspots", data=PLAGE | {"address": "place royale", "find": "1"})
    assert answer.status_code == 400 and "touchez la carte" in unescape(answer.text).lower()


def test_a_geocoder_on_a_private_address_is_refused(sign_in: Signing, house: House, national: str) -> None:
    answer = looking(sign_in, house, f"http://{national}/geocodage").post("/office/hotspots", data=PLAGE | {"address": "x", "find": "1"})
    assert answer.status_code == 400 and "n’est pas sur l’Internet public" in unescape(answer.text)


def test_no_geocoder(sign_in: Signing, house: House) -> None:
    client = looking(sign_in, house, "")
    assert "Chercher l’adresse" not in unescape(client.get("/office/hotspots/new").text)
    assert client.post("/office/hotspots", data=PLAGE | {"address": "x", "find": "1"}).status_code == 400


def test_a_page_asks_little_of_the_database(editor: TestClient, house: House) -> None:
    said: list[str] = []
    event.listen(house.store.dialect.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    editor.get("/office/hotspots")
    assert len([each for each in said if each.startswith("SELECT")]) <= 5
