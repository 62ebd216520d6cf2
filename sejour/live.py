"""ORGAN 2, the only holder of Catalogues: loads one, and swaps it when the revision moves or the day changes."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from sejour.calendars import holidays_of
from sejour.domain.catalogue import AHEAD, Catalogue, build_catalogue
from sejour.domain.category import Category, category_of
from sejour.domain.fairness import Attention
from sejour.domain.merge import merge
from sejour.domain.offer import Offer
from sejour.domain.osm_hours import Holidays, mentions_holidays
from sejour.domain.priors import Counts, counts_of
from sejour.domain.slot import QUARTER
from sejour.domain.weather import Forecast
from sejour.errors import StoreError
from sejour.search import SearchIndex, build_index
from sejour.settings import Settings
from sejour.store import attention, curation, offers, tallies
from sejour.store.engine import Store
from sejour.store.portal import Hotspot, hotspots_of
from sejour.surveys import read_surveys

SEASON = timedelta(days=90)
OPENING = ("offer", "booking", "web")  # the actions that say a card was wanted
FRESH, STALE = timedelta(minutes=45), timedelta(hours=6)  # when a forecast is read again; when it is no longer believed


@dataclass(frozen=True, slots=True)
class Territory:
    """What is served: one immutable Catalogue, its search index and the hotspots, as of one revision; `aliases` gives the id
    that was kept for one that was merged; `gone` are the ids of what was offered once and is no more."""

    catalogue: Catalogue
    search: SearchIndex
    aliases: dict[str, str]
    gone: frozenset[str]
    hotspots: dict[str, Hotspot]
    day: date


@dataclass(frozen=True, slots=True)
class Weathering:
    """A forecast, and when it was read."""

    forecast: Forecast
    read: datetime


class Live:
    def __init__(self, store: Store, settings: Settings) -> None:
        self.forecast: Weathering | None = None
        self._store = store
        self._settings = settings
        self._current: Territory | None = None
        self._quarter, self._counted = -1.0, dict[str, Attention]()  # the counters of attention, as of a quarter of an hour
        self._loading = threading.Lock()

    @property
    def territory(self) -> Territory:
        """Raises StoreError when nothing was loaded yet."""
        if self._current is None:
            raise StoreError("Le catalogue n’est pas encore chargé.")
        return self._current

    def take_forecast(self, forecast: Forecast, moment: datetime) -> None:
        self.forecast = Weathering(forecast, moment)

    def believed(self, moment: datetime) -> Weathering | None:
        """The forecast, if it was read not too long before `moment`."""
        held = self.forecast
        return held if held and moment - held.read < STALE else None

    def refresh(self, moment: datetime) -> bool:
        """Loads the territory again when its revision moved, or when `moment` is in another day than the one it was prepared for, and the counters of
        attention at each quarter of an hour. Readers keep the former until the new one is whole. True when it was swapped."""
        with self._loading:
            local = moment.astimezone(self._settings.zone)
            id, current, quarter = self._settings.territory.id, self._current, moment.timestamp() // QUARTER
            with self._store.reading() as connection:  # one snapshot: the revision and what it stands for
                revision = offers.revision(connection, id)
                same = current is not None and current.catalogue.revision == revision and current.day == local.date()
                if same and self._quarter == quarter:
                    return False
                counted = attention.attention_at(connection, id, moment)
                loaded = current if current and same else self._load(connection, revision, local)
            if not same or counted != self._counted:
                self._current = replace(loaded, catalogue=loaded.catalogue.shown(counted))
            self._quarter, self._counted = quarter, counted
            return not same

    def _load(self, connection: Connection, revision: int, local: datetime) -> Territory:
        id = self._settings.territory.id
        merged = merge(list(offers.sourced_of(connection, id)))
        kept = merged.aliases  # what the office said of a twin, it said of the card that was kept
        said = curation.curation_of(connection, id)
        hotspots, gone = hotspots_of(connection, id), frozenset(offers.gone_ids(connection, id))
        catalogue = build_catalogue(
            merged.offers,
            local,
            revision=revision,
            picks=[replace(pick, offer=kept.get(pick.offer, pick.offer)) for pick in said.picks],
            mutes=[replace(mute, offer=kept.get(mute.offer, mute.offer)) for mute in said.mutes],
            holidays=known_holidays(merged.offers, self._settings, local),
            weights=said.weights or self._settings.ranking.weights,
            surveys=read_surveys(self._settings.ranking, kept),
            counts=counted_hours(connection, id, merged.offers, local),
        )
        return Territory(
            catalogue,
            build_index(catalogue.offers),
            kept,
            gone - catalogue.index.keys() - kept.keys(),
            {hotspot.id: hotspot for hotspot in hotspots},
            local.date(),
        )


def counted_hours(connection: Connection, territory_id: str, found: Sequence[Offer], local: datetime) -> Counts:
    """What was opened, and what one expected, by category and local hour, over the last SEASON: see `priors.learnt`."""
    category = {offer.id: category_of(offer) for offer in found}
    seen: dict[tuple[Category, int], tuple[float, float]] = {}
    for action, offer, month, hour, count in tallies.by_hour_of_day(connection, territory_id, f"{local - SEASON:%Y-%m-%dT00}"):
        if offer in category and action in (*OPENING, "impression"):
            at = datetime.fromisoformat(f"{month}-15T{hour}:00+00:00").astimezone(local.tzinfo)
            opened, shown = seen.get((category[offer], at.hour), (0.0, 0.0))
            seen[category[offer], at.hour] = (opened + count * (action in OPENING), shown + count * (action == "impression"))
    return counts_of(seen)


def known_holidays(found: Sequence[Offer], settings: Settings, moment: datetime) -> Holidays | None:
    """The territory's holidays around `moment`, when some hours ask for them."""
    if not any(offer.hours and mentions_holidays(offer.hours) for offer in found):
        return None
    territory, end = settings.territory, date(moment.year + 1, 12, 31)
    known = holidays_of(territory.department, territory.school_zone, moment.year - 1, end.year)
    if known.last < (moment + AHEAD).date():  # the school calendar stops too soon: do without it, for the sake of the public holidays
        return replace(known, last=end, school=None)
    return known
