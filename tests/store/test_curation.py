"""What the office says: nothing is overwritten, everything is told in the journal, any change can be taken back."""

import pytest
from hypothesis import given
from hypothesis import settings as quickly
from hypothesis import strategies as st
from sqlalchemy import insert

from sejour.domain.curation import Boost, Curation, Mute, Notice, NoticeSort, Override, Pick, Tuning, Twin
from sejour.domain.place import Place
from sejour.domain.text import LocalText
from sejour.domain.visit import Wish
from sejour.domain.weather import Sky
from sejour.domain.weights import Weights
from sejour.errors import Conflict, NotFound
from sejour.settings import Settings
from sejour.store import curation
from sejour.store.engine import Store
from sejour.store.migrate import migrate
from sejour.store.offers import revision
from sejour.store.tables import territory
from tests.builders import AUGUST
from tests.store.conftest import seeded

MUTE = Mute("a", reason="travaux")
LATER = Mute("a", reason="travaux jusqu’à Noël")


@pytest.fixture
def office(store: Store, settings: Settings) -> Store:
    seeded(store, settings)
    return store


def said(store: Store) -> Curation:
    with store.reading() as connection:
        return curation.curation_of(connection, "pau")


def test_every_sort_of_word_comes_back_as_it_went_in(office: Store) -> None:
    words = [
        Pick("a", by="Maïté", text=LocalText({"fr": "À voir"}), picture="p", months=(7, 8), weekdays=(0,), skies=(Sky.RAIN,), wishes=(Wish.DOGS,)),
        MUTE, Boost("b", factor=1.2, reason="marché"), Notice("", sort=NoticeSort.TIDE, text=LocalText({"fr": "Basse mer à 14 h"}), end=AUGUST),
        Override("c", place=Place(43.3, -0.37), hours="Mo-Fr 09:00-18:00", source={"hours": ""}), Twin("a", other="b", same=False),
        Tuning("", weights=Weights(distance=1.2)),
    ]  # fmt: skip
    with office.writing() as connection:
        for word in words:
            curation.say(connection, "pau", word, "Léa", AUGUST)
        assert [kept.word for kept in curation.words_of(connection, "pau")] == words
        assert [kept.word for kept in curation.words_of(connection, "pau", "mute", "boost")] == words[1:3]
        assert [kept.word for kept in curation.words_of(connection, "pau", offer="a")] == [words[0], MUTE, words[5]]
        assert curation.words_of(connection, "nay") == []
    found = said(office)
    assert (found.picks, found.mutes, found.twins, found.weights) == ((words[0],), (MUTE,), (words[5],), Weights(distance=1.2))


def test_nobody_overwrites_what_another_said_meanwhile(office: Store) -> None:
    with office.writing() as connection:
        id = curation.say(connection, "pau", MUTE, "Léa", AUGUST)
        read = curation.word_of(connection, "pau", id)
    with office.writing() as connection:
        curation.amend(connection, "pau", id, read.version, LATER, "Maïté", AUGUST)
    with pytest.raises(Conflict, match="Maïté"), office.writing() as connection:
        curation.amend(connection, "pau", id, read.version, Mute("a", reason="oubli"), "Léa", AUGUST)
    with pytest.raises(Conflict), office.writing() as connection:
        curation.withdraw(connection, "pau", id, read.version, "Léa", AUGUST)
    assert said(office).mutes == (LATER,)
    with office.writing() as connection:
        curation.withdraw(connection, "pau", id, 2, "Léa", AUGUST)
    with pytest.raises(NotFound), office.writing() as connection:
        curation.amend(connection, "pau", id, 2, MUTE, "Maïté", AUGUST)


def test_the_journal_tells_who_changed_what_the_last_first(office: Store) -> None:
    with office.writing() as connection:
        id = curation.say(connection, "pau", MUTE, "Léa", AUGUST)
        curation.amend(connection, "pau", id, 1, LATER, "Maïté", AUGUST)
        curation.note(connection, "pau", "staff", "lea", "Maïté", AUGUST, "invitée")
        curation.withdraw(connection, "pau", id, 2, "Léa", AUGUST)
        lines = curation.changes_of(connection, "pau")
        assert [(line.by, line.before, line.after) for line in lines] == [
            ("Léa", LATER, None),
            ("Maïté", None, None),
            ("Maïté", MUTE, LATER),
            ("Léa", None, MUTE),
        ]
        assert curation.changes_of(connection, "pau", subject="lea") == [lines[1]]
        assert curation.changes_of(connection, "pau", before=lines[1].id, limit=1) == [lines[2]]
        assert lines[0].at == AUGUST
        assert curation.changes_of(connection, "nay") == []


