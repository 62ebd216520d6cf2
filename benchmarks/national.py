"""A made country: offers gathered in towns whose sizes follow Zipf's law, the densest like Paris, over two days of August; and who asks there.

The times are such that daylight and plausible hours cut nothing off: a peer may keep them as they are in its rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from numpy.typing import NDArray

from sejour.domain.catalogue import KINDS, NOTHING_SAID, Catalogue
from sejour.domain.category import CATEGORIES, Category
from sejour.domain.memo import Memo
from sejour.domain.nature import GRACE, LONG, STAY
from sejour.domain.offer import Kind, Offer
from sejour.domain.place import Place
from sejour.domain.priors import SHELTERS, hour_factors, weather_factors
from sejour.domain.ranking import IDEAS
from sejour.domain.slot import LONGEST_TRIP, LONGEST_WAIT, QUARTER
from sejour.domain.text import LocalText
from sejour.domain.timetable import Sort, Timetable
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit
from sejour.domain.weather import Forecast, Sky, Weather
from sejour.domain.weights import STANDARD

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SEED = 20260813
PARIS = ZoneInfo("Europe/Paris")
DAY = datetime(2026, 8, 13, tzinfo=PARIS)
FIRST, LAST, MOMENTS = timedelta(hours=8), timedelta(hours=22, minutes=15), 12  # the quarters at which somebody asks
MOST_ROWS = 3  # openings of an offer in the two days
HOUR = 3600
SHARES = {
    Kind.SIGHT: 0.29, Kind.ACTIVITY: 0.15, Kind.RESTAURANT: 0.22, Kind.EVENT: 0.10, Kind.MARKET: 0.03, Kind.SHOP: 0.08, Kind.SERVICE: 0.05,
    Kind.LODGING: 0.08,
}  # fmt: skip
WITHIN = {
    Kind.SIGHT: (Category.MUSEUM, Category.MONUMENT, Category.NATURE, Category.WATER), Kind.ACTIVITY: (Category.OUTING, Category.LEISURE, Category.NATURE),
    Kind.RESTAURANT: (Category.TABLE, Category.CAFE), Kind.EVENT: (Category.SHOW, Category.EXHIBITION, Category.FAIR, Category.TALK, Category.HAPPENING),
    Kind.MARKET: (Category.MARKET,), Kind.SHOP: (Category.SHOP, Category.TASTING), Kind.SERVICE: (Category.SERVICE,), Kind.LODGING: (Category.LODGING,),
}  # fmt: skip
ASKED = (Kind.RESTAURANT, Kind.SIGHT, Kind.EVENT, Kind.ACTIVITY, Kind.MARKET, Kind.SHOP)  # the filters


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour under one sky: `start` and `zero`, POSIX seconds; `logs` (categories x shelters, quarters from `zero` on) what the hour
    and the weather are worth together to a visit that begins then."""

    start: int
    rain: bool
    zero: int
    logs: FloatArray


@dataclass(frozen=True, slots=True)
class Query:
    visit: Visit
    quarter: Quarter
    kinds: tuple[Kind, ...]

    @property
    def mode(self) -> Mode:
        assert self.visit.mode
        return self.visit.mode


@dataclass(frozen=True, eq=False)
class Country:
    """`begin`, `last` (n, MOST_ROWS) POSIX seconds and `sort`: the rows of the timetable beside their offers, -1 in `last` where there is none."""

    catalogue: Catalogue
    begin: IntArray
    last: IntArray
    sort: IntArray

    def __len__(self) -> int:
        return len(self.catalogue.lat)

    @cached_property
    def fixed(self) -> FloatArray:
        """The points that depend on the offer alone."""
        return STANDARD.stars * self.catalogue.attraction

    @cached_property
    def group(self) -> IntArray:
        """The row of `Quarter.logs`."""
        return self.catalogue.category * len(SHELTERS) + self.catalogue.shelter % len(SHELTERS)


