"""A visitor says what is wrong on a card: one choice, a few words, no name. Plain forms: a captive phone can, too."""

from enum import StrEnum
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sejour.domain.text import N_
from sejour.errors import UsageError
from sejour.store.remarks import add_remark
from sejour.web.bar import PARAMETER
from sejour.web.render import render
from sejour.web.visitor import offer_of
from sejour.web.visits import house_of, link, visit_of

LONGEST = 500  # characters
LARGEST = 8_000  # bytes


class Wrong(StrEnum):
    HOURS = "hours"
    CLOSED = "closed"
    PLACE = "place"
    CONTACT = "contact"
    OTHER = "other"


WORDS = {
    Wrong.HOURS: N_("Les horaires"), Wrong.CLOSED: N_("C’était fermé, ou n’existe plus"), Wrong.PLACE: N_("L’endroit sur la carte"),
    Wrong.CONTACT: N_("Le téléphone, l’adresse ou le site"), Wrong.OTHER: N_("Autre chose"),
}  # fmt: skip


async def remark(request: Request) -> Response:
    visit = visit_of(request)
    offer, thanks = offer_of(request), "merci" in request.query_params
    return render(request, "visitor/remark.html", visit, visit.language, offer=offer, wrong=WORDS, longest=LONGEST, thanks=thanks)


async def keep_remark(request: Request) -> Response:
    """Nothing is kept of where it came from."""
    visit, offer, house = visit_of(request), offer_of(request), house_of(request)
    form = dict(parse_qsl((await _body(request)).decode("utf-8", "replace")))
    what, text = form.get("what", ""), " ".join(form.get("text", "").split())
    if what not in WORDS or len(text) > LONGEST:
        raise UsageError("Choisissez ce qui ne va pas, et dites-le en %(most)d signes au plus.", parameter="what", most=LONGEST)

    def write() -> None:
        with house.store.writing() as connection:
            add_remark(connection, house.settings.territory.id, offer.id, what, text, visit.language, visit.moment)

    await run_in_threadpool(write)
    portal = (
        f"&{PARAMETER}={token}"
        if (token := request.query_params.get(PARAMETER, "")).replace(".", "").replace("-", "").replace("_", "").isalnum()
        else ""
    )
    return RedirectResponse(f"{link(visit, f'/o/{offer.id}/remark')}&merci{portal}", 303)


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise UsageError("Ce message est trop long.", parameter="text")
    return body


routes = [Route("/o/{id}/remark", remark), Route("/o/{id}/remark", keep_remark, methods=["POST"])]
