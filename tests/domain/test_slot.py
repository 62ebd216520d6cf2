"""What a quarter of an hour prepares for all who ask within it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sejour.domain.asked import KIND_BITS
from sejour.domain.catalogue import AHEAD, FAR_CANDIDATES, KINDS, Catalogue
from sejour.domain.curation import Mute, Pick
from sejour.domain.offer import Access, Kind, Offer
from sejour.domain.page import detail, directory, essentials, suggest
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS
from sejour.domain.slot import DAYLIT, LONGEST_TRIP, UNSURE_HOURS, Slot, slot_of, window
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.timetable import Sort
from sejour.domain.travel import PACES
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Forecast, Weather
from tests.builders import PARIS, at, happening, make_catalogue, make_offer, make_visit, steady
from tests.domain.samples import maybe

NOON = at("2026-08-13 12:00")
MUSEUM = make_offer(hours="10:00-18:00", themes=("museum",))


def ids(slot: Slot) -> set[str]:
    return {slot.catalogue.offers[i].key for i in slot.offers.tolist()}


# ---- the window of each page ----

WINDOWS = [
    (When.NOW, "2026-08-13 12:00", "2026-08-13 12:00", "2026-08-13 14:00"),
    (When.RAIN, "2026-08-13 12:00", "2026-08-13 12:00", "2026-08-13 14:00"),
    (When.NOW, "2026-08-13 23:30", "2026-08-13 23:30", "2026-08-14 01:30"),
    (When.TONIGHT, "2026-08-13 12:00", "2026-08-13 18:00", "2026-08-14 00:00"),
    (When.TONIGHT, "2026-08-13 21:00", "2026-08-13 21:00", "2026-08-14 00:00"),
    (When.TOMORROW, "2026-08-13 12:00", "2026-08-14 09:00", "2026-08-14 21:00"),
    (When.TOMORROW, "2026-12-31 23:59", "2027-01-01 09:00", "2027-01-01 21:00"),
    (When.WEEK, "2026-08-13 12:00", "2026-08-13 12:00", "2026-08-20 12:00"),
    # the clocks change in the night
    (When.NOW, "2027-03-28 01:30", "2027-03-28 01:30", "2027-03-28 04:30"),
    (When.TOMORROW, "2027-03-27 12:00", "2027-03-28 09:00", "2027-03-28 21:00"),
    (When.TOMORROW, "2026-10-24 12:00", "2026-10-25 09:00", "2026-10-25 21:00"),
    (When.TONIGHT, "2026-10-24 12:00", "2026-10-24 18:00", "2026-10-25 00:00"),
]


@pytest.mark.parametrize(("when", "moment", "leave", "latest"), WINDOWS)
def test_window(when: When, moment: str, leave: str, latest: str) -> None:
    assert window(make_visit(at(moment), when=when)) == (at(leave), at(latest))


@pytest.mark.parametrize("when", list(When))
def test_a_plan_lasts_until_its_end(when: When) -> None:
    assert window(make_visit(NOON, when=when, until=at("2026-08-13 17:30"))) == (NOON, at("2026-08-13 17:30"))


@pytest.mark.parametrize("moment", ["2027-03-28 01:30", "2026-10-25 00:30", "2026-10-25 01:30", "2026-08-13 23:00"])
def test_one_waits_two_hours_at_most_by_real_time(moment: str) -> None:
    leave, latest = window(make_visit(at(moment)))
    assert latest.timestamp() - leave.timestamp() == 7200


def test_no_trip_is_longer_than_the_margin_of_a_slot() -> None:
    assert max(pace.longest_minutes for pace in PACES.values()) <= LONGEST_TRIP


# ---- one for a quarter of an hour ----


def same(catalogue: Catalogue, one: Visit, two: Visit) -> bool:
    return slot_of(catalogue, one) is slot_of(catalogue, two)


@pytest.mark.parametrize(
    ("when", "one", "two", "expected"),
    [
        (When.NOW, "2026-08-13 12:00", "2026-08-13 12:14:59", True),
        (When.NOW, "2026-08-13 12:14:59", "2026-08-13 12:15", False),
        (When.NOW, "2026-08-13 12:00", "2026-08-14 12:00", False),
        (When.TONIGHT, "2026-08-13 08:00", "2026-08-13 17:59", True),  # all day long tonight begins at six
        (When.TONIGHT, "2026-08-13 17:59", "2026-08-13 18:16", False),
        (When.TONIGHT, "2026-08-13 23:59", "2026-08-14 00:01", False),
        (When.TOMORROW, "2026-08-13 00:00", "2026-08-13 23:59", True),
        (When.TOMORROW, "2026-08-13 23:59", "2026-08-14 00:00", False),
        (When.WEEK, "2026-08-13 12:00", "2026-08-13 12:10", True),
    ],
)
def test_the_moments_that_share_a_slot(when: When, one: str, two: str, expected: bool) -> None:
    visits = [make_visit(at(moment), when=when) for moment in (one, two)]
    assert same(make_catalogue(MUSEUM), *visits) is expected


@pytest.mark.parametrize("fields", [{"place": Place(43.3, -0.4)}, {"language": "en"}, {"hotspot": "gare"}, {"when": When.RAIN}])
def test_what_a_slot_does_not_depend_on(fields: dict[str, Any]) -> None:
    assert same(make_catalogue(MUSEUM), make_visit(NOON), make_visit(NOON, **fields))


@pytest.mark.parametrize("fields", [{"when": When.TONIGHT}, {"weather": Weather(20.0)}, {"until": at("2026-08-13 18:00")}])
def test_what_a_slot_depends_on(fields: dict[str, Any]) -> None:
    assert not same(make_catalogue(MUSEUM), make_visit(NOON), make_visit(NOON, **fields))


def test_a_forecast_read_again_makes_a_new_slot() -> None:
    catalogue = make_catalogue(MUSEUM)
    forecast = steady(Weather(20.0), NOON)
    assert same(catalogue, make_visit(NOON, forecast=forecast), make_visit(NOON, forecast=forecast))
    assert not same(catalogue, make_visit(NOON, forecast=forecast), make_visit(NOON, forecast=steady(Weather(precipitation=2.0), NOON)))


def test_the_hour_that_comes_twice_has_its_slots_twice() -> None:
    """The clocks are equal, the moments are not: the second one was given what the first one could reach."""
    late = make_offer("late", kind=Kind.EVENT, occurrences=(happening("2026-10-25 03:45"),))
    catalogue = make_catalogue(late, moment=at("2026-10-24 12:00"))
    first = at("2026-10-25 02:20")
    second = first.replace(fold=1)
    assert not same(catalogue, make_visit(first), make_visit(second))
    for moments in ((first, second), (second, first)):
        fresh = make_catalogue(late, moment=at("2026-10-24 12:00"))
        assert {m.fold: [s.offer.key for s in suggest(fresh, make_visit(m), 8)] for m in moments} == {0: [], 1: ["late"]}


@pytest.mark.parametrize("fold", [0, 1])
def test_a_plan_may_end_in_the_hour_that_comes_twice(fold: int) -> None:
    offers = [make_offer(str(n), kind=Kind.EVENT, occurrences=(happening(f"2026-10-25 02:{n}"),)) for n in (10, 50)]
    catalogue, moment = make_catalogue(*offers, moment=at("2026-10-24 12:00")), at("2026-10-24 23:00")
    ends = [at("2026-10-25 02:30").replace(fold=n) for n in (fold, 1 - fold)]
    found = {end.fold: {s.offer.key for s in suggest(catalogue, make_visit(moment, until=end), 8)} for end in ends}
    assert found == {0: {"10"}, 1: {"10", "50"}}


def test_zones_do_not_share_a_slot() -> None:
    """The same moment, but neither the same hour of the day nor the same day."""
    catalogue = make_catalogue(make_offer("perhaps"))
    there = NOON.astimezone(ZoneInfo("Pacific/Tahiti"))
    assert not same(catalogue, make_visit(NOON), make_visit(there))
    assert [len(suggest(catalogue, make_visit(moment), 8)) for moment in (NOON, there)] == [1, 0]  # midnight there


# ---- far from the fortnight that was prepared ----


def test_a_far_moment_is_prepared_for_each_place() -> None:
    catalogue = make_catalogue(MUSEUM)
    then = at("2030-08-13 12:00")
    assert same(catalogue, make_visit(then), make_visit(then))
    assert not same(catalogue, make_visit(then), make_visit(then, place=Place(43.3, -0.37)))


@pytest.mark.parametrize("minutes", [0, 60, 119, 120, 121, 150, 179, 180, 181, 240])
def test_at_the_end_of_the_fortnight_nobody_is_given_the_slot_of_another_place(minutes: int) -> None:
    """Of the last hour before the end a slot held the four hundred offers nearest to the first who asked."""
    near = [make_offer(f"near {n}", hours="24/7") for n in range(FAR_CANDIDATES)]
    catalogue = make_catalogue(*near, make_offer("far", hours="24/7", place=Place(45.0, -0.37)))
    moment = catalogue.built + AHEAD - timedelta(minutes=minutes)
    assert suggest(catalogue, make_visit(moment), 8)
    assert [s.offer.key for s in suggest(catalogue, make_visit(moment, place=Place(45.0, -0.37)), 8)] == ["far"]


@pytest.mark.parametrize("when", [When.NOW, When.WEEK])
def test_beyond_the_fortnight_no_kind_hides_another(when: When) -> None:
    """Of a month ahead only the four hundred offers nearest to the visitor, of any kind, were looked at: a street of cafés, and no concert."""
    then = at("2026-09-20 12:00")
    cafés = [make_offer(f"café {n}", kind=Kind.RESTAURANT, hours="24/7") for n in range(FAR_CANDIDATES)]
    concert = make_offer("concert", kind=Kind.EVENT, place=Place(43.31, -0.3716), occurrences=(happening("2026-09-20 13:00"),))
    dogs = make_offer("dogs", kind=Kind.RESTAURANT, place=Place(43.30, -0.3716), hours="24/7", access=Access(dogs=True))
    hotel = make_offer("hotel", kind=Kind.LODGING, place=Place(43.31, -0.3716), hours="24/7")
    catalogue = make_catalogue(*cafés, concert, dogs, hotel)
    visit = make_visit(then, when=when)
    if when is When.NOW:
        assert [s.offer.key for s in suggest(catalogue, replace(visit, wishes=frozenset({Wish.DOGS})), 8)] == ["dogs"]
        assert [card.suggestion.offer.key for card in directory(catalogue, visit, Kind.LODGING).cards] == ["hotel"]
    else:
        assert [s.offer.key for s in suggest(catalogue, visit, 8)] == ["concert"]
    far = slot_of(catalogue, visit, IDEAS)
    assert len(far.offers) <= FAR_CANDIDATES
    assert "concert" in ids(far)
    assert detail(catalogue, visit, concert).suggestion
    assert detail(catalogue, visit, cafés[-1]).suggestion or when is When.WEEK


# ---- what is in it ----


def test_only_what_may_be_enjoyed_in_the_window_is_in_it() -> None:
    offers = [
        MUSEUM,
        make_offer("closed", hours="Fr 10:00-18:00"),
        make_offer("over", kind=Kind.EVENT, occurrences=(happening("2026-08-13 09:00", "2026-08-13 10:00"),)),
        make_offer("nowhere", hours="24/7", place=None),
        make_offer("muted", hours="24/7"),
        make_offer("hotel", kind=Kind.LODGING),
        make_offer("far", hours="24/7", place=Place(50.0, 3.0)),
    ]
    catalogue = make_catalogue(*offers, mutes=[Mute(offers[4].id, reason="travaux")])
    slot = slot_of(catalogue, make_visit(NOON))
    assert ids(slot) == {"Musée", "hotel", "far"}
    assert {len(column) for column in (slot.offers, slot.xyz, slot.bits, slot.most)} == {3}
    assert slot.first_row.tolist() == [0, 1, 2, 3]


def test_the_bits_are_the_wishes_and_the_kind() -> None:
    slot = slot_of(make_catalogue(make_offer(hours="24/7", access=Access(dogs=True))), make_visit(NOON))
    assert slot.bits[0] & sum(KIND_BITS.values()) == KIND_BITS[Kind.SIGHT]
    assert slot.bits[0] & ~sum(KIND_BITS.values()) == slot.catalogue.wishes[0]
    assert len(set(KIND_BITS.values())) == len(KINDS)


def test_where_offers_of_the_catalogue_are_in_it() -> None:
    catalogue = make_catalogue(*(make_offer(str(n), hours="24/7" if n % 2 else "off") for n in range(6)))
    slot = slot_of(catalogue, make_visit(NOON))
    local = slot.local(np.arange(6))
    assert slot.offers[local].tolist() == sorted(i for i, offer in enumerate(catalogue.offers) if offer.hours == "24/7")
    assert slot.local(np.zeros(0, dtype=np.int64)).tolist() == []


# ---- the office's words: a pick as of the beginning of the window, a mute as soon as it holds at some moment of its first quarter ----

WORDS = [  # of a pick, of a mute
    (When.NOW, "2026-08-13 12:10", "2026-08-13 12:00", None, True, True),
    (When.NOW, "2026-08-13 12:04", "2026-08-13 12:05", None, False, True),  # nobody is sent there a minute before the works begin
    (When.NOW, "2026-08-13 12:14", "2026-08-13 12:05", None, False, True),
    (When.NOW, "2026-08-13 12:14", "2026-08-13 12:15", None, False, False),
    (When.NOW, "2026-08-13 12:15", "2026-08-13 12:05", None, True, True),
    (When.NOW, "2026-08-13 12:10", None, "2026-08-13 12:05", True, True),  # to the end of this quarter
    (When.NOW, "2026-08-13 12:15", None, "2026-08-13 12:05", False, False),
    (When.NOW, "2026-08-13 12:00", None, "2026-08-13 12:00", False, False),
    (When.TONIGHT, "2026-08-13 12:00", "2026-08-13 15:00", None, True, True),  # what will hold tonight
    (When.TONIGHT, "2026-08-13 12:00", "2026-08-13 18:15", None, False, False),
    (When.TONIGHT, "2026-08-13 12:00", None, "2026-08-13 15:00", False, False),
    (When.TOMORROW, "2026-08-13 12:00", "2026-08-14 00:00", "2026-08-15 00:00", True, True),
    (When.TOMORROW, "2026-08-13 12:00", "2026-08-13 00:00", "2026-08-14 00:00", False, False),
]


@pytest.mark.parametrize(("when", "moment", "start", "end", "signed", "hidden"), WORDS)
def test_when_a_pick_and_a_mute_hold(when: When, moment: str, start: str | None, end: str | None, signed: bool, hidden: bool) -> None:
    offer, visit = make_offer(hours="24/7"), make_visit(at(moment), when=when)
    (picked,) = suggest(make_catalogue(offer, picks=[Pick(offer.id, maybe(start), maybe(end), by="Léa")]), visit, 8)
    assert (picked.pick is not None) is signed
    assert bool(suggest(make_catalogue(offer, mutes=[Mute(offer.id, maybe(start), maybe(end), reason="travaux")]), visit, 8)) is not hidden


# ---- rows: hours that nobody knows, and daylight ----


def times(offer: Offer, visit: Visit, zone: Any = PARIS) -> list[str]:
    """Each row as "13 10:00 to 17:15": between what one may begin, the first the day of the month."""
    slot = slot_of(make_catalogue(offer, moment=visit.moment), visit)

    def local(seconds: int, pattern: str) -> str:
        return datetime.fromtimestamp(seconds, zone).strftime(pattern)

    return [f"{local(a, '%d %H:%M')} to {local(b, '%H:%M')}" for a, b in zip(slot.rows.earliest.tolist(), slot.rows.last.tolist(), strict=True)]


@pytest.mark.parametrize("kind", [Kind.SIGHT, Kind.RESTAURANT, Kind.SHOP, Kind.MARKET])
def test_unknown_hours_are_bounded_day_by_day(kind: Kind) -> None:
    first, last = UNSURE_HOURS[kind]
    found = times(make_offer(kind=kind), make_visit(at("2026-08-13 00:00"), until=at("2026-08-15 22:00")))
    assert found == [f"{day} {first:02d}:00 to {last - 1}:59" for day in (13, 14, 15)]


def test_services_may_be_tried_at_any_hour() -> None:
    assert times(make_offer(kind=Kind.SERVICE), make_visit(at("2026-08-13 12:00"))) == ["13 00:00 to 23:59"]


def test_in_the_night_of_23_hours_unknown_hours_are_those_of_the_clock() -> None:
    assert times(make_offer(), make_visit(at("2027-03-28 08:00"))) == ["28 09:00 to 17:59"]


# In Pau, on 13 August, the sun rises at 7:04 and sets at 21:07; two minutes are kept at both ends
PARK, WILD = make_offer(hours="24/7", themes=("park",)), make_offer(themes=("park",))  # 20 minutes at least
DAYLIGHT: list[tuple[dict[str, Any], list[str]]] = [
    ({"themes": ("park",)}, ["13 07:06 to 20:45"]),
    ({"themes": ("park",), "kind": Kind.ACTIVITY}, ["13 07:06 to 20:45"]),
    ({"themes": ("zoo",)}, ["13 07:06 to 19:05"]),  # two hours at least
    ({"themes": ("park",), "hours": "08:00-20:00"}, ["13 08:00 to 19:40"]),  # shorter than the day
    ({"themes": ("park",), "hours": "05:00-23:00"}, ["13 07:06 to 20:45"]),
    ({"themes": ("park",), "hours": "20:50-23:00"}, []),
    ({"themes": ("museum",)}, ["-"]),  # indoors
    ({"access": Access(sheltered=True), "themes": ("park",)}, ["-"]),
    ({}, ["-"]),  # nobody knows where
    ({"access": Access(sheltered=False)}, ["13 07:06 to 20:20"]),
    ({"themes": ("park",), "kind": Kind.EVENT}, ["-"]),  # a market or an event has its own lights at the hours that it tells
    ({"themes": ("producers_market",), "kind": Kind.MARKET}, ["-"]),
    ({"themes": ("picnic",), "kind": Kind.RESTAURANT}, ["-"]),
    ({"themes": ("park",), "hours": None}, ["13 09:00 to 17:59"]),  # unknown: by day, and at plausible hours
    ({"themes": ("producers_market",), "kind": Kind.MARKET, "hours": None}, ["13 07:06 to 18:59"]),
    ({"themes": ("picnic",), "kind": Kind.RESTAURANT, "hours": None}, ["13 11:00 to 20:35"]),
    ({"themes": ("museum",), "hours": None}, ["13 09:00 to 17:59"]),
]


@pytest.mark.parametrize(("fields", "expected"), DAYLIGHT)
def test_daylight(fields: dict[str, Any], expected: list[str]) -> None:
    found = times(make_offer(**{"hours": "24/7"} | fields), make_visit(NOON))
    if expected == ["-"]:
        assert len(found) == 1
        assert "07:0" not in found[0]
        assert "20:" not in found[0]
    else:
        assert found == expected


def test_what_is_dated_by_its_organiser_needs_no_sun() -> None:
    fireworks = make_offer(kind=Kind.SIGHT, themes=("park",), occurrences=(happening("2026-08-13 23:00", "2026-08-13 23:45"),))
    (found,) = suggest(make_catalogue(fireworks), make_visit(at("2026-08-13 22:30")), 8)
    assert found.time.state is TimeState.STARTS


@pytest.mark.parametrize(
    ("moment", "suggested"),
    [("2026-08-13 07:00", False), ("2026-08-13 07:15", True), ("2026-08-13 20:30", True), ("2026-08-13 20:45", False), ("2026-12-21 17:00", True),
     ("2026-12-21 17:05", False), ("2026-12-21 08:20", False), ("2026-12-21 08:35", True)],
)  # fmt: skip
def test_nobody_is_sent_into_a_park_by_night(moment: str, suggested: bool) -> None:
    assert bool(suggest(make_catalogue(PARK, moment=at(moment)), make_visit(at(moment)), 8)) is suggested


@pytest.mark.parametrize(
    ("zone", "place"),
    [
        ("Indian/Reunion", Place(-20.88, 55.45)),
        ("Pacific/Tahiti", Place(-17.54, -149.57)),
        ("Pacific/Noumea", Place(-22.27, 166.44)),
        ("America/Miquelon", Place(46.78, -56.18)),
        ("Pacific/Wallis", Place(-13.28, -176.17)),  # the sun's day is not the clock's: parks were closed all day long
    ],
)
def test_overseas_it_is_day_at_noon_and_night_at_midnight(zone: str, place: Place) -> None:
    park = make_offer(hours="24/7", themes=("park",), place=place, timezone=zone)
    for day in range(1, 29, 9):
        for hour, suggested in ((0, False), (3, False), (9, True), (12, True), (15, True), (21, False)):
            moment = datetime(2026, 8, day, hour, tzinfo=ZoneInfo(zone))
            assert bool(suggest(make_catalogue(park, moment=moment), make_visit(moment, place=place), 8)) is suggested, moment


def test_what_is_daylit_is_what_one_goes_to_see() -> None:
    assert {kind for kind, daylit in zip(KINDS, DAYLIT, strict=True) if daylit} == {Kind.SIGHT, Kind.ACTIVITY}


def test_on_the_morning_after_the_day_is_the_next_day_s() -> None:
    """A window that passes midnight holds the daylight of both days."""
    assert times(PARK, make_visit(at("2026-08-13 23:30"))) == ["13 07:06 to 20:45", "14 07:07 to 20:43"]


# ---- the weather, hour by hour ----


def forecast(*skies: tuple[int, Weather]) -> Forecast:
    """From each of these hours on."""
    first = datetime(2026, 8, 13)  # noqa: DTZ001  # as a forecast is
    weathers = [next(weather for hour, weather in reversed(skies) if hour <= n) for n in range(24)]
    return Forecast(tuple(first + timedelta(hours=n) for n in range(24)), tuple(weathers))


FAIR, RAIN = Weather(20.0), Weather(precipitation=3.0)
RAIN_AT_17 = forecast((0, FAIR), (17, RAIN))


def order(*offers: Offer, moment: str, **fields: Any) -> list[Suggestion]:
    return suggest(make_catalogue(*offers), make_visit(at(moment), **fields), 8)


def test_rain_from_17_h_on_changes_the_order_of_what_is_reached_after_17_h_only() -> None:
    fields: dict[str, Any] = {"kind": Kind.SIGHT, "hours": "24/7", "place": Place(43.2956, -0.3706)}
    park, hall = make_offer("park", **fields, access=Access(sheltered=False)), make_offer("hall", **fields, access=Access(sheltered=True))
    for moment, first in (("15:30", "park"), ("16:30", "park"), ("16:56", "park"), ("16:58", "hall"), ("17:00", "hall"), ("18:00", "hall")):
        found = order(park, hall, moment=f"2026-08-13 {moment}", forecast=RAIN_AT_17)
        assert found[0].offer.key == first, moment
    assert order(park, hall, moment="2026-08-13 18:00", forecast=forecast((0, FAIR)))[0].offer.key == "park"


def test_the_weather_is_that_of_the_beginning_of_each_visit() -> None:
    """On one page, what begins before the rain and what begins in it."""

    def concert(name: str, start: str) -> Offer:
        return make_offer(name, kind=Kind.EVENT, access=Access(sheltered=False), occurrences=(happening(start),))

    found = order(concert("before", "2026-08-13 16:45"), concert("after", "2026-08-13 17:15"), moment="2026-08-13 16:30", forecast=RAIN_AT_17)
    points = {s.offer.key: s.points["weather"] for s in found}
    assert points["before"] > 0 > points["after"]


def test_beyond_the_forecast_the_weather_counts_for_nothing() -> None:
    (found,) = order(PARK, moment="2026-08-13 12:00", when=When.TOMORROW, forecast=forecast((0, RAIN)))
    assert found.points["weather"] == 0


def test_the_hour_is_that_of_the_beginning_too() -> None:
    lunch = make_offer(kind=Kind.RESTAURANT, hours="12:00-14:00")
    (found,) = order(lunch, moment="2026-08-13 11:10")
    assert found.points["hour"] > 0  # at eleven it is early


@pytest.mark.parametrize("when", [When.NOW, When.TONIGHT, When.TOMORROW, When.WEEK])
def test_every_visit_begins_within_the_quarters_of_its_slot(when: When) -> None:
    """To the last minute of the longest wait after the longest trip."""
    for minute in range(0, 1440, 7):
        moment = at("2026-10-24 12:00") + timedelta(minutes=minute)
        slot = slot_of(make_catalogue(MUSEUM, moment=moment), make_visit(moment, when=when))
        leave, latest = window(make_visit(moment, when=when))
        last = max(latest.timestamp(), leave.timestamp() + LONGEST_TRIP * 60)
        assert slot.zero <= leave.timestamp()
        assert (last - slot.zero) // 900 < slot.hour_logs.shape[1] == slot.weather_logs.shape[1]


def test_the_sort_of_a_row_is_kept() -> None:
    offers = [MUSEUM, make_offer("perhaps"), make_offer("concert", kind=Kind.EVENT, occurrences=(happening("2026-08-13 12:30"),))]
    slot = slot_of(make_catalogue(*offers), make_visit(NOON))
    by_key = {slot.catalogue.offers[i].key: Sort(int(slot.rows.sort[n])) for n, i in enumerate(slot.offers.tolist())}
    assert by_key == {"Musée": Sort.OPEN, "perhaps": Sort.UNSURE, "concert": Sort.DATED}


def test_toilets_are_needed_by_night_too() -> None:
    """Outdoors and of unknown hours: they vanished at sunset."""
    toilets = make_offer(kind=Kind.SERVICE, themes=("toilets",), access=Access(sheltered=False))
    assert essentials(make_catalogue(toilets), make_visit(at("2026-08-13 23:30")))
