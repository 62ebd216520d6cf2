"""Feasible@8 is 1 and Past@8 is 0: an independent routine has nothing to say against any suggestion."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from providers_feed.datatourisme import parse
from sejour.domain.catalogue import AHEAD, Catalogue, build_catalogue
from sejour.domain.curation import Mute
from sejour.domain.feed import Feed, gather
from sejour.domain.hours import Hours
from sejour.domain.offer import Access, Kind, Occurrence, OccurrenceStatus, Offer, Prices
from sejour.domain.page import suggest
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS, rank, situate
from sejour.domain.slot import window
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from tests.builders import FLUX, PARIS, ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.feasibility import could_go, haversine_m, later, objection, past, sun_height
from tests.domain.samples import NO_SCHOOL, moments, sure_texts

# ---- the checker itself sees what is wrong ----

NOON = at("2026-08-13 12:00")
MUSEUM = make_offer(hours="10:00-18:00", themes=("museum",))
CONCERT = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 12:30", "2026-08-13 14:00"),))
PARK = make_offer(hours="10:00-24:00", themes=("park",))  # on 13 August the sun sets at 21:07 in Pau
SWIM = make_offer(themes=("beach",))


def suggestion_of(offer: Offer, moment: datetime = NOON, **fields: Any) -> Suggestion:
    (found,) = suggest(make_catalogue(offer), make_visit(moment, **fields), 8)
    return found


def test_the_checker_accepts_what_is_right() -> None:
    for offer in (
        MUSEUM,
        CONCERT,
        PARK,
        SWIM,
        make_offer(),
        make_offer(hours="13:00-18:00"),
        make_offer(hours="10:00+"),
        make_offer(hours="12:03-12:10"),
    ):
        assert objection(suggestion_of(offer), make_visit(NOON)) is None


SEEN: list[tuple[str, Offer, dict[str, Any]]] = [
    ("closed within", MUSEUM, {"offer": replace(MUSEUM, hours="10:00-13:02")}),
    ("closed within", MUSEUM, {"offer": replace(MUSEUM, hours="off")}),
    ("closed within", MUSEUM, {"offer": replace(MUSEUM, hours="Mo 10:00-18:00")}),
    ("still open", MUSEUM, {"time": {"ends": at("2026-08-13 17:00")}}),
    ("closed before", MUSEUM, {"time": {"ends": at("2026-08-13 19:00")}}),
    ("nobody knows", MUSEUM, {"offer": replace(MUSEUM, hours=None)}),
    ("no idea", MUSEUM, {"offer": replace(MUSEUM, kind=Kind.LODGING)}),
    ("m away", MUSEUM, {"offer": replace(MUSEUM, place=Place(43.3, -0.37))}),
    ("where it is", MUSEUM, {"offer": replace(MUSEUM, place=None)}),
    ("arrives", MUSEUM, {"time": {"arrive": at("2026-08-13 12:02")}}),
    ("other", MUSEUM, {"offer": replace(MUSEUM, occurrences=(happening("2026-08-12 00:00", all_day=True),))}),
    ("nothing begins", CONCERT, {"offer": replace(CONCERT, occurrences=())}),
    ("nothing begins", CONCERT, {"time": {"begins": at("2026-08-13 12:45")}}),
    ("missed", CONCERT, {"time": {"state": TimeState.ONGOING}}),
    ("does not end", CONCERT, {"time": {"ends": at("2026-08-13 15:00")}}),
    ("hides", CONCERT, {"time": {"ends": None}}),
    ("with times", MUSEUM, {"time": {"state": TimeState.UNKNOWN}}),
    ("it is open", MUSEUM, {"time": {"state": TimeState.UNKNOWN, "begins": None, "ends": None}}),
    ("it is closed", make_offer(), {"offer": make_offer(hours="Mo 10:00-18:00")}),
    ("over, or another day", make_offer(), {"offer": make_offer(occurrences=(happening("2026-08-12 00:00", all_day=True),))}),
    ("without a date", make_offer(), {"offer": make_offer(kind=Kind.EVENT)}),
]


@pytest.mark.parametrize(("said", "offer", "changes"), SEEN)
def test_the_checker_sees(said: str, offer: Offer, changes: dict[str, Any]) -> None:
    suggestion = suggestion_of(offer)
    changed = replace(suggestion, **changes | {"time": replace(suggestion.time, **changes.get("time", {}))})
    assert said in (objection(changed, make_visit(NOON)) or "")


@pytest.mark.parametrize(
    ("offer", "said"), [(PARK, "outdoors in the dark within 20 min"), (SWIM, "outdoors in the dark, and nobody knows"), (MUSEUM, "")]
)
def test_the_checker_sees_the_night(offer: Offer, said: str) -> None:
    """The same suggestion, where it is night by then."""
    assert offer.place is not None
    there = replace(offer, place=replace(offer.place, lon=offer.place.lon + 160))
    visit = make_visit(NOON, place=replace(ROYALE, lon=ROYALE.lon + 160))
    assert said in (objection(replace(suggestion_of(offer), offer=there), visit) or "")
    assert (said == "") is (objection(replace(suggestion_of(offer), offer=there), visit) is None)


@pytest.mark.parametrize(
    ("moment", "place", "height"),
    [
        ("2026-03-20 14:46+00:00", Place(0.0, -39.6), 90.0),  # the equinox, where it is noon: overhead
        ("2026-06-21 12:00+00:00", Place(90.0, 0.0), 23.4),
        ("2026-12-21 12:00+00:00", Place(90.0, 0.0), -23.4),
        ("2026-12-21 12:00+00:00", Place(-66.0, 0.0), 47.4),
    ],
)
def test_the_checker_knows_where_the_sun_is(moment: str, place: Place, height: float) -> None:
    assert sun_height(datetime.fromisoformat(moment), place) == pytest.approx(height, abs=0.15)


PASTS = [
    ((), False),
    ((happening("2026-08-13 09:00", "2026-08-13 11:59"),), True),
    ((happening("2026-08-13 09:00", "2026-08-13 12:00"),), False),
    ((happening("2026-08-13 11:44"),), True),
    ((happening("2026-08-12 00:00", all_day=True),), True),
    ((happening("2026-08-13 00:00", all_day=True),), False),
    ((happening("2026-08-13 00:00", all_day=True, status=OccurrenceStatus.CANCELLED),), True),
    ((happening("2026-08-13 09:00", "2026-08-13 10:00"), happening("2026-08-14 09:00")), False),
]


@pytest.mark.parametrize(("occurrences", "over"), PASTS)
def test_the_checker_knows_what_is_past(occurrences: tuple[Occurrence, ...], over: bool) -> None:
    assert past(make_offer(kind=Kind.EVENT, occurrences=occurrences), NOON) is over


def test_the_checker_measures_as_the_product_does() -> None:
    assert haversine_m(ROYALE, Place(43.2956, -0.3706)) == pytest.approx(137.53, abs=0.01)


# ---- random offers and visits ----

near = st.builds(lambda a, b: Place(ROYALE.lat + a, ROYALE.lon + b), st.floats(-0.03, 0.03), st.floats(-0.03, 0.03))
kinds = st.sampled_from([Kind.SIGHT, Kind.ACTIVITY, Kind.RESTAURANT, Kind.EVENT, Kind.MARKET, Kind.SHOP])
themes = st.lists(
    st.sampled_from(["museum", "zoo", "cafe", "church", "exhibition", "flea_market", "concert", "park", "beach"]), max_size=2, unique=True
).map(tuple)


def occurrence(moment: datetime, minutes: int, length: int | None, all_day: bool) -> Occurrence:
    """Begins so many minutes from the moment, by the clock; a whole day or three when `all_day`."""
    start = moment + timedelta(minutes=minutes)
    if all_day:
        start = start.replace(hour=0, minute=0)
        return Occurrence(start, None if length is None else start + timedelta(days=1 + length % 3), True)
    return Occurrence(start, None if length is None else (start + timedelta(minutes=length)), False)


@st.composite
def situations(draw: st.DrawFn, sure: bool = False) -> tuple[Offer, Visit]:
    moment = draw(moments)
    visit = make_visit(moment, mode=draw(st.sampled_from([None, Mode.WALK, Mode.BIKE, Mode.CAR])))
    dates = st.builds(
        occurrence, st.just(moment), st.integers(-300, 200), st.one_of(st.none(), st.integers(0, 600)), st.just(False) if sure else st.booleans()
    )
    dated = draw(st.booleans())
    texts = st.one_of(sure_texts, st.sampled_from(["24/7", "sunrise-sunset", "10:00-12:00 || 14:00-18:00"]))
    vague = st.sampled_from(
        [None, "10:00+", "Mo-Sa 18:00-20:00+", '09:00-12:00 "sur rendez-vous"', "SH 10:00-18:00", "unknown", "10:00-12:00 || unknown"]
    )
    offer = make_offer(
        kind=draw(kinds),
        themes=draw(themes),
        place=draw(near),
        occurrences=tuple(draw(st.lists(dates, min_size=1, max_size=3))) if dated else (),
        hours=draw(texts if sure else st.one_of(texts, texts, vague)) if not (dated and sure) else None,
    )
    return offer, visit


@given(situations())
def test_nothing_to_say_against_any_suggestion(situation: tuple[Offer, Visit]) -> None:
    offer, visit = situation
    for suggestion in suggest(make_catalogue(offer, moment=visit.moment, holidays=NO_SCHOOL), visit, 8):
        assert objection(suggestion, visit) is None


@given(situations(sure=True))
def test_whatever_can_surely_be_done_on_foot_is_suggested_and_nothing_else(situation: tuple[Offer, Visit]) -> None:
    """The filter is exact, not only careful; but for the minutes that it keeps from the sun's."""
    offer, visit = situation
    visit = replace(visit, mode=Mode.WALK)
    for n in range(-60, 300, 20):  # within the hour that comes twice, what a text means is anybody's guess
        local = later(visit.moment, n).astimezone(PARIS)
        assume(local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset())
    found = suggest(make_catalogue(offer, moment=visit.moment, holidays=NO_SCHOOL), visit, 8)
    assert could_go(offer, visit, slack=4) <= bool(found) <= could_go(offer, visit)


