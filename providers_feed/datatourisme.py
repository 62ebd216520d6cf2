"""DATAtourisme: flux zip, folder of objects or single object, ontology 2 and 3 (JSON-LD with the prefixes of context.jsonld).

Source: ontology 3.2, schema.data.gouv.fr/datatourisme. The context is never fetched: the prefixes are those of the flux.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from providers_feed import record as r
from providers_feed.archive import documents
from providers_feed.datatourisme_dates import Object, occurrences, periods
from providers_feed.datatourisme_words import FULL_RATE, GROUPS, KINDS, LABELS, LANGUAGES, NOT_THE_PRICE, THEMES, local_name
from providers_feed.periods import osm_text
from sejour.domain.feed import Feed, Problem, Record, Severity
from sejour.domain.offer import Access, Audience, Contact, ContactType, Kind, Offer, Picture, Prices, offer_id
from sejour.domain.place import Address, Place
from sejour.domain.text import N_, LocalText, Reason, local_text
from sejour.errors import FeedError

FORMAT = "datatourisme"
LONGEST_KEY = 200
_KEY = re.compile(r"https?://data\.datatourisme(?:\.gouv)?\.fr/(.+)")  # ontology 3 dropped ".gouv": the same object keeps its key


def parse(source: Path, feed: Feed) -> Iterator[Record]:
    """The records of a flux. Raises FeedError when `source` holds no DATAtourisme object at all and no index of one."""
    read, is_flux = 0, False
    for name, body in documents(source, ".json"):
        if name.rpartition("/")[2] == "index.json":
            is_flux = True
            continue
        for found in [body] if isinstance(body, Problem) else _objects(r.shorten(name), body):
            if isinstance(found, Problem):
                yield Record(None, (found,))
            else:
                read += 1
                yield _record(*found, feed)
    if not read and not is_flux:
        raise FeedError(N_("%(source)s ne contient aucun objet DATAtourisme (« @id », « @type »)."), source=source.name)


def _objects(name: str, body: bytes) -> Iterator[tuple[Object, r.Notes] | Problem]:
    """The objects of one document (one, a list of them, or a graph), each with its Notes; one Problem for all that is none."""
    try:
        document, repaired = _json(body)
    except ValueError as error:
        yield _unreadable(name, N_("Ce fichier n’est pas du JSON lisible (coupé ou abîmé)."), str(error))
        return
    strange: list[Any] = []
    found = document.get("@graph", document) if isinstance(document, dict) else document
    for each in found if isinstance(found, list) else [found]:
        if (key := _key(each)) is None:
            strange.append(each)
            continue
        notes = r.Notes(key)
        if repaired:
            notes.add("@id", N_("Caractères ou nombres interdits en JSON : fiche lue quand même."), severity=Severity.INFO)
        yield each, notes
    if strange:
        yield _unreadable(name, N_("Ce fichier ne contient pas d’objet DATAtourisme."), strange[0])


def _json(body: bytes) -> tuple[Any, bool]:
    """What the document says, and whether only the standard library could read it, which takes NaN and lone surrogates (decisions
    20). Raises ValueError."""
    try:
        return msgspec.json.decode(body), False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            return json.loads(body), True
        except RecursionError as error:
            raise ValueError(str(error)) from error


def _unreadable(name: str, reason: str, value: Any) -> Problem:
    return Problem(name, None, Reason(reason), Severity.ERROR, r.shorten(value), partial=True)


def _key(each: Any) -> str | None:
    """The producer's key; None when this is no DATAtourisme object."""
    if not isinstance(each, dict) or not isinstance(each.get("@id"), str) or "@type" not in each:
        return None
    match = _KEY.fullmatch(each["@id"])
    return r.line(match[1] if match else each["@id"])[:LONGEST_KEY] or None


def _record(found: Object, notes: r.Notes, feed: Feed) -> Record:
    names = _texts(found, "rdfs:label")
    if names is None:
        notes.add("rdfs:label", N_("Fiche sans nom : elle n’est pas montrée."), found.get("rdfs:label"), Severity.ERROR)
        return Record(None, tuple(notes.problems))
    types = {name.rpartition("#")[2] for name in r.dig(found, "@type") if isinstance(name, str)}  # not schema:Winery, which bistros are too
    themes = types | {local_name(name) for name in r.dig(found, "hasTheme", "@id")}
    labels = {local_name(name) for name in r.dig(found, "hasReview", "hasReviewValue", "@id")}
    kind = next((kind for name, kind in KINDS if name in types), Kind.SIGHT)
    place = _place(found, notes)
    zone = _zone(place, feed)
    rows = periods(found, notes)
    offer = Offer(
        id=offer_id(FORMAT, notes.key),
        key=notes.key,
        feed=feed.name,
        kind=kind,
        names=names,
        timezone=zone,
        descriptions=_descriptions(found),
        themes=tuple(dict.fromkeys(theme for name, theme in THEMES if name in themes)),
        labels=tuple(sorted({LABELS[name] for name in labels & LABELS.keys()})),
        place=place,
        address=_address(found),
        contacts=tuple(_contacts(found, notes)),
        hours=osm_text(rows),
        hours_text=_hours_text(found),
        occurrences=occurrences(found, ZoneInfo(zone), rows, notes) if kind is Kind.EVENT else (),
        prices=_prices(found, notes),
        audience=_audience(found),
        access=_access(found),
        pictures=tuple(_pictures(found, notes)),
        spoken=_spoken(found),
        updated=_updated(found),
        producer=r.line(r.first(found, "hasBeenCreatedBy", "schema:legalName")) or None,
    )
    return Record(offer, tuple(notes.problems))


