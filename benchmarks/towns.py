"""Towns with real kinds of hours, at the times of the year when clocks, holidays and the sun play tricks, and random visits to them.

The demonstration's Pau; an invented town of bars that close at five, markets, concerts, parks that close at sunset; the same two beyond the
polar circle; and Touraine in 2020, the real flux, where it lies beside the project (`../shared`).
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sejour.calendars import holidays_of
from sejour.demo.flux import load_facts, write_flux
from sejour.demo.neighbours import load_neighbours, write_calendar, write_table
from sejour.domain.catalogue import AHEAD, Catalogue, build_catalogue
from sejour.domain.offer import Access, Kind, Occurrence, Offer
from sejour.domain.place import Place
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Weather
from sejour.ingest import read_source
from tests.builders import FLUX, PARIS, ROYALE, make_offer, steady

Offers = tuple[Offer, ...]
TROMSO, SVALBARD = Place(69.6492, 18.9553), Place(78.2232, 15.6267)
NORTH = ZoneInfo("Europe/Oslo")
SPREAD = 0.02  # degrees of latitude around the centre
SKIES = (Weather(18.0, 0.0, 1), Weather(12.0, 2.0, 61), Weather(36.0, 0.0, 0), Weather(-2.0, 1.0, 73), Weather(25.0, 8.0, 95))
WISHES = (Wish.FREE, Wish.SHELTERED, Wish.OUTDOOR, Wish.SHORT, Wish.CARFREE, Wish.FOOD, Wish.CULTURE, Wish.NATURE)
PLACES: tuple[tuple[Kind, str, str | None], ...] = (  # kind, theme, hours
    (Kind.SIGHT, "museum", "We-Mo 10:00-18:00; PH off"),
    (Kind.SIGHT, "museum", "Tu-Su 10:00-12:30,14:00-18:00; Th 10:00-21:00; Dec 25,Jan 01,May 01 off"),
    (Kind.SIGHT, "castle", "Apr-Sep 09:30-18:30; Oct-Mar 10:00-17:00; Dec 25 off"),
    (Kind.SIGHT, "church", "09:00-18:00"),
    (Kind.SIGHT, "park", "sunrise-sunset"),
    (Kind.SIGHT, "garden", "Apr-Oct 07:00-22:00; Nov-Mar 08:00-18:00"),
    (Kind.SIGHT, "viewpoint", "24/7"),
    (Kind.SIGHT, "natural_site", None),
    (Kind.ACTIVITY, "walk", "24/7"),
    (Kind.ACTIVITY, "zoo", "10:00-17:00"),
    (Kind.ACTIVITY, "water_sports", "Jul-Aug 10:00-19:00; Sa-Su 13:30-18:00"),
    (Kind.ACTIVITY, "indoor_pool", "Mo-Fr 12:00-20:30; Sa-Su 09:00-18:00; PH off"),
    (Kind.ACTIVITY, "bowling", "Mo-Th 14:00-24:00; Fr-Sa 00:00-02:00,14:00-24:00; Su 00:00-02:00,14:00-22:00"),
    (Kind.ACTIVITY, "escape_game", "We-Su 10:00-22:30"),
    (Kind.RESTAURANT, "bistro", "Mo-Fr 12:00-14:00; Th-Sa 19:30-22:30; PH off"),
    (Kind.RESTAURANT, "bistro", "Mo-Sa 12:00-14:30,19:00-22:30"),
    (Kind.RESTAURANT, "cafe", "Mo-Sa 07:30-20:00; Su,PH 09:00-13:00"),
    (Kind.RESTAURANT, "cafe", "18:00-02:00"),
    (Kind.RESTAURANT, "cafe", "Fr-Sa 22:00-05:00"),
    (Kind.RESTAURANT, "cafe", "Mo-Sa 00:00-02:00,06:30-24:00; Su 00:00-02:00,08:00-24:00"),
    (Kind.RESTAURANT, "fast_food", "11:00-15:00,18:00-24:00"),
    (Kind.RESTAURANT, "gastronomy", "11:00-14:00,18:30-23:00+"),
    (Kind.RESTAURANT, "gastronomy", None),
    (Kind.SHOP, "producers_shop", "Tu-Sa 09:00-12:30,14:30-19:00; PH off"),
    (Kind.SHOP, "shop", "Mo-Sa 10:00-19:00; SH Su 10:00-13:00"),
    (Kind.SHOP, "shop", '09:00-12:00 "sur rendez-vous"'),
    (Kind.MARKET, "market", "Sa 07:00-13:00"),
    (Kind.MARKET, "covered_market", "Tu-Sa 06:30-13:00; Su 07:00-13:30"),
)
DATES: tuple[tuple[str, int, int | None, int], ...] = (  # theme, begins at minute of the day, lasts, every so many days
    ("concert", 20 * 60 + 30, 120, 1), ("concert", 23 * 60, 300, 2), ("theatre", 20 * 60, None, 3), ("flea_market", 7 * 60, 660, 7),
    ("guided_tour", 10 * 60 + 30, 90, 1), ("cinema", 21 * 60 + 45, 110, 2), ("festival", 14 * 60, 720, 4), ("dance", 2 * 60, 60, 1),
    ("show", 90, 120, 1), ("fair", 9 * 60, 240, 5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Town:
    """`offers` as its feeds gave them on the day of `built`."""

    name: str
    place: Place
    built: datetime
    offers: Callable[[], Offers]

    def catalogue(self) -> Catalogue:
        year = self.built.year
        return build_catalogue(self.offers(), self.built, holidays=holidays_of("", "C", year - 1, year + 1))


def towns() -> list[Town]:
    """Clock changes: 28 March 2027, 25 October 2026. Holidays: 14 July, 15 August, 1 November, Christmas, New Year, Easter, 1 and 8 May."""
    found = [
        Town(name, ROYALE, _morning(day), offers(_morning(day)))
        for day in ("2026-07-08", "2026-08-12", "2026-10-19", "2026-12-20", "2027-03-20", "2027-04-28")
        for name, offers in (("Pau", _pau), ("an invented town", _invented))
    ]
    for name, place in (("Tromsø", TROMSO), ("Svalbard", SVALBARD)):
        for day in ("2026-12-12", "2026-06-14", "2027-03-20"):
            built = _morning(day, NORTH)
            found += [Town(name, place, built, _moved(offers(built), place)) for offers in (_pau, _invented)]
    if FLUX.exists():
        days = ("2020-01-10", "2020-03-20", "2020-07-10", "2020-09-12", "2020-10-17", "2020-12-18")
        found += [Town("Touraine", Place(47.394, 0.689), _morning(day), _touraine) for day in days]
    return found


def visits(town: Town, offers: Offers, number: int, seed: int) -> Iterator[Visit]:
    """At any hour of any of the days that the catalogue was prepared for, the nights when clocks change more often than the others; by an
    offer's door or anywhere in town."""
    chance, zone = random.Random(seed), town.built.tzinfo
    midnight = datetime.combine(town.built.date(), time(0), zone).astimezone(UTC)
    days = [midnight + timedelta(days=n) for n in range(AHEAD.days - 1)]
    turns = [day for day in days if day.astimezone(zone).utcoffset() != (day + timedelta(days=1)).astimezone(zone).utcoffset()]
    located = [offer.place for offer in offers if offer.place]
    for _ in range(number):
        if turns and chance.random() < 0.3:
            moment = chance.choice(turns) + timedelta(minutes=chance.randrange(-180, 480))
        else:
            moment = chance.choice(days) + timedelta(minutes=chance.randrange(1440))
        at, far = chance.choice(located), 0.002 if chance.random() < 0.5 else SPREAD
        yield Visit(
            town.name,
            Place(at.lat + chance.uniform(-far, far), at.lon + chance.uniform(-far, far)),
            moment.astimezone(zone),
            when=chance.choice((When.NOW,) * 6 + (When.TONIGHT, When.TOMORROW, When.WEEK, When.RAIN)),
            wishes=frozenset(chance.sample(WISHES, 1)) if chance.random() < 0.2 else frozenset(),
            mode=chance.choice((None, None, None, Mode.WALK, Mode.BIKE, Mode.CAR)),
            forecast=steady(chance.choice(SKIES), moment.astimezone(zone)) if chance.random() < 0.6 else None,
        )


