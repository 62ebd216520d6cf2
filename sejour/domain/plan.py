"""A half day that holds together: the best ideas, in an order in which each is open when one arrives, and back in time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from sejour.domain.best import Ranked, score, top
from sejour.domain.catalogue import Catalogue
from sejour.domain.category import CATEGORIES, Category
from sejour.domain.cells import metres_between, unit_vectors
from sejour.domain.nature import joined_any_time
from sejour.domain.offer import Offer
from sejour.domain.ranking import IDEAS, VARIETY_POOL
from sejour.domain.situation import Situation, ask, feasible
from sejour.domain.slot import Slot, slot_of
from sejour.domain.terms import TERMS
from sejour.domain.text import N_, Reason
from sejour.domain.timetable import Sort
from sejour.domain.tour import Stop, Tour, best_tour
from sejour.domain.travel import DETOUR, Mode, Travel, travel_minutes
from sejour.domain.variety import likeness, varied
from sejour.domain.visit import Visit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
CANDIDATES = 30  # an exact answer among them takes a fraction of a second
SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=12)
PAUSE = 5  # minutes between a visit and the way to the next
FEW = 2  # stops: with no more on foot, one takes the car
LUNCH, DINNER = (time(11, 45), time(13, 30)), (time(18, 45), time(21, 0))  # when one sits down
BESIDE = ("distance", "waiting")  # terms that the timetable itself takes care of


@dataclass(frozen=True, slots=True)
class PlanStop:
    """`travel` is the way there from the stop before; `closes` when the opening or the happening ends, None when nobody knows."""

    offer: Offer
    travel: Travel
    arrives: datetime
    begins: datetime
    leaves: datetime
    closes: datetime | None
    meal: bool
    sure: bool  # False: hours to be confirmed


@dataclass(frozen=True, slots=True)
class Plan:
    """`back` is the way back to where one set out, `returns` when one is there; `worth` what the stops are worth together; `exact`: no better plan of
    these candidates exists. `left_out`: what the visitor asked for and cannot have, with the reason."""

    visit: Visit
    stops: tuple[PlanStop, ...]
    back: Travel | None
    returns: datetime
    worth: float
    exact: bool
    left_out: tuple[tuple[Offer, Reason], ...]


def make_plan(catalogue: Catalogue, visit: Visit, wanted: Sequence[int] = ()) -> Plan:
    """The best plan from `visit.moment` to `visit.until`, on foot if that gives more than FEW stops, else by the visitor's next mode. `wanted` are
    indices of the catalogue that it must hold, as many of them as can be."""
    plans = [_plan(catalogue, replace(visit, mode=mode), wanted) for mode in visit.modes]
    return next(
        (plan for plan in plans if len(plan.stops) > FEW and not plan.left_out), max(plans, key=lambda plan: (-len(plan.left_out), plan.worth))
    )


_Window = tuple[float, float, int]  # minutes between which the visit may begin, and the row that says so
_Seat = tuple[int, tuple[float, float]]  # the group of a stop, and the minutes between which its visit may begin


@dataclass(frozen=True, slots=True)
class _Choice:
    """A stop of the tour, and what it stands for: `local` indexes the slot's offers, `row` its rows."""

    stop: Stop
    local: int
    row: int
    meal: bool


def _plan(catalogue: Catalogue, visit: Visit, wanted: Sequence[int]) -> Plan:
    slot = slot_of(catalogue, visit, IDEAS, wanted)
    free = ask(slot, replace(visit, wishes=frozenset()), IDEAS)
    asked = feasible(free, free.answering(slot.local(np.array(wanted, dtype=np.int64))))
    reachable = set(asked.offers.tolist())
    left_out = [(catalogue.offers[i], Reason(N_("Fermé, fini ou trop loin à ce moment"))) for i in wanted if i not in reachable]
    pool = _pool(slot, visit, asked)
    choices = [choice for position in range(len(pool.situation.local)) for choice in _choices(pool, position, reachable)]
    must = [i for i in wanted if i in reachable]
    while True:
        tour = _best(slot, visit, choices, frozenset(int(np.flatnonzero(slot.offers == i)[0]) for i in must))
        if tour is not None or not must:
            break
        left_out.append((catalogue.offers[must.pop()], Reason(N_("Ne tient pas dans ce temps avec le reste"))))
    return _told(slot, visit, choices, tour, tuple(left_out))


