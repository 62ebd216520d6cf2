"""The visitor's pages: no login, no cookie, no script, no database."""

from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sejour.domain.agenda import agenda as compose_agenda
from sejour.domain.diagnosis import diagnose
from sejour.domain.offer import ContactType, Kind, Offer
from sejour.domain.page import compose, detail, directory, found
from sejour.domain.page import essentials as compose_essentials
from sejour.domain.plan import make_plan
from sejour.domain.visit import Visit
from sejour.domain.what_if import VISITORS, what_if
from sejour.errors import Gone, NotFound
from sejour.search import LONGEST_QUERY
from sejour.web.i18n import speech
from sejour.web.offline import EMBARKING
from sejour.web.render import render
from sejour.web.told import adding_up, decimal, told
from sejour.web.visits import house_of, plan_of, read_choice, read_day, visit_of, wanted_of

RESULTS = 20
MOMENTS = 4  # ranked to tell when an offer will be on the page
LEAVING = (ContactType.BOOKING, ContactType.WEB)


async def home(request: Request) -> Response:
    return render_home(request, visit_of(request))


def render_home(request: Request, visit: Visit, *, counted: bool = True) -> Response:
    """The first page of a visit; one that is not `counted`, which nobody but the office looks at, has no script."""
    page = compose(house_of(request).live.territory.catalogue, visit)
    allows = EMBARKING if counted else None
    return render(
        request, "visitor/home.html", visit, visit.language, shown=page.shown, due=page.due, allows=allows, counted=counted, page=page
    )  # fmt: skip


async def offer(request: Request) -> Response:
    visit = visit_of(request)
    page = detail(house_of(request).live.territory.catalogue, visit, offer_of(request))
    return render(request, "visitor/offer.html", visit, visit.language, about=page.offer.id, page=page)


async def why(request: Request) -> Response:
    visit, catalogue = visit_of(request), house_of(request).live.territory.catalogue
    said = speech(visit.language)
    page = diagnose(catalogue, visit, offer_of(request).id)
    points = [adding_up(s.scores) if s else [] for s in (page.suggestion, page.above)]
    changes = what_if(catalogue, page, VISITORS, MOMENTS)
    tell = partial(told, said, today=visit.moment.date())
    return render(
        request, "visitor/why.html", visit, visit.language, page=page, points=points, changes=changes, tell=tell, decimal=partial(decimal, said)
    )


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


async def plan(request: Request) -> Response:
    visit, query, territory = visit_of(request), request.query_params, house_of(request).live.territory
    asked = plan_of(visit, query.get("from"), query.get("to"))
    page = make_plan(territory.catalogue, asked, wanted_of(territory.catalogue, territory.aliases, query.getlist("include")))
    return render(request, "visitor/plan.html", visit, visit.language, page=page, wanted=query.getlist("include"))


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
    Route("/plan", plan),
    Route("/essentials", essentials),
    Route("/search", search),
    Route("/about", about),
    Route("/privacy", about),
    Route("/accessibility", about),
]
