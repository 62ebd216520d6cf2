"""Mon séjour: the list as text, and each offer kept on its day."""

import random
import string
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.carnet import MOST, Carnet, Outing, make_carnet, read_ids, write_ids
from sejour.domain.curation import Curation, Mute
from sejour.domain.offer import Kind, Offer, offer_id
from sejour.domain.place import Place
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from tests.builders import AUGUST, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.worlds import DAY, some_catalogue, some_offers

TODAY, TOMORROW = date(2026, 8, 13), date(2026, 8, 14)
FAR = Place(43.40, -0.37)  # 12 km north, by car
ids = st.lists(st.text(alphabet=string.ascii_lowercase + "234567", min_size=10, max_size=10), max_size=MOST, unique=True)


@given(ids)
def test_a_list_is_read_as_it_was_written(kept: list[str]) -> None:
    assert list(read_ids(write_ids(kept))) == kept


@given(ids, st.sampled_from([".", " ", ",", "\n", "+", "..", ". ", "/", "%", "é"]))
def test_what_stands_between_and_capitals_do_not_matter(kept: list[str], between: str) -> None:
    assert list(read_ids(f"{between}{between.join(kept).upper()}.")) == kept


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read = read_ids(text)
    assert len(set(read)) == len(read)
    assert read_ids(write_ids(read)) == read


def test_ids_are_those_of_offers() -> None:
    assert read_ids(offer_id("a", "b")) == (offer_id("a", "b"),)
    assert read_ids("abc.defghijklmno.abcdefghij") == ("abcdefghij",)


def carnet(*offers: Offer, visit: Visit | None = None, **fields: object) -> Carnet:
    catalogue = make_catalogue(*offers, **fields)
    return make_carnet(catalogue, visit or make_visit(), [catalogue.index[offer.id] for offer in offers])


def days(page: Carnet) -> dict[date, list[str]]:
    return {day.day: [outing.offer.key for outing in day.outings] for day in page.days}


def keys(outings: tuple[Outing, ...]) -> list[str]:
    return [outing.offer.key for outing in outings]


def said(outing: Outing) -> list[str]:
    return [reason.key for reason in (*outing.warnings, *outing.notes)]


def event(name: str, start: str, end: str | None = None, **fields: object) -> Offer:
    return make_offer(name, kind=Kind.EVENT, occurrences=(happening(start, end),), **fields)


@pytest.mark.parametrize(
    ("fields", "day", "note"),
    [
        ({"hours": "Mo-Su 10:00-18:00"}, TODAY, None),
        ({"hours": "Mo-Su 10:00-15:20"}, TOMORROW, "Trop tard pour aujourd’hui"),
        ({"hours": "Fr-Mo 10:00-18:00"}, TOMORROW, "Fermé aujourd’hui"),
        ({"hours": "Su 10:00-18:00"}, date(2026, 8, 16), "Fermé aujourd’hui"),
        ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-13 20:30", "2026-08-13 22:00"),)}, TODAY, None),
        ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-20 05:30", "2026-08-20 07:00"),)}, date(2026, 8, 20), None),
        ({"kind": Kind.EVENT, "occurrences": (happening("2026-10-03 20:30", "2026-10-03 22:00"),)}, date(2026, 10, 3), None),
        ({"kind": Kind.EVENT, "occurrences": (happening("2026-08-15 00:00", "2026-08-16 00:00", all_day=True),)}, date(2026, 8, 15), None),
    ],
)
def test_each_has_its_day(fields: dict[str, object], day: date, note: str | None) -> None:
    page = carnet(make_offer(**fields))
    assert days(page) == {day: ["Musée"]}
    assert said(page.days[0].outings[0]) == ([note] if note else [])


