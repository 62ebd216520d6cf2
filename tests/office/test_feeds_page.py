"""The page of feeds: how each is doing, one tried before it is kept, what is wrong and what to do; and whatever strangers send."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape as unescaped
from pathlib import Path

import pytest
from sqlalchemy import event, text
from starlette.testclient import TestClient

from sejour.domain.staff import Role
from sejour.house import House
from sejour.store.feeds import StoredFeed, feeds_of, removed_of
from sejour.web.office import background
from sejour.web.office.trials import Trials
from tests.builders import make_object, write_flux

Signing = Callable[..., TestClient]
CSV = "Nom;Type;Latitude;Longitude;Téléphone\nMusée du Béret;Musée;43.1;-0.4;05 59 00 00 00\nLac;Baignade;43.2;-0.5;\n"


def unescape(page: str) -> str:
    """As one reads it: a space is a space."""
    return unescaped(page).replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here takes long: pages wait for it."""
    monkeypatch.setattr(background.start, "__defaults__", (60.0,))


@pytest.fixture
def counted(house: House) -> Iterator[list[str]]:
    """The statements that are executed."""
    said: list[str] = []
    event.listen(house.store.dialect.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    yield said


def stored(house: House) -> dict[str, StoredFeed]:
    with house.store.reading() as connection:
        return {each.feed.name: each for each in feeds_of(connection, house.settings.territory.id, "Europe/Paris")}


def try_file(client: TestClient, body: bytes | str = CSV, file: str = "lieux.csv", **said: str) -> str:
    """The page of the trial, or of the form that was refused."""
    form = {"name": "Nos lieux", "format": "table", "url": "", "every": "1d"} | said
    answer = client.post("/office/feeds/trials", data=form, files={"file": (file, body)})
    if answer.status_code == 303:
        answer = client.get(answer.headers["location"])
    return unescape(answer.text)


def token(page: str) -> str:
    return re.search(r"/office/feeds/trials/([\w-]+)/", page)[1]  # type: ignore[index]


def flux(tmp_path: Path, *names: str) -> bytes:
    return write_flux(tmp_path / "flux.zip", [make_object(name, f"64/{name}") for name in names]).read_bytes()


def test_the_list_tells_how_each_feed_is_doing(editor: TestClient, house: House, counted: list[str]) -> None:
    page = unescape(editor.get("/office/feeds").text)
    assert len([each for each in counted if each.startswith("SELECT")]) <= 6  # however many feeds there are
    for name in stored(house):
        assert name in page
    assert page.count("✓ lu") == 3 and "fichier posé sur le serveur" in page and str(house.store.url) not in page


def test_a_feed_tells_what_is_wrong_and_what_to_do(editor: TestClient, house: House) -> None:
    body = "Identifiant;" + CSV.replace("\nM", "\n1;M").replace("\nL", "\n2;L") + "3;Le Grand Café;Café;;;n’importe quoi\n"
    kept = editor.post(f"/office/feeds/trials/{token(try_file(editor, body))}/keep")
    page = unescape(editor.get(kept.headers["location"]).text)
    assert "Fiche sans position : elle n’apparaît pas autour des bornes." in page
    assert "en attendant, ouvrez la fiche ici et donnez sa position." in page
    assert re.search(r'href="/office/offers/\w{10}">la fiche 3<', page)  # the card that it is about


def test_a_feed_is_tried_before_it_is_kept(editor: TestClient, house: House) -> None:
    page = try_file(editor)
    assert "Rien n’est encore changé" in page and "Ajouter ce flux" in page and "Nos lieux" not in stored(house)
    assert '<option value="name" selected>' in page and "Musée du Béret · Lac" in page  # its columns
    answer = editor.post(f"/office/feeds/trials/{token(page)}/keep")
    assert answer.status_code == 303
    added = stored(house)["Nos lieux"]
    assert answer.headers["location"] == f"/office/feeds/{added.id}"
    shown = unescape(editor.get(answer.headers["location"]).text)
    assert "fichier envoyé par l’office" in shown and "2 lues, 2 nouvelles" in shown
    assert any(o.names.choose()[0] == "Musée du Béret" for o in house.live.territory.catalogue.offers)  # visitors see it already


def test_the_columns_of_a_table_are_corrected(editor: TestClient, house: House) -> None:
    body = "Chose;Genre de lieu;Lat;Lon\nLa Halle;Bistrot;43.1;-0.4\n"
    page = try_file(editor, body)
    assert "n’a pas de colonne qui nomme les fiches" in page and "Dites ce que donne chaque colonne" in page and "La Halle" in page
    again = editor.post(f"/office/feeds/trials/{token(page)}/columns", data={"column2": "lat"})
    assert again.status_code == 400 and "Dites quelle colonne donne le nom des fiches." in unescape(again.text)
    said = {"column0": "name", "column1": "kind", "column2": "lat", "column3": "lon"}
    again = editor.post(f"/office/feeds/trials/{token(page)}/columns", data=said)
    page = unescape(editor.get(again.headers["location"]).text)
    assert "Ajouter ce flux" in page and "Les types de ce tableau" in page
    again = editor.post(f"/office/feeds/trials/{token(page)}/columns", data=said | {"kind0": "shop"})
    page = unescape(editor.get(again.headers["location"]).text)
    editor.post(f"/office/feeds/trials/{token(page)}/keep")
    (offer,) = [o for o in house.live.territory.catalogue.offers if o.names.choose()[0] == "La Halle"]
    assert offer.kind == "shop"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"url": "file:///etc/passwd"}, "Donnez une adresse du web"),
        ({"url": "/etc/passwd"}, "Donnez une adresse du web"),
        ({"url": "ftp://example.org/flux"}, "Donnez une adresse du web"),
        ({"url": "https://"}, "Donnez une adresse du web"),
        ({"url": "https://[::1"}, "Donnez une adresse du web"),
        ({"url": ""}, "Donnez l’adresse du flux, ou envoyez un fichier."),
        ({"url": "https://example.org", "format": "pdf"}, "Choisissez un format de la liste."),
        ({"url": "https://example.org", "format": ""}, "Choisissez un format de la liste."),
        ({"url": "https://example.org", "every": "souvent"}, "Choisissez un rythme"),
        ({"url": "https://example.org", "name": ""}, "Écrivez le nom du flux."),
        ({"url": "https://example.org", "name": "demonstration"}, "Un autre flux porte déjà ce nom."),
    ],
)
def test_a_form_that_cannot_be_taken_is_shown_again(editor: TestClient, house: House, said: dict[str, str], sentence: str) -> None:
    answer = editor.post("/office/feeds/trials", data={"name": "Nos lieux", "format": "table", "url": "", "every": "1d"} | said)
    assert answer.status_code == 400 and sentence in unescape(answer.text)
    if said.get("url"):
        assert said["url"] in unescape(answer.text)  # nothing has to be written twice


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://192.168.1.1/flux.zip", "http://[::1]/", "http://169.254.169.254/latest/meta-data/"])
def test_private_addresses_are_refused(editor: TestClient, url: str) -> None:
    answer = editor.post("/office/feeds/trials", data={"name": "Voisin", "format": "ics", "url": url, "every": "1d"})
    page = unescape(editor.get(answer.headers["location"]).text)
    assert "n’est pas sur l’Internet public : cette adresse est refusée." in page and "Corriger et recommencer" in page
    refused = editor.post(f"/office/feeds/trials/{answer.headers['location'].rpartition('/')[2]}/keep")
    assert refused.status_code == 400


