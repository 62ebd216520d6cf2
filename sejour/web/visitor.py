"""The visitor's pages: no login, no cookie, no script, no database."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sejour.domain.agenda import agenda as compose_agenda
from sejour.domain.offer import ContactType, Kind, Offer
from sejour.domain.page import compose, detail, directory, found
from sejour.domain.page import essentials as compose_essentials
from sejour.errors import Gone, NotFound
from sejour.search import LONGEST_QUERY
from sejour.web.render import render
from sejour.web.visits import house_of, read_choice, read_day, visit_of

RESULTS = 20
LEAVING = (ContactType.BOOKING, ContactType.WEB)


async def home(request: Request) -> Response:
    visit = visit_of(request)
    page = compose(house_of(request).live.territory.catalogue, visit)
    shown = [card.suggestion for card in (page.picked, *page.cards) if card]
    return render(request, "visitor/home.html", visit, visit.language, shown=shown, page=page)


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
    return render(request, "visitor/kind.html", visit, visit.language, shown=[card.suggestion for card in page.cards], page=page)


async def search(request: Request) -> Response:
    visit, territory = visit_of(request), house_of(request).live.territory
    asked = " ".join(request.query_params.get("q", "").split())[:LONGEST_QUERY]
    page = found(territory.catalogue, visit, territory.search.find(asked, RESULTS))
    return render(request, "visitor/search.html", visit, visit.language, page=page, asked=asked)


async def agenda(request: Request) -> Response:
    visit = visit_of(request)
    page = compose_agenda(house_of(request).live.territory.catalogue, visit, read_day(request.query_params.get("day"), visit.moment.date()))
    return render(request, "visitor/agenda.html", visit, visit.language, page=page)


async def essentials(request: Request) -> Response:
    visit = visit_of(request)
    page = compose_essentials(house_of(request).live.territory.catalogue, visit)
    return render(request, "visitor/essentials.html", visit, visit.language, page=page)


async def go(request: Request) -> Response:
    """Counts the action and leads to the offer's own address, and to no other (decisions 14)."""
    visit, offer, action = visit_of(request), offer_of(request), request.path_params["action"]
    address = offer.contact(ContactType(action)) if action in LEAVING else None
    if address is None:
        raise NotFound("Cette fiche n’a pas cette adresse.")
    house_of(request).tally.add(action, visit, (offer.id,))
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


async def about(request: Request) -> Response:
    visit, settings = visit_of(request), house_of(request).settings
    return render(request, f"visitor{request.url.path}.html", visit, visit.language, settings=settings)


def offer_of(request: Request) -> Offer:
    """The offer of the address. Raises Gone, NotFound, and a redirect for the id of a twin."""
    territory, id = house_of(request).live.territory, request.path_params["id"]
    if id in territory.aliases:
        address = request.url.path.replace(id, territory.aliases[id], 1) + (f"?{request.url.query}" if request.url.query else "")
        raise HTTPException(301, headers={"Location": address})
    found = territory.catalogue.offer(id)
    if found is None and id in territory.gone:
        raise Gone("Cette fiche n’est plus proposée par l’office de tourisme.")
    if found is None:
        raise NotFound("Cette fiche n’existe pas, ou n’existe plus.")
    return found


routes = [
    Route("/", home),
    Route("/o/{id}", offer),
    Route("/why/{id}", why),
    Route("/kind/{kind}", kind),
    Route("/go/{id}/{action}", go),
    Route("/agenda", agenda),
    Route("/essentials", essentials),
    Route("/search", search),
    Route("/about", about),
    Route("/privacy", about),
    Route("/accessibility", about),
]
