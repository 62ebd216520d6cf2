"""Everything a territory offers, frozen and ready to be ranked: columns of numbers beside the Offer objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray

from sejour.domain.curation import Mute, Pick
from sejour.domain.nature import sheltered, stay_minutes
from sejour.domain.offer import Kind, Offer
from sejour.domain.osm_hours import Holidays
from sejour.domain.place import Place
from sejour.domain.stars import stars
from sejour.domain.timetable import IntArray, Timetable, build_timetable
from sejour.domain.travel import great_circle_m
from sejour.domain.visit import Wish

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


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`offers` sorted by id; every array is parallel to it. `lon`, `lat` degrees (NaN where not located); `kind` indexes KINDS;
    `stars` 0-3; `shelter` 1 indoors, 0 outdoors, -1 unknown; `stay` minutes; `wishes` one bit a Wish that the offer answers."""

    revision: int
    built: datetime
    offers: tuple[Offer, ...]
    index: Mapping[str, int]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    kind: NDArray[np.int64]
    stars: NDArray[np.float64]
    shelter: NDArray[np.int64]
    stay: NDArray[np.float64]
    wishes: NDArray[np.int64]
    prepared: Timetable
    picks: tuple[Pick, ...]
    mutes: tuple[Mute, ...]
    holidays: Holidays | None
    tree: shapely.STRtree

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

    def timetable(self, first: datetime, last: datetime, candidates: IntArray, place: Place) -> Timetable:
        """The rows of use between two moments: from the prepared fortnight, or computed for the nearest candidates alone."""
        start, end = round(first.timestamp()), round(last.timestamp())
        if self.built - DAY <= first and last <= self.built + AHEAD:
            return self.prepared.between(start, end)
        distance = great_circle_m(place.lat, place.lon, self.lat[candidates], self.lon[candidates])
        nearest = np.sort(candidates[np.argsort(distance, kind="stable")[:FAR_CANDIDATES]])
        rows = build_timetable(self.offers, nearest.tolist(), first - MARGIN, last + MARGIN, self.holidays)
        return rows.between(start, end)


def build_catalogue(
    offers: Iterable[Offer], moment: datetime, *, revision: int = 0, picks: Sequence[Pick] = (), mutes: Sequence[Mute] = (),
    holidays: Holidays | None = None,
) -> Catalogue:  # fmt: skip
    """A Catalogue whose timetable is prepared from the day before `moment` to AHEAD after it. Of two offers of one id, the first stays."""
    by_id: dict[str, Offer] = {}
    for offer in offers:
        by_id.setdefault(offer.id, offer)
    kept = tuple(by_id[id] for id in sorted(by_id))
    shelter = [sheltered(offer) for offer in kept]
    lat = np.array([offer.place.lat if offer.place else np.nan for offer in kept], dtype=np.float64)
    lon = np.array([offer.place.lon if offer.place else np.nan for offer in kept], dtype=np.float64)
    day = moment.replace(minute=0, second=0, microsecond=0)
    return Catalogue(
        revision=revision,
        built=day,
        offers=kept,
        index={offer.id: i for i, offer in enumerate(kept)},
        lat=lat,
        lon=lon,
        kind=np.array([KINDS.index(offer.kind) for offer in kept], dtype=np.int64),
        stars=np.array([stars(offer) for offer in kept], dtype=np.float64),
        shelter=np.array([-1 if s is None else int(s) for s in shelter], dtype=np.int64),
        stay=np.array([stay_minutes(offer) for offer in kept], dtype=np.float64),
        wishes=np.array([_wishes(offer, s) for offer, s in zip(kept, shelter, strict=True)], dtype=np.int64),
        prepared=build_timetable(kept, range(len(kept)), day - DAY - MARGIN, day + AHEAD + MARGIN, holidays),
        picks=tuple(picks),
        mutes=tuple(mutes),
        holidays=holidays,
        tree=shapely.STRtree(shapely.points(np.where(np.isnan(lon), 1e9, lon), np.where(np.isnan(lat), 1e9, lat))),
    )


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