def _morning(day: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(6), zone)


def _pau(built: datetime) -> Callable[[], Offers]:
    def offers() -> Offers:
        with tempfile.TemporaryDirectory() as name:
            folder, day, neighbours = Path(name), built.date(), load_neighbours()
            write_flux(load_facts(), day, folder / "flux.zip")
            write_table(neighbours, folder / "table.csv")
            write_calendar(neighbours, day, folder / "town.ics")
            feeds = (("flux.zip", "datatourisme"), ("table.csv", "table"), ("town.ics", "ics"))
            return tuple(offer for file, format in feeds for offer in read_source(str(folder / file), format).offers.values())

    return offers


def _invented(built: datetime) -> Callable[[], Offers]:
    def offers() -> Offers:
        chance = random.Random(7)

        def place() -> Place:
            return Place(ROYALE.lat + chance.gauss(0, SPREAD / 2), ROYALE.lon + chance.gauss(0, SPREAD / 2))

        places = [
            make_offer(f"{theme} {n}", kind=kind, themes=(theme,), hours=hours, place=place(), access=Access(sheltered=chance.choice((None, None, True, False))))
            for n, (kind, theme, hours) in enumerate(PLACES * 5)
        ]  # fmt: skip
        dated = [
            make_offer(f"{theme} dated {n}", kind=Kind.EVENT, themes=(theme,), place=place(), occurrences=_series(built, n, *when))
            for n, (theme, *when) in enumerate(DATES * 3)
        ]  # fmt: skip
        shows = [
            make_offer(f"exhibition {n}", kind=Kind.EVENT, themes=("exhibition",), place=place(), hours="Tu-Su 10:00-18:00", occurrences=_days(built, n))
            for n in range(8)
        ]  # fmt: skip
        return (*places, *dated, *shows)

    return offers


