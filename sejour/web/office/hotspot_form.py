"""The form of a hotspot: its name, how its gateway calls it, and where it is: by an address, by a touch on the map, or in degrees."""

import re
import unicodedata
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from providers_feed.geocoder import Address, find_address
from sejour.domain.place import Place
from sejour.domain.staff import Role
from sejour.errors import Conflict, FeedError
from sejour.house import House
from sejour.store import curation, portal
from sejour.store.portal import TAKEN, Hotspot
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import FormError, line, number, prose
from sejour.web.office.hotspots import sheet_of
from sejour.web.office.pages import render_again, render_office
from sejour.web.visits import house_of

MOST_KEYS, LONGEST_KEY, LONGEST_ID = 40, 100, 40
OURS = ("new", "place")  # addresses beside those of the hotspots
FIELDS = ("name", "id", "lat", "lon", "gateway", "keys", "address")


def new(request: Request) -> Response:
    query = request.query_params
    return _form(request, {"keys": query.get("key", "")[:LONGEST_KEY], "gateway": query.get("gateway", "")[:LONGEST_ID]}, None)


def edit(request: Request) -> Response:
    hotspot = _hotspot(request)
    return _form(request, _values(hotspot), hotspot)


def add(request: Request) -> Response:
    return _save(request, None)


def change(request: Request) -> Response:
    return _save(request, _hotspot(request))


def _save(request: Request, former: Hotspot | None) -> Response:
    """Or the form again: with the places that an address may be, with the one that was chosen, with what was refused."""
    house, form = house_of(request), request.state.form
    try:
        if form.get("find"):
            return _form(request, _said(form), former, found=_find(house, form))
        if chosen := form.get("choose"):
            lat, _, lon = str(chosen).partition(",")
            return _form(request, _said(form) | {"lat": lat, "lon": lon}, former)
        hotspot = read_hotspot(form, former, {each.id for each in house.settings.gateway})
        _write(request, hotspot, former)
    except FormError as error:
        return _form(request, _said(form), former, error)
    house.live.refresh(house.now())
    return RedirectResponse(f"/office/hotspots#{hotspot.id}", 303)


def _write(request: Request, hotspot: Hotspot, former: Hotspot | None) -> None:
    house, by = house_of(request), staff_of(request).shown
    territory = house.settings.territory.id
    with house.store.writing() as connection:
        if former:
            portal.change_hotspot(connection, territory, str(request.state.form.get("version", "")), hotspot)
        else:
            try:
                portal.add_hotspot(connection, territory, hotspot)
            except Conflict as error:
                raise FormError("id", TAKEN) from error
        curation.note(connection, territory, "hotspot", hotspot.name, by, house.now(), "a changé la borne" if former else "a ajouté la borne")


def read_hotspot(form: FormData, former: Hotspot | None, gateways: set[str]) -> Hotspot:
    """Raises FormError."""
    name = line(form, "name", "le nom de la borne", 80)
    id = former.id if former else line(form, "id", "l’identifiant", LONGEST_ID, needed=False) or slug(name)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", id):
        raise FormError("id", "L’identifiant s’écrit en minuscules sans accent, chiffres et tirets : plage-sud.")
    if id in OURS:
        raise FormError("id", "Cet identifiant est pris par une page de l’office : choisissez-en un autre.")
    place = Place(number(form, "lat", "la latitude", -90, 90), number(form, "lon", "la longitude", -180, 180))
    if place == Place(0, 0):
        raise FormError("lat", "Donnez la position : 0, 0 est au large de l’Afrique.")
    gateway = str(form.get("gateway", ""))
    if gateway and gateway not in gateways and not (former and gateway == former.gateway):
        raise FormError("gateway", "Choisissez une passerelle de la liste.")
    keys = tuple(dict.fromkeys(filter(None, prose(form, "keys", "les clés", 5_000, needed=False).splitlines())))
    if len(keys) > MOST_KEYS or any(len(key) > LONGEST_KEY for key in keys):
        raise FormError("keys", f"{MOST_KEYS} clés au plus, une par ligne, de {LONGEST_KEY} signes au plus.")
    return Hotspot(id, name, place, gateway, keys)


def slug(name: str) -> str:
    """ "plage-sud" of "Plage Sud"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID]


def _find(house: House, form: FormData) -> list[Address]:
    asked, url = line(form, "address", "l’adresse", 150), house.settings.geocoder.url
    if not url:
        raise FormError("address", "La recherche d’adresses n’est pas activée ici : touchez la carte, ou écrivez les degrés.")
    try:
        found = find_address(url, asked, frozenset(house.settings.service.allow))
    except FeedError as error:
        raise FormError("address", f"{error} Touchez la carte, ou écrivez les degrés.") from error
    if not found:
        raise FormError("address", "Aucune adresse trouvée : ajoutez la commune, ou touchez la carte.")
    return found


def _form(
    request: Request, values: dict[str, str], former: Hotspot | None, error: FormError | None = None, found: list[Address] | None = None
) -> Response:
    house = house_of(request)
    others = [each for each in house.live.territory.hotspots.values() if not former or each.id != former.id]
    try:
        here: Place | None = Place(float(values["lat"].replace(",", ".")), float(values["lon"].replace(",", ".")))
    except (KeyError, ValueError):
        here = None
    sheet = sheet_of(house, others, here if here and abs(here.lat) <= 85 and abs(here.lon) <= 180 else former.place if former else None)
    form = getattr(request.state, "form", None)
    version = str(form.get("version", "")) if form else former.version if former else ""
    told: dict[str, Any] = {
        "former": former, "values": {field: values.get(field, "") for field in FIELDS}, "sheet": sheet, "found": found or [],
        "here": sheet.frame.at(here) if here else None, "gateways": [(each.id, each.kind) for each in house.settings.gateway],
        "geocoder": bool(house.settings.geocoder.url), "version": version,
    }  # fmt: skip
    if error:
        return render_again(request, "office/hotspot.html", error, **told)
    return render_office(request, "office/hotspot.html", error=None, **told)


def _said(form: FormData) -> dict[str, str]:
    return {field: str(form.get(field, "")) for field in FIELDS}


def _values(h: Hotspot) -> dict[str, str]:
    return {"name": h.name, "id": h.id, "lat": f"{h.place.lat:.6g}", "lon": f"{h.place.lon:.6g}", "gateway": h.gateway, "keys": "\n".join(h.keys)}


def _hotspot(request: Request) -> Hotspot:
    house = house_of(request)
    with house.store.reading() as connection:
        return portal.hotspot_of(connection, house.settings.territory.id, request.path_params["id"])


DOORS = (
    Door("/office/hotspots/new", new, Role.EDITOR),
    Door("/office/hotspots", add, Role.EDITOR, "POST"),
    Door("/office/hotspots/{id}", edit, Role.EDITOR),
    Door("/office/hotspots/{id}", change, Role.EDITOR, "POST"),
)
