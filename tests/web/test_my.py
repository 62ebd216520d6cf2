"""Mon séjour over HTTP: kept in the address, with what one does with it, and what bad addresses give."""

import html as markup
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import unquote

import icalendar
import msgspec
import pytest
from starlette.testclient import TestClient

from sejour.app import create_app
from sejour.domain.carnet import MOST
from sejour.domain.offer import Kind, offer_id
from sejour.house import House
from sejour.web.bar import Bar
from sejour.web.my import SHEETS
from sejour.web.templates import TEMPLATES
from tests.builders import happening, make_offer
from tests.web.conftest import GONE, OLD
from tests.web.test_home import THIN, page, words

Serve = Callable[..., TestClient]
MUSEUM = make_offer("Musée", hours="Mo-Su 10:00-18:00")
CONCERT = make_offer("Concert", kind=Kind.EVENT, occurrences=(happening("2026-08-14 20:30", "2026-08-14 22:00"),))
CHAPEL = make_offer("Chapelle")
UNKNOWN = offer_id("x", "y")
LIST = f"{MUSEUM.id}.{CONCERT.id}"
WHERE = "h=royale&at=2026-08-13T15:00&lang=fr"


def stars(text: str) -> dict[str, str]:
    """The address behind each star, by offer."""
    return {id: markup.unescape(href) for href, id in re.findall(r'href="([^"]+)" rel="nofollow" data-keep="([a-z2-7]+)"', text)}


@pytest.fixture
def public(demonstration: House) -> TestClient:
    """The demonstration under a public name."""
    service = msgspec.structs.replace(demonstration.settings.service, public_url="https://sejour.example/")
    house = replace(demonstration, settings=msgspec.structs.replace(demonstration.settings, service=service))
    return TestClient(create_app(house), base_url="https://testserver")


def test_a_stay_without_script_keeps_browses_and_takes_out(client: TestClient) -> None:
    first = stars(page(client, "/?h=gare&lang=fr"))
    assert len(first) == 8
    one, two, *_ = first
    kept = page(client, first[one])
    assert first[one].startswith("/?h=gare&") and first[one].endswith(f"#{one}")
    assert "Mon séjour (1)" in words(kept) and "Gardé" in words(kept)
    both = page(client, stars(kept)[two])
    assert "Mon séjour (2)" in words(both)
    for href in re.findall(r'href="(/[^"#]*)"', both):
        if not href.startswith("/static/"):
            assert one in href and two in href, href
    assert f'name="my" value="{one}.{two}"' in both
    detail = page(client, markup.unescape(re.findall(rf'href="(/o/{two}[^"#]*)"', both)[0]))
    assert "Mon séjour (2)" in words(detail)
    mine = markup.unescape(re.findall(r'href="(/my/[^"]*)"', detail)[0])
    assert mine.startswith(f"/my/{one}.{two}?h=gare&") and "my=" not in mine
    listed = page(client, mine)
    assert "2 idées gardées" in words(listed)
    assert stars(listed)[one].startswith(f"/my/{two}?")
    empty = page(client, stars(page(client, stars(listed)[one]))[two])
    assert "Touchez" in words(empty)
    assert "set-cookie" not in client.get(mine).headers


def test_the_empty_list_explains_how(client: TestClient) -> None:
    for path in ("/my", "/my/"):
        text = words(page(client, f"{path}?lang=fr"))
        assert f"Touchez «{THIN}Garder{THIN}» sur ce qui vous plaît" in text
    assert 'href="/my/?' in page(client, "/?lang=fr")


def test_a_star_keeps_what_the_page_was_asked(client: TestClient) -> None:
    found = page(client, "/kind/sight?lang=fr&wish=free")
    assert all(href.startswith("/kind/sight?") and "wish=free" in href for href in stars(found).values())
    planned = client.get("/plan?lang=fr&from=10:00&to=16:00")
    assert planned.status_code == 200


