"""`sejour suggest` and `sejour plan`: the advice asked from the command line, of the database or straight from a source."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sejour.calendars import holidays_in
from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.page import suggest as suggestions
from sejour.domain.place import Place
from sejour.domain.plan import make_plan
from sejour.domain.suggestion import Suggestion
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Forecast, read_forecast
from sejour.errors import NotFound, UsageError
from sejour.ingest import read_source
from sejour.live import Live
from sejour.settings import Settings, read_settings
from sejour.store.engine import Store
from sejour.web.answers import plan_answer, suggestions_answer
from sejour.web.i18n import LANGUAGES, Speech, speech
from sejour.web.render import kind_words, price, time_words, travel_words, way_words
from sejour.web.visits import plan_of, read_choice, read_degrees, read_moment, wanted_of


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
    weather: Path | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was read: the visit, and the catalogue to ask; `aliases` and `gone` as in Territory, empty for a source."""

    catalogue: Catalogue
    visit: Visit
    aliases: Mapping[str, str]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answer:
    document: dict[str, Any]
    text: str


def ask(question: Question, config: Path, source: str | None, format: str | None) -> Asked:
    """Of `source`, when there is one, else of the database of `config`. Raises UsageError for a bad option, FeedError for a source that cannot be read,
    StoreError."""
    if not source:
        return _of_database(question, read_settings(config))
    if not format:
        raise UsageError("« --source » demande « --format ».", parameter="format")
    return _of_source(question, source, format)


def _of_source(question: Question, source: str, format: str) -> Asked:
    place = place_of(question.lat, question.lon)
    zone = zone_at(place)
    visit = _visit(question, place, zone)
    gathered = read_source(source, format, zone.key, datetime.combine(visit.moment.date(), time(0), zone))
    holidays = holidays_in(zone.key, visit.moment.year - 1, visit.moment.year + 1)
    return Asked(build_catalogue(gathered.offers.values(), visit.moment, holidays=holidays), visit, {}, frozenset())


def _of_database(question: Question, settings: Settings) -> Asked:
    store = Store(settings.store.url)
    store.check_schema()
    live = Live(store, settings)
    moment = read_moment(question.moment, settings.zone)
    live.refresh(moment)
    territory = live.territory
    if question.hotspot:
        if question.hotspot not in territory.hotspots:
            raise NotFound("Aucune borne ne s’appelle « %(id)s » ; les bornes : %(known)s.", id=question.hotspot,
                           known=", ".join(sorted(territory.hotspots)) or "aucune")  # fmt: skip
        place = territory.hotspots[question.hotspot].place
    else:
        place = place_of(question.lat, question.lon)
    visit = replace(_visit(question, place, settings.zone), territory=settings.territory.id, hotspot=question.hotspot)
    return Asked(territory.catalogue, visit, territory.aliases, territory.gone)


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
    return replace(visit, forecast=_forecast(question.weather)) if question.weather else visit


def _forecast(path: Path) -> Forecast:
    try:
        return read_forecast(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise UsageError("%(path)s n’est pas une prévision au format d’Open-Meteo (hourly.time…).", parameter="weather", path=str(path)) from error


def suggest(asked: Asked, limit: int) -> Answer:
    """`sejour suggest`."""
    visit = asked.visit
    said, found = speech(visit.language), suggestions(asked.catalogue, visit, limit)
    document = msgspec.to_builtins(suggestions_answer(visit, asked.catalogue.revision, found, said, explain=True))
    lines = [_line(s, visit, said) for s in found]
    return Answer(document, "\n".join(lines) or "Rien à proposer d’ici pour ce moment.")


def plan(asked: Asked, until: str, included: Sequence[str]) -> Answer:
    """`sejour plan`, from the visit's moment to `until`."""
    visit = plan_of(asked.visit, asked.visit.moment.isoformat(), until)
    made = make_plan(asked.catalogue, visit, wanted_of(asked.catalogue, asked.aliases, included))
    said = speech(visit.language)
    lines = [f"{s.begins:%H:%M}–{s.leaves:%H:%M}  {said.choose(s.offer.names)[0]} ({way_words(said, s.travel)})" for s in made.stops]
    back = [f"{made.returns:%H:%M}        retour ({way_words(said, made.back)})"] if made.back else []
    left = [f"  sans {said.choose(offer.names)[0]} : {said.say(reason)}" for offer, reason in made.left_out]
    text = "\n".join(lines + back + left) or "Rien ne tient dans ce temps."
    return Answer(msgspec.to_builtins(plan_answer(made, asked.catalogue.revision, said)), text)


def _line(s: Suggestion, visit: Visit, said: Speech) -> str:
    facts = [kind_words(said, s.offer), price(said, s.offer.prices), travel_words(said, s), time_words(said, visit, s)[1]]
    best = ", ".join(f"{score.rule} {score.points:+.2f}" for score in s.scores if abs(score.points) >= 0.005)
    return f"{s.total:6.2f}  {said.choose(s.offer.names)[0]} · {' · '.join(filter(None, facts))}\n        {best}"
