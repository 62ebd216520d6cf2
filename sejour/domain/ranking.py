"""The conseil éclairé: what can truly be done from here, now, in order, with the reasons.

First a hard filter (near enough, reached before it is too late, asked for, not hidden), then one score that is a sum of named terms,
in natural logarithms so that each one multiplies the attraction. Constants and their sources: docs/ranking.md.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sejour.domain.catalogue import KINDS, WISHES, Catalogue
from sejour.domain.curation import Pick
from sejour.domain.offer import Kind, Offer
from sejour.domain.text import N_, Reason
from sejour.domain.timetable import IntArray, Sort, Timetable
from sejour.domain.travel import DETOUR, PACES, Mode, Travel, great_circle_m, reach_m, travel_minutes
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.weather import Sky

FloatArray = NDArray[np.float64]
SOON = 45  # minutes: what begins within them is worth more than what is near
LONGEST_WAIT = 120  # minutes, for the page of now
VARIETY_POOL = 40  # the best offers among which variety chooses
IDEAS = tuple(kind for kind in Kind if kind not in (Kind.LODGING, Kind.SERVICE))
UNSURE_HOURS = {  # local hours of the day at which "hours to be confirmed" is still a fair idea, by kind
    Kind.SIGHT: (9, 18), Kind.ACTIVITY: (9, 18), Kind.RESTAURANT: (11, 22), Kind.EVENT: (9, 22), Kind.MARKET: (7, 19),
    Kind.SHOP: (9, 19), Kind.SERVICE: (0, 24), Kind.LODGING: (0, 24),
}  # fmt: skip
_UNSURE_BOUNDS = np.array([UNSURE_HOURS[kind] for kind in KINDS])


@dataclass(frozen=True, slots=True)
class Score:
    """A rule's verdict on one offer: it adds `value` x `weight` to the score; the page shows `because`."""

    rule: str
    value: float
    weight: float
    because: Reason

    @property
    def points(self) -> float:
        return self.value * self.weight


class TimeState(StrEnum):
    OPEN = "open"  # open when one arrives
    OPENS = "opens"  # opens after one could be there
    STARTS = "starts"  # a happening that begins
    ONGOING = "ongoing"  # a happening under way that one can join
    UNKNOWN = "unknown"  # horaires à confirmer


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """`begins` and `ends` of the opening or happening (aware; None when nobody knows, and for an opening when it is more than a day
    away), `arrive` when one is there."""

    state: TimeState
    begins: datetime | None
    ends: datetime | None
    arrive: datetime


