"""The simulator: the visitor's page of any situation, by the visitor's own code, beside the figures behind it and what it leaves out."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.diagnosis import Diagnosis, diagnose
from sejour.domain.left_out import left_out
from sejour.domain.obstacle import CALL, DESK
from sejour.domain.offer import Offer
from sejour.domain.page import compose
from sejour.domain.staff import Role
from sejour.domain.suggestion import Suggestion
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import SKIES, Sky, steady
from sejour.domain.what_if import WhatIf, what_if
from sejour.errors import UsageError
from sejour.store.portal import Hotspot
from sejour.web.i18n import speech
from sejour.web.office.doors import Door
from sejour.web.office.occasions import LOCAL
from sejour.web.office.occasions import SKIES as SKY_WORDS
from sejour.web.office.pages import render_office
from sejour.web.told import adding_up, decimal, told
from sejour.web.visitor import render_home
from sejour.web.visits import house_of, offered_of, query_of, visit_of

ASKED = ("h", "lat", "lon", "at", "when", "wish", "mode", "lang")  # as the visitor's own address says them
FOUND, LONGEST, MOMENTS = 8, 80, 8
MODES = {Mode.WALK: "à pied", Mode.BIKE: "à vélo", Mode.CAR: "en voiture"}
REAL = "real"
SCRIPT = re.compile(rb"<script\b.*?</script>\s*", re.S)  # of our own page: it would keep things in the office's browser


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one card: its terms' `points`, which add up to the `total` that is shown."""

    suggestion: Suggestion
    points: tuple[float, ...]

    @property
    def total(self) -> float:
        return sum(self.points)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a card is on that page or is not; its figures, and those of the card that it would have to pass."""

    diagnosis: Diagnosis
    changes: tuple[WhatIf, ...]
    mine: Figures | None
    above: Figures | None


def index(request: Request) -> Response:
    house, query = house_of(request), request.query_params
    try:
        visit, error = situation_of(request), None
    except UsageError as refused:
        visit, error = situation_of(_with(request, [])), refused
    catalogue = house.live.territory.catalogue
    shown = compose(catalogue, visit).shown
    asked, sky = " ".join(query.get("q", "").split())[:LONGEST], _sky(request)
    said, fields = speech("fr"), fields_of(visit, sky)
    return render_office(
        request, "office/simulator.html", 400 if error else 200, error=error, visit=visit, sky=sky.value if sky else REAL, skies=SKY_WORDS, modes=MODES,
        known=house.live.believed(house.now()) is not None, hotspots=_hotspots(request), where=dict(_hotspots(request)).get(visit.hotspot or ""), presets=presets(request), at=f"{visit.moment:{LOCAL}}",
        figures=[_figures(s) for s in shown], aside=left_out(catalogue, visit, {s.offer.id for s in shown}), asked=asked,
        found=_found(request, asked), why=_why(request, visit), frame=f"/office/simulator/page?{urlencode(fields)}", said=urlencode(fields), fields=fields, told=bool(request.url.query),
        tell=partial(told, said, today=visit.moment.date()), decimal=partial(decimal, said), Wish=Wish, When=When, aloud=(CALL, DESK), offered=offered_of(request),
    )  # fmt: skip


def page(request: Request) -> Response:
    """The visitor's page, as the visitor's own handler makes it; it counts for nobody, keeps nothing, and its links open beside the simulator."""
    visit = situation_of(request)
    answer = render_home(_with(request, query_of(visit)), visit, counted=False)
    body = SCRIPT.sub(b"", bytes(answer.body).replace(b"<head>", b'<head><base target="_blank">', 1))
    policy = answer.headers["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    kept = "; ".join(rule for rule in policy.split("; ") if not rule.startswith(("script-src", "connect-src", "worker-src", "manifest-src")))
    return Response(body, headers={"Content-Security-Policy": kept, "Cache-Control": "no-store"}, media_type="text/html")


def situation_of(request: Request) -> Visit:
    """As a visitor's address says it, and the sky that no visitor's address can say. Raises UsageError."""
    said = [(name, value) for name, value in request.query_params.multi_items() if name in ASKED and value.strip()]
    stands = any(name == "h" for name, _ in said)
    visit, sky = visit_of(_with(request, [each for each in said if not (stands and each[0] in ("lat", "lon"))])), _sky(request)
    return replace(visit, previewed=True, kept=(), forecast=steady(SKIES[sky], visit.moment) if sky else visit.forecast)


def fields_of(visit: Visit, sky: Sky | None) -> list[tuple[str, str]]:
    """What of an address says the situation."""
    return [*query_of(visit), *([("sky", sky.value)] if sky else [])]


def presets(request: Request) -> list[Preset]:
    """Situations that one knows, at the territory's own hotspots."""
    now = house_of(request).now().astimezone(house_of(request).settings.zone).replace(minute=0, second=0, microsecond=0)
    saturday = now + timedelta(days=(5 - now.weekday()) % 7)
    hotspots, offered = [id for id, _ in _hotspots(request)], offered_of(request)
    beach = next((id for id, name in _hotspots(request) if "plage" in name.casefold()), hotspots[0] if hotspots else "")
    last = hotspots[-1] if hotspots else ""

    def made(name: str, moment: datetime, hour: int, minute: int = 0, **more: Any) -> Preset:
        at = f"{moment.replace(hour=hour, minute=minute):{LOCAL}}"
        return Preset(name, urlencode({name: value for name, value in {"at": at, **more}.items() if value}, doseq=True))

    def name_of(id: str) -> str:
        return dict(_hotspots(request)).get(id, "")

    dutch = "nl" if "nl" in offered else offered[0]
    return [
        made(f"Famille néerlandaise, pluie, 17 h{', ' + name_of(beach) if beach else ''}", now, 17, h=beach, sky="rain", lang=dutch, wish=["kids3"]),
        made("Couple à pied, beau temps, samedi 10 h 30", saturday, 10, 30, h=last, sky="fair", mode="walk"),
        made("Canicule, 15 h", now, 15, h=beach, sky="hot"),
        made("Ce soir, à table", now, 19, h=last, wish=["food"]),
        made("Lundi, 9 h", now + timedelta(days=7 - now.weekday()), 9, h=last),
    ]


