"""The list of all cards: what is asked of it, and the page of rows that answers. From memory, but for the office's words, which are few."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlencode

import numpy as np
from starlette.datastructures import QueryParams

from sejour.domain.catalogue import KINDS
from sejour.domain.curation import Mute, Override
from sejour.domain.offer import Kind, Offer
from sejour.domain.overview import BoolArray, CardState, IntArray, Order, Overview, happening_within, overview_of
from sejour.live import Territory
from sejour.search import LONGEST_QUERY
from sejour.store.curation import Kept
from sejour.store.pictures import StoredPicture

PAGE = 50
CHECKED_FOR = timedelta(days=365)  # how long the office's word that a card is right is believed
STATES = tuple(CardState)


class Only(StrEnum):
    """Which cards: those of a state, or those that have or lack something."""

    PUBLISHED = "published"
    CHECK = "check"
    MUTED = "muted"
    OVER = "over"
    WORD = "word"
    OVERRIDDEN = "overridden"
    NO_HOURS = "no_hours"
    NO_PICTURE = "no_picture"
    SOON = "soon"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Asked:
    query: str = ""
    only: Only | None = None
    kind: Kind | None = None
    order: Order | None = None
    down: bool = False
    page: int = 1

    def address(self, path: str, **changes: object) -> str:
        """Of the same list, but for what changes."""
        values = {"q": self.query, "only": self.only, "kind": self.kind, "sort": self.order, "down": "1" if self.down else "", "page": self.page}
        said = {name: str(value) for name, value in (values | changes).items() if value and not (name == "page" and value == 1)}
        return f"{path}?{urlencode(said)}" if said else path


def asked_in(query: QueryParams) -> Asked:
    """What cannot be read is not asked."""
    page = query.get("page", "")
    return Asked(
        " ".join(query.get("q", "").split())[:LONGEST_QUERY],
        next((each for each in Only if each == query.get("only")), None),
        next((each for each in Kind if each == query.get("kind")), None),
        next((each for each in Order if each == query.get("sort")), None),
        query.get("down") == "1",
        max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """`said`: the sorts of the office's words that hold or will."""

    offer: Offer
    state: CardState
    said: tuple[str, ...]
    no_hours: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """`found` in all; `counts` of all the cards, by Only."""

    asked: Asked
    rows: tuple[Row, ...]
    found: int
    pages: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """The office's words as masks over the cards; `by_card` the sorts of those of each."""

    by_card: Mapping[int, tuple[str, ...]]
    muted: BoolArray
    checked: BoolArray
    overridden: BoolArray
    pictured: BoolArray


def said_of(territory: Territory, words: Iterable[Kept], pictures: Mapping[str, StoredPicture], moment: datetime) -> Said:
    """What is over says nothing."""
    index, many = territory.catalogue.index, len(territory.catalogue.offers)
    by_card: dict[int, dict[str, None]] = {}
    muted, checked, overridden, pictured = (np.zeros(many, dtype=np.bool_) for _ in range(4))
    for kept in words:
        word = kept.word
        i = index.get(territory.aliases.get(word.offer, word.offer))
        if i is None or (word.end and word.end <= moment):
            continue
        by_card.setdefault(i, {})[kept.sort] = None
        muted[i] |= isinstance(word, Mute) and word.holds(moment) and word.general
        checked[i] |= kept.sort == "checked" and moment - kept.at < CHECKED_FOR
        overridden[i] |= isinstance(word, Override)
        pictured[i] |= getattr(word, "picture", None) in pictures
    return Said({i: tuple(sorts) for i, sorts in by_card.items()}, muted, checked, overridden, pictured)


def listed(territory: Territory, said: Said, asked: Asked, moment: datetime) -> Listing:
    catalogue, overview = territory.catalogue, overview_of(territory.catalogue)
    states = overview.states(said.muted, said.checked, moment)
    masks = _masks(territory, overview, said, states, moment)
    which = masks[asked.only] if asked.only else np.ones(len(states), dtype=np.bool_)
    if asked.kind:
        which = which & (catalogue.kind == KINDS.index(asked.kind))
    found = _ordered(territory, overview, asked, which, states)
    pages = max(1, -(-len(found) // PAGE))
    page = min(asked.page, pages)
    rows = tuple(
        Row(catalogue.offers[i], STATES[states[i]], said.by_card.get(i, ()), bool(overview.no_hours[i]))
        for i in found[(page - 1) * PAGE : page * PAGE].tolist()
    )
    counts = {only.value: int(np.count_nonzero(mask)) for only, mask in masks.items()}
    return Listing(replace(asked, page=page), rows, len(found), pages, counts)


def _ordered(territory: Territory, overview: Overview, asked: Asked, which: BoolArray, states: IntArray) -> IntArray:
    """What a search finds comes in its order, unless another is asked for."""
    found: IntArray = np.flatnonzero(which).astype(np.int64)
    if asked.query:
        answers = np.array(territory.search.find(asked.query, len(which)), dtype=np.int64)
        found = answers[which[answers]]
        if asked.order is None:
            return found
    by_name = overview.ranks[Order.NAME]
    keys = (by_name[found], states[found]) if asked.order is Order.STATE else (overview.ranks[asked.order or Order.NAME][found],)
    found = found[np.lexsort(keys)]
    return found[::-1] if asked.down else found


def _masks(territory: Territory, overview: Overview, said: Said, states: IntArray, moment: datetime) -> dict[Only, BoolArray]:
    with_word = np.zeros(len(states), dtype=np.bool_)
    with_word[list(said.by_card)] = True
    by_state: dict[Only, BoolArray] = {Only(state.value): states == n for n, state in enumerate(STATES)}
    return by_state | {
        Only.WORD: with_word,
        Only.OVERRIDDEN: said.overridden,
        Only.NO_HOURS: overview.no_hours,
        Only.NO_PICTURE: overview.no_picture & ~said.pictured,
        Only.SOON: overview.ending_soon(moment),
        Only.WEEK: happening_within(territory.catalogue, moment, moment + timedelta(days=7)),
    }
