"""The ranking asked again with one thing changed: nothing is said of what would be that was not computed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sejour.domain.best import top
from sejour.domain.catalogue import AHEAD, DAY, MARGIN, Catalogue, tree_of
from sejour.domain.memo import Memo
from sejour.domain.offer import Offer
from sejour.domain.page import ideas_of, suggest
from sejour.domain.ranking import VARIETY_POOL
from sejour.domain.situation import ask
from sejour.domain.slot import slot_of
from sejour.domain.stars import stars
from sejour.domain.suggestion import Suggestion
from sejour.domain.timetable import build_timetable
from sejour.domain.visit import Visit

IntArray = NDArray[np.int64]
OPEN = "24/7"  # hours that say: it is open when one arrives


def place_on_page(found: Sequence[Suggestion], id: str) -> int | None:
    """From 1, as visitors see the page: the signed pick is its first card."""
    picked = next((s.offer.id for s in found if s.pick), None)
    order = sorted(found, key=lambda s: s.offer.id != picked)
    return next((n for n, s in enumerate(order, 1) if s.offer.id == id), None)


def place_if(catalogue: Catalogue, visit: Visit, limit: int, other: Offer, without: str | None = None) -> int | None:
    """The place on the page of an offer of the catalogue, were it as `other` says: elsewhere, at other hours, better told; and the offer of id
    `without` not there. None when it would not be shown. Ranks no more than the offers that can be on that page, which is the same."""
    kinds = ideas_of(visit)
    i, rivals = catalogue.index[other.id], top(ask(slot_of(catalogue, visit, kinds), visit, kinds), max(VARIETY_POOL, limit) + 2)
    best = rivals.situation.offers[rivals.order[: max(VARIETY_POOL, limit) + 2]]
    pins = [catalogue.index[pin.offer] for pin in catalogue.said.pins if pin.offer in catalogue.index]
    those = np.setdiff1d(np.union1d(best, [i, *pins]), [catalogue.index.get(without or "", -1)])
    return place_on_page(suggest(few(catalogue, those, other), visit, limit), other.id)


def few(catalogue: Catalogue, which: IntArray, other: Offer | None = None) -> Catalogue:
    """A catalogue of these offers (ascending indices) alone, one of which is as `other` says: its place, hours, dates and record may differ, not its
    kind nor what it answers."""
    kept = [catalogue.offers[i] for i in which.tolist()]
    rows = catalogue.prepared.take(np.isin(catalogue.prepared.owner, which))
    made = replace(
        catalogue,
        offers=tuple(kept),
        index={offer.id: n for n, offer in enumerate(kept)},
        lat=catalogue.lat[which],
        lon=catalogue.lon[which],
        kind=catalogue.kind[which],
        category=catalogue.category[which],
        attraction=catalogue.attraction[which],
        shelter=catalogue.shelter[which],
        stay=catalogue.stay[which],
        wishes=catalogue.wishes[which],
        commune=catalogue.commune[which],
        provider=catalogue.provider[which],
        fairness=catalogue.fairness[which],
        walked={hotspot: metres[which] for hotspot, metres in catalogue.walked.items()},
        prepared=replace(rows, owner=np.searchsorted(which, rows.owner)),
        memo=Memo(),
    )
    made = _with(made, other) if other else made
    return replace(made, tree=tree_of(made.lat, made.lon))


def _with(made: Catalogue, other: Offer) -> Catalogue:
    """`made`, whose arrays are its own, with `other` in the place of its offer of that id."""
    n = made.index[other.id]
    was, offers = made.offers[n], (*made.offers[:n], other, *made.offers[n + 1 :])
    if made.attraction[n] == stars(was):  # else its visitors were counted
        made.attraction[n] = stars(other)
    if other.place != was.place:
        made.lat[n], made.lon[n] = (other.place.lat, other.place.lon) if other.place else (np.nan, np.nan)
        for metres in made.walked.values():
            metres[n] = np.nan
    rest = made.prepared.take(made.prepared.owner != n)
    its = build_timetable(offers, [n], made.built - DAY - MARGIN, made.built + AHEAD + MARGIN, made.holidays)
    return replace(made, offers=offers, prepared=rest.beside(its))
