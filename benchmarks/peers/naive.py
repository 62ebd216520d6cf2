"""What one would write without sejour: the peers of the main job."""

import json
import sqlite3
import zipfile
from pathlib import Path

from geopy.distance import geodesic

from sejour.domain.catalogue import Catalogue
from sejour.domain.offer import Offer
from sejour.domain.place import Place


def json_row_by_row(source: Path, folder: Path) -> int:
    """The standard library: json of each object, its name and position in a row, a commit each. It validates nothing."""
    connection = sqlite3.connect(folder / "peer.db")
    connection.execute("CREATE TABLE IF NOT EXISTS poi (id TEXT PRIMARY KEY, name TEXT, lat REAL, lon REAL, document TEXT)")
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            if not name.startswith("objects/"):
                continue
            poi = json.loads(archive.read(name))
            geo = poi["isLocatedAt"][0]["schema:geo"]
            row = (poi["@id"], str(poi["rdfs:label"]), float(geo["schema:latitude"]), float(geo["schema:longitude"]), json.dumps(poi))
            connection.execute("INSERT OR REPLACE INTO poi VALUES (?, ?, ?, ?, ?)", row)
            connection.commit()
    count: int = connection.execute("SELECT count(*) FROM poi").fetchone()[0]
    connection.close()
    return count


def naive_nearest(catalogue: Catalogue, place: Place) -> list[Offer]:
    """The eight nearest by geopy's geodesic, one call an offer: no hours, no reasons."""
    located = [offer for offer in catalogue.offers if offer.place]
    return sorted(located, key=lambda o: geodesic((place.lat, place.lon), (o.place.lat, o.place.lon)).meters if o.place else 0)[:8]
