"""DATAtourisme: flux zip, folder of objects or single object, ontology 2 and 3 (JSON-LD with the prefixes of context.jsonld).

Source: ontology 3.2, schema.data.gouv.fr/datatourisme. The context is never fetched: the prefixes are those of the flux.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from providers_feed import record as r
from providers_feed.archive import documents
from providers_feed.datatourisme_words import DAYS, FULL_RATE, GROUPS, KINDS, LABELS, NOT_THE_PRICE, THEMES
from providers_feed.periods import Period, osm_text, past_midnight
from sejour.domain.feed import Feed, Problem, Record, Severity
from sejour.domain.offer import Access, Audience, Contact, ContactType, Kind, Occurrence, Offer, Picture, Prices, offer_id
from sejour.domain.place import Address, Place
from sejour.domain.text import LocalText, N_, Reason, local_text
from sejour.errors import FeedError

FORMAT = "datatourisme"
MOST_OCCURRENCES = 800  # of one offer; a longer programme is cut, and said
_KEY = re.compile(r"https?://data\.datatourisme(?:\.gouv)?\.fr/(.+)")  # ontology 3 dropped ".gouv": the same object keeps its key
Object = Mapping[str, Any]


def parse(source: Path, feed: Feed) -> Iterator[Record]:
    """The records of a flux. Raises FeedError when `source` holds no DATAtourisme object at all and no index of one."""
    read, is_flux = 0, False
    for name, body in documents(source, ".json"):
        if name.rpartition("/")[2] == "index.json":
            is_flux = True
            continue
        if isinstance(body, Problem):
            read += 1
            yield Record(None, (body,))
            continue
        for found in _objects(name, body):
            read += 1
            yield found if isinstance(found, Record) else _record(found, feed)
    if not read and not is_flux:
        raise FeedError(N_("%(source)s ne contient aucun objet DATAtourisme (« @id », « @type »)."), source=source.name)


def _objects(name: str, body: bytes) -> Iterator[Object | Record]:
    """The objects of one document: one, a list of them, or a graph."""
    repaired: tuple[Problem, ...] = ()
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        try:  # the standard library takes NaN and lone surrogates (decisions 20)
            document = json.loads(body)
            repaired = (Problem(name, None, Reason(N_("Caractères ou nombres interdits en JSON : fiche lue quand même.")), Severity.INFO),)
        except (ValueError, RecursionError) as error:
            reason = Reason(N_("Ce fichier n’est pas du JSON lisible (coupé ou abîmé)."))
            yield Record(None, (Problem(name, None, reason, Severity.ERROR, r.shorten(str(error)), partial=True),))
            return
    found = document.get("@graph", [document]) if isinstance(document, dict) else document
    for each in found if isinstance(found, list) else [found]:
        if not isinstance(each, dict) or not isinstance(each.get("@id"), str) or "@type" not in each:
            if "/" not in name:
                raise FeedError(N_("%(source)s n’est pas un flux DATAtourisme : aucun objet avec « @id » et « @type »."), source=name)
            reason = Reason(N_("Ce fichier ne contient pas d’objet DATAtourisme."))
            yield Record(None, (Problem(name, None, reason, Severity.ERROR, r.shorten(each), partial=True),))
        elif repaired:
            made = _record(each, Feed("", FORMAT))
            yield Record(made.offer, repaired + made.problems)
        else:
            yield each


class _Reader:
    """One object being read: its key, its types, and what was found wrong in it."""

    def __init__(self, found: Object, feed: Feed) -> None:
        self.found = found
        self.feed = feed
        match = _KEY.fullmatch(found["@id"])
        self.key = r.shorten(match[1] if match else found["@id"])
        self.types = {t.rpartition("#")[2] for t in r.dig(found, "@type") if isinstance(t, str)}
        self.problems: list[Problem] = []

    def problem(self, field: str, reason: str, value: Any = None, severity: Severity = Severity.WARNING) -> None:
        self.problems.append(Problem(self.key, field, Reason(reason), severity, None if value is None else r.shorten(value)))


def _record(found: Object, feed: Feed) -> Record:
    reader = _Reader(found, feed)
    names = _texts(found, "rdfs:label")
    if names is None:
        reader.problem("rdfs:label", N_("Fiche sans nom : elle n’est pas montrée."), found.get("rdfs:label"), Severity.ERROR)
        return Record(None, tuple(reader.problems))
    kind = next((kind for name, kind in KINDS if name in reader.types), Kind.SIGHT)
    place = _place(reader)
    zone = _zone(place, feed)
    rows = list(_periods(reader))
    occurrences = _occurrences(reader, ZoneInfo(zone), rows) if kind is Kind.EVENT else ()
    offer = Offer(
        id=offer_id(FORMAT, reader.key),
        key=reader.key,
        feed=feed.name,
        kind=kind,
        names=names,
        timezone=zone,
        descriptions=_descriptions(found),
        themes=_themes(reader),
        labels=tuple(sorted({LABELS[n] for n in (_name(v) for v in r.dig(found, "hasReview", "hasReviewValue", "@id")) if n in LABELS})),
        place=place,
        address=_address(found),
        contacts=tuple(_contacts(reader)),
        hours=osm_text(rows),
        hours_text=_hours_text(found),
        occurrences=occurrences,
        prices=_prices(reader),
        audience=_audience(found),
        access=_access(found),
        pictures=tuple(_pictures(reader)),
        spoken=tuple(sorted({code for code in r.dig(found, "availableLanguage") if isinstance(code, str) and re.fullmatch("[a-z]{2}", code)})),
        updated=_updated(found),
        producer=r.line(r.first(found, "hasBeenCreatedBy", "schema:legalName")) or None,
    )
    return Record(offer, tuple(reader.problems))


def _name(value: Any) -> str:
    """ "QualiteTourisme" of "kb:LabelRating_QualiteTourisme" or of its full address."""
    return re.split(r"[:#/]", value)[-1].removeprefix("LabelRating_") if isinstance(value, str) else ""


def _themes(reader: _Reader) -> tuple[str, ...]:
    named = reader.types | {_name(v) for v in r.dig(reader.found, "hasTheme", "@id")}
    return tuple(dict.fromkeys(theme for name, theme in THEMES if name in named))


def _texts(found: Any, *path: str, machine: tuple[str, ...] = ()) -> LocalText | None:
    """The {language: [texts]} maps at `path`; a bare text is taken for French."""
    pairs: list[tuple[str, str]] = []
    for value in r.dig(found, *path):
        if isinstance(value, str):
            pairs.append(("fr", r.text(value)))
        elif isinstance(value, Mapping):
            pairs += ((lang, r.text(t)) for lang, ts in value.items() if re.fullmatch("[a-z]{2}", lang) for t in r.every(ts))
    return local_text(pairs, machine)


def _descriptions(found: Object) -> LocalText | None:
    """The short text of each language, else the long one."""
    translated = {lang for part in (found, *r.dig(found, "hasDescription")) for lang in r.dig(part, "hasTranslatedProperty", "rdf:language")
                  if isinstance(lang, str)}  # fmt: skip
    sources = [_texts(found, "hasDescription", "shortDescription"), _texts(found, "rdfs:comment"), _texts(found, "hasDescription", "dc:description")]
    return local_text(((lang, t) for source in sources if source for lang, t in source.texts.items()), translated)


def _place(reader: _Reader) -> Place | None:
    wrong: str | None = None
    value: Any = None
    for geo in r.dig(reader.found, "isLocatedAt", "schema:geo"):
        if not isinstance(geo, Mapping):
            continue
        value = f"{geo.get('schema:latitude')}, {geo.get('schema:longitude')}"
        place = r.point(r.first(geo, "schema:latitude"), r.first(geo, "schema:longitude"))
        if isinstance(place, Place):
            return place
        wrong = place
    reasons = {
        None: N_("Fiche sans position : elle n’apparaît pas autour des bornes."),
        "position illisible": N_("La position n’est pas un nombre."),
        "position impossible": N_("La position est impossible."),
        "latitude et longitude échangées": N_("La latitude et la longitude semblent échangées."),
    }
    reader.problem("schema:geo", reasons[wrong], value)
    return None


def _zone(place: Place | None, feed: Feed) -> str:
    """The zone of the place when it is overseas, of the territory otherwise."""
    if place is None or (41 <= place.lat <= 51.6 and -5.6 <= place.lon <= 10):
        return feed.timezone
    from tzfpy import get_tz  # here: it costs 40 MB that only overseas territories need

    return get_tz(place.lon, place.lat) or feed.timezone


def _address(found: Object) -> Address | None:
    written = r.first(found, "isLocatedAt", "schema:address")
    if not isinstance(written, Mapping):
        return None
    street = ", ".join(filter(None, (r.line(s) for s in r.dig(written, "schema:streetAddress")))) or None
    city = r.line(r.first(written, "schema:addressLocality")) or r.line(r.first(written, "hasAddressCity", "rdfs:label", "fr")) or None
    return Address(street, r.line(r.first(written, "schema:postalCode")) or None, city, r.line(r.first(written, "hasAddressCity", "insee")) or None)


def _contacts(reader: _Reader) -> Iterator[Contact]:
    """Each address once; what cannot be called, written to or opened safely is a Problem."""
    wanted = (
        ("hasContact", "schema:telephone", ContactType.PHONE, r.phone),
        ("hasContact", "schema:email", ContactType.EMAIL, r.email),
        ("hasContact", "foaf:homepage", ContactType.WEB, r.web),
        ("hasBookingContact", "foaf:homepage", ContactType.BOOKING, r.web),
        ("hasBookingContact", "schema:telephone", ContactType.PHONE, r.phone),
    )
    seen: set[Contact] = set()
    for agent, field, type, read in wanted:
        for value in r.dig(reader.found, agent, field):
            if (clean := read(value)) is None:
                reader.problem(field, N_("Contact illisible ou dangereux : il n’est pas gardé."), value)
            elif (contact := Contact(type, clean)) not in seen:
                seen.add(contact)
                yield contact


def _periods(reader: _Reader) -> Iterator[Period]:
    """One Period a row; a row that cannot be read is a Problem, and unknown over its dates when these can be."""
    for row in r.dig(reader.found, "isLocatedAt", "schema:openingHoursSpecification"):
        if not isinstance(row, Mapping):
            reader.problem("schema:openingHoursSpecification", N_("Ligne d’horaires illisible."), row)
            continue
        first, last = r.first(row, "schema:validFrom"), r.first(row, "schema:validThrough")
        begins, ends = r.day(first), r.day(last)
        if (first is not None and begins is None) or (last is not None and ends is None):
            reader.problem("schema:validFrom", N_("Dates d’ouverture illisibles : la ligne est laissée."), f"{first} – {last}")
        elif begins and ends and ends < begins:
            reader.problem("schema:validThrough", N_("La période finit avant de commencer : la ligne est laissée."), f"{first} – {last}")
        else:
            yield _period(reader, row, begins, ends)


def _period(reader: _Reader, row: Object, begins: date | None, ends: date | None) -> Period:
    named = [_name(day) for day in (*r.dig(row, "schema:dayOfWeek", "@id"), *(d for d in r.dig(row, "schema:dayOfWeek") if isinstance(d, str)))]
    days = tuple(sorted({DAYS[name] for name in named if name in DAYS}))
    unknown = Period(begins, ends, days)
    if any(name not in DAYS for name in named):
        reader.problem("schema:dayOfWeek", N_("Jour de la semaine inconnu : horaires à confirmer."), named)
        return unknown
    opens, closes = r.first(row, "schema:opens"), r.first(row, "schema:closes")
    at, until = r.clock(opens), r.clock(closes)
    written = f"{opens or '?'}–{closes or '?'}"
    if (opens is not None and at is None) or (closes is not None and until is None):
        reader.problem("schema:opens", N_("Heures illisibles : horaires à confirmer."), written)
        return unknown
    if at is None:
        if until is not None:
            reader.problem("schema:opens", N_("Fermeture sans ouverture : horaires à confirmer."), written)
        return unknown
    if until is not None and until <= at and until != time(0) and not past_midnight(at, until):
        reader.problem("schema:closes", N_("Ferme avant d’ouvrir : horaires à confirmer."), written)
        return unknown
    if at == until:
        reader.problem("schema:closes", N_("Ouvre et ferme à la même heure : horaires à confirmer."), written)
        return unknown
    return Period(begins, ends, days, at, until)


def _hours_text(found: Object) -> LocalText | None:
    """The provider's own sentences, each once; ontology 3 also has TextOpeningHoursSpecification."""
    lines: dict[str, dict[str, None]] = {}
    rows = (row for name in ("schema:openingHoursSpecification", "TextOpeningHoursSpecification") for row in r.dig(found, "isLocatedAt", name))
    for row in rows:
        for words in (_texts(row, "additionalInformation"), _texts(row, "schema:description")):
            for lang, sentence in words.texts.items() if words else ():
                lines.setdefault(lang, {})[sentence] = None
    return local_text((lang, "\n".join(list(sentences)[:6])) for lang, sentences in lines.items())


