"""Accounts: who they are, and what they prove it with. Passwords and recovery codes are hashes, the second factor is sealed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from sejour.domain.staff import Role, Staff
from sejour.errors import Conflict, NotFound
from sejour.store.documents import utc
from sejour.store.tables import staff

NOBODY = "Ce compte n’existe pas."  # the office reads French: not to be translated
LAST_ADMIN = "C’est le dernier compte d’administrateur : sans lui, personne ne pourrait plus inviter. Nommez-en d’abord un autre."


@dataclass(frozen=True, slots=True)
class Account:
    """`password` is an argon2id hash, or ""; `totp` is sealed, None for who has no second factor; `used`: the last time step that was taken."""

    staff: Staff
    password: str
    totp: str | None
    used: int
    recovery: tuple[str, ...]


def add_staff(connection: Connection, territory_id: str, name: str, shown: str, role: Role, password: str, moment: datetime) -> int:
    """`password` is an argon2id hash, or "" for who cannot sign in yet; the id of the account."""
    row = {
        "territory": territory_id,
        "name": name,
        "shown": shown,
        "role": role.value,
        "password": password,
        "recovery": "[]",
        "created": utc(moment),
    }
    id: int = connection.execute(insert(staff).values(row).returning(staff.c.id)).scalar_one()
    return id


def staff_of(connection: Connection, territory_id: str) -> list[Staff]:
    """By name."""
    return [staff_in(row) for row in connection.execute(select(staff).where(staff.c.territory == territory_id).order_by(staff.c.name))]


def accounts_of(connection: Connection, territory_id: str) -> list[Account]:
    """By name."""
    return [_account(row) for row in connection.execute(select(staff).where(staff.c.territory == territory_id).order_by(staff.c.name))]


def account_named(connection: Connection, territory_id: str, name: str) -> Account | None:
    """`name` as `sign_in_name` writes it."""
    row = connection.execute(_one(territory_id, staff.c.name == name)).first()
    return _account(row) if row else None


def account_of(connection: Connection, territory_id: str, id: int, *, lock: bool = False) -> Account:
    """`lock`: nobody else changes it before the transaction, one that writes, has ended. Raises NotFound."""
    asked = _one(territory_id, staff.c.id == id)
    row = connection.execute(asked.with_for_update() if lock else asked).first()
    if row is None:
        raise NotFound(NOBODY)
    return _account(row)


def is_taken(connection: Connection, territory_id: str, shown: str, *, but: int = 0) -> bool:
    """Does somebody else sign so? Who did what is told by that name."""
    return any(each.id != but and each.shown.casefold() == shown.casefold() for each in staff_of(connection, territory_id))


def rename(connection: Connection, id: int, shown: str) -> None:
    _set(connection, id, shown=shown)


def set_password(connection: Connection, id: int, password: str) -> None:
    """`password` is an argon2id hash."""
    _set(connection, id, password=password)


def signed_in(connection: Connection, id: int, moment: datetime) -> None:
    _set(connection, id, last=utc(moment))


def set_second_factor(connection: Connection, id: int, totp: str | None, step: int, recovery: Sequence[str]) -> None:
    """`totp` is sealed, None takes it away; `step` was its first code; `recovery` are hashes."""
    _set(connection, id, totp=totp, used=step, recovery=json.dumps(list(recovery)))


def set_recovery(connection: Connection, id: int, recovery: Sequence[str]) -> None:
    _set(connection, id, recovery=json.dumps(list(recovery)))


def take_step(connection: Connection, id: int, step: int) -> bool:
    """Whether the code of that time step was still to be used: no code is taken twice (RFC 6238 §5.2)."""
    taken = connection.execute(update(staff).where(staff.c.id == id, staff.c.used < step).values(used=step))
    return taken.rowcount == 1


def take_recovery(connection: Connection, territory_id: str, id: int, hashed: str) -> bool:
    """Whether it was one of the account's; it is no more."""
    kept = account_of(connection, territory_id, id, lock=True).recovery
    if hashed not in kept:
        return False
    set_recovery(connection, id, [each for each in kept if each != hashed])
    return True


def set_role(connection: Connection, territory_id: str, id: int, role: Role) -> None:
    """Raises Conflict when nobody would be left to invite others."""
    if role is not Role.ADMIN:
        _refuse_last_admin(connection, territory_id, id)
    _set(connection, id, role=role.value)


def disable(connection: Connection, territory_id: str, id: int, moment: datetime) -> None:
    """Raises as `set_role`."""
    _refuse_last_admin(connection, territory_id, id)
    _set(connection, id, disabled=utc(moment))


def enable(connection: Connection, id: int) -> None:
    _set(connection, id, disabled=None)


def _refuse_last_admin(connection: Connection, territory_id: str, id: int) -> None:
    admins = select(staff.c.id).where(staff.c.territory == territory_id, staff.c.role == Role.ADMIN.value, staff.c.disabled.is_(None))
    if set(connection.execute(admins.order_by(staff.c.id).with_for_update()).scalars()) == {id}:
        raise Conflict(LAST_ADMIN)


def _one(territory_id: str, which: ColumnElement[bool]) -> Any:
    return select(staff).where(staff.c.territory == territory_id, which)


def _set(connection: Connection, id: int, **values: str | int | None) -> None:
    connection.execute(update(staff).where(staff.c.id == id).values(values))


def _account(row: Row[Any]) -> Account:
    return Account(staff_in(row), row.password, row.totp, row.used, tuple(json.loads(row.recovery)))


def staff_in(row: Row[Any]) -> Staff:
    """Of a row that has the columns of the table."""
    last = datetime.fromisoformat(row.last) if row.last else None
    return Staff(row.id, row.name, row.shown, Role(row.role), bool(row.disabled), datetime.fromisoformat(row.created), last)