def test_a_change_is_taken_back_unless_there_was_another_since(office: Store) -> None:
    with office.writing() as connection:
        id = curation.say(connection, "pau", MUTE, "Léa", AUGUST)
        curation.amend(connection, "pau", id, 1, LATER, "Maïté", AUGUST)
        amended, added = curation.changes_of(connection, "pau")
    with pytest.raises(Conflict), office.writing() as connection:
        curation.undo(connection, "pau", added.id, "Léa", AUGUST)
    with pytest.raises(NotFound), office.writing() as connection:
        curation.undo(connection, "nay", amended.id, "Léa", AUGUST)
    before = 0
    with office.writing() as connection:
        before = revision(connection, "pau")
        curation.undo(connection, "pau", amended.id, "Léa", AUGUST)
        assert revision(connection, "pau") == before + 1
    assert said(office).mutes == (MUTE,)
    with office.writing() as connection:
        curation.undo(connection, "pau", curation.changes_of(connection, "pau")[0].id, "Léa", AUGUST)  # the undoing itself
    assert said(office).mutes == (LATER,)


@quickly(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(("say", "amend", "withdraw")), st.integers(0, 5)), max_size=12))
def test_undone_one_by_one_from_the_last_all_changes_leave_nothing(steps: list[tuple[str, int]]) -> None:
    store = Store("sqlite:///:memory:")  # of its own for each example
    migrate(store)
    with store.writing() as connection:
        connection.execute(insert(territory).values(id="pau", revision=0))
        states = []
        for step, n in steps:
            states.append(curation.words_of(connection, "pau"))
            there = list(states[-1])
            if step == "say" or not there:
                curation.say(connection, "pau", Mute(f"o{n}", reason=str(n)), "Léa", AUGUST)
            elif step == "amend":
                one = there[n % len(there)]
                curation.amend(connection, "pau", one.id, one.version, Mute(one.word.offer, reason=f"again {n}"), "Léa", AUGUST)
            else:
                one = there[n % len(there)]
                curation.withdraw(connection, "pau", one.id, one.version, "Léa", AUGUST)
        made = curation.changes_of(connection, "pau", limit=100)
        for line, state in zip(made, reversed(states), strict=True):
            curation.undo(connection, "pau", line.id, "Maïté", AUGUST)
            assert {(k.id, k.word) for k in curation.words_of(connection, "pau")} == {(k.id, k.word) for k in state}
    store.close()


def test_the_journal_is_searched(office: Store) -> None:
    with office.writing() as connection:
        first = curation.say(connection, "pau", MUTE, "Léa", AUGUST)
        second = curation.say(connection, "pau", Boost("b", factor=1.2, reason="marché"), "Maïté", AUGUST)
        curation.note(connection, "pau", "staff", "zoé_b", "Maïté", AUGUST, "invitée")
        curation.amend(connection, "pau", first, 1, LATER, "Maïté", AUGUST)

        def found(**asked: object) -> list[str]:
            return [line.subject for line in curation.changes_of(connection, "pau", **asked)]  # type: ignore[arg-type]  # by name

        assert found(by="Maïté") == ["a", "zoé_b", "b"]
        assert found(by="Maïté", subjects=("a",)) == ["a"]
        assert found(text="ZOé") == found(text="_") == found(sorts=("staff",)) == ["zoé_b"]
        assert found(text="%") == []
        assert found(text="zo", subjects=("b",)) == ["zoé_b", "b"]
        assert curation.authors_of(connection, "pau") == ["Léa", "Maïté"]
        assert curation.authors_of(connection, "nay") == []
        made = curation.changes_of(connection, "pau")
        assert curation.last_changes(connection, "pau", [first, second]) == {made[0].id, made[2].id}
        assert curation.last_changes(connection, "pau", []) == set()
