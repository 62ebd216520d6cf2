"""What makes the page installable and readable without a network: the addresses, their headers, what each page says of itself."""

import re
import struct
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sejour.web.static import files
from tests.builders import make_offer
from tests.web.test_home import page, words

Serve = Callable[..., TestClient]


def test_the_manifest_opens_where_the_visitor_is(client: TestClient) -> None:
    answer = client.get("/manifest.webmanifest?h=gare&lang=de&when=tonight&wish=free")
    told = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (told["name"], told["lang"], told["start_url"], told["scope"]) == ("Pau Pyrénées", "de", "/?h=gare&lang=de", "/")
    assert (told["display"], told["theme_color"]) == ("standalone", "#0d5f56")
    assert client.get(told["start_url"]).status_code == 200


def test_the_manifest_has_the_office_s_colour(serve: Serve) -> None:
    told = serve(make_offer(), accent="#7a1f5c").get("/manifest.webmanifest").json()
    assert told["theme_color"] == "#7a1f5c"


def test_each_icon_is_what_the_manifest_says(client: TestClient) -> None:
    icons = client.get("/manifest.webmanifest").json()["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} >= {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in icons:
        answer = client.get(icon["src"])
        assert answer.status_code == 200
        if icon["sizes"] == "any":
            assert answer.headers["content-type"] == "image/svg+xml"
        else:
            assert "{}x{}".format(*struct.unpack(">2I", answer.content[16:24])) == icon["sizes"]  # PNG: the first two fields of IHDR


def test_the_worker_is_small_and_may_fetch_from_here_alone(client: TestClient) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript") and answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"
    assert len(answer.content) <= 4_096
    assert "__VERSION__" not in answer.text and files()["sw.js"].version in answer.text


def test_the_scripts_of_the_map_and_of_embarking_are_small() -> None:
    assert len(files()["map.js"].body) + len(files()["offline.js"].body) <= 5_000


def test_home_can_be_embarked_and_says_so_to_scripts_alone(client: TestClient) -> None:
    answer = client.get("/?lang=fr&h=gare")
    assert re.search(r'<link rel="manifest" href="/manifest.webmanifest\?h=gare&amp;lang=fr">', answer.text)
    assert '<aside id="embark" hidden data-offline="/offline?h=gare&amp;lang=fr"' in answer.text
    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert [policy[name] for name in ("script-src", "worker-src", "manifest-src")] == ["'self'"] * 3
    assert "worker-src" not in client.get("/essentials").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/map", "/agenda", "/essentials", "/offline", "/kind/sight"])
def test_each_page_holds_the_line_that_the_worker_shows(client: TestClient, path: str) -> None:
    html = page(client, f"{path}?lang=fr&at=2026-08-13T15:10")
    assert html.count('class="off" hidden role="status">Hors connexion · données de 15\u202fh\u202f10, jeu. 13 août</p>') == 1


def test_what_was_not_kept_leads_to_what_was(client: TestClient) -> None:
    html = page(client, "/offline?h=gare&lang=fr")
    assert "Cette page n’a pas été gardée" in words(html)
    assert {"/", "/map", "/agenda", "/essentials"} <= set(re.findall(r'href="(/\w*)\?', html))
