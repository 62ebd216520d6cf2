"""What sort of outing an offer is."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain import category
from sejour.domain.category import CATEGORIES, Category, category_of
from sejour.domain.offer import Kind
from tests.builders import make_offer

THEMES = sorted(category._OF_THEME)

SORTS: list[tuple[Kind, tuple[str, ...], Category]] = [
    (Kind.SIGHT, (), Category.MONUMENT),
    (Kind.SIGHT, ("museum",), Category.MUSEUM),
    (Kind.SIGHT, ("castle", "museum"), Category.MONUMENT),  # the first that tells
    (Kind.SIGHT, ("unheard_of", "museum"), Category.MUSEUM),
    (Kind.SIGHT, ("park",), Category.NATURE),
    (Kind.SIGHT, ("beach",), Category.WATER),
    (Kind.ACTIVITY, (), Category.OUTING),
    (Kind.ACTIVITY, ("bowling",), Category.LEISURE),
    (Kind.ACTIVITY, ("zoo",), Category.OUTING),
    (Kind.ACTIVITY, ("course",), Category.COURSE),
    (Kind.RESTAURANT, (), Category.TABLE),
    (Kind.RESTAURANT, ("cafe",), Category.CAFE),
    (Kind.RESTAURANT, ("museum",), Category.TABLE),  # in a museum, and yet a table
    (Kind.EVENT, (), Category.HAPPENING),
    (Kind.EVENT, ("concert",), Category.SHOW),
    (Kind.EVENT, ("exhibition",), Category.EXHIBITION),
    (Kind.EVENT, ("flea_market",), Category.FAIR),
    (Kind.EVENT, ("conference",), Category.TALK),
    (Kind.EVENT, ("cafe", "concert"), Category.SHOW),  # an evening in a café is no café
    (Kind.EVENT, ("cafe",), Category.HAPPENING),
    (Kind.MARKET, (), Category.MARKET),
    (Kind.MARKET, ("flea_market",), Category.MARKET),
    (Kind.SHOP, (), Category.SHOP),
    (Kind.SHOP, ("winery",), Category.TASTING),
    (Kind.SHOP, ("bakery",), Category.CAFE),
    (Kind.SHOP, ("museum",), Category.SHOP),
    (Kind.SERVICE, ("park",), Category.SERVICE),
    (Kind.LODGING, ("castle",), Category.LODGING),
]


@pytest.mark.parametrize(("kind", "themes", "expected"), SORTS)
def test_the_category_of_an_offer(kind: Kind, themes: tuple[str, ...], expected: Category) -> None:
    assert category_of(make_offer(kind=kind, themes=themes)) is expected


def test_no_theme_tells_two_categories() -> None:
    assert max(Counter(theme for themes in category._THEMES.values() for theme in themes).values()) == 1


def test_every_kind_has_a_category_of_its_own() -> None:
    assert category._OF_KIND.keys() == category._ALLOWED.keys() == set(Kind)
    assert len(set(category._OF_KIND.values())) == len(Kind)


def test_every_category_can_be_reached() -> None:
    found = {category_of(make_offer(kind=kind, themes=themes)) for kind in Kind for themes in [(), *((theme,) for theme in THEMES)]}
    assert found == set(CATEGORIES)


@given(st.sampled_from(list(Kind)), st.lists(st.sampled_from([*THEMES, "other"]), max_size=4))
def test_a_theme_makes_of_a_kind_only_what_it_may(kind: Kind, themes: list[Any]) -> None:
    assert category_of(make_offer(kind=kind, themes=tuple(themes))) in category._ALLOWED[kind] | {category._OF_KIND[kind]}
