"""The catalogue as calendars and open data: .ics, RSS, GeoJSON, schema.org JSON-LD. Plain functions: Starlette runs them in threads."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sejour.domain.agenda import agenda
from sejour.domain.offer import Occurrence, OccurrenceStatus, Offer, exported
from sejour.web import schema_org
from sejour.web.api import OPEN
from sejour.web.i18n import speech
from sejour.web.visitor import offer_of
from sejour.web.visits import house_of, visit_of

DATES_IN_DATA = 30  # of one offer


def offer_calendar(request: Request) -> Response:
    offer, visit = offer_of(request), visit_of(request)
    coming = [o for o in offer.occurrences if (o.end or o.start + timedelta(hours=1)) > visit.moment]
    return calendar_of(request, ((offer, o) for o in coming[:DATES_IN_DATA]))


def agenda_calendar(request: Request) -> Response:
    return calendar_of(request, _coming(request))


def agenda_rss(request: Request) -> Response:
    """The coming week as RSS 2.0. Links are relative to the public address when there is one."""
    house, said = house_of(request), speech(visit_of(request).language)
    base = house.settings.service.public_url.rstrip("/")
    items = "".join(
        f"<item><title>{escape(said.choose(offer.names)[0])}</title><link>{escape(f'{base}/o/{offer.id}')}</link>"
        f"<guid isPermaLink='false'>{offer.id}-{occurrence.start:%Y%m%dT%H%M}</guid>"
        f"<description>{escape(f'{said.day(occurrence.start.date())} · {said.clock(occurrence.start)}')}</description></item>"
        for offer, occurrence in _coming(request)
    )
    channel = f"<title>{escape(house.settings.territory.name)}</title><link>{escape(base or '/')}</link><description>{escape(said.gettext('Agenda'))}</description>"
    body = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{channel}{items}</channel></rss>"
    return Response(body, headers=OPEN, media_type="application/rss+xml")


def geojson(request: Request) -> Response:
    """Every located offer, RFC 7946."""
    features = [
        {"type": "Feature", "id": o.id, "geometry": {"type": "Point", "coordinates": [o.place.lon, o.place.lat]}, "properties": exported(o)}
        for o in house_of(request).live.territory.catalogue.offers
        if o.place
    ]
    return JSONResponse({"type": "FeatureCollection", "features": features}, headers=OPEN, media_type="application/geo+json")


def jsonld(request: Request) -> Response:
    """Every offer in the words of schema.org."""
    house = house_of(request)
    graph = [schema_org.node(o, house.settings.service.public_url.rstrip("/")) for o in house.live.territory.catalogue.offers]
    return JSONResponse({"@context": schema_org.CONTEXT, "@graph": graph}, headers=OPEN, media_type="application/ld+json")


def _coming(request: Request) -> Iterator[tuple[Offer, Occurrence]]:
    visit = visit_of(request)
    for day in agenda(house_of(request).live.territory.catalogue, visit, visit.moment.date()).days:
        for entry in day.entries:
            for begins, ends in entry.spans:
                yield entry.offer, Occurrence(begins, ends)


def calendar_of(request: Request, dates: Iterable[tuple[Offer, Occurrence]]) -> Response:
    """RFC 5545, with the reading of icalendar behind it."""
    from icalendar import Calendar, Event

    visit = visit_of(request)
    said, calendar = speech(visit.language), Calendar()
    calendar.add("prodid", "-//sejour//agenda//FR")
    calendar.add("version", "2.0")
    for offer, o in dates:
        event = Event()
        event.add("uid", f"{offer.id}-{o.start:%Y%m%dT%H%M}@sejour")
        event.add("summary", said.choose(offer.names)[0])
        event.add("dtstamp", visit.moment)
        event.add("dtstart", o.start.date() if o.all_day else o.start)
        if o.end:
            event.add("dtend", o.end.date() if o.all_day else o.end)
        if offer.address:
            event.add("location", ", ".join(filter(None, (offer.address.street, offer.address.postcode, offer.address.city))))
        if offer.place:
            event.add("geo", (offer.place.lat, offer.place.lon))
        if o.status is OccurrenceStatus.CANCELLED:
            event.add("status", "CANCELLED")
        if o.all_day:
            event.add("transp", "TRANSPARENT")  # one stays free that day
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return Response(calendar.to_ical(), headers=OPEN, media_type="text/calendar")


routes = [
    Route("/o/{id}.ics", offer_calendar),
    Route("/agenda.ics", agenda_calendar),
    Route("/agenda.rss", agenda_rss),
    Route("/offers.geojson", geojson),
    Route("/offers.jsonld", jsonld),
]