def make_country(size: int) -> Country:
    """`size` offers. Small ones are one territory: 3,000 offers over 12 km around, 15,000 over 38 km, 500,000 over a disc as large as France."""
    random = np.random.default_rng(SEED + size)
    lat, lon, town = _places(random, size)
    kind = random.choice(len(KINDS), size, p=[SHARES[kind] for kind in KINDS])
    category = np.zeros(size, dtype=np.int64)
    for number, of_kind in enumerate(KINDS):
        mine = np.flatnonzero(kind == number)
        category[mine] = random.choice([CATEGORIES.index(c) for c in WITHIN[of_kind]], len(mine))
    shelter = random.choice([1, 0, -1], size, p=[0.45, 0.35, 0.20])
    stay = np.array([STAY[kind] for kind in KINDS], dtype=np.float64)[kind]
    timetable = _timetable(random, kind, stay)
    provider = np.where(random.random(size) < 0.3, random.integers(0, max(1, size // 6), size), -1)
    templates = [Offer(f"{n:010d}", str(n), "bench", kind, LocalText({"fr": f"Offre {n}"})) for n, kind in enumerate(KINDS)]
    catalogue = Catalogue(
        revision=1, built=DAY, offers=tuple(templates[k] for k in kind.tolist()), index={}, lat=lat, lon=lon, kind=kind, category=category,
        attraction=np.round(np.minimum(3.0, random.gamma(1.6, 0.5, size)), 2), shelter=shelter, stay=stay, wishes=np.zeros(size, dtype=np.int64),
        commune=town, provider=provider, fairness=np.zeros(size), hour_factors=hour_factors(), walked={}, weights=STANDARD, prepared=timetable,
        said=NOTHING_SAID, holidays=None, tree=shapely.STRtree([]), memo=Memo(),
    )  # fmt: skip
    return Country(catalogue, *_beside(timetable, size))


def make_queries(country: Country, count: int) -> list[Query]:
    """By quarter. A third of each mode; three in ten with a filter, three in ten in the rain; where offers are."""
    random = np.random.default_rng(SEED)
    starts = [round((DAY + FIRST + n * (LAST - FIRST) / (MOMENTS - 1)).timestamp()) // QUARTER * QUARTER for n in range(MOMENTS)]
    quarters = {(start, rain): _quarter(start, rain) for start in starts for rain in (False, True)}
    forecasts = {rain: _forecast(rain) for rain in (False, True)}
    modes = [mode for mode in Mode for _ in range(-(-count // len(Mode)))][:count]
    queries = []
    for mode in modes:
        start, rain = starts[random.integers(len(starts))], bool(random.random() < 0.3)
        kinds = (ASKED[random.integers(len(ASKED))],) if random.random() < 0.3 else IDEAS
        beside = random.integers(len(country))
        place = Place(float(country.catalogue.lat[beside] + random.normal(0, 0.003)), float(country.catalogue.lon[beside] + random.normal(0, 0.004)))
        moment = datetime.fromtimestamp(start + int(random.integers(QUARTER)), PARIS)
        visit = Visit("bench", place, moment, mode=mode, forecast=forecasts[rain])
        queries.append(Query(visit, quarters[start, rain], kinds))
    return sorted(queries, key=lambda query: (query.quarter.start, query.quarter.rain))


def _places(random: np.random.Generator, size: int) -> tuple[FloatArray, FloatArray, IntArray]:
    radius = 12_000 * (size / 3000) ** 0.72
    towns = max(20, size // 60)
    shares = 1 / (np.arange(towns) + 1.5)
    shares /= shares.sum()
    town = np.where(random.random(size) < 0.9, random.choice(towns, size, p=shares), -1)
    away, turn = radius * np.sqrt(random.random(towns)), random.random(towns) * 2 * np.pi
    away[0] = 0.0
    wide = np.maximum(500.0, 37.0 * np.sqrt(size * shares))
    x = np.where(town >= 0, (away * np.cos(turn))[town] + wide[town] * random.normal(size=size), radius * 2 * (random.random(size) - 0.5))
    y = np.where(town >= 0, (away * np.sin(turn))[town] + wide[town] * random.normal(size=size), radius * 2 * (random.random(size) - 0.5))
    lat = 46.6 + y / 111_195
    return lat, 2.4 + x / (111_195 * np.cos(np.radians(lat))), town


def _timetable(random: np.random.Generator, kind: IntArray, stay: FloatArray) -> Timetable:
    """Most open by day, some in two parts, restaurants at meals, events once; one in twelve is perhaps open."""
    size, midnight = len(kind), round(DAY.timestamp())
    quarter = QUARTER * random.integers(-2, 3, size)  # nobody opens at the same time
    count = random.integers(1, MOST_ROWS + 1, size)
    unsure = (random.random(size) < 1 / 12) & (kind != KINDS.index(Kind.EVENT))
    meals, event = kind == KINDS.index(Kind.RESTAURANT), kind == KINDS.index(Kind.EVENT)
    columns = []
    for row in range(MOST_ROWS):
        there = count > row
        split = meals | (count == MOST_ROWS)  # a morning and an afternoon, or two meals; else a day and the next
        tomorrow = np.where(split, row == 2, row == 1)
        opens = np.where(meals, (12, 19, 12)[row], np.where(split, (9, 14, 9)[row], 10)) * HOUR + quarter
        lasts = np.where(meals, (2, 3, 2)[row], np.where(split, (3, 4, 3)[row], 8)) * HOUR
        opens = np.where(event, random.integers(9 * 4, 22 * 4, size) * QUARTER, np.where(unsure, 11 * HOUR, opens))
        lasts = np.where(event, random.integers(4, 16, size) * QUARTER, np.where(unsure, 7 * HOUR, lasts))
        tomorrow = np.where(event | unsure, row == 1, tomorrow)
        there &= ~((event | unsure) & (row == 2))
        start = midnight + 24 * HOUR * tomorrow + opens
        end = start + lasts
        any_time = lasts > LONG * 60
        last = np.where(event & ~any_time, np.minimum(start + GRACE * 60, end - HOUR), np.maximum(start, end - stay.astype(np.int64) * 60))
        last = np.where(unsure, end - 1, last)
        sort = np.where(event, Sort.DATED, np.where(unsure, Sort.UNSURE, Sort.OPEN))
        columns.append([np.arange(size)[there], start[there], end[there], last[there], sort[there]])
    owner, start, end, last, sort = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return Timetable(owner, start, end, last, sort).take(np.lexsort((start, owner)))


def _beside(t: Timetable, size: int) -> tuple[IntArray, IntArray, IntArray]:
    counts = np.bincount(t.owner, minlength=size)
    nth = np.arange(len(t.owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    begin, last, sort = np.full((size, MOST_ROWS), t.start.max()), np.full((size, MOST_ROWS), -1), np.zeros((size, MOST_ROWS), dtype=np.int64)
    begin[t.owner, nth], last[t.owner, nth], sort[t.owner, nth] = t.start, t.last, t.sort
    return begin, last, sort


def _quarter(start: int, rain: bool) -> Quarter:
    quarters = start + QUARTER * np.arange((LONGEST_WAIT + LONGEST_TRIP) * 60 // QUARTER + 2)
    hours = [datetime.fromtimestamp(quarter, PARIS).hour for quarter in quarters.tolist()]
    sky = np.log(weather_factors(Sky.RAIN if rain else Sky.FAIR))
    logs = STANDARD.hour * np.repeat(np.log(hour_factors()[:, hours]), len(SHELTERS), axis=0) + STANDARD.weather * sky[:, None]
    return Quarter(start, rain, start, logs)


def _forecast(rain: bool) -> Forecast:
    times = tuple(DAY.replace(tzinfo=None) + timedelta(hours=n) for n in range(72))
    return Forecast(times, (Weather(temperature=20.0, precipitation=2.0 if rain else 0.0),) * len(times))
