"""Twins: the same place or event given by two feeds (or twice by one) becomes one offer.

Two offers are twins when
1. they are one record (same id) in two feeds, or their keys hold the same regional id, whatever else they say;
2. or they name the same regional id, in a key or in an address, and their names are close;
3. or they share a phone or a web address, their names are close, and they are at most 1 km apart (or in one town, if one has no position);
   150 m when the name is but a common noun ("Toilettes publiques");
4. or their names are very close and they are at most 150 m apart; 40 m when the name is but a common noun, or when their phones differ; never
   two lodgings whose phones differ, which are flats of one building.
2 to 4 ask for compatible kinds and, of what is dated, for the same days; 3 and 4 for one town. Groups are transitive, the strongest links
first, but never hold two records of one feed: who gives two means two things. Only the same regional id in both keys says otherwise.

Passes are made until nothing more is joined, so that merging again changes nothing; the order of the input never matters. Every threshold
is our rule, tried on real feeds (tests/domain/test_merge.py).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import chain, combinations, pairwise
from math import cos, floor, hypot, inf, radians
from zoneinfo import ZoneInfo

from sejour.domain.join import Sourced, days_spanned, facts, joined, precedence, site_of
from sejour.domain.offer import ContactType, Kind, Offer
from sejour.domain.place import Address, Place
from sejour.domain.text import Reason
from sejour.domain.travel import EARTH_RADIUS_M

NEAR_M, SAME_PLACE_M, SAME_SPOT_M = 1_000.0, 150.0, 40.0
SAME_START_MIN = 60  # two feeds may say the doors and the first note; a mistaken time zone is 120 off
MOST_ALIKE = 300  # offers that share an id, a phone and a word, or a word in one block: what more of them share says nothing
ALIKE = 0.8  # of two words, for one to be a misspelling of the other (difflib's ratio)
CELL = 0.005  # degrees: 550 m of latitude


class Evidence(StrEnum):
    SAME_RECORD = "same_record"
    REGIONAL_ID = "regional_id"
    PHONE = "phone"
    SITE = "site"
    NAME = "name"
    EVENT = "event"


SENTENCES = {  # the office's words stay French
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


@dataclass(frozen=True, slots=True)
class Twins:
    """One merged card, the `offers` that were joined in it (by precedence) and the `links` that joined them."""

    merged: Offer
    offers: tuple[Offer, ...]
    links: tuple[Link, ...]

    @property
    def fields(self) -> dict[str, tuple[str, ...]]:
        """By field that says something, the feeds it comes from: by precedence, each that brought what those before had not."""
        origins: dict[str, tuple[str, ...]] = {}
        for field in fields(Offer):
            wanted = set(facts(getattr(self.merged, field.name)))
            feeds: dict[str, None] = {}
            for offer in self.offers:
                if brought := wanted & set(facts(getattr(offer, field.name))):
                    wanted -= brought
                    feeds[offer.feed] = None
            if feeds:
                origins[field.name] = tuple(feeds)
        return origins


@dataclass(frozen=True, slots=True)
class Merged:
    """`sourced`: what is left, sorted by id, ready to be merged again; `aliases`: the id kept, by each id that disappeared."""

    sourced: tuple[Sourced, ...]
    twins: tuple[Twins, ...]
    aliases: dict[str, str]

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(each.offer for each in self.sourced)

    def twins_of(self, id: str) -> Twins | None:
        """The merged card that `id`, kept or gone, is part of; None when it was joined with nothing."""
        kept = self.aliases.get(id, id)
        return next((twins for twins in self.twins if twins.merged.id == kept), None)


def merge(offers: Sequence[Sourced]) -> Merged:
    """The offers with their twins joined: the same whatever order they come in."""
    groups = [
        _Group(each, _keys(each)) for each in sorted(offers, key=lambda each: (each.offer.id, each.offer.feed, each.offer.key, each.seen, each.rank))
    ]
    judged: set[tuple[_Group, _Group]] = set()
    while (joined := _one_pass(groups, judged)) is not None:
        groups = joined
    groups.sort(key=lambda group: group.merged.offer.id)
    twins = [Twins(group.merged.offer, tuple(each.offer for each in group.members), group.links) for group in groups if group.members]
    aliases = {offer.id: each.merged.id for each in twins for offer in each.offers if offer.id != each.merged.id}
    return Merged(tuple(group.merged for group in groups), tuple(twins), aliases)


@dataclass(frozen=True, slots=True, eq=False)  # itself and no other: a key of `judged`
class _Group:
    """What several offers are together, and the `keys` of it; `members`, by precedence, is empty for an offer alone."""

    merged: Sourced
    keys: tuple[str, ...]
    members: tuple[Sourced, ...] = ()
    links: tuple[Link, ...] = ()


def _together(groups: Sequence[_Group], links: Iterable[Link]) -> _Group:
    members = sorted((each for group in groups for each in group.members or (group.merged,)), key=precedence)
    told = sorted([*links, *(link for group in groups for link in group.links)], key=_told)
    merged = joined(members)
    return _Group(merged, _keys(merged), tuple(members), tuple(told))


def _told(link: Link) -> tuple[str, ...]:
    return link.first, link.second, link.evidence, link.what


def _one_pass(groups: Sequence[_Group], judged: set[tuple[_Group, _Group]]) -> list[_Group] | None:
    """The groups with those that are linked joined (union-find, the strongest link first); None when nothing could be joined. What was `judged`
    before is so for good: joined, or kept apart."""
    pairs = [(a, b) for a, b in _candidates(groups) if (groups[a], groups[b]) not in judged]
    judged.update((groups[a], groups[b]) for a, b in pairs)
    faces = {i: _face(groups[i].merged) for i in set(chain.from_iterable(pairs))}
    found = [(*verdict, a, b) for a, b in pairs if (verdict := _verdict(faces[a], faces[b]))]
    found.sort(key=lambda each: (each[0], _told(each[1])))
    parent = list(range(len(groups)))
    claims = {i: _claims(groups[i].merged) for *_, a, b in found for i in (a, b)}
    links: dict[int, list[Link]] = {}

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    for _, link, a, b in found:
        one, other = root(a), root(b)
        if one == other or any(claims[other].get(feed, claim) != claim for feed, claim in claims[one].items()):
            continue
        parent[other], claims[one] = one, {**claims[one], **claims[other]}
        links[one] = [*links.get(one, ()), *links.pop(other, ()), link]
    if not links:
        return None
    together: dict[int, list[_Group]] = defaultdict(list)
    for i, group in enumerate(groups):
        together[root(i)].append(group)
    return [same[0] if len(same) == 1 else _together(same, links[i]) for i, same in together.items()]


def _claims(sourced: Sourced) -> dict[str, str]:
    """By feed, what an offer is there: its regional id, else its key."""
    return {feed: min(regional_ids(key), default=key) for feed, key in sourced.records}


# ---- What is compared ----


@dataclass(frozen=True, slots=True)
class _Face:
    """What others see of an offer. `keyed`, `quoted`: the regional ids in its keys, in its addresses; `words`: those of its name (see _words),
    `spelled` in one; `implied`: those that its kind and themes say, so that the name may leave them out; `town`: those of its city; `days`: by
    ordinal day, the starts in minutes of the epoch; `weekdays`: 0 is Monday, empty when unknown."""

    offer: Offer
    keyed: frozenset[str]
    quoted: frozenset[str]
    phones: frozenset[str]
    sites: frozenset[str]
    words: frozenset[str]
    spelled: str
    implied: frozenset[str]
    town: frozenset[str]
    days: Mapping[int, tuple[int, ...]]
    weekdays: frozenset[int]


def _face(sourced: Sourced) -> _Face:
    offer = sourced.offer
    words, days = _words(offer.names.choose()[0]), _days_of(offer)
    phones, sites, keyed, quoted = _shared(sourced)
    return _Face(
        offer=offer,
        keyed=frozenset(keyed),
        quoted=frozenset(quoted),
        phones=frozenset(phones),
        sites=frozenset(sites),
        words=frozenset(words),
        spelled="".join(words),
        implied=_IMPLIED.get(offer.kind, frozenset()).union(*(_IMPLIED.get(theme, ()) for theme in offer.themes)),
        town=_town(offer),
        days=days,
        weekdays=frozenset((day - 1) % 7 for day in days) or (_weekdays(offer.hours or "") if offer.kind is Kind.MARKET else frozenset()),
    )


def _shared(sourced: Sourced) -> tuple[list[str], list[str], list[str], list[str]]:
    """The phones, the sites, the regional ids in the keys and those in the addresses."""
    phones, web = [], [picture.url for picture in sourced.offer.pictures]
    sites = []
    for contact in sourced.offer.contacts:
        if contact.type is ContactType.PHONE:
            phones.append(contact.value)
        elif contact.type is not ContactType.EMAIL:
            web.append(contact.value)
            if site := site_of(contact.value):
                sites.append(site)
    return phones, sites, regional_ids("\n".join(key for _, key in sourced.records)), regional_ids("\n".join(web))


def _town(offer: Offer) -> frozenset[str]:
    return _city_words(offer.address.city) if offer.address and offer.address.city else frozenset()


_TYPES = {"acc", "asc", "cir", "cos", "deg", "fma", "hco", "hlo", "hot", "hpa", "iti", "loi", "org", "pcu", "pna", "prd", "res", "ret", "sem", "str",
          "vil"}  # fmt: skip
_RUN = re.compile(r"[0-9a-z]{12,}")
_TOURINSOFT = re.compile(r"[a-z]{6}(?:[a-z]{3})?\d[0-9a-z]{6,10}|[a-z]{3}\d{9}")
_APIDAE = re.compile(r"(?:apidae[-_/]|sitra2_[a-z]{3}_|/f(?=\d+_))(\d{5,9})(?!\d)")


def regional_ids(text: str) -> list[str]:
    """The ids of the regional systems in a key or in addresses. Seen in real feeds: "HOTAQU064V50ABCD", "DEGCENCEN9992079", "HPA877000329"
    (Tourinsoft); "apidae-6989229", "SITRA2_COS_4838849", ".../F7681719_fete" (Apidae, whose number alone counts)."""
    text = text.lower()
    runs = [run.upper() for run in _RUN.findall(text) if run[:3] in _TYPES and _TOURINSOFT.fullmatch(run)]
    return runs + [f"apidae-{number}" for number in _APIDAE.findall(text)]


_LITTLE = re.compile(r"\b(?:[cdjlmnst]|qu)['’`]|\bn°|\ba (?=.)|\b\d ?(?:\*|etoiles?\b|epis?\b)")
_STOP = set(re.findall(r"\w+", """le la les un une de du des au aux en et ou sur sous dans par pour chez ses son the of and in sarl sas earl eurl gaec
                                  scea municipal municipale communal communale annule annulee reporte reportee complet"""))  # fmt: skip
_SHORT = {"st": "saint", "ste": "sainte", "gd": "grand", "ot": "office tourisme", "expo": "exposition", "resto": "restaurant"}
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})


def _words(name: str) -> tuple[str, ...]:
    """The words that identify: no accent, case, plural, elision, article, legal form or stars. All the words, when none is left."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    if not text.isascii():
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    found = re.findall(r"[^\W_]+", _LITTLE.sub(" ", text))
    words = " ".join(_SHORT.get(word, word) for word in found if word not in _STOP).split() or found
    return tuple(word[:-1] if len(word) > 3 and word[-1] in "sx" else word.lstrip("0") or word for word in words)


