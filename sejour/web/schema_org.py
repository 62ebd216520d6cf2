"""Offers in the words of schema.org, for search engines and whoever reads open data."""

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from sejour.domain.hours import State
from sejour.domain.offer import ContactType, Kind, OccurrenceStatus, Offer
from sejour.domain.text import LocalText
from sejour.domain.week import Day
from sejour.web.i18n import Speech

TYPES = {
    Kind.SIGHT: "TouristAttraction", Kind.ACTIVITY: "TouristAttraction", Kind.RESTAURANT: "Restaurant", Kind.EVENT: "Event",
    Kind.MARKET: "Event", Kind.SHOP: "Store", Kind.SERVICE: "LocalBusiness", Kind.LODGING: "LodgingBusiness",
}  # fmt: skip
DATED = (Kind.EVENT, Kind.MARKET)
STATUS = {OccurrenceStatus.PLANNED: "https://schema.org/EventScheduled", OccurrenceStatus.CANCELLED: "https://schema.org/EventCancelled"}
DATES = 30  # of one offer
CONTEXT = "https://schema.org"


def node(o: Offer, base: str = "") -> dict[str, Any]:
    """One offer in all its languages; `base` is our public address."""
    address = f"{base}/o/{quote(o.id)}"
    common: dict[str, Any] = {
        "@type": TYPES[o.kind],
        "@id": address,
        "identifier": o.id,
        "url": address,
        "name": _texts(o.names),
        "description": _texts(o.descriptions) if o.descriptions else None,
        "telephone": o.contact(ContactType.PHONE),
        "sameAs": o.contact(ContactType.WEB),
        "isAccessibleForFree": o.prices.free if o.prices else None,
        "offers": _price(o),
    }
    place = _place(o)
    if o.kind in DATED and o.occurrences:
        dates = [
            {"@type": "Event", "startDate": _date(d.start.isoformat(), d.all_day), "endDate": d.end and _date(d.end.isoformat(), d.all_day),
             "eventStatus": STATUS[d.status]}
            for d in o.occurrences[:DATES]
        ]  # fmt: skip
        common |= {"location": place and {"@type": "Place", **place}, "startDate": dates[0]["startDate"], "endDate": dates[-1]["endDate"],
                   "subEvent": dates if len(dates) > 1 else None, "eventStatus": dates[0]["eventStatus"]}  # fmt: skip
    else:
        common |= place
    return {name: value for name, value in common.items() if value}


def page_script(said: Speech, base: str, o: Offer, week: Sequence[Day], image: str = "") -> Markup:
    """What a page about the offer tells robots, in the page's language, with the hours of the coming days and the address of an `image`. As
    a <script> of data: no browser runs it,
    and "<" is written so that nothing in it can end it."""
    told = node(o, base) | {"@context": CONTEXT, "name": said.choose(o.names)[0], "inLanguage": said.language}
    if o.descriptions:
        told["description"] = said.prose(o.descriptions)[0]
    if image:
        told["image"] = image
    if hours := _week(week):
        told["openingHoursSpecification"] = hours
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")))  # noqa: S704


def _week(week: Sequence[Day]) -> list[dict[str, str]]:
    """The true openings, day by day: schema.org has no words for holidays, seasons and "the first Sunday of the month"."""
    return [
        {"@type": "OpeningHoursSpecification", "validFrom": day.isoformat(), "validThrough": day.isoformat(),
         "opens": f"{i.start:%H:%M}", "closes": f"{i.end:%H:%M}"}
        for day, days in groupby(week, key=lambda each: each.day)
        for each in days
        for i in each.intervals
        if i.state is State.OPEN
    ]  # fmt: skip


def _place(o: Offer) -> dict[str, Any]:
    place: dict[str, Any] = {}
    if o.place:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": o.place.lat, "longitude": o.place.lon}
    if o.address:
        lines = {"streetAddress": o.address.street, "postalCode": o.address.postcode, "addressLocality": o.address.city}
        place["address"] = {"@type": "PostalAddress"} | {name: value for name, value in lines.items() if value}
    return place


def _price(o: Offer) -> dict[str, Any] | None:
    if o.prices is None or (o.prices.min is None and not o.prices.free):
        return None
    return {"@type": "Offer", "price": 0 if o.prices.free else o.prices.min, "priceCurrency": o.prices.currency}


def _date(moment: str, all_day: bool) -> str:
    return moment[:10] if all_day else moment


def _texts(text: LocalText) -> list[dict[str, str]]:
    return [{"@language": language, "@value": each} for language, each in text.texts.items()]
