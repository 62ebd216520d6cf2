"""What would bring on the page an offer that is not shown there: each change was ranked again, and only what does bring it is told."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

import numpy as np

from sejour.domain.catalogue import WISHES, Catalogue
from sejour.domain.diagnosis import Diagnosis
from sejour.domain.infeasible import way
from sejour.domain.memo import Memo
from sejour.domain.obstacle import Metres, Obstacle
from sejour.domain.offer import Contact, ContactType, Offer, Picture
from sejour.domain.page import suggest
from sejour.domain.place import Place
from sejour.domain.ranking import situate
from sejour.domain.rerank import OPEN, few, place_if, place_on_page
from sejour.domain.text import N_, LocalText, Reason
from sejour.domain.travel import Mode
from sejour.domain.visit import When, Wish

AHEAD = 24  # hours, at each of which another moment is tried
TRIED = (time(10), time(14), time(18))  # of a day whose hours nobody said
QUARTER = 15  # minutes
HALVINGS = 8
NEAREST_M = 50.0  # over the streets


class Change(StrEnum):
    HOURS = "hours"  # known to be open
    RECORD = "record"  # complete
    NEARER = "nearer"
    MODE = "mode"
    WISHES = "wishes"  # without those that it does not answer
    UNMUTED = "unmuted"
    WITHOUT = "without"  # the idea alike that is higher on the page
    MOMENT = "moment"


VISITORS = (Change.HOURS, Change.MODE, Change.WISHES, Change.MOMENT)  # what is in a visitor's hands; the words of the others stay French


@dataclass(frozen=True, slots=True)
class WhatIf:
    """With this change the offer is on the page, at that place. Arguments of `said` as in Hindrance."""

    change: Change
    place: int
    facts: dict[str, object]
    said: Reason


def what_if(catalogue: Catalogue, diagnosis: Diagnosis, changes: Collection[Change] = tuple(Change), moments: int = AHEAD) -> tuple[WhatIf, ...]:
    """Of `changes`, those that may lift its obstacle and do. `moments`: how many others are ranked, at most."""
    tried = [change for change in _OF.get(diagnosis.obstacle, ()) if change in changes]
    found = [_moment(catalogue, diagnosis, moments) if change is Change.MOMENT else _ASKED[change](catalogue, diagnosis) for change in tried]
    return tuple(each for each in found if each)


def _hours(catalogue: Catalogue, d: Diagnosis) -> WhatIf | None:
    place = place_if(catalogue, d.visit, d.limit, replace(d.offer, hours=OPEN))
    return _told(Change.HOURS, place, N_("Si c’est bien ouvert à cette heure : n° %(place)d de la page."))


def _record(catalogue: Catalogue, d: Diagnosis) -> WhatIf | None:
    """With all that shows that somebody cares for the record."""
    offer, missing = d.offer, []
    if not offer.pictures:
        missing.append("une photo")
    if not offer.descriptions or len(offer.descriptions.texts) < 2:
        missing.append("une description en deux langues")
    if not offer.contacts:
        missing.append("un contact")
    full = replace(
        offer,
        pictures=offer.pictures or (Picture("https://example.org/1.jpg"),),
        descriptions=LocalText({"fr": "-", "en": "-"} | (offer.descriptions.texts if offer.descriptions else {})),
        contacts=offer.contacts or (Contact(ContactType.WEB, "https://example.org/"),),
    )
    place = place_if(catalogue, d.visit, d.limit, full) if missing else None
    return _told(Change.RECORD, place, "Avec %(fields)s : n° %(place)d de la page.", fields=", ".join(missing))


def _nearer(catalogue: Catalogue, d: Diagnosis) -> WhatIf | None:
    """The farthest, within a few steps, at which it is shown."""
    street = way(catalogue, replace(d.visit, hotspot=None), catalogue.index[d.offer.id]).metres  # elsewhere, nobody measured the way

    def place_at(metres: float) -> int | None:
        return place_if(catalogue, d.visit, d.limit, _towards(d.offer, d.visit.place, metres / street))

    near, far = NEAREST_M, float(street)
    if near >= far or not place_at(near):
        return None
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if place_at(middle) else (near, middle)
    for metres in (near // 500 * 500, near // 100 * 100, near // 10 * 10, near):
        if metres >= max(NEAREST_M, near * 0.9) and (place := place_at(metres)):
            return _told(Change.NEARER, place, "À %(metres)s d’ici par les rues : n° %(place)d de la page.", metres=Metres(round(metres)))
    return None


def _towards(offer: Offer, here: Place, share: float) -> Offer:
    """The offer at a share of its way from `here`."""
    assert offer.place is not None
    east = (offer.place.lon - here.lon + 180) % 360 - 180
    lon = (here.lon + share * east + 180) % 360 - 180
    return replace(offer, place=Place(here.lat + share * (offer.place.lat - here.lat), lon))


def _mode(catalogue: Catalogue, d: Diagnosis) -> WhatIf | None:
    """By the first other mode that does."""
    for mode in Mode:
        if mode not in d.visit.modes:
            found = suggest(catalogue, replace(d.visit, mode=mode, wishes=d.visit.wishes - {Wish.CARFREE}), d.limit)
            if place := place_on_page(found, d.offer.id):
                travel = next(s.travel for s in found if s.offer.id == d.offer.id)
                return _told(Change.MODE, place, N_("Possible %(way)s : n° %(place)d de la page."), way=travel)
    return None


def _wishes(catalogue: Catalogue, d: Diagnosis) -> WhatIf | None:
    answered = catalogue.wishes[catalogue.index[d.offer.id]]
    kept = frozenset(wish for wish in d.visit.wishes if answered & WISHES[wish])
    when = When.NOW if d.visit.when is When.RAIN and not answered & WISHES[Wish.SHELTERED] else d.visit.when
    place = place_on_page(suggest(catalogue, replace(d.visit, wishes=kept, when=when), d.limit), d.offer.id)
    return _told(Change.WISHES, place, N_("Sans cette envie : n° %(place)d de la page."))


def _unmuted(catalogue: Catalogue, d: Diagnosis) -> WhatIf | None:
    said = replace(catalogue.said, mutes=tuple(mute for mute in catalogue.said.mutes if mute.offer != d.offer.id))
    free = replace(catalogue, said=said, memo=Memo())
    place = place_on_page(suggest(free, d.visit, d.limit), d.offer.id)
    return _told(Change.UNMUTED, place, "Sans ce masque : n° %(place)d de la page.")


def _without(catalogue: Catalogue, d: Diagnosis) -> WhatIf | None:
    assert d.hindrance is not None
    above = catalogue.offers[catalogue.index[str(d.hindrance.facts["above"])]]
    place = place_if(catalogue, d.visit, d.limit, d.offer, without=above.id)
    return _told(Change.WITHOUT, place, "Sans « %(name)s », plus haut : n° %(place)d de la page.", name=above.names)


def _moment(catalogue: Catalogue, d: Diagnosis, most: int) -> WhatIf | None:
    """The first of the coming hours at which it is shown, or the quarter of an hour at which one sets out for its next beginning."""
    i, now = catalogue.index[d.offer.id], replace(d.visit, when=When.RAIN if d.visit.when is When.RAIN else When.NOW)
    alone = few(catalogue, np.array([i]))
    visits = (replace(now, moment=moment) for moment in _moments(catalogue, d, i))
    possible = (visit for visit in visits if len(situate(alone, visit).local))
    for visit in islice(possible, most):
        if place := place_on_page(suggest(catalogue, visit, d.limit), d.offer.id):
            said = N_("À un autre moment (%(moment)s) : n° %(place)d de la page.")
            return _told(Change.MOMENT, place, said, moment=visit.moment)
    return None


def _moments(catalogue: Catalogue, d: Diagnosis, i: int) -> Iterator[datetime]:
    """When one sets out for the next beginning, to the quarter of an hour before; then each of the coming hours."""
    assert d.hindrance is not None
    now, zone = d.visit.moment.astimezone(UTC), d.visit.moment.tzinfo
    begins = d.hindrance.facts.get("begins" if d.obstacle is Obstacle.OPENS_LATER else "next")
    found = []
    if isinstance(begins, datetime):
        leave = begins.astimezone(UTC) - timedelta(minutes=way(catalogue, d.visit, i).minutes)
        found.append(leave - timedelta(minutes=leave.minute % QUARTER))
    elif isinstance(begins, date):
        found += [datetime.combine(begins, each, zone).astimezone(UTC) for each in TRIED]
    found += [now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=n) for n in range(1, AHEAD + 1)]
    return (each.astimezone(zone) for each in found if each > now)


def _told(change: Change, place: int | None, words: str, **facts: object) -> WhatIf | None:
    return WhatIf(change, place, facts, Reason(words, {"place": place, **facts})) if place else None


_ASKED: dict[Change, Callable[[Catalogue, Diagnosis], WhatIf | None]] = {
    Change.HOURS: _hours, Change.RECORD: _record, Change.NEARER: _nearer, Change.MODE: _mode, Change.WISHES: _wishes, Change.UNMUTED: _unmuted,
    Change.WITHOUT: _without,
}  # fmt: skip
_OF: dict[Obstacle | None, tuple[Change, ...]] = {
    Obstacle.MUTED: (Change.UNMUTED,),
    Obstacle.WISH: (Change.WISHES,),
    Obstacle.CLOSED: (Change.MOMENT,),
    Obstacle.OPENS_LATER: (Change.MOMENT,),
    Obstacle.CLOSES_SOON: (Change.MODE, Change.MOMENT),
    Obstacle.BEGUN: (Change.MODE, Change.MOMENT),
    Obstacle.STOPPED: (Change.MOMENT,),
    Obstacle.DARK: (Change.MOMENT,),
    Obstacle.UNSURE_HOUR: (Change.HOURS, Change.MOMENT),
    Obstacle.TOO_FAR: (Change.MODE, Change.NEARER),
    Obstacle.HOURS_UNKNOWN: (Change.HOURS, Change.RECORD, Change.NEARER, Change.MOMENT),
    Obstacle.ALIKE: (Change.WITHOUT, Change.RECORD, Change.NEARER, Change.MOMENT),
    Obstacle.OUTRANKED: (Change.RECORD, Change.NEARER, Change.MOMENT),
}
