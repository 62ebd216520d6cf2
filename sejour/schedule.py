"""The heartbeat of a serving process: what must be done again and again, beside the requests."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sejour.album import album_of
from sejour.domain.feed import Outcome
from sejour.errors import SejourError
from sejour.house import House
from sejour.illustrate import illustrate
from sejour.ingest import run_feed, take_forecast
from sejour.live import FRESH
from sejour.store import attempts, invitations, outings, sessions
from sejour.store.feeds import feeds_of

log = logging.getLogger("sejour.schedule")
_writing = threading.Lock()  # the last writing waits for one that is under way in a thread, which ends with the process


async def heartbeat(house: House) -> None:
    """Runs until cancelled; then what was counted is written."""
    beats = [
        asyncio.create_task(_every(seconds, action, house))
        for seconds, action in (
            (5.0, refresh),
            (20.0, flush),
            (60.0, look_for_doubts),
            (15.0, read_due_feeds),
            (60.0, read_forecast),
            (60.0, fetch_pictures),
            (60.0, forget_outings),
            (300.0, forget_sessions),
        )  # a change reaches visitors within a minute
    ]
    try:
        await asyncio.gather(*beats)
    finally:
        for beat in beats:
            beat.cancel()
        with suppress(SejourError):
            flush(house)


async def _every(seconds: float, action: Callable[[House], None], house: House) -> None:
    """A beat that fails is logged, and tried again at the next one: pages go on from what is held."""
    while True:
        try:
            await asyncio.to_thread(action, house)
        except SejourError as error:
            log.warning("action=%s failed: %s", action.__name__, error)
        except Exception:
            log.exception("action=%s crashed", action.__name__)
        await asyncio.sleep(seconds)


def refresh(house: House) -> None:
    if house.live.refresh(house.now()):
        catalogue = house.live.territory.catalogue
        log.info("catalogue revision=%d offers=%d", catalogue.revision, len(catalogue.offers))


def look_for_doubts(house: House) -> None:
    """So that the office's page of twins does not wait for it."""
    if sources := house.live.territory.sources:
        sources.doubts()


def flush(house: House) -> None:
    with _writing:
        house.tally.flush()


def read_due_feeds(house: House) -> None:
    """Reads every feed that is due, one after the other. Of several processes on one database, one does it."""
    if house.store.dialect.read_only:
        return
    settings, moment = house.settings, house.now()
    with house.store.alone("schedule") as mine:
        if not mine:
            return
        with house.store.reading() as connection:
            stored = feeds_of(connection, settings.territory.id, settings.territory.timezone)
        for each in stored:
            if each.due is None or datetime.fromisoformat(each.due) <= moment:
                run = run_feed(house.store, settings.territory.id, each, house.now, allow=frozenset(settings.service.allow))
                level = logging.INFO if run.outcome is Outcome.DONE else logging.WARNING
                log.log(level, "feed=%s outcome=%s records=%d added=%d changed=%d removed=%d", run.feed, run.outcome.value, run.records, run.added,
                        run.changed, run.removed)  # fmt: skip


def fetch_pictures(house: House) -> None:
    """Of several processes, one does it."""
    settings, live = house.settings, house.live
    if house.store.dialect.read_only or not settings.pictures.fetch:
        return
    moment, allow = house.now().astimezone(settings.zone), frozenset(settings.service.allow)
    with house.store.alone("pictures") as mine:
        if mine and (asked := illustrate(album_of(settings), live.territory.catalogue, live.counted, moment, allow)):
            log.info("pictures asked=%d", asked)


def forget_outings(house: House) -> None:
    """Nothing is kept of a phone whose time is over."""
    territory, moment = house.settings.territory.id, house.now()
    with house.store.reading() as connection:
        due = outings.is_due(connection, territory, moment)
    if due and not house.store.dialect.read_only:
        with house.store.writing() as connection:
            outings.purge(connection, territory, moment)


def forget_sessions(house: House) -> None:
    """Nothing is kept of sessions that are over, of links that nobody used, of guesses that were long ago."""
    moment, rooms = house.now(), (sessions, invitations, attempts)
    with house.store.reading() as connection:
        due = any(room.is_due(connection, moment) for room in rooms)
    if due and not house.store.dialect.read_only:
        with house.store.writing() as connection:
            for room in rooms:
                room.purge(connection, moment)


def read_forecast(house: House) -> None:
    """Reads the forecast again when ours is FRESH no more; when that fails the former one serves until it is too old."""
    settings, held = house.settings, house.live.forecast
    if settings.weather.url and (held is None or house.now() - held.read >= FRESH):
        house.live.take_forecast(take_forecast(settings, frozenset(settings.service.allow)), house.now())
