"""Values with good defaults: a test says only what it is about."""

import dataclasses
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.curation import Curation
from sejour.domain.offer import Kind, Occurrence, Offer, offer_id
from sejour.domain.place import Place
from sejour.domain.text import LocalText
from sejour.domain.visit import Visit
from sejour.domain.weather import Forecast, Weather

PARIS = ZoneInfo("Europe/Paris")
ROYALE = Place(43.2946, -0.3716)
AUGUST = datetime(2026, 8, 13, 15, 0, tzinfo=PARIS)  # a Thursday
SHARED = Path(__file__).resolve().parents[2] / "shared"
FLUX = SHARED / "feeds/datatourisme/flux-touraine-2020.zip"


def at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """A local moment, "2026-08-13 15:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def make_offer(name: str = "Musée", **fields: Any) -> Offer:
    """An offer 150 m from place Royale; its id comes from its name."""
    defaults: dict[str, Any] = {
        "id": offer_id("test", name),
        "key": name,
        "feed": "test",
        "kind": Kind.SIGHT,
        "names": LocalText({"fr": name}),
        "place": Place(43.2956, -0.3706),
    }
    return Offer(**defaults | fields)


def happening(start: str, end: str | None = None, **fields: Any) -> Occurrence:
    return Occurrence(at(start), at(end) if end else None, **fields)


def make_catalogue(*offers: Offer, moment: datetime = AUGUST, **fields: Any) -> Catalogue:
    """What the office says may be given by sort: `picks`, `mutes`…"""
    words = {sort.name: tuple(fields.pop(sort.name)) for sort in dataclasses.fields(Curation) if sort.name in fields and sort.name != "weights"}
    return build_catalogue(offers, moment, **({"said": Curation(**words)} if words else {}), **fields)


def make_visit(moment: datetime = AUGUST, **fields: Any) -> Visit:
    """`weather`, when given, is that of all hours."""
    if (weather := fields.pop("weather", None)) is not None:
        fields["forecast"] = steady(weather, moment)
    return Visit(**{"territory": "pau", "place": ROYALE, "moment": moment} | fields)


def steady(weather: Weather, moment: datetime, days: int = 10) -> Forecast:
    first = moment.replace(tzinfo=None, hour=0, minute=0)
    times = tuple(first + timedelta(hours=n) for n in range(24 * days))
    return Forecast(times, (weather,) * len(times))


def make_object(name: str = "Musée", key: str = "64/aaaa", **fields: Any) -> dict[str, Any]:
    """A DATAtourisme object of ontology 3, as small as a good one can be."""
    return {
        "@id": f"https://data.datatourisme.fr/{key}",
        "dc:identifier": key,
        "@type": ["PlaceOfInterest", "PointOfInterest", "CulturalSite", "Museum"],
        "rdfs:label": {"fr": [name]},
        "isLocatedAt": [{"schema:geo": {"schema:latitude": "43.2956", "schema:longitude": "-0.3706"}}],
        "lastUpdate": "2026-05-02",
    } | fields


def write_flux(path: Path, objects: Iterable[Mapping[str, Any] | bytes]) -> Path:
    """A flux zip of the objects (bytes are written as they are, to be bad ones)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", "[]")
        archive.writestr("context.jsonld", "{}")
        for n, each in enumerate(objects):
            archive.writestr(f"objects/0/00/64-{n:04d}.json", each if isinstance(each, bytes) else json.dumps(each))
    return path
