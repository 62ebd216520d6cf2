"""The demonstration territory as a DATAtourisme flux (ontology 3), so that it comes in by the same door as a real one.

`pau.toml` holds the facts. Nothing in them is a date: events are counted from the day on which the demonstration is
run, and opening rows are written for that year and the next. The same facts and day always give the same bytes.
"""

import json
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Json = dict[str, Any]
Facts = Mapping[str, Any]

BASE = "https://data.datatourisme.fr"
FLUX = "64"  # the number that a flux repeats in its addresses and in its file names
DAYS = {
    "Mo": ("Lundi", "Monday"), "Tu": ("Mardi", "Tuesday"), "We": ("Mercredi", "Wednesday"), "Th": ("Jeudi", "Thursday"),
    "Fr": ("Vendredi", "Friday"), "Sa": ("Samedi", "Saturday"), "Su": ("Dimanche", "Sunday"),
}  # fmt: skip
SCHEMA_TYPES = {  # what a real flux adds beside the core classes
    "Accommodation": "schema:Accommodation schema:LodgingBusiness", "Bakery": "schema:Bakery",
    "BistroOrWineBar": "schema:Winery", "BusStop": "schema:BusStop", "CafeOrTeahouse": "schema:CafeOrCoffeeShop",
    "Cinema": "schema:MovieTheater", "Concert": "schema:MusicEvent", "EntertainmentAndEvent": "schema:Event",
    "Exhibition": "schema:ExhibitionEvent", "Festival": "schema:Festival",
    "FoodEstablishment": "schema:FoodEstablishment", "GolfCourse": "schema:GolfCourse",
    "Guesthouse": "schema:BedAndBreakfast", "Hotel": "schema:Hotel", "IceCreamShop": "schema:IceCreamShop",
    "LeisureComplex": "schema:LocalBusiness", "Library": "schema:Library", "MedicalPlace": "schema:LocalBusiness",
    "Museum": "schema:LocalBusiness schema:Museum", "NaturalHeritage": "schema:Landform",
    "ParkAndGarden": "schema:Park", "Pharmacy": "schema:Pharmacy", "PlayArea": "schema:CivicStructure",
    "Product": "schema:Product", "Racetrack": "schema:LocalBusiness", "Rambling": "schema:SportsEvent",
    "Recital": "schema:MusicEvent", "Restaurant": "schema:Restaurant", "SaleEvent": "schema:SaleEvent",
    "ScreeningEvent": "schema:ScreeningEvent", "SocialEvent": "schema:SocialEvent",
    "SportsCompetition": "schema:SportsEvent", "Store": "schema:LocalBusiness", "SwimmingPool": "schema:LocalBusiness",
    "TastingProvider": "schema:LocalBusiness", "TheaterEvent": "schema:TheaterEvent", "Tour": "olo:OrderedList",
    "TourismCableCar": "schema:LocalBusiness", "TouristInformationCenter": "schema:TouristInformationCenter",
    "TrainStation": "schema:TrainStation", "YouthHostelAndInternationalCenter": "schema:Hostel",
}  # fmt: skip
LANGUAGES = {"@type": "rdf:langString", "@container": "@language"}
CONTEXT = {
    "@vocab": "https://www.datatourisme.fr/ontology/core#",
    "data": f"{BASE}/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "kb": "https://www.datatourisme.fr/resource/core#",
    "olo": "http://purl.org/ontology/olo/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "rdfs:label": LANGUAGES,
    "rdfs:comment": LANGUAGES,
    "dc:description": LANGUAGES,
    "shortDescription": LANGUAGES,
    "additionalInformation": LANGUAGES,
    "TextOpeningHoursSpecification": LANGUAGES,
}


def load_facts() -> dict[str, Any]:
    """What `pau.toml` says: `territory` (a table), `hotspot`, `pick` and `offer` (lists of tables)."""
    return tomllib.loads(resources.files("sejour.demo").joinpath("pau.toml").read_text("utf-8"))


