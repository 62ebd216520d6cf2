"""Accounts, sessions, links and guesses on both databases, alone and all at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from sejour.domain.staff import Role, sign_in_name
from sejour.errors import Conflict, NotFound, StoreError
from sejour.settings import Settings
from sejour.store import attempts, invitations, sessions, staff, tables
from sejour.store.attempts import Pace
from sejour.store.engine import Store
from tests.builders import AUGUST
from tests.store.conftest import seeded

PACE = Pace(5, timedelta(minutes=3))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(store: Store, settings: Settings) -> Store:
    seeded(store, settings)
    return store


def join(office: Store, name: str, role: Role = Role.ADMIN) -> int:
    with office.writing() as connection:
        return staff.add_staff(connection, "pau", name, name.title(), role, "hash", AUGUST)


def test_names_are_looked_for_as_phones_write_them() -> None:
    assert sign_in_name("  Mai\u0308te\u0301   B ") == "maïté b"
    assert sign_in_name("STRAẞE") == sign_in_name("strasse")


def test_an_account_comes_back_as_it_went_in(office: Store) -> None:
    id = join(office, "léa", Role.EDITOR)
    with office.writing() as connection:
        staff.set_second_factor(connection, id, "sealed", 7, ("a", "b"))
        staff.rename(connection, id, "Léa, au marché")
        staff.signed_in(connection, id, AUGUST)
        found = staff.account_of(connection, "pau", id, lock=True)
        assert (found.staff.name, found.staff.shown, found.staff.role, found.staff.last) == ("léa", "Léa, au marché", Role.EDITOR, AUGUST)
        assert (found.totp, found.used, found.recovery) == ("sealed", 7, ("a", "b"))
        assert staff.account_named(connection, "pau", "léa") == found
        assert staff.account_named(connection, "nay", "léa") is None
        assert [each.staff.id for each in staff.accounts_of(connection, "pau")] == [id]
        assert staff.is_taken(connection, "pau", "LÉA, AU MARCHÉ")
        assert not staff.is_taken(connection, "pau", "Léa, au marché", but=id)
        with pytest.raises(NotFound):
            staff.account_of(connection, "nay", id)


def test_two_accounts_have_not_one_name(office: Store) -> None:
    join(office, "léa")
    with pytest.raises(StoreError):
        join(office, "léa")


def test_a_step_and_a_recovery_code_are_taken_once_by_whoever_is_first(office: Store) -> None:
    id = join(office, "léa")
    with office.writing() as connection:
        staff.set_second_factor(connection, id, "sealed", 7, ("a", "b", "c"))

    def step(n: int) -> bool:
        with office.writing() as connection:
            return staff.take_step(connection, id, n)

    def recovery(said: str) -> bool:
        with office.writing() as connection:
            return staff.take_recovery(connection, "pau", id, said)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(step, [8] * 8)) == 1
        assert sum(pool.map(recovery, ["a", "b", "x", ""] * 4)) == 2
    assert not step(7)
    with office.reading() as connection:
        assert staff.account_of(connection, "pau", id).recovery == ("c",)


def test_two_admins_cannot_close_each_other(office: Store) -> None:
    ids = [join(office, "ana"), join(office, "bea")]

    def close(id: int) -> bool:
        try:
            with office.writing() as connection:
                staff.disable(connection, "pau", id, AUGUST)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(close, ids)) == [False, True]
    with office.reading() as connection:
        assert sum(not each.disabled for each in staff.staff_of(connection, "pau")) == 1


def test_an_editor_is_no_admin_s_heir(office: Store) -> None:
    ana, _ = join(office, "ana"), join(office, "ed", Role.EDITOR)
    with pytest.raises(Conflict), office.writing() as connection:
        staff.set_role(connection, "pau", ana, Role.EDITOR)
    with office.writing() as connection:
        staff.set_role(connection, "pau", ana, Role.ADMIN)  # is no change


def test_a_session_ends(office: Store) -> None:
    id = join(office, "léa")

    def there(token: str, moment: datetime) -> bool:
        with office.reading() as connection:
            return sessions.session_of(connection, "pau", token, moment) is not None

    with office.writing() as connection:
        sessions.open_session(connection, id, "whole", "Firefox", AUGUST, proven=True)
        sessions.open_session(connection, id, "half", "Firefox", AUGUST, proven=False)
    assert there("whole", AUGUST + sessions.IDLE - MINUTE)
    assert not there("whole", AUGUST + sessions.IDLE)
    assert there("half", AUGUST + sessions.HALF - MINUTE)
    assert not there("half", AUGUST + sessions.HALF)
    assert not there(sessions.hashed("whole"), AUGUST)  # who reads the database cannot sign in
    with office.writing() as connection:
        assert [each.token for each in sessions.sessions_of(connection, id, AUGUST)] == [sessions.hashed("whole")]
        assert not sessions.is_due(connection, AUGUST)
        assert sessions.is_due(connection, AUGUST + sessions.HALF)
        assert sessions.purge(connection, AUGUST + sessions.HALF) == 1
        sessions.close_sessions(connection, id, but=sessions.hashed("whole"))
    assert there("whole", AUGUST)
    with office.writing() as connection:
        sessions.close_sessions(connection, id, only=sessions.hashed("other"))
    assert there("whole", AUGUST)
    with office.writing() as connection:
        sessions.close_sessions(connection, id)
    assert not there("whole", AUGUST)


def test_a_link_serves_once_and_ends(office: Store) -> None:
    with office.writing() as connection:
        for token in ("first", "second"):
            invitations.invite(connection, "pau", token, "zoé", Role.EDITOR, "Xan", AUGUST)
        assert invitations.invitation_of(connection, "pau", "first", AUGUST) is None
        found = invitations.invitation_of(connection, "pau", "second", AUGUST + invitations.LASTS - MINUTE)
        assert found
        assert (found.name, found.role, found.by, found.staff) == ("zoé", Role.EDITOR, "Xan", None)
        assert invitations.invitation_of(connection, "nay", "second", AUGUST) is None
        assert invitations.invitation_of(connection, "pau", "second", AUGUST + invitations.LASTS) is None
        assert invitations.invitations_of(connection, "pau", AUGUST) == [found]

    def use(_: int) -> bool:
        with office.writing() as connection:
            return invitations.use(connection, found.token)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4))) == 1
    with office.writing() as connection:
        invitations.invite(connection, "pau", "third", "zoé", Role.EDITOR, "Xan", AUGUST)
        assert not invitations.is_due(connection, AUGUST)
        assert invitations.purge(connection, AUGUST + invitations.LASTS) == 1


def guess(office: Store, moment: datetime, *keys: str) -> timedelta:
    with office.writing() as connection:
        return attempts.try_once(connection, office.dialect, [(key, PACE) for key in keys or ("k",)], moment)


def test_guesses_have_a_pace(office: Store) -> None:
    assert [guess(office, AUGUST) for _ in range(5)] == [timedelta(0)] * 5
    assert guess(office, AUGUST) == PACE.each
    assert guess(office, AUGUST + MINUTE) == PACE.each - MINUTE
    assert not guess(office, AUGUST + PACE.each)
    assert guess(office, AUGUST + PACE.each)
    assert not guess(office, AUGUST, "another")
    with office.writing() as connection:
        attempts.give_back(connection, "k", PACE)
    assert not guess(office, AUGUST + PACE.each)
    with office.writing() as connection:
        attempts.forget(connection, "k")
    assert not guess(office, AUGUST)
    with office.writing() as connection:
        assert not attempts.is_due(connection, AUGUST)
        assert attempts.is_due(connection, AUGUST + PACE.each)
        assert attempts.purge(connection, AUGUST + timedelta(days=1)) == 2
        assert connection.execute(select(tables.attempt)).all() == []


def test_in_any_quarter_of_an_hour_there_are_ten(office: Store) -> None:
    step, tried = timedelta(seconds=10), []
    for n in range(360):  # an hour
        if not guess(office, AUGUST + n * step):
            tried.append(n * step)
    assert max(sum(start <= at < start + timedelta(minutes=15) for at in tried) for start in tried) <= 10


def test_guesses_at_once_are_counted_one_by_one(office: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda n: guess(office, AUGUST, *(("a", "b") if n % 2 else ("b", "a"))), range(16)))
    assert sum(not wait for wait in waits) == 5
