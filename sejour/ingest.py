"""ORGAN 1, the only writer of offers: fetch, parse, decide, store, and say what happened."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from providers_feed.apart import parse_apart
from sejour.domain.feed import Feed, FeedRun, Gathered, Outcome, decide, gather
from sejour.domain.text import N_, Reason
from sejour.errors import FeedError, UsageError
from sejour.store import offers
from sejour.store.documents import content_hash, encode
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed


def run_feed(store: Store, territory: str, stored: StoredFeed, now: Callable[[], datetime], *, agreed: bool = False) -> FeedRun:
    """One pass over a feed, kept in its history whatever happens. The source is read before anything is written; then one transaction
    holds every change, or none: when the source fails or the run is held for a human, what visitors see stays as it was."""
    started = now()
    gathered, failure = _read(stored.feed)
    if failure is not None:
        run = FeedRun(stored.feed.name, started, now(), Outcome.FAILED, gathered.records, problems=gathered.problems, reason=failure)
        with store.writing() as connection:
            offers.keep_run(connection, stored.id, run)
        return run
    documents = {key: (document, content_hash(document)) for key, offer in gathered.offers.items() for document in (encode(offer),)}
    with store.writing() as connection:
        known = offers.known_hashes(connection, stored.id)
        decision = decide(known, {key: hash for key, (_, hash) in documents.items()}, gathered.problems, agreed=agreed)
        run = FeedRun(stored.feed.name, started, now(), Outcome.HELD if decision.held else Outcome.DONE, gathered.records, len(decision.added),
                      len(decision.changed), len(decision.removed), len(decision.unchanged), gathered.problems, decision.held)  # fmt: skip
        if not decision.held:
            offers.apply(connection, store.dialect, stored.id, decision, gathered.offers, documents, started)
            if decision.added or decision.changed or decision.removed:
                offers.raise_revision(connection, territory)
        offers.keep_run(connection, stored.id, run)
    return run


def _read(feed: Feed) -> tuple[Gathered, Reason | None]:
    """What the source gives, and why that is no reading of it, if it is none."""
    try:
        gathered = gather(parse_apart(local_path(feed.url), feed))
    except (FeedError, UsageError) as error:  # the second: a format that this sejour does not know
        return Gathered(0, {}, ()), Reason(error.message, error.arguments)
    if not gathered.offers and any(problem.partial for problem in gathered.problems):
        return gathered, Reason(N_("Rien n’a pu être lu dans cette source."))
    return gathered, None


def read_source(source: str, format: str, timezone: str = "Europe/Paris") -> Gathered:
    """A source read without a database: for dry runs and exports. Raises FeedError when it cannot be read."""
    return gather(parse_apart(local_path(source), Feed("", format, source, timezone)))


def local_path(url: str) -> Path:
    """The file or folder of a path or a file:// address. Raises FeedError for the network, which this version does not fetch from."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FeedError(N_("%(url)s n’est pas une adresse."), url=url) from error
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    if "://" in url:
        raise FeedError(N_("%(url)s : cette version lit des fichiers et des dossiers ; téléchargez la source d’abord."), url=url)
    return Path(url)