def _said(found: Any, *path: str) -> Iterator[tuple[str, str]]:
    """(language, clean text) of the {language: [texts]} maps at `path`; a bare text is taken for French."""
    for value in r.dig(found, *path):
        if isinstance(value, str):
            yield "fr", r.text(value)
        elif isinstance(value, dict):
            yield from ((lang, r.text(t)) for lang, ts in value.items() if len(lang) == 2 and lang.isascii() and lang.islower() for t in r.every(ts))


def _texts(found: Any, *path: str) -> LocalText | None:
    return local_text(_said(found, *path))


def _descriptions(found: Object) -> LocalText | None:
    """The comment of each language, else the short text (in real flux they are the same), else the long one."""
    translated = {
        (lang, local_name(name.get("@id") if isinstance(name, dict) else name))
        for translation in r.dig([found, *r.dig(found, "hasDescription")], "hasTranslatedProperty")
        for lang in r.dig(translation, "rdf:language")
        for name in r.dig(translation, "rdf:predicate")
        if isinstance(lang, str)
    }
    texts: dict[str, str] = {}
    machine: list[str] = []
    for path in (("rdfs:comment",), ("hasDescription", "shortDescription"), ("hasDescription", "dc:description")):
        for lang, text in _said(found, *path):
            if text and lang not in texts:
                texts[lang] = text
                machine += [lang] if (lang, local_name(path[-1])) in translated else []
    return local_text(texts.items(), machine)


def _place(found: Object, notes: r.Notes) -> Place | None:
    reason, written = N_("Fiche sans position : elle n’apparaît pas autour des bornes."), None
    for geo in r.dig(found, "isLocatedAt", "schema:geo"):
        lat, lon = r.first(geo, "schema:latitude"), r.first(geo, "schema:longitude")
        place = r.point(lat, lon)
        if isinstance(place, Place):
            return place
        reason, written = place, f"{r.shorten(lat)}, {r.shorten(lon)}"
    notes.add("schema:geo", reason, written)
    return None


def _zone(place: Place | None, feed: Feed) -> str:
    """The zone of the place when it is overseas, of the territory otherwise."""
    if place is None or (41 <= place.lat <= 51.6 and -5.6 <= place.lon <= 10):
        return feed.timezone
    from tzfpy import get_tz  # here: it costs 40 MB that only overseas territories need

    return get_tz(place.lon, place.lat) or feed.timezone


def _address(found: Object) -> Address | None:
    written = r.first(found, "isLocatedAt", "schema:address")
    street = ", ".join(filter(None, map(r.line, r.dig(written, "schema:streetAddress"))))
    postcode, insee = r.line(r.first(written, "schema:postalCode")), r.line(r.first(written, "hasAddressCity", "insee"))
    city = r.line(r.first(written, "schema:addressLocality")) or r.line(r.first(written, "hasAddressCity", "rdfs:label", "fr"))
    known = Address(street or None, postcode or None, city or None, insee or None)
    return None if known == Address() else known


CONTACTS = (
    ("hasContact", "schema:telephone", ContactType.PHONE, r.phone),
    ("hasContact", "schema:email", ContactType.EMAIL, r.email),
    ("hasContact", "foaf:homepage", ContactType.WEB, r.web),
    ("hasBookingContact", "foaf:homepage", ContactType.BOOKING, r.web),
    ("hasBookingContact", "schema:telephone", ContactType.PHONE, r.phone),
)


def _contacts(found: Object, notes: r.Notes) -> Iterator[Contact]:
    """Each address once; what cannot be called, written to or opened safely is a Problem."""
    seen: set[Contact] = set()
    for agent, field, type, read in CONTACTS:
        for value in r.dig(found, agent, field):
            if (clean := read(value)) is None:
                notes.add(field, N_("Contact illisible ou dangereux : il n’est pas gardé."), value)
            elif (contact := Contact(type, clean)) not in seen:
                seen.add(contact)
                yield contact


