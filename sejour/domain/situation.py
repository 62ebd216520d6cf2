"""Who can be reached in time from where one stands, and how: the hard filter, before any score."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sejour.domain.asked import kind_bits, wanted_bits
from sejour.domain.cells import metres_to, spans, unit_vector
from sejour.domain.offer import Kind
from sejour.domain.slot import QUARTER, Slot, seconds
from sejour.domain.timetable import Sort
from sejour.domain.travel import DETOUR, PACES, Mode, reach_m, travel_minutes
from sejour.domain.visit import Visit

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
SORTS = len(Sort)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A visit, made ready to be asked of a slot many offers at a time. `here` is a unit vector; `walked`, for one who may go on foot, the metres that
    the office measured from this hotspot to each offer of the catalogue, NaN where it did not; `leave` and `latest` POSIX seconds."""

    slot: Slot
    visit: Visit
    here: FloatArray
    walked: FloatArray | None
    wanted: int
    kinds: int
    leave: int
    latest: int

    @property
    def detour(self) -> float:
        """How much longer than the great circle the streets are, at least."""
        return DETOUR if self.walked is None else 1.0

    @property
    def particular(self) -> bool:
        """Does it ask for what few offers are?"""
        return self.wanted > 0 or self.kinds & (self.kinds - 1) == 0

    @property
    def reach(self) -> float:
        """Metres as the crow flies, at most."""
        return reach_m(self.visit.modes) / self.detour

    def runs(self) -> tuple[IntArray, IntArray]:
        """(first, last) of the runs of cells within reach."""
        return self.slot.cells.near(self.visit.place, self.reach)

    def answering(self, local: IntArray) -> IntArray:
        """Those of the slot's offers that are of the kinds and answer the wishes."""
        bits = self.slot.bits[local]
        answers = (bits & self.kinds) != 0
        if self.wanted:
            answers &= (bits & self.wanted) == self.wanted
        answering: IntArray = local[answers]
        return answering


def ask(slot: Slot, visit: Visit, kinds: Iterable[Kind]) -> Question:
    leave, latest = seconds(visit)
    walked = slot.catalogue.walked.get(visit.hotspot or "") if Mode.WALK in visit.modes else None
    return Question(slot, visit, unit_vector(visit.place), walked, wanted_bits(visit), kind_bits(kinds), leave, latest)


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What the terms look at: arrays over the m offers that passed the filter. `local` indexes the slot's offers, `rows` its rows; `metres` great
    circle, `street` over the streets; `mode` indexes `visit.modes`; `arrive` and `begins` POSIX seconds."""

    question: Question
    local: IntArray
    metres: FloatArray
    street: FloatArray
    mode: IntArray
    minutes: FloatArray
    arrive: IntArray
    rows: IntArray
    begins: IntArray

    def take(self, which: IntArray) -> "Situation":
        return Situation(self.question, self.local[which], self.metres[which], self.street[which], self.mode[which], self.minutes[which],
                         self.arrive[which], self.rows[which], self.begins[which])  # fmt: skip

    @property
    def slot(self) -> Slot:
        return self.question.slot

    @property
    def visit(self) -> Visit:
        return self.question.visit

    @property
    def offers(self) -> IntArray:
        """Indices in the catalogue."""
        return self.slot.offers[self.local]

    @property
    def quarters(self) -> IntArray:
        """In which quarter of the slot each visit begins."""
        return (self.begins - self.slot.zero) // QUARTER

    @property
    def wait(self) -> FloatArray:
        """Minutes between arriving and the beginning."""
        return (self.begins - self.arrive) / 60

    @property
    def sort(self) -> IntArray:
        return self.slot.rows.sort[self.rows]


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How the offers `local` of the slot are reached, when they are `near` enough: arrays as in Situation."""

    local: IntArray
    near: NDArray[np.bool_]
    metres: FloatArray
    street: FloatArray
    mode: IntArray
    minutes: FloatArray

    def take(self, which: IntArray) -> "Way":
        return Way(self.local[which], self.near[which], self.metres[which], self.street[which], self.mode[which], self.minutes[which])


def feasible(question: Question, local: IntArray) -> Situation:
    """Of these offers of the slot, those that can be reached in time, and how. Nothing that is over, closed before one arrives and has stayed, dark,
    or too far is among them; what nobody knows the hours of is, at plausible hours, marked unknown."""
    return in_time(question, ways(question, local))


def ways(question: Question, local: IntArray) -> Way:
    """By the first, preferred, mode that gets there."""
    slot, modes = question.slot, question.visit.modes
    metres = metres_to(slot.xyz.T.take(local, axis=1), question.here[:, None])
    streets = [metres * DETOUR] * len(modes)
    if question.walked is not None:
        walked = question.walked[slot.offers[local]]
        streets[modes.index(Mode.WALK)] = np.where(np.isnan(walked), streets[0], np.maximum(walked, metres))
    mode, street, minutes = np.zeros(len(local), dtype=np.int64), streets[0], travel_minutes(modes[0], streets[0])
    near = minutes <= PACES[modes[0]].longest_minutes
    for number, other in enumerate(modes[1:], 1):
        by_other = travel_minutes(other, streets[number])
        instead = ~near & (by_other <= PACES[other].longest_minutes)
        mode, street = np.where(instead, number, mode), np.where(instead, streets[number], street)
        minutes, near = np.where(instead, by_other, minutes), near | instead
    return Way(local, near, metres, street, mode, np.ceil(minutes))


def in_time(question: Question, way: Way) -> Situation:
    """Those that one can join when one gets there: each by the row joined first, the better known at equal times, the first of equals."""
    slot, table = question.slot, question.slot.rows
    arrive = question.leave + way.minutes.astype(np.int64) * 60
    rows, after = slot.first_row[way.local], slot.first_row[1:][way.local]
    counts, who = after - rows, np.arange(len(rows))
    several = (counts != 1).any()
    if several:
        rows, who = spans(rows, after), who.repeat(counts)
    there = arrive[who]
    begins = np.maximum(table.begin[rows], there)
    useful = (begins >= table.earliest[rows]) & (begins <= table.last[rows]) & (begins <= np.maximum(there, question.latest)) & way.near[who]
    kept = useful.nonzero()[0]
    who, rows, begins = who[kept], rows[kept], begins[kept]
    if several and (another := who[1:] == who[:-1]).any():
        firsts = np.append(0, (~another).nonzero()[0] + 1)
        order = (begins * SORTS + table.sort[rows]) * len(table.sort) + rows  # one number, of which the row can be had back
        who, rows = who[firsts], np.minimum.reduceat(order, firsts) % len(table.sort)
        begins = np.maximum(table.begin[rows], arrive[who])
    return Situation(question, way.local[who], way.metres[who], way.street[who], way.mode[who], way.minutes[who], arrive[who], rows, begins)
