"""Corrections: beside what the source says, seen as a week, asked of the owner, translated; never over what another wrote meanwhile."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sejour.domain.curation import Override
from sejour.domain.place import Place
from sejour.domain.staff import Role
from sejour.domain.text import LocalText
from sejour.house import House
from tests.office.parts import card, done, only, refused, words

Signing = Callable[..., TestClient]


@pytest.fixture
def page(house: House) -> str:
    return f"/office/offers/{card(house).id}"


def version(client: TestClient, address: str) -> dict[str, str]:
    """The hidden fields of a form that is open."""
    return dict(re.findall(r'<input type="hidden" name="(word|version|picture)" value="(\w+)">', client.get(address).text))


def test_a_correction_stands_beside_its_source(editor: TestClient, house: House, page: str) -> None:
    source = card(house)
    done(
        editor,
        f"{page}/override",
        hours="Mo-Su 09:00-19:00",
        phone="05 36 49 00 09",
        web="musee.test.example.org",
        place="43,2951; -0,3708",
        names="Le musée",
        kind="activity",
    )
    word = only(house, "override", source.id)
    assert isinstance(word, Override)
    assert (word.hours, word.phone, word.web) == ("Mo-Su 09:00-19:00", "+33536490009", "https://musee.test.example.org")
    assert (word.place, word.names) == (Place(43.2951, -0.3708), LocalText({"fr": "Le musée"}))
    assert word.source["hours"] == source.hours and word.source["names.fr"] == "Musée des Beaux-Arts"
    told = editor.get(page).text
    assert "Musée des Beaux-Arts</td>" in told and "Le musée</td>" in told
    assert "mailto:" in told and "Bonjour," in told


def test_an_empty_field_leaves_the_source_and_a_ticked_one_says_there_is_none(editor: TestClient, house: House, page: str) -> None:
    done(editor, f"{page}/override", no_hours="1", no_web="1", phone="")
    word = only(house, "override", card(house).id)
    assert isinstance(word, Override)
    assert (word.hours, word.web, word.phone, word.booking, word.names) == ("", "", None, None, None)
    assert 'name="no_hours" value="1" checked' in editor.get(f"{page}/override").text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"hours": "tous les jours"}, "hours"),
        ({"hours": "Mo-Su 9h-12h"}, "hours"),
        ({"phone": "12"}, "telephone"),
        ({"web": "javascript:alert(1)"}, "web"),
        ({"web": "http://127.0.0.1/"}, "web"),
        ({"booking": "ftp://exemple.fr"}, "booking"),
        ({"place": "ici"}, "place"),
        ({"place": "0, 0"}, "place"),
        ({"place": "143.2, 0.3"}, "place"),
        ({"names": "x" * 121}, "names"),
        ({"kind": "palace"}, "kind"),
        ({}, "names"),
    ],
)
def test_a_correction_that_cannot_be_shown_is_refused(editor: TestClient, house: House, page: str, fields: dict[str, str], field: str) -> None:
    refused(editor, f"{page}/override", field, **fields)
    assert not words(house, "override", offer=card(house).id)


def test_hours_are_seen_as_a_week_before_they_are_published(editor: TestClient, house: House, page: str) -> None:
    answer = editor.post(f"{page}/override", data={"hours": "Mo-Su 07:15-08:45", "preview": "1"})
    assert answer.status_code == 200 and answer.text.count("7\u202fh\u202f15 – 8\u202fh\u202f45") == 7
    assert not words(house, "override", offer=card(house).id)


def test_a_card_has_one_correction_even_when_two_begin_it(sign_in: Signing, house: House, page: str) -> None:
    done(sign_in(Role.EDITOR), f"{page}/override", phone="0536490009")
    answer = sign_in(Role.ADMIN).post(f"{page}/override", data={"hours": "Mo-Su 09:00-19:00"})  # opened before the other was published
    assert answer.status_code == 409
    assert "+33536490009" in answer.text and "Mo-Su 09:00-19:00" in answer.text
    assert len(words(house, "override", offer=card(house).id)) == 1


def test_the_owner_is_asked(editor: TestClient, house: House, page: str) -> None:
    assert editor.post(f"{page}/asked", data={"version": "1"}).status_code == 404  # nothing is corrected
    done(editor, f"{page}/override", phone="0536490009")
    done(editor, f"{page}/asked", version="1")
    word = only(house, "override", card(house).id)
    assert isinstance(word, Override) and word.asked == house.now()
    assert "demandé aujourd’hui" in editor.get(page).text


def test_a_translation_is_told_when_its_french_changed(editor: TestClient, house: House, page: str) -> None:
    done(editor, f"{page}/translations", names_en="Museum of Fine Arts", descriptions_de="Ein Museum.")
    hidden = version(editor, f"{page}/override")
    done(editor, f"{page}/override", **hidden, names="Musée Degas")
    told = editor.get(f"{page}/translations").text
    assert told.count("À revoir : le texte français a changé depuis.") == 1 and 'value="names:en"' in told
    assert "1 traduction à revoir" in editor.get(page).text
    done(
        editor,
        f"{page}/translations",
        **version(editor, f"{page}/translations"),
        names_en="Museum of Fine Arts",
        descriptions_de="Ein Museum.",
        current="names:en",
    )
    assert "À revoir" not in editor.get(f"{page}/translations").text
    word = only(house, "override", card(house).id)
    assert isinstance(word, Override) and word.names == LocalText({"fr": "Musée Degas", "en": "Museum of Fine Arts"})
