"""The simulator: the visitor's own page, its figures, what it leaves out, and any sky."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import event, text
from starlette.testclient import TestClient

from sejour.domain.left_out import NEAREST, left_out
from sejour.domain.page import compose
from sejour.domain.weather import Sky
from sejour.house import House
from sejour.web.office.occasions import LOCAL
from tests.builders import make_catalogue, make_offer, make_visit

AT = "at=2026-08-13T15:40"


def cards(page: str) -> list[str]:
    return re.findall(r'<article id="(\w+)"', page)


@pytest.mark.parametrize(
    "query",
    [
        f"h=gare&{AT}&lang=fr", f"h=chateau&{AT}&lang=nl&when=tonight", f"h=gare&{AT}&wish=kids3&wish=free&lang=de", f"lat=43.3&lon=-0.4&{AT}&mode=walk&lang=en",
        f"h=gare&{AT}&when=rain&lang=fr", "h=gare&at=2026-08-16T09:00&when=week&lang=es", f"lat=47&lon=-8&{AT}&lang=it",
    ],
)  # fmt: skip
def test_it_is_the_visitors_own_page(editor: TestClient, query: str) -> None:
    """To the letter, but for the scripts, for where links open, and for what the address says of itself."""
    told, shown = editor.get(f"/?{query}"), editor.get(f"/office/simulator/page?{query}")
    assert shown.status_code == told.status_code == 200
    assert cards(shown.text) == cards(told.text)
    assert _read(shown.text) == _read(told.text)
    figures = unescape(editor.get(f"/office/simulator?{query}").text)
    assert re.findall(r'<a href="/office/offers/(\w+)">Voir la fiche', figures) == cards(told.text)


def _read(page: str) -> str:
    """What one reads and touches."""
    body = page.partition("<body")[2]
    return re.sub(r'<aside id="embark".*?</aside>\s*|<script.*?</script>\s*', "", body, flags=re.S).strip()


def test_it_is_counted_for_nobody(editor: TestClient, house: House) -> None:
    for _ in range(3):
        editor.get("/office/simulator?h=gare")
        editor.get("/office/simulator/page?h=gare")
    house.tally.flush()
    with house.store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM tally")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM attention")).scalar() == 0


def test_rain_changes_the_page_and_what_it_says(editor: TestClient) -> None:
    fair, rain = (editor.get(f"/office/simulator/page?h=gare&{AT}&lang=fr&sky={sky}").text for sky in ("fair", "rain"))
    assert cards(fair) != cards(rain)
    assert "sky=" not in rain  # no address of a visitor says a sky


@pytest.mark.parametrize("sky", Sky)
def test_every_sky(editor: TestClient, sky: Sky) -> None:
    assert editor.get(f"/office/simulator?sky={sky}&{AT}").status_code == 200


def test_the_frame_may_only_be_in_our_own_page(editor: TestClient) -> None:
    answer = editor.get("/office/simulator/page?h=gare")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy and "script-src" not in policy
    assert answer.headers["cache-control"] == "no-store" and '<base target="_blank">' in answer.text
    assert "frame-ancestors 'none'" in editor.get("/?h=gare").headers["content-security-policy"]


def test_presets_are_of_this_territory(editor: TestClient, house: House) -> None:
    page = unescape(editor.get("/office/simulator").text)
    assert "Famille néerlandaise, pluie, 17 h" in page
    for address in re.findall(r'class="button" href="(/office/simulator\?[^"]+)"', page):
        assert editor.get(unescape(address)).status_code == 200, address
    assert f"{house.now():{LOCAL}}" in page


def test_why_a_card_is_not_there(editor: TestClient, house: House) -> None:
    shown = cards(editor.get(f"/office/simulator/page?h=gare&{AT}").text)
    page = unescape(editor.get(f"/office/simulator?h=gare&{AT}&q=musée").text)
    assert "card=" in page
    ids = [o.id for o in house.live.territory.catalogue.offers if o.id not in shown]
    told = [unescape(editor.get(f"/office/simulator?h=gare&{AT}&card={id}").text) for id in ids[:12]]
    assert all("Pas sur la page." in page for page in told)
    assert any("Ce qui la ferait venir" in page for page in told)
    assert "Sur la page." in unescape(editor.get(f"/office/simulator?h=gare&{AT}&card={shown[0]}").text)


@pytest.mark.parametrize(
    "query",
    ["at=hier", "lat=91&lon=0", "lat=43", "when=jamais", "wish=x", "mode=fusée", "at=3000-01-01T00:00"],
)
def test_what_cannot_be_asked_is_one_sentence(editor: TestClient, query: str) -> None:
    answer = editor.get(f"/office/simulator?{query}")
    assert answer.status_code == 400 and 'role="alert"' in answer.text and "<iframe" in answer.text
    assert editor.get(f"/office/simulator/page?{query}").status_code == 400


def test_nothing_unknown_breaks(editor: TestClient) -> None:
    for query in ("h=ailleurs", "sky=frogs", "card=x", "q=%00<script>", "lang=xx", "at=&lat=&lon=&mode=", "my=aaaaaaaaaa"):
        answer = editor.get(f"/office/simulator?{query}")
        assert answer.status_code == 200 and "<script>" not in answer.text, query


def test_what_is_left_out_is_told_by_its_obstacle() -> None:
    offers = [make_offer(f"Fermé {n}", hours="Mo 10:00-11:00") for n in range(3)] + [
        make_offer(f"Ouvert {n}", hours="Mo-Su 08:00-20:00") for n in range(12)
    ]
    catalogue, visit = make_catalogue(*offers), make_visit()
    shown = {s.offer.id for s in compose(catalogue, visit).shown}
    found = left_out(catalogue, visit, shown)
    assert [(group.obstacle, group.count) for group in found.groups] == [("closed", 3)]
    assert found.feasible == 12 and len(found.next) == 4 and found.looked == 15
    assert not shown & {s.offer.id for s in found.next}


def test_a_page_looks_at_no_more_than_so_many_cards() -> None:
    offers = [make_offer(f"Musée {n}") for n in range(NEAREST + 50)]
    assert left_out(make_catalogue(*offers), make_visit(), ()).looked == NEAREST


def test_a_page_asks_the_database_for_nothing_but_the_session(editor: TestClient, house: House) -> None:
    said: list[str] = []
    event.listen(house.store.dialect.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    editor.get(f"/office/simulator?h=gare&{AT}")
    assert len([each for each in said if each.startswith("SELECT")]) == 1


def test_another_day_is_another_page(editor: TestClient, house: House) -> None:
    tomorrow = house.now() + timedelta(days=1)
    assert cards(editor.get(f"/office/simulator/page?h=gare&at={tomorrow:{LOCAL}}").text)