def key_of(slug: str) -> str:
    """The key by which our parser knows the offer of that slug."""
    return f"{FLUX}/{_uuid(slug)}"


def write_weather(day: date, path: Path) -> None:
    """Writes at `path` a forecast in Open-Meteo's shape: eight days that are fair until the rain of 17 h, and dry again at 20 h."""
    hours = [(day + timedelta(days=n), hour) for n in range(8) for hour in range(24)]
    wet = [17 <= hour < 20 for _, hour in hours]
    hourly = {
        "time": [f"{each}T{hour:02d}:00" for each, hour in hours],
        "temperature_2m": [14.0 + 10 * max(0.0, 1 - abs(hour - 15) / 9) for _, hour in hours],
        "precipitation": [1.8 if rains else 0.0 for rains in wet],
        "weather_code": [61 if rains else 1 for rains in wet],
        "wind_speed_10m": [12.0 for _ in hours],
    }
    path.write_text(json.dumps({"hourly": hourly}), encoding="utf-8")


def write_flux(facts: Facts, day: date, path: Path) -> None:
    """Writes at `path` the zip that DATAtourisme would deliver on `day`: `index.json`, `context.jsonld` and one
    `objects/x/xx/64-<uuid>.json` per offer of the facts."""
    pois = {_file(offer): _poi(offer, day) for offer in sorted(facts["offer"], key=_file)}
    index = [
        {
            "label": poi["rdfs:label"]["fr"][0],
            "lastUpdateDatatourisme": poi["lastUpdateDatatourisme"],
            "file": file,
        }
        for file, poi in pois.items()
    ]
    members = {"index.json": index, "context.jsonld": CONTEXT, **{f"objects/{file}": poi for file, poi in pois.items()}}
    with ZipFile(path, "w") as archive:
        for name, content in members.items():
            member = ZipInfo(name, (day.year, day.month, day.day, 4, 0, 0))
            member.compress_type = ZIP_DEFLATED
            member.create_system = 3  # Unix, wherever we are: the default would make the bytes depend on the machine
            archive.writestr(member, json.dumps(content, ensure_ascii=False, indent=2))


def periods(when: Iterable[Facts], day: date) -> list[Json]:
    """The rows of an event as DATAtourisme periods `{startDate, endDate[, startTime, endTime]}`, in order, each once.

    A row is `{day, days?, start?, end?}`, its `day` counted from the argument, or `{weekday, weeks, start, end}`: that
    many of them, the argument included. Several days with times mean each of these days at that time.
    """
    found = {(*span, row.get("start", ""), row.get("end", "")) for row in when for span in _spans(row, day)}
    return [_period(*each) for each in sorted(found)]


def _period(first: date, last: date, start: str, end: str) -> Json:
    days = {"startDate": first.isoformat(), "endDate": last.isoformat()}
    return {**days, "startTime": f"{start}:00", "endTime": f"{end}:00"} if start else days


def _spans(row: Facts, day: date) -> list[tuple[date, date]]:
    if "weekday" in row:
        next_one = day + timedelta(days=(list(DAYS).index(row["weekday"]) - day.weekday()) % 7)
        dates = [next_one + timedelta(weeks=week) for week in range(row["weeks"])]
        return [(each, each) for each in dates]
    first = day + timedelta(days=row["day"])
    return [(first, first + timedelta(days=row.get("days", 1) - 1))]


def _poi(offer: Facts, day: date) -> Json:
    slug, producer = offer["slug"], _producer()
    description = {"dc:description": _texts(offer["text"]), "shortDescription": _texts(offer["text"])}
    return {
        "@id": f"{BASE}/{FLUX}/{_uuid(slug)}",
        "dc:identifier": f"DEMO-{slug}",
        "@type": _types(offer["types"]),
        "rdfs:comment": _texts(offer["text"]),
        "rdfs:label": _texts(offer["name"]),
        "hasBeenCreatedBy": producer,
        "hasBeenPublishedBy": [producer],
        "hasDescription": [_node(f"{slug}/description", ["Description"], description)],
        "isLocatedAt": [_place(offer, day)],
        "lastUpdate": day.isoformat(),
        "lastUpdateDatatourisme": f"{day.isoformat()}T04:00:00.000Z",
        **_dates(offer, day),
        **_contacts(offer),
        **_prices(offer),
        **_audience(offer),
        **_labels(offer),
        **({"reducedMobilityAccess": offer["wheelchair"]} if "wheelchair" in offer else {}),
    }


