"""The portal's pages: the visitor's own page from the hotspot with its login bar; connected; waiting; refused. And the terms."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sejour.domain.page import compose
from sejour.domain.text import Reason
from sejour.web.bar import Bar
from sejour.web.i18n import speech
from sejour.web.qr import qr
from sejour.web.render import render
from sejour.web.visits import house_of, language_of, offered_of, visit_at, visit_of

WAIT = 2  # seconds between two looks at whether the gateway has come


def home(request: Request, hotspot: str, bar: Bar) -> Response:
    visit = visit_at(request, hotspot, language_of(request))
    page = compose(house_of(request).live.territory.catalogue, visit)
    return render(request, "visitor/home.html", visit, visit.language, shown=page.shown, due=page.due, bar=bar, page=page)


def connected(request: Request, hotspot: str, language: str) -> Response:
    """The same page, free of its bar, with how to find it again."""
    visit = visit_at(request, hotspot, _spoken(request, language))
    page, public = compose(house_of(request).live.territory.catalogue, visit), house_of(request).settings.service.public_url.rstrip("/")
    here = f"{public}/?h={visit.hotspot}" if visit.hotspot else f"{public}/"
    found = {"short": urlsplit(public).netloc, "code": qr(here, speech(visit.language).gettext("Code à scanner"))} if public else None
    return render(request, "visitor/home.html", visit, visit.language, shown=page.shown, due=page.due, page=page, again=found or {})


def waiting(request: Request, hotspot: str, language: str, *, late: bool, past: str) -> Response:
    """Asks again by itself (the Refresh header of the HTML standard: no script), but not for ever: who is still there then says when (WCAG 2.2.1)."""
    visit = visit_at(request, hotspot, _spoken(request, language))
    page = render(request, "portal/waiting.html", visit, visit.language, late=late, past=past, again=f"?{request.url.query}", counted=False)
    if not late:
        page.headers["Refresh"] = str(WAIT)
    return page


def refused(request: Request, sentence: Reason, name: str) -> Response:
    said = speech(language_of(request))
    return render(request, "portal/refused.html", None, said.language, 400, sentence=said.say(sentence), name=name)


async def terms(request: Request) -> Response:
    visit = visit_of(request)
    return render(request, "portal/terms.html", visit, visit.language)


def _spoken(request: Request, language: str) -> str:
    return language if language in offered_of(request) else language_of(request)


routes = [Route("/terms", terms)]