def test_an_upload_of_a_hundred_megabytes_is_refused(editor: TestClient, house: House) -> None:
    answer = editor.post(
        "/office/feeds/trials", content=b"x" * 10, headers={"content-length": "100000000", "content-type": "multipart/form-data; boundary=x"}
    )
    assert answer.status_code == 400 and "trop lourd" in answer.text
    assert "trop lourd" in try_file(editor, b"x" * 26_000_000)
    assert list(Trials(house.settings).folder.glob("*.csv")) == []


def test_a_zip_bomb_is_one_sentence(editor: TestClient) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(20):
            archive.writestr(f"objects/0/00/{n}.json", b" " * 8_000_000)
    page = try_file(editor, made.getvalue(), "flux.zip", format="datatourisme")
    assert 'role="alert"' in page and "cette archive est démesurée une fois ouverte" in page


def test_what_a_feed_writes_is_escaped(editor: TestClient) -> None:
    page = editor.post(
        "/office/feeds/trials",
        data={"name": "<script>alert(1)</script>", "format": "table", "url": "", "every": "1d"},
        files={"file": ('"><img onerror=x>.csv', 'Nom;<b onclick=x>Type</b>;Latitude;Longitude\n"<script>alert(2)</script>";Musée;x;y\n')},
    )
    text = editor.get(page.headers["location"]).text
    kept = editor.post(f"/office/feeds/trials/{token(text)}/keep")
    for shown in (text, editor.get(kept.headers["location"]).text, editor.get("/office/feeds").text):
        assert "<script>alert" not in shown and "<img onerror" not in shown and "<b onclick" not in shown


def test_a_run_that_would_take_away_too_much_waits_for_a_human(editor: TestClient, house: House, tmp_path: Path) -> None:
    page = try_file(editor, flux(tmp_path, "Un", "Deux", "Trois"), "flux.zip", format="datatourisme")
    editor.post(f"/office/feeds/trials/{token(page)}/keep")
    feed = stored(house)["Nos lieux"]
    Path(feed.feed.url).write_bytes(flux(tmp_path, "Un"))
    editor.post(f"/office/feeds/{feed.id}/read")
    page = unescape(editor.get(f"/office/feeds/{feed.id}").text)
    assert "Cette collecte retirerait 67 % des fiches" in page and "Accepter, les retirer" in page and 'name="accepted" value="2"' in page
    looked = unescape(editor.get(editor.post(f"/office/feeds/{feed.id}/look").headers["location"]).text)
    assert "2 fiches disparaîtraient" in looked and "<li>Deux</li>" in looked and "<li>Trois</li>" in looked
    Path(feed.feed.url).write_bytes(flux(tmp_path, "Quatre"))  # meanwhile it gets worse: what one accepted is not that
    editor.post(f"/office/feeds/{feed.id}/read", data={"accepted": "2"})
    assert "en attente de vous" in editor.get(f"/office/feeds/{feed.id}").text
    editor.post(f"/office/feeds/{feed.id}/read", data={"accepted": "3"})
    assert "Accepter, les retirer" not in editor.get(f"/office/feeds/{feed.id}").text
    assert {o.names.choose()[0] for o in house.live.territory.catalogue.offers if o.feed == "Nos lieux"} == {"Quatre"}


