"""From a page's values to HTML: Jinja2, with what templates may call, and the headers that go with it."""

import base64
import hashlib
from collections.abc import Hashable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from providers_feed.record import phone as read_phone
from sejour.domain.offer import ContactType, Kind, Offer, Prices
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.travel import Travel
from sejour.domain.visit import Visit, When
from sejour.pictures import suffixes
from sejour.settings import Settings
from sejour.tally import Seen
from sejour.web import words
from sejour.web.bar import Bar, Links, bar_of, here_of
from sejour.web.colour import accents
from sejour.web.headers import allowing
from sejour.web.i18n import LANGUAGES, Speech, speech
from sejour.web.indexing import address_of
from sejour.web.kept import Kept
from sejour.web.looking import nobody
from sejour.web.memory import SEEN
from sejour.web.parts import MOST_BYTES, Keep, Parts
from sejour.web.photos import photo_of
from sejour.web.schema_org import page_script
from sejour.web.static import static_url
from sejour.web.templates import TEMPLATES
from sejour.web.told import notice_words
from sejour.web.visits import house_of

SOON_MINUTES = 45
FRAMED = ("visitor/home.html",)  # what is around their cards depends on nothing but the visit, wherever one stands, and what is BESIDE
BESIDE = ("scripted", "address")
KEEPING = {"script-src": "'self'", "connect-src": "'self'"}  # what static/my.js needs


@dataclass(frozen=True, slots=True)
class Skyline:
    """What the page says of the weather beside the visit's own: when it will rain, and how old the forecast is."""

    rain: datetime | None
    read: datetime


