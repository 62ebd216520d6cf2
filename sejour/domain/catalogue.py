"""Everything a territory offers, frozen and ready to be ranked: columns of numbers beside the Offer objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray

from sejour.domain.category import CATEGORIES, category_of
from sejour.domain.curation import Mute, Pick
from sejour.domain.fairness import Attention, standing
from sejour.domain.memo import Memo
from sejour.domain.nature import sheltered, stay_minutes
from sejour.domain.offer import Kind, Offer
from sejour.domain.osm_hours import Holidays
from sejour.domain.place import Place
from sejour.domain.priors import Counts, hour_factors, learnt
from sejour.domain.provider import MOST_OF_A_PROVIDER, commune_of, numbered, provider_of
from sejour.domain.stars import attraction, stars
from sejour.domain.surveys import UNMEASURED, Surveys
from sejour.domain.timetable import IntArray, Timetable, build_timetable
from sejour.domain.travel import great_circle_m
from sejour.domain.visit import Wish
from sejour.domain.weights import STANDARD, Weights

FloatArray = NDArray[np.float64]
KINDS = tuple(Kind)
DAY = timedelta(days=1)
AHEAD = timedelta(days=15)  # the prepared timetable answers from the day before it was built to AHEAD after
MARGIN = timedelta(hours=26)  # computed at both ends beside: a day, whatever the clocks do, so that no opening in use is cut
FAR_CANDIDATES = 400  # offers considered for a moment outside of it: the nearest
WISHES = {wish: 1 << bit for bit, wish in enumerate(Wish)}
FOOD_KINDS = {Kind.RESTAURANT, Kind.MARKET}
CULTURE = {"museum", "castle", "church", "cathedral", "abbey", "exhibition", "theatre", "concert", "heritage", "archaeology", "cinema",
           "guided_tour", "conference", "library", "show", "heritage_days", "festival", "dance", "interpretation_centre"}  # fmt: skip
NATURE = {"park", "garden", "viewpoint", "natural_site", "walk", "hike", "bike", "zoo", "boat", "water_sports", "riding", "cave", "beach", "picnic"}
FOOD = {"producers_market", "winery", "tasting", "producers_shop", "cafe", "covered_market", "gastronomy"}


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """`offers` sorted by id; every array is parallel to it. `lon`, `lat` degrees (NaN where not located); `kind` and `category` index KINDS and
    CATEGORIES; `attraction` stars, or the logarithm of counted visitors on the same scale; `shelter` 1 indoors, 0 outdoors, -1 unknown; `stay`
    minutes; `wishes` one bit a Wish that the offer answers; `commune` and `provider` number who shares them, -1 for nobody; `fairness` the logarithm
    of the attention due over that received. `hour_factors` (categories, 24). `walked` gives, for a hotspot, the metres on foot to each offer as the
    office measured them, NaN where it did not. `memo` keeps the slots prepared last."""

    revision: int
    built: datetime
    offers: tuple[Offer, ...]
    index: Mapping[str, int]
    lat: FloatArray
    lon: FloatArray
    kind: IntArray
    category: IntArray
    attraction: FloatArray
    shelter: IntArray
    stay: FloatArray
    wishes: IntArray
    commune: IntArray
    provider: IntArray
    fairness: FloatArray
    hour_factors: FloatArray
    walked: Mapping[str, FloatArray]
    weights: Weights
    prepared: Timetable
    picks: tuple[Pick, ...]
    mutes: tuple[Mute, ...]
    holidays: Holidays | None
    tree: shapely.STRtree
    memo: Memo

    def offer(self, id: str) -> Offer | None:
        i = self.index.get(id)
        return None if i is None else self.offers[i]

    def near(self, place: Place, metres: float) -> IntArray:
        """Indices of the located offers within `metres` of `place` as the crow flies, ascending."""
        dlat = metres / 111_000
        dlon = min(180.0, dlat / max(1e-9, float(np.cos(np.radians(min(90.0, abs(place.lat) + dlat))))))
        turns = np.array([-360.0, 0.0, 360.0])  # beyond the antimeridian, the same places a turn away
        boxes = shapely.box(place.lon - dlon + turns, place.lat - dlat, place.lon + dlon + turns, place.lat + dlat)
        found = np.unique(self.tree.query(boxes)[1].astype(np.int64))
        return found[great_circle_m(place.lat, place.lon, self.lat[found], self.lon[found]) <= metres]

    def covers(self, first: datetime, last: datetime) -> bool:
        """Is the time between two moments in the prepared timetable?"""
        return self.built - DAY <= first and last <= self.built + AHEAD

    def timetable(self, first: datetime, last: datetime, place: Place, among: IntArray | None = None) -> Timetable:
        """The rows of use between two moments: from the prepared fortnight, or computed for the offers nearest to `place` alone, of those `among`
        these indices."""
        start, end = round(first.timestamp()), round(last.timestamp())
        if self.covers(first, last):
            return self.prepared.between(start, end)
        asked = np.arange(len(self.offers)) if among is None else among
        metres = great_circle_m(place.lat, place.lon, self.lat[asked], self.lon[asked])
        nearest = np.sort(asked[np.argsort(metres, kind="stable")[:FAR_CANDIDATES]])
        rows = build_timetable(self.offers, nearest.tolist(), first - MARGIN, last + MARGIN, self.holidays)
        return rows.between(start, end)

    def shown(self, attention: Mapping[str, Attention]) -> "Catalogue":
        """The same, with the attention that each offer (by id) was due and got, in pages."""
        due, got = np.array([attention.get(offer.id, Attention(0.0, 0.0)) for offer in self.offers]).reshape(-1, 2).T
        return replace(self, fairness=standing(due, got, (self.commune, self.provider)), memo=Memo())


def build_catalogue(
    offers: Iterable[Offer], moment: datetime, *, revision: int = 0, picks: Sequence[Pick] = (), mutes: Sequence[Mute] = (),
    holidays: Holidays | None = None, weights: Weights = STANDARD, surveys: Surveys = UNMEASURED, counts: Counts | None = None,
) -> Catalogue:  # fmt: skip
    """A Catalogue whose timetable is prepared from the day before `moment` to AHEAD after it. Of two offers of one id, the first stays. `surveys` is what
    the office measured, `counts` what it counted by category and hour (see `priors.learnt`)."""
    by_id: dict[str, Offer] = {}
    for offer in offers:
        by_id.setdefault(offer.id, offer)
    kept = tuple(by_id[id] for id in sorted(by_id))
    index = {offer.id: i for i, offer in enumerate(kept)}
    shelter = [sheltered(offer) for offer in kept]
    lat = np.array([offer.place.lat if offer.place else np.nan for offer in kept], dtype=np.float64)
    lon = np.array([offer.place.lon if offer.place else np.nan for offer in kept], dtype=np.float64)
    day = moment.replace(minute=0, second=0, microsecond=0)
    return Catalogue(
        revision=revision,
        built=day,
        offers=kept,
        index=index,
        lat=lat,
        lon=lon,
        kind=np.array([KINDS.index(offer.kind) for offer in kept], dtype=np.int64),
        category=np.array([CATEGORIES.index(category_of(offer)) for offer in kept], dtype=np.int64),
        attraction=attraction([stars(offer) for offer in kept], [surveys.visitors.get(offer.id) for offer in kept]),
        shelter=np.array([-1 if s is None else int(s) for s in shelter], dtype=np.int64),
        stay=np.array([stay_minutes(offer) for offer in kept], dtype=np.float64),
        wishes=np.array([_wishes(offer, s) for offer, s in zip(kept, shelter, strict=True)], dtype=np.int64),
        commune=numbered([commune_of(offer) for offer in kept]),
        provider=numbered([provider_of(offer) for offer in kept], most=MOST_OF_A_PROVIDER),
        fairness=np.zeros(len(kept)),
        hour_factors=learnt(hour_factors(), counts or {}),
        walked={hotspot: _walked(metres, index) for hotspot, metres in surveys.walks.items()},
        weights=weights,
        prepared=build_timetable(kept, range(len(kept)), day - DAY - MARGIN, day + AHEAD + MARGIN, holidays),
        picks=tuple(picks),
        mutes=tuple(mutes),
        holidays=holidays,
        tree=shapely.STRtree(shapely.points(np.where(np.isnan(lon), 1e9, lon), np.where(np.isnan(lat), 1e9, lat))),
        memo=Memo(),
    )


def _walked(metres: Mapping[str, float], index: Mapping[str, int]) -> FloatArray:
    column = np.full(len(index), np.nan)
    for id, walked in metres.items():
        if id in index:
            column[index[id]] = walked
    return column


def _wishes(offer: Offer, shelter: bool | None) -> int:
    """The bits of the wishes that the offer is known to answer; what nobody says is no answer."""
    themes, audience = set(offer.themes), offer.audience
    answers = {
        Wish.FREE: offer.prices is not None and offer.prices.free is True,
        Wish.DOGS: offer.access.dogs is True,
        Wish.SHELTERED: shelter is True,
        Wish.OUTDOOR: shelter is False,
        Wish.STROLLER: offer.access.stroller is True,
        Wish.WHEELCHAIR: offer.access.wheelchair is True,
        Wish.CARFREE: True,  # a matter of travel: Visit.modes
        Wish.SHORT: stay_minutes(offer) <= 60,
        Wish.FOOD: offer.kind in FOOD_KINDS or bool(themes & FOOD),
        Wish.CULTURE: bool(themes & CULTURE),
        Wish.NATURE: bool(themes & NATURE),
    }
    children = audience is not None and ("children" in audience.groups or "families" in audience.groups)
    for wish, age in ((Wish.KIDS3, 5), (Wish.KIDS7, 8), (Wish.KIDS11, 12)):
        asked = audience is not None and (audience.min_age is not None or audience.max_age is not None)
        fits = audience is not None and (audience.min_age or 0) <= age <= (99 if audience.max_age is None else audience.max_age)
        answers[wish] = fits if asked else children
    return sum(WISHES[wish] for wish, yes in answers.items() if yes)
