"""Hotspots: the territory's access points, which tell where a visitor stands."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from sejour.domain.place import Place
from sejour.errors import Conflict, NotFound
from sejour.settings import HotspotSettings
from sejour.store.dialect import Dialect
from sejour.store.documents import content_hash, encode, utc
from sejour.store.offers import raise_revision
from sejour.store.tables import hotspot
from sejour.store.unplaced import forget

NO_HOTSPOT = "Cette borne n’existe pas, ou a été retirée entre-temps."  # the office reads French: not to be translated
TAKEN = "Une autre borne porte déjà cet identifiant."
CHANGED = "Quelqu’un a changé cette borne pendant que vous l’écriviez : rien n’est écrasé. Relisez, puis recommencez."


@dataclass(frozen=True, slots=True)
class Hotspot:
    """`gateway` and `keys`: behind which gateway it stands ("" for any), and how that one names it."""

    id: str
    name: str
    place: Place
    gateway: str = ""
    keys: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Another one after any change."""
        return content_hash(encode(self))


def add_hotspots(connection: Connection, dialect: Dialect, territory_id: str, hotspots: Iterable[HotspotSettings]) -> None:
    """Adds those whose id is new to the territory; one that the office took away is not."""
    added = False
    for each in hotspots:
        values = {"territory": territory_id, "id": each.id, "name": each.name, "lat": each.lat, "lon": each.lon, "gateway": each.gateway,
                  "keys": json.dumps(each.keys)}  # fmt: skip
        new = connection.execute(dialect.insert(hotspot).values(values).on_conflict_do_nothing().returning(hotspot.c.id)).first()
        added = added or new is not None
    if added:
        raise_revision(connection, territory_id)


def place_key(connection: Connection, territory_id: str, id: str, key: str) -> bool:
    """From now on what a gateway calls `key` is this hotspot, and no other of the territory; False when there is no such hotspot."""
    there = (hotspot.c.territory == territory_id, hotspot.c.removed.is_(None))
    rows = connection.execute(select(hotspot.c.id, hotspot.c["keys"]).where(*there)).all()
    if id not in {row.id for row in rows}:
        return False
    for row in rows:
        former = json.loads(row.keys)
        keys = [each for each in former if each != key] + ([key] if row.id == id else [])
        if keys != former:
            mine = (hotspot.c.territory == territory_id, hotspot.c.id == row.id)
            connection.execute(update(hotspot).where(*mine).values(keys=json.dumps(keys)))
    forget(connection, territory_id, key)
    raise_revision(connection, territory_id)
    return True


def hotspots_of(connection: Connection, territory_id: str) -> list[Hotspot]:
    """By name."""
    there = (hotspot.c.territory == territory_id, hotspot.c.removed.is_(None))
    return [_hotspot(row) for row in connection.execute(select(hotspot).where(*there).order_by(hotspot.c.name))]


def removed_of(connection: Connection, territory_id: str) -> list[Hotspot]:
    """Those that the office took away, the last first."""
    gone = (hotspot.c.territory == territory_id, hotspot.c.removed.is_not(None))
    return [_hotspot(row) for row in connection.execute(select(hotspot).where(*gone).order_by(hotspot.c.removed.desc()))]


def hotspot_of(connection: Connection, territory_id: str, id: str) -> Hotspot:
    """Raises NotFound."""
    row = connection.execute(select(hotspot).where(*_one(territory_id, id), hotspot.c.removed.is_(None))).first()
    if row is None:
        raise NotFound(NO_HOTSPOT)
    return _hotspot(row)


def add_hotspot(connection: Connection, territory_id: str, new: Hotspot) -> None:
    """In the place of one of its id that was taken away. Raises Conflict when another one has it. Its keys are those of no other any more."""
    connection.execute(delete(hotspot).where(*_one(territory_id, new.id), hotspot.c.removed.is_not(None)))
    if connection.execute(select(hotspot.c.id).where(*_one(territory_id, new.id))).first():
        raise Conflict(TAKEN)
    connection.execute(insert(hotspot).values(territory=territory_id, id=new.id, **_values(new)))
    for key in new.keys:
        place_key(connection, territory_id, new.id, key)
    raise_revision(connection, territory_id)


def change_hotspot(connection: Connection, territory_id: str, version: str, changed: Hotspot) -> None:
    """Its id stays: posters and printed addresses say it. Raises NotFound, and Conflict when it is no more the version that was read."""
    _unchanged(connection, territory_id, changed.id, version)
    connection.execute(update(hotspot).where(*_one(territory_id, changed.id)).values(_values(changed)))
    for key in changed.keys:
        place_key(connection, territory_id, changed.id, key)
    raise_revision(connection, territory_id)


def remove_hotspot(connection: Connection, territory_id: str, id: str, version: str, moment: datetime) -> Hotspot:
    """It is no more, until it is restored; what it was. Raises as `change_hotspot`."""
    former = _unchanged(connection, territory_id, id, version)
    connection.execute(update(hotspot).where(*_one(territory_id, id)).values(removed=utc(moment)))
    raise_revision(connection, territory_id)
    return former


def restore_hotspot(connection: Connection, territory_id: str, id: str) -> Hotspot:
    """As it was. Raises NotFound."""
    back = connection.execute(update(hotspot).where(*_one(territory_id, id), hotspot.c.removed.is_not(None)).values(removed=None))
    if not back.rowcount:
        raise NotFound(NO_HOTSPOT)
    raise_revision(connection, territory_id)
    return hotspot_of(connection, territory_id, id)


def _one(territory_id: str, id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return hotspot.c.territory == territory_id, hotspot.c.id == id


def _unchanged(connection: Connection, territory_id: str, id: str, version: str) -> Hotspot:
    former = hotspot_of(connection, territory_id, id)
    if former.version != version:
        raise Conflict(CHANGED)
    return former


def _values(each: Hotspot) -> dict[str, Any]:
    return {"name": each.name, "lat": each.place.lat, "lon": each.place.lon, "gateway": each.gateway, "keys": json.dumps(each.keys)}


def _hotspot(row: Row[Any]) -> Hotspot:
    return Hotspot(row.id, row.name, Place(row.lat, row.lon), row.gateway, tuple(json.loads(row.keys)))
