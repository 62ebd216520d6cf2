"""What can truly be done from here, now, in order, with the reasons. Feasibility as a whole: test_feasible.py; the short way to the best:
test_best.py; the windows, daylight and the weather by the hour: test_slot.py."""

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import Mute, Pick
from sejour.domain.fairness import Attention
from sejour.domain.memo import Memo
from sejour.domain.offer import Access, Contact, ContactType, Kind, Occurrence, Offer, Prices
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS, best, nearest, rank, situate
from sejour.domain.slot import UNSURE_HOURS
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.terms import CLOSED, TERMS
from sejour.domain.travel import Mode
from sejour.domain.variety import likeness
from sejour.domain.visit import When, Wish
from sejour.domain.weather import Weather
from sejour.domain.weights import STANDARD
from tests.builders import PARIS, ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.samples import maybe
from tests.domain.worlds import some_catalogue, some_kinds, some_offers, some_visit

NOON = at("2026-08-13 12:00")
EVERYTHING = 1000


def away(metres: float) -> Place:
    """A place that many metres north of place Royale."""
    return Place(ROYALE.lat + metres / 111_195, ROYALE.lon)


def ranked(
    *offers: Offer, moment: datetime = NOON, kinds: tuple[Kind, ...] = IDEAS, catalogue: Catalogue | None = None, **fields: Any
) -> list[Suggestion]:
    return rank(situate(catalogue or make_catalogue(*offers), make_visit(moment, **fields), kinds), EVERYTHING)


def keys(found: list[Suggestion]) -> list[str]:
    return [suggestion.offer.key for suggestion in found]


def only(*offers: Offer, **fields: Any) -> Suggestion:
    (suggestion,) = ranked(*offers, **fields)
    return suggestion


# ---- the hard filter: time ----

# A sight 138 m away (3 minutes on foot, 45 to visit) at noon
IN_TIME = [
    ("10:00-18:00", True),
    ("10:00-12:48", True),  # arrived at 12:03, 45 minutes remain
    ("10:00-12:47", False),
    ("10:00-12:03", False),
    ("10:00-11:00", False),
    ("14:00-18:00", True),  # it opens in two hours
    ("14:01-18:00", False),
    ("12:03-12:20", True),  # short, but one is there when it begins
    ("12:02-12:20", False),
    ("Fr 10:00-18:00", False),
    ("off", False),
    ("unknown", True),
]


@pytest.mark.parametrize(("hours", "suggested"), IN_TIME)
def test_reached_before_it_closes_with_the_shortest_visit(hours: str, suggested: bool) -> None:
    assert bool(ranked(make_offer(hours=hours))) is suggested


EVENTS = [
    (happening("2026-08-13 11:48", "2026-08-13 13:00"), True),  # joined within its first quarter of an hour
    (happening("2026-08-13 11:47", "2026-08-13 13:00"), False),
    (happening("2026-08-13 11:48"), True),
    (happening("2026-08-13 11:47"), False),
    (happening("2026-08-13 12:03", "2026-08-13 13:00"), True),
    (happening("2026-08-13 14:00"), True),
    (happening("2026-08-13 14:01"), False),
    (happening("2026-08-12 12:00"), False),
    (happening("2026-08-13 09:00", "2026-08-13 12:33"), True),  # long: one drops in, 30 minutes remain
    (happening("2026-08-13 09:00", "2026-08-13 12:32"), False),
    (happening("2026-08-13 00:00", "2026-08-14 00:00", all_day=True), True),
    (happening("2026-08-14 00:00", "2026-08-15 00:00", all_day=True), False),
    (happening("2026-08-12 00:00", "2026-08-13 00:00", all_day=True), False),
]


@pytest.mark.parametrize(("occurrence", "suggested"), EVENTS)
def test_an_event_is_neither_over_nor_missed(occurrence: Occurrence, suggested: bool) -> None:
    assert bool(ranked(make_offer(kind=Kind.EVENT, occurrences=(occurrence,)))) is suggested


