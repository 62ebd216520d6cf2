"""What the office announces: of the day, on the first page; of one offer, on its card; and what it put together by theme."""

import math
from datetime import datetime, timedelta

from sejour.domain.curation import Checked, Collection, Curation, Notice, NoticeSort
from sejour.domain.occasion import Word
from sejour.domain.slot import NOW, window
from sejour.domain.text import N_, LocalText, Reason
from sejour.domain.visit import Visit
from sejour.domain.voice import sky_for

NEWS, COLLECTIONS = 3, 2  # on the first page, at most
COMING = timedelta(days=7)  # how far ahead the page of an offer announces what will be
HORIZON = timedelta(days=62)  # how far ahead the end of a word of some days only is looked for
CHECKED = timedelta(days=365)  # after which nobody can say that a card was checked
ORDER = (NoticeSort.ALERT, NoticeSort.CLOSURE, NoticeSort.FULL, NoticeSort.TIDE, NoticeSort.INFO, NoticeSort.DEAL)
UNTIL = {
    NoticeSort.CLOSURE: N_("Fermé, dit l’office, jusqu’à %(until)s"),
    NoticeSort.FULL: N_("Complet, dit l’office, jusqu’à %(until)s"),
    NoticeSort.DEAL: N_("Bon plan, jusqu’à %(until)s"),
}
OTHERWISE = N_("Jusqu’à %(until)s")


def news(said: Curation, visit: Visit) -> tuple[Notice, ...]:
    """What is announced of the whole territory for the moment of the page, deals apart: alerts first, then as they were said."""
    found = [notice for notice in said.notices if not notice.offer and notice.sort is not NoticeSort.DEAL and on_page(notice, visit)]
    return tuple(sorted(found, key=lambda notice: ORDER.index(notice.sort)))


def deals(said: Curation, visit: Visit) -> tuple[Notice, ...]:
    """The first to end first."""
    found = (notice for notice in said.notices if notice.sort is NoticeSort.DEAL and on_page(notice, visit))
    return tuple(sorted(found, key=lambda notice: notice.limits[1]))


def notices_of(said: Curation, visit: Visit, offer: str) -> tuple[Notice, ...]:
    """Those of one offer, for the moment of the page."""
    return tuple(notice for notice in said.notices_by_offer.get(offer, ()) if on_page(notice, visit))


def coming_notices(said: Curation, visit: Visit, offer: str) -> tuple[Notice, ...]:
    """Those of one offer that hold or will within COMING, the first to begin first."""
    found = (notice for notice in said.notices_by_offer.get(offer, ()) if _for(notice, visit))
    spells = [(next(notice.spells(visit.moment, visit.moment + COMING), None), notice) for notice in found]
    return tuple(notice for spell, notice in sorted(((s, n) for s, n in spells if s), key=lambda each: each[0][0]))


def collections(said: Curation, visit: Visit) -> tuple[tuple[int, Collection], ...]:
    """(id, collection) of those that hold for this visitor at the moment of the page, those for few occasions first."""
    known = zip(said.collection_ids, said.collections, strict=True)
    found = [(id, collection) for id, collection in known if collection.offers and on_page(collection, visit)]
    return tuple(sorted(found, key=lambda each: -_narrow(each[1])))


def on_page(word: Word, visit: Visit) -> bool:
    """Does it hold for this visitor at the moment that the page is for?"""
    if visit.when in NOW and not visit.until:
        return word.holds(visit.moment) and _for(word, visit)
    return word.holds_within(*window(visit)) and _for(word, visit)


def _for(word: Word, visit: Visit) -> bool:
    weather = visit.forecast.at(window(visit)[0]) if word.skies and visit.forecast else None
    return word.holds_for(visit, sky_for(visit, weather.sky if weather else None))


def _narrow(word: Word) -> int:
    """How many things limit it."""
    return sum(map(bool, (word.months, word.weekdays, word.skies, word.hotspots, word.languages, word.wishes)))


def ends_at(word: Word, moment: datetime) -> datetime | None:
    """When what holds at `moment`, or holds next, ends; None when nobody wrote an end."""
    horizon = (moment + HORIZON).timestamp()
    ends = next((ends for _, ends in word.spells(moment, moment + HORIZON)), moment.timestamp())
    bound = word.limits[1] if ends >= horizon else ends
    return datetime.fromtimestamp(bound, moment.tzinfo) if bound < math.inf else None


def begins_at(word: Word, moment: datetime) -> datetime | None:
    """When it begins, if it does not hold at `moment`."""
    starts = next((starts for starts, _ in word.spells(moment, moment + HORIZON)), moment.timestamp())
    return datetime.fromtimestamp(starts, moment.tzinfo) if starts > moment.timestamp() else None


def said_of(notice: Notice, moment: datetime) -> Reason:
    """ "Complet, dit l’office, jusqu’à 18 h": its sort and its end, whatever its text."""
    return Reason(UNTIL.get(notice.sort, OTHERWISE), {"until": ends_at(notice, moment)})


def checked(said: Curation, offer: str, moment: datetime) -> Checked | None:
    """The last time that the office made sure of the card, unless that was too long ago."""
    mine = (check for check in said.checks if check.offer == offer and timedelta(0) <= moment - check.at <= CHECKED)
    return max(mine, key=lambda check: check.at, default=None)


def easy_of(said: Curation, offer: str, moment: datetime) -> LocalText | None:
    """The version that is easy to read, as it was written last."""
    mine = (override.easy for override in reversed(said.overrides) if override.offer == offer and override.holds(moment))
    return next((easy for easy in mine if easy and any(text.strip() for text in easy.texts.values())), None)
