"""Everything a territory offers, frozen and ready to be ranked: columns of numbers beside the Offer objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from sejour.domain.category import CATEGORIES, category_of
from sejour.domain.curation import Curation
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
from sejour.domain.wishing import answered

FloatArray = NDArray[np.float64]
KINDS = tuple(Kind)
DAY = timedelta(days=1)
AHEAD = timedelta(days=15)  # the prepared timetable answers from the day before it was built to AHEAD after
MARGIN = timedelta(hours=26)  # computed at both ends beside: a day, whatever the clocks do, so that no opening in use is cut
FAR_CANDIDATES = 400  # offers considered for a moment outside of it: the nearest of each kind, in turn
NONE = np.zeros(0, dtype=np.int64)
NOTHING_SAID = Curation()
WISHES = {wish: 1 << bit for bit, wish in enumerate(Wish)}


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """`offers` sorted by id; every array is parallel to it. `lon`, `lat` degrees (NaN where not located); `kind` and `category` index KINDS and
    CATEGORIES; `attraction` stars, or the logarithm of counted visitors on the same scale; `shelter` 1 indoors, 0 outdoors, -1 unknown; `stay`
    minutes; `wishes` one bit a Wish that the offer answers; `commune` and `provider` number who shares them, -1 for nobody; `fairness` the logarithm
    of the attention due over that received. `hour_factors` (categories, 24). `said` is what the office says of them. `walked` gives, for a hotspot, the
    metres on foot to each offer as the office measured them, NaN where it did not. `memo` keeps the slots prepared last."""

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
    said: Curation
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

    def timetable(self, first: datetime, last: datetime, place: Place, among: IntArray | None = None, always: IntArray = NONE) -> Timetable:
        """The rows of use between two moments: from the prepared fortnight, or computed for those `among` these indices that are nearest to `place`, and
        for those that are `always` wanted."""
        start, end = round(first.timestamp()), round(last.timestamp())
        if self.covers(first, last):
            return self.prepared.between(start, end)
        computed = np.union1d(self._nearest(np.arange(len(self.offers)) if among is None else among, place), always)
        rows = build_timetable(self.offers, computed.tolist(), first - MARGIN, last + MARGIN, self.holidays)
        return rows.between(start, end)

    def _nearest(self, asked: IntArray, place: Place) -> IntArray:
        """FAR_CANDIDATES at most: the nearest of each kind, then the next of each, so that no kind hides another."""
        metres, kind = great_circle_m(place.lat, place.lon, self.lat[asked], self.lon[asked]), self.kind[asked]
        by_kind = np.lexsort((metres, kind))
        turn = np.arange(len(asked)) - np.searchsorted(kind[by_kind], kind[by_kind])
        return asked[by_kind[np.lexsort((metres[by_kind], turn))[:FAR_CANDIDATES]]]

    def shown(self, attention: Mapping[str, Attention]) -> "Catalogue":
        """The same, with the attention that each offer (by id) was due and got, in pages."""
        due, got = np.array([attention.get(offer.id, Attention(0.0, 0.0)) for offer in self.offers]).reshape(-1, 2).T
        return replace(self, fairness=standing(due, got, (self.commune, self.provider)), memo=Memo())


def build_catalogue(
    offers: Iterable[Offer], moment: datetime, *, revision: int = 0, said: Curation = NOTHING_SAID,
    holidays: Holidays | None = None, weights: Weights = STANDARD, surveys: Surveys = UNMEASURED, counts: Counts | None = None,
) -> Catalogue:  # fmt: skip
    """A Catalogue whose timetable is prepared from the day before `moment` to AHEAD after it. Of two offers of one id, the first stays. `surveys` is what
    the office measured, `counts` what it counted by category and hour (see `priors.learnt`)."""
    by_id: dict[str, Offer] = {}
    for offer in offers:
        by_id.setdefault(offer.id, offer)
    kept = tuple(by_id[id] for id in sorted(by_id))
    index = {offer.id: i for i, offer in enumerate(kept)}
    columns = _columns(kept)
    day = moment.replace(minute=0, second=0, microsecond=0)
    return Catalogue(
        revision=revision,
        built=day,
        offers=kept,
        index=index,
        **columns,
        attraction=attraction([stars(offer) for offer in kept], [surveys.visitors.get(offer.id) for offer in kept]),
        **_shared(kept),
        fairness=np.zeros(len(kept)),
        hour_factors=learnt(hour_factors(), counts or {}),
        walked={hotspot: _walked(metres, index) for hotspot, metres in surveys.walks.items()},
        weights=weights,
        prepared=build_timetable(kept, range(len(kept)), day - DAY - MARGIN, day + AHEAD + MARGIN, holidays),
        said=said,
        holidays=holidays,
        tree=tree_of(columns["lat"], columns["lon"]),
        memo=Memo(),
    )


def with_cards(catalogue: Catalogue, offers: Sequence[Offer], surveys: Surveys = UNMEASURED) -> Catalogue:
    """The same, with the `offers` of the same ids in their places: what `build_catalogue` makes of them, but for `hour_factors`; at the cost of those
    that are not what they were. `surveys` measured no other things than when it was built."""
    which = np.array([i for i, (was, now) in enumerate(zip(catalogue.offers, offers, strict=True)) if was is not now and was != now], dtype=np.int64)
    if not len(which):
        return replace(catalogue, memo=Memo())
    kept, made = tuple(offers), _columns([offers[i] for i in which.tolist()])
    columns = {name: getattr(catalogue, name).copy() for name in made}
    for name, column in made.items():
        columns[name][which] = column
    rest = catalogue.prepared.take(~np.isin(catalogue.prepared.owner, which))
    its = build_timetable(kept, which.tolist(), catalogue.built - DAY - MARGIN, catalogue.built + AHEAD + MARGIN, catalogue.holidays)
    return replace(
        catalogue,
        offers=kept,
        **columns,
        attraction=attraction([stars(offer) for offer in kept], [surveys.visitors.get(offer.id) for offer in kept]),
        **_shared(kept),
        prepared=rest.beside(its),
        tree=tree_of(columns["lat"], columns["lon"]),
        memo=Memo(),
    )


def tree_of(lat: FloatArray, lon: FloatArray) -> shapely.STRtree:
    return shapely.STRtree(shapely.points(np.where(np.isnan(lon), 1e9, lon), np.where(np.isnan(lat), 1e9, lat)))


def _columns(offers: Sequence[Offer]) -> dict[str, Any]:
    """The columns that say something of one offer alone, by name."""
    shelter = [sheltered(offer) for offer in offers]
    places = [(offer.place.lat, offer.place.lon) if offer.place else (np.nan, np.nan) for offer in offers]
    lat, lon = np.array(places, dtype=np.float64).reshape(-1, 2).T.copy()
    return {
        "lat": lat,
        "lon": lon,
        "kind": np.array([KINDS.index(offer.kind) for offer in offers], dtype=np.int64),
        "category": np.array([CATEGORIES.index(category_of(offer)) for offer in offers], dtype=np.int64),
        "shelter": np.array([-1 if s is None else int(s) for s in shelter], dtype=np.int64),
        "stay": np.array([stay_minutes(offer) for offer in offers], dtype=np.float64),
        "wishes": np.array([sum(WISHES[wish] for wish in answered(*each)) for each in zip(offers, shelter, strict=True)], dtype=np.int64),
    }


def _shared(offers: Sequence[Offer]) -> dict[str, Any]:
    """The columns that number what offers share."""
    return {
        "commune": numbered([commune_of(offer) for offer in offers]),
        "provider": numbered([provider_of(offer) for offer in offers], most=MOST_OF_A_PROVIDER),
    }


def _walked(metres: Mapping[str, float], index: Mapping[str, int]) -> FloatArray:
    column = np.full(len(index), np.nan)
    for id, walked in metres.items():
        if id in index:
            column[index[id]] = walked
    return column
