"""The page of twins: who was joined and why, who may be one, and a human's word over both."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from sejour.domain.curation import Twin
from sejour.domain.staff import Role
from sejour.house import House
from sejour.ingest import run_feed
from sejour.settings import FeedSettings
from sejour.store.curation import words_of
from sejour.store.feeds import add_feed, feed_of

Signing = Callable[..., TestClient]
HEAD = "Identifiant;Nom;Type;Latitude;Longitude;Téléphone;Description\n"
INN = '1;Auberge des Trois Mulets;Restaurant;43.30;-0.37;05 36 49 00 91;"<script>alert(1)</script> &amp; garbure"\n'
SAME = "2;Auberge des Trois Mulets;Restaurant;43.3001;-0.37;05 36 49 00 91;Une autre phrase\n"


@pytest.fixture
def inns(house: House, tmp_path: Path) -> House:
    """One feed gives an inn twice: the rules do not join them, a human may."""
    path = tmp_path / "auberges.csv"
    path.write_text(HEAD + INN + SAME)
    territory = house.settings.territory.id
    with house.store.writing() as connection:
        id = add_feed(connection, territory, FeedSettings(name="auberges", format="table", url=str(path)))
    with house.store.reading() as connection:
        stored = feed_of(connection, territory, id, "Europe/Paris")
    run_feed(house.store, territory, stored, house.now)
    house.live.refresh(house.now())
    return house


def inn_ids(house: House) -> list[str]:
    return sorted(o.id for o in house.live.territory.catalogue.offers if o.names.choose()[0] == "Auberge des Trois Mulets")


def form_of(page: str, label: str) -> dict[str, str | list[str]]:
    """The hidden fields of the form that has that button."""
    form = next(form for form in re.findall(r"<form.*?</form>", page, re.S) if f">{label}</button>" in form)
    fields: dict[str, str | list[str]] = {}
    for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form):
        fields[name] = [*fields[name], value] if name in fields else value
    return fields


def test_what_was_joined_tells_why(editor: TestClient, house: House) -> None:
    page = unescape(editor.get("/office/twins?show=joined").text)
    assert len(house.live.territory.aliases) >= 1
    assert re.search(r"Même (nom|téléphone|adresse web|identifiant)", page) and "Séparer" in page


def test_a_doubt_is_shown_side_by_side(editor: TestClient, inns: House) -> None:
    page = editor.get("/office/twins?q=trois+mulets").text
    assert "le même flux donne les deux" in unescape(page) and "Une autre phrase" in page
    assert "<script>alert" not in page and "garbure" in page
    assert 'class="differs"' in page


def test_a_human_joins_and_takes_it_back(editor: TestClient, inns: House) -> None:
    before = inn_ids(inns)
    assert len(before) == 2
    said = editor.post("/office/twins", data=form_of(editor.get("/office/twins?q=trois+mulets").text, "C’est la même fiche"))
    assert said.status_code == 303 and len(inn_ids(inns)) == 1
    page = editor.get(said.headers["location"]).text
    assert "C’est fait" in unescape(page)
    assert "Rien ne répond à « mulets »" in unescape(editor.get("/office/twins?show=doubts&q=mulets").text)
    joined = unescape(editor.get("/office/twins?show=joined&q=trois+mulets").text)
    assert "L’office dit que c’est la même fiche." in joined
    editor.post("/office/undo", data=form_of(page, "Annuler"))
    assert inn_ids(inns) == before


def test_a_human_separates_what_the_rules_joined(editor: TestClient, house: House) -> None:
    page = editor.get("/office/twins?show=joined").text
    before = len(house.live.territory.catalogue.offers)
    editor.post("/office/twins", data=form_of(page, "Séparer"))
    assert len(house.live.territory.catalogue.offers) == before + 1
    page = unescape(editor.get("/office/twins?show=said").text)
    assert "Ce sont deux fiches" in page and "Léa" in page
    editor.post("/office/twins/forget", data=form_of(page, "Laisser la règle décider"))
    assert len(house.live.territory.catalogue.offers) == before


def test_two_editors_do_not_answer_over_each_other(sign_in: Signing, inns: House) -> None:
    one, other = sign_in(Role.EDITOR), sign_in(Role.EDITOR)
    pages = [client.get("/office/twins?q=trois+mulets").text for client in (one, other)]
    assert one.post("/office/twins", data=form_of(pages[0], "Ce sont deux fiches")).status_code == 303
    first, second = inn_ids(inns)
    refused = other.post("/office/twins", data=form_of(pages[1], "C’est la même fiche"))
    assert refused.status_code == 409 and "relisez" in unescape(refused.text)
    with inns.store.reading() as connection:
        assert [kept.word for kept in words_of(connection, inns.settings.territory.id, "twin")] == [Twin(first, other=second, same=False)]


@pytest.mark.parametrize("said", [{}, {"first": "x", "second": "y"}, {"first": "aaaaaaaaaa", "second": "aaaaaaaaaa", "same": "yes"}])
def test_what_no_feed_gives_cannot_be_joined(editor: TestClient, said: dict[str, str]) -> None:
    assert editor.post("/office/twins", data=said).status_code == 400


def test_pages_and_sorts(editor: TestClient) -> None:
    for path in ("?show=said", "?show=zzz", "?show=joined&sort=many&page=99", "?show=doubts&sort=name&page=2", "?q=%F0%9F%A6%86"):
        assert editor.get(f"/office/twins{path}").status_code == 200, path


def test_a_page_asks_little_of_the_database(editor: TestClient, house: House) -> None:
    said: list[str] = []
    event.listen(house.store.dialect.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    editor.get("/office/twins?show=joined")
    assert len([each for each in said if each.startswith("SELECT")]) <= 5