@pytest.mark.parametrize(
    ("fields", "group", "why"),
    [
        ({}, "unsure", []),
        ({"kind": Kind.LODGING}, "lodgings", []),
        (
            {"kind": Kind.EVENT, "occurrences": (happening("2026-08-12 20:30", "2026-08-12 22:00"),)},
            "over",
            ["C’est fini. Dernière date\u202f: %(last)s"],
        ),
        ({"kind": Kind.EVENT}, "over", ["C’est une manifestation, et personne n’en donne la date."]),
        ({"hours": "Dec 10:00-18:00"}, "away", ["Prochaine ouverture\u202f: %(next)s"]),
        ({"hours": "off"}, "away", ["Trop loin d’ici, ou fermé ces deux prochaines semaines"]),
        ({"kind": Kind.LODGING, "place": Place(45.0, 2.0)}, "away", ["Trop loin d’ici, ou fermé ces deux prochaines semaines"]),
    ],
)
def test_what_has_no_day_says_why(fields: dict[str, object], group: str, why: list[str]) -> None:
    page = carnet(make_offer(**fields))
    assert page.days == ()
    assert [said(outing) for outing in getattr(page, group)] == [why]


def test_what_is_too_far_says_so() -> None:
    page = carnet(make_offer(hours="24/7", place=Place(45.0, 2.0)), event("Bal", "2026-08-14 20:30", "2026-08-14 22:00", place=Place(45.0, 2.0)))
    assert said(page.away[0])[0].startswith("Trop loin")
    assert days(page) == {TOMORROW: ["Bal"]}
    assert said(page.days[0].outings[0])[0].startswith("Trop loin")


def test_what_the_office_put_aside_says_so() -> None:
    offer = make_offer(hours="24/7")
    assert said(carnet(offer, said=Curation(mutes=(Mute(offer.id, reason="travaux"),))).away[0])[0].startswith(
        "L’office de tourisme l’a mise de côté"
    )


def test_what_is_too_far_on_foot_says_so_to_who_walks() -> None:
    far = make_offer("Lac", hours="24/7", place=FAR)
    assert said(carnet(far).days[0].outings[0]) == ["Trop loin à pied"]
    assert said(carnet(far, visit=make_visit(mode=Mode.CAR)).days[0].outings[0]) == []
    assert keys(carnet(far, visit=make_visit(wishes=frozenset({Wish.CARFREE}))).away) == ["Lac"]


def test_two_happenings_at_once_both_say_so() -> None:
    page = carnet(event("Bal", "2026-08-14 20:30", "2026-08-14 22:00"), event("Concert", "2026-08-14 21:00", "2026-08-14 23:00"))
    told = [outing.warnings[0] for outing in page.days[0].outings]
    assert [(reason.key, reason.arguments["name"].texts["fr"]) for reason in told] == [  # type: ignore[attr-defined]  # a LocalText
        ("En même temps que «\u202f%(name)s\u202f»", "Concert"),
        ("En même temps que «\u202f%(name)s\u202f»", "Bal"),
    ]


def test_one_that_can_be_another_day_gives_way() -> None:
    once = event("Bal", "2026-08-14 20:30", "2026-08-14 22:00")
    twice = make_offer("Pièce", kind=Kind.EVENT,
                       occurrences=(happening("2026-08-14 20:00", "2026-08-14 22:00"), happening("2026-08-15 20:00", "2026-08-15 22:00")))  # fmt: skip
    page = carnet(twice, once)
    assert days(page) == {TOMORROW: ["Bal"], date(2026, 8, 15): ["Pièce"]}
    assert said(page.days[1].outings[0]) == ["Possible dès %(day)s"]
    assert page.days[1].outings[0].notes[0].arguments == {"day": TOMORROW}


def test_a_day_is_not_overfilled() -> None:
    museums = [make_offer(f"Musée {n}", themes=("museum",), hours="Mo-Su 09:00-19:00") for n in range(9)]
    concert = event("Concert", "2026-08-13 20:30", "2026-08-13 22:00")
    page = carnet(*museums, concert)
    by_day = days(page)
    assert "Concert" in by_day[TODAY]
    assert 3 <= len(by_day[TODAY]) <= 7
    assert len(by_day[TOMORROW]) == 10 - len(by_day[TODAY])
    assert said(page.days[1].outings[0]) == ["Possible dès %(day)s"]


