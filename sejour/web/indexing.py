"""What search engines read: which pages there are, in which languages, and at which one address each."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sejour.domain.offer import Kind
from sejour.errors import NotFound
from sejour.web.visits import house_of, offered_of

MOST = 50_000  # addresses of one sitemap (sitemaps.org)
PAGES = ("/", "/agenda", "/essentials", "/about", *(f"/kind/{kind.value}" for kind in Kind))
PRIVATE = ("/go/", "/my/", "/portal/", "/why/", "/office/", "/login", "/desk/", "/api/")


@dataclass(frozen=True, slots=True)
class Address:
    """The one address of a page, whatever hotspot, moment or wish it was asked for; "" without a public name of ours: then we have none to give."""

    public: str
    path: str
    language: str
    languages: tuple[str, ...]

    @property
    def canonical(self) -> str:
        return f"{self.public}{self.path}?lang={self.language}" if self.public else ""

    def image(self, photo: str) -> str:
        """The address of a photo, by its id, for who shows a link to the page."""
        return f"{self.public}/img/{photo}-1280.jpg" if self.public and photo else ""

    @property
    def alternates(self) -> list[tuple[str, str]]:
        """(language, address) of the same page in each, and "x-default", which follows the browser."""
        if not self.public:
            return []
        return [*((each, f"{self.public}{self.path}?lang={each}") for each in self.languages), ("x-default", self.public + self.path)]


def address_of(request: Request, language: str) -> Address:
    public = house_of(request).settings.service.public_url.rstrip("/")
    return Address(public, request.url.path, language, offered_of(request))


async def robots(request: Request) -> Response:
    """RFC 9309."""
    public = house_of(request).settings.service.public_url.rstrip("/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), "Allow: /"]
    return PlainTextResponse("\n".join([*lines, *([f"Sitemap: {public}/sitemap.xml"] if public else []), ""]))


def sitemap(request: Request) -> Response:
    """The pages that stay, and each offer with the day of its record (sitemaps.org 0.9), when we have a public name."""
    house = house_of(request)
    public = house.settings.service.public_url.rstrip("/")
    if not public:  # the Host of a request is not ours to believe
        raise NotFound("Cette page n’existe pas, ou n’existe plus.")
    offers = ((f"/o/{offer.id}", offer.updated) for offer in house.live.territory.catalogue.offers[: MOST - len(PAGES)])
    lines = [_line(public, path, updated) for path, updated in (*((path, None) for path in PAGES), *offers)]
    listed = "".join(lines)
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'
    return Response(body, media_type="application/xml")


def _line(public: str, path: str, updated: str | None) -> str:
    day = f"<lastmod>{escape(updated[:10])}</lastmod>" if updated else ""
    return f"<url><loc>{escape(public + path)}</loc>{day}</url>"


routes = [Route("/robots.txt", robots), Route("/sitemap.xml", sitemap)]