def _sky(request: Request) -> Sky | None:
    said = request.query_params.get("sky", "")
    return Sky(said) if said in tuple(Sky) else None


def _hotspots(request: Request) -> list[tuple[str, str]]:
    every: dict[str, Hotspot] = house_of(request).live.territory.hotspots
    return sorted(((each.id, each.name) for each in every.values()), key=lambda each: each[1].casefold())


def _found(request: Request, asked: str) -> list[Offer]:
    territory = house_of(request).live.territory
    return [territory.catalogue.offers[i] for i in territory.search.find(asked, FOUND)] if asked else []


def _why(request: Request, visit: Visit) -> Why | None:
    territory, id = house_of(request).live.territory, request.query_params.get("card", "")
    id = territory.aliases.get(id, id)
    if id not in territory.catalogue.index:
        return None
    found = diagnose(territory.catalogue, visit, id)
    mine, above = (_figures(s) if s else None for s in (found.suggestion, found.above))
    return Why(found, what_if(territory.catalogue, found, moments=MOMENTS), mine, above)


def _figures(s: Suggestion) -> Figures:
    return Figures(s, tuple(adding_up(s.scores)))


def _with(request: Request, query: list[tuple[str, str]]) -> Request:
    """The same request, had it asked for the visitor's first page."""
    return Request({**request.scope, "path": "/", "raw_path": b"/", "query_string": urlencode(query).encode()})


DOORS = (
    Door("/office/simulator", index, Role.EDITOR),
    Door("/office/simulator/page", page, Role.EDITOR),
)