STATES: list[tuple[dict[str, Any], TimeState, str | None, str | None]] = [
    ({"hours": "10:00-18:00"}, TimeState.OPEN, "10:00", "18:00"),
    ({"hours": "12:03-18:00"}, TimeState.OPEN, "12:03", "18:00"),
    ({"hours": "13:00-18:00"}, TimeState.OPENS, "13:00", "18:00"),
    ({"hours": "24/7"}, TimeState.OPEN, None, None),  # no beginning and no end to tell
    ({"hours": "10:00-02:00"}, TimeState.OPEN, "10:00", "02:00"),
    ({"hours": "12:00-18:00+"}, TimeState.OPEN, "12:00", "18:00"),
    ({"hours": "10:00+"}, TimeState.UNKNOWN, None, None),
    ({}, TimeState.UNKNOWN, None, None),
    ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 13:00", "2026-08-13 14:00"),)}, TimeState.STARTS, "13:00", "14:00"),
    ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 13:00"),)}, TimeState.STARTS, "13:00", None),
    ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 12:03"),)}, TimeState.STARTS, "12:03", None),
    ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 11:55", "2026-08-13 12:10"),)}, TimeState.ONGOING, "11:55", "12:10"),
    ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 08:00", "2026-08-13 18:00"),)}, TimeState.ONGOING, "08:00", "18:00"),
    ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 00:00", all_day=True),)}, TimeState.UNKNOWN, None, None),
    ({"kind": Kind.EVENT, "hours": "10:00-18:00", "occurrences": (happening("2026-08-13 00:00", all_day=True),)}, TimeState.OPEN, "10:00", "18:00"),
]


@pytest.mark.parametrize(("fields", "state", "begins", "ends"), STATES)
def test_the_time_of_use(fields: dict[str, Any], state: TimeState, begins: str | None, ends: str | None) -> None:
    time = only(make_offer(**fields)).time
    assert time.state is state
    assert (time.begins and f"{time.begins:%H:%M}", time.ends and f"{time.ends:%H:%M}") == (begins, ends)
    assert time.arrive == at("2026-08-13 12:03")


@pytest.mark.parametrize("built", ["2026-08-13 12:00", "2026-08-05 09:00", "2026-08-14 11:00", "2031-01-01 00:00"])
@pytest.mark.parametrize("hours", ["24/7", "10:00-18:00", "off; Aug 12-14 00:00-24:00", "We 22:00-36:00", "Th-Fr 00:00-24:00"])
def test_the_answer_does_not_depend_on_when_the_catalogue_was_built(hours: str, built: str) -> None:
    """Open "since" was the moment at which the timetable was cut."""
    offer = make_offer(hours=hours)
    assert ranked(catalogue=make_catalogue(offer, moment=at(built))) == ranked(catalogue=make_catalogue(offer, moment=NOON))


UNSURE = [(kind, hour) for kind in Kind for hour in range(24)]


@pytest.mark.parametrize(("kind", "hour"), UNSURE)
def test_unknown_hours_are_an_idea_in_daytime_only(kind: Kind, hour: int) -> None:
    day = happening("2026-08-13 00:00", all_day=True)
    offer = make_offer(kind=kind, occurrences=(day,) if kind is Kind.EVENT else ())
    moment = at("2026-08-13 00:00") + timedelta(hours=hour, minutes=10)
    found = ranked(offer, moment=moment, kinds=tuple(Kind))
    first, last = UNSURE_HOURS[kind]
    assert bool(found) is (first <= hour < last)


def test_hours_that_are_unknown_at_an_odd_time_do_not_hide_the_sure_ones_that_follow() -> None:
    """A café "perhaps" open before 11 was lost, though surely open at 11:30."""
    café = make_offer(kind=Kind.RESTAURANT, hours="08:00-11:30 unknown, 11:30-18:00")
    suggestion = only(café, moment=at("2026-08-13 10:30"))
    assert (suggestion.time.state, suggestion.time.begins) == (TimeState.OPENS, at("2026-08-13 11:30"))


# ---- the hard filter: place, wishes, the office ----