def test_the_list_goes_by_day(serve: Serve) -> None:
    text = words(page(serve(CONCERT, MUSEUM, CHAPEL), f"/my/{CONCERT.id}.{CHAPEL.id}.{MUSEUM.id}?{WHERE}"))
    assert text.index("Aujourd’hui · jeu. 13 août") < text.index("Musée") < text.index("Demain · ven. 14 août") < text.index("Concert")
    assert f"20{THIN}h{THIN}30 – 22{THIN}h" in text
    assert text.index("Horaires à confirmer") < text.index("Chapelle")


def test_a_plan_is_one_tap_away(client: TestClient) -> None:
    ids = list(stars(page(client, "/?lang=fr")))[:4]
    listed = page(client, f"/my/{'.'.join(ids)}?lang=fr")
    plans = [markup.unescape(href) for href in re.findall(r'class="button" href="(/plan[^"]*)"', listed)]
    assert plans and sum(href.count("include=") for href in plans) == 4
    for href in plans:
        assert "Une demi-journée d’ici" in words(page(client, href))


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        (UNKNOWN, 404, "Cette liste n’existe pas"),
        ("garbage", 404, "Cette liste n’existe pas"),
        ("<script>alert(1)", 404, "Cette liste n’existe pas"),
        ("%00", 404, "Cette liste n’existe pas"),
        ("a" * 5000, 404, "Cette liste n’existe pas"),
        (f"{MUSEUM.id}.{UNKNOWN}", 200, "1 idée de cette adresse n’a pas été reconnue"),
        (f"{MUSEUM.id}.{GONE}", 200, "1 idée que vous aviez gardée n’est plus proposée"),
        (GONE, 200, "N’est plus proposé"),
        (OLD, 200, "Musée"),
        (f"{OLD}.{MUSEUM.id}", 200, "1 idée gardée"),
        (f"{MUSEUM.id.upper()}, {CONCERT.id}.", 200, "2 idées gardées"),
        (".".join(offer_id("many", str(n)) for n in range(200)), 404, "Cette liste n’existe pas"),
    ],
)
def test_a_bad_address_is_a_helpful_page(serve: Serve, asked: str, status: int, said: str) -> None:
    answer = serve(MUSEUM, CONCERT).get(f"/my/{asked}?{WHERE}")
    assert answer.status_code == status
    assert said in words(answer.text)
    assert "<script>alert" not in answer.text
    assert ("Touchez" in answer.text) == (status == 404)


def test_what_is_no_more_offered_can_be_taken_out(serve: Serve) -> None:
    text = page(serve(MUSEUM), f"/my/{MUSEUM.id}.{GONE}?{WHERE}")
    assert f'data-keep="" href="/my/{MUSEUM.id}?' in text


def test_a_list_is_bounded_and_says_so(serve: Serve) -> None:
    offers = [make_offer(f"Musée {n}", hours="24/7") for n in range(MOST + 5)]
    client = serve(*offers)
    text = page(client, f"/my/{'.'.join(o.id for o in offers)}?{WHERE}")
    assert f"{MOST} idées gardées" in words(text)
    assert f"Une liste garde {MOST} idées" in words(text)
    full = ".".join(o.id for o in offers[:MOST])
    browsing = page(client, f"/o/{offers[-1].id}?my={full}&{WHERE}")
    assert f"Mon séjour ({MOST})" in words(browsing)
    assert f"Une liste garde {MOST} idées" in words(page(client, stars(browsing)[offers[-1].id]))


@pytest.mark.parametrize("my", ["garbage", "", "%00", ".....", UNKNOWN, "<script>", "a" * 1500])
def test_garbage_in_a_query_is_nothing_kept(serve: Serve, my: str) -> None:
    text = page(serve(MUSEUM), f"/?my={my}&lang=fr")
    assert "Mon séjour (" not in words(text)
    assert "my=" not in re.sub(r'href="[^"]*" rel="nofollow"', "", text)


def test_the_calendar_holds_all_that_has_a_day(serve: Serve) -> None:
    answer = serve(MUSEUM, CONCERT, CHAPEL).get(f"/my/{LIST}.{CHAPEL.id}.ics?{WHERE}")
    assert answer.headers["content-type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.content)
    museum, concert = calendar.walk("VEVENT")
    assert (str(museum["summary"]), museum.decoded("dtstart").isoformat(), museum["transp"]) == ("Musée", "2026-08-13", "TRANSPARENT")
    assert (str(concert["summary"]), concert.decoded("dtstart").isoformat()) == ("Concert", "2026-08-14T20:30:00+02:00")
    assert concert.decoded("dtend") == datetime.fromisoformat("2026-08-14T22:00:00+02:00")
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]