def test_two_editors_do_not_overwrite_each_other(sign_in: Signing, house: House) -> None:
    one, other = sign_in(Role.EDITOR), sign_in(Role.EDITOR)
    feed = next(each for each in stored(house).values() if each.feed.format == "ics")
    form = {"feed": str(feed.id), "version": feed.version, "name": feed.feed.name, "format": "ics", "url": ""}
    trials = [
        client.post("/office/feeds/trials", data=form | {"every": every}).headers["location"] for client, every in ((one, "1h"), (other, "12h"))
    ]
    assert one.post(f"{trials[0]}/keep").status_code == 303
    refused = other.post(f"{trials[1]}/keep")
    assert refused.status_code == 409 and "Quelqu’un a changé ce flux" in unescape(refused.text)
    assert stored(house)[feed.feed.name].every == "1h"
    stale = other.post(f"/office/feeds/{feed.id}/remove", data={"version": feed.version})
    assert stale.status_code == 409


def test_a_feed_that_was_removed_comes_back_whole(editor: TestClient, house: House) -> None:
    feed, before = next(each for each in stored(house).values() if each.feed.format == "table"), len(house.live.territory.catalogue.offers)
    answer = editor.post(f"/office/feeds/{feed.id}/remove", data={"version": feed.version})
    page = unescape(editor.get(answer.headers["location"]).text)
    assert f"Le flux « {feed.feed.name} » est retiré" in page and "Annuler" in page
    assert len(house.live.territory.catalogue.offers) < before and feed.feed.name not in stored(house)
    assert house.live.territory.gone  # 410 for who kept one of its cards
    assert "Un flux retiré porte ce nom" in try_file(editor, name=feed.feed.name)
    assert editor.post(f"/office/feeds/{feed.id}/remove", data={"version": feed.version}).status_code == 404
    assert editor.post(f"/office/feeds/{feed.id}/restore").status_code == 303
    assert len(house.live.territory.catalogue.offers) == before
    with house.store.reading() as connection:
        assert removed_of(connection, house.settings.territory.id, "Europe/Paris") == []


def test_a_trial_of_long_ago_is_forgotten(editor: TestClient, house: House, clock: Callable[..., None]) -> None:
    page = try_file(editor)
    trials = Trials(house.settings)
    first = trials.of(token(page))
    trials.keep(replace(first, started=first.started.replace(year=2020)))
    try_file(editor, name="Autre")
    assert editor.get(f"/office/feeds/trials/{token(page)}").status_code == 404
    assert not Path(first.url).exists() and len(list(trials.folder.iterdir())) == 2


def test_nothing_unknown_breaks(editor: TestClient) -> None:
    for path in (
        "/office/feeds/999",
        "/office/feeds/0x1",
        "/office/feeds/1/runs/999",
        "/office/feeds/trials/..%2F..%2Fsejour.db",
        "/office/feeds/999/edit",
    ):
        assert editor.get(path).status_code == 404, path
    assert editor.get("/office/feeds?page=999999999999&sort=zzz&q=%00%00").status_code == 200
    assert editor.get("/office/feeds/1?since=99999999999").status_code == 200


def test_a_second_reading_waits_for_the_first(editor: TestClient, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    background._one.acquire()
    try:
        assert "Une autre lecture est en cours" in try_file(editor)
        assert "Une autre lecture est en cours" in unescape(editor.post(f"/office/feeds/{next(iter(stored(house).values())).id}/read").text)
    finally:
        background._one.release()


def test_what_fails_is_told_with_what_is_shown_meanwhile(editor: TestClient, house: House) -> None:
    editor.post(f"/office/feeds/trials/{token(try_file(editor))}/keep")
    feed = stored(house)["Nos lieux"]
    Path(feed.feed.url).write_text("<html>Identifiez-vous</html>")
    editor.post(f"/office/feeds/{feed.id}/read")
    page = unescape(editor.get(f"/office/feeds/{feed.id}").text)
    assert "✗ échec" in page and "Les fiches montrées datent de la collecte d’avant" in page


def test_the_document_of_a_run_is_read_as_it_is_written(house: House) -> None:
    """`states_of` tells what was applied by the text of the document."""
    with house.store.reading() as connection:
        for (document,) in connection.execute(text("SELECT document FROM feed_run")):
            assert '"outcome":"done"' in document and json.loads(document)["outcome"] == "done"
