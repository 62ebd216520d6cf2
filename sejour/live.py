"""ORGAN 2, the only holder of Catalogues: loads one, and swaps it when the revision moves or the day changes."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sejour.calendars import holidays_of
from sejour.domain.catalogue import AHEAD, Catalogue, build_catalogue
from sejour.domain.merge import merge
from sejour.domain.offer import Offer
from sejour.domain.osm_hours import Holidays, mentions_holidays
from sejour.domain.weather import Forecast
from sejour.errors import StoreError
from sejour.search import SearchIndex, build_index
from sejour.settings import Settings
from sejour.store import curation, offers
from sejour.store.engine import Store
from sejour.store.portal import Hotspot, hotspots_of

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
        """Loads the territory again when its revision moved, or when `moment` is in another day than the one it was prepared for. Readers keep
        the former until the new one is whole. True when it was swapped."""
        with self._loading:
            current, id = self._current, self._settings.territory.id
            local = moment.astimezone(self._settings.zone)
            with self._store.reading() as connection:  # one snapshot: the revision and what it stands for
                revision = offers.revision(connection, id)
                if current and current.catalogue.revision == revision and current.day == local.date():
                    return False
                sourced = list(offers.sourced_of(connection, id))
                gone = frozenset(offers.gone_ids(connection, id))
                picks, mutes, hotspots = curation.picks_of(connection, id), curation.mutes_of(connection, id), hotspots_of(connection, id)
            merged = merge(sourced)
            kept = merged.aliases  # what the office said of a twin, it said of the card that was kept
            picks = [replace(pick, offer=kept.get(pick.offer, pick.offer)) for pick in picks]
            mutes = [replace(mute, offer=kept.get(mute.offer, mute.offer)) for mute in mutes]
            holidays = known_holidays(merged.offers, self._settings, local)
            catalogue = build_catalogue(merged.offers, local, revision=revision, picks=picks, mutes=mutes, holidays=holidays)
            index = build_index(catalogue.offers)
            self._current = Territory(
                catalogue,
                index,
                kept,
                gone - catalogue.index.keys() - kept.keys(),
                {hotspot.id: hotspot for hotspot in hotspots},
                local.date(),
            )
            return True


def known_holidays(found: Sequence[Offer], settings: Settings, moment: datetime) -> Holidays | None:
    """The territory's holidays around `moment`, when some hours ask for them."""
    if not any(offer.hours and mentions_holidays(offer.hours) for offer in found):
        return None
    territory, end = settings.territory, date(moment.year + 1, 12, 31)
    known = holidays_of(territory.department, territory.school_zone, moment.year - 1, end.year)
    if known.last < (moment + AHEAD).date():  # the school calendar stops too soon: do without it, for the sake of the public holidays
        return replace(known, last=end, school=None)
    return known
