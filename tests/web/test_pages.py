"""Detail, why, directories; bad addresses; health; what every answer carries."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import replace

import icalendar
import jsonschema
import pytest
from starlette.testclient import TestClient

from sejour.app import create_app
from sejour.domain.offer import Access, Contact, ContactType, Kind, offer_id
from sejour.domain.text import LocalText
from sejour.house import House
from sejour.store.tables import tally
from sejour.tally import Tally
from sejour.web import api, open_data, visitor
from tests.builders import happening, make_offer
from tests.web.conftest import GONE, OLD
from tests.web.test_home import THIN, page, words

Serve = Callable[..., TestClient]
CASTLE = make_offer(
    "Château",
    hours="Mo-Sa 10:00-12:00,14:00-18:00; Su off",
    hours_text=LocalText({"fr": "Dernière entrée une heure avant."}),
    descriptions=LocalText({"fr": "Un château.", "en": "A castle."}, ("en",)),
    access=Access(wheelchair=False, dogs=True),
    producer="Office de Pau",
    updated="2026-05-02",
    spoken=("fr", "oc"),
)


def test_detail_has_today_then_the_week(serve: Serve) -> None:
    text = words(page(serve(CASTLE), f"/o/{CASTLE.id}?lang=fr"))
    assert f"aujourd’hui 10{THIN}h – 12{THIN}h 14{THIN}h – 18{THIN}h demain" in text
    assert "dim. 16 août fermé" in text
    assert "Dernière entrée une heure avant." in text


def test_detail_says_access_and_its_absence(serve: Serve) -> None:
    text = words(page(serve(CASTLE), f"/o/{CASTLE.id}?lang=fr"))
    assert "pas accessible en fauteuil roulant" in text
    assert "chiens admis" in text
    assert "Source : Office de Pau" in text.replace(THIN, " ")
    assert "2 mai 2026" in text


def test_detail_marks_a_machine_translation(serve: Serve) -> None:
    client = serve(CASTLE)
    assert "A castle." in page(client, f"/o/{CASTLE.id}?lang=en")
    assert "A castle." not in page(client, f"/o/{CASTLE.id}?lang=fr")


def test_prose_falls_back_on_english_and_names_on_french(serve: Serve) -> None:
    html = page(serve(CASTLE), f"/o/{CASTLE.id}?lang=it")
    assert 'lang="en">A castle.' in html
    assert '<span lang="fr">Château</span>' in html


def test_detail_of_what_cannot_be_reached_says_so(serve: Serve) -> None:
    text = words(page(serve(CASTLE), f"/o/{CASTLE.id}?lang=fr&at=2026-08-13T20:00"))
    assert "Trop tard, fermé ou trop loin pour ce moment" in text


def test_detail_without_hours_asks_to_call(serve: Serve) -> None:
    offer = make_offer("Chapelle")
    assert "Horaires à confirmer : appelez avant de vous déplacer." in page(serve(offer), f"/o/{offer.id}?lang=fr").replace(THIN, " ")


def test_detail_of_an_event_has_its_next_dates(serve: Serve) -> None:
    dates = (happening("2026-08-01 20:00", "2026-08-01 22:00"), happening("2026-08-14 20:30", "2026-08-14 22:00"))
    offer = make_offer("Bal", kind=Kind.EVENT, occurrences=dates)
    text = words(page(serve(offer), f"/o/{offer.id}?lang=fr"))
    assert f"demain · 20{THIN}h{THIN}30 – 22{THIN}h" in text
    assert "1 août" not in text


def test_why_adds_up(serve: Serve) -> None:
    html = page(serve(CASTLE), f"/why/{CASTLE.id}?lang=fr")
    figures = [float(cell.split("</td>")[0].replace(",", ".").replace("−", "-")) for cell in html.split("<td>")[1:]]
    assert len(figures) == 10
    assert sum(figures[:-1]) == pytest.approx(figures[-1], abs=1e-9)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_its_directory(client: TestClient, kind: Kind) -> None:
    assert client.get(f"/kind/{kind.value}?lang=fr").status_code == 200


def test_lodging_is_no_idea_but_has_its_place(client: TestClient) -> None:
    home = page(client, "/?lang=fr")
    assert "Hôtel des Hivernants" not in words(home)
    assert 'href="/kind/lodging?' in home
    assert "Hôtel des Hivernants" in words(page(client, "/kind/lodging?lang=fr"))


def test_the_demonstration_says_that_it_is_one(client: TestClient) -> None:
    castle = next(s for s in client.get("/api/v1/suggestions?limit=50").json()["suggestions"] if "château" in s["name"])
    text = words(page(client, f"/o/{castle['id']}?lang=fr"))
    assert "Horaires de démonstration" in text
    assert "position de démonstration" in text
    assert "Territoire de démonstration" in words(page(client))


BAD = [
    ("lat=abc&lon=0", "lat"), ("lat=91&lon=0", "lat"), ("lat=43&lon=181", "lon"), ("lat=nan&lon=0", "lat"), ("lat=inf&lon=0", "lat"),
    ("lat=43", "lon"), ("at=garbage", "at"), ("at=2026-02-30T10:00", "at"), ("at=0001-01-01T00:00", "at"), ("at=9999-12-31T23:59", "at"),
    ("when=someday", "when"), ("wish=gold", "wish"), ("mode=rocket", "mode"), ("wish=" + "x" * 3000, "q"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "parameter"), BAD)
def test_a_bad_parameter_is_a_sentence_and_a_way_back(serve: Serve, query: str, parameter: str) -> None:
    client = serve(CASTLE)
    answer = client.get(f"/?{query}")
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    assert 'href="/"' in answer.text
    answer = client.get(f"/api/v1/suggestions?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter
    assert answer.json()["reason"]


@pytest.mark.parametrize(
    "path", ["/o/nothing", "/why/nothing", "/nowhere", "/kind/gold", "/%00", "/o/" + "a" * 500, "/../../etc/passwd", "/o/..%2f..%2fetc"]
)
def test_an_unknown_address_is_a_page(serve: Serve, path: str) -> None:
    answer = serve(CASTLE).get(path)
    assert answer.status_code in (400, 404)
    assert "<h1>" in answer.text


def test_the_host_header_is_never_repeated(serve: Serve) -> None:
    client = serve(CASTLE)
    for path in ("/", f"/o/{CASTLE.id}", "/nowhere", "/api/v1/suggestions"):
        answer = client.get(path, headers={"Host": "ailleurs.example", "X-Forwarded-Host": "ailleurs.example"})
        assert "ailleurs.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("value", ["*", ";;;", "fr;q=abc, en", "x" * 10_000, "-", "é", "fr;q=0", ",,,,"])
def test_a_broken_accept_language_gives_a_page(serve: Serve, value: str) -> None:
    assert serve(CASTLE).get("/", headers={"Accept-Language": value.encode()}).status_code == 200


def test_a_crash_is_a_page_without_a_traceback(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object) -> None:
        raise ZeroDivisionError("secret")

    client = serve(CASTLE)
    monkeypatch.setattr("sejour.web.visitor.compose", crash)
    answer = client.get("/?lang=fr")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "L’erreur est de notre côté" in answer.text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz", "/api/v1/suggestions", "/?at=garbage"])
def test_every_answer_carries_the_safe_headers(serve: Serve, path: str) -> None:
    headers = serve(CASTLE).get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["strict-transport-security"].startswith("max-age=31536000")
    assert "server" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_visitor_pages_are_read_only(serve: Serve, method: str) -> None:
    assert serve(CASTLE).request(method, "/").status_code == 405


def test_no_visitor_page_reads_the_database(serve: Serve) -> None:
    """The database of these tests does not even have its tables."""
    site = Contact(ContactType.WEB, "https://exemple.fr/")
    client = serve(replace(CASTLE, contacts=(site,)))
    for route in (*visitor.routes, *open_data.routes, *api.routes):
        path = route.path.replace("{id}", CASTLE.id).replace("{kind}", "sight").replace("{action}", "web")
        assert client.get(path, follow_redirects=False).status_code in (200, 303), path


def test_going_to_a_site_leads_to_the_offer_s_own_address_and_no_other(serve: Serve) -> None:
    client = serve(replace(CASTLE, contacts=(Contact(ContactType.BOOKING, "https://exemple.fr/billets"),)))
    answer = client.get(f"/go/{CASTLE.id}/booking?to=https://ailleurs.example", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "https://exemple.fr/billets")
    for action in ("web", "phone", "email", "nothing"):
        assert client.get(f"/go/{CASTLE.id}/{action}", follow_redirects=False).status_code == 404


def test_what_is_no_more_offered_says_so(serve: Serve) -> None:
    answer = serve(CASTLE).get(f"/o/{GONE}?lang=fr")
    assert answer.status_code == 410
    assert "n’est plus proposée" in answer.text


def test_the_id_of_a_twin_leads_to_the_card_that_was_kept(serve: Serve) -> None:
    client = serve(CASTLE)
    answer = client.get(f"/o/{OLD}?lang=fr&h=royale", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, f"/o/{CASTLE.id}?lang=fr&h=royale")
    assert client.get(f"/api/v1/offers/{OLD}").json()["id"] == CASTLE.id


def test_the_agenda_goes_by_day_and_hour(serve: Serve) -> None:
    evening = make_offer("Bal", kind=Kind.EVENT, occurrences=(happening("2026-08-14 20:30", "2026-08-14 22:00"),))
    morning = make_offer("Marché", kind=Kind.EVENT, themes=("market",), occurrences=(happening("2026-08-14 08:00", "2026-08-14 12:00"),))
    over = make_offer("Messe", kind=Kind.EVENT, occurrences=(happening("2026-08-13 10:00", "2026-08-13 11:00"),))
    weeks = make_offer("Exposition", kind=Kind.EVENT, hours="Mo-Su 10:00-12:00,14:00-18:00",
                       occurrences=(happening("2026-08-01 00:00", "2026-09-01 00:00", all_day=True),))  # fmt: skip
    text = words(page(serve(evening, morning, over, weeks), "/agenda?lang=fr"))
    tomorrow = text[text.index("Demain") : text.index("Sam. 15 août")]
    assert tomorrow.index("Marché") < tomorrow.index("Exposition") < tomorrow.index("Bal")
    assert f"10{THIN}h – 12{THIN}h, 14{THIN}h – 18{THIN}h" in tomorrow
    assert "Messe" not in text
    assert "Rien d’annoncé" not in text
    assert "Bal" not in words(page(serve(evening), "/agenda?lang=fr&day=2026-08-20"))


def test_search_forgives(client: TestClient) -> None:
    for asked in ("chateau de pau", "chatau pau", "PAU CHÂTEAU", "funiculère", "halle"):
        found = page(client, f"/search?lang=fr&q={asked}")
        assert "château" in found.lower() or "funiculaire" in found.lower() or "halles" in found.lower(), asked
    assert "Rien ne porte ce nom ici" in page(client, "/search?lang=fr&q=zzzzqqqq")
    assert f"demain · 14{THIN}h{THIN}30" in words(page(client, "/search?lang=fr&q=visite contee du chateau"))
    assert 'value="&lt;script&gt;"' in page(client, "/search?lang=fr&q=<script>")


def test_calendars_and_open_data_are_readable(client: TestClient) -> None:
    calendar = icalendar.Calendar.from_ical(client.get("/agenda.ics").content)
    assert len(calendar.walk("VEVENT")) > 20
    assert ElementTree.fromstring(client.get("/agenda.rss").content).findall("channel/item")
    features = client.get("/offers.geojson").json()["features"]
    assert len(features) > 60
    assert all(len(f["geometry"]["coordinates"]) == 2 for f in features)
    assert {"Event", "Restaurant", "TouristAttraction"} <= {node["@type"] for node in client.get("/offers.jsonld").json()["@graph"]}


def test_the_api_keeps_its_own_openapi(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    for path, query in (("/api/v1/suggestions", "?explain=1&limit=20"), ("/api/v1/suggestions", "?lat=47&lon=-8")):
        schema = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(client.get(path + query).json(), schema | {"components": document["components"]}, cls=jsonschema.Draft202012Validator)
    refusal = document["paths"]["/api/v1/suggestions"]["get"]["responses"]["400"]["content"]["application/json"]["schema"]
    jsonschema.validate(client.get("/api/v1/suggestions?lat=x").json(), refusal | {"components": document["components"]})


def test_pages_and_cards_are_counted_and_nobody_is(demonstration: House) -> None:
    house = replace(demonstration, tally=Tally(demonstration.store, "pau"))
    client = TestClient(create_app(house), base_url="https://testserver")
    client.get("/?h=gare&lang=de&wish=free")
    for unseen in ({"User-Agent": "Googlebot/2.1"}, {"Sec-Purpose": "prefetch"}):
        client.get("/?h=gare&lang=de", headers=unseen)
    client.get("/?h=gare&at=2026-08-14T10:00")
    assert house.tally.flush() == 9  # one page, eight cards
    with house.store.reading() as connection:
        rows = [row._asdict() for row in connection.execute(tally.select())]
    assert {row["count"] for row in rows} == {1}
    assert {(row["hour"], row["hotspot"], row["language"], row["wish"]) for row in rows} == {("2026-08-13T13", "gare", "de", "free")}
    assert "testclient" not in str(rows)


def test_health(client: TestClient) -> None:
    answer = client.get("/healthz").json()
    assert answer["status"] == "ok"
    assert answer["offers"] > 60
    assert client.get("/readyz").json() == {"status": "ready"}


def test_readiness_says_when_the_database_is_away(serve: Serve) -> None:
    assert serve(CASTLE).get("/readyz").status_code == 503


def test_api_answers_the_shape_of_the_contract(client: TestClient) -> None:
    answer = client.get("/api/v1/suggestions?h=royale&lang=en&limit=3&explain=1")
    document = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert list(document) == ["at", "place", "weather", "revision", "suggestions"]
    assert len(document["suggestions"]) == 3
    for s in document["suggestions"]:
        assert sum(r["value"] * r["weight"] for r in s["reasons"]) == pytest.approx(s["score"], abs=1e-4)
        assert s["time"]["arrive"].endswith("+02:00")
        assert client.get(s["url"]).status_code == 200


def test_api_gives_one_offer(client: TestClient) -> None:
    id = client.get("/api/v1/suggestions?limit=1").json()["suggestions"][0]["id"]
    assert client.get(f"/api/v1/offers/{id}").json()["id"] == id
    missing = client.get(f"/api/v1/offers/{offer_id('x', 'y')}")
    assert missing.status_code == 404
    assert set(json.loads(missing.text)) == {"error", "parameter", "reason"}


@pytest.mark.parametrize("limit", ["0", "51", "-1", "abc", "1e3", "٣", ""])
def test_api_refuses_a_bad_limit(client: TestClient, limit: str) -> None:
    assert client.get("/api/v1/suggestions", params={"limit": limit}).status_code == 400
