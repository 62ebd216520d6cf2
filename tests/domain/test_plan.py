"""A half day that holds together, looked at by one who walks through it with a watch."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.catalogue import Catalogue
from sejour.domain.nature import joined_any_time, stay_minutes
from sejour.domain.offer import Access, ContactType, Kind, Offer
from sejour.domain.offer import Contact as OfferContact
from sejour.domain.place import Place
from sejour.domain.plan import PAUSE, Plan, make_plan
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, Wish
from tests.builders import ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.feasibility import PACES, Door, haversine_m, later

MORNING = at("2026-08-13 09:30")


def near(metres: float, east: float = 0) -> Place:
    return Place(ROYALE.lat + metres / 111_195, ROYALE.lon + east / 80_900)


TOWN = [
    make_offer("museum", themes=("museum",), hours="10:00-12:30,14:00-18:00", place=near(300)),
    make_offer("castle", themes=("castle",), labels=("monument_historique",), hours="09:30-12:15,13:30-17:45", place=near(600)),
    make_offer("church", themes=("church",), hours="08:00-19:00", place=near(150, 200)),
    make_offer("park", themes=("park",), hours="24/7", place=near(-400)),
    make_offer("table", kind=Kind.RESTAURANT, hours="12:00-14:00,19:00-22:00", place=near(100)),
    make_offer("bistro", kind=Kind.RESTAURANT, hours="12:00-14:00,19:00-22:00", place=near(-200)),
    make_offer("market", kind=Kind.MARKET, hours="Th 08:00-13:00", place=near(250, -150)),
    make_offer("concert", kind=Kind.EVENT, themes=("concert",), occurrences=(happening("2026-08-13 11:00", "2026-08-13 12:00"),), place=near(500)),
    make_offer("vague", themes=("castle",), labels=("unesco",), place=near(50)),
    make_offer("far", themes=("zoo",), hours="10:00-19:00", place=near(9000)),
]


def planned(
    *offers: Offer, hours: float = 5, moment: datetime = MORNING, wanted: tuple[str, ...] = (), catalogue: Catalogue | None = None, **fields: Any
) -> Plan:
    catalogue = catalogue or make_catalogue(*offers, moment=moment)
    visit = replace(make_visit(moment, **fields), until=later(moment, hours * 60).astimezone(moment.tzinfo))
    keys = {offer.key: i for i, offer in enumerate(catalogue.offers)}
    plan = make_plan(catalogue, visit, [keys[key] for key in wanted])
    assert wrong(plan, visit) is None
    return plan


def keys(plan: Plan) -> list[str]:
    return [stop.offer.key for stop in plan.stops]


def wrong(plan: Plan, visit: Visit) -> str | None:
    """What would go wrong for one who follows the plan, by another path than the planner's."""
    assert visit.until is not None
    place, leaves, seen = visit.place, visit.moment, set[str]()
    for n, stop in enumerate(plan.stops):
        offer = stop.offer
        assert offer.place is not None
        pace, lost, longest = PACES[str(stop.travel.mode)]
        needed = lost + haversine_m(place, offer.place) * 1.3 / pace
        if stop.travel.minutes < needed - 1e-6 or (n == 0 and needed > longest + 1e-6):
            return f"{needed:.1f} min to {offer.key}, not {stop.travel.minutes}"
        if later(leaves, stop.travel.minutes + PAUSE * bool(n)) != stop.arrives.astimezone(UTC) or stop.begins < stop.arrives:
            return f"arrives at {offer.key} {stop.arrives}"
        stay = round((stop.leaves.timestamp() - stop.begins.timestamp()) / 60)
        if stay < stay_minutes(offer) or offer.id in seen:
            return f"{stay} min at {offer.key}"
        if offer.occurrences:
            if not any(within(offer, o, stop.begins, stop.leaves) for o in offer.occurrences):
                return f"{offer.key} does not happen from {stop.begins} to {stop.leaves}"
        elif stop.sure and not Door(offer).stays_open(stop.begins, stay):
            return f"{offer.key} is not open from {stop.begins} for {stay} min"
        place, leaves = offer.place, stop.leaves
        seen.add(offer.id)
    if plan.back:
        pace, lost, _ = PACES[str(plan.back.mode)]
        if plan.back.minutes < lost + haversine_m(place, visit.place) * 1.3 / pace - 1e-6:
            return "too fast back"
        if later(leaves, plan.back.minutes + PAUSE) != plan.returns.astimezone(UTC):
            return f"back at {plan.returns}"
    return f"late: {plan.returns}" if plan.returns > visit.until else None


def within(offer: Offer, o: Any, begins: datetime, leaves: datetime) -> bool:
    ends = o.end or later(o.start, 15)
    if joined_any_time(offer, (ends - o.start) / timedelta(minutes=1)):
        return bool(o.start <= begins and leaves <= ends)
    return bool(o.start <= begins <= later(o.start, 15))


def test_a_morning_and_a_lunch() -> None:
    plan = planned(*TOWN)
    assert len(plan.stops) >= 4
    assert plan.exact
    assert sum(stop.meal for stop in plan.stops) == 1
    (meal,) = [stop for stop in plan.stops if stop.meal]
    assert at("2026-08-13 11:45") <= meal.begins <= at("2026-08-13 13:30")
    assert "vague" not in keys(plan)  # nobody knows its hours
    assert "far" not in keys(plan)  # the rest is done on foot
    assert all(stop.travel.mode is Mode.WALK for stop in plan.stops)