_IMPLIED = {  # by kind or theme
    said: frozenset(_words(words))
    for said, words in {
        "restaurant": "restaurant", "hotel": "hotel", "camping": "camping", "guesthouse": "chambre hote", "self_catering": "gite meuble",
        "museum": "musee", "castle": "chateau", "church": "eglise", "cathedral": "cathedrale", "abbey": "abbaye", "garden": "jardin", "zoo": "zoo",
        "aquarium": "aquarium", "cave": "grotte", "library": "bibliotheque mediatheque", "theatre": "theatre", "cinema": "cinema",
        "casino": "casino", "pool": "piscine", "golf": "golf", "bowling": "bowling", "viewpoint": "point vue belvedere", "beach": "plage",
        "winery": "cave domaine", "cafe": "cafe", "brasserie": "brasserie", "bistro": "bistro bistrot", "pharmacy": "pharmacie", "market": "marche",
        "parking": "parking", "toilets": "toilette wc public publique", "tourist_office": "office tourisme", "picnic": "aire pique nique",
        "water": "fontaine", "charging": "borne recharge", "flea_market": "brocante vide grenier", "festival": "festival", "concert": "concert",
        "exhibition": "exposition", "show": "spectacle", "guided_tour": "visite guidee", "conference": "conference", "children": "enfant",
    }.items()
}  # fmt: skip
_COMMON = frozenset(chain(*_IMPLIED.values(), _words(
    "auberge bar boutique centre chapelle conseil degustation ferme fete halle hebergement jeu location maison nature parc place producteur "
    "pub salle salon sentier site spa stade station taverne tour traiteur vente village vin"
)))  # fmt: skip


