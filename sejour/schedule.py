"""The heartbeat of a serving process: what must be done again and again, beside the requests."""

import asyncio
import logging

from sejour.errors import SejourError
from sejour.house import House

REFRESH_SECONDS = 5.0  # a change reaches visitors within it
log = logging.getLogger("sejour.schedule")


async def heartbeat(house: House) -> None:
    """Runs until cancelled. A beat that fails is logged, and tried again at the next one: pages go on from what is held."""
    while True:
        await asyncio.sleep(REFRESH_SECONDS)
        try:
            if await asyncio.to_thread(house.live.refresh, house.now()):
                log.info("catalogue revision=%d offers=%d", *_held(house))
        except SejourError as error:
            log.warning("refresh failed: %s", error)


def _held(house: House) -> tuple[int, int]:
    catalogue = house.live.territory.catalogue
    return catalogue.revision, len(catalogue.offers)
