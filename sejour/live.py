"""ORGAN 2, the only holder of Catalogues: loads one, and swaps it when the revision moves or the day changes."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from sejour.album import Plates, album_of
from sejour.calendars import holidays_of
from sejour.domain.catalogue import AHEAD, Catalogue, build_catalogue, with_cards
from sejour.domain.category import Category, category_of
from sejour.domain.curation import Refused, Twin
from sejour.domain.doubts import Doubt, doubts
from sejour.domain.fairness import Attention
from sejour.domain.memo import Memo
from sejour.domain.merge import merge
from sejour.domain.offer import Offer
from sejour.domain.osm_hours import Holidays, mentions_holidays
from sejour.domain.override import corrected, next_change
from sejour.domain.priors import Counts, counts_of
from sejour.domain.slot import QUARTER
from sejour.domain.surveys import UNMEASURED, Surveys
from sejour.domain.weather import Forecast
from sejour.domain.weights import within
from sejour.errors import StoreError
from sejour.search import SearchIndex, build_index
from sejour.settings import Settings
from sejour.store import attention, curation, offers, tallies
from sejour.store.engine import Store
from sejour.store.pictures import StoredPicture, pictures_of
from sejour.store.portal import Hotspot, hotspots_of
from sejour.surveys import read_surveys

MOST_DOUBTS = 500
SEASON = timedelta(days=90)
OPENING = ("offer", "booking", "web")  # the actions that say a card was wanted
FRESH, STALE = timedelta(minutes=45), timedelta(hours=6)  # when a forecast is read again; when it is no longer believed


@dataclass(frozen=True, slots=True)
class Sources:
    """What the feeds give, twins joined, before what the office corrects: that of one `stamp` of the offers, and of what humans said of `twins`."""

    stamp: str
    twins: tuple[Twin, ...]
    offers: tuple[Offer, ...]
    aliases: dict[str, str]
    memo: Memo = field(default_factory=Memo, compare=False)

    def doubts(self) -> tuple[Doubt, ...]:
        """The pairs of which the rules are not sure, the most alike first: looked for once, for it takes seconds at 15,000 offers."""
        return self.memo.get("doubts", lambda: tuple(doubts(self.offers, (), MOST_DOUBTS)))


@dataclass(frozen=True, slots=True)
class Territory:
    """What is served: one immutable Catalogue, its search index and the hotspots, as of one revision; `aliases` gives the id
    that was kept for one that was merged; `gone` are the ids of what was offered once and is no more. It holds on its `day`, and no longer than `until`,
    when a correction begins or ends; `refused` is what the office said and could not be taken up. It was made of `sources` and `surveys`.
    `pictures` are the office's own, by id; `album` what became of the sources'."""

    catalogue: Catalogue
    search: SearchIndex
    aliases: dict[str, str]
    gone: frozenset[str]
    hotspots: dict[str, Hotspot]
    day: date
    until: datetime | None = None
    refused: tuple[Refused, ...] = ()
    sources: Sources | None = None
    surveys: Surveys = UNMEASURED
    pictures: Mapping[str, StoredPicture] = field(default_factory=dict)
    album: Plates = field(default_factory=dict)


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
        self.current: Territory | None = None  # what is served: `territory`, once there is one
        self.counted = dict[str, Attention]()  # the counters of attention, as of `_quarter`
        self._quarter = -1.0
        self._album = album_of(settings)
        self._leafed, self._plates = self._album.stamp(), self._album.plates()  # the album, as of its stamp
        self._loading = threading.Lock()

    @property
    def territory(self) -> Territory:
        """Raises StoreError when nothing was loaded yet."""
        if self.current is None:
            raise StoreError("Le catalogue n’est pas encore chargé.")
        return self.current

    def take_forecast(self, forecast: Forecast, moment: datetime) -> None:
        self.forecast = Weathering(forecast, moment)

    def believed(self, moment: datetime) -> Weathering | None:
        """The forecast, if it was read not too long before `moment`."""
        held = self.forecast
        return held if held and moment - held.read < STALE else None

    def refresh(self, moment: datetime) -> bool:
        """Loads the territory again when its revision moved, or when `moment` is not in the time it was prepared for, the counters of attention at
        each quarter of an hour, and the album when another process wrote in it. Readers keep the former until the new one is whole. True when the
        catalogue was swapped."""
        with self._loading:
            self._leaf()
            local = moment.astimezone(self._settings.zone)
            id, current, quarter = self._settings.territory.id, self.current, moment.timestamp() // QUARTER
            with self._store.reading() as connection:  # one snapshot: the revision and what it stands for
                revision = offers.revision(connection, id)
                same = (
                    current is not None and current.catalogue.revision == revision and current.day == local.date() and _before(moment, current.until)
                )
                if same and self._quarter == quarter:
                    return False
                counted = attention.attention_at(connection, id, moment)
                loaded = current if current and same else self._load(connection, revision, local)
            if not same or counted != self.counted:
                self.current = replace(loaded, catalogue=loaded.catalogue.shown(counted))
            self._quarter, self.counted = quarter, counted
            return not same

    def _leaf(self) -> None:
        stamp = self._album.stamp()
        if stamp != self._leafed:
            self._leafed, self._plates = stamp, self._album.plates()
            if self.current:
                self.current = replace(self.current, album=self._plates)

    def _load(self, connection: Connection, revision: int, local: datetime) -> Territory:
        """Offers are read and merged again only when they, or what humans said of twins, changed; the timetable is computed again only then, on another
        day, or for the cards that are corrected otherwise."""
        id, ranking = self._settings.territory.id, self._settings.ranking
        said, former = curation.curation_of(connection, id), self.current
        sources = self._sources_of(connection, said.twins, former.sources if former else None)
        said = said.renamed(sources.aliases)  # what the office said of a twin, it said of the card that was kept
        cards, refused = corrected(sources.offers, said.overrides, local)
        holidays, surveys = known_holidays(cards, self._settings, local), read_surveys(ranking, sources.aliases)
        weights = within(said.weights) if said.weights else ranking.weights
        same = former is not None and former.sources is sources and former.day == local.date() and former.surveys == surveys
        if former and same and former.catalogue.holidays == holidays:
            catalogue = with_cards(former.catalogue, cards, surveys)
            renamed = any(was.names != now.names for was, now in zip(former.catalogue.offers, cards, strict=True) if was is not now)
            search = build_index(cards) if renamed else former.search
        else:
            counts = counted_hours(connection, id, cards, local)
            catalogue = build_catalogue(cards, local, holidays=holidays, surveys=surveys, counts=counts)
            search = build_index(catalogue.offers)
        return Territory(
            replace(catalogue, revision=revision, said=said, weights=weights),
            search,
            sources.aliases,
            frozenset(offers.gone_ids(connection, id)) - catalogue.index.keys() - sources.aliases.keys(),
            {hotspot.id: hotspot for hotspot in hotspots_of(connection, id)},
            local.date(),
            next_change(said.overrides, local),
            (*said.refused, *refused),
            sources,
            surveys,
            pictures_of(connection, id),
            self._plates,
        )

    def _sources_of(self, connection: Connection, twins: tuple[Twin, ...], held: Sources | None) -> Sources:
        """Those that are held, when nothing that they are made of changed."""
        id = self._settings.territory.id
        stamp = offers.stamp_of(connection, id)
        if held and (held.stamp, held.twins) == (stamp, twins):
            return held
        merged = merge(list(offers.sourced_of(connection, id)), twins)
        return Sources(stamp, twins, merged.offers, merged.aliases)


def _before(moment: datetime, until: datetime | None) -> bool:
    return until is None or moment.timestamp() < until.timestamp()


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
