"""Collections: composed without a script, nothing lost between two buttons."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from sejour.domain.curation import Collection
from sejour.domain.staff import Role
from sejour.domain.text import LocalText
from sejour.domain.weather import Sky
from sejour.house import House
from tests.builders import at
from tests.office.parts import card, done, refused, words

Signing = Callable[..., TestClient]
NEW = "/office/collections/new"


@pytest.fixture
def ids(house: House) -> list[str]:
    return [card(house, slug).id for slug in ("musee-des-beaux-arts", "parc-beaumont", "place-royale")]


def order(text: str) -> list[str]:
    return re.findall(r'name="offer" value="(\w+)"', text)


def composed(house: House) -> Collection:
    word = words(house, "collection")[-1].word
    assert isinstance(word, Collection)
    return word


def test_a_collection_is_composed_shown_changed_and_withdrawn(editor: TestClient, house: House, ids: list[str]) -> None:
    before = len(words(house, "collection"))
    done(editor, NEW, name="Il pleut", name_en="It rains", text="À l’abri.", offer=ids, skies=["rain", "storm"], end="2026-10-01T00:00")
    assert composed(house) == Collection(
        "", end=at("2026-10-01 00:00"), skies=(Sky.RAIN, Sky.STORM), name=LocalText({"fr": "Il pleut", "en": "It rains"}), text=LocalText({"fr": "À l’abri."}), offers=tuple(ids),
    )  # fmt: skip
    kept = words(house, "collection")[-1]
    assert "Il pleut" in editor.get("/office/collections").text
    page = editor.get(f"/office/collections/{kept.id}").text
    assert order(page) == ids and 'value="rain" checked' in page and "It rains" in page
    done(editor, f"/office/collections/{kept.id}", version=1, name="Il pleut fort", offer=ids[:2])
    assert (composed(house).name.texts, composed(house).offers) == ({"fr": "Il pleut fort"}, tuple(ids[:2]))
    done(editor, f"/office/collections/{kept.id}", version=2, withdraw="1")
    assert len(words(house, "collection")) == before


def test_buttons_arrange_the_cards_and_keep_all_the_rest(editor: TestClient, house: House, ids: list[str]) -> None:
    a, b, c = ids
    before = len(words(house, "collection"))
    for button, expected in {
        f"up:{c}": [a, c, b], f"down:{a}": [b, a, c], f"up:{a}": ids, f"down:{c}": ids, f"drop:{b}": [a, c], "add:nothing": ids, f"add:{a}": ids, "look": ids,
        "up:nothing": ids, "odd": ids, "drop:": ids,
    }.items():  # fmt: skip
        answer = editor.post(NEW, data={"name": "Il pleut", "offer": ids, "weekdays": "2", "do": button})
        assert answer.status_code == 200 and order(answer.text) == expected, button
        assert 'value="Il pleut"' in answer.text and 'value="2" checked' in answer.text
    assert len(words(house, "collection")) == before


def test_a_card_is_added_from_a_search(editor: TestClient, ids: list[str]) -> None:
    found = editor.post(NEW, data={"q": "beaux arts", "do": "look", "offer": ids[1]}).text
    assert f'value="add:{ids[0]}"' in found
    added = editor.post(NEW, data={"q": "beaux arts", "do": f"add:{ids[0]}", "offer": ids[1]}).text
    assert order(added) == [ids[1], ids[0]] and f'value="add:{ids[0]}"' not in added
    assert "Aucune autre fiche ne répond" in editor.post(NEW, data={"q": "zzzzzz", "do": "look"}).text


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": ""}, "name", "Écrivez un nom."),
        ({"name": "x" * 81}, "name", "C’est trop long pour un nom : 80 signes au plus, ici 81."),
        ({"name": "Vide", "offer": []}, "q", "Ajoutez au moins une fiche : cherchez-la, puis « Ajouter »."),
        ({"name": "Rien de connu", "offer": ["nothing"]}, "q", "Ajoutez au moins une fiche : cherchez-la, puis « Ajouter »."),
        ({"start": "2026-09-02T10:00", "end": "2026-09-01T10:00"}, "end", "La fin vient après le début : échangez les deux dates."),
    ],
)
def test_what_is_no_collection(editor: TestClient, ids: list[str], fields: dict[str, object], field: str, sentence: str) -> None:
    assert refused(editor, NEW, field, **{"name": "Il pleut", "offer": ids, **fields}) == sentence


def test_two_who_compose_the_same_lose_nothing(sign_in: Signing, house: House, ids: list[str]) -> None:
    ann, bob = sign_in(Role.EDITOR), sign_in(Role.ADMIN)
    done(ann, NEW, name="Il pleut", offer=ids)
    kept = words(house, "collection")[-1]
    address = f"/office/collections/{kept.id}"
    done(ann, address, version=1, name="Il pleut fort", offer=ids)
    answer = bob.post(address, data={"version": 1, "name": "Temps gris", "offer": ids[:1]})
    assert answer.status_code == 409
    assert "Il pleut fort" in answer.text and 'value="Temps gris"' in answer.text and order(answer.text) == ids[:1]
    (version,) = re.findall(r'name="version" value="(\d+)"', answer.text)
    done(bob, address, version=version, name="Temps gris", offer=ids[:1])
    assert composed(house).name.texts == {"fr": "Temps gris"}


def test_withdrawn_meanwhile(sign_in: Signing, house: House, ids: list[str]) -> None:
    ann, bob = sign_in(Role.EDITOR), sign_in(Role.ADMIN)
    done(ann, NEW, name="Il pleut", offer=ids)
    address = f"/office/collections/{words(house, 'collection')[-1].id}"
    done(ann, address, version=1, withdraw="1")
    answer = bob.post(address, data={"version": 1, "name": "Temps gris", "offer": ids})
    assert answer.status_code == 409 and 'value="Temps gris"' in answer.text and f'action="{NEW}"' in answer.text


def test_a_script_in_a_name_is_text(editor: TestClient, house: House, ids: list[str]) -> None:
    done(editor, NEW, name="<script>x</script>", text="<img src=x onerror=y>", offer=ids)
    kept = words(house, "collection")[-1]
    for address in ("/office/collections", f"/office/collections/{kept.id}"):
        text = editor.get(address).text
        assert "<script>x" not in text and "<img src=x" not in text
    for odd in ("x", "0", "²", "9" * 40, str(words(house, "pick")[0].id)):
        assert editor.get(f"/office/collections/{odd}").status_code == 404
        assert editor.post(f"/office/collections/{odd}", data={"version": "1", "name": "x"}).status_code in (404, 409)


def test_an_editor_composes(sign_in: Signing) -> None:
    assert sign_in(Role.COUNSELLOR).get("/office/collections").status_code == 403
    assert sign_in(Role.COUNSELLOR).post(NEW, data={"name": "x"}).status_code == 403
