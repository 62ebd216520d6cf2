"""The map: what the page proposes, drawn around the visitor; and, when the operator brought a basemap and the visitor asks, the streets."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sejour.basemap import basemap_of, basemap_path
from sejour.domain.sketch import IDEA, SERVICE, SIDE, around
from sejour.errors import NotFound
from sejour.web.render import render
from sejour.web.visits import house_of, visit_of

STREETS = {"script-src": "'self'", "style-src": "'self'", "connect-src": "'self'"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


async def map(request: Request) -> Response:
    visit = visit_of(request)
    page, basemap = around(house_of(request).live.territory.catalogue, visit), basemap_of(house_of(request).settings)
    drawing = {"side": SIDE, "idea": IDEA, "service": SERVICE, "letters": LETTERS}
    return render(
        request, "visitor/map.html", visit, visit.language, shown=page.ideas, due=page.due, allows=STREETS if basemap else None,
        page=page, basemap=basemap, drawing=drawing,
    )  # fmt: skip


def basemap(request: Request) -> Response:
    """The archive, by ranges of bytes."""
    settings = house_of(request).settings
    if basemap_of(settings) is None:
        raise NotFound("Cette page n’existe pas, ou n’existe plus.")
    return FileResponse(basemap_path(settings), media_type="application/vnd.pmtiles", headers={"Cache-Control": "no-cache"})


routes = [Route("/map", map), Route("/basemap.pmtiles", basemap)]
