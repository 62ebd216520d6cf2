"""Who are twins: how two offers are compared, and what says that they are one.

Two offers are twins when
1. they are one record (same id) in two feeds, or their keys hold the same regional id, whatever else they say;
2. or they name the same regional id, in a key or in an address, and their names are close;
3. or they share a phone or a web address, their names are close, and they are at most 1 km apart (or in one town, if one has no position);
   150 m when the name is but a common noun ("Toilettes publiques");
4. or their names are very close and they are at most 150 m apart; 40 m when the name is but a common noun, or when their phones differ; never
   two lodgings whose phones differ, which are flats of one building.
2 to 4 ask for compatible kinds and, of what is dated, for the same days; 3 and 4 for one town. Every threshold is our rule, tried on real feeds
(tests/domain/test_merge.py).
"""

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import chain
from math import cos, hypot, inf, radians

from sejour.domain.identity import COMMON, Face, own_words
from sejour.domain.offer import Kind
from sejour.domain.place import Address
from sejour.domain.text import Reason
from sejour.domain.travel import EARTH_RADIUS_M

NEAR_M, SAME_PLACE_M, SAME_SPOT_M = 1_000.0, 150.0, 40.0
SAME_START_MIN = 60  # two feeds may say the doors and the first note; a mistaken time zone is 120 off
ALIKE = 0.8  # of two words, for one to be a misspelling of the other (difflib's ratio)


class Evidence(StrEnum):
    HUMAN = "human"
    SAME_RECORD = "same_record"
    REGIONAL_ID = "regional_id"
    PHONE = "phone"
    SITE = "site"
    NAME = "name"
    EVENT = "event"


