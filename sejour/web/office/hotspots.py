"""The hotspots: where each is, how many pages it serves, those that gateways name and nobody placed, and a poster for each."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.scatter import Frame, dots, frame_of
from sejour.domain.staff import Role
from sejour.errors import NotFound
from sejour.house import House
from sejour.store import curation, portal, tallies
from sejour.store.portal import NO_HOTSPOT, Hotspot
from sejour.store.unplaced import Unplaced, unplaced_of
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import FormError
from sejour.web.office.keeping import moment_of
from sejour.web.office.lists import Order, list_of
from sejour.web.office.pages import render_office
from sejour.web.qr import qr
from sejour.web.visits import house_of

WEEK = timedelta(days=7)
NO_PAGE = ("impression", "booking", "web", "grant")  # what is counted and is no page
SHOWN_UNPLACED = 30
PLACED = "Ce point d’accès a été placé entre-temps, ou n’est plus signalé."
POSTER = {
    "fr": "Que faire ici, maintenant ?", "en": "What to do here, now?", "nl": "Wat kunt u hier nu doen?", "de": "Was kann man hier jetzt machen?",
    "es": "¿Qué hacer aquí, ahora?", "it": "Che cosa fare qui, adesso?",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """`pages` served within a WEEK."""

    hotspot: Hotspot
    pages: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The territory as a drawing: the ideas as one path of faint points, the hotspots with where they are on it."""

    frame: Frame
    dots: str
    marks: tuple[tuple[Hotspot, tuple[float, float]], ...]


ORDERS: dict[str, Order[Line]] = {
    "name": Order("nom", lambda line: line.hotspot.name.casefold()),
    "pages": Order("pages servies", lambda line: line.pages, reverse=True),
    "gateway": Order("passerelle", lambda line: (line.hotspot.gateway, line.hotspot.name.casefold())),
}


def index(request: Request) -> Response:
    return page(request)


def page(request: Request, error: FormError | None = None) -> Response:
    house, territory = house_of(request), house_of(request).settings.territory.id
    since = f"{(house.now() - WEEK).astimezone(UTC):%Y-%m-%dT%H}"
    with house.store.reading() as connection:
        hotspots = portal.hotspots_of(connection, territory)
        counts = tallies.by_hotspot(connection, territory, NO_PAGE, since)
        unknown, gone = unplaced_of(connection, territory), portal.removed_of(connection, territory)
    lines = [Line(each, counts.get(each.id, 0)) for each in hotspots]
    listed = list_of(request, lines, lambda line: " ".join((line.hotspot.name, line.hotspot.id, line.hotspot.gateway, *line.hotspot.keys)), ORDERS)
    return render_office(
        request, "office/hotspots.html", 400 if error else 200, page=listed, hotspots=hotspots, unplaced=unknown[:SHOWN_UNPLACED], more=unknown[SHOWN_UNPLACED:],
        sheet=sheet_of(house, hotspots) if hotspots else None, gone=gone, removed=next((each for each in gone if each.id == request.query_params.get("removed")), None), error=error, moment=moment_of(request), new_at=_new_at,
    )  # fmt: skip


def place(request: Request) -> Response:
    """What a gateway called an unknown access point is one of the hotspots from now on."""
    house, form = house_of(request), request.state.form
    id, key = str(form.get("hotspot", "")), str(form.get("key", ""))
    if not id or not key:
        return page(request, error=FormError("hotspot", "Choisissez la borne dont il s’agit."))
    with house.store.writing() as connection:
        if key not in {each.key for each in unplaced_of(connection, house.settings.territory.id)}:
            raise NotFound(PLACED)
        if not portal.place_key(connection, house.settings.territory.id, id, key):
            raise NotFound(NO_HOTSPOT)
        curation.note(
            connection, house.settings.territory.id, "hotspot", id, staff_of(request).shown, house.now(), f"a placé le point d’accès {key} à"
        )
    house.live.refresh(house.now())
    return RedirectResponse("/office/hotspots", 303)


def remove(request: Request) -> Response:
    house, id = house_of(request), request.path_params["id"]
    with house.store.writing() as connection:
        former = portal.remove_hotspot(connection, house.settings.territory.id, id, str(request.state.form.get("version", "")), house.now())
        curation.note(connection, house.settings.territory.id, "hotspot", former.name, staff_of(request).shown, house.now(), "a retiré la borne")
    house.live.refresh(house.now())
    return RedirectResponse(f"/office/hotspots?removed={quote(former.id)}", 303)


def restore(request: Request) -> Response:
    house, id = house_of(request), request.path_params["id"]
    with house.store.writing() as connection:
        back = portal.restore_hotspot(connection, house.settings.territory.id, id)
        curation.note(connection, house.settings.territory.id, "hotspot", back.name, staff_of(request).shown, house.now(), "a rétabli la borne")
    house.live.refresh(house.now())
    return RedirectResponse(f"/office/hotspots#{quote(id)}", 303)


def poster(request: Request) -> Response:
    house = house_of(request)
    hotspot = house.live.territory.hotspots.get(request.path_params["id"])
    if hotspot is None:
        raise NotFound(NO_HOTSPOT)
    public = house.settings.service.public_url.rstrip("/")
    address = f"{public or str(request.base_url).rstrip('/')}/?{urlencode({'h': hotspot.id})}"
    offered = house.settings.territory.languages or house.settings.service.languages
    return render_office(
        request, "office/poster.html", hotspot=hotspot, address=address, short=address.partition("://")[2], drawn=qr(address, f"La page de {hotspot.name}"),
        public=bool(public), questions=[(code, POSTER[code]) for code in offered if code in POSTER],
    )  # fmt: skip


def sheet_of(house: House, hotspots: list[Hotspot], here: Place | None = None) -> Sheet:
    """That shows the hotspots, and `here`, among the ideas around them."""
    territory = house.settings.territory
    ideas = [o.place for o in house.live.territory.catalogue.offers if o.place and o.kind is not Kind.LODGING]
    always = [each.place for each in hotspots] + ([here] if here else [])
    frame = frame_of(ideas, always or [Place(territory.lat, territory.lon)])
    marks = tuple((each, at) for each in hotspots if (at := frame.at(each.place)))
    return Sheet(frame, dots(frame, ideas), marks)


def _new_at(each: Unplaced) -> str:
    return f"/office/hotspots/new?{urlencode({'key': each.key, 'gateway': each.gateway})}"


DOORS = (
    Door("/office/hotspots", index, Role.EDITOR),
    Door("/office/hotspots/place", place, Role.EDITOR, "POST"),
    Door("/office/hotspots/{id}/remove", remove, Role.EDITOR, "POST"),
    Door("/office/hotspots/{id}/restore", restore, Role.EDITOR, "POST"),
    Door("/office/hotspots/{id}/poster", poster, Role.EDITOR),
)
