"""ORGAN 1, the only writer of offers: fetch, parse, decide, store, and say what happened."""

import random
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from providers_feed import open_meteo
from providers_feed.apart import parse_apart, preview_apart
from providers_feed.preview import Preview
from sejour.domain.due import next_due, read_every
from sejour.domain.feed import Decision, Feed, FeedRun, Gathered, Outcome, decide, gather
from sejour.domain.offer import Offer
from sejour.domain.text import N_, Reason
from sejour.domain.weather import Forecast
from sejour.errors import FeedError, UsageError
from sejour.settings import Settings
from sejour.store import feeds, offers
from sejour.store.documents import content_hash, encode
from sejour.store.engine import Store
from sejour.store.feeds import StoredFeed


@dataclass(frozen=True, slots=True)
class Taken:
    """A source at hand: where it is (None: the same as last time), and what its server said of it."""

    path: Path | None
    etag: str | None = None
    modified: str | None = None


def run_feed(
    store: Store, territory: str, stored: StoredFeed, now: Callable[[], datetime], *, agreed: bool = False, accepted: int = 0,
    allow: frozenset[str] = frozenset(),
) -> FeedRun:  # fmt: skip
    """One pass over a feed, kept in its history whatever happens, and its next one set. The source is read before anything is written; then
    one transaction holds every change, or none: when the source fails or the run is held for a human, what visitors see stays as it was.
    `agreed`, `accepted`: as in `decide`. `allow`: the "host:port" of private addresses that the operator lets feeds come from."""
    started, feed = now(), replace(stored.feed, moment=now())
    retry_after: float | None = None
    gathered: Gathered | None = None
    try:
        with tempfile.TemporaryDirectory(prefix="sejour-feed-") as folder:
            taken = _take(stored, Path(folder), allow)
            gathered = gather(parse_apart(taken.path, feed)) if taken.path else None
        if gathered and not gathered.offers and any(problem.partial for problem in gathered.problems):
            raise FeedError(N_("Rien n’a pu être lu dans cette source."))
    except (FeedError, UsageError) as error:  # the second: a format that this sejour does not know
        retry_after = getattr(error, "retry_after", None)
        read = gathered or Gathered(0, {}, ())
        run = FeedRun(feed.name, started, now(), Outcome.FAILED, read.records, problems=read.problems, reason=Reason(error.message, error.arguments))
        with store.writing() as connection:
            offers.keep_run(connection, stored.id, run)
    else:
        run = _apply(store, territory, stored, gathered, taken, started, now, agreed=agreed, accepted=accepted)
    _set_next(store, stored, run, retry_after)
    return run


def _take(stored: StoredFeed, folder: Path, allow: frozenset[str]) -> Taken:
    if urlsplit(stored.feed.url).scheme not in ("http", "https"):
        return Taken(local_path(stored.feed.url))
    from providers_feed.fetch import Validators, fetch  # here: a box that reads files needs no TLS

    fetched = fetch(stored.feed.url, folder, Validators(stored.etag, stored.modified), allow=allow)
    return Taken(fetched.path, fetched.validators.etag, fetched.validators.modified)


def _apply(
    store: Store, territory: str, stored: StoredFeed, gathered: Gathered | None, taken: Taken, started: datetime,
    now: Callable[[], datetime], *, agreed: bool, accepted: int,
) -> FeedRun:  # fmt: skip
    """One transaction: the offers, the run, the revision, and what the server said. `gathered` is None for a source that did not change."""
    found = gathered.offers if gathered else {}
    documents = _documents(found)
    with store.writing() as connection:
        known = offers.known_hashes(connection, stored.id)
        if gathered is None:
            same = Reason(N_("La source n’a pas changé depuis la dernière collecte."))
            run = FeedRun(stored.feed.name, started, now(), Outcome.DONE, unchanged=len(known), reason=same)
            offers.keep_run(connection, stored.id, run)
            return run
        decision = decide(known, {key: hash for key, (_, hash) in documents.items()}, gathered.problems, agreed=agreed, accepted=accepted)
        run = FeedRun(stored.feed.name, started, now(), Outcome.HELD if decision.held else Outcome.DONE, gathered.records, len(decision.added),
                      len(decision.changed), len(decision.removed), len(decision.unchanged), gathered.problems, decision.held)  # fmt: skip
        if not decision.held:
            offers.apply(connection, store.dialect, stored.id, decision, found, documents, started)
            feeds.taken(connection, stored.id, taken.etag, taken.modified)
            if decision.added or decision.changed or decision.removed:
                offers.raise_revision(connection, territory)
        offers.keep_run(connection, stored.id, run)
    return run