def _occurrences(reader: _Reader, zone: ZoneInfo, rows: list[Period]) -> tuple[Occurrence, ...]:
    """The dates of an event. A range with times means each day at that time; when opening rows tell more finely, they decide."""
    found: dict[tuple[datetime, datetime | None], Occurrence] = {}
    for period in r.dig(reader.found, "takesPlaceAt"):
        if not isinstance(period, Mapping):
            reader.problem("takesPlaceAt", N_("Date illisible."), period)
            continue
        for occurrence in _period_occurrences(reader, period, zone, rows):
            found.setdefault((occurrence.start, occurrence.end), occurrence)
    if not found:
        reader.problem("takesPlaceAt", N_("Manifestation sans date lisible : elle n’est jamais proposée."))
    if len(found) > MOST_OCCURRENCES:
        reader.problem("takesPlaceAt", N_("Trop de dates : seules les premières sont gardées."), len(found))
    return tuple(found[key] for key in sorted(found, key=lambda k: (k[0], k[1] or k[0]))[:MOST_OCCURRENCES])


def _period_occurrences(reader: _Reader, period: Object, zone: ZoneInfo, rows: list[Period]) -> Iterator[Occurrence]:
    first, last = r.day(r.first(period, "startDate")), r.day(r.first(period, "endDate"))
    written = f"{r.first(period, 'startDate')} – {r.first(period, 'endDate')}"
    if first is None or (last is None and r.first(period, "endDate") is not None):
        reader.problem("takesPlaceAt", N_("Date illisible : elle est laissée."), written)
        return
    last = last or first
    if last < first:
        reader.problem("takesPlaceAt", N_("La manifestation finit avant de commencer : cette date est laissée."), written)
        return
    opens, closes = r.first(period, "startTime"), r.first(period, "endTime")
    at, until = r.clock(opens), r.clock(closes)
    if (opens is not None and at is None) or (closes is not None and until is None):
        reader.problem("takesPlaceAt", N_("Heure illisible : l’heure est à confirmer."), f"{opens} – {closes}")
        at = None
    within = [row for row in rows if row.opens and (row.first or first) <= last and (row.last or last) >= first]
    if at is None or (last > first and any(row.days for row in within)):
        yield Occurrence(datetime.combine(first, time(0), zone), datetime.combine(last + timedelta(days=1), time(0), zone), all_day=True)
        return
    if until is not None and until <= at and not past_midnight(at, until):
        if until != at:
            reader.problem("takesPlaceAt", N_("Finit avant l’heure de début : la fin est à confirmer."), f"{opens} – {closes}")
        until = None
    if until is None:
        until = next((row.closes for row in within if row.opens == at and row.closes), None)
    for n in range(min((last - first).days + 1, MOST_OCCURRENCES + 1)):
        day = first + timedelta(days=n)
        yield Occurrence(_instant(day, at, zone), None if until is None else _instant(day + timedelta(days=until <= at), until, zone))


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The wall clock as one instant: a time that the spring change skips is moved past the gap, in the autumn the first one counts."""
    return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)


def _prices(reader: _Reader) -> Prices | None:
    """The full price: free when the only policy is, from the lowest full rate otherwise."""
    amounts: list[float] = []
    others: list[float] = []
    policies: set[str] = set()
    notes = _texts(reader.found, "offers", "schema:priceSpecification", "additionalInformation")
    currency = "EUR"
    for spec in r.dig(reader.found, "offers", "schema:priceSpecification"):
        if not isinstance(spec, Mapping):
            continue
        names = {_name(v) for v in r.dig(spec, "hasEligiblePolicy", "@id")}
        policies |= names
        currency = r.line(r.first(spec, "schema:priceCurrency")) or currency
        values = [v for field in ("schema:minPrice", "schema:price", "schema:maxPrice") for v in r.dig(spec, field)]
        numbers = [n for n in map(r.number, values) if n is not None and 0 <= n < 100_000]
        if len(numbers) < len(values):
            reader.problem("schema:price", N_("Prix illisible."), values)
        if names & FULL_RATE or not names & NOT_THE_PRICE:
            amounts += numbers
        else:
            others += numbers
    paid = [n for n in amounts or others if n > 0]
    free = True if not paid and ("Free" in policies or amounts or others) else False if paid else None
    if free is None and notes is None:
        return None
    return Prices(free, min(paid, default=None), max(paid, default=None), currency if re.fullmatch("[A-Z]{3}", currency) else "EUR", notes)


def _audience(found: Object) -> Audience | None:
    named = {_name(v) for field in ("hasAudience", "hasClientTarget") for v in r.dig(found, field, "@id")}
    groups = tuple(sorted({GROUPS[name] for name in named if name in GROUPS}))
    least, most = (_age(found, field) for field in ("schema:suggestedMinAge", "schema:suggestedMaxAge"))
    return Audience(least, most, groups) if groups or least is not None or most is not None else None


def _age(found: Object, field: str) -> int | None:
    """The age in years that an audience is suggested for."""
    years = r.number(r.first([*r.dig(found, "hasAudience"), *r.dig(found, "hasClientTarget")], field))
    return int(years) if years is not None and 0 <= years <= 120 else None


def _access(found: Object) -> Access:
    wheelchair = r.first(found, "reducedMobilityAccess")
    dogs = [v for v in (*r.dig(found, "isLocatedAt", "petsAllowed"), *r.dig(found, "hasFeature", "petsAllowed")) if isinstance(v, bool)]
    return Access(wheelchair=wheelchair if isinstance(wheelchair, bool) else None, dogs=any(dogs) if dogs else None)


def _pictures(reader: _Reader) -> Iterator[Picture]:
    seen: set[str] = set()
    for media in (*r.dig(reader.found, "hasMainRepresentation"), *r.dig(reader.found, "hasRepresentation")):
        if not _is_picture(media):
            continue
        note = r.first(media, "ebucore:hasAnnotation")
        for locator in r.dig(media, "ebucore:hasRelatedResource", "ebucore:locator"):
            written = r.first(locator, "@value") if isinstance(locator, Mapping) else locator
            url = r.web(written)
            if url is None:
                reader.problem("ebucore:locator", N_("Adresse d’image refusée (interne, ou pas une adresse web)."), written)
            elif url not in seen:
                seen.add(url)
                yield Picture(url, r.line(r.first(note, "credits")) or None, r.line(r.first(note, "ebucore:isCoveredBy")) or None,
                              r.day(r.first(note, "rightsEndDate")))  # fmt: skip


def _is_picture(media: Any) -> bool:
    types = [_name(v) for v in r.dig(media, "ebucore:hasRelatedResource", "ebucore:hasMimeType", "@id")]
    return not types or any(t in ("JPEG", "PNG", "GIF", "WebP", "WEBP", "AVIF") for t in types)


def _updated(found: Object) -> str | None:
    """When the producer changed the record; a date after the platform's own is an error of the producer's, and is not kept."""
    mine, platform = r.first(found, "lastUpdate"), r.first(found, "lastUpdateDatatourisme")
    days = [d.isoformat() for d in (r.day(mine), r.day(platform)) if d]
    return min(days) if days else None