def _hours_text(found: Object) -> LocalText | None:
    """The provider's own sentences, each once, at most six: of the whole place (ontology 3), then of the rows."""
    lines: dict[str, dict[str, None]] = {}
    row = ("isLocatedAt", "schema:openingHoursSpecification")
    whole = [("isLocatedAt", f"{t}extOpeningHoursSpecification") for t in "tT"]
    for path in (*whole, (*row, "additionalInformation"), (*row, "schema:description")):
        for lang, sentence in _said(found, *path):
            lines.setdefault(lang, {})[sentence] = None
    return local_text((lang, "\n".join([sentence for sentence in sentences if sentence][:6])) for lang, sentences in lines.items())


def _prices(found: Object, notes: r.Notes) -> Prices | None:
    """Free when that is the only policy or the full rate is 0; else from the lowest to the highest full rate."""
    full: list[float] = []
    others: list[float] = []
    policies: set[str] = set()
    currency = "EUR"
    for spec in r.dig(found, "offers", "schema:priceSpecification"):
        names = {local_name(name) for name in r.dig(spec, "hasEligiblePolicy", "@id")}
        policies |= names
        currency = r.line(r.first(spec, "schema:priceCurrency")) or currency
        values = [value for field in ("schema:minPrice", "schema:price", "schema:maxPrice") for value in r.dig(spec, field)]
        numbers = [number for number in map(r.number, values) if number is not None and 0 <= number < 100_000]
        if len(numbers) < len(values):
            notes.add("schema:price", N_("Prix illisible."), values)
        (full if names & FULL_RATE or not names & NOT_THE_PRICE else others).extend(numbers)
    said = [*_said(found, "offers", "textPriceSpecification"), *_said(found, "offers", "TextPriceSpecification")]
    text = local_text([*said, *_said(found, "offers", "schema:priceSpecification", "additionalInformation")])
    paid = [number for number in full or others if number > 0]
    free = False if paid else True if full or policies == {"Free"} else None
    if free is None and text is None:
        return None
    return Prices(free, min(paid, default=None), max(paid, default=None), currency if re.fullmatch("[A-Z]{3}", currency) else "EUR", text)


def _audience(found: Object) -> Audience | None:
    people = [*r.dig(found, "hasAudience"), *r.dig(found, "hasClientTarget")]
    named = {local_name(name) for name in r.dig(people, "@id")}
    groups = tuple(sorted({GROUPS[name] for name in named & GROUPS.keys()}))
    least, most = (_age(r.first(people, field)) for field in ("schema:suggestedMinAge", "schema:suggestedMaxAge"))
    return Audience(least, most, groups) if groups or least is not None or most is not None else None


def _age(written: Any) -> int | None:
    years = r.number(written)
    return int(years) if years is not None and 0 <= years <= 120 else None


def _access(found: Object) -> Access:
    wheelchair = r.first(found, "reducedMobilityAccess")
    dogs = [v for v in (*r.dig(found, "isLocatedAt", "petsAllowed"), *r.dig(found, "hasFeature", "petsAllowed")) if isinstance(v, bool)]
    return Access(wheelchair=wheelchair if isinstance(wheelchair, bool) else None, dogs=any(dogs) if dogs else None)


def _pictures(found: Object, notes: r.Notes) -> Iterator[Picture]:
    seen: set[str] = set()
    for media in (*r.dig(found, "hasMainRepresentation"), *r.dig(found, "hasRepresentation")):
        formats = {local_name(name) for name in r.dig(media, "ebucore:hasRelatedResource", "ebucore:hasMimeType", "@id")}
        if formats and not formats & {"JPEG", "PNG", "GIF", "WebP", "WEBP", "AVIF"}:
            continue
        ends = r.dig(media, "ebucore:hasAnnotation", "rightsEndDate")
        expires = [day for day in map(r.day, ends) if day]
        if len(expires) < len(ends):
            notes.add("rightsEndDate", N_("Fin des droits illisible : l’image n’est pas montrée."), ends)
            continue
        credit, licence = (r.line(r.first(media, "ebucore:hasAnnotation", field)) or None for field in ("credits", "ebucore:isCoveredBy"))
        for locator in r.dig(media, "ebucore:hasRelatedResource", "ebucore:locator"):
            written = r.first(locator, "@value") if isinstance(locator, dict) else locator
            if (url := r.web(written)) is None:
                notes.add("ebucore:locator", N_("Adresse d’image refusée (interne, ou pas une adresse web)."), written)
            elif url not in seen:
                seen.add(url)
                yield Picture(url, credit, licence, min(expires, default=None))


def _spoken(found: Object) -> tuple[str, ...]:
    named = {r.line(language) for language in r.dig(found, "availableLanguage")}
    return tuple(sorted({LANGUAGES.get(name, name) for name in named if name in LANGUAGES or re.fullmatch("[a-z]{2}", name)}))


def _updated(found: Object) -> str | None:
    """When the producer changed the record; a date after the platform's own is an error of the producer's, and is not kept."""
    days = map(r.day, (r.first(found, "lastUpdate"), r.first(found, "lastUpdateDatatourisme")))
    return min((day.isoformat() for day in days if day), default=None)
