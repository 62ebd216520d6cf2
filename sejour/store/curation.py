"""The office's picks and mutes. No import ever writes here."""

from sqlalchemy import Connection, delete, insert, select

from sejour.domain.curation import Mute, Pick
from sejour.store.documents import encode, mute_decoder, pick_decoder
from sejour.store.offers import raise_revision
from sejour.store.tables import mute, pick


def add_pick(connection: Connection, territory_id: str, new: Pick) -> None:
    connection.execute(insert(pick).values(territory=territory_id, offer=new.offer, document=encode(new)))
    raise_revision(connection, territory_id)


def add_mute(connection: Connection, territory_id: str, new: Mute) -> None:
    connection.execute(insert(mute).values(territory=territory_id, offer=new.offer, document=encode(new)))
    raise_revision(connection, territory_id)


def remove_pick(connection: Connection, territory_id: str, offer_id: str) -> None:
    if connection.execute(delete(pick).where(pick.c.territory == territory_id, pick.c.offer == offer_id)).rowcount:
        raise_revision(connection, territory_id)


def picks_of(connection: Connection, territory_id: str) -> list[Pick]:
    rows = connection.execute(select(pick.c.document).where(pick.c.territory == territory_id).order_by(pick.c.id))
    return [pick_decoder.decode(document) for (document,) in rows]


def mutes_of(connection: Connection, territory_id: str) -> list[Mute]:
    rows = connection.execute(select(mute.c.document).where(mute.c.territory == territory_id).order_by(mute.c.id))
    return [mute_decoder.decode(document) for (document,) in rows]
