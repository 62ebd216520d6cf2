"""The journal: every change in French, found again, and taken back."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from sejour.domain.curation import Boost, Checked, Collection, Mute, Notice, NoticeSort, Override, Pick, Pin, Tuning, Twin
from sejour.domain.occasion import Word
from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.staff import Role
from sejour.domain.text import LocalText
from sejour.domain.visit import Wish
from sejour.domain.weather import Sky
from sejour.domain.weights import Weights
from sejour.house import House
from sejour.store import curation
from sejour.store.curation import SORTS, Change
from sejour.web.office.journal import LABELS, VERBS, Names, rows_of, verb_of
from tests.office.conftest import THURSDAY

Signing = Callable[..., TestClient]
NAMES = Names(lambda id: f"fiche {id}", {"gare": "Gare de Pau"}, THURSDAY)
MUTE = Mute("a", reason="travaux jusqu’à la fin du mois")
WORDS: tuple[Word, ...] = (
    Pick("a", by="Maïté", text=LocalText({"fr": "À voir", "nl": "Te zien"}), picture="p"),
    Pin("a", reason="fête"), MUTE, Boost("a", factor=1.2, reason="marché", months=(7, 8), weekdays=(0, 6), skies=(Sky.RAIN,), hotspots=("gare",)),
    Notice("", sort=NoticeSort.FULL, text=LocalText({"fr": "Complet"}), end=THURSDAY + timedelta(hours=3), languages=("nl",), wishes=(Wish.DOGS,)),
    Collection("", name=LocalText({"fr": "Il pleut"}), offers=("a", "b")),
    Override("a", kind=Kind.SIGHT, place=Place(43.3, -0.37), hours="Mo 10:00-12:00", source={"hours": "canary"}, reason="vu sur place", asked=THURSDAY),
    Checked("a", by="Léa", at=THURSDAY), Twin("a", other="b", same=False), Tuning("", weights=Weights(distance=1.2)),
)  # fmt: skip


def change(before: Word | None, after: Word | None, by: str = "Léa") -> Change:
    said = after or before
    assert said
    return Change(1, THURSDAY, by, curation.SORT_OF[type(said)], said.offer, 1, before, after, "")


def values(before: Word | None, after: Word | None, by: str = "Léa") -> dict[str, list[tuple[str, str]]]:
    return {row.label: list(row.parts) for row in rows_of(change(before, after, by), NAMES)}


def test_every_sort_of_word_has_its_verbs_and_every_field_its_label() -> None:
    assert set(VERBS) == set(SORTS)
    for word in WORDS:
        for made in (change(None, word), change(word, None), change(word, word)):
            assert verb_of(made)
            for row in rows_of(made, NAMES):
                assert all(text and "canary" not in text and "Kind." not in text for _, text in row.parts)
        assert rows_of(change(word, word), NAMES) == []
    assert {type(word) for word in WORDS} == set(SORTS.values())


def test_values_are_told_as_one_reads_them() -> None:
    told = {label: " ".join(text for _, text in parts) for word in WORDS for label, parts in values(None, word).items()}
    for label, text in {
        "Texte (Nederlands)": "Te zien", "En": "juillet, août", "Le": "13 août 2026, 15\u202fh\u202f40", "Par": "pluie", "À la borne": "Gare de Pau", "Force": "1,2",
        "Genre": "complet", "Au": "13 août 2026, 18\u202fh\u202f40", "Pages en": "Nederlands", "Pour qui demande": "chiens admis", "Fiches": "fiche a, fiche b",
        "Type": "À voir", "Position": "43.30000, -0.37000", "Avec": "fiche b", "N’en font qu’une": "non",
    }.items():  # fmt: skip
        assert told[label] == text
    assert values(None, WORDS[3])["Le"] == [("", "lundi, dimanche")]
    assert values(None, Tuning("", weights=Weights(distance=1.2))) == {"Proximité": [("del", "1,5"), ("ins", "1,2")]}
    assert LABELS["by"] not in values(None, WORDS[0], by="Maïté")


def test_a_change_is_told_word_by_word() -> None:
    later = replace(MUTE, reason="travaux jusqu’à la fin de l’année")
    assert values(MUTE, later) == {"Raison": [("", "travaux jusqu’à la fin"), ("del", "du mois"), ("ins", "de l’année")]}
    assert values(MUTE, replace(MUTE, reason="oubli")) == {"Raison": [("del", MUTE.reason), ("ins", "oubli")]}
    assert values(MUTE, replace(MUTE, end=THURSDAY)) == {"Au": [("ins", "13 août 2026, 15\u202fh\u202f40")]}
    assert verb_of(change(MUTE, None)) == "montre de nouveau"
    assert not verb_of(change(None, WORDS[4])).endswith(":")


# ---- the page ----


@pytest.fixture
def card(house: House) -> str:
    return house.live.territory.catalogue.offers[0].id


def say(house: House, word: Word, by: str = "Hugo, conseiller en séjour") -> int:
    with house.store.writing() as connection:
        return curation.say(connection, "pau", word, by, house.now())


def test_a_change_is_shown_with_its_card_and_taken_back(editor: TestClient, house: House, card: str) -> None:
    say(house, Mute(card, reason="travaux"))
    page = editor.get("/office/history").text
    assert "a masqué" in page
    assert f'href="/office/offers/{card}"' in page
    ((id),) = re.findall(r'name="change" value="(\d+)"', page)[:1]
    undone = editor.post("/office/undo", data={"change": id, "back": "/office/history"})
    assert (undone.status_code, undone.headers["location"].partition("?")[0]) == (303, "/office/history")
    after = editor.get(undone.headers["location"]).text
    assert "C’est annulé" in after
    assert "montre de nouveau" in after
    with house.store.reading() as connection:
        assert curation.words_of(connection, "pau", "mute") == []


def test_what_was_changed_since_is_not_taken_back(editor: TestClient, house: House, card: str) -> None:
    word = say(house, Mute(card, reason="travaux"))
    with house.store.writing() as connection:
        first = curation.changes_of(connection, "pau")[0].id
        curation.amend(connection, "pau", word, 1, Mute(card, reason="fête"), "Lucie, à l’accueil", house.now())
    offered = re.findall(r'name="change" value="(\d+)"', editor.get("/office/history").text)
    assert str(first) not in offered
    assert str(first + 1) in offered
    refused = editor.post("/office/undo", data={"change": str(first), "back": "/office/history"})
    assert refused.status_code == 409
    assert "Il y a eu un autre changement depuis" in refused.text
    with house.store.reading() as connection:
        assert [kept.word for kept in curation.words_of(connection, "pau", "mute")] == [Mute(card, reason="fête")]


def test_what_is_no_word_is_told_and_not_taken_back(editor: TestClient, house: House) -> None:
    with house.store.writing() as connection:
        curation.note(connection, "pau", "staff", "zoé", "Marie, à l’accueil", house.now(), "a invité, comme ANT")
        id = curation.changes_of(connection, "pau")[0].id
    page = editor.get("/office/history").text
    assert "a invité, comme ANT" in page
    assert f'name="change" value="{id}"' not in page
    assert editor.post("/office/undo", data={"change": str(id), "back": "/office/history"}).status_code == 404


def test_it_is_searched_by_card_by_account_and_by_person(editor: TestClient, house: House) -> None:
    castle = next(offer for offer in house.live.territory.catalogue.offers if "château" in offer.names.choose("fr")[0])
    say(house, Mute(castle.id, reason="canary castle"), "Lucie, à l’accueil")
    with house.store.writing() as connection:
        curation.note(connection, "pau", "staff", "zoé", "Marie, à l’accueil", house.now(), "canary account")
    for query, castles, accounts in (
        ("", True, True), ("?q=chateau+pau", True, False), ("?q=ZO%C3%89", False, True), ("?q=zo", False, True), ("?q=%25", False, False),
        ("?by=Lucie, à l’accueil", True, False), ("?by=nobody", False, False), ("?q=zo&by=Marie, à l’accueil", False, True),
    ):  # fmt: skip
        page = editor.get(f"/office/history{query}").text
        assert ("canary castle" in page, "canary account" in page) == (castles, accounts), query
    assert "Rien de tel" in editor.get("/office/history?q=xyzzy").text


def test_it_is_read_page_by_page(editor: TestClient, house: House) -> None:
    with house.store.writing() as connection:
        for n in range(90):
            curation.note(connection, "pau", "feed", "flux", "Léa", house.now(), f"line {n:02d}.")
    seen, address = [], "/office/history?q=flux"
    while True:
        page = editor.get(address).text
        seen += re.findall(r"line (\d\d)\.", page)
        older = re.findall(r'href="(\?[^"]+)">Plus anciens', page)
        if not older:
            break
        address = "/office/history" + older[0].replace("&amp;", "&")
    assert seen == [f"{n:02d}" for n in reversed(range(90))]
    for before in ("x", "-1", "9" * 40, "٣"):
        assert editor.get(f"/office/history?before={before}").status_code == 200


def test_a_card_that_is_gone_and_a_hostile_word(editor: TestClient, house: House) -> None:
    say(house, Mute("gone", reason="<script>alert(1)</script>"), '"><img src=x>')
    page = editor.get("/office/history").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "gone" in page


def test_a_counsellor_does_not_read_it(sign_in: Signing) -> None:
    assert sign_in(Role.COUNSELLOR).get("/office/history").status_code == 403
