"""The office's own photos, with what E20 asks of each: whose it is, what it shows, until when it may be shown."""

from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection, select

from sejour.domain.text import LocalText
from sejour.store.dialect import Dialect
from sejour.store.documents import encode, utc
from sejour.store.offers import raise_revision
from sejour.store.tables import picture


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """`alt` says what it shows to who does not see it; `licence` one of the office's (see `web/office/uploads.py`); `expires` the last day on which the
    rights allow to show it."""

    id: str
    width: int
    height: int
    credit: str
    alt: LocalText
    licence: str
    expires: date | None = None

    def shown_on(self, day: date) -> bool:
        return self.expires is None or day <= self.expires


_decoder = msgspec.json.Decoder(StoredPicture)


def keep_picture(connection: Connection, dialect: Dialect, territory_id: str, kept: StoredPicture, data: bytes, by: str, moment: datetime) -> None:
    """Of one that is there already, what is said of it is changed."""
    row = {"territory": territory_id, "id": kept.id, "data": data, "document": encode(kept), "by": by, "at": utc(moment)}
    statement = dialect.insert(picture).values(row)
    changed = {name: statement.excluded[name] for name in ("document", "by", "at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["territory", "id"], set_=changed))
    raise_revision(connection, territory_id)


def pictures_of(connection: Connection, territory_id: str) -> dict[str, StoredPicture]:
    """All of them by id, without their pixels."""
    documents = connection.execute(select(picture.c.document).where(picture.c.territory == territory_id)).scalars()
    return {kept.id: kept for kept in map(_decoder.decode, documents)}


def picture_of(connection: Connection, territory_id: str, id: str) -> StoredPicture | None:
    document = connection.execute(select(picture.c.document).where(picture.c.territory == territory_id, picture.c.id == id)).scalar()
    return _decoder.decode(document) if document else None


def pixels_of(connection: Connection, territory_id: str, id: str) -> bytes:
    """The master of a picture that is there."""
    data: bytes = connection.execute(select(picture.c.data).where(picture.c.territory == territory_id, picture.c.id == id)).scalar_one()
    return data
