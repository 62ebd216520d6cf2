"""Attention shared by merit: what is shown less than its due comes up a little, what is shown more goes down, until it evens out.

Amortised fairness (Biega, Gummadi and Weikum, SIGIR 2018) with a deterministic term: two counters an offer, and nothing about people.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
PAGES = 1.0  # a counter is believed from so many pages on; below, an offer shares the standing of its provider, then of its commune
MOST = math.log(3)  # how far the term goes
HALF_LIFE = 28.0  # days after which a counter weighs half


class Attention(NamedTuple):
    """What an offer deserved and received of the pages served, in pages."""

    due: float
    got: float


def exposure(shown: int) -> FloatArray:
    """(shown,): the share of a page's attention that each place gets, 1/log2(place + 1), of 1 in all."""
    seen = 1 / np.log2(np.arange(shown) + 2)
    shares: FloatArray = seen / seen.sum() if shown else seen
    return shares


def merit(totals: FloatArray) -> FloatArray:
    """The share of attention that is due to each of the offers of a page that score `totals`: their softmax, of 1 in all."""
    odds = np.exp(totals - totals.max()) if len(totals) else totals
    shares: FloatArray = odds / odds.sum() if len(totals) else odds
    return shares


def standing(due: FloatArray, got: FloatArray, groups: Sequence[IntArray] = ()) -> FloatArray:
    """ln(due / got) of each offer, within MOST: positive for what is shown less than it should. `due` and `got` are in pages; `groups`, from the
    widest to the narrowest, number the group of each offer, -1 for none: what was seldom counted shares the standing of its group."""
    parent = np.ones(len(due))
    for group in groups:
        member = group >= 0
        owed, given = (np.bincount(group[member], weights=pages[member]) for pages in (due, got))
        inherited = np.where(member, (owed[group] + PAGES * parent) / (given[group] + PAGES) if len(owed) else parent, parent)
        parent = inherited
    ratio = (due + PAGES * parent) / (got + PAGES)
    bounded: FloatArray = np.clip(np.log(ratio), -MOST, MOST)
    return bounded
