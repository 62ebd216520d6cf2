"""What an offer is worth when nobody counted its visitors."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.offer import Contact, ContactType, Kind, Picture
from sejour.domain.stars import LABELS, MOST, THEMES, stars
from sejour.domain.text import LocalText
from tests.builders import make_offer

TABLE: list[tuple[dict[str, Any], float]] = [
    ({"kind": Kind.SIGHT}, 0.4),
    ({"kind": Kind.ACTIVITY}, 0.2),
    ({"kind": Kind.RESTAURANT}, 0.2),
    ({"kind": Kind.EVENT}, 0.4),
    ({"kind": Kind.MARKET}, 0.4),
    ({"kind": Kind.SHOP}, 0.0),
    ({"kind": Kind.SERVICE}, 0.0),
    ({"kind": Kind.LODGING}, 0.0),
    ({"themes": ("castle",)}, 1.9),
    ({"themes": ("castle", "museum", "garden")}, 1.9),  # the best theme alone counts
    ({"themes": ("heritage", "castle")}, 1.9),
    ({"labels": ("unesco",)}, 3.0),
    ({"labels": ("unesco", "musee_de_france")}, 3.0),
    ({"labels": ("monument_historique", "jardin_remarquable")}, 2.4),  # the best label alone counts
    ({"labels": ("monument_historique",), "themes": ("castle",)}, 3.0),
    ({"labels": ("somebodys_own_label",)}, 0.4),
    ({"themes": ("unheard_of",)}, 0.4),
    ({"kind": Kind.ACTIVITY, "themes": ("course",)}, 0.0),  # never below nothing
    ({"kind": Kind.ACTIVITY, "themes": ("course", "boat")}, 0.9),  # what is good in it wins
    ({"kind": Kind.EVENT, "themes": ("conference",)}, 0.1),
    ({"kind": Kind.EVENT, "themes": ("course", "conference")}, 0.0),  # nothing good: the worst
    ({"kind": Kind.RESTAURANT, "labels": ("maitre_restaurateur",)}, 2.2),
]


@pytest.mark.parametrize(("fields", "expected"), TABLE)
def test_the_table(fields: dict[str, Any], expected: float) -> None:
    assert stars(make_offer(**fields)) == pytest.approx(expected)


CARE: list[tuple[dict[str, Any], float]] = [
    ({}, 0.0),
    ({"pictures": (Picture("https://a.fr/1.jpg"),)}, 0.15),
    ({"pictures": (Picture("https://a.fr/1.jpg"), Picture("https://a.fr/2.jpg"))}, 0.15),
    ({"descriptions": LocalText({"fr": "Belle"})}, 0.15),
    ({"descriptions": LocalText({"fr": "Belle", "en": "Fine", "es": "Bella"})}, 0.3),
    ({"contacts": (Contact(ContactType.PHONE, "+33559000000"),)}, 0.15),
]


@pytest.mark.parametrize(("fields", "more"), CARE)
def test_the_care_of_a_record(fields: dict[str, Any], more: float) -> None:
    assert stars(make_offer(**fields)) == pytest.approx(0.4 + more)


def test_care_gives_at_most_six_tenths() -> None:
    fields = {key: value for one, _ in CARE for key, value in one.items()}
    assert stars(make_offer(**fields)) == pytest.approx(0.4 + 0.6)


@given(st.sampled_from(list(Kind)), st.lists(st.sampled_from([*THEMES, "other"])), st.lists(st.sampled_from([*LABELS, "other"])))
def test_stars_are_between_0_and_3_and_a_label_never_costs(kind: Kind, themes: list[str], labels: list[str]) -> None:
    without, found = (stars(make_offer(kind=kind, themes=tuple(themes), labels=names)) for names in ((), tuple(labels)))
    assert 0.0 <= without <= found <= MOST


@pytest.mark.parametrize("who", [{"producer": "Adhérent de l’office"}, {"feed": "membres"}, {"updated": "2026-08-13"}])
def test_who_pays_or_is_a_member_counts_for_nothing(who: dict[str, Any]) -> None:
    assert stars(make_offer(**who)) == stars(make_offer())


def test_the_order_of_themes_and_labels_is_irrelevant() -> None:
    themes, labels = ("castle", "museum", "course"), ("unesco", "tourisme_handicap", "accueil_velo")
    assert stars(make_offer(themes=themes, labels=labels)) == stars(make_offer(themes=themes[::-1], labels=labels[::-1]))