@given(situations(), st.sampled_from([When.TONIGHT, When.TOMORROW, When.WEEK, When.RAIN]))
def test_nothing_to_say_either_against_another_moment_than_now(situation: tuple[Offer, Visit], when: When) -> None:
    offer, visit = situation
    visit = replace(visit, when=when)
    leave, latest = window(visit)
    patience = round((latest.timestamp() - leave.timestamp()) / 60)
    for suggestion in suggest(make_catalogue(offer, moment=visit.moment, holidays=NO_SCHOOL), visit, 8):
        assert objection(suggestion, visit, leave=leave, patience=patience) is None


@given(situations(), st.integers(-400, 400))
def test_when_the_catalogue_was_built_changes_nothing(situation: tuple[Offer, Visit], days: int) -> None:
    offer, visit = situation
    now, then = (make_catalogue(offer, moment=moment, holidays=NO_SCHOOL) for moment in (visit.moment, visit.moment + timedelta(days=days)))
    assert suggest(now, visit, 8) == suggest(then, visit, 8)


TOWN = [
    make_offer(
        f"{kind.value} {n}",
        kind=kind,
        hours=hours,
        place=Place(ROYALE.lat + (7 * n % 11 - 5) / 1500, ROYALE.lon + (5 * n % 13 - 6) / 1500),
        prices=Prices(free=n % 3 == 0),
        access=Access(dogs=n % 2 == 0 or None, sheltered=(True, False, None)[n % 3]),
        themes=(("museum",), ("park",), ("castle", "garden"), ())[n % 4],
    )
    for n, (kind, hours) in enumerate(
        (kind, hours)
        for kind in Kind
        for hours in ("10:00-18:00", "Mo-Fr 09:00-12:00,14:00-19:00; PH off", "18:00-02:00", "24/7", None, "11:00-14:00,18:30-23:00+")
    )
]


