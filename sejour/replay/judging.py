"""Does the answer meet what was expected? Over and closed are told from the offer itself, not from the prepared timetable."""

import unicodedata
from collections.abc import Iterator, Sequence

from sejour.domain import honest
from sejour.domain.catalogue import Catalogue
from sejour.domain.offer import Offer
from sejour.domain.slot import window
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.visit import Visit
from sejour.replay.report import line, named
from sejour.replay.situation import Difference, Expectations


def differences(
    expect: Expectations, visit: Visit, cards: Sequence[Suggestion], again: Sequence[Suggestion], catalogue: Catalogue
) -> Iterator[Difference]:
    for card in cards:
        if why := honest.gone(card, visit, catalogue):
            yield Difference("à l’arrivée", "rien de fini ni de fermé", f"{named(card, visit)} : {why}")
    if list(cards) != list(again):
        names = ", ".join(named(card, visit) for card in again)
        yield Difference("deux fois", "la même liste quand on redemande", names or "aucune carte")
    yield from _of_numbers(expect, len(cards))
    yield from _of_the_first(expect, visit, cards)
    for word in expect.contains:
        if not any(matches(word, card.offer) for card in cards):
            yield Difference("contains", word, "aucune carte n’y répond")
    for word in expect.never:
        for card in cards:
            if matches(word, card.offer):
                yield Difference("never", f"rien qui réponde à « {word} »", named(card, visit))
    said = [_plain(line(card, visit)) for card in cards]
    for word in expect.says:
        if not any(_plain(word) in line for line in said):
            yield Difference("says", f"« {word} » sur une carte", "aucune carte ne le dit")
    if expect.all_open:
        for card in cards:
            if wrong := _not_open(card, visit):
                yield Difference("all_open", "ouvert, en cours, ou qui commence à temps", f"{named(card, visit)} : {wrong}")


def _of_numbers(expect: Expectations, number: int) -> Iterator[Difference]:
    got = f"{number} carte{'s' * (number > 1)}" if number else "aucune carte"
    if expect.empty is not None and expect.empty != (number == 0):
        yield Difference("empty", "aucune carte" if expect.empty else "au moins une carte", got)
    if expect.least is not None and number < expect.least:
        yield Difference("min", f"au moins {expect.least}", got)
    if expect.most is not None and number > expect.most:
        yield Difference("max", f"au plus {expect.most}", got)


def _of_the_first(expect: Expectations, visit: Visit, cards: Sequence[Suggestion]) -> Iterator[Difference]:
    first = cards[0] if cards else None
    got = f"{first.offer.kind}, {named(first, visit)}" if first else "aucune carte"
    if expect.first_kind and (first is None or first.offer.kind not in expect.first_kind):
        yield Difference("first_kind", " ou ".join(expect.first_kind), got)
    if expect.first and (first is None or not any(matches(word, first.offer) for word in expect.first)):
        yield Difference("first", " ou ".join(f"« {word} »" for word in expect.first), got)


def matches(word: str, offer: Offer) -> bool:
    """Its id, its key or the end of it, its kind, one of its themes, or a part of its name in any language; case, accents and hyphens do not count."""
    asked = _plain(word)
    whole = (offer.id, offer.key, offer.key.rpartition("/")[2], offer.kind, *offer.themes)
    return any(asked == _plain(each) for each in whole) or any(asked in _plain(name) for name in offer.names.texts.values())


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).replace("-", " ").replace("_", " ").split())


def _not_open(card: Suggestion, visit: Visit) -> str | None:
    if card.time.state is TimeState.UNKNOWN:
        return "horaires à confirmer"
    latest = max(window(visit)[1].timestamp(), card.time.arrive.timestamp())
    if card.time.begins and card.time.begins.timestamp() > latest:
        return f"ne commence que le {card.time.begins:%d/%m à %H:%M}"
    return None
