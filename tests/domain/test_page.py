"""What a visitor's pages hold."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import Mute, Pick
from sejour.domain.hours import State
from sejour.domain.offer import Access, Kind, Offer
from sejour.domain.page import CARDS, DATES, ESSENTIALS, NEIGHBOURS, Detail, compose, detail, directory, suggest, telling
from sejour.domain.place import Place
from sejour.domain.surveys import Surveys
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Weather
from sejour.domain.week import Day
from tests.builders import ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.samples import FRANCE, hours, moments, sure_texts

NOON = at("2026-08-13 12:00")


def away(metres: float) -> Place:
    return Place(ROYALE.lat + metres / 111_195, ROYALE.lon)


IDEAS = [make_offer(f"sight {n}", hours="10:00-18:00", place=away(100 + 20 * n)) for n in range(12)]
VISIT = make_visit(NOON)


# ---- the first page ----


def test_the_first_page_holds_so_many_cards_in_order() -> None:
    catalogue = make_catalogue(*IDEAS)
    home = compose(catalogue, VISIT)
    assert home.picked is None
    assert [card.suggestion for card in home.cards] == suggest(catalogue, VISIT, CARDS)
    assert len(home.cards) == CARDS
    assert home.visit is VISIT


def test_one_signed_pick_stands_apart_and_is_not_told_twice() -> None:
    catalogue = make_catalogue(*IDEAS, picks=[Pick(IDEAS[2].id, by="Léa"), Pick(IDEAS[3].id, by="Max")])
    home = compose(catalogue, VISIT)
    assert home.picked is not None
    assert home.picked.suggestion.pick is not None
    assert home.picked.suggestion.offer not in [card.suggestion.offer for card in home.cards]
    assert len(home.cards) == CARDS - 1


def test_a_pick_that_cannot_be_reached_in_time_is_not_shown() -> None:
    closed = make_offer("closed", hours="Fr 10:00-18:00")
    assert compose(make_catalogue(*IDEAS, closed, picks=[Pick(closed.id, by="Léa")]), VISIT).picked is None


def test_an_empty_territory_has_an_empty_page() -> None:
    home = compose(make_catalogue(), VISIT)
    assert (home.picked, home.cards, home.essentials, home.lodgings) == (None, (), (), 0)


def service(theme: str, metres: float, **fields: Any) -> Offer:
    return make_offer(f"{theme} {metres}", kind=Kind.SERVICE, place=away(metres), **{"hours": "24/7", "themes": (theme,)} | fields)


def test_essentials_are_the_nearest_of_each_in_a_fixed_order() -> None:
    catalogue = make_catalogue(
        service("parking", 50), service("toilets", 300), service("toilets", 200), service("water", 100), service("cemetery", 10)
    )
    assert [s.offer.key for s in compose(catalogue, VISIT).essentials] == ["toilets 200", "water 100", "parking 50"]


def test_essentials_do_not_follow_the_wishes() -> None:
    catalogue = make_catalogue(service("toilets", 200))
    visit = make_visit(NOON, wishes=frozenset({Wish.CULTURE, Wish.DOGS}), when=When.TOMORROW)
    assert [s.offer.key for s in compose(catalogue, visit).essentials] == ["toilets 200"]


def test_a_service_of_two_themes_serves_both() -> None:
    catalogue = make_catalogue(service("toilets", 300, themes=("toilets", "water")))
    assert [s.offer.key for s in compose(catalogue, VISIT).essentials] == ["toilets 300", "toilets 300"]


def test_essentials_that_are_closed_are_not_essential_now() -> None:
    assert compose(make_catalogue(service("pharmacy", 100, hours="Mo 09:00-12:00")), VISIT).essentials == ()


def test_every_essential_is_named_once() -> None:
    assert len(set(ESSENTIALS)) == len(ESSENTIALS)


def test_lodgings_are_counted_not_suggested() -> None:
    lodgings = [make_offer(f"hotel {n}", kind=Kind.LODGING, place=away(metres)) for n, metres in enumerate((100, 14_000, 16_000))]
    home = compose(make_catalogue(*lodgings), VISIT)
    assert home.lodgings == 2
    assert home.cards == ()


# ---- the word that a card carries ----


def only(catalogue: Catalogue, visit: Visit = VISIT) -> Any:
    (suggestion,) = suggest(catalogue, visit, 8)
    return telling(suggestion)


def test_a_card_tells_the_term_that_helped_most() -> None:
    offer = make_offer(themes=("museum",), hours="10:00-18:00", access=Access(sheltered=True))
    reason = only(make_catalogue(offer, picks=[Pick(offer.id, by="Léa")]), make_visit(NOON, weather=Weather(precipitation=3.0)))
    assert reason is not None
    assert reason.points > 0


def test_a_card_never_tells_what_speaks_against_it() -> None:
    park = make_offer(themes=("park",), hours="24/7")
    reason = only(make_catalogue(park), make_visit(at("2026-08-13 19:30"), weather=Weather(code=95)))
    assert reason is None or reason.points > 0


def test_a_plain_offer_tells_nothing_special() -> None:
    assert only(make_catalogue(make_offer(kind=Kind.SHOP, hours="24/7"))) is None


@pytest.mark.parametrize("rule", ["distance", "variety", "certainty"])
def test_what_the_card_says_elsewhere_is_not_told_again(rule: str) -> None:
    found = suggest(make_catalogue(*IDEAS), VISIT, 12)
    assert all(card is None or card.rule != rule for card in map(telling, found))


# ---- the week, the directory ----


def test_the_page_of_the_week_is_an_agenda() -> None:
    event = make_offer("event", kind=Kind.EVENT, occurrences=(happening("2026-08-15 20:00"),))
    market = make_offer("market", kind=Kind.MARKET, hours="Sa 08:00-13:00")
    found = suggest(make_catalogue(*IDEAS, event, market), make_visit(NOON, when=When.WEEK), 20)
    assert {s.offer.key for s in found} == {"event", "market"}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_directory_holds_one_kind(kind: Kind) -> None:
    day = happening("2026-08-13 13:00")
    offers = [make_offer(k.value, kind=k, hours=None if k is Kind.EVENT else "24/7", occurrences=(day,) if k is Kind.EVENT else ()) for k in Kind]
    page = directory(make_catalogue(*offers), VISIT, kind)
    assert page.kind is kind
    assert [card.suggestion.offer.key for card in page.cards] == [kind.value]


@pytest.mark.parametrize("kind", [Kind.LODGING, Kind.SERVICE])
def test_what_is_no_idea_is_listed_by_distance(kind: Kind) -> None:
    offers = [make_offer(f"{metres}", kind=kind, hours="24/7", place=away(metres), labels=("unesco",) * (metres > 400)) for metres in (500, 100, 300)]
    assert [card.suggestion.offer.key for card in directory(make_catalogue(*offers), VISIT, kind).cards] == ["100", "300", "500"]


def test_a_directory_is_limited() -> None:
    assert len(directory(make_catalogue(*IDEAS), VISIT, Kind.SIGHT, 5).cards) == 5


# ---- one offer ----


def detailed(offer: Offer, *others: Offer, visit: Visit = VISIT, **fields: Any) -> Detail:
    return detail(make_catalogue(offer, *others, holidays=FRANCE, **fields), visit, offer)


def test_an_offer_that_can_be_reached_has_its_suggestion() -> None:
    page = detailed(make_offer(hours="10:00-18:00"))
    assert page.suggestion is not None
    assert page.suggestion.travel.minutes == 3


@pytest.mark.parametrize("fields", [{"hours": "Fr 10:00-18:00"}, {"place": away(100_000)}, {"place": None}, {"hours": "10:00-12:10"}])
def test_an_offer_that_cannot_be_reached_is_shown_without(fields: dict[str, Any]) -> None:
    page = detailed(make_offer(**{"hours": "10:00-18:00"} | fields))
    assert page.suggestion is None
    assert page.offer.key == "Musée"


@pytest.mark.parametrize("kind", [Kind.LODGING, Kind.SERVICE])
def test_lodging_and_services_have_their_page_too(kind: Kind) -> None:
    assert detailed(make_offer(kind=kind, hours="24/7")).suggestion is not None


@pytest.mark.parametrize(
    ("text", "state", "until"),
    [("10:00-18:00", "open", "2026-08-13 18:00"), ("14:00-18:00", "closed", "2026-08-13 14:00"), ("10:00+", "unknown", "2026-08-14 00:00"),
     ("Mo-Fr 10:00-18:00; PH off", "open", "2026-08-13 18:00")],
)  # fmt: skip
def test_the_state_now(text: str, state: str, until: str) -> None:
    now = detailed(make_offer(hours=text)).now
    assert now is not None
    assert (now.state, now.end) == (state, at(until))


def test_without_hours_nothing_is_said_of_them() -> None:
    page = detailed(make_offer())
    assert (page.now, page.week) == (None, ())


def days(week: tuple[Day, ...]) -> list[str]:
    return [f"{day.day:%d} " + ", ".join(f"{i.start:%d %H:%M}-{i.end:%d %H:%M}" for i in day.intervals) for day in week]


WEEKS = [
    ("Th-Sa 10:00-18:00", ["13 13 10:00-13 18:00", "14 14 10:00-14 18:00", "15 15 10:00-15 18:00", "16 ", "17 ", "18 ", "19 "]),
    ("10:00-18:00; PH off; Mo-We off", ["13 13 10:00-13 18:00", "14 14 10:00-14 18:00", "15 ", "16 16 10:00-16 18:00", "17 ", "18 ", "19 "]),
    ("We-Fr 18:00-02:00", ["13 13 18:00-14 02:00", "14 14 18:00-15 02:00", "15 ", "16 ", "17 ", "18 ", "19 19 18:00-20 02:00"]),  # nights
    ("Th 10:00-12:00,14:00-18:00", ["13 13 10:00-13 12:00, 13 14:00-13 18:00", *(f"{n} " for n in range(14, 20))]),
    ("24/7", [f"{n} {n} 00:00-{n + 1} 00:00" for n in range(13, 20)]),
    ("Fr-Sa 00:00-24:00", ["13 ", "14 14 00:00-15 00:00", "15 15 00:00-16 00:00", "16 ", "17 ", "18 ", "19 "]),
    ("off", [f"{n} " for n in range(13, 20)]),
]


@pytest.mark.parametrize(("text", "expected"), WEEKS)
def test_the_week_day_by_day(text: str, expected: list[str]) -> None:
    assert days(detailed(make_offer(hours=text)).week) == expected


@given(sure_texts, moments)
def test_the_days_of_a_week_hold_every_opening_once(text: str, moment: Any) -> None:
    """But a night that began the day before the first."""
    page = detailed(make_offer(hours=text), visit=make_visit(moment), moment=moment)
    assert [day.day for day in page.week] == [moment.date() + timedelta(days=n) for n in range(7)]
    shown = [i for day in page.week for i in day.intervals]
    for one, two in pairwise(shown):
        assert one.end.timestamp() <= two.start.timestamp()
    assert all(i.start.timestamp() < i.end.timestamp() and i.state is not State.CLOSED for i in shown)
    noons = [at(f"{day.day} 12:00") for day in page.week]
    for noon in noons:
        held = any(i.start.timestamp() <= noon.timestamp() < i.end.timestamp() for i in shown)
        assert held is (hours(text).at(noon).state is State.OPEN)


DATED = [
    (("2026-08-12 20:00", "2026-08-12 22:00"), []),
    (("2026-08-13 10:00", "2026-08-13 12:00"), []),  # just over
    (("2026-08-13 11:00", "2026-08-13 13:00"), [date(2026, 8, 13)]),
    (("2026-08-14 20:00", None), [date(2026, 8, 14)]),
    (("2026-08-14 20:00", "2026-08-15 02:00"), [date(2026, 8, 15)]),
    (("2026-08-14 20:00", "2026-08-15 00:00"), [date(2026, 8, 14)]),  # its end is not part of it
]


@pytest.mark.parametrize(("when", "last_days"), DATED)
def test_the_dates_to_come(when: tuple[str, str | None], last_days: list[date]) -> None:
    assert [d.last_day for d in detailed(make_offer(kind=Kind.EVENT, occurrences=(happening(*when),))).dates] == last_days


def test_a_day_without_a_time_is_to_come_until_it_is_over() -> None:
    today = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 00:00", "2026-08-14 00:00", all_day=True),))
    (day,) = detailed(today).dates
    assert (day.all_day, day.last_day) == (True, date(2026, 8, 13))


def test_a_day_without_a_time_nor_an_end_lasts_that_day() -> None:
    """It was over since midnight: its page had no date."""
    today = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 00:00", all_day=True),))
    (day,) = detailed(today).dates
    assert (day.start, day.end, day.last_day) == (at("2026-08-13 00:00"), None, date(2026, 8, 13))


def test_the_next_dates_in_order_and_not_too_many() -> None:
    later = [happening(f"2026-09-{n:02d} 20:00") for n in range(20, 10, -1)]
    found = detailed(make_offer(kind=Kind.EVENT, occurrences=tuple(later))).dates
    assert [d.start.day for d in found] == list(range(11, 11 + DATES))


def test_neighbours_are_open_near_and_not_the_offer_itself() -> None:
    near = [make_offer(f"near {n}", hours="10:00-18:00", place=away(n * 50)) for n in range(1, 6)]
    far, closed = make_offer("far", hours="24/7", place=away(700), labels=("unesco",)), make_offer("closed", hours="off", place=away(60))
    page = detailed(make_offer(place=ROYALE, hours="24/7"), *near, far, closed)
    assert len(page.neighbours) == NEIGHBOURS
    assert all(s.offer in near and s.travel.minutes <= 10 and s.travel.mode is Mode.WALK for s in page.neighbours)


def test_fine_things_a_little_too_far_do_not_hide_the_neighbours() -> None:
    """Four castles at eleven minutes left no room for the café next door."""
    castles = [make_offer(f"castle {n}", hours="24/7", themes=("castle",), labels=("unesco",), place=away(650)) for n in range(8)]
    café = make_offer("café", kind=Kind.SHOP, hours="24/7", place=away(560))
    page = detailed(make_offer(place=ROYALE), *castles, café)
    assert [s.offer.key for s in page.neighbours] == ["café"]


def test_neighbours_of_an_offer_that_is_far_from_the_visitor() -> None:
    there, beside = make_offer("there", hours="24/7", place=away(50_000)), make_offer("beside", hours="24/7", place=away(50_100))
    assert [s.offer.key for s in detailed(there, beside).neighbours] == ["beside"]


def test_the_way_to_a_neighbour_is_not_that_from_the_hotspot() -> None:
    """The café beside a castle two kilometres away was "thirty minutes on foot" from the castle."""
    castle, café = make_offer("castle", hours="24/7", place=away(1500)), make_offer("café", kind=Kind.SHOP, hours="24/7", place=away(1600))
    surveys = Surveys(walks={"royale": {castle.id: 2000.0, café.id: 2100.0}})
    page = detailed(castle, café, visit=make_visit(NOON, hotspot="royale"), surveys=surveys)
    assert page.suggestion is not None
    assert page.suggestion.travel.metres == 2000
    assert [(s.offer.key, s.travel.minutes) for s in page.neighbours] == [("café", 2)]


def test_what_has_no_place_has_no_neighbours() -> None:
    assert detailed(make_offer(place=None), *IDEAS).neighbours == ()


def test_a_muted_offer_is_no_neighbour() -> None:
    other = make_offer("other", hours="24/7")
    assert detailed(make_offer(), other, mutes=[Mute(other.id, reason="travaux")]).neighbours == ()


def test_it_is_said_whether_one_is_under_a_roof() -> None:
    assert detailed(make_offer(themes=("museum",))).sheltered is True
    assert detailed(make_offer(themes=("park",))).sheltered is False
    assert detailed(make_offer()).sheltered is None