def _pool(slot: Slot, visit: Visit, asked: Situation) -> Ranked:
    """The best candidates, of different sorts, and what was asked for."""
    question = ask(slot, visit, IDEAS)
    ranked = top(question, VARIETY_POOL)
    best = ranked.order[:VARIETY_POOL]
    local = ranked.situation.local[best]
    alike = likeness(slot.catalogue, slot.offers[local], slot.xyz[local])
    chosen = [int(best[i]) for i, _ in varied(ranked.totals[best], alike, slot.catalogue.weights.variety, CANDIDATES)]
    room = max(0, CANDIDATES - len(asked.local))
    return score(feasible(question, np.unique(np.concatenate([asked.local, ranked.situation.local[chosen[:room]]]))))


def _choices(pool: Ranked, position: int, wanted: set[int]) -> Iterator[_Choice]:
    """The stops that an offer can be: one for each length of visit, its openings as windows; a table only at the hours of a meal."""
    s, slot = pool.situation, pool.situation.slot
    local, index, catalogue = int(s.local[position]), int(s.offers[position]), slot.catalogue
    weights = [0.0 if term.name in BESIDE else getattr(catalogue.weights, term.name) for term in TERMS]
    gain = float(np.exp(weights @ pool.values[:, position]))
    by_stay = _windows(s, local, index in wanted)
    seat: _Seat | None = (local, (0.0, np.inf))
    if index not in wanted and CATEGORIES[catalogue.category[index]] is Category.TABLE:
        meals = [meal for meal in _meals(s.visit) if any(_within(windows, meal[1]) for windows in by_stay.values())]
        seat = meals[position % len(meals)] if meals else None  # tables share the meals out: none has both
    elif index not in wanted and catalogue.provider[index] >= 0:
        seat = (len(slot.offers) + int(catalogue.provider[index]), (0.0, np.inf))  # one visit of what one person runs
    for stay, windows in by_stay.items() if seat else ():
        held = sorted({(first, last): row for first, last, row in _within(windows, seat[1])}.items()) if seat else []
        if held and seat:
            yield _Choice(Stop(gain, stay, tuple(window for window, _ in held), seat[0]), local, held[0][1], seat[0] < 0)


def _windows(s: Situation, local: int, asked_for: bool) -> dict[float, list[_Window]]:
    """Minutes of a visit to its windows. A plan never rests on hours that nobody knows, unless the visitor asked for the offer; what must be seen
    from its beginning is, to its end."""
    slot, r, leave, until = s.slot, s.slot.rows, s.question.leave, s.question.latest
    index = int(slot.offers[local])
    found: dict[float, list[_Window]] = {}
    for row in range(int(slot.first_row[local]), int(slot.first_row[local + 1])):
        if r.sort[row] == Sort.UNSURE and not asked_for:
            continue
        stay, length = float(slot.catalogue.stay[index]), (int(r.end[row]) - int(r.start[row])) / 60
        first, last = max(int(r.earliest[row]), leave), min(int(r.last[row]), until)
        if r.sort[row] == Sort.DATED and not joined_any_time(slot.catalogue.offers[index], length):
            last = int(r.start[row])
            stay = max(stay, length) if r.ends_known[row] else stay
        if first <= last:
            found.setdefault(stay, []).append(((first - leave) / 60, (last - leave) / 60, row))
    return found


def _within(windows: list[_Window], bounds: tuple[float, float]) -> list[_Window]:
    cut = [(max(first, bounds[0]), min(last, bounds[1]), row) for first, last, row in windows]
    return [(first, last, row) for first, last, row in cut if first <= last]


