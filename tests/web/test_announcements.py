"""What the office says, on the visitor's pages: news, deals, collections, pins, closures, a card that was checked."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from sejour.domain.curation import Boost, Checked, Collection, Curation, Notice, NoticeSort, Override, Pick, Pin
from sejour.domain.offer import Offer
from sejour.domain.text import LocalText
from sejour.domain.visit import Wish
from sejour.domain.weather import Sky
from tests.builders import AUGUST, at, make_offer
from tests.web.test_home import THIN, page, words

Serve = Callable[..., TestClient]
MUSEUM = make_offer("Musée", hours="Mo-Su 10:00-19:00", themes=("museum",))
PARK = make_offer("Parc", hours="24/7", themes=("park",))
SHUT = make_offer("Zoo", hours="Mo-Su 08:00-09:00", themes=("zoo",))


def notice(sort: NoticeSort, text: str, offer: str = "", **fields: Any) -> Notice:
    return Notice(offer, **{"end": at("2026-08-13 18:00"), "sort": sort, "text": LocalText({"fr": text}), **fields})


def news(*texts: str) -> tuple[Notice, ...]:
    return tuple(notice(NoticeSort.INFO, text) for text in texts)


def told(serve: Serve, path: str = "/?lang=fr", offers: tuple[Offer, ...] = (MUSEUM, PARK, SHUT), **said: Any) -> str:
    return page(serve(*offers, said=Curation(**said)), path)


def test_infos_of_the_day_are_above_the_cards_three_at_most(serve: Serve) -> None:
    html = told(serve, notices=(*news("Un", "Deux", "Trois"), notice(NoticeSort.ALERT, "Baignade interdite")))
    assert html.index('class="news"') < html.index("<article")
    text = words(html)
    assert "Alerte Baignade interdite" in text
    assert "Deux tout voir (4)" in text
    assert "Trois" not in text
    assert "tout voir" not in words(told(serve, notices=news("Un")))
    assert 'class="news"' not in told(serve)
    full = words(told(serve, "/notices?lang=fr", notices=news("Un", "Deux", "Trois", "Quatre")))
    assert f"Quatre Jusqu’à 18{THIN}h" in full
    assert "Rien de particulier à ce moment." in words(told(serve, "/notices?lang=fr"))


def test_a_text_in_another_language_is_marked_and_what_the_office_types_is_text(serve: Serve) -> None:
    html = told(serve, "/?lang=de", notices=news("<b>Brocante</b>"))
    assert '<span lang="fr">&lt;b&gt;Brocante&lt;/b&gt;</span>' in html


def test_a_full_offer_is_no_card_and_its_own_page_says_until_when(serve: Serve) -> None:
    said = {"notices": (notice(NoticeSort.FULL, "Revenez demain.", MUSEUM.id),)}
    assert "Musée" not in words(told(serve, offers=(MUSEUM,), **said))
    text = words(told(serve, f"/o/{MUSEUM.id}?lang=fr", **said))
    assert f"Complet, dit l’office, jusqu’à 18{THIN}h · Revenez demain." in text
    assert "Trop tard, fermé" not in text
    assert f"aujourd’hui 18{THIN}h – 19{THIN}h" in text
    assert f"Complet, dit l’office, jusqu’à 18{THIN}h" in words(told(serve, f"/why/{MUSEUM.id}?lang=fr", **said))
    assert f"Complet, dit l’office, jusqu’à 18{THIN}h" in words(told(serve, "/search?q=musee&lang=fr", **said))


def test_a_closure_to_come_is_announced_with_its_beginning(serve: Serve) -> None:
    soon = notice(NoticeSort.CLOSURE, "Travaux.", MUSEUM.id, start=at("2026-08-15 00:00"), end=at("2026-08-17 10:00"))
    text = words(told(serve, f"/o/{MUSEUM.id}?lang=fr", notices=(soon,)))
    assert f"À partir de sam. 15 août · Fermé, dit l’office, jusqu’à lun. 17 août à 10{THIN}h · Travaux." in text
    assert "Musée" in words(told(serve, notices=(soon,)))


def test_a_deal_is_on_its_card_with_its_end_and_in_the_list_of_deals(serve: Serve) -> None:
    said = {
        "notices": (notice(NoticeSort.DEAL, "Moitié prix", PARK.id), notice(NoticeSort.DEAL, "Pass à 5 €"), notice(NoticeSort.DEAL, "Glace", SHUT.id))
    }
    html = told(serve, **said)
    assert f"Bon plan, jusqu’à 18{THIN}h · Moitié prix" in words(html)
    assert re.search(r'href="/deals[^"]*">Bons plans \(3\)', html)
    assert "Pass" not in words(html)
    deals = words(told(serve, "/deals?lang=fr", **said))
    assert "Pass à 5 €" in deals
    assert deals.index("Parc") < deals.index("Pas à ce moment") < deals.index("Zoo")
    assert "/deals" not in told(serve)
    assert "Aucun bon plan" in words(told(serve, "/deals?lang=fr"))


RAIN = Collection(
    "", name=LocalText({"fr": "Il pleut avec des enfants"}), text=LocalText({"fr": "Au sec."}), offers=(SHUT.id, MUSEUM.id), skies=(Sky.RAIN,)
)


def test_a_collection_is_a_link_when_it_holds_and_a_page_always(serve: Serve) -> None:
    always = [Collection("", name=LocalText({"fr": f"Idée {n}"}), offers=(PARK.id,)) for n in range(3)]
    said = {"collections": (RAIN, *always), "collection_ids": (12, 13, 14, 15)}
    assert re.findall(r'href="/collection/(\d+)', told(serve, **said)) == ["13", "14"]
    assert re.findall(r'href="/collection/(\d+)', told(serve, "/?lang=fr&when=rain", **said)) == ["12", "13"]
    text = words(told(serve, "/collection/12?lang=fr", **said))
    assert text.index("Il pleut avec des enfants") < text.index("Au sec.") < text.index("Musée") < text.index("Pas à ce moment") < text.index("Zoo")
    assert f"Prochaine ouverture{THIN}: demain à 8{THIN}h" in text
    client = serve(MUSEUM, said=Curation(**said))  # type: ignore[arg-type]
    assert client.get("/collection/99").status_code == 404
    assert client.get("/collection/x").status_code == 404
    assert "Rien de cette sélection" in words(page(client, "/collection/12?lang=fr&at=2026-08-13T23:00"))


def test_what_is_pinned_says_that_the_office_chose_it_and_why(serve: Serve) -> None:
    html = told(serve, pins=(Pin(PARK.id, reason="fête du parc"),), picks=(Pick(MUSEUM.id, by="Léa"),))
    text = words(html)
    assert text.index("Coup de cœur de Léa") < text.index(f"Choisi par l’office{THIN}: fête du parc") < text.index("Parc")
    assert html.count('class="by"') == 2
    assert '<span lang="fr">fête du parc</span>' in told(serve, "/?lang=en", pins=(Pin(PARK.id, reason="fête du parc"),))
    assert f"Choisi par l’office{THIN}: fête du parc" in words(told(serve, f"/why/{PARK.id}?lang=fr", pins=(Pin(PARK.id, reason="fête du parc"),)))
    assert "Choisi par l’office :" not in words(told(serve, pins=(Pin(SHUT.id, reason="?"),)))


def test_what_is_lifted_says_so(serve: Serve) -> None:
    said = {"boosts": (Boost(PARK.id, factor=1.4, reason="saison des roses"),)}
    assert f"Mise en avant par l’office{THIN}: saison des roses" in words(told(serve, **said))
    assert f"Choix de l’office Mise en avant par l’office{THIN}: saison des roses" in words(told(serve, f"/why/{PARK.id}?lang=fr", **said))


def test_words_for_some_are_read_by_them_alone(serve: Serve) -> None:
    client = serve(
        MUSEUM,
        PARK,
        said=Curation(pins=(Pin(PARK.id, reason="familles", wishes=(Wish.FREE,)),), notices=(notice(NoticeSort.INFO, "Welkom", languages=("nl",)),)),
    )
    assert "Welkom" in page(client, "/?lang=nl")
    assert "Welkom" not in page(client, "/?lang=fr")


def test_a_checked_card_says_when_for_a_year(serve: Serve) -> None:
    checks = (Checked(MUSEUM.id, by="Léa", at=AUGUST - timedelta(days=1)),)
    assert "Vérifié le 12 août 2026 par l’office" in words(told(serve, f"/o/{MUSEUM.id}?lang=fr", checks=checks))
    assert "Vérifié" not in words(told(serve, f"/o/{PARK.id}?lang=fr", checks=checks))
    assert "Vérifié" not in words(told(serve, f"/o/{MUSEUM.id}?lang=fr&at=2027-09-01T12:00", checks=checks))


def test_the_version_that_is_easy_to_read(serve: Serve) -> None:
    html = told(serve, f"/o/{MUSEUM.id}?lang=fr", overrides=(Override(MUSEUM.id, easy=LocalText({"fr": "On voit des tableaux."})),))
    assert "Version facile à lire On voit des tableaux." in words(html)


@pytest.mark.parametrize("lang", ["fr", "en", "nl", "de", "es", "it"])
def test_the_demonstration_shows_them_and_stays_light(client: TestClient, lang: str) -> None:
    home = client.get(f"/?lang={lang}", headers={"Accept-Encoding": "gzip"})
    assert int(home.headers["content-length"]) <= 14_336
    assert 'class="news"' in home.text
    for path in re.findall(r'href="(/(?:deals|collection/\d+)[^"]*)"', home.text):
        assert client.get(path.replace("&amp;", "&")).status_code == 200
    assert len(re.findall(r'href="/collection/', home.text)) == 1
    assert len(re.findall(r'href="/collection/', client.get(f"/?lang={lang}&when=rain").text)) == 2