def test_no_table_out_of_the_hours_of_a_meal() -> None:
    assert not any(stop.offer.kind is Kind.RESTAURANT for stop in planned(*TOWN, moment=at("2026-08-13 14:00"), hours=4).stops)
    assert "table" not in keys(planned(TOWN[4], TOWN[0], moment=at("2026-08-13 14:30"), hours=3))


def test_a_whole_day_has_two_meals_at_two_tables() -> None:
    """One table was lunch and dinner: the same card twice."""
    meals = [stop for stop in planned(*TOWN, hours=12).stops if stop.meal]
    assert len({stop.offer.key for stop in meals}) == len(meals) == 2


def test_an_event_is_reached_before_it_begins_and_seen_to_its_end() -> None:
    plan = planned(*TOWN, wanted=("concert",))
    (concert,) = [stop for stop in plan.stops if stop.offer.key == "concert"]
    assert concert.begins == at("2026-08-13 11:00")
    assert concert.leaves == at("2026-08-13 12:00")


@pytest.mark.parametrize("wanted", [("church",), ("market", "castle"), ("bistro",), ("vague",), ("museum", "castle", "church")])
def test_what_must_be_seen_is_seen(wanted: tuple[str, ...]) -> None:
    plan = planned(*TOWN, wanted=wanted)
    assert set(wanted) <= set(keys(plan))
    assert plan.left_out == ()
    assert all(stop.sure is (stop.offer.key != "vague") for stop in plan.stops)


def test_what_cannot_be_is_said_and_the_rest_is_planned() -> None:
    closed = make_offer("closed", hours="We 10:00-12:00", place=near(10))
    plan = planned(*TOWN, closed, wanted=("closed", "church"))
    assert [(offer.key, str(reason)) for offer, reason in plan.left_out] == [("closed", "Fermé, fini ou trop loin à ce moment")]
    assert "church" in keys(plan)
    short = planned(*TOWN, hours=2, wanted=("museum", "castle"))
    assert [str(reason) for _, reason in short.left_out] == ["Ne tient pas dans ce temps avec le reste"]
    assert len(short.stops) >= 1


def test_what_is_far_is_reached_by_car() -> None:
    plan = planned(TOWN[9], hours=4)
    assert keys(plan) == ["far"]
    assert plan.stops[0].travel.mode is Mode.CAR
    assert keys(planned(TOWN[9], hours=4, wishes=frozenset({Wish.CARFREE}))) == []
    assert keys(planned(TOWN[9], hours=4, mode=Mode.WALK)) == []


def test_wishes_choose_but_what_is_asked_for_by_name_is_kept() -> None:
    free = make_offer("dogs", hours="24/7", access=Access(dogs=True), place=near(80))
    assert keys(planned(*TOWN, free, wishes=frozenset({Wish.DOGS}))) == ["dogs"]
    assert set(keys(planned(*TOWN, free, wishes=frozenset({Wish.DOGS}), wanted=("church",)))) == {"dogs", "church"}


def test_one_visit_of_what_one_provider_runs() -> None:
    phone = (OfferContact(ContactType.PHONE, "+33559000000"),)
    balloons = [make_offer(f"balloon {n}", kind=Kind.ACTIVITY, hours="24/7", contacts=phone, place=near(100 + n)) for n in range(3)]
    assert len(planned(*balloons).stops) == 1


def test_nothing_fits() -> None:
    for plan in (planned(), planned(TOWN[0], moment=at("2026-08-13 23:00")), planned(TOWN[0], hours=0.5), planned(make_offer(place=None))):
        assert (plan.stops, plan.back, plan.left_out) == ((), None, ())
        assert plan.exact


@pytest.mark.parametrize("moment", ["2026-10-25 00:30", "2027-03-28 00:30", "2026-12-31 20:00"])
def test_the_watch_is_right_when_the_clocks_change(moment: str) -> None:
    offers = [make_offer(str(n), hours="24/7", place=near(100 * n)) for n in range(5)]
    assert len(planned(*offers, moment=at(moment), hours=4).stops) >= 3


def test_the_same_question_has_the_same_answer() -> None:
    shuffled = TOWN[:]
    random.Random(3).shuffle(shuffled)
    assert planned(*TOWN) == planned(*shuffled)


HOURS = st.sampled_from(
    ["24/7", "10:00-12:00", "09:00-18:00", "14:00-18:00", "10:00-11:00,15:00-19:00", "Th 09:00-13:00", "off", "12:00-14:00", "10:00-17:00+", None]
)
OFFERS = st.lists(
    st.builds(
        lambda n, kind, hours, themes, north, east: make_offer(f"{n}", kind=kind, hours=hours, themes=themes, place=near(north, east)),
        st.integers(0, 10_000), st.sampled_from([Kind.SIGHT, Kind.RESTAURANT, Kind.ACTIVITY, Kind.MARKET, Kind.SHOP]), HOURS,
        st.sampled_from([(), ("museum",), ("viewpoint",), ("cafe",), ("park",)]), st.integers(-3000, 3000), st.integers(-3000, 3000),
    ),
    max_size=14, unique_by=lambda offer: offer.key,
)  # fmt: skip


@given(OFFERS, st.integers(0, 23), st.floats(0.5, 12), st.sampled_from([None, *Mode]), st.integers(0, 3))
def test_whatever_the_town_the_plan_holds(offers: list[Offer], hour: int, hours: float, mode: Mode | None, many: int) -> None:
    wanted = tuple(offer.key for offer in offers[:many])
    plan = planned(*offers, moment=at("2026-08-13 00:00") + timedelta(hours=hour), hours=round(hours * 60) / 60, mode=mode, wanted=wanted)
    left = {offer.key for offer, _ in plan.left_out}
    assert set(wanted) <= set(keys(plan)) | left
