"""The ranking as JSON values (contracts.md): what the API and `sejour suggest --json` answer."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sejour.domain.page import telling
from sejour.domain.ranking import Score, Suggestion
from sejour.domain.visit import Visit
from sejour.web.i18n import Speech
from sejour.web.render import price


def suggestions_document(visit: Visit, revision: int, suggestions: Sequence[Suggestion], said: Speech, *, explain: bool) -> dict[str, Any]:
    """Times ISO 8601 with offset, distances in metres, degrees WGS 84. `explain`: the whole decomposition of each score, else the one
    reason that the card would carry."""
    return {
        "at": visit.moment.isoformat(),
        "place": {"lat": visit.place.lat, "lon": visit.place.lon, "hotspot": visit.hotspot},
        "weather": asdict(visit.weather) | {"sky": visit.weather.sky.value} if visit.weather else None,
        "revision": revision,
        "suggestions": [_suggestion(s, said, explain=explain) for s in suggestions],
    }


def _suggestion(s: Suggestion, said: Speech, *, explain: bool) -> dict[str, Any]:
    offer, time = s.offer, s.time
    assert offer.place is not None  # only located offers are ranked
    name, language = said.choose(offer.names)
    one = telling(s)
    scores = s.scores if explain else (one,) if one else ()
    return {
        "id": offer.id,
        "kind": offer.kind.value,
        "name": name,
        "lang": language,
        "lat": offer.place.lat,
        "lon": offer.place.lon,
        "distance_m": s.metres,
        "travel": {"mode": s.travel.mode.value, "minutes": s.travel.minutes},
        "time": {
            "state": time.state.value,
            "from": time.begins.isoformat() if time.begins else None,
            "until": time.ends.isoformat() if time.ends else None,
            "arrive": time.arrive.isoformat(),
        },
        "price": {
            "free": offer.prices.free if offer.prices else None,
            "min": offer.prices.min if offer.prices else None,
            "currency": offer.prices.currency if offer.prices else None,
            "text": price(said, offer.prices),
        },
        "score": round(s.total, 6),
        "reasons": [_reason(score, said) for score in scores],
        "url": f"/o/{offer.id}",
    }


def _reason(score: Score, said: Speech) -> dict[str, Any]:
    return {"rule": score.rule, "value": round(score.value, 6), "weight": score.weight, "text": said.say(score.because)}
