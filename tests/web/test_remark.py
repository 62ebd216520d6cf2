"""A visitor says what is wrong on a card; the office sees to it. Nobody is named, nothing is lost, nothing can be filled up."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from sejour.domain.staff import Role
from sejour.house import House
from sejour.store.remarks import MOST_OF_ONE, remarks_of
from sejour.store.tables import remark
from tests.office.conftest import clock, house, prepared, sign_in

__all__ = ["clock", "house", "prepared", "sign_in"]
Signing = Callable[..., TestClient]


def an_offer(house: House) -> str:
    return next(offer.id for offer in house.live.territory.catalogue.offers if offer.place)


def test_from_the_card_to_the_office_and_back(house: House, sign_in: Signing) -> None:
    visitor, counsellor, id = sign_in(), sign_in(Role.COUNSELLOR), an_offer(house)
    assert f"/o/{id}/remark?" in visitor.get(f"/o/{id}?lang=de").text
    assert 'name="what" value="hours" required' in visitor.get(f"/o/{id}/remark?lang=de").text
    sent = visitor.post(f"/o/{id}/remark?lang=de", data={"what": "hours", "text": "Geschlossen <b>um</b> 17 Uhr"})
    assert (sent.status_code, "merci" in sent.headers["location"], "set-cookie" in sent.headers) == (303, True, False)
    assert "<form" not in visitor.get(sent.headers["location"]).text.partition("<main")[2].partition("</main>")[0]
    assert "1 signalement de visiteur à vérifier" in counsellor.get("/office/").text
    listed = counsellor.get("/office/remarks").text
    assert "Geschlossen &lt;b&gt;um&lt;/b&gt; 17 Uhr" in listed
    assert "page en allemand" in listed
    assert "17 Uhr" in counsellor.get("/office/remarks?q=geschlossen").text
    assert "17 Uhr" not in counsellor.get("/office/remarks?q=offen&page=7").text
    with house.store.reading() as connection:
        (waiting,) = remarks_of(connection, house.settings.territory.id)
        columns = set(connection.execute(select(remark)).keys())
    assert columns == {"id", "territory", "offer", "what", "text", "language", "day", "done"}  # no hour, no address
    assert counsellor.post("/office/remarks", data={"remark": waiting.id}).status_code == 303
    assert counsellor.post("/office/remarks", data={"remark": waiting.id}).status_code == 404  # somebody else did
    assert "Rien à vérifier" in counsellor.get("/office/remarks").text


@pytest.mark.parametrize(
    "data", [{}, {"what": "nothing"}, {"what": "hours", "text": "x" * 501}, {"what": ["hours"] * 30}, {"what": "hours", "text": "x" * 9_000}]
)
def test_what_cannot_be_kept_is_one_sentence(house: House, sign_in: Signing, data: dict[str, object]) -> None:
    answer = sign_in().post(f"/o/{an_offer(house)}/remark", data=data)
    assert answer.status_code in (303, 400)
    with house.store.reading() as connection:
        assert all(len(each.text) <= 500 for each in remarks_of(connection, house.settings.territory.id))


def test_a_stranger_cannot_fill_it_up(house: House, sign_in: Signing) -> None:
    visitor, id = sign_in(), an_offer(house)
    for _ in range(MOST_OF_ONE + 5):
        assert visitor.post(f"/o/{id}/remark", data={"what": "other"}).status_code == 303
    with house.store.reading() as connection:
        assert len(remarks_of(connection, house.settings.territory.id, id)) == MOST_OF_ONE


def test_of_no_card_nothing_can_be_said(sign_in: Signing) -> None:
    assert sign_in().get("/o/aaaaaaaaaa/remark").status_code == 404
    assert sign_in().post("/o/aaaaaaaaaa/remark", data={"what": "hours"}).status_code == 404