def _meals(visit: Visit) -> list[_Seat]:
    """(group, minutes from the start between which one may sit down) of each meal."""
    day, zone = visit.moment.date(), visit.moment.tzinfo
    bounds = [[_minutes(visit.moment, datetime.combine(day, at, zone)) for at in meal] for meal in (LUNCH, DINNER)]
    return [(-1 - n, (first, last)) for n, (first, last) in enumerate(bounds)]


def _minutes(first: datetime, last: datetime) -> float:
    """Real ones: two local times would forget a change of clocks."""
    return (last.timestamp() - first.timestamp()) / 60


def _best(slot: Slot, visit: Visit, choices: list[_Choice], must: frozenset[int]) -> Tour | None:
    """With lunch when the plan holds the whole of its time and some table is there, if that can be."""
    assert visit.until is not None
    places = slot.xyz[[choice.local for choice in choices]].reshape(-1, 3)
    here = unit_vectors(np.array([visit.place.lat]), np.array([visit.place.lon]))
    points = np.concatenate([places, here, here])
    minutes = np.ceil(travel_minutes(visit.modes[0], metres_between(points[:, None], points) * DETOUR))
    minutes[: len(choices)] += PAUSE
    horizon = _minutes(visit.moment, visit.until)
    lunch = {group for group, (first, last) in _meals(visit) if first >= 0 and last <= horizon} & {choice.stop.group for choice in choices}
    stops = [choice.stop for choice in choices]
    fed = best_tour(stops, minutes, horizon, cover=must | lunch) if lunch else None
    return fed or best_tour(stops, minutes, horizon, cover=must)


def _told(slot: Slot, visit: Visit, choices: list[_Choice], tour: Tour | None, left_out: tuple[tuple[Offer, Reason], ...]) -> Plan:
    zone = visit.moment.tzinfo

    def at(minutes: float) -> datetime:
        return (visit.moment.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)

    here = unit_vectors(np.array(visit.place.lat), np.array(visit.place.lon))
    stops, there, leaves = list[PlanStop](), here, 0.0
    for n, begins in zip(tour.order, tour.begins, strict=True) if tour else ():
        choice, point = choices[n], slot.xyz[choices[n].local]
        travel = _travel(visit.modes[0], there, point)
        arrives = leaves + travel.minutes + PAUSE * bool(stops)
        row = _row_at(slot, choice.local, visit.moment.timestamp() + begins * 60)
        closes = slot.rows.ends_known[row] and slot.rows.sort[row] != Sort.UNSURE and slot.rows.end[row] - slot.rows.start[row] < 86_400
        there, leaves = point, begins + choice.stop.stay
        stops.append(PlanStop(
            slot.catalogue.offers[slot.offers[choice.local]], travel, at(arrives), at(begins), at(leaves),
            datetime.fromtimestamp(int(slot.rows.end[row]), UTC).astimezone(zone) if closes else None,
            choice.meal, bool(slot.rows.sort[row] != Sort.UNSURE),
        ))  # fmt: skip
    back = _travel(visit.modes[0], there, here) if stops else None
    worth, exact = (tour.gain, tour.exact) if tour else (0.0, True)
    return Plan(visit, tuple(stops), back, at(leaves + PAUSE + back.minutes) if back else visit.moment, worth, exact, left_out)


def _row_at(slot: Slot, local: int, seconds: float) -> int:
    """The opening or happening that a visit which begins then is in."""
    rows = range(int(slot.first_row[local]), int(slot.first_row[local + 1]))
    return next(row for row in rows if slot.rows.earliest[row] - 1 <= seconds <= slot.rows.last[row] + 1)


def _travel(mode: Mode, a: FloatArray, b: FloatArray) -> Travel:
    street = metres_between(a, b) * DETOUR
    return Travel(mode, round(float(street)), int(np.ceil(travel_minutes(mode, street))))
