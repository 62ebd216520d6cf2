"""What keeps an offer from being reached in time: the same filter as the ranking's, asked one rule at a time."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from sejour.domain import obstacle
from sejour.domain.catalogue import AHEAD, DAY, MARGIN, NOTHING_SAID, WISHES, Catalogue
from sejour.domain.cells import metres_between, unit_vectors
from sejour.domain.daylight import MARGIN as DUSK
from sejour.domain.daylight import daylight
from sejour.domain.hours import Hours, State
from sejour.domain.memo import Memo
from sejour.domain.nature import joined_any_time
from sejour.domain.notices import ends_at
from sejour.domain.obstacle import Hindrance, Next
from sejour.domain.offer import Kind, Occurrence, OccurrenceStatus, Offer
from sejour.domain.osm_hours import Holidays
from sejour.domain.page import ideas_of
from sejour.domain.ranking import situate
from sejour.domain.rerank import few
from sejour.domain.slot import LONGEST_WAIT, UNSURE_HOURS, Slot, slot_of, window
from sejour.domain.timetable import Sort, build_timetable
from sejour.domain.travel import DETOUR, PACES, Mode, Travel, reach_m, travel_minutes
from sejour.domain.visit import Visit, When, Wish
from sejour.domain.voice import sky_for

CHANGES = 12  # of the state of opening hours, looked at for the next opening


def keeps_out(catalogue: Catalogue, visit: Visit, i: int) -> Hindrance | None:
    """What keeps the offer of index i from being reached in time, the first that there is; None when nothing does."""
    offer, place = catalogue.offers[i], catalogue.offers[i].place
    if place is None:
        return obstacle.no_position()
    alone = few(catalogue, np.array([i]))
    alone = replace(alone, said=replace(catalogue.said, mutes=()))
    if muted := _muted(catalogue, visit, offer, slot_of(alone, visit)):
        return muted
    if offer.kind not in ideas_of(visit):
        return obstacle.not_an_idea(offer.kind, visit.when)
    wishes = visit.wishes | ({Wish.SHELTERED} if visit.when is When.RAIN else set())
    if missing := tuple(wish for wish in Wish if wish in wishes and not catalogue.wishes[i] & WISHES[wish]):
        return obstacle.wish(missing, visit.when is When.RAIN and Wish.SHELTERED not in visit.wishes)
    leave = window(visit)[0].timestamp()
    if ended := _ended(offer, visit, leave):
        return ended
    if len(situate(alone, visit, (offer.kind,)).local):
        return None if i in slot_of(catalogue, visit, ideas_of(visit)).offers else obstacle.far_moment()
    if stopped := _stopped(alone, visit):
        return stopped
    travel, there = way(catalogue, visit, i), replace(visit, place=place, hotspot=None, mode=Mode.WALK)
    if in_time(travel):
        return _untimely(alone, visit, int(leave) + travel.minutes * 60)
    if not len(situate(alone, there, (offer.kind,)).local):
        return _untimely(alone, visit, int(leave))  # even for whom stands before its door
    return obstacle.too_far(travel, math.floor(reach_m(visit.modes)))


def way(catalogue: Catalogue, visit: Visit, i: int) -> Travel:
    """How one goes there: by the first mode that is in time, else by the one that goes farthest."""
    there = unit_vectors(catalogue.lat[i], catalogue.lon[i])
    metres = float(metres_between(there, unit_vectors(np.array(visit.place.lat), np.array(visit.place.lon))))
    measured = catalogue.walked.get(visit.hotspot or "")
    walked = math.nan if measured is None else float(measured[i])
    on_foot = metres * DETOUR if math.isnan(walked) else max(walked, metres)
    streets = [(mode, on_foot if mode is Mode.WALK else metres * DETOUR) for mode in visit.modes]
    travels = [Travel(mode, round(street), math.ceil(travel_minutes(mode, np.array(street)))) for mode, street in streets]
    return next(filter(in_time, travels), max(travels, key=lambda travel: reach_m((travel.mode,))))


def in_time(travel: Travel) -> bool:
    return travel.minutes <= PACES[travel.mode].longest_minutes


def _muted(catalogue: Catalogue, visit: Visit, offer: Offer, slot: Slot) -> Hindrance | None:
    first, over, sky = slot.first, slot.over, sky_for(visit, slot.sky)
    mutes = [mute for mute in catalogue.said.mutes if mute.offer == offer.id and mute.holds_within(first, over) and mute.holds_for(visit, sky)]
    ends = [(ends_at(mute, first), mute) for mute in mutes]
    if not mutes:
        return None
    back, lasting = max(ends, key=lambda each: math.inf if each[0] is None else each[0].timestamp())
    return obstacle.muted(lasting, back)


def _stopped(alone: Catalogue, visit: Visit) -> Hindrance | None:
    """What could be reached in time, had the office not said that it is closed, or full."""
    closing, (leave, latest) = [notice for notice in alone.said.notices_by_offer.get(alone.offers[0].id, ()) if notice.closes], window(visit)
    free = replace(alone, said=NOTHING_SAID, memo=Memo())
    if not closing or not len(situate(free, visit, (alone.offers[0].kind,)).local):
        return None
    holding = [notice for notice in closing if notice.holds_within(leave, latest)] or closing
    return obstacle.stopped(max(holding, key=lambda notice: notice.limits[1]), leave)


def _ended(offer: Offer, visit: Visit, leave: float) -> Hindrance | None:
    """No date, none that is kept, or none left."""
    if not offer.occurrences:
        return obstacle.no_date() if offer.kind is Kind.EVENT and not offer.hours else None
    planned = [o for o in offer.occurrences if o.status is not OccurrenceStatus.CANCELLED]
    if any(_over(o).timestamp() > leave for o in planned):
        return None
    lost = [o for o in offer.occurrences if o not in planned and (not planned or _over(o).timestamp() > leave)]
    last = max(max(o.start, _over(o) - timedelta(seconds=1)).astimezone(visit.moment.tzinfo).date() for o in lost or planned)
    return obstacle.cancelled(last) if lost else obstacle.over(last)


def _over(o: Occurrence) -> datetime:
    """When nobody said the end, it is not said to be over before its day is."""
    return o.end or datetime.combine(o.start.date() + timedelta(days=1), time(0), o.start.tzinfo)


class _Row(NamedTuple):
    """As in Timetable."""

    start: int
    end: int
    last: int
    sort: int


def _untimely(alone: Catalogue, visit: Visit, arrive: int) -> Hindrance:
    """Why the only offer of `alone` is of no use to who arrives then, in POSIX seconds."""
    offer, stay = alone.offers[0], int(alone.stay[0])
    leave, end = window(visit)
    latest = max(arrive, int(end.timestamp()))
    table = alone.prepared
    if not alone.covers(leave, end):
        table = build_timetable(alone.offers, [0], leave - DAY - MARGIN, leave + AHEAD, alone.holidays)
    rows = [_Row(*row) for row in zip(table.start.tolist(), table.end.tolist(), table.last.tolist(), table.sort.tolist(), strict=True)]
    for row in rows:
        if row.start <= latest and row.last >= arrive:
            return _unseen(alone, visit, row, arrive)
    coming = _next(offer, rows, visit, latest, alone.holidays)
    begun = [row for row in rows if row.start <= arrive and (row.end > leave.timestamp() or _endless_today(row, leave))]
    if begun:
        row = max(begun, key=lambda row: row.last)
        at, begins, ends, last = (_local(seconds, visit) for seconds in (arrive, row.start, row.end, row.last))
        missed = row.last <= row.start or (row.sort == Sort.DATED and not joined_any_time(offer, (row.end - row.start) / 60))
        return obstacle.begun(offer, at, begins, last, coming) if missed else obstacle.closes_soon(offer, at, last, ends, stay, coming)
    waited = visit.when in (When.NOW, When.RAIN) and coming and coming.begins and coming.sure
    if waited and coming and coming.begins and coming.day == leave.date():
        return obstacle.opens_later(offer, coming.begins, LONGEST_WAIT)
    return obstacle.closed(offer, coming)


def _endless_today(row: _Row, leave: datetime) -> bool:
    """A happening of the day whose end nobody said."""
    return row.sort == Sort.DATED and row.end == row.last and datetime.fromtimestamp(row.start, leave.tzinfo).date() == leave.date()


def _unseen(alone: Catalogue, visit: Visit, row: _Row, arrive: int) -> Hindrance:
    """One could be there, but in the dark, or nobody knows whether it is open at such an hour."""
    begins = _local(max(row.start, arrive), visit)
    first, last = UNSURE_HOURS[alone.offers[0].kind]
    if row.sort == Sort.UNSURE and not first <= begins.hour < last:
        return obstacle.unsure_hour(_local(arrive, visit), time(first), time(last % 24))
    dawn, dusk = (float(found[0]) for found in daylight(begins.replace(hour=12), alone.lat, alone.lon))
    stay = int(alone.stay[0])
    sunrise = _local(round(dawn - DUSK), visit) if begins.timestamp() < dawn < math.inf else None
    sunset = _local(round(dusk + DUSK), visit) if not sunrise and -math.inf < dusk < begins.timestamp() + stay * 60 else None
    return obstacle.dark(_local(arrive, visit), sunrise, sunset, stay)


def _next(offer: Offer, rows: Sequence[_Row], visit: Visit, after: int, holidays: Holidays | None) -> Next | None:
    """The first time that begins after a moment, in the rows or beyond them."""
    row = min((row for row in rows if row.start > after), default=None)
    if row:
        begins = _local(row.start, visit)
        whole_day = bool(offer.occurrences) and row.sort == Sort.UNSURE
        return Next(begins.date(), None if whole_day else begins, whole_day or row.sort != Sort.UNSURE)
    if offer.occurrences:
        starts = [o for o in offer.occurrences if o.status is not OccurrenceStatus.CANCELLED and o.start.timestamp() > after]
        soonest = min(starts, key=lambda o: o.start.timestamp(), default=None)
        begins = soonest.start.astimezone(visit.moment.tzinfo) if soonest else visit.moment
        return Next(begins.date(), None if soonest.all_day else begins, sure=True) if soonest else None
    return _opening(offer, _local(after, visit), holidays)


def _opening(offer: Offer, after: datetime, holidays: Holidays | None) -> Next | None:
    """The next opening of the hours, as far ahead as they are looked at."""
    hours = Hours(offer.hours or "off", ZoneInfo(offer.timezone), offer.place, holidays)
    moment: datetime | None = after
    for _ in range(CHANGES):
        moment = hours.next_change(moment) if moment else None
        state = hours.at(moment).state if moment else State.CLOSED
        if moment and state is not State.CLOSED:
            begins = moment.astimezone(after.tzinfo)
            return Next(begins.date(), begins, state is State.OPEN)
    return None


def _local(seconds: int, visit: Visit) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(visit.moment.tzinfo)
