"""The terms of the score: each gives a value for every candidate and, for one that is shown, the reason in words.

Natural logarithms, so that each term multiplies the attraction. Constants and their sources: docs/ranking.md.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sejour.domain.priors import SHELTERS
from sejour.domain.situation import Situation
from sejour.domain.slot import LONG_AGO, NOW, SOON, SOON_AT_MOST, UNSURE
from sejour.domain.text import N_, Reason
from sejour.domain.timetable import Sort
from sejour.domain.travel import Mode
from sejour.domain.visit import When

FloatArray = NDArray[np.float64]
CLOSED = 15  # minutes before a closed door, from which it counts as one


_UNSURE = int(Sort.UNSURE)


def nearness(street_m: FloatArray) -> FloatArray:
    """-ln(km + 0.1): a power law of the distance, whose exponent is the weight."""
    logs: FloatArray = -np.log(street_m / 1000 + 0.1)
    return logs


def _stars(s: Situation) -> FloatArray:
    return s.slot.catalogue.attraction[s.offers]


def _because_stars(s: Situation, i: int, value: float) -> Reason:
    return Reason(N_("Un incontournable d’ici") if value >= 2 else N_("Vaut le détour") if value >= 1 else N_("Une idée simple"))


def _distance(s: Situation) -> FloatArray:
    return nearness(s.street)


def _because_distance(s: Situation, i: int, value: float) -> Reason:
    words = {Mode.WALK: N_("à %(minutes)s min à pied"), Mode.BIKE: N_("à %(minutes)s min à vélo"), Mode.CAR: N_("à %(minutes)s min en voiture")}
    return Reason(words[s.visit.modes[s.mode[i]]], {"minutes": int(s.minutes[i])})


def _hour(s: Situation) -> FloatArray:
    return s.slot.hour_logs[s.slot.catalogue.category[s.offers], s.quarters]


def _because_hour(s: Situation, i: int, value: float) -> Reason:
    return Reason(N_("C’est le bon moment") if value > 0 else N_("Ce n’est pas l’heure idéale") if value < 0 else N_("L’heure convient"))


def _waiting(s: Situation) -> FloatArray:
    """ln 2 for a happening that begins at once, nothing at 45 minutes; beyond, half as much every 90 minutes: one can plan for it. Before a closed door
    one waits: half as much every 45 minutes, and half as much again, so that what is closed comes after what is open. For a page of another moment
    than now nobody is waiting: sooner is only a little better."""
    wait = s.wait
    if s.visit.until or s.visit.when not in NOW:
        return -0.15 * wait / 60 / (24 if s.visit.when is When.WEEK else 1)
    happens = s.slot.rows.happens[s.rows]
    soon = 1 - wait / SOON
    happening = (happens >= s.arrive) * np.maximum(soon, soon / 2)
    opening = soon - 1 - np.minimum(1.0, wait / CLOSED)
    values: FloatArray = SOON_AT_MOST * np.where(happens > LONG_AGO, happening, opening)
    return values


def _because_waiting(s: Situation, i: int, value: float) -> Reason:
    wait = math.ceil(s.wait[i])
    if wait <= 0:
        return Reason(N_("Sans attendre"))
    if value > 0:
        return Reason(N_("Commence juste à temps"))
    return Reason(N_("Ne commence que %(minutes)d min après votre arrivée"), {"minutes": wait})


def _certainty(s: Situation) -> FloatArray:
    return np.where(s.sort == _UNSURE, UNSURE, 0.0)


def _because_certainty(s: Situation, i: int, value: float) -> Reason:
    return Reason(N_("Horaires à confirmer") if value < 0 else N_("Horaires connus"))


def _weather(s: Situation) -> FloatArray:
    catalogue, offers = s.slot.catalogue, s.offers
    logs: FloatArray = s.slot.weather_logs[catalogue.category[offers] * len(SHELTERS) + catalogue.shelter[offers] % len(SHELTERS), s.quarters]
    return logs


def _because_weather(s: Situation, i: int, value: float) -> Reason:
    shelter = s.slot.catalogue.shelter[s.offers[i]]
    if value > 0:
        return Reason(N_("À l’abri") if shelter == 1 else N_("Profitez du temps"))
    return Reason(N_("Le temps s’y prête mal") if value < 0 else N_("Le temps n’y change rien"))


def _pick(s: Situation) -> FloatArray:
    return s.slot.voice.points(s.offers)


def _because_pick(s: Situation, i: int, value: float) -> Reason:
    index, voice = int(s.offers[i]), s.slot.voice
    if pick := voice.picks.get(index):
        return Reason(N_("Coup de cœur de %(by)s"), {"by": pick.by})
    if value > 0:
        return Reason(N_("Mise en avant par l’office : %(reason)s"), {"reason": voice.boosts[index].reason})
    return Reason(N_("Sans coup de cœur"))


def _fairness(s: Situation) -> FloatArray:
    return s.slot.catalogue.fairness[s.offers]


def _because_fairness(s: Situation, i: int, value: float) -> Reason:
    if abs(value) < 0.05:
        return Reason(N_("Montrée à sa juste part"))
    return Reason(N_("Moins montrée que d’autres ces derniers temps") if value > 0 else N_("Déjà beaucoup montrée ces derniers temps"))


def total(s: Situation) -> FloatArray:
    """The weighted sum of all the terms."""
    return with_distance(s, beside_distance(s))


def beside_distance(s: Situation) -> FloatArray:
    """The weighted sum of all but one, by a shorter way: of what depends neither on where one stands nor on the minute, the slot holds the sums."""
    slot, weights = s.slot, s.slot.catalogue.weights
    suits = slot.suits[slot.group[s.local], s.quarters]
    points: FloatArray = slot.points[s.rows] + suits + weights.waiting * _waiting(s)
    return points


def with_distance(s: Situation, beside: FloatArray) -> FloatArray:
    points: FloatArray = beside + s.slot.catalogue.weights.distance * nearness(s.street)
    return points


@dataclass(frozen=True, slots=True)
class Term:
    """`name` is that of its weight."""

    name: str
    value: Callable[[Situation], FloatArray]
    because: Callable[[Situation, int, float], Reason]


TERMS = (
    Term("stars", _stars, _because_stars),
    Term("distance", _distance, _because_distance),
    Term("hour", _hour, _because_hour),
    Term("waiting", _waiting, _because_waiting),
    Term("certainty", _certainty, _because_certainty),
    Term("weather", _weather, _because_weather),
    Term("pick", _pick, _because_pick),
    Term("fairness", _fairness, _because_fairness),
)
