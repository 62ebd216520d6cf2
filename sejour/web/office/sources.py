"""What the sources say of one card: each record, which of them each field comes from, and the card as it is before any word of the office."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from sejour.domain.feed import Problem
from sejour.domain.join import Sourced, joined, precedence
from sejour.domain.merge import Twins
from sejour.domain.offer import Offer
from sejour.live import Territory
from sejour.settings import Settings
from sejour.store.feeds import feeds_of
from sejour.store.offers import last_run, sourced_of


@dataclass(frozen=True, slots=True)
class Told:
    """`records` by precedence; `fields` the feeds that each field comes from; `problems` of the last runs, with their feed."""

    card: Offer
    records: tuple[Sourced, ...]
    fields: dict[str, tuple[str, ...]]
    problems: tuple[tuple[str, Problem], ...]


def told_of(connection: Connection, settings: Settings, ids: Collection[str]) -> Told | None:
    """Of the card that has these ids; None when no feed gives it any more."""
    records = sorted(sourced_of(connection, settings.territory.id, ids), key=precedence)
    if not records:
        return None
    card, keys = joined(records).offer, {each.offer.key for each in records}
    feeds = {each.offer.feed for each in records}
    stored = [each for each in feeds_of(connection, settings.territory.id, settings.territory.timezone) if each.feed.name in feeds]
    runs = [run for each in stored if (run := last_run(connection, each.id))]
    problems = tuple((run.feed, problem) for run in runs for problem in run.problems if problem.record in keys)
    return Told(card, tuple(records), Twins(card, tuple(each.offer for each in records), ()).fields, problems)


def cards_before(territory: Territory, ids: Iterable[str]) -> dict[str, Offer]:
    """Several cards, by the id that was kept, as they are before any word of the office; from memory."""
    wanted = {territory.aliases.get(id, id) for id in ids}
    return {offer.id: offer for offer in (territory.sources.offers if territory.sources else ()) if offer.id in wanted}
