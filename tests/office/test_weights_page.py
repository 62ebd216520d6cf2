"""The weights: seen, compared, and only then applied."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from sejour.domain.comparison import Asked, compare
from sejour.domain.offer import Kind
from sejour.domain.staff import Role
from sejour.domain.weights import RANGES, STANDARD, Weights
from sejour.house import House
from sejour.web.office.situations import MOST_HOTSPOTS, situations_of, told_situations
from tests.builders import make_catalogue, make_offer, make_visit

Signing = Callable[..., TestClient]
FAR = {"distance": "2"}


def form(**changes: str) -> dict[str, str]:
    return {name: f"{getattr(STANDARD, name):g}" for name in RANGES} | changes


def hidden(page: str, action: str) -> dict[str, str]:
    told = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', told)}


def in_use(house: House) -> Weights:
    return house.live.territory.catalogue.weights


def test_the_page_tells_each_weight(editor: TestClient) -> None:
    page = unescape(editor.get("/office/weights").text)
    for name, allowed in RANGES.items():
        assert allowed.meaning[1:] in page and f'name="{name}"' in page
    assert "Ce sont les réglages d’origine." in page and "Appliquer" not in page


def test_weights_are_compared_then_applied_and_taken_back(editor: TestClient, house: House) -> None:
    page = editor.post("/office/weights/compare", data=form(distance="2", stars="0.5")).text
    told = unescape(page)
    assert "situations types de votre territoire" in told and "Montent" in told and "Appliquer" in told
    assert in_use(house) == STANDARD
    applied = editor.post("/office/weights/apply", data=hidden(page, "/office/weights/apply"))
    assert applied.status_code == 303 and in_use(house) == replace(STANDARD, distance=2.0, stars=0.5)
    after = editor.get(applied.headers["location"]).text
    assert "Réglés par Léa" in unescape(after)
    editor.post("/office/undo", data=hidden(after, "/office/undo"))
    assert in_use(house) == STANDARD


def test_what_was_not_compared_is_not_applied(editor: TestClient, house: House) -> None:
    sealed = hidden(editor.post("/office/weights/compare", data=form(distance="2")).text, "/office/weights/apply")
    for said in (form(distance="2"), sealed | {"distance": "1,1"}, sealed | {"seal": ""}, sealed | {"version": "1.1"}, sealed | {"seal": "é" * 64}):
        refused = editor.post("/office/weights/apply", data=said)
        assert refused.status_code == 400, said
    assert in_use(house) == STANDARD


def test_two_editors_do_not_tune_over_each_other(sign_in: Signing, house: House) -> None:
    one, other = sign_in(Role.EDITOR), sign_in(Role.EDITOR)
    seals = [
        hidden(client.post("/office/weights/compare", data=form(distance=far)).text, "/office/weights/apply")
        for client, far in ((one, "2"), (other, "1"))
    ]
    assert one.post("/office/weights/apply", data=seals[0]).status_code == 303
    assert other.post("/office/weights/apply", data=seals[1]).status_code == 409
    assert other.post("/office/weights/reset", data={"version": "0"}).status_code == 409
    assert in_use(house).distance == 2


def test_back_to_what_it_comes_with(editor: TestClient, house: House) -> None:
    editor.post("/office/weights/apply", data=hidden(editor.post("/office/weights/compare", data=form(distance="2")).text, "/office/weights/apply"))
    page = editor.get("/office/weights").text
    assert "à l’origine 1,5" in unescape(page)
    editor.post("/office/weights/reset", data=hidden(page, "/office/weights/reset"))
    assert in_use(house) == STANDARD


@pytest.mark.parametrize(
    ("said", "sentence"),
    [({"distance": "9"}, "de 1 à 2"), ({"stars": "nan"}, "de 0,5 à 1"), ({"pick": "fort"}, "est un nombre"), ({}, "d’aujourd’hui")],
)
def test_what_cannot_be_compared(editor: TestClient, said: dict[str, str], sentence: str) -> None:
    answer = editor.post("/office/weights/compare", data=form(**said))
    assert answer.status_code == 400 and sentence in unescape(answer.text)


def test_the_situations_are_those_of_the_territory(house: House) -> None:
    situations = situations_of(house)
    hotspots = {asked.visit.hotspot for asked in situations}
    assert len(situations) == len(told_situations()) * min(MOST_HOTSPOTS, len(house.live.territory.hotspots)) and len(hotspots) <= MOST_HOTSPOTS
    assert all(0 <= (asked.visit.moment - house.now()).days + 1 <= 8 and asked.visit.previewed for asked in situations)


def test_what_is_expected_holds_on_the_demonstration_as_shipped(house: House) -> None:
    found = compare(house.live.territory.catalogue, in_use(house), situations_of(house))
    assert [answer.failed for answer in found.answers if answer.failed] == [] and found.changed == 0 and found.up == found.down == ()


def test_cards_that_rise_and_fall() -> None:
    near = make_offer("Banal, tout près", hours="24/7")
    offers = [make_offer(f"Château {n}", hours="24/7", themes=("castle",), labels=("unesco",)) for n in range(9)]
    catalogue, asked = make_catalogue(near, *offers), Asked("midi", make_visit(), (Kind.RESTAURANT, Kind.SIGHT))
    found = compare(catalogue, replace(STANDARD, stars=0.5, variety=1.0), [asked, asked])
    assert all(sum(r.worth for r in side) * sign > 0 for side, sign in ((found.up, 1), (found.down, -1)) if side)
    assert found.failed == 0


def test_a_page_asks_little_of_the_database(editor: TestClient, house: House) -> None:
    said: list[str] = []
    event.listen(house.store.dialect.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    editor.get("/office/weights")
    assert len([each for each in said if each.startswith("SELECT")]) <= 2
