"""Embarquer: what makes the page installable, and readable without a network once the visitor asked for it."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sejour import __version__
from sejour.domain.visit import When
from sejour.web.colour import LIGHT, accents
from sejour.web.render import render
from sejour.web.static import files, static_url
from sejour.web.visits import house_of, link, visit_of

EMBARKING = {"script-src": "'self'", "worker-src": "'self'", "manifest-src": "'self'"}
WORKER = {"Cache-Control": "no-cache", "Content-Security-Policy": "default-src 'none'; connect-src 'self'"}
ICONS = (
    ("icon.svg", "any", "any"),
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable.png", "512x512", "maskable"),
)


async def offline(request: Request) -> Response:
    """Shown in the place of what was not kept."""
    visit = visit_of(request)
    return render(request, "visitor/offline.html", visit, visit.language, counted=False)


async def manifest(request: Request) -> Response:
    """The page as an application: it opens where the visitor was, now."""
    visit, territory = visit_of(request), house_of(request).settings.territory
    start = link(visit, "/", when=When.NOW, wishes=frozenset(), mode=None, previewed=False, kept=())
    icons = [{"src": static_url(f"icons/{name}"), "sizes": sizes, "purpose": purpose} for name, sizes, purpose in ICONS]
    told = {"id": "/", "name": territory.name, "short_name": territory.name, "lang": visit.language, "start_url": start, "scope": "/",
            "display": "standalone", "background_color": LIGHT[0], "theme_color": accents(territory.accent)[0], "icons": icons}  # fmt: skip
    return JSONResponse(told, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


async def worker(request: Request) -> Response:
    """Served from the root, for it looks after all pages."""
    file = files()["sw.js"]
    body = file.body.replace(b"__VERSION__", f"{__version__}-{file.version}".encode())
    return Response(body, headers=WORKER, media_type=file.type)


routes = [Route("/offline", offline), Route("/manifest.webmanifest", manifest), Route("/sw.js", worker)]