@pytest.mark.parametrize(
    ("metres", "mode", "used", "minutes"),
    [
        (0, None, Mode.WALK, 0),
        (100, None, Mode.WALK, 2),
        (1730, None, Mode.WALK, 30),
        (1732, None, Mode.CAR, 10),
        (17_990, None, Mode.CAR, 45),
        (18_010, None, None, 0),
        (1732, Mode.WALK, None, 0),
        (1732, Mode.BIKE, Mode.BIKE, 13),
        (6540, Mode.BIKE, Mode.BIKE, 40),
        (6560, Mode.BIKE, None, 0),
        (100, Mode.CAR, Mode.CAR, 7),
    ],
)
def test_on_foot_when_near_enough_else_by_car(metres: float, mode: Mode | None, used: Mode | None, minutes: int) -> None:
    found = ranked(make_offer(place=away(metres), hours="24/7"), mode=mode)
    assert [(s.travel.mode, s.travel.minutes) for s in found] == ([(used, minutes)] if used else [])
    if found:
        assert found[0].metres == pytest.approx(metres, abs=1)
        assert found[0].travel.metres == pytest.approx(1.3 * metres, abs=2)


def test_without_a_car_what_is_far_is_not_an_idea() -> None:
    offers = make_offer("near", hours="24/7"), make_offer("far", hours="24/7", place=away(5000))
    assert keys(ranked(*offers)) == ["near", "far"]
    assert keys(ranked(*offers, wishes=frozenset({Wish.CARFREE}))) == ["near"]


def test_what_has_no_place_is_no_idea() -> None:
    assert ranked(make_offer(place=None, hours="24/7")) == []


def test_lodging_and_services_are_no_ideas() -> None:
    offers = [make_offer(kind.value, kind=kind, hours="24/7") for kind in Kind]
    assert {Kind(key) for key in keys(ranked(*offers))} == set(Kind) - {Kind.LODGING, Kind.SERVICE}
    assert keys(ranked(*offers, kinds=(Kind.LODGING,))) == ["lodging"]


WISHED: list[tuple[Wish, dict[str, Any]]] = [
    (Wish.FREE, {"prices": Prices(free=True)}),
    (Wish.DOGS, {"access": Access(dogs=True)}),
    (Wish.SHELTERED, {"access": Access(sheltered=True)}),
    (Wish.OUTDOOR, {"access": Access(sheltered=False)}),
    (Wish.STROLLER, {"access": Access(stroller=True)}),
    (Wish.WHEELCHAIR, {"access": Access(wheelchair=True)}),
    (Wish.FOOD, {"kind": Kind.RESTAURANT}),
    (Wish.CULTURE, {"themes": ("castle",)}),
    (Wish.NATURE, {"themes": ("park",)}),
]


@pytest.mark.parametrize(("wish", "fields"), WISHED)
def test_a_wish_keeps_only_what_answers_it(wish: Wish, fields: dict[str, Any]) -> None:
    offers = make_offer("yes", hours="24/7", **fields), make_offer("nobody says", hours="24/7")
    assert keys(ranked(*offers, wishes=frozenset({wish}))) == ["yes"]


def test_several_wishes_must_all_be_answered() -> None:
    both = make_offer("both", hours="24/7", prices=Prices(free=True), access=Access(dogs=True))
    one = make_offer("one", hours="24/7", prices=Prices(free=True))
    assert keys(ranked(both, one, wishes=frozenset({Wish.FREE, Wish.DOGS}))) == ["both"]


def test_when_it_rains_only_what_is_under_a_roof() -> None:
    offers = make_offer("museum", hours="24/7", themes=("museum",)), make_offer("park", hours="24/7", themes=("park",))
    assert keys(ranked(*offers, when=When.RAIN)) == ["museum"]


def test_a_muted_offer_never_appears_while_it_is_muted() -> None:
    """As of the beginning of the quarter of an hour: test_slot.py."""
    offer = make_offer(hours="24/7")
    for start, end, hidden in (
        (None, None, True),
        ("2026-08-13 12:00", None, True),
        ("2026-08-13 12:15", None, False),
        (None, "2026-08-13 12:00", False),
    ):
        mute = Mute(offer.id, maybe(start), maybe(end), reason="travaux")
        assert bool(ranked(catalogue=make_catalogue(offer, mutes=[mute]))) is not hidden


def test_words_about_offers_that_left_are_ignored() -> None:
    catalogue = make_catalogue(make_offer(hours="24/7"), picks=[Pick("gone", by="Léa")], mutes=[Mute("gone", reason="?")])
    assert keys(ranked(catalogue=catalogue)) == ["Musée"]


