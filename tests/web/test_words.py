"""How each language writes times, dates, distances, money and numbers; the office's accent."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.offer import Kind, offer_id
from sejour.domain.visit import When, Wish
from sejour.web import words
from sejour.web.colour import DARK, LIGHT, accents, contrast
from sejour.web.i18n import LANGUAGES, THIN, negotiate, speech
from sejour.web.visits import link
from tests.builders import AUGUST, at, make_visit


@pytest.mark.parametrize(
    ("moment", "said"),
    [("2026-08-13 14:30", "14_h_30"), ("2026-08-13 19:00", "19_h"), ("2026-08-13 09:05", "9_h_05"), ("2026-08-13 00:00", "minuit")],
)
def test_the_clock_in_french(moment: str, said: str) -> None:
    assert speech("fr").clock(at(moment)) == said.replace("_", THIN)


@pytest.mark.parametrize(("language", "said"), [("en", "14:30"), ("nl", "14:30"), ("de", "14:30"), ("es", "14:30"), ("it", "14:30")])
def test_the_clock_elsewhere(language: str, said: str) -> None:
    assert speech(language).clock(at("2026-08-13 14:30")) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "jeu. 13 août"), ("en", "Thu 13 Aug"), ("de", "Do., 13. Aug."), ("nl", "do 13 aug"), ("es", "jue, 13 ago"), ("it", "gio 13 ago")],
)
def test_the_day(language: str, said: str) -> None:
    assert speech(language).day(date(2026, 8, 13)) == said


def test_today_and_tomorrow_have_their_names() -> None:
    today = date(2026, 8, 13)
    assert [speech("fr").day_from(day, today) for day in (today, date(2026, 8, 14), date(2026, 8, 15))] == ["aujourd’hui", "demain", "sam. 15 août"]


@pytest.mark.parametrize(("metres", "said"), [(0, "10 m"), (348, "350 m"), (949, "950 m"), (1234, "1,2 km"), (12_000, "12 km")])
def test_distance_in_french(metres: float, said: str) -> None:
    assert speech("fr").distance(metres) == said.replace(" ", THIN)


@pytest.mark.parametrize(
    ("language", "amount", "said"),
    [("fr", 4.5, "4,50\xa0€"), ("fr", 12.0, "12\xa0€"), ("en", 4.5, "€4.50"), ("en", 12.0, "€12"), ("de", 7.0, "7\xa0€")],
)
def test_money(language: str, amount: float, said: str) -> None:
    assert speech(language).money(amount, "EUR") == said


@pytest.mark.parametrize(("number", "said"), [("+33559000000", "05_59_00_00_00"), ("+34943000000", "+34943000000"), ("+3312", "+3312")])
def test_phone(number: str, said: str) -> None:
    assert speech("fr").phone(number) == said.replace("_", THIN)


@pytest.mark.parametrize(("value", "said"), [(1.124, "+1,12"), (-0.5, "-0,50"), (0.0, "0,00"), (-0.001, "0,00")])
def test_points_of_the_ranking(value: float, said: str) -> None:
    assert speech("fr").points(value) == said


def test_a_date_that_is_none_stays_as_it_is() -> None:
    assert speech("fr").date("2026-05-02") == "2 mai 2026"
    assert speech("fr").date("hier") == "hier"


@given(st.text(max_size=60))
def test_negotiation_never_fails(header: str) -> None:
    assert negotiate(header, ("fr", "en")) in ("fr", "en")


@pytest.mark.parametrize(
    ("header", "found"),
    [("de-AT,de;q=0.9,en;q=0.5", "de"), ("en;q=0.2, it;q=0.8", "it"), ("fr;q=0, es", "es"), ("zh, ja", "fr"), ("", "fr"), ("EN-us", "en")],
)
def test_negotiation(header: str, found: str) -> None:
    assert negotiate(header, tuple(LANGUAGES)) == found


def test_every_kind_wish_and_moment_has_words() -> None:
    assert set(words.KINDS) == set(words.DIRECTORIES) == set(Kind)
    assert set(words.WISHES) == set(Wish)
    assert set(words.MOMENTS) == set(words.TITLES) == set(When)


@pytest.mark.parametrize("accent", ["#0d5f56", "#ffcc00", "#ff0000", "#000000", "#ffffff", "#123", "javascript:", ""])
def test_an_accent_is_readable_on_every_background(accent: str) -> None:
    light, dark = accents(accent)
    assert min(contrast(light, background) for background in LIGHT) >= 4.5
    assert min(contrast(dark, background) for background in DARK) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("path", ["/", f"/o/{offer_id('a', 'b')}", "/kind/sight", '/o/é"><script>'])
def test_a_link_is_always_safe_in_an_attribute(path: str) -> None:
    made = link(make_visit(AUGUST, hotspot='"><script>', wishes=frozenset(Wish)), path)
    assert not set(made) & set("\"'<> ")
