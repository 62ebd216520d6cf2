"""`sejour suggest`: the ranking asked from the command line, of the database or straight from a source."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sejour.calendars import holidays_of
from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.page import suggest
from sejour.domain.place import Place
from sejour.domain.ranking import Suggestion
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Weather, read_forecast
from sejour.errors import NotFound, UsageError
from sejour.ingest import read_source
from sejour.live import Live
from sejour.settings import Settings
from sejour.store.engine import Store
from sejour.web.answers import suggestions_answer
from sejour.web.i18n import LANGUAGES, Speech, speech
from sejour.web.render import kind_words, price, time_words, travel_words
from sejour.web.visits import read_choice, read_degrees, read_moment


@dataclass(frozen=True, slots=True)
class Question:
    """The options of the command, not yet read."""

    lat: float | None
    lon: float | None
    hotspot: str | None
    moment: str
    language: str
    wishes: tuple[str, ...]
    mode: str | None
    when: str
    limit: int
    weather: Path | None


@dataclass(frozen=True, slots=True)
class Answer:
    document: dict[str, Any]
    text: str


def from_source(question: Question, source: str, format: str) -> Answer:
    """Raises UsageError for a bad option, FeedError for a source that cannot be read."""
    place = place_of(question.lat, question.lon)
    zone = zone_at(place)
    visit = _visit(question, place, zone)
    gathered = read_source(source, format, zone.key)
    holidays = holidays_of("", "", visit.moment.year - 1, visit.moment.year + 1)
    return _answer(build_catalogue(gathered.offers.values(), visit.moment, holidays=holidays), visit, question.limit)


def from_database(question: Question, settings: Settings) -> Answer:
    store = Store(settings.store.url)
    store.check_schema()
    live = Live(store, settings)
    moment = read_moment(question.moment, settings.zone)
    live.refresh(moment)
    territory = live.territory
    if question.hotspot:
        if question.hotspot not in territory.hotspots:
            raise NotFound("Aucune borne ne s’appelle « %(id)s » ; les bornes : %(known)s.", id=question.hotspot,
                           known=", ".join(sorted(territory.hotspots)) or "aucune")  # fmt: skip
        place = territory.hotspots[question.hotspot].place
    else:
        place = place_of(question.lat, question.lon)
    visit = replace(_visit(question, place, settings.zone), territory=settings.territory.id, hotspot=question.hotspot)
    return _answer(territory.catalogue, visit, question.limit)


def place_of(lat: float | None, lon: float | None) -> Place:
    if lat is None or lon is None:
        raise UsageError("Dites où vous êtes : « --lat » et « --lon », ou « --hotspot ».", parameter="lat")
    return Place(read_degrees("lat", lat), read_degrees("lon", lon))


def zone_at(place: Place) -> ZoneInfo:
    """The time zone of a place, from its coordinates."""
    from tzfpy import get_tz

    return ZoneInfo(get_tz(place.lon, place.lat) or "Europe/Paris")


def _visit(question: Question, place: Place, zone: ZoneInfo) -> Visit:
    if question.language not in LANGUAGES:
        raise UsageError("« --lang » peut être : %(known)s.", parameter="lang", known=", ".join(LANGUAGES))
    visit = Visit(
        territory="",
        place=place,
        moment=read_moment(question.moment, zone),
        language=question.language,
        when=read_choice(When, "when", question.when),
        wishes=frozenset(read_choice(Wish, "wish", wish) for wish in question.wishes),
        mode=read_choice(Mode, "mode", question.mode) if question.mode else None,
    )
    return replace(visit, weather=_weather(question.weather, visit)) if question.weather else visit


def _weather(path: Path, visit: Visit) -> Weather | None:
    try:
        return read_forecast(json.loads(path.read_text(encoding="utf-8"))).at(visit.moment)
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise UsageError("%(path)s n’est pas une prévision au format d’Open-Meteo (hourly.time…).", parameter="weather", path=str(path)) from error


def _answer(catalogue: Catalogue, visit: Visit, limit: int) -> Answer:
    said, found = speech(visit.language), suggest(catalogue, visit, limit)
    document = msgspec.to_builtins(suggestions_answer(visit, catalogue.revision, found, said, explain=True))
    lines = [_line(s, visit, said) for s in found]
    return Answer(document, "\n".join(lines) or "Rien à proposer d’ici pour ce moment.")


def _line(s: Suggestion, visit: Visit, said: Speech) -> str:
    facts = [kind_words(said, s.offer), price(said, s.offer.prices), travel_words(said, s), time_words(said, visit, s)[1]]
    best = ", ".join(f"{score.rule} {score.points:+.2f}" for score in s.scores if abs(score.points) >= 0.005)
    return f"{s.total:6.2f}  {said.choose(s.offer.names)[0]} · {' · '.join(filter(None, facts))}\n        {best}"
