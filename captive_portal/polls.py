"""A gateway asks for its grants: openNDS's authmon. What it says is written before it is answered."""

from datetime import datetime, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from captive_portal.doors import Doors
from captive_portal.gateways.gateway import RawRequest
from captive_portal.gateways.opennds_authmon import Ask, Poll, Told, answer_poll, read_ended, read_poll
from captive_portal.refusal import Refused

NOTED = timedelta(minutes=1)  # how often it is written that a gateway still asks
STARTING = timedelta(seconds=20)  # an openNDS that starts clears the list some seconds after it has sent its first phones


class Polls:
    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self._noted: dict[str, datetime] = {}

    async def answer(self, gateway: str, raw: RawRequest) -> Response | Refused:
        poll = read_poll(raw)
        told = poll if isinstance(poll, Refused) else await run_in_threadpool(self._settle, gateway, poll)
        return told if isinstance(told, Refused) else PlainTextResponse(told.text, headers={"Cache-Control": "no-store"})

    def _settle(self, gateway: str, poll: Poll) -> Told | Refused:
        book, moment = self.doors.book, self.doors.now()
        queue = book.queue(gateway, moment - STARTING if poll.ask is Ask.CLEAR else None)
        told = answer_poll(poll, queue, book.hashes(gateway))
        if isinstance(told, Refused):
            return told
        if told.out or told.dropped:
            book.settle(gateway, told.out, told.dropped)
        if poll.ask is Ask.DEAUTHED and (note := read_ended(poll.payload).note):
            book.end(note)
        if gateway not in self._noted or moment - self._noted[gateway] >= NOTED:
            book.polled(gateway, poll.gatewayhash, moment)
            self._noted[gateway] = moment
        return told


def asks(raw: RawRequest) -> bool:
    """openNDS polls the very address to which it sends phones: one of them has no `auth_get`."""
    return raw.method == "POST" or b"auth_get=" in raw.query