def test_only_some_offers_may_be_asked_about() -> None:
    catalogue = make_catalogue(make_offer("a", hours="24/7"), make_offer("b", hours="24/7"))
    found = rank(situate(catalogue, make_visit(NOON), IDEAS, among=(1,)), EVERYTHING)
    assert keys(found) == [catalogue.offers[1].key]


# ---- the pages of other moments ----


def test_tonight_is_after_six_and_before_midnight() -> None:
    offers = [make_offer(hour, kind=Kind.EVENT, occurrences=(happening(f"2026-08-13 {hour}"),)) for hour in ("16:00", "18:30", "21:00", "23:45")]
    late = make_offer("00:30", kind=Kind.EVENT, occurrences=(happening("2026-08-14 00:30"),))
    assert set(keys(ranked(*offers, late, when=When.TONIGHT))) == {"18:30", "21:00", "23:45"}


def test_tomorrow_is_not_today() -> None:
    offers = [make_offer(day, kind=Kind.EVENT, occurrences=(happening(f"2026-08-{day} 15:00"),)) for day in ("13", "14", "15")]
    assert keys(ranked(*offers, when=When.TOMORROW)) == ["14"]


def test_the_week_holds_seven_days() -> None:
    offers = [make_offer(day, kind=Kind.EVENT, occurrences=(happening(f"2026-08-{day} 15:00"),)) for day in ("12", "14", "19", "21")]
    assert set(keys(ranked(*offers, when=When.WEEK))) == {"14", "19"}


def test_the_hour_of_a_week_page_is_that_of_the_day_after_the_clocks_changed() -> None:
    """One offset for the whole week made 9:10 of winter 10:10."""
    sight = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-10-26 17:05", "2026-10-26 18:00"),))
    before, after = (ranked(sight, moment=at(moment), when=When.WEEK)[0] for moment in ("2026-10-24 12:00", "2026-10-25 12:00"))
    assert before.points["hour"] == after.points["hour"]


# ---- the score ----

RAIN, FAIR = Weather(precipitation=2.0), Weather(temperature=20.0)
MIXED = [
    make_offer("castle", themes=("castle",), labels=("monument_historique",), hours="10:00-18:00", place=away(900)),
    make_offer("museum", themes=("museum",), hours="10:00-18:00", place=away(300)),
    make_offer("park", themes=("park",), hours="24/7", place=away(150)),
    make_offer("garden", themes=("garden",), place=away(700)),
    make_offer("café", kind=Kind.RESTAURANT, themes=("cafe",), hours="08:00-20:00", place=away(80)),
    make_offer("restaurant", kind=Kind.RESTAURANT, hours="12:30-14:30,19:00-22:00", place=away(250)),
    make_offer("market", kind=Kind.MARKET, hours="Th 08:00-13:00", place=away(400)),
    make_offer("concert", kind=Kind.EVENT, themes=("concert",), occurrences=(happening("2026-08-13 12:30", "2026-08-13 13:30"),), place=away(500)),
    make_offer("shop", kind=Kind.SHOP, hours="09:00-19:00", place=away(60)),
    make_offer("boat", kind=Kind.ACTIVITY, themes=("boat",), hours="10:00-19:00", place=away(5000)),
]


def test_a_total_is_the_sum_of_its_terms() -> None:
    found = ranked(*MIXED, weather=RAIN)
    assert len(found) == len(MIXED)
    for suggestion in found:
        assert suggestion.total == pytest.approx(sum(score.value * score.weight for score in suggestion.scores))
        assert [score.rule for score in suggestion.scores] == [*(term.name for term in TERMS), "variety"]
        assert all(math.isfinite(score.points) for score in suggestion.scores)
        assert all(str(score.because) for score in suggestion.scores)


chances = st.integers(0, 10**9).map(random.Random)


@given(chances, st.integers(0, 60), st.integers(1, 60))
def test_the_explanation_is_the_score(chance: random.Random, number: int, limit: int) -> None:
    offers = some_offers(chance, number)
    catalogue = some_catalogue(chance, offers)
    for s in best(catalogue, some_visit(chance, offers), limit, some_kinds(chance)):
        assert abs(sum(score.points for score in s.scores) - s.total) < 1e-9
        assert {score.rule: score.points for score in s.scores} == s.points
        assert all(score.weight == getattr(catalogue.weights, score.rule) for score in s.scores)


REMOVED = [term.name for term in TERMS]