def test_a_plan_reaches_the_last_happening() -> None:
    museum, concert = make_offer(hours="Mo-Su 09:00-19:00"), event("Concert", "2026-08-13 20:30", "2026-08-13 22:00")
    assert carnet(museum).days[0].hours == (AUGUST, at("2026-08-13 19:15"))
    assert not carnet(museum).days[0].long
    starts, ends = carnet(museum, concert).days[0].hours
    assert (starts, carnet(museum, concert).days[0].long) == (AUGUST, True)
    assert at("2026-08-13 22:05") < ends <= at("2026-08-13 22:30")
    hike = event("Lever du soleil", "2026-08-15 05:30", "2026-08-15 07:00")
    assert carnet(hike).days[0].hours[0] < at("2026-08-15 05:25")


def test_a_moment_years_away_has_its_days_too() -> None:
    page = carnet(make_offer(hours="Sa 10:00-18:00"), visit=make_visit(at("2031-05-15 11:00")), moment=AUGUST)
    assert list(days(page)) == [date(2031, 5, 17)]


def test_late_at_night_there_is_still_something_of_today() -> None:
    bar = make_offer("Bar", kind=Kind.RESTAURANT, hours="18:00-02:00")
    assert TODAY in days(carnet(bar, visit=make_visit(at("2026-08-13 23:30"))))


@pytest.mark.parametrize("when", list(When))
def test_the_moment_s_tab_and_the_wishes_hide_nothing_that_was_kept(when: When) -> None:
    museum = make_offer(hours="Mo-Su 10:00-18:00")
    assert days(carnet(museum, visit=make_visit(when=when, wishes=frozenset({Wish.DOGS, Wish.NATURE})))) == {TODAY: ["Musée"]}


def test_an_empty_list_is_an_empty_page() -> None:
    page = carnet()
    assert (page.days, page.unsure, page.lodgings, page.away, page.over) == ((), (), (), (), ())


@pytest.mark.parametrize("seed", range(30))
def test_everything_kept_is_somewhere_once_and_the_days_are_in_order(seed: int) -> None:
    """In random territories: no offer is lost nor said twice; no day is before today; what is fixed and alike in time says so; a day's order is that
    of the clock; and what is said to be open that day is, by the ranking itself."""
    chance = random.Random(seed)
    offers = some_offers(chance, 60)
    catalogue = some_catalogue(chance, offers)
    moment = DAY + timedelta(minutes=chance.randrange(0, 2880))
    kept = chance.sample(range(len(catalogue.offers)), MOST)
    page = make_carnet(catalogue, make_visit(moment, mode=chance.choice([None, *Mode])), kept)
    placed = [outing for day in page.days for outing in day.outings]
    found = [*placed, *page.unsure, *page.lodgings, *page.away, *page.over]
    assert sorted(outing.offer.id for outing in found) == sorted(catalogue.offers[i].id for i in kept)
    assert [day.day for day in page.days] == sorted({day.day for day in page.days})
    assert all(day.day >= moment.date() for day in page.days)
    for day in page.days:
        assert [outing.begins for outing in day.outings] == sorted(outing.begins for outing in day.outings)
        starts, ends = day.hours
        assert timedelta(minutes=30) <= ends - starts <= timedelta(hours=12)
        for outing in day.outings:
            assert outing.suggestion is None or moment.timestamp() <= outing.suggestion.time.arrive.timestamp()
    assert all(outing.warnings for outing in (*page.away, *page.over))


def test_the_order_of_the_list_settles_what_nothing_else_does() -> None:
    museums = [make_offer(f"Musée {n}", themes=("museum",), hours="Mo-Su 09:00-19:00") for n in range(9)]
    catalogue = make_catalogue(*museums)
    indices = [catalogue.index[museum.id] for museum in museums]
    first = make_carnet(catalogue, make_visit(), indices)
    assert days(make_carnet(catalogue, make_visit(), indices)) == days(first)
    assert days(make_carnet(catalogue, make_visit(), indices[::-1]))[TODAY] != days(first)[TODAY]
