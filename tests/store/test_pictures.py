"""Photos come back as they went in, and are told again without being sent again."""

from dataclasses import replace
from datetime import date

from sejour.domain.text import LocalText
from sejour.settings import Settings
from sejour.store.engine import Store
from sejour.store.offers import revision
from sejour.store.pictures import StoredPicture, keep_picture, picture_of, pictures_of, pixels_of
from tests.builders import AUGUST
from tests.store.conftest import seeded

KEPT = StoredPicture("abcdefgh23456722", 1600, 1200, "Léa", LocalText({"fr": "Le musée"}), "office", date(2026, 12, 31))


def test_a_photo_comes_back_as_it_went_in(store: Store, settings: Settings) -> None:
    seeded(store, settings)
    with store.writing() as connection:
        keep_picture(connection, store.dialect, "pau", KEPT, b"\xff\xd8\x00", "Léa", AUGUST)
        before = revision(connection, "pau")
        keep_picture(connection, store.dialect, "pau", replace(KEPT, credit="Jeanne"), b"\xff\xd8\x00", "Léa", AUGUST)
    with store.reading() as connection:
        assert pictures_of(connection, "pau") == {KEPT.id: replace(KEPT, credit="Jeanne")}
        assert picture_of(connection, "pau", KEPT.id) == replace(KEPT, credit="Jeanne")
        assert pixels_of(connection, "pau", KEPT.id) == b"\xff\xd8\x00"
        assert picture_of(connection, "elsewhere", KEPT.id) is picture_of(connection, "pau", "x") is None
        assert revision(connection, "pau") == before + 1  # visitors see it


def test_it_is_shown_to_the_last_day_of_its_rights() -> None:
    assert KEPT.shown_on(date(2026, 12, 31)) and not KEPT.shown_on(date(2027, 1, 1))
    assert replace(KEPT, expires=None).shown_on(date(2099, 1, 1))