class Templates(Environment):
    """Whose templates all have the globals of the environment and no others: Jinja's ChainMap over them would be gone through at each import of a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals


class Pages:
    """The templates of one service, and the style they inline with its hash for the Content-Security-Policy."""

    def __init__(self, settings: Settings) -> None:
        light, dark = accents(settings.territory.accent)
        css = (TEMPLATES / "static/sejour.css").read_text(encoding="utf-8").strip()
        css = css.replace("/*accent*/#0d5f56", light).replace("/*accent*/#7fd1c1", dark)
        digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        self.settings = settings
        self.css = Markup(css)  # noqa: S704 (our own file)
        self.environments: dict[str, Environment] = {}
        self.kept: Keep = Kept(MOST_BYTES)

    def environment(self, language: str) -> Environment:
        """The templates in one language: what says something is a global of it, so that macros are compiled and run once."""
        if language not in self.environments:
            made = Templates(
                loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                extensions=["jinja2.ext.i18n"], auto_reload=False,
            )  # fmt: skip
            said = speech(language)
            parts = Parts(made, said, self.kept)
            made.globals.update(
                css=self.css, speech=said, _=said.gettext, gettext=said.gettext, ngettext=said.ngettext, words=words, languages=LANGUAGES,
                territory=self.settings.territory, whole_day=timedelta(hours=23), week=timedelta(days=7), Kind=Kind, When=When, ContactType=ContactType,
                price=partial(price, said), time_words=partial(time_words, said), kind_words=partial(kind_words, said),
                travel_words=partial(travel_words, said), notice_words=partial(notice_words, said), way_words=partial(way_words, said), static_url=static_url, office_phone=read_phone(self.settings.territory.phone) or self.settings.territory.phone.replace(" ", ""), formats=suffixes(),
                card=parts.card, same=parts.same, page_script=partial(page_script, said, self.settings.service.public_url.rstrip("/")),
            )  # fmt: skip
            self.environments[language] = made
        return self.environments[language]

    def html(self, template: str, visit: Visit | None, language: str, links: Links | None, sky: Skyline | None, **values: Any) -> str:
        around: Hashable = None
        if visit and links and template in FRAMED:
            warm = visit.weather and visit.weather.temperature
            around = template, language, links.here, links.asking, links.captive, visit.hotspot, visit.moment, warm, sky, *map(values.get, BESIDE)
        html = (
            self.environment(language)
            .get_template(template)
            .render(visit=visit, link=links, fields=links.fields if links else (), sky=sky, around=around, **values)
        )
        return links.fill(html) if links else html


def render(
    request: Request, template: str, visit: Visit | None, language: str, status: int = 200, about: str = "", shown: Sequence[Suggestion] = (),
    due: Mapping[str, float] | None = None, bar: Bar | None = None, counted: bool = True, allows: Mapping[str, str] | None = None, **values: Any,
) -> HTMLResponse:  # fmt: skip
    """A page in the visitor's language; nothing of it is stored by anyone between us and the phone. It is counted, with the offer it is `about` and
    each card `shown` on it as an impression, and the attention that was `due` on a ranked page, unless it is not `counted` or nobody looks: a robot,
    a browser that fetches ahead. A captive phone's has its `bar`, which its links keep, and none of the scripts that the page `allows` elsewhere."""
    pages: Pages = request.app.state.pages
    house = house_of(request)
    territory = house.live.territory if visit else None
    if territory:
        pages.kept.made_of(territory.catalogue.offers, territory.hotspots)
    held = house.live.believed(house.now())
    read = held.read if held else house.now()
    sky = (
        Skyline(visit.forecast.rain_after(visit.moment), read.astimezone(visit.moment.tzinfo)) if visit and visit.forecast and visit.weather else None
    )
    bar = bar or (bar_of(request) if visit else None)
    allows = allows if allows and not bar else {}
    links = Links(visit, bar, here_of(request)) if visit else None
    # free of the captive window: scripts may run, the page may be remembered
    free = bool(visit and not bar and not request.url.path.startswith("/portal/"))
    told = {"hotspots": territory.hotspots if territory else {}, "scripted": bool(allows), "free": free, "address": address_of(request, language)}
    if visit and territory:
        told["photo_of"] = partial(photo_of, territory, house.now().astimezone(house.settings.zone).date(), visit.moment)
    body = pages.html(template, visit, language, links, sky, **told, **values)
    if visit and counted:
        seen = Seen(PurePath(template).stem, visit, about, [suggestion.offer.id for suggestion in shown], due or {})
        if not nobody(request.scope):
            house.tally.see(seen)
        if free:
            request.scope[SEEN] = seen
    policy = allowing(pages.policy, {"form-action": " ".join(bar.targets)} if bar else allows)
    policy = allowing(policy, KEEPING if free else {})
    return HTMLResponse(
        body, status, {"Content-Security-Policy": policy, "Content-Language": language, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    )


def price(said: Speech, prices: Prices | None) -> str | None:
    """ "Gratuit", "dès 12 €", "4,50 €", or None: nobody says."""
    if prices is None:
        return None
    if prices.free:
        return said.gettext("Gratuit")
    if prices.min is None:
        return None
    amount = said.money(prices.min, prices.currency)
    return amount if prices.max in (None, prices.min) else said.gettext("dès %(amount)s") % {"amount": amount}


def kind_words(said: Speech, offer: Offer) -> str:
    """What the card calls it: its first telling theme, else its kind."""
    theme = next((words.THEMES[theme] for theme in offer.themes if theme in words.THEMES), None)
    return said.gettext(theme or words.KINDS[offer.kind])


def travel_words(said: Speech, suggestion: Suggestion) -> str:
    travel = suggestion.travel
    return said.gettext(words.TRAVELS[travel.mode]) % {"minutes": travel.minutes} if travel.minutes else said.gettext(words.HERE)


def way_words(said: Speech, travel: Travel) -> str:
    """ "7 min à pied"."""
    return said.gettext(words.WAYS[travel.mode]) % {"minutes": travel.minutes} if travel.minutes else said.gettext(words.HERE)


def time_words(said: Speech, visit: Visit, suggestion: Suggestion) -> tuple[str, str]:
    """(class of the state: "open", "soon" or "unsure"; the words): "ouvert jusqu’à 18 h", "commence dans 25 min", "horaires à confirmer"."""
    t, say = suggestion.time, said.gettext
    if t.state is TimeState.UNKNOWN:
        return "unsure", say("horaires à confirmer")
    if t.state is TimeState.OPEN or (t.state is TimeState.ONGOING and t.ends):
        if t.ends is None:
            return "open", say("ouvert")
        until = say("ouvert jusqu’à %(time)s") if t.state is TimeState.OPEN else say("jusqu’à %(time)s")
        return "open", until % {"time": said.clock(t.ends)}
    if t.state is TimeState.ONGOING or t.begins is None:
        return "open", say("en cours")
    wait = round((t.begins.timestamp() - visit.moment.timestamp()) / 60)  # two local times would forget a change of clocks
    if t.state is TimeState.STARTS and 0 < wait <= SOON_MINUTES:
        return "soon", say("commence dans %(minutes)s min") % {"minutes": wait}
    values = {"day": said.day_from(t.begins.date(), visit.moment.date()), "time": said.clock(t.begins)}
    if t.begins.date() == visit.moment.date():
        return "soon", (say("ouvre à %(time)s") if t.state is TimeState.OPENS else say("à %(time)s")) % values
    return "soon", (say("ouvre %(day)s à %(time)s") if t.state is TimeState.OPENS else say("%(day)s à %(time)s")) % values