SENTENCES = {  # the office's words stay French
    Evidence.HUMAN: "L’office dit que c’est la même fiche.",
    Evidence.SAME_RECORD: "La même fiche, reçue de plusieurs flux.",
    Evidence.REGIONAL_ID: "Même identifiant régional : %(what)s.",
    Evidence.PHONE: "Même téléphone (%(what)s) et noms voisins, %(where)s.",
    Evidence.SITE: "Même adresse web (%(what)s) et noms voisins, %(where)s.",
    Evidence.NAME: "Même nom (%(what)s), %(where)s.",
    Evidence.EVENT: "Même nom (%(what)s), %(where)s, le même jour.",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Why two ids are one. `what`: the id, phone, address or name they share; `metres` between them, None when one has no position."""

    first: str
    second: str
    evidence: Evidence
    what: str
    metres: int | None

    @property
    def reason(self) -> Reason:
        where = "dans la même commune" if self.metres is None else f"à {self.metres} m"
        return Reason(SENTENCES[self.evidence], {"what": self.what, "where": where})


_SAME_RECORD, _REGIONAL_ID, _QUOTED_ID, _CONTACT, _NAME, _CLOSE_NAME = range(6)  # from the strongest link to the weakest
Strength = tuple[int, bool, float]
_COMPATIBLE = {frozenset(kinds) for kinds in (
    (Kind.SIGHT, Kind.ACTIVITY), (Kind.ACTIVITY, Kind.SHOP), (Kind.ACTIVITY, Kind.SERVICE), (Kind.SHOP, Kind.SERVICE), (Kind.EVENT, Kind.MARKET),
)}  # fmt: skip


def verdict(a: Face, b: Face) -> tuple[Strength, Link] | None:
    """The link between two offers and how strong it is (less is stronger): the rule of the module's docstring."""
    if a.offer.id > b.offer.id:
        a, b = b, a
    ids, kinds = (a.offer.id, b.offer.id), {a.offer.kind, b.offer.kind}
    if a.offer.id == b.offer.id:
        return (_SAME_RECORD, False, 0.0), Link(*ids, Evidence.SAME_RECORD, a.offer.id, None)
    if both := a.keyed & b.keyed:
        return (_REGIONAL_ID, False, 0.0), Link(*ids, Evidence.REGIONAL_ID, min(both), None)
    if (len(kinds) > 1 and kinds not in _COMPATIBLE) or not same_days(a, b):
        return None
    same_start = bool(a.days and b.days) and not set(chain(*a.days.values())).isdisjoint(chain(*b.days.values()))
    very, close, telling = compare_names(a, b, same_start)
    if not close:
        return None
    metres = metres_apart(a, b)
    known = round(metres) if a.offer.place and b.offer.place and metres < inf else None
    if both := (a.keyed | a.quoted) & (b.keyed | b.quoted):
        return (_QUOTED_ID, not same_start, metres), Link(*ids, Evidence.REGIONAL_ID, min(both), known)
    for evidence, shared in ((Evidence.PHONE, a.phones & b.phones), (Evidence.SITE, a.sites & b.sites)):
        if shared and metres <= (NEAR_M if telling else SAME_PLACE_M):
            return (_CONTACT if very else _CLOSE_NAME, not same_start, metres), Link(*ids, evidence, min(shared), known)
    phones_differ = bool(a.phones and b.phones) and a.phones.isdisjoint(b.phones)
    dated = bool(a.days and b.days)
    reach = SAME_PLACE_M if dated or (telling and not phones_differ) else SAME_SPOT_M
    if not very or known is None or metres > reach or (phones_differ and Kind.LODGING in kinds):
        return None
    return (_NAME, not same_start, metres), Link(*ids, Evidence.EVENT if dated else Evidence.NAME, a.offer.names.choose()[0], known)


def same_days(a: Face, b: Face) -> bool:
    """Of dated things, half the days of the shorter one are days of the other, and where both say a time they agree once at least. What has
    no date is no twin of an event that has; a weekly market may be, on the same weekday."""
    if a.days and b.days:
        common = a.days.keys() & b.days.keys()
        gaps = [abs(one - other) for day in common for one in a.days[day] for other in b.days[day]]
        return 2 * len(common) >= min(len(a.days), len(b.days)) and (not gaps or min(gaps) <= SAME_START_MIN)
    if a.days or b.days:
        undated = b.offer.kind if a.days else a.offer.kind
        return undated is not Kind.EVENT and (undated is not Kind.MARKET or bool(a.weekdays & b.weekdays))
    return not (a.weekdays and b.weekdays) or bool(a.weekdays & b.weekdays)


def compare_names(a: Face, b: Face, same_start: bool) -> tuple[bool, bool, bool]:
    """(very close, close, telling). Very close: the same words in any order, but for the town and for what the kind or the themes say anyway.
    Close, for one kind and most of the same days: or one word misspelt; or one name has common words more ("et ses jardins"; not for lodgings:
    "Novotel", "Novotel Café"); or as many words more again, when both start at the same minute. Telling: they share more than common nouns."""
    one, other = a.words, b.words
    for town in (a.town, b.town):
        one, other = one - town if town < one else one, other - town if town < other else other
    both, left, right = one & other, one - other - b.implied, other - one - a.implied
    telling = bool(own_words(both))
    if (both and not left and not right) or a.spelled == b.spelled:
        return True, True, telling
    if a.offer.kind is not b.offer.kind or 2 * len(a.days.keys() & b.days.keys()) < max(len(a.days), len(b.days)):
        return False, False, telling
    if len(left) == len(right) == 1:
        (x,), (y,) = left, right
        misspelt = min(len(x), len(y)) >= 5 and (x + y).isalpha() and SequenceMatcher(None, x, y).ratio() >= ALIKE
        return False, misspelt, telling or bool(own_words(left))
    more = left or right
    fits = (more <= COMMON and a.offer.kind is not Kind.LODGING) or (same_start and len(more) <= len(both))
    return False, telling and fits and not (left and right), telling


def metres_apart(a: Face, b: Face) -> float:
    """Between the two places on a flat Earth; when one has none, NEAR_M in one town. Infinity in two towns, whatever the positions: a firm's
    branches may all be given that of its seat."""
    one, other = a.offer.address or Address(), b.offer.address or Address()
    if one.insee and other.insee and one.insee != other.insee:
        return inf
    here, there = a.offer.place, b.offer.place
    if here and there:
        east = ((there.lon - here.lon + 180) % 360 - 180) * cos(radians((here.lat + there.lat) / 2))
        return hypot(radians(there.lat - here.lat), radians(east)) * EARTH_RADIUS_M
    return NEAR_M if a.town and a.town == b.town and (not one.postcode or not other.postcode or one.postcode == other.postcode) else inf
