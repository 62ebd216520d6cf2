"""Forms: what is read, and the one sentence of each refusal."""

from datetime import datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from sejour.web.office import forms
from sejour.web.office.forms import FormError
from tests.builders import PARIS


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_a_line_is_made_single() -> None:
    assert forms.line(FormData(why="  fermé \n pour   travaux\x00 "), "why", "la raison") == "fermé pour travaux"
    assert forms.line(FormData(), "why", "la raison", needed=False) == ""
    assert forms.prose(FormData(why="un\r\n deux "), "why", "la raison") == "un\ndeux"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Écrivez la raison."),
        ({"why": " "}, "Écrivez la raison."),
        ({"why": "x" * 201}, "C’est trop long pour la raison : 200 signes au plus, ici 201."),
    ],
)
def test_a_line_that_cannot_be_kept(said: dict[str, str], sentence: str) -> None:
    with pytest.raises(FormError) as refused:
        forms.line(FormData(said), "why", "la raison")
    assert (str(refused.value), refused.value.parameter) == (sentence, "why")


def test_a_period_has_its_end_after_its_start() -> None:
    said = FormData(start="2026-08-13T10:00", end="2026-08-14T10:00")
    assert forms.period(said, PARIS) == (datetime(2026, 8, 13, 10, tzinfo=PARIS), datetime(2026, 8, 14, 10, tzinfo=PARIS))
    assert forms.period(FormData(), PARIS) == (None, None)
    for wrong in (
        {"start": "2026-08-14T10:00", "end": "2026-08-13T10:00"},
        {"start": "hier"},
        {"end": "0001-01-01T00:00"},
        {"start": "9999-12-31T23:59"},
    ):
        with pytest.raises(FormError):
            forms.period(FormData(wrong), PARIS)
    with pytest.raises(FormError, match="Donnez la fin"):
        forms.period(FormData(), PARIS, ended=True)


@pytest.mark.parametrize("said", ["10", "nan", "inf", "-1", "", "dix", "1e309"])
def test_a_number_beyond_its_range(said: str) -> None:
    with pytest.raises(FormError, match="de 1 à 1,5"):
        forms.number(FormData(factor=said), "factor", "la force", 1, 1.5)


def test_a_number_with_a_comma() -> None:
    assert forms.number(FormData(factor="1,25"), "factor", "la force", 1, 1.5) == 1.25


def test_choices() -> None:
    assert forms.choice(FormData(colour="red"), "colour", "une couleur", Colour) is Colour.RED
    assert forms.choices(FormData([("c", "blue"), ("c", "green"), ("c", "red")]), "c", Colour) == ("red", "blue")
    with pytest.raises(FormError, match="Choisissez une couleur"):
        forms.choice(FormData(colour="green"), "colour", "une couleur", Colour)
    for wrong in ("", "-1", "²", "1" * 16):
        with pytest.raises(FormError):
            forms.whole(FormData(version=wrong), "version")


@given(st.text(max_size=300), st.sampled_from(("line", "prose", "moment", "number", "whole")))
def test_whatever_is_typed_is_read_or_refused_in_one_sentence(said: str, how: str) -> None:
    form = FormData(x=said)
    try:
        match how:
            case "moment":
                forms.moment(form, "x", "le début", PARIS)
            case "number":
                forms.number(form, "x", "la force", 0, 1)
            case "whole":
                forms.whole(form, "x")
            case _:
                assert len(getattr(forms, how)(form, "x", "la raison", needed=False)) <= 2_000
    except FormError as refused:
        assert "\n" not in str(refused)
