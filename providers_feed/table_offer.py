"""One line of a table as an Offer, and a Problem for each cell that is not what its column says."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from providers_feed import table_cells as cells
from providers_feed.datatourisme_words import KINDS, THEMES, local_name
from providers_feed.table_dates import days
from providers_feed.table_events import occurrences
from providers_feed.table_hours import looks_like_osm, opening_hours
from providers_feed.table_hours_words import DAYS
from providers_feed.table_line import Line
from providers_feed.table_words import Meaning, fold, kinds_of
from providers_feed.table_workbook import Cell
from sejour.domain.feed import Feed, Severity
from sejour.domain.offer import Access, Contact, ContactType, Kind, Offer, Picture, Prices
from sejour.domain.place import Address, Place
from sejour.domain.text import N_, LocalText, local_text

MOST_PICTURES = 10


def offer_of(line: Line, feed: Feed) -> Offer | None:
    """Its `id` and `key` are still empty. None when the line has no name: then a Problem says so."""
    names = _names(line)
    if names is None:
        line.warn("name", N_("Ligne sans nom : elle n’est pas gardée."), " ".join(map(str, filter(None, line.row.cells))), Severity.ERROR)
        return None
    place = _place(line)
    zone = _zone(place, feed)
    dates, hours_are_times = occurrences(line, ZoneInfo(zone))
    kind, themes = _kind(line, bool(cells.written(line.cell("start"))))
    hours, hours_text = _hours(line)
    return Offer(
        id="",
        key="",
        feed=feed.name,
        kind=kind,
        names=names,
        timezone=zone,
        descriptions=line.texts("description"),
        themes=themes,
        place=place,
        address=_address(line),
        contacts=tuple(dict.fromkeys(_contacts(line))),
        hours=None if hours_are_times else hours,
        hours_text=hours_text,
        occurrences=dates,
        prices=_prices(line),
        access=Access(*(_yes(line, name) for name in ("wheelchair", "dogs", "stroller", "sheltered"))),
        pictures=tuple(_pictures(line)),
        updated=_updated(line, feed),
        producer=line.line("producer") or None,
    )


def _names(line: Line) -> LocalText | None:
    names = line.texts("name")
    return local_text((language, text.replace("\n", " ")) for language, text in names.texts.items()) if names else None


def _place(line: Line) -> Place | None:
    columns = line.columns.at
    if "position" in columns:
        field, found = "position", cells.position(line.cell("position"))
    elif "lat" in columns and "lon" in columns:
        field, found = "lat", cells.place(line.cell("lat"), line.cell("lon"))
    else:
        return None  # said once for the whole table
    if isinstance(found, Place):
        return found
    said = [cells.written(line.cell(name)) for name in ("position", "lat", "lon") if cells.written(line.cell(name))]
    reason = found if said else N_("Fiche sans position : elle n’apparaît pas autour des bornes.")
    line.warn(field, reason, ", ".join(said) or None)
    return None


def _zone(place: Place | None, feed: Feed) -> str:
    """The zone of the place when it is overseas, of the territory otherwise."""
    if place is None or (41 <= place.lat <= 51.6 and -5.6 <= place.lon <= 10):
        return feed.timezone
    from tzfpy import get_tz  # here: it costs 40 MB that only overseas territories need

    return get_tz(place.lon, place.lat) or feed.timezone


def kind_in(value: str, said: Mapping[str, Kind] = MappingProxyType({})) -> list[Meaning]:
    """What a value means: what the office `said` of it, or of its parts; else what its words do, those of the main kind first; or its classes
    of the ontology, as the CSV of DATAtourisme packs them ("https://…#Museum|https://…#CulturalSite")."""
    if "://" in value:
        names = set(map(local_name, value.split("|")))
        themes: list[str | None] = [theme for name, theme in THEMES if name in names]
        return [Meaning(kind, theme) for name, kind in KINDS if name in names for theme in themes or [None]]
    words, kind = kinds_of(value), said.get(fold(value))
    parts = cells.packed(value, ";", ",", " / ") if said and not kind else []
    if any(fold(part) in said for part in parts):
        return [meaning for part in parts for meaning in (kind_in(part, said) if part != value else words)]
    main = main_kind(words)
    words = sorted(words, key=lambda each: each.kind is not (kind or (main and main.kind)))
    return ([Meaning(kind, each.theme) for each in words] or [Meaning(kind, None)]) if kind else words


def main_kind(told: Sequence[Meaning]) -> Meaning | None:
    """The first; but whoever also lodges is a lodging, as in DATAtourisme."""
    return next((each for each in told if each.kind is Kind.LODGING), told[0] if told else None)


def _kind(line: Line, dated: bool) -> tuple[Kind, tuple[str, ...]]:
    """A walk or a play with a date is an event; without any known word, a date tells an event from a sight."""
    said = line.columns.map.values.get("kind", {})
    told = [meaning for cell in line.cells("kind") for meaning in kind_in(cells.written(cell), said)]
    main = main_kind(told)
    also = [meaning for cell in line.cells("themes") for meaning in kinds_of(cells.written(cell))]
    themes = tuple(dict.fromkeys(each.theme for each in (*([main] if main else []), *told, *also) if each.theme))
    return (Kind.EVENT if dated else Kind.SIGHT) if main is None else Kind.EVENT if dated and main.happens else main.kind, themes


def _address(line: Line) -> Address | None:
    street, city, insee = line.line("street"), line.line("city"), cells.insee(line.cell("insee"))
    postcode, beside, repaired = cells.postcode(line.cell("postcode"))
    if repaired:
        line.warn("postcode", N_("Code postal à quatre chiffres : le zéro que les tableurs enlèvent est remis."), severity=Severity.INFO)
    elif postcode is None and cells.written(line.cell("postcode")):
        line.warn("postcode", N_("Ce n’est pas un code postal."))
    if insee is None and cells.written(line.cell("insee")):
        line.warn("insee", N_("Ce n’est pas un code Insee."))
    if postcode is None:
        short, postcode, town = cells.split_address(street)
        street, city = (short, city or town or "") if postcode else (street, city)
    known = Address(street or None, postcode, city or beside or None, insee)
    return None if known == Address() else known


CONTACTS: tuple[tuple[str, ContactType, Callable[[Cell], tuple[list[str], bool]]], ...] = (
    ("phone", ContactType.PHONE, cells.phones),
    ("email", ContactType.EMAIL, cells.emails),
    ("web", ContactType.WEB, cells.webs),
    ("booking", ContactType.BOOKING, cells.webs),
)


def _contacts(line: Line) -> Iterator[Contact]:
    for name, type, read in CONTACTS:
        for cell in line.cells(name):
            values, whole = read(cell)
            if not whole:
                line.warn(name, N_("Contact illisible ou dangereux : il n’est pas gardé."), cells.written(cell))
            yield from (Contact(type, value) for value in values)
    for cell in line.cells("contact"):
        yield from cells.contacts(cell)


def _hours(line: Line) -> tuple[str | None, LocalText | None]:
    """(OSM text, the office's own sentence). A grid has a column for each weekday; an empty cell of it does not say "closed"."""
    columns = line.columns.at.get("hours", ())
    if len(columns) > 1:
        named = {line.columns.header[i]: cells.prose(line.said.get(i, "")) for i in columns}
        text = "\n".join(f"{name} : {said}" if fold(name) in DAYS else said for name, said in named.items() if said)
        silent = [name for name, said in named.items() if not said and fold(name) in DAYS]
        hours = opening_hours(text) if text and not silent else None
    else:
        text = cells.prose(line.cell("hours"))
        hours = opening_hours(text) if text else None
    if hours is None and looks_like_osm(text):
        line.warn("hours", N_("Horaires au format OpenStreetMap mais faux : ils sont montrés tels quels, à confirmer."))
    return hours, None if hours == text else local_text([("fr", text)])


def _prices(line: Line) -> Prices | None:
    said, free = cells.prices(line.cell("price")), _yes(line, "free")
    if free is None:
        return said
    if said is None or (free and said.min is None):
        return Prices(free, text=said.text if said else None)
    if free:
        line.warn("free", N_("Gratuit, mais avec un prix : le prix est gardé."), severity=Severity.INFO)
    return said


def _yes(line: Line, name: str) -> bool | None:
    meaning = line.meaning(name)
    if isinstance(meaning, bool):
        return meaning
    said = cells.yes(line.cell(name))
    if isinstance(said, str):
        line.warn(name, N_("Ni oui ni non : laissé à confirmer."))
        return None
    return said


def _pictures(line: Line) -> Iterator[Picture]:
    credit = line.line("credit") or None
    for cell in line.cells("picture"):
        addresses, whole = cells.webs(cell)
        if not whole:
            line.warn("picture", N_("Adresse d’image refusée (interne, ou pas une adresse web)."))
        yield from (Picture(address, credit) for address in list(dict.fromkeys(addresses))[:MOST_PICTURES])


def _updated(line: Line, feed: Feed) -> str | None:
    if not cells.written(line.cell("updated")):
        return None
    found = days(line.cell("updated"), ZoneInfo(feed.timezone))
    if not found or (feed.moment and found[-1].last > feed.moment.date()):
        line.warn("updated", N_("Date de mise à jour illisible ou dans l’avenir : elle est laissée."), severity=Severity.INFO)
        return None
    return found[-1].last.isoformat()
