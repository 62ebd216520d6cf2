"""What the office says of the offers of a catalogue in a quarter of an hour: to everyone, or to one visitor."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import PICK, Boost, Pick, Pin
from sejour.domain.nature import joined_any_time
from sejour.domain.occasion import Word
from sejour.domain.timetable import Sort, Timetable
from sejour.domain.visit import Visit, When
from sejour.domain.weather import Sky

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
AROUND = timedelta(days=2)  # an opening may be longer than what is asked for
W = TypeVar("W", bound=Word)


@dataclass(frozen=True, slots=True)
class Voice:
    """By index of the catalogue, the word said first of each; pins in the order in which they were said, boosts the strongest of each. `hidden`: muted,
    or closed for this visitor alone."""

    picks: Mapping[int, Pick]
    pins: Mapping[int, Pin]
    boosts: Mapping[int, Boost]
    hidden: frozenset[int]

    def points(self, indices: IntArray) -> FloatArray:
        """Of each of these offers, beside their weight: a pick, or a boost, never both; PICK at most."""
        lifted = {index: boost.points for index, boost in self.boosts.items()} | dict.fromkeys(self.picks, PICK)
        if not lifted:
            return np.zeros(len(indices))
        return np.array([lifted.get(index, 0.0) for index in indices.tolist()], dtype=np.float64)


def voice_of(catalogue: Catalogue, first: datetime, last: datetime, heard: Collection[Word] = ()) -> Voice:
    """From `first` to before `last`: what is said to everyone, and the particular words that are `heard`."""
    said, index = catalogue.said, catalogue.index

    def holding(words: Iterable[W]) -> dict[int, W]:
        found: dict[int, W] = {}
        for word in words:
            if word.offer in index and (word.general or any(word is each for each in heard)) and word.holds(first):
                found.setdefault(index[word.offer], word)
        return found

    muted = (word for word in said.mutes if word.general or any(word is each for each in heard))
    closed = (word for word in said.notices if word.closes and any(word is each for each in heard))
    boosts = sorted(said.boosts, key=lambda boost: -boost.points)
    hidden = {index[word.offer] for words in (muted, closed) for word in words if word.offer in index and word.holds_within(first, last)}
    return Voice(holding(said.picks), holding(said.pins), holding(boosts), frozenset(hidden))


def sky_for(visit: Visit, sky: Sky | None) -> Sky | None:
    """The sky that the visit is for: who asks for the page of rain has it."""
    return Sky.RAIN if visit.when is When.RAIN else sky


def heard_by(words: Iterable[Word], visit: Visit, sky: Sky | None) -> tuple[int, ...]:
    """Which of the particular words hold for this visitor."""
    return tuple(n for n, word in enumerate(words) if word.holds_for(visit, sky_for(visit, sky)))


def without_closures(rows: Timetable, catalogue: Catalogue, first: datetime, last: datetime) -> Timetable:
    """The rows less the times when the office says that an offer is closed or full, from `first` to `last`: what remains is joined before, or after. What
    must be seen from its beginning is not joined after."""
    for notice in catalogue.said.closing:
        i = catalogue.index.get(notice.offer)
        if i is not None:
            for begins, ends in notice.spells(first - AROUND, last + AROUND):
                rows = _cut(rows, i, round(begins), round(ends), catalogue)
    return rows


def _cut(rows: Timetable, i: int, begins: int, ends: int, catalogue: Catalogue) -> Timetable:
    mine = (rows.owner == i) & (rows.start < ends) & (rows.end > begins)
    if not mine.any():
        return rows
    kept, cut, offer = rows.take(~mine), rows.take(mine), catalogue.offers[i]
    left: list[tuple[int, int, int, int, int]] = []
    for start, end, last, sort in zip(cut.start.tolist(), cut.end.tolist(), cut.last.tolist(), cut.sort.tolist(), strict=True):
        stay = 1 if sort == Sort.UNSURE else round(float(catalogue.stay[i]) * 60)
        again = sort != Sort.DATED or joined_any_time(offer, (end - start) / 60)
        if start < begins and min(last, begins - stay) >= start:
            left.append((i, start, begins, min(last, begins - stay), sort))
        if again and last >= ends:
            left.append((i, ends, end, last, sort))
    return kept.beside(Timetable(*np.array(left, dtype=np.int64).reshape(-1, 5).T)) if left else kept
