"""What tells an offer from others: the words of its name, its regional ids, its phones and addresses, its days."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from sejour.domain.join import Sourced, days_spanned, site_of
from sejour.domain.offer import ContactType, Kind, Offer


@dataclass(frozen=True, slots=True)
class Face:
    """What others see of an offer. `keyed`, `quoted`: the regional ids in its keys, in its addresses; `words`: those of its name (see name_words),
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


def face_of(sourced: Sourced) -> Face:
    offer = sourced.offer
    words, days = name_words(offer.names.choose()[0]), days_of(offer)
    phones, sites, keyed, quoted = marks_of(sourced)
    return Face(
        offer=offer,
        keyed=frozenset(keyed),
        quoted=frozenset(quoted),
        phones=frozenset(phones),
        sites=frozenset(sites),
        words=frozenset(words),
        spelled="".join(words),
        implied=_IMPLIED.get(offer.kind, frozenset()).union(*(_IMPLIED.get(theme, ()) for theme in offer.themes)),
        town=town_of(offer),
        days=days,
        weekdays=frozenset((day - 1) % 7 for day in days) or (_weekdays(offer.hours or "") if offer.kind is Kind.MARKET else frozenset()),
    )


def marks_of(sourced: Sourced) -> tuple[list[str], list[str], list[str], list[str]]:
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


def town_of(offer: Offer) -> frozenset[str]:
    return city_words(offer.address.city) if offer.address and offer.address.city else frozenset()


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


def name_words(name: str) -> tuple[str, ...]:
    """The words that identify: no accent, case, plural, elision, article, legal form or stars. All the words, when none is left."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    if not text.isascii():
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
    found = re.findall(r"[^\W_]+", _LITTLE.sub(" ", text))
    words = " ".join(_SHORT.get(word, word) for word in found if word not in _STOP).split() or found
    return tuple(word[:-1] if len(word) > 3 and word[-1] in "sx" else word.lstrip("0") or word for word in words)


_IMPLIED = {  # by kind or theme
    said: frozenset(name_words(words))
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
COMMON = frozenset(chain(*_IMPLIED.values(), name_words(
    "auberge bar boutique centre chapelle conseil degustation ferme fete halle hebergement jeu location maison nature parc place producteur "
    "pub salle salon sentier site spa stade station taverne tour traiteur vente village vin"
)))  # fmt: skip


@lru_cache(maxsize=1_000)
def city_words(city: str) -> frozenset[str]:
    return frozenset(name_words(city))


def own_words(words: Iterable[str]) -> set[str]:
    """The words that say which one it is."""
    return {word for word in words if word not in COMMON and not word.isdigit()}


_NO_DAYS: Mapping[int, tuple[int, ...]] = {}


def days_of(offer: Offer) -> Mapping[int, tuple[int, ...]]:
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
