"""Two ways to rank, compared: the same situations asked of the same cards, with other weights."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sejour.domain.catalogue import Catalogue
from sejour.domain.honest import gone
from sejour.domain.memo import Memo
from sejour.domain.offer import Kind, Offer
from sejour.domain.page import ideas_of, suggest
from sejour.domain.ranking import situate
from sejour.domain.suggestion import Suggestion
from sejour.domain.visit import Visit
from sejour.domain.weights import Weights

LIMIT = 8
MOST_MOVED = 10  # cards told on each side


@dataclass(frozen=True, slots=True)
class Asked:
    """A situation. `shows`: kinds one of which is on its page, if any can be reached in time."""

    name: str
    visit: Visit
    shows: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """A card of a page: its place before and after, from 1, None where it is not on it."""

    offer: Offer
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`moves` in the order of the new page, what left it at the end; `failed_before` and `failed` what was expected and is not so."""

    asked: Asked
    moves: tuple[Move, ...]
    failed_before: tuple[str, ...]
    failed: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return any(move.before != move.after for move in self.moves)


@dataclass(frozen=True, slots=True)
class Risen:
    """On how many pages a card is, before and after; `places` that it won on those it is on both times."""

    offer: Offer
    before: int
    after: int
    places: int

    @property
    def worth(self) -> int:
        """In places: to come on a page is to come from below its last."""
        return (self.after - self.before) * LIMIT + self.places


@dataclass(frozen=True, slots=True)
class Comparison:
    answers: tuple[Answer, ...]
    up: tuple[Risen, ...]
    down: tuple[Risen, ...]

    @property
    def changed(self) -> int:
        return sum(answer.changed for answer in self.answers)

    @property
    def failed(self) -> int:
        """Expectations that are met before and not after."""
        return sum(len(set(answer.failed) - set(answer.failed_before)) for answer in self.answers)


def compare(catalogue: Catalogue, weights: Weights, situations: Sequence[Asked]) -> Comparison:
    """Of the catalogue as it ranks now, and with these weights."""
    other = replace(catalogue, weights=weights, memo=Memo())
    answers = tuple(_answer(catalogue, other, asked) for asked in situations)
    found: dict[str, Risen] = {}
    for move in (move for answer in answers for move in answer.moves):
        so_far = found.get(move.offer.id, Risen(move.offer, 0, 0, 0))
        places = (move.before - move.after) if move.before and move.after else 0
        found[move.offer.id] = Risen(move.offer, so_far.before + bool(move.before), so_far.after + bool(move.after), so_far.places + places)
    order = sorted(found.values(), key=lambda each: (-each.worth, each.offer.id))
    return Comparison(answers, tuple(r for r in order if r.worth > 0)[:MOST_MOVED], tuple(r for r in reversed(order) if r.worth < 0)[:MOST_MOVED])


def _answer(catalogue: Catalogue, other: Catalogue, asked: Asked) -> Answer:
    before, after = (suggest(each, asked.visit, LIMIT) for each in (catalogue, other))
    old, new = ({s.offer.id: n for n, s in enumerate(page, 1)} for page in (before, after))
    moves = [Move(s.offer, old.get(s.offer.id), n) for n, s in enumerate(after, 1)]
    moves += [Move(s.offer, old[s.offer.id], None) for s in before if s.offer.id not in new]
    return Answer(asked, tuple(moves), _failed(catalogue, asked, before), _failed(catalogue, asked, after))


def _failed(catalogue: Catalogue, asked: Asked, page: Sequence[Suggestion]) -> tuple[str, ...]:
    wrong = [f"« {s.offer.names.choose('fr')[0]} » : {why}" for s in page if (why := gone(s, asked.visit, catalogue))]
    missing = [kind for kind in asked.shows if kind not in {s.offer.kind for s in page}]
    if asked.shows and len(missing) == len(asked.shows):
        possible = {catalogue.offers[i].kind for i in situate(catalogue, asked.visit, ideas_of(asked.visit)).offers.tolist()}
        wrong += [f"rien du type attendu ({', '.join(asked.shows)}), que l’on peut pourtant rejoindre"] if possible & set(missing) else []
    return tuple(wrong)
