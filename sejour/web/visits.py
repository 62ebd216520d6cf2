"""From a request to a Visit, and from a Visit to the links of its page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import numpy as np
from starlette.requests import Request

from sejour.domain.carnet import MOST, read_ids, write_ids
from sejour.domain.catalogue import Catalogue
from sejour.domain.place import Place, valid_place
from sejour.domain.plan import LONGEST, SHORTEST
from sejour.domain.travel import Mode, great_circle_m
from sejour.domain.visit import Visit, When, Wish
from sejour.errors import UsageError
from sejour.house import House
from sejour.live import Territory
from sejour.settings import Settings
from sejour.store.portal import Hotspot
from sejour.web.i18n import LANGUAGES, negotiate

LONGEST_QUERY = 2_000
MOST_WANTED = 12
LIST = "/my/"
YEARS = range(1990, 2100)
HALF_DAY = timedelta(hours=4)
Choice = TypeVar("Choice", bound=StrEnum)


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


def visit_of(request: Request) -> Visit:
    """Raises UsageError, naming the parameter, for any that cannot be read."""
    house, query = house_of(request), request.query_params
    if len(request.scope["query_string"]) > LONGEST_QUERY:
        raise UsageError("L’adresse est trop longue.", parameter="q")
    zone = house.settings.zone
    hotspot, place = _stand(house, query.get("h"), query.get("lat"), query.get("lon"))
    moment = read_moment(query["at"], zone) if "at" in query else house.now().astimezone(zone).replace(second=0, microsecond=0)
    held = house.live.believed(house.now())
    return Visit(
        territory=house.settings.territory.id,
        place=place,
        moment=moment,
        language=language_of(request),
        when=read_choice(When, "when", query.get("when", "now")),
        wishes=frozenset(read_choice(Wish, "wish", wish) for wish in query.getlist("wish")),
        mode=read_choice(Mode, "mode", query["mode"]) if "mode" in query else None,
        hotspot=hotspot.id if hotspot else None,
        forecast=held.forecast if held else None,
        previewed="at" in query,
        kept=known_of(house.live.territory, read_ids(query.get("my", "")))[:MOST],
    )


def visit_at(request: Request, hotspot_id: str, language: str) -> Visit:
    """Of a phone that stands at a hotspot, now; nothing is read in the request's address, which is not ours."""
    house, now = house_of(request), house_of(request).now()
    hotspot, place = _stand(house, hotspot_id, None, None)
    moment, held = now.astimezone(house.settings.zone).replace(second=0, microsecond=0), house.live.believed(now)
    return Visit(
        territory=house.settings.territory.id, place=place, moment=moment, language=language, hotspot=hotspot.id if hotspot else None,
        forecast=held.forecast if held else None,
    )  # fmt: skip


def language_of(request: Request) -> str:
    """`lang` when it is one of ours, else what the browser asks for."""
    offered, asked = offered_of(request), request.query_params.get("lang", "")
    return asked if asked in offered else negotiate(request.headers.get("accept-language", ""), offered)


def offered_of(request: Request) -> tuple[str, ...]:
    return languages_of(house_of(request).settings)


def languages_of(settings: Settings) -> tuple[str, ...]:
    """The languages of the territory, the first being the fallback."""
    return tuple(lang for lang in (settings.territory.languages or settings.service.languages) if lang in LANGUAGES) or ("fr",)


def _stand(house: House, hotspot_id: str | None, lat: str | None, lon: str | None) -> tuple[Hotspot | None, Place]:
    """Where the visitor stands: a position, the hotspot named, or the territory's own: the hotspot nearest to its centre."""
    if lat is not None or lon is not None:
        return None, Place(read_degrees("lat", lat), read_degrees("lon", lon))
    hotspots, territory = house.live.territory.hotspots, house.settings.territory
    centre = Place(territory.lat, territory.lon)
    if not hotspots:
        return None, centre
    found = hotspots.get(hotspot_id or "") or min(hotspots.values(), key=lambda h: _metres(centre, h.place))
    return found, found.place


def _metres(a: Place, b: Place) -> float:
    return float(great_circle_m(a.lat, a.lon, np.array([b.lat]), np.array([b.lon]))[0])


def read_degrees(name: str, value: str | float | None) -> float:
    try:
        degrees = float(value if value is not None else "")
    except ValueError:
        raise UsageError("« %(name)s » doit être un nombre de degrés, par exemple 43.2951.", parameter=name, name=name) from None
    if not (valid_place(degrees, 1.0) if name == "lat" else valid_place(1.0, degrees)):
        raise UsageError("« %(name)s » n’est pas une position sur Terre : %(value)s.", parameter=name, name=name, value=str(value)[:20])
    return degrees


