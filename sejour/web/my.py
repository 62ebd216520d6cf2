"""Mon séjour: what the visitor keeps. The list is the address of the page: no account, no cookie, nothing is stored here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from urllib.parse import quote, urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sejour.domain.carnet import MOST, Carnet, Outing, make_carnet, read_ids
from sejour.domain.offer import Occurrence, Offer
from sejour.domain.visit import Visit
from sejour.errors import NotFound
from sejour.web.i18n import Speech, speech
from sejour.web.open_data import calendar_of
from sejour.web.qr import qr
from sejour.web.render import render
from sejour.web.told import told
from sejour.web.visits import MOST_WANTED, house_of, known_of, path_of, visit_of

SHEETS = ("a4", "a5", "ticket")
PRINTS = {"style-src": "'self'"}  # the style of its sheets is a file


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: `ids` are offered, or were once; `gone` are those that are no more; `unknown` words of it are nothing; `beyond`
    are left out, for there are too many."""

    ids: tuple[str, ...]
    gone: tuple[str, ...]
    unknown: int
    beyond: int

    @property
    def nothing(self) -> bool:
        return self.unknown > 0 and not self.ids


@dataclass(frozen=True, slots=True)
class Shared:
    """The list for another phone: its whole address, the short one that one can read aloud, its QR, and the addresses that send it."""

    address: str
    short: str
    code: Markup
    whatsapp: str
    sms: str
    mail: str


async def my(request: Request) -> Response:
    asked = asked_of(request)
    visit = replace(visit_of(request), kept=asked.ids)
    page, said, sheet = carnet_of(request, visit), speech(visit.language), request.query_params.get("print", "")
    return render(
        request, "visitor/my.html", visit, visit.language, 404 if asked.nothing else 200, page=page, asked=asked, most=MOST, most_wanted=MOST_WANTED,
        shared=shared_of(request, asked.ids, said), sheet=sheet if sheet in SHEETS else "", tell=partial(told, said, today=visit.moment.date()),
        allows=PRINTS,
    )  # fmt: skip


def my_calendar(request: Request) -> Response:
    """Of all that has a day; the whole day when one comes as one likes."""
    visit = replace(visit_of(request), kept=asked_of(request).ids)
    dates = list(_dates(carnet_of(request, visit)))
    if not dates:
        raise NotFound("Rien dans cette liste n’a de jour à mettre dans un calendrier.")
    return calendar_of(request, dates)


def asked_of(request: Request) -> Asked:
    """The list is in the path; while one browses, it is in `my`."""
    territory, text = house_of(request).live.territory, request.path_params.get("list") or request.query_params.get("my", "")
    read = read_ids(text)
    known = known_of(territory, read)
    unknown = sum(1 for id in read if not known_of(territory, (id,))) + bool(text and not read)
    ids = known[:MOST]
    return Asked(ids, tuple(id for id in ids if id not in territory.catalogue.index), unknown, len(known) - len(ids))


def carnet_of(request: Request, visit: Visit) -> Carnet:
    catalogue = house_of(request).live.territory.catalogue
    return make_carnet(catalogue, visit, [catalogue.index[id] for id in visit.kept if id in catalogue.index])


def shared_of(request: Request, ids: Sequence[str], said: Speech) -> Shared | None:
    """None when nobody said what the public address of the service is."""
    settings = house_of(request).settings
    public = settings.service.public_url.rstrip("/")
    if not public or not ids:
        return None
    address = public + path_of(ids)
    title = said.gettext("Mon séjour à %(place)s") % {"place": settings.territory.name}
    message = quote(f"{title}\n{address}")
    return Shared(
        address, urlsplit(public).netloc, qr(address, said.gettext("Code à scanner")),
        f"https://wa.me/?text={message}", f"sms:?&body={message}", f"mailto:?subject={quote(title)}&body={quote(address)}",
    )  # fmt: skip


def _dates(carnet: Carnet) -> Iterator[tuple[Offer, Occurrence]]:
    for day in carnet.days:
        midnight = datetime.combine(day.day, time(0), carnet.visit.moment.tzinfo)
        for outing in day.outings:
            yield outing.offer, _happening(outing) or Occurrence(midnight, midnight + timedelta(days=1), all_day=True)


def _happening(outing: Outing) -> Occurrence | None:
    if outing.fixed and outing.suggestion:
        return Occurrence(outing.fixed[0], outing.suggestion.time.ends)
    date = outing.date
    return Occurrence(date.start, date.end, date.all_day) if date else None


routes = [
    Route("/my", my),
    Route("/my/", my),
    Route("/my/{list}.ics", my_calendar),
    Route("/my/{list}", my),
]
