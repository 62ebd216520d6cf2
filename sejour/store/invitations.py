"""Links by which one comes to an account, or to a new password: each is used once, and ends. A token is kept as a hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from sejour.domain.staff import Role
from sejour.store.documents import utc
from sejour.store.sessions import hashed
from sejour.store.tables import invitation

LASTS = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Invitation:
    """`staff` is the account whose password is to be chosen anew, None for a new one; `token` is the hash."""

    token: str
    staff: int | None
    name: str
    role: Role
    by: str
    ends: datetime


def invite(
    connection: Connection, territory_id: str, token: str, name: str, role: Role, by: str, moment: datetime, *, staff_id: int | None = None
) -> None:
    """Takes the place of any other invitation to that name."""
    withdraw_invitation(connection, territory_id, name)
    row = {
        "token": hashed(token),
        "territory": territory_id,
        "staff": staff_id,
        "name": name,
        "role": role.value,
        "by": by,
        "ends": utc(moment + LASTS),
    }
    connection.execute(insert(invitation).values(row))


def invitation_of(connection: Connection, territory_id: str, token: str, moment: datetime) -> Invitation | None:
    """None, as fast, when it is over, was used or was made up."""
    alive = (invitation.c.token == hashed(token), invitation.c.territory == territory_id, invitation.c.ends > utc(moment))
    row = connection.execute(select(invitation).where(*alive)).first()
    return _read(row) if row else None


def invitations_of(connection: Connection, territory_id: str, moment: datetime) -> list[Invitation]:
    """By name."""
    alive = (invitation.c.territory == territory_id, invitation.c.ends > utc(moment))
    rows = connection.execute(select(invitation).where(*alive).order_by(invitation.c.name))
    return [_read(row) for row in rows]


def use(connection: Connection, token: str) -> bool:
    """`token`: a hash. Whether it was still there: of two who use it at once, one does."""
    return connection.execute(delete(invitation).where(invitation.c.token == token)).rowcount == 1


def withdraw_invitation(connection: Connection, territory_id: str, name: str) -> bool:
    """Whether there was one."""
    return connection.execute(delete(invitation).where(invitation.c.territory == territory_id, invitation.c.name == name)).rowcount > 0


def purge(connection: Connection, moment: datetime) -> int:
    """Forgets those that are over; returns how many."""
    return connection.execute(delete(invitation).where(invitation.c.ends <= utc(moment))).rowcount


def is_due(connection: Connection, moment: datetime) -> bool:
    return connection.execute(select(invitation.c.token).where(invitation.c.ends <= utc(moment)).limit(1)).first() is not None


def _read(row: Row[Any]) -> Invitation:
    return Invitation(row.token, row.staff, row.name, Role(row.role), row.by, datetime.fromisoformat(row.ends))
