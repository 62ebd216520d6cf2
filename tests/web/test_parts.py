"""Parts that serve again: what is in them is escaped, they are never those of another offer, language or visitor."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from sejour.domain.curation import Curation, Notice, NoticeSort, Pick, Pin
from sejour.domain.offer import Contact, ContactType, Offer, Prices
from sejour.domain.text import LocalText
from sejour.web import bar, parts
from sejour.web.kept import Kept
from tests.builders import AUGUST, make_offer

Serve = Callable[..., TestClient]
HOSTILE = "\"'><script>alert(1)</script>&amp;{{ 7*7 }}{% raw %}</style>"


def hostile(n: int) -> Offer:
    """Whatever field a card shows."""
    said = LocalText({"fr": f"{HOSTILE}{n}", "en": f"{HOSTILE}{n} en"})
    contacts = (Contact(ContactType.PHONE, f"+33{HOSTILE}"), Contact(ContactType.WEB, f"https://{HOSTILE}"))
    return make_offer(f"{n}", names=said, descriptions=said, hours="24/7", contacts=contacts, prices=Prices(min=4.0, currency=HOSTILE, text=said), producer=HOSTILE,
                      themes=(HOSTILE,))  # fmt: skip


def test_hostile_words_are_escaped_in_every_part_made_or_made_before(serve: Serve) -> None:
    first, second, third = (hostile(n) for n in range(3))
    end = AUGUST + timedelta(days=1)
    said = Curation(
        picks=(Pick(offer=first.id, by=HOSTILE, text=LocalText({"fr": HOSTILE})),), pins=(Pin(offer=second.id, reason=HOSTILE),),
        notices=(Notice(offer=third.id, sort=NoticeSort.INFO, text=LocalText({"fr": HOSTILE}), end=end),
                 Notice(offer="", sort=NoticeSort.INFO, text=LocalText({"fr": HOSTILE}), end=end)),
    )  # fmt: skip
    client = serve(first, second, third, said=said)
    for _ in range(2):
        for query in ("lang=fr", "lang=en", "lang=fr&lat=43.295&lon=-0.371"):
            html = client.get(f"/?{query}").text
            assert html.count("<article id=") == 3
            assert html.count("&lt;script&gt;") >= 9
            assert "alert(1)</script>" not in html
            assert set(re.findall(r"<script[^>]*>", html)) == set(re.findall(r'<script src="/static/[a-z.]+\?v=[0-9a-f]+" defer>', html))


@pytest.mark.parametrize("word", [bar.VISIT, bar.STANDS, bar.STATE, bar.KEEPING, bar.KEPT, parts.BY, parts.TOLD])
def test_no_hole_is_left_in_a_page(serve: Serve, word: str) -> None:
    client = serve(make_offer("Musée", hours="24/7"))
    for path in ("/", "/?lat=43.3&lon=-0.3&wish=free", "/my/", "/kind/sight", "/agenda", "/plan", "/map", "/search?q=x"):
        assert word not in client.get(path).text


def test_a_visitor_never_gets_the_links_of_another(serve: Serve) -> None:
    client = serve(make_offer("Musée", hours="24/7"))
    here, there = (client.get(f"/?lang=fr&lat={lat}&lon=-0.371").text for lat in ("43.29461", "43.29532"))
    assert "43.29461" in here and "43.29532" not in here
    assert "43.29532" in there and "43.29461" not in there


def test_a_card_that_changed_is_written_anew(serve: Serve) -> None:
    client = serve(make_offer("Musée", hours="24/7", prices=Prices(free=True)))
    assert "<strong>Gratuit" in client.get("/?lang=fr").text
    live = client.app.state.house.live  # type: ignore[attr-defined]
    live.territory = serve(make_offer("Musée", hours="24/7")).app.state.house.live.territory  # type: ignore[attr-defined]
    assert "<strong>Gratuit" not in client.get("/?lang=fr").text


def test_what_is_kept_is_bounded_and_the_first_put_goes_first() -> None:
    kept = Kept[str](100)
    for n in range(5):
        kept.put(n, str(n), 30)
    assert (kept.used, [kept.get(n) for n in range(5)]) == (90, [None, None, "2", "3", "4"])
    kept.put(4, "four", 10)
    assert (kept.used, kept.get(4)) == (70, "four")
    kept.put(5, "too large", 101)
    assert (kept.used, kept.get(5)) == (70, None)


def test_what_is_kept_is_forgotten_for_another_thing_even_an_equal_one() -> None:
    kept, one, other = Kept[str](100), ["a"], ["a"]
    kept.made_of(one)
    kept.put(1, "x", 1)
    kept.made_of(one)
    assert kept.get(1) == "x"
    kept.made_of(other)
    assert (kept.get(1), kept.used) == (None, 0)
