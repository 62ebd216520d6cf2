"""The first screen: what it says, what it weighs, what it never does."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from sejour.domain.offer import Contact, ContactType, Kind, Prices
from sejour.domain.text import LocalText
from sejour.domain.weather import Forecast, Weather
from tests.builders import AUGUST, PARIS, at, happening, make_offer

THIN = "\u202f"
Serve = Callable[..., TestClient]


def page(client: TestClient, path: str = "/?lang=fr") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def words(html: str) -> str:
    """What a reader reads: no tag, no style, spaces evened."""
    html = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", html, flags=re.S)
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'"))


def test_says_where_and_when(client: TestClient) -> None:
    text = words(page(client, "/?h=chateau&lang=fr"))
    assert "Château de Pau" in text
    assert f"jeu. 13 août · 15{THIN}h{THIN}40" in text


def test_has_eight_cards_the_pick_first(client: TestClient) -> None:
    html = page(client)
    assert html.count("<article id=") == 8
    assert html.count('class="pick"') == 1
    assert html.index('class="pick"') < html.index("</article>")


def test_weighs_less_than_14_kilobytes_on_the_wire(client: TestClient) -> None:
    answer = client.get("/?lang=fr", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) <= 14_336


def test_needs_no_cookie_and_nobody_else(client: TestClient) -> None:
    answer = client.get("/?lang=fr")
    assert "set-cookie" not in answer.headers
    fetched = re.findall(r'<(?:link|img|source|iframe|script)[^>]+(?:href|src)="([^"]+)"', answer.text)
    assert all(address.startswith(("data:,", "/static/", "/manifest.webmanifest", "/img/")) for address in fetched)
    assert all("defer" in script and "src=" in script for script in re.findall(r"<script[^>]*>", answer.text))  # the page is there before them
    assert "url(" not in answer.text


def test_its_style_is_allowed_by_hash_alone(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_opens_no_new_window_and_uses_no_app_link(client: TestClient) -> None:
    html = page(client)
    assert "target=" not in html
    assert not re.search(r'href="(?:geo|intent|mailto|market):', html)


def test_has_no_word_that_blockers_hide(client: TestClient) -> None:
    names = re.findall(r'class="([^"]+)"|id="([^"]+)"', page(client))
    assert not {word for pair in names for name in pair for word in name.split()} & {"ad", "ads", "pub", "banner", "sponsor"}


def test_price_comes_before_the_name_and_time_before_the_way(client: TestClient) -> None:
    html = page(client)
    card = html[html.index("</article>") :]
    card = card[card.index("<article id=") :]
    card = card[: card.index("</article>")]
    assert card.index("<strong>") < card.index("<h2>") < card.index('class="when"') < card.index("min à pied")


@pytest.mark.parametrize("when", ["now", "tonight", "tomorrow", "week", "rain"])
def test_each_moment_has_its_page(client: TestClient, when: str) -> None:
    html = page(client, f"/?lang=fr&when={when}")
    assert html.count("<article") >= 4
    assert html.count('aria-current="page"') == 1


def test_there_is_always_a_tonight(client: TestClient) -> None:
    assert re.search(rf"à 2\d{THIN}h", page(client, "/?lang=fr&when=tonight"))


def test_links_keep_the_place_the_moment_the_language_and_the_wishes(client: TestClient) -> None:
    html = page(client, "/?h=gare&at=2026-08-14T10:00&wish=free&lang=en&mode=walk")
    links = [href.replace("&amp;", "&") for href in re.findall(r'href="(/[^"]*)"', html)]
    assert len(links) > 20
    for href in links:
        assert "at=2026-08-14T10%3A00" in href, href
        assert "mode=walk" in href, href
        assert "lang=" in href and ("h=" in href), href
        assert "wish=free" in href or "tout" in href or href.count("wish") == 0, href


def test_a_place_by_coordinates_keeps_them(client: TestClient) -> None:
    html = page(client, "/?lat=43.3&lon=-0.37&lang=fr")
    assert "lat=43.30000&amp;lon=-0.37000" in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hours": "Mo-Su 10:00-18:00"}, f"ouvert jusqu’à 18{THIN}h"),
        ({"hours": "Mo-Su 10:00-17:30"}, f"ouvert jusqu’à 17{THIN}h{THIN}30"),
        ({"hours": "Mo-Su 10:00-24:00"}, "ouvert jusqu’à minuit"),
        ({"hours": "24/7"}, "ouvert"),
        ({"hours": "Mo-Su 16:00-19:00"}, f"ouvre à 16{THIN}h"),
        ({}, "horaires à confirmer"),
        ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 15:30", "2026-08-13 16:30"),)}, "commence dans 30 min"),
        ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 16:00", "2026-08-13 16:30"),)}, f"à 16{THIN}h"),
        ({"kind": Kind.EVENT, "themes": ("market",), "occurrences": (happening("2026-08-13 09:00", "2026-08-13 19:00"),)}, f"jusqu’à 19{THIN}h"),
    ],
)
def test_time_is_said_honestly(serve: Serve, fields: dict[str, object], said: str) -> None:
    assert said in words(page(serve(make_offer(**fields))))


@pytest.mark.parametrize(
    ("prices", "said"),
    [
        (Prices(free=True), "Gratuit"),
        (Prices(free=False, min=12.0, max=20.0), "dès 12\xa0€"),
        (Prices(free=False, min=4.5), "4,50\xa0€"),
        (Prices(free=False, min=7.0, max=7.0), "7\xa0€"),
    ],
)
def test_price_is_said_in_french(serve: Serve, prices: Prices, said: str) -> None:
    assert f"<strong>{said}</strong>" in page(serve(make_offer(hours="24/7", prices=prices)))


def test_no_price_is_said_when_nobody_knows_it(serve: Serve) -> None:
    assert "<strong>" not in page(serve(make_offer(hours="24/7")))


def test_an_empty_page_is_a_human(serve: Serve) -> None:
    text = page(serve(phone="+33 5 36 49 00 01"))
    assert "Rien à proposer d’ici pour ce moment" in text
    assert 'href="tel:+33536490001"' in text


def test_the_weather_is_said_and_its_age(client: TestClient) -> None:
    text = words(page(client, "/?h=royale&lang=fr"))
    assert f"°C, pluie vers 17{THIN}h" in text
    assert f"relevées à 15{THIN}h{THIN}40" in text


def test_without_a_forecast_the_page_is_the_same(serve: Serve) -> None:
    text = words(page(serve(make_offer(hours="24/7"))))
    assert "°C" not in text
    assert "Prévisions" not in text


def test_rain_puts_shelter_first(serve: Serve) -> None:
    park = make_offer("Parc", themes=("park",), hours="24/7", labels=("jardin_remarquable",))
    museum = make_offer("Musée", themes=("museum",), hours="Mo-Su 10:00-19:00")
    hours = tuple(AUGUST.replace(tzinfo=None, hour=0) + timedelta(hours=n) for n in range(24))
    wet, dry = (Forecast(hours, tuple(Weather(18.0, rain, None, None) for _ in hours)) for rain in (2.0, 0.0))
    order = [[html.index(f">{name}</a>") for name in ("Parc", "Musée")] for html in (page(serve(park, museum, forecast=f)) for f in (dry, wet))]
    assert order[0][0] < order[0][1]
    assert order[1][0] > order[1][1]


def test_a_thin_page_leads_to_tomorrow(serve: Serve) -> None:
    assert "when=tomorrow" in page(serve(make_offer(hours="24/7"))).split('class="button"')[1].split(">")[0]


def test_an_ended_event_vanishes_at_once(serve: Serve) -> None:
    offer = make_offer("Concert", kind=Kind.EVENT, occurrences=(happening("2026-08-13 12:00", "2026-08-13 14:00"),))
    assert "Concert" not in words(page(serve(offer)))


def test_a_closed_place_is_not_shown(serve: Serve) -> None:
    assert "Musée" not in words(page(serve(make_offer("Musée", hours="Mo-Su 08:00-12:00"))))


def test_phones_are_called_and_sites_opened_in_the_same_window(serve: Serve) -> None:
    contacts = (Contact(ContactType.PHONE, "+33559000000"), Contact(ContactType.BOOKING, "https://exemple.fr/billets"))
    html = page(serve(make_offer(hours="24/7", contacts=contacts)))
    assert 'href="tel:+33559000000"' in html
    assert re.search(r'href="/go/[a-z2-7]{10}/booking\?', html)


def test_what_strangers_write_is_text(serve: Serve) -> None:
    name = "<script>window.__sejour_xss=1</script> {{6*7}}"
    html = page(serve(make_offer(name, hours="24/7", names=LocalText({"fr": name}))))
    assert "<script>" not in html
    assert "&lt;script&gt;window.__sejour_xss=1&lt;/script&gt; {{6*7}}" in html


def test_a_name_in_another_language_is_marked(serve: Serve) -> None:
    html = page(serve(make_offer(names=LocalText({"de": "Schloss"}), hours="24/7")))
    assert '<span lang="de">Schloss</span>' in html


def test_the_language_is_that_of_the_browser_and_can_be_changed(client: TestClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "pt;q=0.9, nl-BE;q=0.8, en;q=0.5"})
    assert answer.headers["content-language"] == "nl"
    assert '<html lang="nl">' in answer.text
    assert 'hreflang="it"' in answer.text
    assert client.get("/", headers={"Accept-Language": "zh"}).headers["content-language"] == "fr"


def test_the_same_question_has_the_same_page(client: TestClient) -> None:
    assert page(client, "/?h=gare&lang=fr") == page(client, "/?h=gare&lang=fr")


def test_the_clock_of_the_page_is_the_territory_s(serve: Serve) -> None:
    client = serve(make_offer(hours="24/7"), moment=datetime(2026, 12, 24, 23, 30, tzinfo=PARIS))
    assert f"jeu. 24 déc. · 23{THIN}h{THIN}30" in words(page(client))
    assert f"8{THIN}h" in words(page(client, f"/?lang=fr&at={at('2026-12-25 08:00').isoformat().replace('+', '%2B')}"))
