"""What the API and `sejour suggest --json` answer (contracts.md). The OpenAPI document is made of these types: they cannot drift apart."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from sejour.domain.page import telling
from sejour.domain.plan import Plan, PlanStop
from sejour.domain.suggestion import Score, Suggestion
from sejour.domain.travel import Travel
from sejour.domain.visit import Visit
from sejour.domain.weather import Sky
from sejour.web.i18n import Speech
from sejour.web.render import price


class PlaceAnswer(msgspec.Struct, frozen=True):
    lat: float
    lon: float
    hotspot: str | None


class WeatherAnswer(msgspec.Struct, frozen=True):
    temperature: float | None
    precipitation: float | None
    code: int | None
    wind: float | None
    sky: Sky


class TravelAnswer(msgspec.Struct, frozen=True):
    mode: Literal["walk", "bike", "car"]
    minutes: int


class TimeAnswer(msgspec.Struct, frozen=True, rename={"begins": "from"}):
    state: Literal["open", "opens", "starts", "ongoing", "unknown"]
    begins: datetime | None
    until: datetime | None
    arrive: datetime


class PriceAnswer(msgspec.Struct, frozen=True):
    free: bool | None
    min: float | None
    currency: str | None
    text: str | None


class ReasonAnswer(msgspec.Struct, frozen=True):
    rule: str
    value: float
    weight: float
    text: str


class SuggestionAnswer(msgspec.Struct, frozen=True):
    id: str
    kind: Literal["sight", "activity", "restaurant", "event", "market", "shop", "service", "lodging"]
    name: str
    lang: str
    lat: float
    lon: float
    distance_m: int
    travel: TravelAnswer
    time: TimeAnswer
    price: PriceAnswer
    score: float
    reasons: list[ReasonAnswer]
    url: str
    pinned: str | None


class SuggestionsAnswer(msgspec.Struct, frozen=True):
    at: datetime
    place: PlaceAnswer
    weather: WeatherAnswer | None
    revision: int
    suggestions: list[SuggestionAnswer]


class WayAnswer(msgspec.Struct, frozen=True):
    mode: Literal["walk", "bike", "car"]
    minutes: int
    distance_m: int


class PlanStopAnswer(msgspec.Struct, frozen=True):
    id: str
    kind: Literal["sight", "activity", "restaurant", "event", "market", "shop", "service", "lodging"]
    name: str
    lang: str
    lat: float
    lon: float
    travel: WayAnswer
    arrive: datetime
    begin: datetime
    leave: datetime
    until: datetime | None
    meal: bool
    sure: bool
    url: str


class BackAnswer(msgspec.Struct, frozen=True):
    travel: WayAnswer | None
    arrive: datetime


class LeftOutAnswer(msgspec.Struct, frozen=True):
    id: str
    name: str
    reason: str


class PlanAnswer(msgspec.Struct, frozen=True, rename={"begins": "from", "ends": "to"}):
    begins: datetime
    ends: datetime
    place: PlaceAnswer
    revision: int
    worth: float
    exact: bool
    stops: list[PlanStopAnswer]
    back: BackAnswer
    left_out: list[LeftOutAnswer]


class ErrorAnswer(msgspec.Struct, frozen=True):
    error: str
    parameter: str
    reason: str


def suggestions_answer(visit: Visit, revision: int, suggestions: Sequence[Suggestion], said: Speech, *, explain: bool) -> SuggestionsAnswer:
    """Times ISO 8601 with offset, distances in metres, degrees WGS 84. `explain`: the whole decomposition of each score, else the one
    reason that the card would carry; `pinned` why the office put it before the ranking, null when it did not."""
    w = visit.weather
    return SuggestionsAnswer(
        at=visit.moment,
        place=PlaceAnswer(visit.place.lat, visit.place.lon, visit.hotspot),
        weather=WeatherAnswer(w.temperature, w.precipitation, w.code, w.wind, w.sky) if w else None,
        revision=revision,
        suggestions=[_suggestion(s, said, explain=explain) for s in suggestions],
    )


def _suggestion(s: Suggestion, said: Speech, *, explain: bool) -> SuggestionAnswer:
    offer, prices = s.offer, s.offer.prices
    assert offer.place is not None  # only located offers are ranked
    name, language = said.choose(offer.names)
    one = telling(s)
    return SuggestionAnswer(
        id=offer.id,
        kind=offer.kind.value,
        name=name,
        lang=language,
        lat=offer.place.lat,
        lon=offer.place.lon,
        distance_m=s.metres,
        travel=TravelAnswer(s.travel.mode.value, s.travel.minutes),
        time=TimeAnswer(s.time.state.value, s.time.begins, s.time.ends, s.time.arrive),
        price=PriceAnswer(prices.free, prices.min, prices.currency, price(said, prices)) if prices else PriceAnswer(None, None, None, None),
        score=s.total,
        reasons=[_reason(score, said) for score in (s.scores if explain else (one,) if one else ())],
        url=f"/o/{offer.id}",
        pinned=s.pin.reason if s.pin else None,
    )


def _reason(score: Score, said: Speech) -> ReasonAnswer:
    return ReasonAnswer(score.rule, score.value, score.weight, said.say(score.because))


def plan_answer(plan: Plan, revision: int, said: Speech) -> PlanAnswer:
    """`leave` is when one goes on, `until` when the opening or the happening ends; `exact`: no better plan of the best candidates exists."""
    visit = plan.visit
    assert visit.until is not None
    return PlanAnswer(
        begins=visit.moment,
        ends=visit.until,
        place=PlaceAnswer(visit.place.lat, visit.place.lon, visit.hotspot),
        revision=revision,
        worth=plan.worth,
        exact=plan.exact,
        stops=[_stop(stop, said) for stop in plan.stops],
        back=BackAnswer(_way(plan.back) if plan.back else None, plan.returns),
        left_out=[LeftOutAnswer(offer.id, said.choose(offer.names)[0], said.say(reason)) for offer, reason in plan.left_out],
    )


def _stop(stop: PlanStop, said: Speech) -> PlanStopAnswer:
    offer = stop.offer
    assert offer.place is not None
    name, language = said.choose(offer.names)
    return PlanStopAnswer(offer.id, offer.kind.value, name, language, offer.place.lat, offer.place.lon, _way(stop.travel), stop.arrives, stop.begins,
                          stop.leaves, stop.closes, stop.meal, stop.sure, f"/o/{offer.id}")  # fmt: skip


def _way(travel: Travel) -> WayAnswer:
    return WayAnswer(travel.mode.value, travel.minutes, travel.metres)
