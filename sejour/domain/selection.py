"""What the office puts together: a collection by theme, or the deals of the moment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import Collection, Notice
from sejour.domain.infeasible import keeps_out
from sejour.domain.notices import deals
from sejour.domain.obstacle import Hindrance, Obstacle
from sejour.domain.offer import Offer
from sejour.domain.page import Card, found
from sejour.domain.text import LocalText
from sejour.domain.visit import Visit

MOST = 40  # offers of one page


@dataclass(frozen=True, slots=True)
class Other:
    """An offer that cannot be reached in time, and why not."""

    offer: Offer
    hindrance: Hindrance | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Those that can be reached in time first, each part in the office's order. `deals` are those of no offer."""

    visit: Visit
    cards: tuple[Card, ...]
    others: tuple[Other, ...]
    name: LocalText | None = None
    text: LocalText | None = None
    deals: tuple[Notice, ...] = ()


def collect(catalogue: Catalogue, visit: Visit, collection: Collection) -> Selection:
    return replace(_select(catalogue, visit, collection.offers), name=collection.name, text=collection.text)


def select_deals(catalogue: Catalogue, visit: Visit) -> Selection:
    """The first to end first."""
    found = deals(catalogue.said, visit)
    return replace(_select(catalogue, visit, (deal.offer for deal in found)), deals=tuple(deal for deal in found if not deal.offer))


def _select(catalogue: Catalogue, visit: Visit, ids: Iterable[str]) -> Selection:
    """Whoever asks for a selection wants nothing else: their wishes are left aside."""
    free = replace(visit, wishes=frozenset())
    indices = [catalogue.index[id] for id in dict.fromkeys(ids) if id in catalogue.index][:MOST]
    told = found(catalogue, free, indices)
    cards = tuple(Card(each.suggestion, None, each.notices) for each in told if each.suggestion)
    away = [(i, each.offer) for i, each in zip(indices, told, strict=True) if each.suggestion is None]
    others = ((offer, keeps_out(catalogue, free, i)) for i, offer in away)
    gone = (Obstacle.MUTED, Obstacle.NO_POSITION)
    return Selection(visit, cards, tuple(Other(offer, why) for offer, why in others if why is None or why.obstacle not in gone))
