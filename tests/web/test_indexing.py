"""What search engines and link previews are told."""

import json
import re
from collections.abc import Callable
from html import unescape
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from sejour.domain.offer import Kind, Prices
from sejour.domain.text import LocalText
from tests.builders import happening, make_offer

PUBLIC = "https://sejour.example"
NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def told(html: str) -> dict[str, object]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert found
    return dict(json.loads(found[1]))


def test_a_page_has_one_address_in_each_language(serve: Callable[..., TestClient]) -> None:
    client = serve(make_offer("Musée"), public_url=PUBLIC)
    html = client.get("/?h=royale&at=2026-08-13T15:40&wish=free&lang=de").text
    assert f'<link rel="canonical" href="{PUBLIC}/?lang=de">' in html
    assert re.findall(r'hreflang="([\w-]+)" href="https', html) == ["fr", "en", "nl", "de", "es", "it", "x-default"]
    assert '<meta name="description" content="' in html
    assert f'<meta property="og:url" content="{PUBLIC}/?lang=de">' in html


def test_without_a_public_name_no_address_is_invented(client: TestClient) -> None:
    html = client.get("/", headers={"host": "evil.example"}).text
    assert "canonical" not in html
    assert "evil.example" not in html
    assert client.get("/sitemap.xml").status_code == 404
    assert "Sitemap" not in client.get("/robots.txt").text


def test_the_sitemap_lists_every_offer(serve: Callable[..., TestClient]) -> None:
    museum = make_offer("Musée", updated="2026-08-01T10:00:00+02:00")
    client = serve(museum, public_url=PUBLIC)
    assert f"Sitemap: {PUBLIC}/sitemap.xml" in client.get("/robots.txt").text
    urls = {url.findtext("s:loc", "", NS): url.findtext("s:lastmod", None, NS) for url in ElementTree.fromstring(client.get("/sitemap.xml").content)}
    assert urls[f"{PUBLIC}/o/{museum.id}"] == "2026-08-01"
    assert {f"{PUBLIC}/", f"{PUBLIC}/agenda", f"{PUBLIC}/kind/sight"} <= urls.keys()


def test_a_card_tells_robots_what_it_is_and_when_it_is_open(serve: Callable[..., TestClient]) -> None:
    museum = make_offer("Musée </script><b>", hours="Mo-Su 10:00-18:00", prices=Prices(min=4.5), descriptions=LocalText({"fr": "Dentelle & fuseaux"}))
    page = serve(museum).get(f"/o/{museum.id}?lang=fr")
    node = told(page.text)
    assert (node["@type"], node["name"], node["description"]) == ("TouristAttraction", "Musée </script><b>", "Dentelle & fuseaux")
    hours = node["openingHoursSpecification"]
    assert isinstance(hours, list)
    assert (len(hours), hours[0]["opens"], hours[0]["closes"], hours[0]["validFrom"]) == (7, "10:00", "18:00", "2026-08-13")
    assert node["offers"] == {"@type": "Offer", "price": 4.5, "priceCurrency": "EUR"}
    assert 'content="Dentelle &amp; fuseaux"' in page.text


def test_an_event_has_its_dates(serve: Callable[..., TestClient]) -> None:
    concert = make_offer("Concert", kind=Kind.EVENT, occurrences=(happening("2026-08-13 20:30", "2026-08-13 22:00"), happening("2026-08-14 20:30")))
    node = told(serve(concert).get(f"/o/{concert.id}").text)
    assert (node["startDate"], node["eventStatus"]) == ("2026-08-13T20:30:00+02:00", "https://schema.org/EventScheduled")
    assert "endDate" not in node
    assert [each["startDate"][:10] for each in node["subEvent"]] == ["2026-08-13", "2026-08-14"]  # type: ignore[index, attr-defined]


@pytest.mark.parametrize("path", ["/", "/agenda", "/essentials", "/plan", "/search?q=musee", "/about"])
def test_every_page_describes_itself(client: TestClient, path: str) -> None:
    html = client.get(path, headers={"accept-language": "it"}).text
    found = re.search(r'<meta name="description" content="([^"]+)">', html)
    assert found
    assert 50 < len(unescape(found[1])) < 180
