"""Pairs of cards that may be one, of which the rules are not sure enough to join them: a human looks, and says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import inf

from sejour.domain.curation import Twin
from sejour.domain.identity import Face, face_of, own_words
from sejour.domain.join import Sourced
from sejour.domain.offer import Kind, Offer
from sejour.domain.pairs import keys_of, pairs_sharing
from sejour.domain.text import Reason
from sejour.domain.twins import NEAR_M, SAME_PLACE_M, compare_names, metres_apart, same_days, verdict

MOST = 50  # pairs shown
FARTHEST_M = 3 * NEAR_M  # beyond, two places are two
NAMED_ALIKE = 0.6  # the share of the words of two names that they have in common, from where a human had better look
SPELLED_ALIKE = 0.85  # difflib's ratio of two names


@dataclass(frozen=True, slots=True)
class Doubt:
    """`likely` from 0 to 1; `reason` is for the office, in French."""

    first: Offer
    second: Offer
    likely: float
    reason: Reason


def doubts(offers: Sequence[Offer], twins: Collection[Twin] = (), most: int = MOST) -> tuple[Doubt, ...]:
    """The likeliest first, of cards that are left when twins are joined (`Merged.offers`); without those that a human said something of."""
    said = {frozenset((twin.offer, twin.other)) for twin in twins}
    each = [Sourced(offer, "", 0) for offer in sorted(offers, key=lambda offer: offer.id)]
    anyone = [str(n) for n in range(len(each))]  # one feed may give a thing twice: that is for a human to say
    pairs = sorted(pairs_sharing([keys_of(one) for one in each], anyone))
    faces = {i: face_of(each[i]) for i in {i for pair in pairs for i in pair}}
    found = [_doubt(faces[a], faces[b]) for a, b in pairs if frozenset((each[a].offer.id, each[b].offer.id)) not in said]
    told = [doubt for doubt in found if doubt]
    return tuple(sorted(told, key=lambda doubt: (-doubt.likely, doubt.first.id, doubt.second.id))[:most])


def _doubt(a: Face, b: Face) -> Doubt | None:
    metres = metres_apart(a, b)
    if metres == inf or metres > FARTHEST_M or not same_days(a, b):
        return None
    very, close, telling = compare_names(a, b, same_start=False)
    named, phones_differ = _alike(a, b), bool(a.phones and b.phones) and a.phones.isdisjoint(b.phones)
    if not very and (a.offer.feed == b.offer.feed or _numbers(a) != _numbers(b)):  # who gives two names means two things
        return None
    if not (very or close) and (named < NAMED_ALIKE or not telling):
        return None
    if not telling and metres > SAME_PLACE_M:  # a common noun says nothing of a thing farther off
        return None
    if phones_differ and a.offer.kind is Kind.LODGING:  # flats of one building
        return None
    doubts: list[str] = []
    if verdict(a, b):
        doubts.append("le même flux donne les deux")
    if not (very or close):
        doubts.append("les noms diffèrent un peu")
    if a.offer.kind is not b.offer.kind:
        doubts.append("les types diffèrent")
    if metres > SAME_PLACE_M:
        doubts.append(f"à {round(metres)} m l’une de l’autre" if a.offer.place and b.offer.place else "l’une n’a pas de position")
    if phones_differ:
        doubts.append("les téléphones diffèrent")
    shared = "même téléphone, " if a.phones & b.phones else "même site, " if a.sites & b.sites else ""
    likely = (1.0 if very or close else named) * (1.0 if shared else 0.9) * (1 - metres / (2 * FARTHEST_M)) * (0.8 if phones_differ else 1.0)
    words = "%(shared)snoms « %(one)s » et « %(other)s » : %(doubts)s."
    facts: dict[str, object] = {"shared": shared, "one": a.offer.names.choose()[0], "other": b.offer.names.choose()[0], "doubts": ", ".join(doubts)}
    return Doubt(a.offer, b.offer, round(likely * (0.5 if a.offer.kind is not b.offer.kind else 1.0), 3), Reason(words, facts))


def _alike(a: Face, b: Face) -> float:
    """How much two names have in common, from 0 to 1: words, or letters."""
    one, other = a.words - a.implied - b.implied, b.words - a.implied - b.implied
    if not own_words(one & other):
        return 0.0
    letters = SequenceMatcher(None, a.spelled, b.spelled).ratio()
    return max(len(one & other) / len(one | other), letters if letters >= SPELLED_ALIKE else 0.0)


def _numbers(face: Face) -> frozenset[str]:
    return frozenset(word for word in face.words if word.isdigit())