@pytest.mark.parametrize("removed", REMOVED)
def test_a_weight_of_nothing_changes_each_total_by_exactly_its_points(removed: str) -> None:
    """Before variety, which looks at the others."""
    chance = random.Random(removed)
    weighed = 0
    for _ in range(30):
        offers = some_offers(chance, 60)
        catalogue = some_catalogue(chance, offers)
        without = replace(catalogue, weights=replace(catalogue.weights, **{removed: 0.0}), memo=Memo())
        visit, kinds = some_visit(chance, offers), some_kinds(chance)
        before, after = ({s.offer.id: s for s in rank(situate(c, visit, kinds), EVERYTHING)} for c in (catalogue, without))
        assert before.keys() == after.keys()
        for id, s in before.items():
            weighed += abs(s.points[removed]) > 0.01
            bare, barer = s.total - s.points["variety"], after[id].total - after[id].points["variety"]
            assert bare - barer == pytest.approx(s.points[removed], abs=1e-9)
            assert after[id].points[removed] == 0
    assert weighed >= 5


def test_without_variety_the_order_is_that_of_the_points() -> None:
    plain = make_catalogue(*MIXED, weights=replace(STANDARD, variety=0.0))
    totals = [s.total for s in ranked(catalogue=plain, weather=RAIN)]
    assert totals == sorted(totals, reverse=True)
    assert {s.offer.id: s.total - s.points["variety"] for s in ranked(*MIXED, weather=RAIN)} == pytest.approx(
        {s.offer.id: s.total for s in ranked(catalogue=plain, weather=RAIN)}
    )


def test_each_place_goes_to_what_is_worth_most_there() -> None:
    """Maximal marginal relevance: what an idea costs is its likeness to all those above it."""
    left, above = ranked(*MIXED, weather=RAIN), list[str]()
    catalogue = make_catalogue(*MIXED)
    alike = likeness(catalogue, np.arange(len(MIXED)))

    def worth(suggestion: Suggestion) -> float:
        i = catalogue.index[suggestion.offer.id]
        likenesses = sum(float(alike[i, catalogue.index[id]]) for id in above)
        return suggestion.total - suggestion.points["variety"] - STANDARD.variety * likenesses

    while left:
        assert worth(left[0]) == pytest.approx(left[0].total)
        assert worth(left[0]) == pytest.approx(max(map(worth, left)))
        above.append(left[0].offer.id)
        left = left[1:]


BETTER: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("nearer", {"place": away(200)}, {"place": away(400)}),
    ("a label", {"labels": ("unesco",)}, {}),
    ("a fine theme", {"themes": ("castle",)}, {}),
    ("known hours", {}, {"hours": None}),
    ("open now", {}, {"hours": "13:00-18:00"}),
    ("a shorter wait", {"hours": "12:30-18:00"}, {"hours": "13:30-18:00"}),
]


@pytest.mark.parametrize(("why", "better", "worse"), BETTER)
def test_all_else_equal(why: str, better: dict[str, Any], worse: dict[str, Any]) -> None:
    offers = make_offer("better", **{"hours": "10:00-18:00"} | better), make_offer("worse", **{"hours": "10:00-18:00"} | worse)
    alone = [only(offer).total for offer in offers]
    assert alone[0] > alone[1], why
    assert keys(ranked(*offers)) == ["better", "worse"]


def test_the_rain_favours_a_roof_and_the_sun_the_open_air() -> None:
    park, museum = make_offer("park", themes=("park",), hours="24/7"), make_offer("museum", themes=("museum",), hours="24/7")
    for weather, better, worse in ((RAIN, museum, park), (FAIR, park, museum)):
        assert only(better, weather=weather).points["weather"] > only(worse, weather=weather).points["weather"]


def test_no_weather_no_term() -> None:
    assert all(s.points["weather"] == 0 for s in ranked(*MIXED))


def test_a_pick_counts_for_one_and_a_half_and_no_more() -> None:
    """Above, an editorial boost costs more than it brings (docs/ranking.md)."""
    offer = make_offer(hours="24/7")
    pick = Pick(offer.id, by="Léa")
    picked = only(catalogue=make_catalogue(offer, picks=[pick, pick]))
    assert math.exp(picked.points["pick"]) == pytest.approx(1.5)
    assert picked.pick == pick
    assert str(next(score.because for score in picked.scores if score.rule == "pick")) == "Coup de cœur de Léa"