@dataclass(frozen=True, slots=True)
class Suggestion:
    offer: Offer
    metres: int  # great circle
    travel: Travel
    time: TimeOfUse
    scores: tuple[Score, ...]
    sheltered: bool | None = None
    pick: Pick | None = None

    @property
    def total(self) -> float:
        return sum(score.points for score in self.scores)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the rules look at: arrays over the m candidates that passed the filter (`rows` indexes `timetable`)."""

    catalogue: Catalogue
    visit: Visit
    candidates: IntArray
    metres: FloatArray
    mode: IntArray  # index into visit.modes
    minutes: FloatArray
    arrive: FloatArray  # POSIX seconds
    rows: IntArray
    timetable: Timetable
    picks: dict[int, Pick]

    @property
    def wait(self) -> FloatArray:
        """Minutes between arriving and the beginning."""
        waited: FloatArray = np.maximum(0.0, self.timetable.start[self.rows] - self.arrive) / 60
        return waited


def window(visit: Visit) -> tuple[datetime, datetime]:
    """(leave, latest beginning): when one sets out, and until when something may begin, for the moment that the visit asks for."""
    moment = visit.moment
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(0), moment.tzinfo)
    if visit.when is When.TONIGHT:
        return max(moment, datetime.combine(moment.date(), time(18), moment.tzinfo)), midnight
    if visit.when is When.TOMORROW:
        return datetime.combine(midnight.date(), time(9), moment.tzinfo), midnight + timedelta(hours=21)
    if visit.when is When.WEEK:
        return moment, moment + timedelta(days=7)
    return moment, (moment.astimezone(UTC) + timedelta(minutes=LONGEST_WAIT)).astimezone(moment.tzinfo)  # by the clock, 60 or 180 in a DST night


def situate(catalogue: Catalogue, visit: Visit, kinds: tuple[Kind, ...] = IDEAS, among: Sequence[int] | None = None) -> Situation:
    """The candidates (all of `kinds`, or those `among` these indices) that can be reached in time, and how. Nothing that is over, closed before one
    arrives and has stayed, too far, muted or not answering the wishes is among them; what nobody knows the hours of is, at plausible
    hours, marked unknown."""
    modes = visit.modes
    candidates = catalogue.near(visit.place, reach_m(modes) / DETOUR)
    if among is not None:
        candidates = candidates[np.isin(candidates, among)]
    candidates = candidates[_asked_for(catalogue, visit, candidates, kinds)]
    metres = great_circle_m(visit.place.lat, visit.place.lon, catalogue.lat[candidates], catalogue.lon[candidates])
    by_mode = np.array([travel_minutes(mode, metres * DETOUR) for mode in modes]).reshape(len(modes), -1)
    longest = np.array([[PACES[mode].longest_minutes] for mode in modes])
    mode = np.argmax(by_mode <= longest, axis=0)  # the first, preferred, mode that gets there
    minutes = np.ceil(by_mode[mode, np.arange(len(candidates))])
    in_reach = np.any(by_mode <= longest, axis=0)
    candidates, metres, mode, minutes = candidates[in_reach], metres[in_reach], mode[in_reach], minutes[in_reach]

    leave, latest = window(visit)
    timetable = catalogue.timetable(leave, latest + timedelta(minutes=60), candidates, visit.place)
    arrive = leave.timestamp() + minutes * 60
    everywhere = np.full(len(catalogue.offers), np.inf)
    everywhere[candidates] = arrive
    until = np.full(len(catalogue.offers), -np.inf)
    until[candidates] = np.maximum(latest.timestamp(), arrive)
    rows = timetable.first_useful(everywhere, until, _plausible(catalogue, visit, timetable, everywhere))[candidates]
    feasible = rows >= 0
    index = {catalogue.index[p.offer]: p for p in reversed(catalogue.picks) if p.offer in catalogue.index and p.holds(visit.moment)}
    return Situation(catalogue, visit, candidates[feasible], metres[feasible], mode[feasible], minutes[feasible], arrive[feasible],
                     rows[feasible], timetable, index)  # fmt: skip


def _asked_for(catalogue: Catalogue, visit: Visit, candidates: IntArray, kinds: tuple[Kind, ...]) -> NDArray[np.bool_]:
    wanted = sum(WISHES[wish] for wish in visit.wishes | ({Wish.SHELTERED} if visit.when is When.RAIN else set()))
    asked: NDArray[np.bool_] = np.isin(catalogue.kind[candidates], [KINDS.index(kind) for kind in kinds])
    asked &= (catalogue.wishes[candidates] & wanted) == wanted
    muted = [catalogue.index[mute.offer] for mute in catalogue.mutes if mute.offer in catalogue.index and mute.holds(visit.moment)]
    return asked & ~np.isin(candidates, muted)


def _plausible(catalogue: Catalogue, visit: Visit, timetable: Timetable, arrive: FloatArray) -> NDArray[np.bool_]:
    """For each row: unknown hours are shown in daytime only, by kind: nobody should walk to a museum at 23 h "to be confirmed"."""
    plausible: NDArray[np.bool_] = timetable.sort != Sort.UNSURE
    unsure = np.flatnonzero(~plausible & np.isfinite(arrive[timetable.owner]))
    hours = _local_hours(visit, timetable.begins(arrive)[unsure])
    bounds = _UNSURE_BOUNDS[catalogue.kind[timetable.owner[unsure]]]
    plausible[unsure] = (bounds[:, 0] <= hours) & (hours < bounds[:, 1])
    return plausible


def _local_hours(visit: Visit, seconds: FloatArray) -> FloatArray:
    """Hours of the day, 0-24 with decimals, in the visit's zone at each of these seconds: a page of the week may see the clocks change."""
    quarters, which = np.unique(seconds // 900, return_inverse=True)
    clocks = [datetime.fromtimestamp(quarter * 900, UTC).astimezone(visit.moment.tzinfo) for quarter in quarters.tolist()]
    offsets = np.array([(local.utcoffset() or timedelta()).total_seconds() for local in clocks])
    hours: FloatArray = ((seconds + offsets[which]) % 86_400) / 3600
    return hours


# ---- the rules: each gives a value for every candidate, and for a winner the reason in words ----


def _stars(s: Situation) -> FloatArray:
    return s.catalogue.stars[s.candidates]


def _because_stars(s: Situation, i: int, value: float) -> Reason:
    return Reason(N_("Un incontournable d’ici") if value >= 2 else N_("Vaut le détour") if value >= 1 else N_("Une idée simple"))


def _distance(s: Situation) -> FloatArray:
    logs: FloatArray = np.log(s.metres * DETOUR / 1000 + 0.1)
    return logs


def _because_distance(s: Situation, i: int, value: float) -> Reason:
    words = {Mode.WALK: N_("à %(minutes)s min à pied"), Mode.BIKE: N_("à %(minutes)s min à vélo"), Mode.CAR: N_("à %(minutes)s min en voiture")}
    return Reason(words[s.visit.modes[s.mode[i]]], {"minutes": int(s.minutes[i])})


HOUR_OF_KIND = {  # how much a kind suits an hour of arrival: (from hour, factor) steps; a prior set by hand, see docs/ranking.md
    Kind.SIGHT: ((0, 0.2), (8, 0.7), (9, 1.0), (18, 0.6), (20, 0.4), (22, 0.2)),
    Kind.ACTIVITY: ((0, 0.2), (9, 1.0), (18, 0.7), (20, 0.4), (22, 0.2)),
    Kind.RESTAURANT: ((0, 0.2), (7, 0.4), (11, 0.9), (12, 1.6), (14, 0.5), (15, 0.3), (18, 0.9), (19, 1.6), (22, 0.6)),
    Kind.EVENT: ((0, 0.6), (9, 1.0), (17, 1.5), (23, 0.8)),
    Kind.MARKET: ((0, 0.3), (8, 1.3), (13, 1.0), (20, 0.4)),
    Kind.SHOP: ((0, 0.2), (9, 0.6), (19, 0.3)),
    Kind.SERVICE: ((0, 1.0),),
    Kind.LODGING: ((0, 1.0),),
}
_HOURS = np.array([[[f for start, f in HOUR_OF_KIND[kind] if start <= hour][-1] for hour in range(24)] for kind in KINDS])


def _hour(s: Situation) -> FloatArray:
    hours = _local_hours(s.visit, np.maximum(s.arrive, s.timetable.start[s.rows])).astype(np.int64)
    logs: FloatArray = np.log(_HOURS[s.catalogue.kind[s.candidates], hours])
    return logs


def _because_hour(s: Situation, i: int, value: float) -> Reason:
    return Reason(N_("C’est le bon moment") if value > 0 else N_("Ce n’est pas l’heure idéale") if value < 0 else N_("L’heure convient"))


def _waiting(s: Situation) -> FloatArray:
    """ln 2 at most for a happening that begins at once, nothing at 45 minutes; waiting halves the rest every 45 minutes. For a page
    of another moment than now nobody is waiting: sooner is only a little better."""
    wait, dated = s.wait, s.timetable.sort[s.rows] == Sort.DATED
    if s.visit.when not in (When.NOW, When.RAIN):
        return -0.15 * wait / 60 / (24 if s.visit.when is When.WEEK else 1)
    under_way = s.timetable.start[s.rows] < s.arrive
    soon = np.where(dated & ~under_way, math.log(2) * np.maximum(0.0, 1 - wait / SOON), 0.0)
    values: FloatArray = soon - math.log(2) * wait / SOON * np.where(dated & (wait <= SOON), 0.0, 1.0)
    return values


def _because_waiting(s: Situation, i: int, value: float) -> Reason:
    wait = math.ceil(s.wait[i])
    if wait <= 0:
        return Reason(N_("Sans attendre"))
    if value > 0:
        return Reason(N_("Commence juste à temps"))
    return Reason(N_("Ne commence que %(minutes)d min après votre arrivée"), {"minutes": wait})


def _certainty(s: Situation) -> FloatArray:
    return np.where(s.timetable.sort[s.rows] == Sort.UNSURE, -math.log(4), 0.0)


def _because_certainty(s: Situation, i: int, value: float) -> Reason:
    return Reason(N_("Horaires à confirmer") if value < 0 else N_("Horaires connus"))


WEATHER_OF_SHELTER = {  # factor outdoors, indoors, unknown; editorial, in [0.25, 1.25]
    Sky.FAIR: (1.25, 1.0, 1.0), Sky.HOT: (0.6, 1.1, 0.9), Sky.RAIN: (0.3, 1.25, 0.8), Sky.STORM: (0.25, 1.25, 0.7), Sky.SNOW: (0.4, 1.2, 0.8),
}  # fmt: skip


def _weather(s: Situation) -> FloatArray:
    if s.visit.weather is None:
        return np.zeros(len(s.candidates))
    outdoors, indoors, unknown = WEATHER_OF_SHELTER[s.visit.weather.sky]
    logs: FloatArray = np.log(np.array([outdoors, indoors, unknown])[s.catalogue.shelter[s.candidates]])
    return logs


def _because_weather(s: Situation, i: int, value: float) -> Reason:
    shelter = s.catalogue.shelter[s.candidates[i]]
    if value > 0:
        return Reason(N_("À l’abri") if shelter == 1 else N_("Profitez du temps"))
    return Reason(N_("Le temps s’y prête mal") if value < 0 else N_("Le temps n’y change rien"))


def _pick(s: Situation) -> FloatArray:
    return np.array([math.log(1.5) if i in s.picks else 0.0 for i in s.candidates.tolist()])


def _because_pick(s: Situation, i: int, value: float) -> Reason:
    pick = s.picks.get(int(s.candidates[i]))
    return Reason(N_("Coup de cœur de %(by)s"), {"by": pick.by}) if pick else Reason(N_("Sans coup de cœur"))


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    weight: float
    value: Callable[[Situation], FloatArray]
    because: Callable[[Situation, int, float], Reason]


RULES = (
    Rule("stars", 0.8, _stars, _because_stars),
    Rule("distance", -1.5, _distance, _because_distance),
    Rule("hour", 1.0, _hour, _because_hour),
    Rule("waiting", 1.0, _waiting, _because_waiting),
    Rule("certainty", 1.0, _certainty, _because_certainty),
    Rule("weather", 1.0, _weather, _because_weather),
    Rule("pick", 1.0, _pick, _because_pick),
)
VARIETY = 0.55  # what each card of the same kind, or of the same theme, above it costs


def rank(situation: Situation, limit: int) -> list[Suggestion]:
    """The best `limit` suggestions, best first. Ties go to the smaller id, so that the same question has the same answer."""
    values = [rule.value(situation) for rule in RULES]
    total = sum((rule.weight * value for rule, value in zip(RULES, values, strict=True)), np.zeros(len(situation.candidates)))
    pool = np.argsort(-total, kind="stable")[: max(VARIETY_POOL, limit)].tolist()
    return [_suggestion(situation, i, values, repeated) for i, repeated in _varied(situation, pool, total, limit)]


def nearest(situation: Situation, limit: int) -> list[Suggestion]:
    """The nearest `limit` candidates, whatever their score."""
    values = [rule.value(situation) for rule in RULES]
    return [_suggestion(situation, i, values, 0) for i in np.argsort(situation.metres, kind="stable")[:limit].tolist()]


def _varied(s: Situation, pool: list[int], total: FloatArray, limit: int) -> list[tuple[int, int]]:
    """(candidate, how many times its kind or theme was seen above), chosen greedily."""
    chosen: list[tuple[int, int]] = []
    seen: dict[str, int] = {}
    while pool and len(chosen) < limit:
        repeats = [sum(seen.get(word, 0) for word in _likeness(s, i)) for i in pool]
        best = max(range(len(pool)), key=lambda j: total[pool[j]] - VARIETY * repeats[j])
        for word in _likeness(s, pool[best]):
            seen[word] = seen.get(word, 0) + 1
        chosen.append((pool.pop(best), repeats[best]))
    return chosen


def _likeness(s: Situation, i: int) -> tuple[str, ...]:
    offer = s.catalogue.offers[s.candidates[i]]
    return (offer.kind.value, *offer.themes[:1])


def _suggestion(s: Situation, i: int, values: list[FloatArray], repeated: int) -> Suggestion:
    index = int(s.candidates[i])
    scores = [Score(rule.name, float(value[i]), rule.weight, rule.because(s, i, float(value[i]))) for rule, value in zip(RULES, values, strict=True)]
    variety = Reason(N_("Pour varier : d’autres idées semblables sont plus haut") if repeated else N_("Une idée d’un autre genre"))
    scores.append(Score("variety", -float(repeated), VARIETY, variety))
    shelter = int(s.catalogue.shelter[index])
    travel = Travel(s.visit.modes[s.mode[i]], round(float(s.metres[i]) * DETOUR), int(s.minutes[i]))
    return Suggestion(s.catalogue.offers[index], round(float(s.metres[i])), travel, _time_of_use(s, i), tuple(scores),
                      None if shelter < 0 else bool(shelter), s.picks.get(index))  # fmt: skip


def _time_of_use(s: Situation, i: int) -> TimeOfUse:
    row, zone = int(s.rows[i]), s.visit.moment.tzinfo

    def local(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, UTC).astimezone(zone)

    t = s.timetable
    arrive, start, end = float(s.arrive[i]), int(t.start[row]), int(t.end[row])
    sort = Sort(int(t.sort[row]))
    if sort is Sort.UNSURE:
        return TimeOfUse(TimeState.UNKNOWN, None, None, local(arrive))
    if sort is Sort.DATED:
        state = TimeState.STARTS if start >= arrive else TimeState.ONGOING
        known_start, known_end = True, end != int(t.last[row])
    else:
        state = TimeState.OPENS if start > arrive else TimeState.OPEN
        known_start, known_end = arrive - start < 86_400, end - arrive < 86_400  # farther, it is where the timetable was cut
    return TimeOfUse(state, local(start) if known_start else None, local(end) if known_end else None, local(arrive))
