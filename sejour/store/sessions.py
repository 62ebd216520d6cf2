"""Who is signed in. A token is kept as a hash: who reads the database cannot sign in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from sejour.domain.staff import Staff
from sejour.store.documents import utc
from sejour.store.staff import staff_in
from sejour.store.tables import session, staff

IDLE, LONGEST = timedelta(hours=12), timedelta(days=30)  # without a page, and in all
HALF = timedelta(minutes=30)  # to show the second factor, or to choose one


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


def open_session(connection: Connection, staff_id: int, token: str, agent: str, moment: datetime, *, proven: bool) -> None:
    row = {"token": hashed(token), "staff": staff_id, "began": utc(moment), "seen": utc(moment), "ends": utc(moment + (LONGEST if proven else HALF)),
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
    return _session(row)


def sessions_of(connection: Connection, staff_id: int, moment: datetime) -> list[Session]:
    """Those of an account in which one is signed in, the last used first."""
    alive = (session.c.staff == staff_id, session.c.ends > utc(moment), session.c.seen > utc(moment - IDLE), session.c.proven != "")
    asked = select(session, staff).join(staff, staff.c.id == session.c.staff).where(*alive).order_by(session.c.seen.desc(), session.c.token)
    return [_session(row) for row in connection.execute(asked)]


def saw(connection: Connection, token: str, moment: datetime) -> None:
    """The session `token` (a hash) was used."""
    connection.execute(update(session).where(session.c.token == token).values(seen=utc(moment)))


def close_session(connection: Connection, token: str) -> None:
    """`token`: a hash."""
    connection.execute(delete(session).where(session.c.token == token))


def close_sessions(connection: Connection, staff_id: int, *, but: str = "", only: str = "") -> None:
    """All of an account's, or `only` one, `but` for one (hashes)."""
    mine = [session.c.staff == staff_id, session.c.token != but]
    connection.execute(delete(session).where(*mine, *([session.c.token == only] if only else [])))


def purge(connection: Connection, moment: datetime) -> int:
    """Forgets those that are over; returns how many."""
    return connection.execute(delete(session).where(_over(moment))).rowcount


def is_due(connection: Connection, moment: datetime) -> bool:
    """Whether there is something to purge: a disk is not written for nothing."""
    return connection.execute(select(session.c.token).where(_over(moment)).limit(1)).first() is not None


def hashed(token: str) -> str:
    """Tokens are 128 bits or more at random: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _over(moment: datetime) -> Any:
    return or_(session.c.ends <= utc(moment), session.c.seen <= utc(moment - IDLE))


def _session(row: Row[Any]) -> Session:
    began, seen, ends = (datetime.fromisoformat(text) for text in (row.began, row.seen, row.ends))
    return Session(row.token, staff_in(row), began, seen, ends, bool(row.proven), row.agent)
