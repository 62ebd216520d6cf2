"""What the office says, on the visitor's page: picks, pins, boosts, mutes, closures, for everyone or for some."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.catalogue import Catalogue
from sejour.domain.curation import PICK, Boost, Collection, Curation, Mute, Notice, NoticeSort, Override, Pick, Pin
from sejour.domain.diagnosis import diagnose
from sejour.domain.memo import Memo
from sejour.domain.notices import begins_at, checked, collections, deals, ends_at, news
from sejour.domain.obstacle import Obstacle
from sejour.domain.offer import Kind, Offer
from sejour.domain.page import CARDS, compose, detail, directory, suggest
from sejour.domain.place import Place
from sejour.domain.ranking import rank, situate
from sejour.domain.selection import collect, select_deals
from sejour.domain.slot import slot_of
from sejour.domain.suggestion import TimeState
from sejour.domain.text import LocalText
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Sky, Weather
from sejour.domain.what_if import what_if
from tests.builders import AUGUST, PARIS, ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.worlds import some_catalogue, some_offers, some_visit

TOWN = [make_offer(f"lieu {n}", hours="24/7", themes=(theme,)) for n, theme in enumerate(("museum", "park", "castle", "cafe", "church") * 4)]
FAR = make_offer("loin", hours="24/7", place=Place(ROYALE.lat + 0.02, ROYALE.lon))
SHUT = make_offer("fermé", hours="Mo-Su 08:00-09:00")
TEXT = LocalText({"fr": "Travaux"})
RAIN = Weather(precipitation=3.0)


def town(*more: Offer, **said: Any) -> Catalogue:
    return make_catalogue(*TOWN, FAR, SHUT, *more, **said)


def closed(offer: Offer, start: str | None, end: str, **fields: Any) -> Notice:
    return Notice(offer.id, at(start) if start else None, at(end), **{"sort": NoticeSort.CLOSURE, "text": TEXT, **fields})


def named(found: Any) -> list[str]:
    return [each.offer.key for each in found]


# ---- boosts ----


def test_a_boost_lifts_by_its_points_and_says_why() -> None:
    (plain,), (lifted,) = (
        suggest(make_catalogue(TOWN[0], boosts=boosts), make_visit(), 1) for boosts in ((), (Boost(TOWN[0].id, factor=1.3, reason="fête"),))
    )
    assert lifted.total - plain.total == pytest.approx(np.log(1.3), abs=1e-12)
    score = lifted.explain("pick")
    assert str(score.because) == "Mise en avant par l’office\u202f: fête"
    assert sum(each.points for each in lifted.scores) == pytest.approx(lifted.total, abs=1e-9)


@pytest.mark.parametrize(("picks", "boosts"), [((Pick(TOWN[0].id, by="Léa"),), (9.0,)), ((Pick(TOWN[0].id, by="Léa"),), ()), ((), (1.2, 9.0, 0.2))])
def test_a_pick_and_boosts_are_one_term_capped_together(picks: tuple[Pick, ...], boosts: tuple[float, ...]) -> None:
    said = {"picks": picks, "boosts": [Boost(TOWN[0].id, factor=factor, reason="?") for factor in boosts]}
    (found,) = suggest(make_catalogue(TOWN[0], **said), make_visit(), 1)
    assert found.points["pick"] == pytest.approx(PICK)


def test_a_card_that_the_office_lifts_always_says_so() -> None:
    home = compose(make_catalogue(TOWN[0], boosts=[Boost(TOWN[0].id, factor=1.1, reason="fête")]), make_visit())
    assert home.cards[0].reason is not None
    assert home.cards[0].reason.rule == "pick"


chances = st.integers(0, 2**32).map(random.Random)


@given(chances, st.integers(1, 40))
def test_what_is_said_to_some_is_what_would_be_said_to_all_were_they_alone(chance: random.Random, number: int) -> None:
    """A slot of everyone, then turned to one visitor, ranks as a catalogue whose words are all general and hold for that visitor."""
    offers = some_offers(chance, number)
    catalogue, visit = some_catalogue(chance, offers), some_visit(chance, offers)
    slot = slot_of(catalogue, visit)
    sky = Sky.RAIN if visit.when is When.RAIN else slot.sky

    def heard(words: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(word, hotspots=(), languages=(), wishes=(), skies=()) for word in words if word.holds_for(visit, sky))

    said = catalogue.said
    closing = tuple(Mute(n.offer, n.start, n.end, reason="?") for n in said.notices if not n.general and n.holds_for(visit, sky))
    alone = Curation(heard(said.picks), (), (*heard(said.mutes), *closing), heard(said.boosts), tuple(n for n in said.notices if n.general))
    plain = replace(catalogue, said=alone, memo=Memo())
    expected, found = (rank(situate(each, visit, tuple(Kind)), 60) for each in (plain, catalogue))
    assert [s.offer.id for s in found] == [s.offer.id for s in expected]
    assert [s.total for s in found] == pytest.approx([s.total for s in expected], abs=1e-9)


# ---- pins ----


def pin(offer: Offer, **fields: Any) -> Pin:
    return Pin(offer.id, **{"reason": "fête", **fields})


def test_pins_come_after_the_pick_and_before_the_ranked_two_at_most_the_oldest_first() -> None:
    pins = [pin(FAR), pin(SHUT), pin(TOWN[7]), pin(TOWN[3])]
    home = compose(town(pins=pins, picks=[Pick(TOWN[0].id, by="Léa")]), make_visit())
    assert home.picked is not None
    assert named([home.picked.suggestion]) == ["lieu 0"]
    assert named(card.suggestion for card in home.pinned) == ["loin", "lieu 7"]  # what is shut is not shown
    assert len(home.shown) == CARDS
    assert len({s.offer.id for s in home.shown}) == CARDS
    assert set(home.due) >= {s.offer.id for s in home.shown}
    assert sum(home.due.values()) == pytest.approx(1)


def test_a_pick_that_is_pinned_is_shown_once() -> None:
    home = compose(town(pins=[pin(TOWN[0])], picks=[Pick(TOWN[0].id, by="Léa")]), make_visit())
    assert home.pinned == ()
    assert named(home.shown).count("lieu 0") == 1


def test_pins_hold_for_some_visitors_and_answer_their_wishes() -> None:
    catalogue = town(pins=[pin(FAR, languages=("nl",)), pin(TOWN[1], hotspots=("gare",))])
    assert compose(catalogue, make_visit()).pinned == ()
    assert named(c.suggestion for c in compose(catalogue, make_visit(language="nl")).pinned) == ["loin"]
    assert named(c.suggestion for c in compose(catalogue, make_visit(language="nl", hotspot="gare")).pinned) == ["loin", "lieu 1"]
    assert compose(catalogue, make_visit(language="nl", wishes=frozenset({Wish.FREE}))).pinned == ()


def test_the_card_below_a_pin_that_is_like_it_costs_more() -> None:
    found = suggest(town(pins=[pin(TOWN[5])]), make_visit(), 20)
    assert named(found)[0] == "lieu 5"
    museum = next(s for s in found[1:] if "museum" in s.offer.themes)
    assert museum.points["variety"] < 0


@given(chances, st.integers(1, 50), st.integers(1, 12))
def test_no_pin_is_shown_that_cannot_be_reached_and_the_page_stays_whole(chance: random.Random, number: int, limit: int) -> None:
    offers = some_offers(chance, number)
    catalogue, visit = some_catalogue(chance, offers), some_visit(chance, offers)
    pins = tuple(Pin(offer.id, reason="?") for offer in chance.sample(offers, min(number, 4)))
    pinned = replace(catalogue, said=replace(catalogue.said, pins=pins), memo=Memo())
    found, feasible = suggest(pinned, visit, limit), {s.offer.id for s in rank(situate(catalogue, visit), 10**6)}
    assert len(found) == len(suggest(catalogue, visit, limit))
    assert len({s.offer.id for s in found}) == len(found)
    if visit.when is not When.WEEK:
        first = [pin.offer for pin in pins if pin.offer in feasible][: min(2, limit)]
        assert [s.offer.id for s in found[: len(first)]] == first
        assert {s.offer.id for s in found} <= feasible
    for s in found:
        assert sum(score.points for score in s.scores) == pytest.approx(s.total, abs=1e-9)


def test_why_knows_pins() -> None:
    catalogue = town(pins=[pin(FAR)])
    told = diagnose(catalogue, make_visit(), FAR.id)
    assert (told.place, told.suggestion and told.suggestion.pin) == (1, pin(FAR))
    for offer in TOWN:
        out = diagnose(catalogue, make_visit(), offer.id)
        assert out.shown or out.above is None or out.above.offer.id != FAR.id  # no score passes a pin


# ---- closures ----


@pytest.mark.parametrize(
    ("notice", "moment", "shown"),
    [
        (("2026-08-13 14:00", "2026-08-13 18:30"), "2026-08-13 15:00", None),
        (("2026-08-13 14:00", "2026-08-13 16:00"), "2026-08-13 15:00", "opens"),
        ((None, "2026-08-13 14:59"), "2026-08-13 15:00", "open"),
        (("2026-08-13 18:00", "2026-08-14 18:00"), "2026-08-13 15:00", "open"),
        (("2026-08-13 15:20", "2026-08-13 15:30"), "2026-08-13 15:00", "opens"),
    ],
)
def test_a_closed_offer_is_no_idea_meanwhile(notice: tuple[str | None, str], moment: str, shown: str | None) -> None:
    museum = make_offer("musée", hours="Mo-Su 10:00-19:00")
    found = suggest(make_catalogue(museum, notices=[closed(museum, *notice)]), make_visit(at(moment)), 8)
    assert [s.time.state for s in found] == ([TimeState(shown)] if shown else [])
    if shown == "opens":
        assert found[0].time.begins == at(str(notice[1]))


def test_it_is_told_when_it_will_be_closed() -> None:
    museum = make_offer("musée", hours="Mo-Su 10:00-19:00")
    catalogue = make_catalogue(museum, notices=[closed(museum, "2026-08-13 17:00", "2026-08-20 10:00")])
    (found,) = suggest(catalogue, make_visit(), 8)
    assert found.time.ends == at("2026-08-13 17:00")
    week = detail(catalogue, make_visit(), museum).week
    assert [[(f"{i.start:%H:%M}", f"{i.end:%H:%M}") for i in day.intervals] for day in week[:2]] == [[("10:00", "17:00")], []]


def test_a_full_concert_is_off_and_a_market_begins_again() -> None:
    concert = make_offer("concert", kind=Kind.EVENT, themes=("concert",), occurrences=(happening("2026-08-13 16:00", "2026-08-13 18:00"),))
    market = make_offer("marché", kind=Kind.EVENT, themes=("market",), occurrences=(happening("2026-08-13 14:00", "2026-08-13 20:00"),))
    until = "2026-08-13 16:10"
    catalogue = make_catalogue(concert, market, notices=[closed(o, None, until, sort=NoticeSort.FULL) for o in (concert, market)])
    (found,) = suggest(catalogue, make_visit(), 8)
    assert (found.offer.key, found.time.begins) == ("marché", at(until))


@pytest.mark.parametrize(("sort", "said"), [(NoticeSort.FULL, "Complet"), (NoticeSort.CLOSURE, "Fermé")])
def test_the_obstacle_is_the_office_s_own_word_with_its_end(sort: NoticeSort, said: str) -> None:
    notice = closed(TOWN[0], None, "2026-08-13 19:00", sort=sort)
    catalogue = town(notices=[notice])
    told = diagnose(catalogue, make_visit(), TOWN[0].id)
    assert told.obstacle is Obstacle.STOPPED
    assert told.hindrance is not None
    assert told.why.key == f"{said}, dit l’office, jusqu’à %(until)s"
    assert told.why.arguments == {"until": at("2026-08-13 19:00")}
    assert "Travaux" in LocalText.choose(told.hindrance.remedy.arguments["text"], "fr")[0]  # type: ignore[arg-type]
    assert [change.change for change in what_if(catalogue, told)] == ["moment"]


def test_a_closure_is_no_excuse_for_what_is_shut_anyway() -> None:
    told = diagnose(town(notices=[closed(SHUT, None, "2026-08-13 19:00")]), make_visit(), SHUT.id)
    assert told.obstacle is Obstacle.CLOSED


def test_a_closure_for_some_visitors_hides_it_from_them_alone() -> None:
    storm = closed(TOWN[0], None, "2026-08-13 19:00", skies=(Sky.RAIN,))
    catalogue = make_catalogue(TOWN[0], notices=[storm])
    assert suggest(catalogue, make_visit(), 8)
    assert suggest(catalogue, make_visit(weather=RAIN), 8) == []
    assert diagnose(catalogue, make_visit(weather=RAIN), TOWN[0].id).obstacle is Obstacle.STOPPED


def test_a_mute_on_mondays_tells_when_it_is_back() -> None:
    catalogue, monday = make_catalogue(TOWN[0], mutes=[Mute(TOWN[0].id, weekdays=(0,), reason="jour de marché")]), at("2026-08-17 12:00")
    told = diagnose(catalogue, make_visit(monday), TOWN[0].id)
    assert told.obstacle is Obstacle.MUTED
    assert told.why.arguments == {"until": at("2026-08-18 00:00")}
    assert diagnose(catalogue, make_visit(at("2026-08-18 12:00")), TOWN[0].id).shown


@pytest.mark.parametrize("night", ["2026-10-25", "2026-03-29"])
def test_closed_until_an_hour_of_the_night_when_clocks_change(night: str) -> None:
    """Compared as real time: in October the clock says half past two twice."""
    bar = make_offer("bar", kind=Kind.RESTAURANT, themes=("cafe",), hours="24/7")
    until = datetime(*map(int, night.split("-")), 2 if "10" in night else 3, 30, tzinfo=PARIS, fold=1)  # type: ignore[arg-type,misc]
    catalogue = make_catalogue(bar, moment=until, notices=[Notice(bar.id, None, until, sort=NoticeSort.CLOSURE, text=TEXT)])
    before = datetime.fromtimestamp(until.timestamp() - 3600, PARIS)
    (waits,) = suggest(catalogue, make_visit(before), 1)
    assert waits.time.state is TimeState.OPENS
    assert waits.time.begins is not None
    assert waits.time.begins.timestamp() == until.timestamp()
    (open_,) = suggest(catalogue, make_visit(datetime.fromtimestamp(until.timestamp() + 60, PARIS)), 1)
    assert open_.time.state is TimeState.OPEN


# ---- what is announced ----


def notice(sort: NoticeSort, text: str = "x", offer: str = "", **fields: Any) -> Notice:
    return Notice(offer, **{"end": at("2026-08-13 19:00"), "sort": sort, "text": LocalText({"fr": text}), **fields})


def test_news_are_of_the_territory_alerts_first_and_end_to_the_minute() -> None:
    said = Curation(notices=(
        notice(NoticeSort.INFO, "1"), notice(NoticeSort.TIDE, "2"), notice(NoticeSort.ALERT, "3"), notice(NoticeSort.DEAL, "4"),
        notice(NoticeSort.INFO, "5", TOWN[0].id), notice(NoticeSort.INFO, "6", languages=("de",)), notice(NoticeSort.INFO, "7", hotspots=("gare",)),
    ))  # fmt: skip

    def told(visit: Visit) -> str:
        return "".join(each.text.choose()[0] for each in news(said, visit))

    assert told(make_visit()) == "321"
    assert told(make_visit(language="de", hotspot="gare")) == "32167"
    assert told(make_visit(at("2026-08-13 18:59"))) == "321"
    assert told(make_visit(at("2026-08-13 19:00"))) == ""
    assert told(make_visit(when=When.TONIGHT)) == "321"
    assert told(make_visit(when=When.TOMORROW)) == ""
    home = compose(make_catalogue(TOWN[0], notices=said.notices), make_visit())
    assert (len(home.news), home.deals) == (3, 1)
    assert [n.text.choose()[0] for n in home.cards[0].notices] == ["5"]
    assert len(directory(make_catalogue(TOWN[0], notices=said.notices), make_visit(), Kind.SIGHT).cards[0].notices) == 1


def test_deals_the_first_to_end_first_with_their_offers() -> None:
    late, soon = notice(NoticeSort.DEAL, "a", SHUT.id), notice(NoticeSort.DEAL, "b", TOWN[0].id, end=at("2026-08-13 16:00"))
    catalogue = town(notices=[late, soon, notice(NoticeSort.DEAL, "c")])
    assert deals(catalogue.said, make_visit())[0] is soon
    page = select_deals(catalogue, make_visit())
    assert named(card.suggestion for card in page.cards) == ["lieu 0"]
    assert [other.offer.key for other in page.others] == ["fermé"]
    assert page.others[0].hindrance is not None
    assert [deal.text.choose()[0] for deal in page.deals] == ["c"]


def test_collections_that_hold_the_narrowest_first_and_what_can_be_reached_first() -> None:
    always = Collection("", name=LocalText({"fr": "toujours"}), offers=(SHUT.id, TOWN[1].id, "gone", TOWN[0].id))
    rain = Collection("", name=LocalText({"fr": "pluie"}), offers=(TOWN[0].id,), skies=(Sky.RAIN,))
    empty = Collection("", name=LocalText({"fr": "vide"}))
    said = Curation(collections=(always, rain, empty), collection_ids=(4, 7, 9), mutes=(Mute(TOWN[1].id, weekdays=(0,), reason="?"),))
    assert [id for id, _ in collections(said, make_visit())] == [4]
    assert [id for id, _ in collections(said, make_visit(weather=RAIN))] == [7, 4]
    assert [id for id, _ in collections(said, make_visit(when=When.RAIN))] == [7, 4]
    page = collect(make_catalogue(*TOWN, SHUT, collections=[always], collection_ids=[4]), make_visit(wishes=frozenset({Wish.FREE})), always)
    assert named(card.suggestion for card in page.cards) == ["lieu 1", "lieu 0"]
    assert [other.offer.key for other in page.others] == ["fermé"]
    assert page.others[0].hindrance is not None
    assert page.others[0].hindrance.advice is not None  # when it opens


def test_a_card_was_checked_for_a_year() -> None:
    from sejour.domain.curation import Checked

    said = Curation(checks=tuple(Checked("a", by="Léa", at=AUGUST - timedelta(days=days)) for days in (400, 30, 90, -2)))
    found = checked(said, "a", AUGUST)
    assert found is not None
    assert found.at == AUGUST - timedelta(days=30)
    assert checked(said, "a", AUGUST + timedelta(days=500)) is None
    assert checked(said, "b", AUGUST) is None


def test_the_version_that_is_easy_to_read_is_on_the_card_s_page() -> None:
    easy = LocalText({"fr": "C’est un musée."})
    overrides = [Override(TOWN[0].id, easy=easy), Override(TOWN[0].id, easy=LocalText({"fr": " "})), Override(TOWN[0].id, hours="24/7")]
    assert detail(town(overrides=overrides), make_visit(), TOWN[0]).easy == easy
    assert detail(town(overrides=overrides), make_visit(), TOWN[1]).easy is None


def test_when_a_word_of_some_days_begins_and_ends() -> None:
    weekend = notice(NoticeSort.INFO, start=at("2026-08-01 00:00"), end=at("2026-09-01 00:00"), weekdays=(5, 6))
    assert (begins_at(weekend, AUGUST), ends_at(weekend, AUGUST)) == (at("2026-08-15 00:00"), at("2026-08-17 00:00"))
    assert begins_at(weekend, at("2026-08-16 12:00")) is None
    assert ends_at(Mute("a", reason="?"), AUGUST) is None
    assert ends_at(Mute("a", months=(8,), reason="?"), AUGUST) == at("2026-09-01 00:00")