def _types(core: Iterable[str]) -> list[str]:
    """As in a real flux: the foreign classes first, then the core ones, each in alphabetical order."""
    classes = {"PointOfInterest", *core}
    return sorted({foreign for name in classes for foreign in SCHEMA_TYPES.get(name, "").split()}) + sorted(classes)


def _producer() -> Json:
    types = ["schema:Organization", "foaf:Agent", "Agent"]
    return _node("producer", types, {"schema:legalName": "Démonstration sejour"})


def _place(offer: Facts, day: date) -> Json:
    slug = offer["slug"]
    point = {"schema:latitude": str(offer["lat"]), "schema:longitude": str(offer["lon"])}
    place: Json = {
        "schema:address": [_address(offer)],
        "schema:geo": _node(f"{slug}/geo", ["schema:GeoCoordinates"], point),
    }
    if "hours" in offer:
        years = (day.year, day.year + 1)
        rows = offer["hours"]
        place["schema:openingHoursSpecification"] = [_opening(slug, row, year) for row in rows for year in years]
    if "hours_text" in offer:
        place["TextOpeningHoursSpecification"] = _texts(offer["hours_text"])
    if "pets" in offer:
        place["petsAllowed"] = offer["pets"]
    return _node(f"{slug}/place", ["schema:Place", "Place"], place)


def _address(offer: Facts) -> Json:
    country = _concept("kb:France", "schema:Country", "France", "France")
    region = _concept("kb:France75", "Region", "Nouvelle-Aquitaine", "Nouvelle-Aquitaine")
    department = _concept("kb:France7564", "Department", "Pyrénées-Atlantiques", "Pyrénées-Atlantiques")
    city = _concept(f"kb:{offer['insee']}", "City", offer["city"], offer["city"])
    region |= {"insee": "75", "isPartOfCountry": country}
    department |= {"insee": "64", "isPartOfRegion": region}
    city |= {"insee": offer["insee"], "isPartOfDepartment": department}
    address = {"schema:addressLocality": offer["city"], "schema:postalCode": offer["postcode"], "hasAddressCity": city}
    if "street" in offer:
        address["schema:streetAddress"] = [offer["street"]]
    return _node(f"{offer['slug']}/address", ["schema:PostalAddress", "PostalAddress"], address)


def _opening(slug: str, row: Facts, year: int) -> Json:
    """A row `{days, opens, closes, from?, through?}` in a year: all of it, or from a month-day through another."""
    first, last = f"{year}-{row.get('from', '01-01')}", f"{year}-{row.get('through', '12-31')}"
    opening = {
        "schema:opens": f"{row['opens']}:00",
        "schema:closes": f"{row['closes']}:00",
        "schema:dayOfWeek": _weekdays(row["days"]),
        "schema:validFrom": f"{first}T00:00:00",
        "schema:validThrough": f"{last}T00:00:00",
    }
    return _node(f"{slug}/{row['days']}/{row['opens']}/{first}", ["schema:OpeningHoursSpecification"], opening)


def _weekdays(days: str) -> list[Json]:
    """`Mo,We-Fr` is Monday, then Wednesday to Friday."""
    keys, names = list(DAYS), list(DAYS.values())
    spans = (span.partition("-") for span in days.split(","))
    chosen = [name for first, _, last in spans for name in names[keys.index(first) : keys.index(last or first) + 1]]
    return [_concept(f"schema:{english}", "schema:DayOfWeek", french, english) for french, english in chosen]