def _documents(found: Mapping[str, Offer]) -> dict[str, tuple[str, str]]:
    """{key: (JSON text, hash)}."""
    return {key: (document, content_hash(document)) for key, offer in found.items() for document in (encode(offer),)}


def _set_next(store: Store, stored: StoredFeed, run: FeedRun, retry_after: float | None) -> None:
    failures = stored.failures + 1 if run.outcome is Outcome.FAILED else 0
    due = next_due(run.ended, read_every(stored.every), failures, random.random(), retry_after)  # noqa: S311 (a delay, no secret)
    with store.writing() as connection:
        feeds.put_off(connection, stored.id, due, failures)


def take_forecast(settings: Settings, allow: frozenset[str] = frozenset()) -> Forecast:
    """The forecast for the territory's centre. Raises FeedError when the service, or the file, does not give one."""
    url, territory = settings.weather.url, settings.territory
    if urlsplit(url).scheme not in ("http", "https"):
        return open_meteo.read(local_path(url))
    from providers_feed.fetch import Limits, fetch

    asked = open_meteo.address(url, territory.lat, territory.lon, territory.timezone)
    with tempfile.TemporaryDirectory(prefix="sejour-weather-") as folder:
        fetched = fetch(asked, Path(folder), limits=Limits(total=20.0, size=open_meteo.LARGEST), allow=allow)
        assert fetched.path is not None  # no validators were sent: there is no "not modified"
        return open_meteo.read(fetched.path)


def read_source(source: str, format: str, timezone: str = "Europe/Paris", moment: datetime | None = None, map: str = "") -> Gathered:
    """A source read without a database: for dry runs and exports. Raises FeedError when it cannot be read."""
    feed = Feed("", format, source, timezone, moment, map)
    with _taken(feed, frozenset()) as path:
        return gather(parse_apart(path, feed))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A source that was read and of which nothing was kept: what it holds, what a run would change, and the columns of a table. `failed`: why a table
    whose columns are shown could not be read."""

    gathered: Gathered
    decision: Decision
    columns: Preview | None = None
    failed: Reason | None = None


def rehearse(feed: Feed, known: Mapping[str, str], allow: frozenset[str] = frozenset()) -> Rehearsal:
    """`known`: as in `decide`. Raises FeedError when the source cannot be read, UsageError for a format that is not known."""
    with _taken(feed, allow) as path:
        columns = preview_apart(path, feed) if feed.format == "table" else None
        try:
            gathered = gather(parse_apart(path, feed))
        except FeedError as error:
            if columns is None:
                raise
            return Rehearsal(Gathered(0, {}, ()), decide({}, {}), columns, Reason(error.message, error.arguments))
    parsed = {key: hash for key, (_, hash) in _documents(gathered.offers).items()}
    return Rehearsal(gathered, decide(known, parsed, gathered.problems), columns)


@contextmanager
def _taken(feed: Feed, allow: frozenset[str]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="sejour-feed-") as folder:
        path = _take(StoredFeed(0, feed, "6h"), Path(folder), allow).path
        assert path is not None  # no validators were sent: there is no "not modified"
        yield path


def local_path(url: str) -> Path:
    """The file or folder of a path or a file:// address. Raises FeedError for any other address."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise FeedError(N_("%(url)s n’est pas une adresse."), url=url) from error
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    if "://" in url:
        raise FeedError(N_("%(scheme)s : sejour lit des fichiers, des dossiers et des adresses http(s)."), scheme=f"{parts.scheme}://")
    return Path(url)
