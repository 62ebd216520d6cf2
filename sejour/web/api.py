"""The JSON of the visitor's pages. CORS for GET: it is open data."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sejour.domain.offer import exported
from sejour.domain.page import suggest
from sejour.errors import UsageError
from sejour.web.answers import suggestions_document
from sejour.web.i18n import speech
from sejour.web.visitor import offer_of
from sejour.web.visits import house_of, visit_of

MOST = 50
OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache", "Vary": "Accept-Language"}


async def suggestions(request: Request) -> Response:
    visit, catalogue = visit_of(request), house_of(request).live.territory.catalogue
    found = suggest(catalogue, visit, limit_of(request))
    explain = request.query_params.get("explain") == "1"
    return JSONResponse(suggestions_document(visit, catalogue.revision, found, speech(visit.language), explain=explain), headers=OPEN)


async def offer(request: Request) -> Response:
    return JSONResponse(exported(offer_of(request)), headers=OPEN)


def limit_of(request: Request) -> int:
    value = request.query_params.get("limit", "8")
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= MOST):
        raise UsageError("« limit » va de 1 à %(most)d.", parameter="limit", most=MOST)
    return int(value)


routes = [
    Route("/api/v1/suggestions", suggestions),
    Route("/api/v1/offers/{id}", offer),
]