@lru_cache(maxsize=1_000)
def _city_words(city: str) -> frozenset[str]:
    return frozenset(_words(city))


def _own(words: Iterable[str]) -> set[str]:
    """The words that say which one it is."""
    return {word for word in words if word not in _COMMON and not word.isdigit()}


_NO_DAYS: Mapping[int, tuple[int, ...]] = {}


def _days_of(offer: Offer) -> Mapping[int, tuple[int, ...]]:
    if not offer.occurrences:
        return _NO_DAYS
    days: dict[int, tuple[int, ...]] = {}
    zone = ZoneInfo(offer.timezone)
    for occurrence in offer.occurrences:
        spanned = days_spanned(occurrence, zone)
        for day in spanned:
            days.setdefault(day, ())
        if not occurrence.all_day:
            days[spanned[0]] += (int(occurrence.start.timestamp() // 60),)
    return days


_WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEK)})(?:-({'|'.join(_WEEK)}))?\b")


def _weekdays(hours: str) -> frozenset[int]:
    """The weekdays that an opening_hours text names."""
    found: set[int] = set()
    for first, last in _WEEKDAY.findall(hours):
        start = _WEEK.index(first)
        found |= {(start + n) % 7 for n in range((_WEEK.index(last) - start) % 7 + 1 if last else 1)}
    return frozenset(found)