def read_moment(value: str, zone: ZoneInfo, name: str = "at") -> datetime:
    """ISO 8601; without an offset it is local. A "+" that became a space in an address is read as a "+"."""
    try:
        moment = datetime.fromisoformat(re.sub(r" (\d{2}:?\d{2})$", r"+\1", value.strip()[:40]))
    except ValueError:
        raise UsageError("« %(name)s » doit être un moment ISO 8601, par exemple 2026-08-14T15:40.", parameter=name, name=name) from None
    if moment.year not in YEARS:
        raise UsageError("« %(name)s » est trop loin : l’année va de 1990 à 2099.", parameter=name, name=name)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def plan_of(visit: Visit, begins: str | None, ends: str | None) -> Visit:
    """The visit of a plan between two moments (ISO 8601) or two hours of the visit's day ("14:30"); from the coming quarter of an hour on, for
    HALF_DAY, when they are not said. Raises UsageError."""
    moment, zone = visit.moment, ZoneInfo(str(visit.moment.tzinfo))
    quarter = moment + timedelta(minutes=-moment.minute % 15, seconds=-moment.second, microseconds=-moment.microsecond)
    start = _read_hour("from", begins, moment, zone) if begins else quarter
    end = _read_hour("to", ends, start, zone) if ends else start + HALF_DAY
    if not SHORTEST <= end.astimezone(UTC) - start.astimezone(UTC) <= LONGEST:
        raise UsageError("Un plan dure d’une demi-heure à douze heures : « from » puis « to ».", parameter="to")
    return replace(visit, moment=start, until=end)


def _read_hour(name: str, value: str, day: datetime, zone: ZoneInfo) -> datetime:
    if re.fullmatch(r"\d{1,2}:\d{2}", value):
        hours, minutes = map(int, value.split(":"))
        if hours < 24 and minutes < 60:
            return day.replace(hour=hours, minute=minutes, second=0, microsecond=0)
    return read_moment(value, zone, name)


def wanted_of(catalogue: Catalogue, aliases: Mapping[str, str], ids: Sequence[str]) -> list[int]:
    """The indices in the catalogue of the offers that a plan must hold, the ids of twins included. Raises UsageError."""
    index, wanted = catalogue.index, [aliases.get(id, id) for id in dict.fromkeys(ids)]
    for id in wanted:
        if id not in index or catalogue.offers[index[id]].place is None:
            raise UsageError("« include » nomme une fiche qui n’existe pas, ou qui n’a pas de lieu : %(id)s.", parameter="include", id=id[:20])
    if len(wanted) > MOST_WANTED:
        raise UsageError("« include » peut être répété %(most)d fois au plus.", parameter="include", most=MOST_WANTED)
    return [index[id] for id in wanted]


def known_of(territory: Territory, ids: Iterable[str]) -> tuple[str, ...]:
    """Those that are offered, or were once; those of twins as what was kept of them."""
    known = (territory.aliases.get(id, id) for id in ids)
    return tuple(dict.fromkeys(id for id in known if id in territory.catalogue.index or id in territory.gone))


def read_day(value: str | None, today: date) -> date:
    """The day asked for, `today` when none is."""
    try:
        day = date.fromisoformat(value) if value else today
    except ValueError:
        raise UsageError("« day » doit être un jour, par exemple 2026-08-14.", parameter="day") from None
    if day.year not in YEARS:
        raise UsageError("« day » est trop loin : l’année va de 1990 à 2099.", parameter="day")
    return day


def read_choice(choices: type[Choice], name: str, value: str) -> Choice:
    try:
        return choices(value)
    except ValueError:
        raise UsageError("« %(name)s » peut être : %(known)s.", parameter=name, name=name, known=", ".join(choices)) from None


def link(visit: Visit, path: str, **changes: Any) -> str:
    """The address of an internal page: it keeps the place, the moment, the language, the wishes and the visitor's list, unless `changes` (fields of
    the Visit) say otherwise. Every internal link is made here."""
    return f"{quote(path)}?{urlencode(query_of(visit_there(visit, path, changes)))}"


def visit_there(visit: Visit, path: str, changes: Mapping[str, Any]) -> Visit:
    """The visit that the page at `path` is of."""
    there = replace(visit, **changes) if changes else visit
    return replace(there, kept=()) if there.kept and path.startswith(LIST) else there


def path_of(ids: Iterable[str]) -> str:
    """Of Mon séjour: the list is its address."""
    return LIST + write_ids(ids)


def query_of(there: Visit) -> list[tuple[str, str]]:
    """What the address of a page says of its visit: links carry it, forms repeat it in hidden fields."""
    return [*standing_of(there), *asking_of(there)]


def standing_of(there: Visit) -> list[tuple[str, str]]:
    """Where one stands."""
    return [("h", there.hotspot)] if there.hotspot else [("lat", f"{there.place.lat:.5f}"), ("lon", f"{there.place.lon:.5f}")]


def asking_of(there: Visit) -> list[tuple[str, str]]:
    """All but where one stands; it ends with the list and the language."""
    query: list[tuple[str, str]] = []
    if there.previewed:
        query.append(("at", there.moment.strftime("%Y-%m-%dT%H:%M")))
    if there.when is not When.NOW:
        query.append(("when", there.when.value))
    query += [("wish", wish.value) for wish in sorted(there.wishes)]
    if there.mode:
        query.append(("mode", there.mode.value))
    if there.kept:
        query.append(("my", write_ids(there.kept)))
    query.append(("lang", there.language))
    return query
