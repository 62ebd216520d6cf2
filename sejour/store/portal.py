"""Hotspots: the territory's access points, which tell where a visitor stands."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from sejour.domain.place import Place
from sejour.settings import HotspotSettings
from sejour.store.dialect import Dialect
from sejour.store.offers import raise_revision
from sejour.store.tables import hotspot


@dataclass(frozen=True, slots=True)
class Hotspot:
    id: str
    name: str
    place: Place


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


def hotspots_of(connection: Connection, territory_id: str) -> list[Hotspot]:
    rows = connection.execute(select(hotspot).where(hotspot.c.territory == territory_id).order_by(hotspot.c.name))
    return [Hotspot(row.id, row.name, Place(row.lat, row.lon)) for row in rows]
