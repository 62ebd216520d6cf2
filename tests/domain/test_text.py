"""Words in several languages, and reasons not yet translated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.text import N_, LocalText, Reason, local_text

FOUR = LocalText({"fr": "château", "en": "castle", "es": "castillo", "de": "Schloss"})


@pytest.mark.parametrize(
    ("texts", "wanted", "expected"),
    [
        (FOUR.texts, ("es",), ("castillo", "es")),
        (FOUR.texts, ("eu", "es"), ("castillo", "es")),
        (FOUR.texts, ("eu",), ("château", "fr")),
        (FOUR.texts, (), ("château", "fr")),
        ({"en": "castle", "es": "castillo"}, ("eu",), ("castle", "en")),
        ({"es": "castillo", "de": "Schloss"}, ("eu",), ("Schloss", "de")),
        ({"es": "castillo"}, ("fr",), ("castillo", "es")),
        ({"fr": "", "en": "castle"}, ("fr",), ("castle", "en")),
    ],
)
def test_the_first_wanted_language_then_french_then_english_then_any(
    texts: dict[str, str], wanted: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert LocalText(texts).choose(*wanted) == expected


def test_no_text_at_all_raises() -> None:
    with pytest.raises(ValueError, match="empty"):
        LocalText({}).choose("fr")


@pytest.mark.parametrize(
    ("pairs", "machine", "expected"),
    [
        ([], (), None),
        ([("fr", "")], (), None),
        ([("fr", "a")], (), LocalText({"fr": "a"})),
        ([("fr", "a"), ("fr", "b")], (), LocalText({"fr": "a"})),
        ([("fr", ""), ("fr", "b")], (), LocalText({"fr": "b"})),
        ([("fr", "a"), ("en", "")], ("en",), LocalText({"fr": "a"})),
        ([("fr", "a"), ("en", "b"), ("de", "c")], ("en", "de", "en"), LocalText({"fr": "a", "en": "b", "de": "c"}, ("de", "en"))),
    ],
)
def test_local_text(pairs: list[tuple[str, str]], machine: tuple[str, ...], expected: LocalText | None) -> None:
    assert local_text(pairs, machine) == expected


@given(
    st.dictionaries(st.sampled_from(["fr", "en", "es", "eu"]), st.text(min_size=1), min_size=1),
    st.lists(st.sampled_from(["fr", "en", "es", "eu", "de"])),
)
def test_a_choice_is_always_one_of_the_texts(texts: dict[str, str], wanted: list[str]) -> None:
    text, language = LocalText(texts).choose(*wanted)
    assert texts[language] == text


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason("À l’abri"), "À l’abri"),
        (Reason("100 % gratuit"), "100 % gratuit"),
        (Reason("à %(minutes)s min à pied", {"minutes": 4}), "à 4 min à pied"),
        (Reason("Coup de cœur de %(by)s", {"by": "Léa 100 %"}), "Coup de cœur de Léa 100 %"),
    ],
)
def test_a_reason_reads_in_french(reason: Reason, expected: str) -> None:
    assert str(reason) == expected


def test_marking_for_translation_changes_nothing() -> None:
    assert N_("Horaires à confirmer") == "Horaires à confirmer"
