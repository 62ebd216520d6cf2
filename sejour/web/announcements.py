"""What the office announces to visitors: its news of the day, its deals, its collections."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sejour.domain.notices import news
from sejour.domain.selection import Selection, collect, select_deals
from sejour.domain.visit import Visit
from sejour.errors import NotFound
from sejour.web.i18n import speech
from sejour.web.render import render
from sejour.web.told import told
from sejour.web.visits import house_of, visit_of


async def notices(request: Request) -> Response:
    visit = visit_of(request)
    return render(request, "visitor/notices.html", visit, visit.language, page=news(house_of(request).live.territory.catalogue.said, visit))


async def deals(request: Request) -> Response:
    visit = visit_of(request)
    return _selection(request, "visitor/deals.html", visit, select_deals(house_of(request).live.territory.catalogue, visit))


async def collection(request: Request) -> Response:
    """Kept under the same address whether or not its occasion is there: a link that was shared still leads somewhere."""
    visit, catalogue = visit_of(request), house_of(request).live.territory.catalogue
    known = dict(zip(catalogue.said.collection_ids, catalogue.said.collections, strict=True))
    if (found := known.get(request.path_params["id"])) is None:
        raise NotFound("Cette sélection n’existe pas, ou n’existe plus.")
    return _selection(request, "visitor/collection.html", visit, collect(catalogue, visit, found))


def _selection(request: Request, template: str, visit: Visit, page: Selection) -> Response:
    tell = partial(told, speech(visit.language), today=visit.moment.date())
    return render(request, template, visit, visit.language, shown=[card.suggestion for card in page.cards], page=page, tell=tell)


routes = [Route("/notices", notices), Route("/deals", deals), Route("/collection/{id:int}", collection)]
