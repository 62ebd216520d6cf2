"""The JSON of the visitor's pages. CORS for GET: it is open data."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sejour import __version__
from sejour.domain.offer import exported
from sejour.domain.page import suggest
from sejour.domain.plan import make_plan
from sejour.domain.travel import Mode
from sejour.domain.visit import When, Wish
from sejour.errors import UsageError
from sejour.web.answers import ErrorAnswer, PlanAnswer, SuggestionsAnswer, plan_answer, suggestions_answer
from sejour.web.i18n import LANGUAGES, speech
from sejour.web.visitor import offer_of
from sejour.web.visits import house_of, plan_of, visit_of, wanted_of

MOST = 50
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-cache", "Vary": "Accept-Language"}


async def suggestions(request: Request) -> Response:
    visit, catalogue = visit_of(request), house_of(request).live.territory.catalogue
    found = suggest(catalogue, visit, limit_of(request))
    explain = request.query_params.get("explain") == "1"
    answer = suggestions_answer(visit, catalogue.revision, found, speech(visit.language), explain=explain)
    return Response(msgspec.json.encode(answer), headers=OPEN, media_type="application/json")


async def plan(request: Request) -> Response:
    visit, query, territory = visit_of(request), request.query_params, house_of(request).live.territory
    made = make_plan(
        territory.catalogue,
        plan_of(visit, query.get("from"), query.get("to")),
        wanted_of(territory.catalogue, territory.aliases, query.getlist("include")),
    )
    answer = plan_answer(made, territory.catalogue.revision, speech(visit.language))
    return Response(msgspec.json.encode(answer), headers=OPEN, media_type="application/json")


async def offer(request: Request) -> Response:
    return JSONResponse(exported(offer_of(request)), headers=OPEN)


async def openapi(request: Request) -> Response:
    return JSONResponse(openapi_document(), headers=OPEN)


def limit_of(request: Request) -> int:
    value = request.query_params.get("limit", "8")
    if not (value.isascii() and value.isdigit() and 1 <= int(value[:4]) <= MOST):
        raise UsageError("«\u202flimit\u202f» va de 1 à %(most)d.", parameter="limit", most=MOST)
    return int(value)


def openapi_document() -> dict[str, Any]:
    """OpenAPI 3.1 of this module's routes; the schemas are those of the answers' types."""
    (suggested, planned, refused), components = msgspec.json.schema_components(
        (SuggestionsAnswer, PlanAnswer, ErrorAnswer), ref_template="#/components/schemas/{name}"
    )
    visit = [
        _query("lat", "number", "degrees, with lon; else the hotspot"), _query("lon", "number", "degrees"), _query("h", "string", "hotspot"),
        _query("at", "string", "ISO 8601 moment; now otherwise"), _query("wish", "string", "may be repeated", list(Wish)),
        _query("mode", "string", "how to travel", list(Mode)), _query("lang", "string", "language of names and reasons", list(LANGUAGES)),
    ]  # fmt: skip
    asked = [
        *visit, _query("when", "string", "the moment wanted", list(When)), _query("limit", "integer", f"1 to {MOST}, 8 otherwise"),
        _query("explain", "string", "1: the whole decomposition of each score", ["1"]),
    ]  # fmt: skip
    between = [
        *visit, _query("from", "string", "ISO 8601 moment or HH:MM; the coming quarter of an hour otherwise"),
        _query("to", "string", "the same; four hours later otherwise"), _query("include", "string", "an offer it must hold; may be repeated"),
    ]  # fmt: skip
    bad = {"description": "A parameter that cannot be read", **_json(refused)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "sejour", "version": __version__, "description": "What to do from here, now, with the reasons."},
        "paths": {
            "/api/v1/suggestions": {
                "get": {
                    "operationId": "suggestions",
                    "parameters": asked,
                    "responses": {"200": {"description": "The ranking", **_json(suggested)}, "400": bad},
                }
            },
            "/api/v1/plan": {
                "get": {
                    "operationId": "plan",
                    "parameters": between,
                    "responses": {"200": {"description": "A half day that holds together", **_json(planned)}, "400": bad},
                }
            },
            "/api/v1/offers/{id}": {
                "get": {
                    "operationId": "offer",
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                    "responses": {"200": {"description": "The offer, normalised", **_json({"type": "object"})}, "404": bad, "410": bad},
                }
            },
        },
        "components": {"schemas": components},
    }


def _query(name: str, type: str, description: str, values: list[Any] | None = None) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": type} | ({"enum": [str(v) for v in values]} if values else {}),
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


routes = [
    Route("/api/v1/suggestions", suggestions),
    Route("/api/v1/plan", plan),
    Route("/api/v1/offers/{id}", offer),
    Route("/api/v1/openapi.json", openapi),
]
