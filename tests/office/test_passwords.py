"""Which passwords are refused, and what is kept of the others."""

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from sejour.web.office import passwords
from sejour.web.office.forms import FormError
from sejour.web.office.passwords import COMMON, guessable, hash_password, is_outdated, is_password, new_password

KNOWN = ("maité", "Maïté, à l’accueil", "Pau Pyrénées", "pau")
PLAIN = ("lampadaire", "perroquet", "tilleul", "grenat", "caillou", "brouette", "virgule", "harmonica", "tonnelle", "escargot")


def chosen(password: str, again: str | None = None) -> str:
    return new_password(FormData(password=password, again=password if again is None else again), KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "123456789012", "azertyuiop12", "qwertyuiopas", "aaaaaaaaaaaa", "abcabcabcabc", "motdepasse123", "M0tDeP@sse2026", "Password1234!", "sejour-pau-2026",
        "maite.accueil", "PyreneesPau64", "officedetourisme", "soleil-vacances", "bonjourbonjour", "Bienvenue2025!", "098765432109", "poiuytreza12",
        "------------", "            ",
    ],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(FormError) as refused:
        chosen(password)
    assert refused.value.parameter == "password"


@pytest.mark.parametrize(
    "password", ["lampadaire tilleul grenat", "k3f9-x2pq-77mn", "Vq8#mZ2!rT5w", "un-perroquet-boude-lundi", "🦜 perroquet grenat"]
)
def test_what_is_not_is_taken_as_it_is(password: str) -> None:
    assert chosen(password) == password


def test_a_password_is_read_as_any_keyboard_sends_it() -> None:
    assert passwords.read_password(FormData(password="e\u0301te\u0301")) == "été"
    assert passwords.read_password(FormData(password="\udcff")) == "?"
    assert passwords.read_password(FormData()) == ""


def test_a_password_is_typed_twice_and_has_a_length() -> None:
    for password, again, field in (
        ("court", None, "password"),
        ("x" * 257, None, "password"),
        (PLAIN[0] * 2, "autre", "again"),
        ("", "", "password"),
    ):
        with pytest.raises(FormError) as refused:
            chosen(password, again)
        assert refused.value.parameter == field
    assert len(chosen("lampadaire perroquet " * 6)) == 126


@given(st.lists(st.sampled_from(PLAIN), min_size=3, max_size=5, unique=True), st.sampled_from((" ", "-", "", ".")))
def test_three_words_that_nobody_links_are_a_good_password(some: list[str], between: str) -> None:
    assert chosen(between.join(some))


@given(st.lists(st.sampled_from([*COMMON.split(), *KNOWN, "2026", "1234", "!"]), min_size=1, max_size=5), st.sampled_from((" ", "-", "")))
def test_words_that_everybody_tries_are_not_however_many(some: list[str], between: str) -> None:
    assert guessable(between.join(some), KNOWN)


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_typed_is_taken_or_refused_in_one_sentence(password: str, again: str) -> None:
    try:
        taken = chosen(password, again)
    except FormError as refused:
        assert "\n" not in str(refused)
    else:
        assert 12 <= len(taken) <= 256


def test_only_a_hash_is_kept_and_it_follows_its_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    former = hash_password(PLAIN[0])
    assert former.startswith("$argon2id$")
    assert PLAIN[0] not in former
    assert is_password(former, PLAIN[0])
    assert not is_password(former, PLAIN[1])
    assert not is_outdated(former)
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert is_password(former, PLAIN[0])
    assert is_outdated(former)


def test_nobody_has_the_password_that_is_compared_in_place_of_nobody_s() -> None:
    for typed in ("nobody has this password", "", "x" * 1_000):
        assert not is_password("", typed)
    assert not is_password("not a hash", "x")
