"""The only composition root: settings in, an application out."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware

from captive_portal.routes import portal_routes
from sejour.credentials import service_secret
from sejour.house import House
from sejour.live import Live
from sejour.pictures import Shelf
from sejour.porch import bar_of_token, open_doors
from sejour.schedule import heartbeat
from sejour.settings import Settings, read_settings
from sejour.store.engine import Store
from sejour.store.feeds import seed
from sejour.tally import Tally
from sejour.web import announcements, api, health, img, indexing, map, my, offline, open_data, portal, remark, static, visitor
from sejour.web.compression import Compression
from sejour.web.errors import handlers
from sejour.web.headers import SafeHeaders
from sejour.web.memory import Memory
from sejour.web.office import routes as office
from sejour.web.render import Pages

log = logging.getLogger("sejour.app")


def clock() -> datetime:
    """The only clock of a running service."""
    return datetime.now(UTC)  # noqa: TID251 (this is where it is read)


def open_house(settings: Settings, now: Callable[[], datetime] = clock) -> House:
    """Opens the database, refuses a schema that is not ours, seeds what sejour.toml names and loads the catalogue. On a disk that became
    read-only the pages are served all the same, from what it holds."""
    store = Store(settings.store.url)
    store.check_schema()
    if store.dialect.read_only:
        log.warning("the disk of %s is read-only: pages are served, nothing can be changed", store.url)
    else:
        with store.writing() as connection:
            seed(connection, store.dialect, settings)
    live = Live(store, settings)
    live.refresh(now())
    return House(settings, store, live, Tally(store, settings.territory.id), now)


def create_app(house: House) -> Starlette:
    doors = open_doors(house)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        beat = asyncio.create_task(heartbeat(house))
        yield
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat
        house.store.close()

    app = Starlette(
        routes=[
            *portal_routes(doors),
            *portal.routes,
            *open_data.routes,
            *my.routes,
            *visitor.routes,
            *announcements.routes,
            *remark.routes,
            *map.routes,
            *offline.routes,
            *api.routes,
            *health.routes,
            *static.routes,
            *img.routes,
            *indexing.routes,
            *office.routes,
        ],
        middleware=[Middleware(Memory, house=house), Middleware(SafeHeaders), Middleware(Compression)],
        exception_handlers=handlers,
        lifespan=lifespan,
    )
    app.state.house = house
    app.state.pages = Pages(house.settings)
    app.state.shelf = Shelf()
    app.state.read_bar = partial(bar_of_token, doors)
    app.state.secret = partial(service_secret, house.settings)
    return app


def from_environment() -> Starlette:
    """The application of the configuration that SEJOUR_CONFIG names: what each worker of `sejour serve --workers` runs."""
    settings = read_settings(Path(os.environ["SEJOUR_CONFIG"]))
    set_up_logging(settings.log.file)
    return create_app(open_house(settings))


def set_up_logging(file: str = "") -> None:
    """Lines of key=value; no address, no query of a visitor is ever logged."""
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler(sys.stderr)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s level=%(levelname)s logger=%(name)s %(message)s", handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