@given(
    moments,
    st.sets(st.sampled_from([Wish.FREE, Wish.DOGS, Wish.SHELTERED, Wish.OUTDOOR, Wish.SHORT, Wish.CARFREE]), max_size=2),
    st.sets(st.integers(0, 47)),
)
def test_wishes_and_mutes_are_respected(moment: datetime, wishes: set[Wish], muted: set[int]) -> None:
    mutes = [Mute(TOWN[n].id, reason="travaux") for n in muted]
    found = suggest(make_catalogue(*TOWN, moment=moment, mutes=mutes, holidays=NO_SCHOOL), make_visit(moment, wishes=frozenset(wishes)), 100)
    assert not {s.offer.id for s in found} & {mute.offer for mute in mutes}
    for s in found:
        assert Wish.FREE not in wishes or (s.offer.prices and s.offer.prices.free is True)
        assert Wish.DOGS not in wishes or s.offer.access.dogs is True
        assert Wish.SHELTERED not in wishes or s.sheltered is True
        assert Wish.OUTDOOR not in wishes or s.sheltered is False
        assert Wish.CARFREE not in wishes or s.travel.mode is Mode.WALK
        assert objection(s, make_visit(moment)) is None


@given(moments, st.randoms(use_true_random=False), st.integers(1, 20))
def test_same_question_same_answer_whatever_the_order_of_the_catalogue(moment: datetime, chance: random.Random, limit: int) -> None:
    shuffled = TOWN[:]
    chance.shuffle(shuffled)
    one, two = (make_catalogue(*offers, moment=moment, holidays=NO_SCHOOL) for offers in (TOWN, shuffled))
    assert suggest(one, make_visit(moment), limit) == suggest(two, make_visit(moment), limit) == suggest(one, make_visit(moment), limit)


