"""The visitor's pages: no login, no cookie, no script, no database."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sejour.domain.offer import Kind, Offer
from sejour.domain.page import compose, detail, directory
from sejour.errors import NotFound
from sejour.web.render import render
from sejour.web.visits import house_of, read_choice, visit_of


async def home(request: Request) -> Response:
    visit = visit_of(request)
    page = compose(house_of(request).live.territory.catalogue, visit)
    return render(request, "visitor/home.html", visit, visit.language, page=page)


async def offer(request: Request) -> Response:
    visit = visit_of(request)
    page = detail(house_of(request).live.territory.catalogue, visit, offer_of(request))
    return render(request, "visitor/offer.html", visit, visit.language, page=page)


async def why(request: Request) -> Response:
    visit = visit_of(request)
    page = detail(house_of(request).live.territory.catalogue, visit, offer_of(request))
    return render(request, "visitor/why.html", visit, visit.language, page=page)


async def kind(request: Request) -> Response:
    visit = visit_of(request)
    asked = read_choice(Kind, "kind", request.path_params["kind"])
    page = directory(house_of(request).live.territory.catalogue, visit, asked)
    return render(request, "visitor/kind.html", visit, visit.language, page=page)


def offer_of(request: Request) -> Offer:
    """The offer of the address. Raises NotFound."""
    found = house_of(request).live.territory.catalogue.offer(request.path_params["id"])
    if found is None:
        raise NotFound("Cette fiche n’existe pas, ou n’existe plus.")
    return found


routes = [
    Route("/", home),
    Route("/o/{id}", offer),
    Route("/why/{id}", why),
    Route("/kind/{kind}", kind),
]