def _series(built: datetime, n: int, minute: int, lasts: int | None, every: int) -> tuple[Occurrence, ...]:
    """From a week before to three weeks after, at the same clock time."""
    found = []
    for day in range(-7 + n % every, 21, every):
        wall = datetime.combine(built.date() + timedelta(days=day), time(minute // 60, minute % 60), built.tzinfo)
        start = wall.astimezone(UTC).astimezone(built.tzinfo)  # one that exists
        found.append(Occurrence(start, (start.astimezone(UTC) + timedelta(minutes=lasts)).astimezone(built.tzinfo) if lasts else None))
    return tuple(found)


def _days(built: datetime, n: int) -> tuple[Occurrence, ...]:
    first = datetime.combine(built.date() + timedelta(days=2 * n - 10), time(0), built.tzinfo)
    return (Occurrence(first, first + timedelta(days=9), all_day=True),)


def _moved(offers: Callable[[], Offers], place: Place) -> Callable[[], Offers]:
    """The same offers around another place, whose clocks are those of Oslo."""

    def moved(at: Place) -> Place:
        return Place(place.lat + at.lat - ROYALE.lat, place.lon + (at.lon - ROYALE.lon) * 2)

    return lambda: tuple(replace(offer, place=moved(offer.place), timezone=NORTH.key) for offer in offers() if offer.place)


def _touraine() -> Offers:
    return tuple(read_source(str(FLUX), "datatourisme").offers.values())