# ---- the odd nights and days, here and far away ----

LANDS = {
    "Pau": (ROYALE, "Europe/Paris"),
    "Strasbourg": (Place(48.5839, 7.7455), "Europe/Paris"),
    "La Réunion": (Place(-20.8789, 55.4481), "Indian/Reunion"),
    "Polynésie": (Place(-17.5390, -149.5670), "Pacific/Tahiti"),
    "Wallis": (Place(-13.2825, -176.1736), "Pacific/Wallis"),  # the date of its clocks is not that of its sun
    "Miquelon": (Place(46.7786, -56.1773), "America/Miquelon"),
    "69° N": (Place(69.0, 19.0), "Europe/Oslo"),
    "78° N": (Place(78.2, 15.6), "Arctic/Longyearbyen"),
}
ODD = [(2026, 10, 24), (2026, 10, 25), (2027, 3, 27), (2027, 3, 28), (2026, 1, 1), (2026, 5, 1), (2026, 7, 14), (2026, 11, 1), (2026, 12, 25),
       (2026, 6, 21), (2026, 12, 21), (2026, 2, 16), (2026, 5, 17)]  # fmt: skip
TEXTS = [
    "24/7", "10:00-18:00", "Mo-Fr 09:00-12:00,14:00-19:00; PH off", "18:00-02:00", "22:00-06:00", "00:00-04:00", "01:30-03:30", "05:00-09:00",
    "sunrise-sunset", "PH 10:00-12:00,14:00-23:00", "Apr-Sep 09:00-20:00; Oct-Mar 10:00-17:00", "10:00-18:00; Dec 25 off; May 1 off", "12:00-12:30",
    None, None, "10:00+", "unknown", '09:00-12:00 "sur rendez-vous"', "19:00-23:00 || unknown",
]  # fmt: skip
NATURES = [(), (), ("park",), ("viewpoint",), ("beach",), ("zoo",), ("garden", "castle"), ("museum",), ("church",), ("concert",), ("exhibition",),
           ("flea_market",), ("producers_market",), ("cafe",)]  # fmt: skip


