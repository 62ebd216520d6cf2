"""A feed read because somebody of the office asks, not because it is due."""

from dataclasses import replace
from functools import partial
from time import sleep

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.house import House
from sejour.ingest import run_feed
from sejour.store.feeds import feed_of
from sejour.web.office import background
from sejour.web.visits import house_of

TRIES, BETWEEN = 60, 1.0  # seconds: the heartbeat may be reading


def read_now(request: Request, id: int, accepted: int = 0) -> Response:
    """Back to the page of the feed when it was read, or when that takes long: the page then says so. `accepted` as in `decide`. Raises NotFound, and
    FormError when something else is being read."""
    house = house_of(request)
    asked = house.now()
    with house.store.reading() as connection:
        feed_of(connection, house.settings.territory.id, id, house.settings.territory.timezone)
    done = background.start(partial(_read, house, id, accepted))
    return RedirectResponse(f"/office/feeds/{id}" + ("" if done else f"?since={int(asked.timestamp())}"), 303)


def _read(house: House, id: int, accepted: int) -> None:
    """Not while the heartbeat reads: one of the two would find what the other wrote."""
    territory, settings = house.settings.territory, house.settings
    for _ in range(TRIES):
        with house.store.alone("schedule") as mine:
            if mine:
                with house.store.reading() as connection:
                    stored = feed_of(connection, territory.id, id, territory.timezone)
                whole = replace(stored, etag=None, modified=None)  # "the same as before" is no answer to who asks
                run_feed(house.store, territory.id, whole, house.now, accepted=accepted, allow=frozenset(settings.service.allow))
                house.live.refresh(house.now())
                return
        sleep(BETWEEN)