def test_of_two_picks_of_an_offer_the_first_signs() -> None:
    offer = make_offer(hours="24/7")
    picks = [Pick(offer.id, end=NOON, by="over"), Pick(offer.id, by="first"), Pick(offer.id, by="second")]
    suggestion = only(catalogue=make_catalogue(offer, picks=picks))
    assert suggestion.pick is not None
    assert suggestion.pick.by == "first"


def test_a_happening_that_begins_soon_counts_for_two_at_most() -> None:
    def waiting(minutes: int) -> float:
        start = f"{at('2026-08-13 12:03') + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"
        return only(make_offer(kind=Kind.EVENT, occurrences=(happening(start),))).explain("waiting").value

    values = [waiting(minutes) for minutes in range(0, 115)]
    assert values[0] == pytest.approx(math.log(2))
    assert values[45] == pytest.approx(0.0)
    assert values[90] == pytest.approx(-math.log(2) / 2)
    assert np.diff(values) == pytest.approx([-math.log(2) / 45] * 45 + [-math.log(2) / 90] * 69)  # without a step
    under_way = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 12:00", "2026-08-13 13:00"),))
    assert only(under_way).explain("waiting").value == 0


@pytest.mark.parametrize(("when", "least"), [(When.TONIGHT, -0.9), (When.TOMORROW, -1.8), (When.WEEK, -1.05)])
def test_on_the_page_of_another_moment_sooner_is_only_a_little_better(when: When, least: float) -> None:
    days = [f"2026-08-{day} {hour}:00" for day in (13, 14, 15, 18) for hour in (10, 15, 19, 23)]
    events = [make_offer(start, kind=Kind.EVENT, occurrences=(happening(start),)) for start in days]
    found = sorted(ranked(*events, when=when), key=lambda s: str(s.time.begins))
    assert len(found) >= 2
    values = [s.explain("waiting").value for s in found]
    assert all(0 >= one > two >= least for one, two in pairwise(values))


def test_in_a_plan_nobody_waits_it_goes_elsewhere_first() -> None:
    visit = {"until": at("2026-08-13 18:00")}
    concert = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 15:03"),))
    assert only(concert, **visit).explain("waiting").value == pytest.approx(-0.15 * 3)
    assert only(make_offer(hours="15:03-20:00"), **visit).explain("waiting").value == pytest.approx(-0.15 * 3)


def test_before_a_closed_door_one_only_loses() -> None:
    """Half every 45 minutes, and half again, within CLOSED minutes: what is closed comes after what is open."""
    openings = [at("2026-08-13 12:03") + timedelta(minutes=minutes) for minutes in range(0, 100)]
    values = [only(make_offer(hours=f"{opening:%H:%M}-20:00")).explain("waiting").value for opening in openings]
    assert values[0] == 0
    assert values[CLOSED] == pytest.approx(-math.log(2) * (CLOSED / 45 + 1))
    assert values[45] == pytest.approx(-2 * math.log(2))
    assert values[90] == pytest.approx(-3 * math.log(2))
    assert np.diff(values) == pytest.approx([-math.log(2) * (1 / 45 + 1 / CLOSED)] * CLOSED + [-math.log(2) / 45] * (99 - CLOSED))
    assert only(make_offer(hours="10:00-20:00")).explain("waiting").value == 0
    assert only(make_offer()).explain("waiting").value == 0  # to be confirmed: nobody waits


def test_a_restaurant_is_for_meal_times_and_a_museum_for_the_day() -> None:
    def hour(kind: Kind, moment: str) -> float:
        return only(make_offer(kind=kind, hours="24/7"), moment=at(f"2026-08-13 {moment}")).points["hour"]

    assert hour(Kind.RESTAURANT, "12:30") > hour(Kind.RESTAURANT, "15:30") < hour(Kind.RESTAURANT, "19:30")
    assert hour(Kind.SIGHT, "14:00") > hour(Kind.SIGHT, "22:30")


def test_the_sixth_card_of_one_kind_makes_room_for_another() -> None:
    sights = [make_offer(f"sight {n}", hours="24/7", place=away(100 + n)) for n in range(6)]
    café = make_offer("café", kind=Kind.RESTAURANT, hours="24/7", place=away(160))
    found = keys(ranked(*sights, café))
    assert "café" in found[:3]


