"""Accounts and their sessions. A token is kept as a hash: who reads the database cannot sign in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from sejour.domain.staff import Role, Staff
from sejour.store.documents import utc
from sejour.store.tables import session, staff

IDLE, LONGEST = timedelta(hours=12), timedelta(days=30)  # without a page, and in all


@dataclass(frozen=True, slots=True)
class Session:
    """`proven` is False until the second factor was shown, where one is asked for; `token` is the hash."""

    token: str
    staff: Staff
    began: datetime
    seen: datetime
    ends: datetime
    proven: bool
    agent: str


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
    return [_staff(row) for row in connection.execute(select(staff).where(staff.c.territory == territory_id).order_by(staff.c.name))]


def open_session(connection: Connection, staff_id: int, token: str, agent: str, moment: datetime, *, proven: bool) -> None:
    row = {"token": hashed(token), "staff": staff_id, "began": utc(moment), "seen": utc(moment), "ends": utc(moment + LONGEST),
           "proven": "yes" if proven else "", "agent": agent}  # fmt: skip
    connection.execute(insert(session).values(row))


def session_of(connection: Connection, territory_id: str, token: str, moment: datetime) -> Session | None:
    """None when there is none, it is over, it was revoked or its account disabled."""
    asked = (
        select(session, staff).join(staff, staff.c.id == session.c.staff).where(session.c.token == hashed(token), staff.c.territory == territory_id)
    )
    row = connection.execute(asked).first()
    if row is None or row.disabled or utc(moment) >= row.ends or utc(moment - IDLE) >= row.seen:
        return None
    began, seen, ends = (datetime.fromisoformat(text) for text in (row.began, row.seen, row.ends))
    return Session(row.token, _staff(row), began, seen, ends, bool(row.proven), row.agent)


def saw(connection: Connection, token: str, moment: datetime) -> None:
    """The session `token` (a hash) was used."""
    connection.execute(update(session).where(session.c.token == token).values(seen=utc(moment)))


def close_session(connection: Connection, token: str) -> None:
    """`token`: a hash."""
    connection.execute(delete(session).where(session.c.token == token))


def hashed(token: str) -> str:
    """Tokens are 128 bits or more at random: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _staff(row: Row[Any]) -> Staff:
    return Staff(row.id, row.name, row.shown, Role(row.role), bool(row.disabled), datetime.fromisoformat(row.created))
