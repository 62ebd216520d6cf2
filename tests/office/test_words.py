"""The office's words: who may say what, what is refused and why, and two people who write the same."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from sejour.domain.curation import Boost, Checked, Mute, Notice, NoticeSort, Pick, Pin
from sejour.domain.staff import Role
from sejour.domain.text import LocalText
from sejour.domain.visit import Wish
from sejour.domain.weather import Sky
from sejour.house import House
from sejour.store.curation import changes_of
from tests.builders import at
from tests.office.conftest import Clock
from tests.office.parts import card, done, only, refused, words

Signing = Callable[..., TestClient]
ATTACK = "<script>window.__xss=1</script><img src=x onerror=window.__xss=1>"


@pytest.fixture
def page(house: House) -> str:
    return f"/office/offers/{card(house).id}"


def version(client: TestClient, address: str) -> dict[str, str]:
    """The hidden fields of a form that is open."""
    return dict(re.findall(r'<input type="hidden" name="(word|version|picture)" value="(\w+)">', client.get(address).text))


def test_a_pick_is_signed_by_who_writes_it(sign_in: Signing, house: House, page: str) -> None:
    client = sign_in(Role.COUNSELLOR)
    back = done(
        client, f"{page}/pick", text="La salle Degas.", text_en="The Degas room.", weekdays=["5", "6"], skies="rain", wishes="culture", by="Le maire"
    )
    word = only(house, "pick", card(house).id)
    assert isinstance(word, Pick)
    assert (word.by, word.text) == ("Maïté", LocalText({"fr": "La salle Degas.", "en": "The Degas room."}))
    assert (word.weekdays, word.skies, word.wishes) == ((5, 6), (Sky.RAIN,), (Wish.CULTURE,))
    assert "C’est fait" in client.get(back).text and "La salle Degas." in client.get(page).text


def test_what_was_done_is_undone_in_one_gesture_and_done_again(sign_in: Signing, house: House, page: str) -> None:
    client = sign_in(Role.COUNSELLOR)
    back = done(client, f"{page}/pick", text="La salle Degas.")
    (change,) = re.findall(r'name="change" value="(\d+)"', client.get(back).text.partition("<h1>")[0])
    undone = done(client, "/office/undo", change=change, back=page)
    assert undone.startswith(f"{page}?undone=")
    assert not words(house, "pick", offer=card(house).id)
    (again,) = re.findall(r'name="change" value="(\d+)"', client.get(undone).text.partition("<h1>")[0])
    done(client, "/office/undo", change=again, back="//elsewhere.example/")
    assert only(house, "pick", card(house).id)


def test_undo_leads_nowhere_else_and_takes_back_nobody_else_s(sign_in: Signing, house: House, page: str) -> None:
    back = done(sign_in(Role.EDITOR), f"{page}/mute", reason="fermé")
    change = back.rpartition("=")[2]
    for stranger in (Role.SEASONAL, Role.COUNSELLOR):
        assert sign_in(stranger).post("/office/undo", data={"change": change}).status_code == 403
    assert only(house, "mute", card(house).id)
    assert done(sign_in(Role.ADMIN), "/office/undo", change=change, back="https://elsewhere.example/").startswith("/office/?")
    assert not words(house, "mute", offer=card(house).id)
    assert sign_in(Role.ADMIN).post("/office/undo", data={"change": "999999"}).status_code == 404


@pytest.mark.parametrize(
    ("sort", "least"), [("pick", Role.COUNSELLOR), ("pin", Role.EDITOR), ("mute", Role.EDITOR), ("boost", Role.EDITOR), ("notice", Role.SEASONAL)]
)
def test_each_word_has_its_role(sign_in: Signing, house: House, page: str, sort: str, least: Role) -> None:
    fields = {"text": "Oui.", "reason": "parce que", "factor": "1,2", "sort": "full", "until": "tonight"}
    for role in Role:
        answer = sign_in(role).post(f"{page}/{sort}", data=fields)
        assert answer.status_code == (303 if role.may(least) else 403), role
        assert (f'href="{page}/{sort}"' in sign_in(role).get(page).text) == role.may(least)


def test_a_counsellor_changes_the_picks_that_are_theirs_alone(sign_in: Signing, house: House, page: str) -> None:
    done(sign_in(Role.EDITOR), f"{page}/pick", text="De Léa.")
    (kept,) = words(house, "pick", offer=card(house).id)
    other, fields = sign_in(Role.COUNSELLOR), {"word": kept.id, "version": kept.version, "text": "De Maïté."}
    assert other.get(f"{page}/pick?word={kept.id}").status_code == 403
    assert other.post(f"{page}/pick", data=fields).status_code == 403
    assert other.post(f"{page}/pick", data=fields | {"withdraw": "1"}).status_code == 403
    assert done(sign_in(Role.ADMIN), f"{page}/pick", **fields)
    assert only(house, "pick", card(house).id) == Pick(card(house).id, by="Léa", text=LocalText({"fr": "De Maïté."}))  # still signed by its author


@pytest.mark.parametrize(
    ("sort", "fields", "field", "sentence"),
    [
        ("pick", {"text": "   "}, "text", "Écrivez une phrase qui donne envie."),
        ("pick", {"text": "x" * 241}, "text", "C’est trop long pour une phrase qui donne envie : 240 signes au plus, ici 241."),
        ("pin", {"reason": ""}, "reason", "Écrivez la raison."),
        (
            "mute",
            {"reason": "oui", "start": "2026-09-02T10:00", "end": "2026-09-01T10:00"},
            "end",
            "La fin vient après le début : échangez les deux dates.",
        ),
        ("boost", {"reason": "oui", "factor": "10"}, "factor", "La mise en avant va de 1 à 1,5."),
        ("boost", {"reason": "oui", "factor": "0"}, "factor", "La mise en avant va de 1 à 1,5."),
        ("boost", {"reason": "oui", "factor": "nan"}, "factor", "La mise en avant va de 1 à 1,5."),
        ("boost", {"reason": "oui", "factor": "beaucoup"}, "factor", "La mise en avant est un nombre, de 1 à 1,5."),
        ("notice", {"sort": "tide", "text": "haute", "until": "tonight"}, "sort", "Choisissez ce que c’est."),
        ("notice", {"sort": "info", "until": "tonight"}, "text", "Écrivez ce que les visiteurs doivent savoir."),
        ("notice", {"sort": "full", "until": "other", "end": ""}, "end", "Donnez la fin : un jour et une heure."),
        ("notice", {"sort": "full", "until": "other", "end": "2026-08-13T15:00"}, "end", "Cette fin est déjà passée : donnez-en une à venir."),
        ("notice", {"sort": "full", "until": "never"}, "end", "Donnez la fin : un jour et une heure."),
    ],
)
def test_what_cannot_be_said(editor: TestClient, house: House, page: str, sort: str, fields: dict[str, str], field: str, sentence: str) -> None:
    before = len(words(house))
    assert refused(editor, f"{page}/{sort}", field, **fields) == sentence
    assert len(words(house)) == before


def test_what_was_typed_stands_in_the_refused_form(editor: TestClient, page: str) -> None:
    answer = editor.post(
        f"{page}/boost", data={"reason": "Le fleuron", "factor": "10", "weekdays": "2", "hotspots": "gare", "end": "2026-09-01T10:00"}
    )
    for typed in ('value="Le fleuron"', 'value="10"', 'value="2" checked', 'value="gare" checked', 'value="2026-09-01T10:00"'):
        assert typed in answer.text


@pytest.mark.parametrize(
    ("until", "ends"),
    [("tonight", "2026-08-14 00:00"), ("tomorrow", "2026-08-15 00:00"), ("2h", "2026-08-13 17:40"), ("other", "2026-08-20 10:00")],
)
def test_an_info_ends_by_itself(sign_in: Signing, house: House, page: str, until: str, ends: str) -> None:
    done(sign_in(Role.SEASONAL), f"{page}/notice", sort="full", until=until, end="2026-08-20T10:00")
    word = only(house, "notice", card(house).id)
    assert isinstance(word, Notice) and word.end == at(ends)
    assert word.text.texts["de"] == "Ausgebucht"  # nothing to write


def test_an_info_of_the_territory(sign_in: Signing, house: House) -> None:
    back = done(sign_in(Role.SEASONAL), "/office/territory/notice", sort="alert", text="Vigilance orange", until="tonight")
    assert back.startswith("/office/morning?done=")
    assert any(
        kept.word == Notice("", end=at("2026-08-14 00:00"), sort=NoticeSort.ALERT, text=LocalText({"fr": "Vigilance orange"}))
        for kept in words(house, "notice")
    )
    assert refused(sign_in(Role.SEASONAL), "/office/territory/notice", "sort", sort="full", text="oui", until="tonight")


@pytest.mark.parametrize(
    ("sort", "fields", "word"),
    [
        ("pin", {"reason": "la fête"}, Pin("", reason="la fête")),
        ("mute", {"reason": "travaux", "end": "2026-09-01T00:00"}, Mute("", reason="travaux", end=at("2026-09-01 00:00"))),
        ("boost", {"reason": "nouveau", "factor": "1,5", "months": ["7", "8"]}, Boost("", reason="nouveau", factor=1.5, months=(7, 8))),
    ],
)
def test_a_word_is_read_written_back_changed_and_withdrawn(
    editor: TestClient, house: House, page: str, sort: str, fields: dict[str, str], word: Pin
) -> None:
    done(editor, f"{page}/{sort}", **fields)
    (kept,) = words(house, sort, offer=card(house).id)
    assert kept.word == replace(word, offer=card(house).id)
    form = editor.get(f"{page}/{sort}?word={kept.id}").text
    assert fields["reason"] in form
    hidden = version(editor, f"{page}/{sort}?word={kept.id}")
    done(editor, f"{page}/{sort}", **hidden, **{**fields, "reason": "autre"})
    (changed,) = words(house, sort, offer=card(house).id)
    assert (changed.word.reason, changed.version) == ("autre", 2)  # type: ignore[attr-defined]
    done(editor, f"{page}/{sort}", word=changed.id, version=2, withdraw="1")
    assert not words(house, sort, offer=card(house).id)


def test_two_who_write_the_same_lose_nothing(sign_in: Signing, house: House, page: str) -> None:
    ann, bob = sign_in(Role.EDITOR), sign_in(Role.ADMIN)
    done(ann, f"{page}/mute", reason="travaux")
    (kept,) = words(house, "mute", offer=card(house).id)
    opened = {"word": kept.id, "version": kept.version}
    done(ann, f"{page}/mute", **opened, reason="travaux jusqu’à Noël")
    answer = bob.post(f"{page}/mute", data=opened | {"reason": "inondation", "weekdays": "3"})
    assert answer.status_code == 409
    assert "Léa a changé ceci" in answer.text and "travaux jusqu’à Noël" in answer.text  # theirs
    assert 'value="inondation"' in answer.text and 'value="3" checked' in answer.text  # one's own
    assert only(house, "mute", card(house).id).reason == "travaux jusqu’à Noël"  # type: ignore[attr-defined]
    hidden = dict(re.findall(r'name="(word|version)" value="(\d+)"', answer.text))
    done(bob, f"{page}/mute", **hidden, reason="inondation")  # knowingly
    assert only(house, "mute", card(house).id).reason == "inondation"  # type: ignore[attr-defined]


def test_what_was_withdrawn_meanwhile_is_said_again(sign_in: Signing, house: House, page: str) -> None:
    ann, bob = sign_in(Role.EDITOR), sign_in(Role.ADMIN)
    done(ann, f"{page}/mute", reason="travaux")
    (kept,) = words(house, "mute", offer=card(house).id)
    done(ann, f"{page}/mute", word=kept.id, version=1, withdraw="1")
    answer = bob.post(f"{page}/mute", data={"word": kept.id, "version": 1, "reason": "inondation"})
    assert answer.status_code == 409 and "retiré pendant que vous l’écriviez" in answer.text and 'value="inondation"' in answer.text
    assert 'name="word"' not in answer.text
    done(bob, f"{page}/mute", reason="inondation")


def test_a_word_of_another_card_or_sort_is_not_changed_from_here(editor: TestClient, house: House, page: str) -> None:
    other = f"/office/offers/{card(house, 'place-royale').id}"
    done(editor, f"{other}/mute", reason="travaux")
    (kept,) = words(house, "mute")
    assert editor.get(f"{page}/mute?word={kept.id}").status_code == 404
    assert editor.get(f"{other}/pin?word={kept.id}").status_code == 404
    assert editor.post(f"{page}/mute", data={"word": kept.id, "version": 1, "withdraw": "1"}).status_code in (404, 409)
    assert words(house, "mute") == [kept]
    for made_up in ("x", "-1", "9" * 30, "²"):
        assert editor.get(f"{page}/mute?word={made_up}").status_code == 200  # a new one
        assert editor.post(f"{page}/mute", data={"word": made_up, "version": "1", "reason": "x"}).status_code == 400
    assert editor.get("/office/offers/nothing/mute").status_code == 404


def test_the_office_made_sure(sign_in: Signing, house: House, page: str, clock: Clock) -> None:
    done(sign_in(Role.COUNSELLOR), f"{page}/checked")
    clock.passes(days=1)
    done(sign_in(Role.EDITOR), f"{page}/checked")
    word = only(house, "checked", card(house).id)  # the second takes the place of the first
    assert isinstance(word, Checked) and (word.by, word.at) == ("Léa", clock.moment)
    assert "vérifié le ven. 14 août par Léa" in sign_in(Role.SEASONAL).get(page).text
    assert sign_in(Role.SEASONAL).post(f"{page}/checked").status_code == 403


def test_everything_is_in_the_journal(editor: TestClient, house: House, page: str) -> None:
    done(editor, f"{page}/pin", reason="la fête")
    with house.store.reading() as connection:
        (change,) = changes_of(connection, house.settings.territory.id, subject=card(house).id, limit=1)
    assert (change.by, change.sort, change.before) == ("Léa", "pin", None)
    assert change.at - house.now() < timedelta(seconds=1)


def test_a_script_in_a_text_is_text(sign_in: Signing, house: House, page: str) -> None:
    editor = sign_in(Role.EDITOR)
    done(editor, f"{page}/pick", text=ATTACK)
    done(editor, f"{page}/mute", reason=ATTACK)
    done(editor, f"{page}/override", names=ATTACK, descriptions=ATTACK, reason=ATTACK)
    done(editor, "/office/territory/notice", sort="alert", text=ATTACK, until="tonight")
    (kept,) = words(house, "pick", offer=card(house).id)
    for address in (
        page,
        f"{page}/override",
        f"{page}/translations",
        f"{page}/pick?word={kept.id}",
        "/office/",
        "/office/morning",
        "/office/offers",
        "/office/offers?q=script",
    ):
        text = editor.get(address).text
        assert "<script>window" not in text and "<img src=x" not in text, address
    assert "&lt;script&gt;" in editor.get(page).text
