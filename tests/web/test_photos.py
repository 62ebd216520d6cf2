"""Photos on visitors' pages: from our own address alone, with their credit and what they show, while their rights last."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image
from starlette.testclient import TestClient

from sejour.album import Album, Plate, album_of
from sejour.app import create_app
from sejour.demo.run import demo_house
from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.curation import Curation, Override, Pick
from sejour.domain.offer import Offer, Picture
from sejour.domain.text import LocalText
from sejour.house import House
from sejour.pictures import BUDGETS, suffixes, take
from sejour.schedule import fetch_pictures
from sejour.settings import PicturesSettings
from sejour.store.curation import amend, words_of
from sejour.store.offers import raise_revision
from sejour.store.pictures import StoredPicture
from tests.builders import AUGUST, PARIS, make_offer
from tests.office.parts import card, image, written

URL = "https://elsewhere.example/1.jpg"
OURS = StoredPicture("aaaaaaaaaaaaaaaa", 800, 600, "Léa", LocalText({"fr": "La cour", "de": "Der Hof"}), "cc-by")
OTHER = replace(OURS, id="bbbbbbbbbbbbbbbb", credit="© Jeanne", alt=LocalText({"fr": "La façade"}), licence="lent")
PLATE = Plate("", URL, AUGUST, "cccccccccccccccc", 640, 480)
Serve = Callable[..., TestClient]


def photos(html: str) -> list[str]:
    return re.findall(r'<img [^>]*src="(/img/[^"]+)"', html)


def shown(serve: Serve, offer: Offer, lang: str = "fr", page: str = "offer", public_url: str = "", **said: Any) -> str:
    """A page of a territory that has OURS and OTHER, and holds the first picture of the offer's source."""
    client = serve(offer, said=Curation(**said), public_url=public_url)
    live = client.app.state.house.live  # type: ignore[attr-defined]
    live.territory = replace(live.territory, pictures={OURS.id: OURS, OTHER.id: OTHER}, album={(offer.id, URL): replace(PLATE, offer=offer.id)})
    return client.get(f"/o/{offer.id}?lang={lang}" if page == "offer" else f"/?lang={lang}").text


def sourced(**fields: Any) -> Offer:
    return make_offer("Musée", pictures=(Picture(URL, **{"credit": "Anne"} | fields),))


def test_the_office_s_photo_has_its_credit_and_says_what_it_shows(serve: Serve) -> None:
    offer = sourced()
    html = shown(serve, offer, overrides=(Override(offer.id, picture=OURS.id),), picks=(Pick(offer.id, by="Léa", picture=OTHER.id),))
    assert photos(html) == [f"/img/{OURS.id}-640.jpg"]
    assert 'width="800" height="600" alt="La cour"' in html and 'loading="lazy"' in html
    assert "© Léa, CC BY</figcaption>" in html
    for suffix in set(suffixes()) - {"jpg"}:
        widths = ", ".join(f"/img/{OURS.id}-{width}.{suffix} {width}w" for width in BUDGETS)
        assert f'type="image/{suffix}" srcset="{widths}"' in html


def test_what_it_shows_is_said_in_the_page_s_language(serve: Serve) -> None:
    offer = make_offer("Musée")
    said = {"overrides": (Override(offer.id, picture=OURS.id),)}
    assert 'alt="Der Hof"' in shown(serve, offer, "de", **said)
    assert 'alt="La cour" lang="fr"' in shown(serve, offer, "en", **said)


def test_the_coup_de_coeur_has_its_small_photo_below_its_name(serve: Serve) -> None:
    offer = make_offer("Musée")
    html = shown(serve, offer, page="home", picks=(Pick(offer.id, by="Léa", picture=OTHER.id),), overrides=(Override(offer.id, picture=OURS.id),))
    assert photos(html) == [f"/img/{OTHER.id}-320.jpg"]
    assert html.index("Musée</a></h2>") < html.index("<picture>") < html.index('class="when"')
    assert 'title="© Jeanne"' in html and 'alt="La façade"' in html and "-640." not in html


def test_cards_alone_have_none(serve: Serve) -> None:
    assert photos(shown(serve, sourced(), page="home")) == []


def test_without_one_of_the_office_s_that_of_the_source(serve: Serve) -> None:
    html = shown(serve, sourced(licence="https://creativecommons.org/licenses/by/4.0/"), "en")
    assert photos(html) == [f"/img/{PLATE.id}-640.jpg"]
    assert 'alt="Photo: Musée"' in html and "© Anne, CC BY 4.0</figcaption>" in html


def test_no_page_asks_another_host_for_a_picture(serve: Serve) -> None:
    offer = sourced()
    for page in ("offer", "home"):
        html = shown(serve, offer, page=page, picks=(Pick(offer.id, by="Léa"),))
        assert "elsewhere.example" not in html
        assert all(each.startswith(("/img/", "data:")) for each in re.findall(r'(?:src|srcset)="([^"]+)"', html) if not each.startswith("/static/"))


@pytest.mark.parametrize("fields", [{"expires": date(2026, 8, 12)}, {"credit": None, "licence": "CC BY"}])
def test_without_rights_or_a_name_it_is_not_shown(serve: Serve, fields: dict[str, Any]) -> None:
    assert photos(shown(serve, sourced(**fields))) == []


def test_rights_end_on_the_true_day_whatever_day_is_asked_for(serve: Serve) -> None:
    offer = sourced(expires=date(2026, 8, 12))
    client = serve(offer)
    live = client.app.state.house.live  # type: ignore[attr-defined]
    live.territory = replace(live.territory, album={(offer.id, URL): replace(PLATE, offer=offer.id)})
    assert photos(client.get(f"/o/{offer.id}?at=2026-08-11T15:00").text) == []