def test_the_third_of_a_sort_costs_more_than_the_second() -> None:
    offers = [make_offer(str(n), hours="24/7", themes=("museum",)) for n in range(4)]
    assert [s.points["variety"] for s in ranked(*offers)] == pytest.approx([-STANDARD.variety * n for n in range(4)])


def test_a_provider_s_second_offer_makes_room() -> None:
    phone = (Contact(ContactType.PHONE, "+33559000000"),)
    visit = make_offer("visit", kind=Kind.ACTIVITY, hours="24/7", contacts=phone, place=away(100))
    shop = make_offer("shop", kind=Kind.SHOP, hours="24/7", place=away(110))
    found = ranked(visit, shop, replace(shop, id="0" * 10, key="its shop", contacts=phone))
    assert keys(found) == ["visit", "shop", "its shop"]
    assert [s.points["variety"] for s in found] == pytest.approx([0, 0, -2 * STANDARD.variety])
    assert "d’un autre genre" in str(found[1].explain("variety").because)
    assert "Pour varier" in str(found[2].explain("variety").because)


def test_what_got_less_than_its_due_comes_up() -> None:
    twins = [make_offer(name, hours="24/7") for name in "ab"]
    for first in twins:
        catalogue = make_catalogue(*twins).shown({offer.id: Attention(100.0, 90.0 if offer is first else 110.0) for offer in twins})
        found = ranked(catalogue=catalogue)
        assert found[0].offer == first
        assert found[0].points["fairness"] == pytest.approx(STANDARD.fairness * math.log(101 / 91))
        assert "Moins montrée" in str(found[0].explain("fairness").because)
        assert "Déjà beaucoup" in str(found[1].explain("fairness").because)


# ---- the same question has the same answer ----


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_catalogue_is_irrelevant(seed: int) -> None:
    twins = [make_offer(f"twin {n}", hours="24/7") for n in range(6)]  # equal in all but their id
    offers = MIXED + twins
    random.Random(seed).shuffle(offers)
    assert ranked(*offers, weather=FAIR) == ranked(*MIXED, *twins, weather=FAIR)


def test_equal_offers_come_by_their_id() -> None:
    twins = [make_offer(f"twin {n}", hours="24/7") for n in range(6)]
    assert [s.offer.id for s in ranked(*twins)] == sorted(offer.id for offer in twins)


@pytest.mark.parametrize("limit", [0, 1, 3, 8, 100])
def test_a_limit_only_cuts(limit: int) -> None:
    situation = situate(make_catalogue(*MIXED), make_visit(NOON))
    assert rank(situation, limit) == rank(situation, EVERYTHING)[:limit]


def test_nearest_is_by_distance_alone() -> None:
    situation = situate(make_catalogue(*MIXED), make_visit(NOON))
    found = nearest(situation, 4)
    assert keys(found) == ["shop", "café", "park", "restaurant"]
    assert len(nearest(situation, EVERYTHING)) == len(MIXED)


def test_nothing_to_suggest() -> None:
    for catalogue in (make_catalogue(), make_catalogue(make_offer(place=None)), make_catalogue(make_offer(place=away(100_000)))):
        assert ranked(catalogue=catalogue) == []
        assert nearest(situate(catalogue, make_visit(NOON)), 5) == []


def test_a_suggestion_says_whether_it_is_under_a_roof() -> None:
    found = {s.offer.key: s.sheltered for s in ranked(*MIXED)}
    assert (found["museum"], found["park"], found["market"]) == (True, False, None)


def test_where_a_timetable_is_cut_is_no_opening_time_even_after_a_day_of_23_hours() -> None:
    catalogue = make_catalogue(make_offer(hours="24/7"), moment=at("2027-03-29 03:00"))
    (suggestion,) = ranked(catalogue=catalogue, moment=at("2027-03-28 03:00"))
    assert suggestion.time.begins is None


def test_arrival_in_the_hour_that_does_not_exist() -> None:
    suggestion = only(make_offer(hours="24/7"), moment=datetime(2027, 3, 28, 1, 58, tzinfo=PARIS))
    assert f"{suggestion.time.arrive:%H:%M %z}" == "03:01 +0200"
