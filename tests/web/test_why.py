"""The page that tells why: the figures add up, the obstacle is named, and what would change it is what does."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from itertools import product

import pytest
from starlette.testclient import TestClient

from sejour.domain.curation import Curation, Mute
from sejour.domain.obstacle import Metres
from sejour.domain.offer import Kind, OccurrenceStatus, Offer
from sejour.domain.place import Place
from sejour.domain.suggestion import Score
from sejour.domain.text import LocalText, Reason
from sejour.domain.travel import Mode, Travel
from sejour.domain.visit import Wish
from sejour.web.i18n import LANGUAGES, speech
from sejour.web.told import adding_up, decimal, told
from tests.builders import at, happening, make_offer
from tests.web.test_home import THIN, page, words

Serve = Callable[..., TestClient]
HOURS = "Mo-Sa 10:00-18:00; Su off"
MUSEUMS = [make_offer(f"Musée {n}", hours=HOURS, themes=("museum",), place=Place(43.2956 + n / 5_000, -0.3706)) for n in range(8)]
TABLE = make_offer("Table", kind=Kind.RESTAURANT, hours="12:00-14:00,19:00-22:00")


def why(client: TestClient, offer: Offer, query: str = "lang=fr") -> str:
    return words(page(client, f"/why/{offer.id}?{query}")).replace(THIN, " ")


def figures(html: str) -> list[list[float]]:
    """The figures of each line of the table: the points, then, when there is a card to pass, its points."""
    table = html.partition("<table>")[2].partition("</table>")[0]
    cells = [words(cell.partition("</td>")[0]) for cell in table.split("<td>")[1:]]
    return [[float(found.replace(",", ".")) for found in re.findall(r"[+-]?\d+,\d\d", cell)] for cell in cells]


def test_shown_tells_its_place_and_a_sum(serve: Serve) -> None:
    client = serve(*MUSEUMS, TABLE)
    text = why(client, MUSEUMS[2])
    assert "Pourquoi cette suggestion ?" in text
    assert re.search(r"Proposée à ce moment : n° \d de la page", text)
    assert "Ce qui la fait monter Intérêt · " in text
    for offer in MUSEUMS[:5]:
        *terms, total = figures(page(client, f"/why/{offer.id}?lang=fr"))
        assert len(terms) == 9
        assert round(sum(points for [points] in terms), 2) == total[0]


def test_value_times_weight_is_the_points(serve: Serve) -> None:
    html = page(serve(*MUSEUMS), f"/why/{MUSEUMS[1].id}?lang=fr")
    lines = re.findall(r"· (-?\d+,\d\d) × (\d+,\d\d)</span></th><td>([+-]?\d+,\d\d)", html)
    assert len(lines) == 9
    for line in lines:
        value, weight, points = (float(figure.replace(",", ".")) for figure in line)
        assert value * weight == pytest.approx(points, abs=0.021)


def test_the_page_and_the_api_say_the_same_total(serve: Serve) -> None:
    client = serve(*MUSEUMS, TABLE)
    for found in client.get("/api/v1/suggestions").json()["suggestions"]:
        assert figures(page(client, f"/why/{found['id']}?lang=fr"))[-1] == [round(found["score"], 2)]


def test_outranked_shows_the_card_to_pass(serve: Serve) -> None:
    far = make_offer("Musée loin", hours=HOURS, place=Place(43.32, -0.3706))
    client = serve(*MUSEUMS, far)
    html, text = page(client, f"/why/{far.id}?lang=fr"), why(client, far)
    assert "Pourquoi pas à ce moment ?" in text
    assert "D’autres idées passent devant : n° 9 sur 9 possibles." in text
    assert re.search("Entre parenthèses, les points de « Musée [0-9] »", text)
    *terms, total = figures(html)
    for column in (0, 1):
        assert round(sum(line[column] for line in terms), 2) == total[column]
    assert total[0] < total[1]


def test_closed_tells_the_next_opening_and_a_moment_at_which_it_is_shown(serve: Serve) -> None:
    client = serve(TABLE, *MUSEUMS[:3])
    text = why(client, TABLE)
    assert "Ouvre à 19 h : plus de deux heures d’attente." in text
    assert "Ce qui la ferait venir sur la page À un autre moment (18 h 45) : n° 1 de la page." in text
    assert "Fermé à ce moment. Prochaine ouverture : lun. 17 août à 10 h" in why(client, MUSEUMS[0], "lang=fr&at=2026-08-15T22:00")
    assert "n° 1 de la page" in why(client, TABLE, "lang=fr&at=2026-08-13T18:45")


def test_an_event_tells_its_next_date(serve: Serve) -> None:
    dates = (happening("2026-08-13 14:00", "2026-08-13 15:30"), happening("2026-08-15 14:00", "2026-08-15 15:30"))
    ball = make_offer("Bal", kind=Kind.EVENT, occurrences=dates)
    text = why(serve(ball), ball)
    assert "Trop tard : le début est à 14 h, et on y serait à 15 h 03." in text
    assert "Prochaine date : sam. 15 août à 14 h" in text
    lost = make_offer("Bal", kind=Kind.EVENT, occurrences=(happening("2026-08-15 14:00", status=OccurrenceStatus.CANCELLED),))
    assert "Ses dates sont annulées." in why(serve(lost), lost)


def test_a_wish_and_a_mode_can_be_changed(serve: Serve) -> None:
    client = serve(MUSEUMS[0], make_offer("Loin", hours=HOURS, place=Place(43.33, -0.3706)))
    text = why(client, MUSEUMS[0], "lang=fr&wish=free&wish=dogs")
    assert "Rien dans la fiche ne répond à : gratuit, chiens admis." in text
    assert "Sans cette envie : n° 1 de la page." in text
    far = why(client, make_offer("Loin"), "lang=fr&wish=carfree")
    assert "Trop loin : à 69 min à pied, et la page ne va pas au-delà de 30 min." in far
    assert "Possible à 26 min à vélo : n° 2 de la page." in far


def test_directories_have_their_own_page(serve: Serve) -> None:
    for kind, path in ((Kind.LODGING, "/kind/lodging"), (Kind.SERVICE, "/essentials")):
        offer = make_offer(kind=kind)
        assert f'class="button" href="{path}?' in page(serve(offer), f"/why/{offer.id}?lang=fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_obstacle_of_the_demonstration_is_a_page_in_every_language(client: TestClient, language: str) -> None:
    features = client.get("/offers.geojson").json()["features"]
    for n, feature in enumerate(features):
        if n % len(LANGUAGES) == list(LANGUAGES).index(language):
            moment = ("2026-08-13T15:40", "2026-08-13T23:30", "2026-08-16T08:00")[n // len(LANGUAGES) % 3]
            html = page(client, f"/why/{feature['id']}?lang={language}&at={moment}")
            assert "%(" not in html and "Reason(" not in html and "datetime" not in html


def test_what_the_visitor_reads_is_said_in_their_language() -> None:
    today = date(2026, 8, 13)
    for value, french, english in (
        (at("2026-08-13 17:40"), "17 h 40", "17:40"),
        (at("2026-08-14 10:00"), "demain à 10 h", "tomorrow at 10:00"),
        (date(2026, 8, 15), "sam. 15 août", "Sat 15 Aug"),
        (date(2024, 8, 15), "15 août 2024", "15 August 2024"),
        (time(9), "9 h", "09:00"),
        (Metres(350), "350 m", "350 m"),
        (Metres(2_400), "2,4 km", "2.4 km"),
        (1.386, "1,39", "1.39"),
        (-0.0001, "0,00", "0.00"),
        (7, "7", "7"),
        (LocalText({"fr": "Musée", "en": "Museum"}), "Musée", "Museum"),
        (Travel(Mode.WALK, 500, 7), "à 7 min à pied", "7 min on foot"),
        ((Wish.FREE, Wish.NATURE), "gratuit, nature", "free, nature"),
        (Reason("à confirmer"), "à confirmer", None),
    ):
        assert told(speech("fr"), Reason("%(it)s", {"it": value}), today).replace(THIN, " ") == french
        if english:
            assert told(speech("en"), Reason("%(it)s", {"it": value}), today).replace(THIN, " ") == english


def test_rounded_figures_add_up() -> None:
    weights = (0.8, 1.5, 1.0, 1.0, 1.0, 0.5)
    for values in product((0.0, 0.333, -1.386, 0.005), repeat=len(weights)):
        scores = [Score("stars", value, weight, Reason("")) for value, weight in zip(values, weights, strict=True)]
        rounded = adding_up(scores)
        assert round(sum(rounded), 2) == pytest.approx(round(sum(score.points for score in scores), 2), abs=0.0101)
        assert sum(round(each * 100) for each in rounded) == round(sum(score.points for score in scores) * 100)
        assert all(abs(each - score.points) < 0.0151 for each, score in zip(rounded, scores, strict=True))


def test_decimals_are_those_of_the_language() -> None:
    assert (decimal(speech("fr"), 1.5), decimal(speech("en"), -0.004), decimal(speech("de"), -1.5)) == ("1,50", "0.00", "-1,50")


def test_the_reason_of_a_mute_is_between_the_office_and_the_provider(serve: Serve) -> None:
    mute = Mute(MUSEUMS[0].id, reason="litige sur la taxe", end=datetime.fromisoformat("2026-08-20T10:00+02:00"))
    text = why(serve(*MUSEUMS, said=Curation(mutes=(mute,))), MUSEUMS[0])
    assert "L’office de tourisme l’a mise de côté. Retour prévu : jeu. 20 août à 10 h" in text
    assert "litige" not in text
