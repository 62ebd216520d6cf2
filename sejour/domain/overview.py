"""All the cards at once, as the office looks at them: the state of each, what it lacks, and how to find it in a long list."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sejour.domain.catalogue import Catalogue
from sejour.domain.offer import OccurrenceStatus, Offer
from sejour.domain.timetable import Sort

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
WEEK = timedelta(days=7)
LONG_AGO = timedelta(days=730)  # since the producer touched the record: hours are no longer believed without a look


class CardState(StrEnum):
    """In the order of what is decided first."""

    MUTED = "muted"  # masqué: the office hides it
    OVER = "over"  # périmé: its last date is past
    CHECK = "check"  # à vérifier: no hours, no place, or an old record that nobody made sure of
    PUBLISHED = "published"  # publié


class Order(StrEnum):
    NAME = "name"
    KIND = "kind"
    COMMUNE = "commune"
    UPDATED = "updated"
    STATE = "state"


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """Columns parallel to the catalogue's offers: `last` when the last date ends, POSIX seconds, infinity for what has no end; `doubtful` what cannot be
    shown well as the source gives it, `old` what it has not touched for LONG_AGO. `ranks` the place of each in an order, from 0."""

    last: FloatArray
    doubtful: BoolArray
    old: BoolArray
    no_hours: BoolArray
    no_picture: BoolArray
    ranks: dict[Order, IntArray]

    def states(self, muted: BoolArray, checked: BoolArray, moment: datetime) -> NDArray[np.int64]:
        """Of each card, the index of its CardState."""
        over = self.last <= moment.timestamp()
        check = (self.doubtful | self.old) & ~checked
        return np.select([muted, over, check], [0, 1, 2], 3).astype(np.int64)

    def ending_soon(self, moment: datetime) -> BoolArray:
        """Whose last date comes within a WEEK."""
        now = moment.timestamp()
        return (self.last > now) & (self.last <= now + WEEK.total_seconds())


def overview_of(catalogue: Catalogue) -> Overview:
    """Made once for a catalogue, while the staff look at it."""
    return catalogue.memo.get("overview", lambda: _overview(catalogue))


def happening_within(catalogue: Catalogue, first: datetime, last: datetime) -> BoolArray:
    """Which of the cards have a dated happening between the two moments."""
    rows = catalogue.prepared.between(round(first.timestamp()), round(last.timestamp()))
    found = np.zeros(len(catalogue.offers), dtype=np.bool_)
    dated = np.array([bool(offer.occurrences) for offer in catalogue.offers], dtype=np.bool_)
    found[rows.owner[(rows.sort == Sort.DATED) | dated[rows.owner]]] = True
    return found


def plain(text: str) -> str:
    """For sorting: lower case, without accents."""
    if text.isascii():
        return text.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _overview(catalogue: Catalogue) -> Overview:
    offers, built = catalogue.offers, catalogue.built
    no_hours = _mask(offers, lambda o: not o.hours and not o.occurrences)
    unplaced = np.isnan(catalogue.lat)
    names = [plain(offer.names.choose("fr")[0]) for offer in offers]
    communes = [plain((offer.address and offer.address.city) or "\uffff") for offer in offers]
    updated, limit = [offer.updated or "" for offer in offers], (built - LONG_AGO).date().isoformat()
    by_name = _ranked(names)
    return Overview(
        last=np.array([_last(offer, built) for offer in offers], dtype=np.float64),
        doubtful=no_hours | unplaced,
        old=np.array([bool(each) and each < limit for each in updated], dtype=np.bool_),
        no_hours=no_hours,
        no_picture=_mask(offers, lambda o: not o.pictures),
        ranks={
            Order.NAME: by_name,
            Order.KIND: np.lexsort((by_name, catalogue.kind)).argsort(),
            Order.COMMUNE: np.lexsort((by_name, _ranked(communes, ties=True))).argsort(),
            Order.UPDATED: np.lexsort((by_name, _ranked(updated, ties=True))).argsort(),
        },
    )


def _mask(offers: Iterable[Offer], test: Callable[[Offer], bool]) -> BoolArray:
    return np.array([test(offer) for offer in offers], dtype=np.bool_)


def _ranked(texts: list[str], *, ties: bool = False) -> IntArray:
    """The place of each text among all, equal texts in equal places when `ties`."""
    if ties:
        places = {text: n for n, text in enumerate(sorted(set(texts)))}
        return np.array([places[text] for text in texts], dtype=np.int64)
    return np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64).argsort()


_YEAR = re.compile(r"\b20\d\d\b")


def _last(offer: Offer, built: datetime) -> float:
    """When the last of its dates ends. Hours whose every rule names a year, all of them past, are over too: last season's, never renewed."""
    planned = [o for o in offer.occurrences if o.status is not OccurrenceStatus.CANCELLED]
    if planned:
        return max((o.end or o.start + timedelta(days=o.all_day, hours=not o.all_day)).timestamp() for o in planned)
    if offer.occurrences:
        return max(o.start.timestamp() for o in offer.occurrences)
    if offer.hours:
        years = [_YEAR.findall(rule) for rule in offer.hours.split(";")]
        if all(years) and max(int(year) for found in years for year in found) < built.year:
            return datetime(max(int(year) for found in years for year in found) + 1, 1, 1, tzinfo=built.tzinfo).timestamp()
    return np.inf