def one_offer(chance: random.Random, name: str, place: Place, zone: str, day: datetime) -> Offer:
    kind = chance.choice([Kind.SIGHT, Kind.SIGHT, Kind.ACTIVITY, Kind.EVENT, Kind.EVENT, Kind.RESTAURANT, Kind.MARKET, Kind.SHOP])
    spread = chance.choice([0.002, 0.01, 0.08])
    there = Place(place.lat + chance.uniform(-spread, spread), place.lon + chance.uniform(-spread, spread))
    dates: list[Occurrence] = []
    for _ in range(chance.randrange(1, 4) if kind is Kind.EVENT or chance.random() < 0.1 else 0):
        length = chance.choice([None, 0, 45, 90, 240, 600])
        dates.append(occurrence(day, chance.randrange(-600, 4000), length, chance.random() < 0.4))
    return make_offer(
        name, kind=kind, place=there, timezone=zone, hours=chance.choice(TEXTS), themes=chance.choice(NATURES), occurrences=tuple(dates),
        access=Access(sheltered=chance.choice([None, None, None, True, False])),
    )  # fmt: skip


def situations_of_the_world(number: int, seed: int = 69) -> Iterator[tuple[str, Catalogue, Visit]]:
    """Five visits to each of many little territories: one in three between midnight and four, half of them on an odd day or the night after."""
    chance = random.Random(seed)
    for n in range(number // 5):
        land, (place, zone) = list(LANDS.items())[n % len(LANDS)]
        first = chance.choice(ODD) if chance.random() < 0.6 else (date(2026, 1, 1) + timedelta(days=chance.randrange(690))).timetuple()[:3]
        day = datetime(*first, tzinfo=ZoneInfo(zone))
        catalogue = make_catalogue(*(one_offer(chance, f"{n} {i}", place, zone, day) for i in range(25)), moment=day, holidays=NO_SCHOOL)
        for _ in range(5):
            minutes = chance.choice([chance.randrange(0, 240), chance.randrange(0, 1440), chance.randrange(240, 1440)])
            moment = (day.astimezone(UTC) + timedelta(minutes=minutes + 1440 * chance.randrange(2))).astimezone(day.tzinfo)
            when, mode = chance.choice([*When, When.NOW, When.NOW, When.NOW]), chance.choice([None, None, Mode.WALK, Mode.BIKE, Mode.CAR])
            yield land, catalogue, make_visit(moment, territory=land, place=place, when=when, mode=mode)


def test_nothing_to_say_against_any_suggestion_in_any_land_on_any_night(audit: bool) -> None:
    number = 12_000 if audit else 1_200
    against, seen, by_land, unlit = [], 0, Counter[str](), 0
    for land, catalogue, visit in situations_of_the_world(number):
        leave, latest = window(visit)
        patience = round((latest.timestamp() - leave.timestamp()) / 60)
        for suggestion in suggest(catalogue, visit, 8):
            seen += 1
            by_land[land] += 1
            unlit += suggestion.sheltered is False and sun_height(suggestion.time.arrive, suggestion.offer.place or ROYALE) < -1
            said = objection(suggestion, visit, leave=leave, patience=patience)
            if said or past(suggestion.offer, visit.moment):
                offer = suggestion.offer
                against.append(f"{land} {visit.moment} {visit.when} {offer.kind} {offer.themes} {offer.hours} {offer.occurrences}: {said or 'past'}")
    assert against == []
    assert seen > 2 * number  # or the test would say nothing
    assert min(by_land[land] for land in LANDS) > seen / 30
    assert unlit > 0  # events by night


# ---- a real territory: Touraine in 2020 ----

BUILT = [
    at(f"2020-{month:02d}-{day:02d} 06:00") for month, day in ((1, 10), (3, 20), (5, 12), (6, 20), (7, 10), (8, 10), (9, 12), (10, 17), (12, 18))
]
OUTSIDE = 10  # in a hundred: moments that the prepared fortnight does not hold


@pytest.fixture(scope="module")
def touraine() -> list[Offer]:
    return list(gather(parse(FLUX, Feed("touraine", "datatourisme"))).offers.values())


@pytest.fixture(scope="module")
def catalogues(touraine: list[Offer]) -> list[Catalogue]:
    return [build_catalogue(touraine, moment) for moment in BUILT]


def situations_in_touraine(number: int, catalogues: list[Catalogue], offers: list[Offer]) -> list[tuple[Catalogue, Visit]]:
    """Somewhere in Touraine (half of them in a town: by an offer), between 7 and 23 h."""
    chance = random.Random(2020)
    found = []
    for _ in range(number):
        catalogue = chance.choice(catalogues)
        if chance.randrange(100) < OUTSIDE:
            day = at("2020-01-02 00:00") + timedelta(days=chance.randrange(360))
        else:
            day = catalogue.built.replace(hour=0) + timedelta(days=chance.randrange(AHEAD.days))
        moment = day + timedelta(minutes=chance.randrange(7 * 60, 23 * 60))
        by = chance.choice(offers).place or ROYALE
        place = chance.choice([by, Place(chance.uniform(47.0, 47.75), chance.uniform(0.36, 1.2))])
        found.append((catalogue, make_visit(moment, territory="touraine", place=place, mode=chance.choice([None, None, None, Mode.WALK, Mode.BIKE]))))
    return found


@pytest.mark.shared
def test_a_thousand_situations_in_touraine(catalogues: list[Catalogue], touraine: list[Offer], audit: bool) -> None:
    against, seen, empty = [], 0, 0
    chance = random.Random(1)
    for catalogue, visit in situations_in_touraine(10_000 if audit else 1_000, catalogues, touraine):
        visit = replace(visit, when=chance.choice([*When, When.NOW, When.NOW]))
        leave, latest = window(visit)
        patience = round((latest.timestamp() - leave.timestamp()) / 60)
        found = suggest(catalogue, visit, 8)
        empty += not found
        for suggestion in found:
            seen += 1
            assert not past(suggestion.offer, visit.moment)
            if said := objection(suggestion, visit, leave=leave, patience=patience):
                against.append(f"{visit.moment:%Y-%m-%d %H:%M} {suggestion.offer.key} {suggestion.offer.hours}: {said}")
    assert against == []
    assert seen > 4 * (10_000 if audit else 1_000)  # or the test would say nothing
    assert empty < seen / 10  # in the country, at night


@pytest.mark.shared
def test_in_touraine_what_has_known_hours_says_so(catalogues: list[Catalogue], touraine: list[Offer]) -> None:
    """Honest is not vague: nobody hides behind "to be confirmed" when the text is sure."""
    for catalogue, visit in situations_in_touraine(60, catalogues, touraine):
        for suggestion in rank(situate(catalogue, visit, IDEAS), 100):
            if suggestion.time.state is TimeState.UNKNOWN and suggestion.offer.hours and not suggestion.offer.occurrences:
                states = [i.state for i in Hours(suggestion.offer.hours, PARIS).intervals(suggestion.time.arrive, later(visit.moment, 125))]
                assert "unknown" in states


@pytest.mark.shared
def test_in_touraine_the_order_of_the_flux_is_irrelevant(catalogues: list[Catalogue], touraine: list[Offer]) -> None:
    shuffled = touraine[:]
    random.Random(1).shuffle(shuffled)
    other = build_catalogue(shuffled, catalogues[3].built)
    for _, visit in situations_in_touraine(30, catalogues[3:4], touraine):
        assert suggest(other, visit, 8) == suggest(catalogues[3], visit, 8)
