"""The catalogues that situations are asked of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from sejour.advice import zone_at
from sejour.calendars import holidays_in
from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.offer import Offer
from sejour.domain.place import Place
from sejour.domain.visit import Visit
from sejour.domain.weather import SKIES, Sky, steady
from sejour.ingest import read_source
from sejour.live import Live
from sejour.replay.situation import Situation, Source, Wrong
from sejour.settings import Settings, read_settings
from sejour.store.engine import Store
from sejour.web.visits import read_moment


class Shelf:
    """The catalogues that are asked, each built once for its source and day."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._offers: dict[tuple[Source, str, date | None], Sequence[Offer]] = {}
        self._catalogues: dict[tuple[Source, str, date], Catalogue] = {}
        self._lives: dict[date, Live] = {}

    def asked(self, situation: Situation) -> tuple[Catalogue, Visit]:
        source = situation.source
        if source is None:
            return self._asked_of_the_database(situation)
        hotspots = {h.id: Place(h.lat, h.lon) for h in self.settings.hotspot} if situation.place is None else {}
        place = situation.place or _standing(situation.hotspot, hotspots)
        zone = zone_at(place)
        moment = read_moment(situation.moment, zone)
        key = (source, zone.key, moment.date())
        if key not in self._catalogues:
            holidays = holidays_in(zone.key, moment.year - 1, moment.year + 1)
            self._catalogues[key] = build_catalogue(self._read(source, zone, moment), moment, holidays=holidays)
        return self._catalogues[key], _visit(situation, "", place, moment)

    def _read(self, source: Source, zone: ZoneInfo, moment: datetime) -> Sequence[Offer]:
        """What a calendar repeats is unfolded from the day on which it is read; another source is the same on any day."""
        day = datetime.combine(moment.date(), time(0), zone) if source.format == "ics" else None
        key = (source, zone.key, day and day.date())
        if key not in self._offers:
            self._offers[key] = tuple(read_source(source.url, source.format, zone.key, day, source.map).offers.values())
        return self._offers[key]

    def _asked_of_the_database(self, situation: Situation) -> tuple[Catalogue, Visit]:
        moment = read_moment(situation.moment, self.settings.zone)
        live = self._lives.setdefault(moment.date(), Live(self._store, self.settings))
        live.refresh(moment)  # loads nothing twice for a day; what was shown is counted by the quarter of an hour
        territory = live.territory
        place = situation.place or _standing(situation.hotspot, {id: hotspot.place for id, hotspot in territory.hotspots.items()})
        return territory.catalogue, _visit(situation, self.settings.territory.id, place, moment)

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self._config)

    @cached_property
    def _store(self) -> Store:
        store = Store(self.settings.store.url)
        store.check_schema()
        return store


def _standing(hotspot: str | None, places: Mapping[str, Place]) -> Place:
    if hotspot is None or hotspot not in places:
        raise Wrong(f"aucune borne ne s’appelle « {hotspot} » ; les bornes : {', '.join(sorted(places)) or 'aucune'}.")
    return places[hotspot]


def _visit(s: Situation, territory: str, place: Place, moment: datetime) -> Visit:
    forecast = steady(SKIES[s.weather], moment) if isinstance(s.weather, Sky) else s.weather
    hotspot = s.hotspot if s.place is None else None
    return Visit(territory, place, moment, s.language, s.when, s.wishes, s.mode, hotspot, forecast)
