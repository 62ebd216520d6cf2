"""Hotspots: the territory's access points, which tell where a visitor stands."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from sejour.domain.place import Place
from sejour.settings import HotspotSettings
from sejour.store.dialect import Dialect
from sejour.store.offers import raise_revision
from sejour.store.tables import hotspot
from sejour.store.unplaced import forget


@dataclass(frozen=True, slots=True)
class Hotspot:
    """`gateway` and `keys`: behind which gateway it stands ("" for any), and how that one names it."""

    id: str
    name: str
    place: Place
    gateway: str = ""
    keys: tuple[str, ...] = ()


def add_hotspots(connection: Connection, dialect: Dialect, territory_id: str, hotspots: Iterable[HotspotSettings]) -> None:
    """Adds those whose id is new to the territory."""
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
    rows = connection.execute(select(hotspot.c.id, hotspot.c["keys"]).where(hotspot.c.territory == territory_id)).all()
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
    rows = connection.execute(select(hotspot).where(hotspot.c.territory == territory_id).order_by(hotspot.c.name))
    return [Hotspot(row.id, row.name, Place(row.lat, row.lon), row.gateway, tuple(json.loads(row.keys))) for row in rows]