def _dates(offer: Facts, day: date) -> Json:
    if "when" not in offer:
        return {}
    found = periods(offer["when"], day)
    return {
        "schema:startDate": [period["startDate"] for period in found],
        "schema:endDate": [period["endDate"] for period in found],
        "takesPlaceAt": [_node(f"{offer['slug']}/{'/'.join(period.values())}", ["Period"], period) for period in found],
    }


def _contacts(offer: Facts) -> Json:
    fields = {"phone": "schema:telephone", "web": "foaf:homepage"}
    contact = {field: [offer[key]] for key, field in fields.items() if key in offer}
    booking = {"foaf:homepage": [offer["booking"]]} if "booking" in offer else {}
    agents = {"hasContact": contact, "hasBookingContact": booking}
    types = ["foaf:Agent", "Agent"]
    return {role: [_node(f"{offer['slug']}/{role}", types, agent)] for role, agent in agents.items() if agent}


def _prices(offer: Facts) -> Json:
    """From `{free}` or `{min, max?}` in euros, either with a `note` in each language."""
    if "price" not in offer:
        return {}
    price = offer["price"]
    specification: Json = {"schema:priceCurrency": "EUR"}
    specification |= {f"schema:{end}Price": [f"{price[end]:g}"] for end in ("min", "max") if end in price}
    if price.get("free"):
        specification["hasEligiblePolicy"] = [_concept("kb:Free", "PricingPolicy", "Gratuit", "Free")]
    if "note" in price:
        specification["additionalInformation"] = _texts(price["note"])
    tariff = _node(f"{offer['slug']}/price", ["schema:PriceSpecification", "PriceSpecification"], specification)
    tariffs = {"schema:priceSpecification": [tariff]}
    return {"offers": [_node(f"{offer['slug']}/offer", ["schema:Offer", "Offer"], tariffs)]}


def _audience(offer: Facts) -> Json:
    """`family`, and `ages` `{from, to?}` in years, on an audience of the offer's own: those of `kb:` are shared."""
    groups = [_concept("kb:Families", "PeopleAudience", "Familles", "Families")] if offer.get("family") else []
    if "ages" in offer:
        ends = {"from": "schema:suggestedMinAge", "to": "schema:suggestedMaxAge"}
        ages = {ends[end]: years for end, years in offer["ages"].items()}
        groups.append(_concept("kb:Children", "PeopleAudience", "Enfants", "Children"))
        groups.append(_node(f"{offer['slug']}/ages", ["PeopleAudience"], ages))
    return {"hasAudience": groups, "hasClientTarget": groups} if groups else {}


def _labels(offer: Facts) -> Json:
    """The identifier of a label is made of its name: “Qualité Tourisme” is `kb:LabelRating_QualiteTourisme`."""
    reviews = []
    for label in offer.get("labels", []):
        plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().replace("&", "")
        rating = _concept(f"kb:LabelRating_{plain.title().replace(' ', '')}", "LabelRating", label, label)
        reviews.append(_node(f"{offer['slug']}/{rating['@id']}", ["Review"], {"hasReviewValue": rating}))
    return {"hasReview": reviews} if reviews else {}


def _texts(text: Mapping[str, str]) -> Json:
    return {language: [text[language]] for language in sorted(text)}


def _concept(identifier: str, type_: str, french: str, english: str) -> Json:
    """An entry of the shared vocabulary (`kb:`)."""
    return {"@id": identifier, "@type": [type_], "rdfs:label": _texts({"fr": french, "en": english})}


def _node(role: str, types: Iterable[str], properties: Facts) -> Json:
    return {"@id": f"{BASE}/{_uuid(role)}", "@type": list(types), **properties}


def _uuid(role: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"{BASE}/demo/{role}"))


def _file(offer: Facts) -> str:
    uuid = _uuid(offer["slug"])
    return f"{uuid[0]}/{uuid[:2]}/{FLUX}-{uuid}.json"
