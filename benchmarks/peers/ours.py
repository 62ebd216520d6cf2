"""sejour's own ranking; and the page's: varied, as Suggestions, with a reason each."""

from dataclasses import fields, is_dataclass
from typing import ClassVar

import numpy as np

import sejour
from benchmarks.national import Country, Quarter, Query
from benchmarks.peers import WANTED, Answer, processor_time
from sejour.domain.best import top
from sejour.domain.page import CARDS, telling
from sejour.domain.ranking import best
from sejour.domain.sieve import COMPILED
from sejour.domain.situation import ask
from sejour.domain.slot import Slot, slot_of


class Ranking:
    name: ClassVar[str] = "sejour"

    def __init__(self, country: Country) -> None:
        self._catalogue = country.catalogue
        self._slot: Slot | None = None

    @property
    def about(self) -> str:
        return f"sejour {sejour.__version__}, {'compiled' if COMPILED else 'by NumPy'}"

    @property
    def megabytes(self) -> float:
        """The columns of the catalogue and of one quarter."""
        return array_bytes(self._slot) / 2**20

    def prepare(self, quarter: Quarter, query: Query) -> None:
        self._slot = slot_of(self._catalogue, query.visit)

    def ask(self, query: Query) -> Answer:
        ranked = top(ask(slot_of(self._catalogue, query.visit), query.visit, query.kinds), WANTED)
        order = ranked.order[:WANTED]
        return ranked.situation.offers[order], ranked.totals[order]

    def processor(self) -> float:
        return processor_time()

    def close(self) -> None: ...


class Page:
    """What comes above the ranking alone: variety, and a reason a card. Its answer is not that of the others."""

    name: ClassVar[str] = f"sejour, {WANTED} cards with reasons"
    cards: ClassVar[int] = WANTED

    def __init__(self, country: Country) -> None:
        self._catalogue = country.catalogue

    @property
    def about(self) -> str:
        return f"sejour {sejour.__version__}"

    @property
    def megabytes(self) -> float:
        return 0.0

    def prepare(self, quarter: Quarter, query: Query) -> None:
        slot_of(self._catalogue, query.visit)

    def ask(self, query: Query) -> Answer:
        suggestions = best(self._catalogue, query.visit, self.cards, query.kinds)
        assert all(reason is None or reason.because for reason in map(telling, suggestions))
        return np.zeros(0, dtype=np.int64), np.zeros(0)

    def processor(self) -> float:
        return processor_time()

    def close(self) -> None: ...


class Home(Page):
    """As many as a page shows."""

    name: ClassVar[str] = f"sejour, {CARDS} cards with reasons"
    cards: ClassVar[int] = CARDS


def array_bytes(value: object) -> int:
    """Of all the arrays that a dataclass holds."""
    if isinstance(value, np.ndarray):
        return value.nbytes
    return sum(array_bytes(getattr(value, field.name)) for field in fields(value)) if is_dataclass(value) else 0