# ---- Who may be twins: pairs that share something, never all pairs ----


def _candidates(groups: Sequence[_Group]) -> set[tuple[int, int]]:
    first: dict[str, int] = {}  # most keys are of one offer alone
    buckets: dict[str, list[int]] = {}
    for i, group in enumerate(groups):
        for key in group.keys:
            if (other := first.setdefault(key, i)) != i:
                buckets.setdefault(key, [other]).append(i)
    feeds = [group.merged.offer.feed for group in groups]
    pairs: set[tuple[int, int]] = set()
    for key, found in buckets.items():
        if key.startswith("same "):  # joined whatever they say: neighbours are enough
            pairs.update(pairwise(found))
        elif len(found) <= MOST_ALIKE:
            pairs.update((a, b) for a, b in combinations(found, 2) if feeds[a] != feeds[b] or key.startswith("key "))
    return pairs


def _keys(sourced: Sourced) -> tuple[str, ...]:
    """What twins have in common. Words by their first letters, which few misspellings touch; dated things by the month, so that the hundred
    dates of one visit are not all compared. Texts, which the garbage collector has not to follow."""
    offer = sourced.offer
    phones, shared, keyed, quoted = _shared(sourced)
    shared += phones
    if offer.place:
        shared += _cells(offer.place)
    months = {str(day // 30) for day in _days_of(offer)}
    if not months or offer.kind is not Kind.EVENT or "market" in offer.themes:
        months.add("")
    words = _words(offer.names.choose()[0])
    starts = {word[:4] for word in (_own(words) - _town(offer) or words)}
    ids = {f"same {offer.id}", *[f"key {id}" for id in keyed], *[f"id {id}" for id in (*keyed, *quoted)]}
    return (*ids, *{f"{start} {month} {one}" for start in starts for month in months for one in shared})


def _cells(place: Place) -> Iterator[str]:
    """The cells of a grid of CELL degrees that a box of SAME_PLACE_M around the place touches: two places that near touch one together."""
    tall = SAME_PLACE_M / 111_000
    wide = tall / max(0.01, cos(radians(place.lat)))
    for y in range(floor((place.lat - tall) / CELL), floor((place.lat + tall) / CELL) + 1):
        for x in range(floor((place.lon - wide) / CELL), floor((place.lon + wide) / CELL) + 1):
            yield f"{y} {x}"


# ---- Who are twins ----

_SAME_RECORD, _REGIONAL_ID, _QUOTED_ID, _CONTACT, _NAME, _CLOSE_NAME = range(6)  # from the strongest link to the weakest
_Strength = tuple[int, bool, float]
_COMPATIBLE = {frozenset(kinds) for kinds in (
    (Kind.SIGHT, Kind.ACTIVITY), (Kind.ACTIVITY, Kind.SHOP), (Kind.ACTIVITY, Kind.SERVICE), (Kind.SHOP, Kind.SERVICE), (Kind.EVENT, Kind.MARKET),
)}  # fmt: skip


def _verdict(a: _Face, b: _Face) -> tuple[_Strength, Link] | None:
    """The link between two offers and how strong it is (less is stronger): the rule of the module's docstring."""
    if a.offer.id > b.offer.id:
        a, b = b, a
    ids, kinds = (a.offer.id, b.offer.id), {a.offer.kind, b.offer.kind}
    if a.offer.id == b.offer.id:
        return (_SAME_RECORD, False, 0.0), Link(*ids, Evidence.SAME_RECORD, a.offer.id, None)
    if both := a.keyed & b.keyed:
        return (_REGIONAL_ID, False, 0.0), Link(*ids, Evidence.REGIONAL_ID, min(both), None)
    if (len(kinds) > 1 and kinds not in _COMPATIBLE) or not _same_days(a, b):
        return None
    same_start = bool(a.days and b.days) and not set(chain(*a.days.values())).isdisjoint(chain(*b.days.values()))
    very, close, telling = _compare_names(a, b, same_start)
    if not close:
        return None
    metres = _metres(a, b)
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


def _same_days(a: _Face, b: _Face) -> bool:
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


def _compare_names(a: _Face, b: _Face, same_start: bool) -> tuple[bool, bool, bool]:
    """(very close, close, telling). Very close: the same words in any order, but for the town and for what the kind or the themes say anyway.
    Close, for one kind and most of the same days: or one word misspelt; or one name has common words more ("et ses jardins"; not for lodgings:
    "Novotel", "Novotel Café"); or as many words more again, when both start at the same minute. Telling: they share more than common nouns."""
    one, other = a.words, b.words
    for town in (a.town, b.town):
        one, other = one - town if town < one else one, other - town if town < other else other
    both, left, right = one & other, one - other - b.implied, other - one - a.implied
    telling = bool(_own(both))
    if (both and not left and not right) or a.spelled == b.spelled:
        return True, True, telling
    if a.offer.kind is not b.offer.kind or 2 * len(a.days.keys() & b.days.keys()) < max(len(a.days), len(b.days)):
        return False, False, telling
    if len(left) == len(right) == 1:
        (x,), (y,) = left, right
        misspelt = min(len(x), len(y)) >= 5 and (x + y).isalpha() and SequenceMatcher(None, x, y).ratio() >= ALIKE
        return False, misspelt, telling or bool(_own(left))
    more = left or right
    fits = (more <= _COMMON and a.offer.kind is not Kind.LODGING) or (same_start and len(more) <= len(both))
    return False, telling and fits and not (left and right), telling


def _metres(a: _Face, b: _Face) -> float:
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