def test_no_calendar_without_a_day(serve: Serve) -> None:
    client = serve(CHAPEL)
    assert client.get(f"/my/{CHAPEL.id}.ics?{WHERE}").status_code == 404
    assert client.get(f"/my/{UNKNOWN}.ics?{WHERE}").status_code == 404
    assert ".ics" not in page(client, f"/my/{CHAPEL.id}?{WHERE}")


def test_it_is_shared_under_the_public_name(public: TestClient, client: TestClient) -> None:
    ids = list(stars(page(public, "/?lang=fr")))[:3]
    text, address = page(public, f"/my/{'.'.join(ids)}?lang=fr"), f"https://sejour.example/my/{'.'.join(ids)}"
    assert 'aria-label="Code à scanner"' in text
    assert "<b>sejour.example</b>" in text
    links = [unquote(markup.unescape(href)) for href in re.findall(r'href="((?:https://wa|sms|mailto)[^"]+)"', text)]
    assert len(links) == 3 and all(address in href for href in links)
    assert f'value="{address}"' in text
    alone = page(client, f"/my/{'.'.join(ids)}?lang=fr")
    assert "wa.me" not in alone and "Code à scanner" not in alone


def test_a_captive_page_has_no_way_out_and_no_script(demonstration: House) -> None:
    app = create_app(demonstration)
    app.state.read_bar = lambda token: Bar(token, ())
    client = TestClient(app, base_url="https://testserver")
    ids = list(stars(page(client, "/?lang=fr")))[:2]
    answer = client.get(f"/my/{'.'.join(ids)}?lang=fr&portal=box.sealed")
    assert answer.status_code == 200
    assert not re.search(r'<script|<link rel="stylesheet|href="(?:https:|sms:|mailto:)|\.ics', answer.text)
    assert "script-src" not in answer.headers["content-security-policy"]
    assert all("portal=box.sealed" in href for href in stars(answer.text).values())


def test_it_is_for_no_robot(client: TestClient) -> None:
    assert '<meta name="robots" content="noindex">' in page(client, "/my/?lang=fr")


def test_the_script_is_small_and_allowed(client: TestClient) -> None:
    assert len((TEMPLATES / "static/my.js").read_bytes()) <= 2_048
    answer = client.get("/?lang=fr")
    src = re.findall(r'<script src="([^"]+)" defer></script>', answer.text)
    assert [each.partition("?")[0] for each in src if "my.js" in each] == ["/static/my.js"]
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("sheet", ["a4", "a5", "ticket", "<script>", ""])
def test_a_sheet_is_chosen_by_name(client: TestClient, sheet: str) -> None:
    one = next(iter(stars(page(client, "/?lang=fr"))))
    text = page(client, f"/my/{one}?lang=fr&print={sheet}")
    assert f'<body class="{sheet if sheet in SHEETS else ""}">' in text
    assert 'media="print"' in text


@pytest.mark.parametrize("language", ["fr", "en", "nl", "de", "es", "it"])
def test_it_speaks(client: TestClient, language: str) -> None:
    ids = list(stars(page(client, "/?lang=fr")))
    text = page(client, f"/my/{'.'.join(ids)}?lang={language}")
    assert "%(" not in text and ("Emporter" in text) == (language == "fr")


def test_static_files_are_kept_for_ever_and_known_by_name(client: TestClient) -> None:
    text = client.get("/my/?lang=fr").text
    path = re.findall(r'src="(/static/my\.js\?v=[0-9a-f]{12})"', text)[0]
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert client.get("/static/my.js?v=old").headers["cache-control"] == "no-cache"
    for name in ("nothing.js", "../base.html", "..%2fbase.html", "%2e%2e/base.html", "", ".", "sejour.css/x"):
        assert client.get(f"/static/{name}").status_code == 404, name
