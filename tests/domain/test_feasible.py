"""Feasible@8 is 1 and Past@8 is 0: an independent routine has nothing to say against any suggestion (ranking.md, 5, G1)."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from providers_feed.datatourisme import parse
from sejour.domain.catalogue import AHEAD, Catalogue, build_catalogue
from sejour.domain.curation import Mute
from sejour.domain.feed import Feed, gather
from sejour.domain.hours import Hours
from sejour.domain.offer import Access, Kind, Occurrence, Offer, Prices
from sejour.domain.page import suggest
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS, Suggestion, TimeState, rank, situate, window
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from tests.builders import FLUX, PARIS, ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.feasibility import could_go, haversine_m, later, objection
from tests.domain.samples import NO_SCHOOL, moments, sure_texts

# ---- the checker itself sees what is wrong ----

NOON = at("2026-08-13 12:00")
MUSEUM = make_offer(hours="10:00-18:00", themes=("museum",))
CONCERT = make_offer(kind=Kind.EVENT, occurrences=(happening("2026-08-13 12:30", "2026-08-13 14:00"),))


def suggestion_of(offer: Offer, moment: datetime = NOON, **fields: Any) -> Suggestion:
    (found,) = suggest(make_catalogue(offer), make_visit(moment, **fields), 8)
    return found


def test_the_checker_accepts_what_is_right() -> None:
    for offer in (MUSEUM, CONCERT, make_offer(), make_offer(hours="13:00-18:00"), make_offer(hours="10:00+"), make_offer(hours="12:03-12:10")):
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


def test_the_checker_measures_as_the_product_does() -> None:
    assert haversine_m(ROYALE, Place(43.2956, -0.3706)) == pytest.approx(137.53, abs=0.01)


# ---- random offers and visits ----

near = st.builds(lambda a, b: Place(ROYALE.lat + a, ROYALE.lon + b), st.floats(-0.03, 0.03), st.floats(-0.03, 0.03))
kinds = st.sampled_from([Kind.SIGHT, Kind.ACTIVITY, Kind.RESTAURANT, Kind.EVENT, Kind.MARKET, Kind.SHOP])
themes = st.lists(st.sampled_from(["museum", "zoo", "cafe", "church", "exhibition", "flea_market", "concert"]), max_size=2, unique=True).map(tuple)


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
    """The filter is exact, not only careful."""
    offer, visit = situation
    visit = replace(visit, mode=Mode.WALK)
    for n in range(-60, 300, 20):  # within the hour that comes twice, what a text means is anybody's guess
        local = later(visit.moment, n).astimezone(PARIS)
        assume(local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset())
    found = suggest(make_catalogue(offer, moment=visit.moment, holidays=NO_SCHOOL), visit, 8)
    assert bool(found) is could_go(offer, visit)


@given(situations(), st.sampled_from([When.TONIGHT, When.TOMORROW, When.WEEK]))
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
    for catalogue, visit in situations_in_touraine(10_000 if audit else 1_000, catalogues, touraine):
        found = suggest(catalogue, visit, 8)
        empty += not found
        for suggestion in found:
            seen += 1
            if said := objection(suggestion, visit):
                against.append(f"{visit.moment:%Y-%m-%d %H:%M} {suggestion.offer.key} {suggestion.offer.hours}: {said}")
    assert against == []
    assert seen > 5 * (10_000 if audit else 1_000)  # or the test would say nothing
    assert empty < seen / 20  # in the country, at night


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
