"""What needs a human today: gathered once, for the morning's page and for the first one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from starlette.requests import Request

from sejour.domain.curation import Collection, Notice, NoticeSort, Override, Pick, Tuning, Twin
from sejour.domain.feed import FeedRun, Outcome
from sejour.domain.morning import Band, Sheet, bands, last_day, proposals, sheet
from sejour.domain.offer import Offer
from sejour.domain.override import Standing, caught_up
from sejour.domain.suggestion import Suggestion
from sejour.house import House
from sejour.store.curation import Kept, words_of
from sejour.store.feeds import StoredFeed, feeds_of
from sejour.store.offers import last_run
from sejour.store.pictures import StoredPicture, pictures_of
from sejour.store.remarks import remarks_of
from sejour.store.unplaced import unplaced_of
from sejour.web.office.keeping import moment_of
from sejour.web.office.sources import cards_before
from sejour.web.visits import house_of, visit_at

WEEK = timedelta(days=7)
NEVER_END = (Twin, Tuning, Override)  # no occasion of their own


@dataclass(frozen=True, slots=True)
class Ending:
    """A word whose last day is near; `offer` is None for what is of the whole territory."""

    kept: Kept
    offer: Offer | None
    today: bool


@dataclass(frozen=True, slots=True)
class Caught:
    """A correction of which the source says the same now (`same`: it can go), or a third thing."""

    kept: Kept
    offer: Offer
    fields: tuple[str, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class Failing:
    feed: StoredFeed
    run: FeedRun | None


@dataclass(frozen=True, slots=True)
class Today:
    moment: datetime
    weather: Sheet | None
    told: tuple[Kept, ...]  # the territory's own notices, that hold
    closures: tuple[tuple[Kept, Offer], ...]
    bands: tuple[Band, ...]
    ending: tuple[Ending, ...]
    caught: tuple[Caught, ...]
    failing: tuple[Failing, ...]
    proposals: tuple[Suggestion, ...]
    words: tuple[Kept, ...]
    pictures: dict[str, StoredPicture]
    remarks: int  # of visitors, that wait
    unplaced: int  # access points that gateways named and nobody placed


def today_of(request: Request) -> Today:
    house, moment = house_of(request), moment_of(request)
    territory, visit, held = house.live.territory, visit_at(request, "", "fr"), house.live.believed(house.now())
    with house.store.reading() as connection:
        words = tuple(words_of(connection, house.settings.territory.id))
        pictures = pictures_of(connection, house.settings.territory.id)
        failing = _failing(connection, house)
        remarks = len(remarks_of(connection, house.settings.territory.id))
        unplaced = len(unplaced_of(connection, house.settings.territory.id))
    holding = [kept for kept in words if isinstance(kept.word, Notice) and kept.word.holds(moment)]
    pictured = {kept.word.offer for kept in words if getattr(kept.word, "picture", None) in pictures}
    closed = [(kept, offer) for kept in holding if _is_closure(kept) and (offer := offer_under(house, kept.word.offer))]
    return Today(
        moment=moment, weather=sheet(held.forecast, moment) if held else None, told=tuple(kept for kept in holding if not kept.word.offer),
        closures=tuple(closed), bands=bands(territory.catalogue, visit), ending=_ending(house, words, moment), caught=_caught(house, words), failing=failing,
        proposals=proposals(territory.catalogue, visit, [kept.word for kept in words if isinstance(kept.word, Pick)], pictured), words=words,
        pictures=pictures, remarks=remarks, unplaced=unplaced,
    )  # fmt: skip


def offer_under(house: House, id: str) -> Offer | None:
    territory = house.live.territory
    return territory.catalogue.offer(territory.aliases.get(id, id))


def _is_closure(kept: Kept) -> bool:
    return isinstance(kept.word, Notice) and bool(kept.word.offer) and kept.word.sort in (NoticeSort.CLOSURE, NoticeSort.FULL)


def _ending(house: House, words: tuple[Kept, ...], moment: datetime) -> tuple[Ending, ...]:
    near = [
        Ending(kept, offer_under(house, kept.word.offer), last_day(kept.word.end, moment) == moment.date())
        for kept in words
        if kept.word.end and moment < kept.word.end <= moment + WEEK and not isinstance(kept.word, NEVER_END)
    ]
    near = [each for each in near if each.offer or not each.kept.word.offer or isinstance(each.kept.word, Collection)]
    return tuple(sorted(near, key=lambda each: each.kept.word.end or moment))


def _caught(house: House, words: tuple[Kept, ...]) -> tuple[Caught, ...]:
    said = [(kept, kept.word) for kept in words if isinstance(kept.word, Override)]
    if not said:
        return ()
    aliases = house.live.territory.aliases
    before = cards_before(house.live.territory, [word.offer for _, word in said])
    found = []
    for kept, word in said:
        card = before.get(aliases.get(word.offer, word.offer))
        standing = caught_up(card, word) if card else {}
        moved = tuple(field for field, how in standing.items() if how is Standing.MOVED)
        if card and standing and word.easy is None and word.picture is None and set(standing.values()) == {Standing.SAME}:
            found.append(Caught(kept, card, tuple(standing), same=True))
        elif card and moved:
            found.append(Caught(kept, card, moved, same=False))
    return tuple(found)


def _failing(connection: Connection, house: House) -> tuple[Failing, ...]:
    stored = feeds_of(connection, house.settings.territory.id, house.settings.territory.timezone)
    runs = [(feed, last_run(connection, feed.id)) for feed in stored]
    return tuple(Failing(feed, run) for feed, run in runs if feed.failures or (run and run.outcome is not Outcome.DONE))
