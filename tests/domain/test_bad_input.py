"""Whatever a territory holds and wherever one stands: a list, empty or sensible, and never an exception."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sejour.domain.catalogue import Catalogue, build_catalogue
from sejour.domain.curation import Mute, Pick
from sejour.domain.fairness import MOST, Attention
from sejour.domain.offer import Kind, Occurrence, Offer
from sejour.domain.page import compose, detail, directory, suggest
from sejour.domain.page import found as searched
from sejour.domain.place import Place
from sejour.domain.ranking import IDEAS, best, nearest, rank, situate
from sejour.domain.suggestion import Suggestion, TimeState
from sejour.domain.surveys import Surveys
from sejour.domain.travel import Mode
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Forecast, Weather
from sejour.domain.weights import STANDARD
from tests.builders import PARIS, ROYALE, at, happening, make_catalogue, make_offer, make_visit
from tests.domain.samples import NO_SCHOOL

NOON = at("2026-08-13 12:00")
NAN, INF = math.nan, math.inf


def asked(catalogue: Catalogue, visit: Visit) -> list[Suggestion]:
    """By all the ways that pages ask; the list of the first page."""
    for when in When:
        then = replace(visit, when=when)
        ideas = suggest(catalogue, then, 8)
        for s in ideas:
            assert math.isfinite(s.total)
            assert s.travel.minutes >= 0
            assert s.metres >= 0
            assert [str(score.because) for score in s.scores]
        compose(catalogue, then)
        everything = situate(catalogue, then, tuple(Kind))
        assert len(nearest(everything, 1000)) == len(everything.local) >= len(rank(everything, 20))
    for kind in Kind:
        directory(catalogue, visit, kind)
    for offer in catalogue.offers[:3]:
        detail(catalogue, visit, offer)
    assert len(searched(catalogue, visit, range(len(catalogue.offers)))) == len(catalogue.offers)
    return suggest(catalogue, visit, 8)


# ---- what a territory may hold ----


def test_no_offer() -> None:
    assert asked(make_catalogue(), make_visit(NOON)) == []


def test_one_offer() -> None:
    assert len(asked(make_catalogue(make_offer(hours="24/7")), make_visit(NOON))) == 1


@pytest.mark.parametrize("kind", list(Kind))
def test_one_offer_of_a_kind(kind: Kind) -> None:
    found = asked(make_catalogue(make_offer(kind=kind, hours="24/7")), make_visit(NOON))
    assert len(found) == (kind in IDEAS)


def many(**fields: Any) -> list[Offer]:
    return [make_offer(str(n), **{"place": Place(ROYALE.lat + n / 50_000, ROYALE.lon)} | fields) for n in range(100)]


def test_all_closed() -> None:
    assert asked(make_catalogue(*many(hours="off")), make_visit(NOON)) == []


def test_all_over() -> None:
    over = many(kind=Kind.EVENT, occurrences=(happening("2026-08-13 09:00", "2026-08-13 10:00"),))
    assert asked(make_catalogue(*over), make_visit(NOON)) == []


def test_all_unknown() -> None:
    found = asked(make_catalogue(*many()), make_visit(NOON))
    assert [s.time.state for s in found] == [TimeState.UNKNOWN] * 8
    assert asked(make_catalogue(*many()), make_visit(at("2026-08-13 23:00"))) == []


def test_all_muted() -> None:
    offers = many(hours="24/7")
    assert asked(make_catalogue(*offers, mutes=[Mute(offer.id, reason="?") for offer in offers]), make_visit(NOON)) == []


def test_all_picked() -> None:
    offers = many(hours="24/7")
    found = asked(make_catalogue(*offers, picks=[Pick(offer.id, by="Léa") for offer in offers]), make_visit(NOON))
    assert all(s.pick for s in found)


def test_nothing_has_a_place() -> None:
    assert asked(make_catalogue(*many(hours="24/7", place=None)), make_visit(NOON)) == []


@pytest.mark.parametrize("place", [ROYALE, Place(43.2956, -0.3706), Place(90.0, 0.0), Place(0.0, 180.0)])
def test_a_thousand_at_one_point(place: Place) -> None:
    offers = [make_offer(str(n), hours="24/7", place=place) for n in range(1000)]
    here = place if abs(place.lat) == 90 or place.lon == 180 else ROYALE
    found = asked(make_catalogue(*offers), make_visit(NOON, place=here))
    assert len({s.offer.id for s in found}) == 8
    assert {s.offer.id for s in found} == {offer.id for offer in sorted(offers, key=lambda offer: offer.id)[:8]}


def test_an_offer_of_a_hundred_dates_and_one_of_none() -> None:
    dates = tuple(Occurrence(NOON + timedelta(minutes=10 * n), None, False) for n in range(-50, 50))
    found = asked(make_catalogue(make_offer("many", kind=Kind.EVENT, occurrences=dates), make_offer("none", kind=Kind.EVENT)), make_visit(NOON))
    assert [s.offer.key for s in found] == ["many"]


@pytest.mark.parametrize("hours", ["", "unknown", "off", "24/7", "00:00-24:00", "Feb 29 10:00-12:00", "easter 10:00-18:00", "sunrise-sunset", "??"])
def test_hours_of_all_sorts(hours: str) -> None:
    """ "??" no feed lets in; an older sejour might have."""
    assert len(asked(make_catalogue(make_offer(hours=hours)), make_visit(NOON))) in (0, 1)


def test_what_the_office_says_of_offers_that_left() -> None:
    catalogue = make_catalogue(
        make_offer(hours="24/7"),
        picks=[Pick("gone", by="Léa")],
        mutes=[Mute("gone", reason="?")],
        surveys=Surveys({"gone": 3.0}, {"royale": {"gone": 3.0}, "empty": {}}),
    ).shown({"gone": Attention(3.0, 1.0)})
    for hotspot in (None, "royale", "empty", "unheard of"):
        assert len(asked(catalogue, make_visit(NOON, hotspot=hotspot))) == 1


@pytest.mark.parametrize("visitors", [0.0, 1.0, 1e9])
def test_visitors_by_the_billion_or_none(visitors: float) -> None:
    offers = make_offer("a", hours="24/7"), make_offer("b", hours="24/7"), make_offer("c", hours="24/7")
    catalogue = make_catalogue(*offers, surveys=Surveys({offers[0].id: visitors, offers[1].id: 5.0}))
    assert len(asked(catalogue, make_visit(NOON))) == 3


def test_a_counter_gone_mad() -> None:
    offer = make_offer(hours="24/7")
    for attention in (Attention(0.0, 0.0), Attention(1e300, 0.0), Attention(0.0, 1e300)):
        (s,) = asked(make_catalogue(offer).shown({offer.id: attention}), make_visit(NOON))
        assert abs(s.points["fairness"]) <= STANDARD.fairness * MOST + 1e-12


# ---- where one may stand ----


@pytest.mark.parametrize(
    "place", [Place(-43.3, 179.6), Place(90.0, 0.0), Place(-90.0, 0.0), Place(89.99, 170.0), Place(0.0, 0.0), Place(0.0, 180.0), Place(0.0, -180.0)]
)
@pytest.mark.parametrize("mode", [None, *Mode])
def test_ten_thousand_kilometres_away_or_at_a_pole(place: Place, mode: Mode | None) -> None:
    assert asked(make_catalogue(*many(hours="24/7")), make_visit(NOON, place=place, mode=mode)) == []


@pytest.mark.parametrize("pole", [90.0, -90.0])
def test_what_is_round_a_pole_is_near(pole: float) -> None:
    offers = [make_offer(str(lon), hours="24/7", place=Place(pole - math.copysign(0.005, pole), float(lon))) for lon in range(-180, 180, 10)]
    for place in (Place(pole, 0.0), Place(pole, 123.0), Place(pole - math.copysign(0.004, pole), -77.0)):
        assert len(situate(make_catalogue(*offers), make_visit(NOON, place=place, mode=Mode.WALK)).local) == len(offers)


def test_the_antimeridian_is_no_wall() -> None:
    offers = [make_offer(str(lon), hours="24/7", place=Place(-16.5, lon)) for lon in (179.99, -179.99, 180.0, -180.0)]
    for lon in (179.995, -179.995, 180.0, -180.0):
        found = asked(make_catalogue(*offers), make_visit(NOON, place=Place(-16.5, lon), mode=Mode.WALK))
        assert len(found) == 4


# ---- when one may ask ----

MOMENTS = [
    datetime(1970, 1, 1, 0, 30, tzinfo=PARIS),  # an hour before the seconds are counted
    datetime(1970, 1, 1, 12, 0, tzinfo=PARIS),
    datetime(1990, 7, 14, 12, 0, tzinfo=PARIS),
    datetime(2000, 2, 29, 12, 0, tzinfo=PARIS),
    datetime(2099, 12, 31, 12, 0, tzinfo=PARIS),
    datetime(2099, 12, 31, 23, 59, tzinfo=PARIS),
    datetime(2037, 3, 29, 1, 59, tzinfo=PARIS),
    datetime(2038, 1, 19, 12, 14, tzinfo=PARIS),  # 2^31 seconds
    datetime(2026, 8, 13, 12, 0, 59, 999_999, tzinfo=PARIS),
    datetime(2026, 8, 13, 12, 0, tzinfo=ZoneInfo("Pacific/Kiritimati")),
    datetime(2026, 8, 13, 12, 0, tzinfo=ZoneInfo("Pacific/Marquesas")),
]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("built", [NOON, None])
def test_any_moment(moment: datetime, built: datetime | None) -> None:
    """`built`: when the catalogue was; None that very day."""
    here = make_visit().place
    offers = (
        make_offer("open", hours="24/7"),
        make_offer("perhaps"),
        make_offer("park", hours="24/7", themes=("park",)),
        make_offer("PH", hours="PH off"),
    )
    catalogue = make_catalogue(*offers, moment=built or moment, holidays=NO_SCHOOL)
    found = asked(catalogue, make_visit(moment, place=here))
    assert "open" in [s.offer.key for s in found]
    for s in found:
        assert s.time.arrive.utcoffset() == s.time.arrive.astimezone(moment.tzinfo).utcoffset()


# ---- what a forecast may hold ----


@pytest.mark.parametrize(
    "weather",
    [
        Weather(), Weather(NAN, NAN, None, NAN), Weather(None, NAN, 3, None), Weather(INF), Weather(-INF), Weather(precipitation=INF),
        Weather(precipitation=-3.0), Weather(code=-5), Weather(code=10_000), Weather(code=NAN),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_a_forecast_of_anything(weather: Weather) -> None:
    catalogue = make_catalogue(*many(hours="24/7", themes=("park",)))
    found = asked(catalogue, make_visit(NOON, weather=weather))
    assert len(found) == 8
    assert all(math.isfinite(s.points["weather"]) for s in found)


def test_a_forecast_without_an_hour_or_of_another_year() -> None:
    catalogue = make_catalogue(make_offer(hours="24/7"))
    for forecast in (Forecast((), ()), Forecast((datetime(2001, 1, 1),), (Weather(20.0),))):  # noqa: DTZ001
        (s,) = asked(catalogue, make_visit(NOON, forecast=forecast))
        assert s.points["weather"] == 0


def test_a_forecast_with_holes() -> None:
    first = datetime(2026, 8, 13)  # noqa: DTZ001
    times = tuple(first + timedelta(hours=n) for n in (0, 1, 12, 13, 40))
    forecast = Forecast(times, (Weather(20.0), Weather(), Weather(NAN), Weather(code=95), Weather(precipitation=1.0)))
    assert len(asked(make_catalogue(*many(hours="24/7")), make_visit(NOON, forecast=forecast))) == 8


# ---- what one may ask ----


@pytest.mark.parametrize("limit", [0, 1, 8, 1000])
@pytest.mark.parametrize("kinds", [(), (Kind.SIGHT,), tuple(Kind)])
def test_any_limit_and_no_kind(limit: int, kinds: tuple[Kind, ...]) -> None:
    catalogue = make_catalogue(*many(hours="24/7"))
    assert len(best(catalogue, make_visit(NOON), limit, kinds)) == (min(limit, 100) if kinds else 0)


def test_every_wish_at_once() -> None:
    assert asked(make_catalogue(*many(hours="24/7")), make_visit(NOON, wishes=frozenset(Wish))) == []


anywhere = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))


@given(
    st.lists(st.builds(lambda place, hours: {"place": place, "hours": hours}, anywhere, st.sampled_from(["24/7", None, "10:00-18:00"])), max_size=4),
    anywhere,
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Europe/Paris", "Pacific/Wallis", "Pacific/Tahiti", "Indian/Reunion", "Arctic/Longyearbyen"]),
    st.sampled_from(list(When)),
)
def test_anyone_anywhere_at_any_time(fields: list[dict[str, Any]], place: Place, clock: datetime, zone: str, when: When) -> None:
    moment = clock.replace(tzinfo=ZoneInfo(zone), second=0, microsecond=0)
    beside = make_offer("beside", place=place, hours="24/7", kind=Kind.MARKET)
    offers = [make_offer(str(n), **each) for n, each in enumerate(fields)]
    catalogue = build_catalogue([beside, *offers], moment)
    visit = make_visit(moment, place=place, when=when)
    ids = {s.offer.id for s in suggest(catalogue, visit, 8)}
    assert (beside.id in ids) is (when is not When.RAIN)