def test_an_office_s_photo_whose_rights_ended_leaves_its_place_to_the_next(serve: Serve) -> None:
    offer, ended = sourced(), replace(OURS, expires=date(2026, 8, 12))
    client = serve(offer, said=Curation(overrides=(Override(offer.id, picture=OURS.id),)))
    live = client.app.state.house.live  # type: ignore[attr-defined]
    live.territory = replace(live.territory, pictures={OURS.id: ended}, album={(offer.id, URL): replace(PLATE, offer=offer.id)})
    assert photos(client.get(f"/o/{offer.id}").text) == [f"/img/{PLATE.id}-640.jpg"]


def test_link_previews_and_robots_have_its_whole_address(serve: Serve) -> None:
    whole = f"https://sejour.example/img/{PLATE.id}-1280.jpg"
    html = shown(serve, sourced(), public_url="https://sejour.example")
    assert f'<meta property="og:image" content="{whole}">' in html and f'"image": "{whole}"' in html
    html = shown(serve, sourced())
    assert "og:image" not in html and '"image"' not in html


# ---- the demonstration: a real store, a real heart ----


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[House]:
    house = demo_house(tmp_path, lambda: datetime(2026, 8, 13, 15, 40, tzinfo=PARIS))
    yield house
    house.store.close()


@pytest.fixture
def app(demo: House) -> TestClient:
    return TestClient(create_app(demo), base_url="https://testserver")


def given(house: House, picture: Picture) -> Offer:
    """The museum, whose source gives this picture; URL's is the one that we hold."""
    photo, offer, album = take(written(image())), replace(card(house), pictures=(picture,)), album_of(house.settings)
    album.put(photo.id, photo.data, house.now())
    album.write([Plate(offer.id, URL, AUGUST, photo.id, photo.width, photo.height)], house.now())
    house.live.refresh(house.now())
    house.live.current = replace(
        house.live.territory, catalogue=build_catalogue([offer], house.now(), revision=house.live.territory.catalogue.revision)
    )
    return offer


def test_the_file_of_a_source_s_photo(demo: House, app: TestClient) -> None:
    offer = given(demo, Picture(URL, "Anne", None, date(2026, 8, 14)))
    (path,) = photos(app.get(f"/o/{offer.id}").text)
    for suffix in suffixes():
        for width in BUDGETS:
            answer = app.get(path.replace("640.jpg", f"{width}.{suffix}"))
            assert answer.headers["content-type"] == f"image/{'jpeg' if suffix == 'jpg' else suffix}"
            assert answer.headers["cache-control"] == "public, max-age=116400, immutable"  # until the end of the 14th
            assert max(Image.open(io.BytesIO(answer.content)).size) <= width
    given(demo, Picture(URL, "Anne", None, date(2026, 8, 12)))
    assert photos(app.get(f"/o/{offer.id}").text) == []
    assert app.get(path).status_code == 404


def test_a_photo_that_its_source_withdrew_disappears(demo: House, app: TestClient) -> None:
    offer = given(demo, Picture(URL, "Anne"))
    (path,) = photos(app.get(f"/o/{offer.id}").text)
    given(demo, Picture("https://elsewhere.example/2.jpg", "Anne"))
    assert (photos(app.get(f"/o/{offer.id}").text), app.get(path).status_code) == ([], 404)


def test_one_that_was_dropped_from_the_disk_is_said_to_be_gone(demo: House, app: TestClient) -> None:
    offer = given(demo, Picture(URL, "Anne"))
    (path,) = photos(app.get(f"/o/{offer.id}").text)
    for file in demo.settings.beside("pictures").glob("*.jpg"):
        file.unlink()
    assert app.get(path).status_code == 404


def test_the_heart_fetches_unless_it_is_told_not_to(demo: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def fake(album: Album, catalogue: Catalogue, counted: object, moment: datetime, allow: frozenset[str]) -> int:
        asked.append(str(moment.tzinfo))
        return 1

    monkeypatch.setattr("sejour.schedule.illustrate", fake)
    fetch_pictures(demo)
    without = msgspec.structs.replace(demo.settings, pictures=PicturesSettings(fetch=False))
    fetch_pictures(replace(demo, settings=without))
    with demo.store.alone("pictures"):  # another process does it
        fetch_pictures(demo)
    assert asked == ["Europe/Paris"]


def test_one_that_the_office_withdrew_disappears(demo: House, app: TestClient) -> None:
    offer, territory = card(demo, "parc-beaumont"), demo.settings.territory.id
    assert len(photos(app.get(f"/o/{offer.id}").text)) == 1
    with demo.store.writing() as connection:
        (kept,) = words_of(connection, territory, "pick", offer=offer.id)
        assert isinstance(kept.word, Pick)
        amend(connection, territory, kept.id, kept.version, replace(kept.word, picture=None), "Léa", demo.now())
        raise_revision(connection, territory)
    demo.live.refresh(demo.now())
    assert photos(app.get(f"/o/{offer.id}").text) == []


def test_the_demonstration_weighs_little_with_its_photos(demo: House, app: TestClient) -> None:
    home = app.get("/?lang=fr", headers={"Accept-Encoding": "gzip"})
    (path,) = photos(home.text)
    heaviest = max(len(app.get(path.replace("jpg", suffix)).content) for suffix in suffixes())
    assert int(home.headers["content-length"]) + heaviest <= 100_000
