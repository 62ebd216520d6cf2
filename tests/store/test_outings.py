"""Phones let out, grants that wait, access points that nobody placed: on both databases."""

from datetime import timedelta

import pytest

from sejour.settings import HotspotSettings, Settings
from sejour.store import offers, outings, portal, unplaced
from sejour.store.engine import Store
from sejour.store.outings import OutingRow, WaitingRow
from tests.builders import AUGUST
from tests.store.conftest import seeded

HASH = "a" * 64


def row(n: int = 1, **changes: object) -> OutingRow:
    return OutingRow(f"ref{n}", f"device{n}", f"address{n}", "halle", "gare", "nl", "waiting", AUGUST, AUGUST + timedelta(hours=1))._replace(
        **changes
    )  # type: ignore[arg-type]


def waits(n: int = 1, hash: str = HASH) -> WaitingRow:
    return WaitingRow(hash, f"{n:064x}", f"{n:064x} 60 0 0 0 0 c2Vqb3Vy")


@pytest.fixture(autouse=True)
def territory(store: Store, settings: Settings) -> None:
    seeded(store, settings)


def begin(store: Store, outing: OutingRow, waiting: WaitingRow | None = None) -> bool:
    with store.writing() as connection:
        return outings.begin(connection, store.dialect, "pau", outing, waiting)


def test_an_outing_is_found_by_its_reference_its_device_and_its_address(store: Store) -> None:
    assert begin(store, row())
    begin(store, row(2, address=""))
    with store.reading() as connection:
        assert outings.of_ref(connection, "pau", "ref1") == row()
        assert outings.of_phone(connection, "pau", device="device1") == row()
        assert outings.of_phone(connection, "pau", address="address1") == row()
        for nothing in (outings.of_phone(connection, "pau"), outings.of_ref(connection, "pau", ""), outings.of_ref(connection, "tarbes", "ref1")):
            assert nothing is None


def test_a_device_has_one_outing(store: Store) -> None:
    assert begin(store, row())
    assert not begin(store, row(ref="again"))
    assert begin(store, row(ref="later", began=AUGUST + timedelta(hours=2), ends=AUGUST + timedelta(hours=3)))
    with store.reading() as connection:
        assert outings.of_ref(connection, "pau", "ref1") is None
        assert outings.of_phone(connection, "pau", device="device1").ref == "later"  # type: ignore[union-attr]


def test_the_last_to_have_an_address_is_who_asks(store: Store) -> None:
    begin(store, row())
    begin(store, row(2, address="address1", began=AUGUST + timedelta(minutes=1)))
    with store.reading() as connection:
        assert outings.of_phone(connection, "pau", address="address1").ref == "ref2"  # type: ignore[union-attr]


def test_a_grant_waits_until_it_is_settled(store: Store) -> None:
    for n in (1, 2, 3):
        begin(store, row(n), waits(n))
    begin(store, row(4, gateway="parc"), waits(1))
    begin(store, row(2, ref="again"), waits(2))  # the same client: it keeps its place
    with store.reading() as connection:
        assert outings.queue(connection, "pau", "halle") == [waits(1), waits(2), waits(3)]
        assert outings.hashes(connection, "pau", "halle") == {HASH}
    with store.writing() as connection:
        outings.settle(connection, "pau", "halle", [waits(1).id, waits(2).id, "f" * 64], [waits(3).id], "out")
    with store.reading() as connection:
        assert outings.queue(connection, "pau", "halle") == [] and len(outings.queue(connection, "pau", "parc")) == 1
        assert [outings.of_ref(connection, "pau", ref).stage for ref in ("ref1", "again")] == ["out", "out"]  # type: ignore[union-attr]
        assert outings.of_ref(connection, "pau", "ref3") is None


def test_the_last_poll_is_known(store: Store) -> None:
    begin(store, row(), waits())
    with store.reading() as connection:
        assert outings.last_poll(connection, "pau", "halle") is None
    with store.writing() as connection:
        outings.polled(connection, "pau", "halle", HASH, AUGUST)
        outings.polled(connection, "pau", "halle", "f" * 64, AUGUST + timedelta(hours=1))  # not one of ours
    with store.reading() as connection:
        assert outings.last_poll(connection, "pau", "halle") == AUGUST


def test_a_gateway_has_a_few_names_only(store: Store) -> None:
    for n in range(outings.MOST_HASHES + 5):
        begin(store, row(n), waits(n, f"{n:064x}"))
    with store.reading() as connection:
        assert len(outings.hashes(connection, "pau", "halle")) == outings.MOST_HASHES


def test_what_is_over_is_forgotten(store: Store) -> None:
    begin(store, row(), waits())
    begin(store, row(2, ends=AUGUST + timedelta(hours=5)), waits(2))
    with store.writing() as connection:
        assert not outings.is_due(connection, "pau", AUGUST + timedelta(minutes=30))
        assert outings.purge(connection, "pau", AUGUST + timedelta(minutes=30)) == 0
        assert outings.is_due(connection, "pau", AUGUST + timedelta(hours=1))
        assert outings.purge(connection, "pau", AUGUST + timedelta(hours=1)) == 1
        assert outings.queue(connection, "pau", "halle") == []
        assert outings.of_ref(connection, "pau", "ref1") is None and outings.of_ref(connection, "pau", "ref2")


def test_an_unplaced_access_point_is_listed_once_and_the_list_is_bounded(store: Store) -> None:
    with store.writing() as connection:
        for n in range(unplaced.MOST + 5):
            unplaced.note(connection, store.dialect, "pau", "parc", f"borne-{n}", AUGUST)
        unplaced.note(connection, store.dialect, "pau", "parc", "borne-7", AUGUST + timedelta(hours=1))
        found = unplaced.unplaced_of(connection, "pau")
        assert len(found) == unplaced.MOST
        assert found[0] == unplaced.Unplaced("parc", "borne-7", AUGUST, AUGUST + timedelta(hours=1), 2)
        unplaced.forget(connection, "pau", "borne-7")
        assert len(unplaced.unplaced_of(connection, "pau")) == unplaced.MOST - 1


def test_a_key_leads_to_one_hotspot(store: Store, settings: Settings) -> None:
    with store.writing() as connection:
        portal.add_hotspots(
            connection, store.dialect, "pau", [HotspotSettings(id="parc", name="Parc", lat=43.3, lon=-0.37, gateway="g", keys=("a", "b"))]
        )
        unplaced.note(connection, store.dialect, "pau", "g", "c", AUGUST)
        before = offers.revision(connection, "pau")
        assert portal.place_key(connection, "pau", "parc", "c") and portal.place_key(connection, "pau", "gare", "a")
        assert not portal.place_key(connection, "pau", "nulle", "a")
        found = {each.id: each for each in portal.hotspots_of(connection, "pau")}
        assert (found["parc"].keys, found["parc"].gateway, found["gare"].keys) == (("b", "c"), "g", ("a",))
        assert unplaced.unplaced_of(connection, "pau") == []
        assert offers.revision(connection, "pau") > before
