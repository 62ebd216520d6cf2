"""The morning ritual: what it finds by itself, and one button that writes everything, or nothing."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from sejour.domain.curation import Mute, Notice, NoticeSort, Override, Pick
from sejour.domain.staff import Role
from sejour.domain.text import LocalText
from sejour.house import House
from sejour.store.curation import say
from sejour.store.feeds import feeds_of, put_off
from tests.builders import at, make_catalogue
from tests.office.conftest import Clock
from tests.office.parts import card, done, only, words

Signing = Callable[..., TestClient]
MORNING = "/office/morning"


def told(house: House, *said: object) -> None:
    with house.store.writing() as connection:
        for word in said:
            say(connection, house.settings.territory.id, word, "Léa", house.now())  # type: ignore[arg-type]
    house.live.refresh(house.now())


def proposed(text: str) -> list[str]:
    return re.findall(r'name="pick_(\w+)"', text)


def at_eight(clock: Clock, house: House) -> None:
    clock.moment = at("2026-08-13 08:10")
    house.live.refresh(clock.moment)


def test_it_is_good_with_nothing_filled_in(editor: TestClient, house: House, clock: Clock) -> None:
    at_eight(clock, house)
    before = words(house)
    assert done(editor, MORNING) == f"{MORNING}?nothing=1"
    assert "va bien comme elle est" in editor.get(f"{MORNING}?nothing=1").text
    assert words(house) == before


def test_the_weather_and_the_hours_of_rain(editor: TestClient, house: House, clock: Clock) -> None:
    at_eight(clock, house)
    house.live.take_forecast(house.live.forecast.forecast, clock.moment)  # type: ignore[union-attr]
    assert "S’il pleut : de 17\u202fh à 20\u202fh." in editor.get(MORNING).text
    house.live.forecast = None
    assert "Pas de prévision en ce moment" in editor.get(MORNING).text


def test_everything_is_published_at_once(sign_in: Signing, house: House, clock: Clock) -> None:
    at_eight(clock, house)
    client = sign_in(Role.COUNSELLOR)
    first, second, *_ = proposed(client.get(MORNING).text)
    fields = {"alert": "Vigilance orange", "tide": "Pleine mer 17 h 42", "info": "", f"pick_{first}": "Pour la vue.", f"pick_{second}": ""}
    before, revision = len(words(house)), house.live.territory.catalogue.revision
    back = done(client, MORNING, **fields)
    assert len(words(house)) == before + 3
    assert house.live.territory.catalogue.revision > revision  # visitors see it already
    pick = only(house, "pick", first)
    assert pick == Pick(first, end=at("2026-08-20 00:00"), by="Maïté", text=LocalText({"fr": "Pour la vue."}))
    assert any(
        k.word == Notice("", end=at("2026-08-14 00:00"), sort=NoticeSort.TIDE, text=LocalText({"fr": "Pleine mer 17 h 42"})) for k in words(house)
    )
    changes = re.findall(r'name="change" value="(\d+)"', client.get(back).text)
    assert len(changes) == 3
    done(client, "/office/undo", change=changes, back=MORNING)
    assert len(words(house)) == before


def test_pressed_twice_it_is_said_once(editor: TestClient, house: House, clock: Clock) -> None:
    at_eight(clock, house)
    done(editor, MORNING, alert="Vigilance orange")
    before = len(words(house))
    assert done(editor, MORNING, alert="Vigilance orange") == f"{MORNING}?nothing=1"
    assert len(words(house)) == before


def test_one_word_that_is_refused_publishes_nothing_and_loses_nothing(editor: TestClient, house: House) -> None:
    before = words(house)
    (first, *_) = proposed(editor.get(MORNING).text)
    answer = editor.post(MORNING, data={"alert": "Vigilance", f"pick_{first}": "x" * 241})
    assert answer.status_code == 400 and f'id="pick_{first}-wrong"' in answer.text
    assert 'value="Vigilance"' in answer.text and "x" * 241 in answer.text
    assert words(house) == before
    assert editor.post(MORNING, data={"pick_nothing": "oui"}).status_code == 400


def test_what_ends_is_prolonged(sign_in: Signing, house: House) -> None:
    id = card(house).id
    told(
        house,
        Mute(id, end=at("2026-08-13 20:00"), reason="travaux"),
        Pick(id, end=at("2026-08-16 00:00"), by="Maïté", text=LocalText({"fr": "Oui."})),
    )
    mute, pick = words(house, "mute", offer=id)[0], words(house, "pick", offer=id)[0]
    counsellor = sign_in(Role.COUNSELLOR)
    page = counsellor.get(MORNING).text
    assert f'value="{pick.id}:1"' in page and f'value="{mute.id}:1"' not in page
    assert counsellor.post(MORNING, data={"extend": f"{mute.id}:1"}).status_code == 403
    done(counsellor, MORNING, extend=f"{pick.id}:1")
    assert only(house, "pick", id).end == at("2026-08-23 00:00")
    done(sign_in(Role.EDITOR), MORNING, extend=[f"{mute.id}:1", "x", "1:1:1"])
    assert only(house, "mute", id).end == at("2026-08-20 20:00")


def test_two_at_once_lose_nothing(sign_in: Signing, house: House) -> None:
    id = card(house).id
    told(house, Mute(id, end=at("2026-08-13 20:00"), reason="travaux"))
    mute = words(house, "mute", offer=id)[0]
    done(sign_in(Role.ADMIN), MORNING, extend=f"{mute.id}:1")
    answer = sign_in(Role.EDITOR).post(MORNING, data={"extend": f"{mute.id}:1", "alert": "Vigilance orange"})
    assert answer.status_code == 409 and "rien n’est publié, rien n’est perdu" in answer.text and 'value="Vigilance orange"' in answer.text
    assert only(house, "mute", id).end == at("2026-08-20 20:00")
    assert not any(isinstance(k.word, Notice) and k.word.text.texts["fr"] == "Vigilance orange" for k in words(house))


def test_a_correction_that_the_source_caught_up_with_can_go(editor: TestClient, house: House) -> None:
    source = card(house)
    told(house, Override(source.id, hours=source.hours, source={"hours": "Mo-Fr 10:00-12:00"}))
    told(house, Override(card(house, "parc-beaumont").id, hours="Mo 10:00-12:00", source={"hours": "Tu 10:00-12:00"}))
    page = editor.get(MORNING).text
    assert "la source dit maintenant comme vous (horaires)" in page and "la source a changé" in page
    (kept,) = words(house, "override", offer=source.id)
    done(editor, MORNING, drop=f"{kept.id}:1")
    assert not words(house, "override", offer=source.id)


def test_what_is_closed_and_the_feeds_that_failed_are_told(editor: TestClient, house: House) -> None:
    told(house, Notice(card(house).id, end=at("2026-08-14 00:00"), sort=NoticeSort.CLOSURE, text=LocalText({"fr": "Dégât des eaux"})))
    with house.store.writing() as connection:
        put_off(connection, feeds_of(connection, "pau", "Europe/Paris")[1].id, house.now(), 3)
    page, home = editor.get(MORNING).text, editor.get("/office/").text
    assert "Dégât des eaux" in page and "Le flux « tableur » n’a pas pu être lu" in page.replace("\u202f", " ")
    assert "Le flux « tableur » n’a pas pu être lu" in home.replace("\u202f", " ")


def test_holes_of_the_agenda(editor: TestClient, house: House) -> None:
    catalogue = house.live.territory.catalogue
    assert "rendez-vous" in editor.get(MORNING).text
    bare = make_catalogue(*(o for o in catalogue.offers if not o.occurrences and o.kind != "market"), moment=house.now())
    house.live.current = replace(house.live.territory, catalogue=bare)
    assert editor.get(MORNING).text.count("rien dans l’agenda") == 2  # the morning is past
    assert "Presque rien dans l’agenda, ce soir" in editor.get("/office/").text


def test_what_was_recommended_lately_is_not_proposed_again(editor: TestClient, house: House) -> None:
    first = proposed(editor.get(MORNING).text)
    assert len(first) == 3
    told(house, *(Pick(id, end=at("2026-08-01 00:00"), by="Léa") for id in first))
    assert not set(proposed(editor.get(MORNING).text)) & set(first)


def test_a_seasonal_worker_reads_it(sign_in: Signing) -> None:
    page = sign_in(Role.SEASONAL).get(MORNING)
    assert page.status_code == 200 and "Publier partout" not in page.text and "Signaler une info chaude" in page.text
    assert sign_in(Role.SEASONAL).post(MORNING, data={"alert": "x"}).status_code == 403


def test_home_by_role(sign_in: Signing) -> None:
    assert "Coup de cœur</a>" in sign_in(Role.COUNSELLOR).get("/office/").text
    assert 'href="/office/pick"' not in sign_in(Role.SEASONAL).get("/office/").text


def test_a_script_in_the_weather_file_is_no_script(editor: TestClient, tmp_path: Path) -> None:
    assert "<script>alert" not in editor.get(MORNING, params={"nothing": json.dumps("<script>alert(1)</script>")}).text
