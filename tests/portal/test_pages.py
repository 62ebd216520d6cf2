"""What a captive phone sees, from its gateway's redirect to "connected"."""

import base64
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from sejour.store import outings, unplaced
from tests.portal.conftest import corpus
from tests.portal.house import PUBLIC, Portal, path_of, press, state_of

LEVEL_1 = "/portal/parc?" + corpus("opennds-fas.json")[1]["request_from_phone"]["target"].partition("?")[2]


def test_the_page_is_the_visitor_s_own_from_its_hotspot_with_a_button(opening: Callable[..., Portal]) -> None:
    portal = opening()
    phone = portal.serve()
    page = phone.get(LEVEL_1, headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    assert "<h1>Jardin public</h1>" in page.text and page.text.count("<article") == 2
    assert page.text.index("<article") < page.text.index('class="login"')
    assert page.headers["cache-control"] == "no-store" and "set-cookie" not in page.headers
    assert "<script" not in page.text and "_blank" not in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and f"form-action 'self' http://192.168.40.1:2050 {PUBLIC};" in policy
    assert portal.counted("home") == 1 and portal.counted("impression") == 2


def test_every_link_of_the_captive_page_keeps_its_state_and_none_leads_outside(opening: Callable[..., Portal]) -> None:
    phone = opening().serve()
    page = phone.get(LEVEL_1, headers={"Accept-Language": "fr"})
    token = state_of(page)
    links = re.findall(r'(?:href|action)="([^"]+)"', page.text)
    assert len(links) > 15
    for href in links:
        assert href.startswith(("/", "#", "tel:", "data:")), href
        if href.startswith("/") and href not in ("/search", "/portal/parc/connect"):
            assert parse_qs(urlsplit(href.replace("&amp;", "&")).query)["portal"] == [token], href
    assert f'name="portal" value="{token}"' in page.text
    detail = phone.get(next(href for href in links if href.startswith("/o/")).partition("#")[0].replace("&amp;", "&"))
    assert state_of(detail) == token and 'href="http' not in detail.text and "musee.exemple" in detail.text
    assert "http://192.168.40.1:2050" in detail.headers["content-security-policy"]
    terms = phone.get(next(href for href in links if href.startswith("/terms")).replace("&amp;", "&"))
    assert "L. 34-1" in terms.text and state_of(terms) == token
    assert press(phone, terms).status_code == 303


def test_the_button_leads_to_the_gateway_which_leads_back_to_connected(opening: Callable[..., Portal]) -> None:
    portal = opening()
    phone = portal.serve()
    answer = press(phone, phone.get(LEVEL_1))
    assert answer.status_code == 303
    url = urlsplit(answer.headers["location"])
    assert (url.scheme, url.netloc, url.path) == ("http", "192.168.40.1:2050", "/opennds_auth/")
    landing = parse_qs(url.query)["redir"][0]
    assert re.fullmatch(rf"{PUBLIC}/portal/parc/done\?s=[\w-]{{22}}", landing)
    done = phone.get(path_of(landing))
    assert done.status_code == 200 and "Vous êtes connecté" in done.text and "portail.exemple" in done.text
    assert 'class="login"' not in done.text and '<svg class="qr"' in done.text and "<article" in done.text
    assert "<h1>Jardin public</h1>" in done.text
    assert portal.counted("grant") == 1


def test_a_second_press_is_the_same_outing(opening: Callable[..., Portal]) -> None:
    portal = opening()
    phone = portal.serve()
    page = phone.get(LEVEL_1)
    assert press(phone, page).headers["location"] == press(phone, page).headers["location"]
    assert portal.counted("grant") == 1


def test_nothing_that_is_kept_tells_the_phone(opening: Callable[..., Portal]) -> None:
    portal = opening()
    phone = portal.serve()
    press(phone, phone.get(LEVEL_1))
    kept = b"".join(path.read_bytes() for path in portal.folder.glob("sejour.db*"))
    for personal in (b"0a:0b:0c:0d:0e:78", b"0a0b0c0d0e78", b"192.168.40.78", b"10.41.0.7"):
        assert personal not in kept.lower()


def test_an_outing_that_is_over_is_forgotten(opening: Callable[..., Portal]) -> None:
    portal = opening()
    phone = portal.serve()
    landing = parse_qs(urlsplit(press(phone, phone.get(LEVEL_1)).headers["location"]).query)["redir"][0]
    portal.passes(minutes=1_441)
    assert phone.get(path_of(landing)).status_code == 400
    with portal.store.writing() as connection:
        assert outings.purge(connection, "pau", portal.moment) == 1


def test_a_phone_that_comes_back_captive_is_out_no_more(opening: Callable[..., Portal]) -> None:
    phone = opening().serve(address="192.168.40.78")
    press(phone, phone.get(LEVEL_1))
    assert phone.get("/generate_204").status_code == 204
    phone.get(LEVEL_1)
    assert phone.get("/generate_204").status_code == 302


def test_already_out_is_connected(opening: Callable[..., Portal]) -> None:
    phone = opening().serve()
    landing = parse_qs(urlsplit(press(phone, phone.get(LEVEL_1)).headers["location"]).query)["redir"][0]
    page = phone.get(f"/portal/parc?tok={'0' * 64}&custom=c2Vqb3Vy&redir={landing}&status=authenticated")
    assert "Vous êtes connecté" in page.text and "<h1>Jardin public</h1>" in page.text


def test_an_unknown_access_point_falls_to_the_territory_s_own_and_is_listed(opening: Callable[..., Portal]) -> None:
    portal = opening()
    phone = portal.serve()
    row = corpus("opennds-fas.json")[1]
    assert row["expect"]["hotspot_keys"][0] == "borne-3"
    query = base64.b64encode(row["decoded_plaintext"].replace("ap=borne-3", "ap=borne-9").encode()).decode()
    page = phone.get(f"/portal/parc?fas={query}")
    assert "<h1>Place Royale</h1>" in page.text
    phone.get(f"/portal/parc?fas={query}")
    with portal.store.reading() as connection:
        (found,) = unplaced.unplaced_of(connection, "pau")
    assert (found.gateway, found.key, found.times) == ("parc", "borne-9", 1)
