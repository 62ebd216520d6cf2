"""The portal's addresses. Every refusal is a page for the visitor and a line for the operator; nothing leads to a stranger's server.

GET  /portal/{gateway}?…                  a captive phone, sent by its gateway: the visitor's page from there, with a button
POST /portal/{gateway}/connect            the button: the browser is sent to the gateway, or waits until it has asked us
GET  /portal/{gateway}/done?s=…           where the gateway, or the waiting page, leads to: connected
     /portal/{gateway}/poll/{secret}      the gateway asks
     /too-long                            what the server, or the nginx before it, makes of an address that is longer than it reads
"""

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from captive_portal.access_points import locate
from captive_portal.doors import Door, Doors
from captive_portal.gateways.gateway import Arrival, Kind, RawRequest, Standing, Stay
from captive_portal.gateways.wire import pairs, text
from captive_portal.journal import Journal
from captive_portal.outings import Outing, Stage, pseudonym, reference
from captive_portal.phones import Phones, is_free
from captive_portal.polls import Polls, asks
from captive_portal.refusal import Refused, expired, incomplete, malformed, untrusted
from captive_portal.requests import address_of, base_of, raw_request
from captive_portal.state import LONGEST, State, seal, unseal

TOO_LONG = "/too-long"
PATIENCE = timedelta(seconds=15)  # then the waiting page asks no more by itself, and shows another way
Handler = Callable[[Request, Door], Awaitable[Response | Refused]]


def portal_routes(doors: Doors) -> list[BaseRoute]:
    portal = Portal(doors)
    return [
        *Phones(doors).routes(),
        *(Route(f"/portal/{{gateway}}{slash}", portal.guarded(portal.enter)) for slash in ("", "/")),
        Route("/portal/{gateway}/connect", portal.guarded(portal.connect), methods=["POST"]),
        Route("/portal/{gateway}/done", portal.guarded(portal.done)),
        *(Route(f"/portal/{{gateway}}/poll/{{secret}}{slash}", portal.guarded(portal.poll), methods=["GET", "POST"]) for slash in ("", "/")),
        Route(TOO_LONG, portal.too_long, methods=["GET", "POST"]),
    ]


class Portal:
    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.polls = Polls(doors)
        self.journal = Journal()

    def guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            door = self.doors.gateways.get(request.path_params["gateway"])
            if door is None:
                raise HTTPException(404)
            answer = await handler(request, door)
            if isinstance(answer, Refused):
                answer = self._refuse(request, door.id, answer)
            answer.headers["Cache-Control"] = "no-store"
            return answer

        return handle

    async def too_long(self, request: Request) -> Response:
        return self._refuse(request, "?", malformed("", "an address longer than the server reads"))

    def _refuse(self, request: Request, gateway: str, refused: Refused) -> Response:
        self.journal.tell(gateway, refused, self.doors.now())
        return self.doors.pages.refused(request, refused)

    async def enter(self, request: Request, door: Door) -> Response | Refused:
        return await self._enter(request, door, await raw_request(request, self.doors.public))

    async def _enter(self, request: Request, door: Door, raw: RawRequest) -> Response | Refused:
        if not raw.query:
            return await self._without_parameters(request, door)
        arrival = door.gateway.arrive(raw)
        if isinstance(arrival, Refused):
            return arrival
        hotspot = locate(self.doors.points(), door.id, arrival.hotspot_keys, arrival.address)
        if arrival.standing is Standing.FREE:
            return await self._already_out(request, door, arrival, hotspot or "")
        if hotspot is None and arrival.hotspot_keys:
            await run_in_threadpool(self.doors.unplaced, door.id, arrival.hotspot_keys[0])
        device = pseudonym(self.doors.secret, "device", arrival.device)
        former = await run_in_threadpool(self.doors.book.of_phone, device=device)
        if former and former.stage is not Stage.WAITING:  # its gateway knows better
            await run_in_threadpool(self.doors.book.end, former.ref)
        sealed = seal(self.doors.secret, State(door.id, hotspot or "", arrival), door.gateway, self.doors.now())
        if isinstance(sealed, Refused):
            return sealed
        targets = self._targets(request, arrival)
        return self.doors.pages.home(request, hotspot or "", f"{door.id}.{sealed}", targets, failed=arrival.standing is Standing.FAILED)

    async def connect(self, request: Request, door: Door) -> Response | Refused:
        """The terms are accepted."""
        said = pairs((await raw_request(request, self.doors.public)).body)
        if isinstance(said, Refused):
            return said
        sealed = text(said.get("state", b"")).removeprefix(f"{door.id}.")
        if not sealed:
            return incomplete("state", "a form without its state")
        state = unseal(self.doors.secret, sealed, door.id, self.doors.now())
        if isinstance(state, Refused):
            return state
        ref, language = reference(self.doors.secret, sealed), text(said.get("lang", b""))
        landing = f"{base_of(request, self.doors.public)}/portal/{door.id}/done?s={ref}"
        grant = door.gateway.grant(state.arrival, Stay(door.minutes, note=ref), landing)
        if isinstance(grant, Refused):
            return grant
        outing = self._outing(door, state.arrival, state.hotspot, language if re.fullmatch("[a-z]{2}", language) else "", ref)
        waits = grant.waiting if grant.kind is Kind.POLL else None
        if await run_in_threadpool(self.doors.book.begin, replace(outing, stage=Stage.WAITING) if waits else outing, waits):
            self.doors.let_out(request, state.hotspot, outing.language)
        return RedirectResponse(f"{landing}&portal={door.id}.{sealed}" if waits else grant.url or landing, 303)

    async def done(self, request: Request, door: Door) -> Response | Refused:
        outing = await run_in_threadpool(self.doors.book.of_ref, request.query_params.get("s", "")[:60])
        if outing is None or outing.gateway != door.id or outing.ends <= self.doors.now():
            return expired("an outing that is over, or never was")
        if outing.stage is Stage.WAITING:
            late = self.doors.now() - outing.began > PATIENCE
            past = self._past(request, door, outing) if late else ""
            return self.doors.pages.waiting(request, outing.hotspot, outing.language, late=late, past=past)
        if outing.stage is Stage.ASKED:
            await run_in_threadpool(self.doors.book.is_out, outing.ref)
        return self.doors.pages.connected(request, outing.hotspot, outing.language)

    async def poll(self, request: Request, door: Door) -> Response | Refused:
        raw = await raw_request(request, self.doors.public)
        if not door.poll or not hmac.compare_digest(request.path_params["secret"].encode(), door.poll.encode()):
            return untrusted("a poll at an address that is not this gateway's")
        return await self.polls.answer(door.id, raw) if asks(raw) else await self._enter(request, door, raw)

    async def _without_parameters(self, request: Request, door: Door) -> Response | Refused:
        """A phone that its system sent here (RFC 8908): its gateway gives it what it lacks."""
        if address := address_of(request):
            outing = await run_in_threadpool(self.doors.book.of_phone, address=pseudonym(self.doors.secret, "address", address))
            if outing and is_free(outing, self.doors):
                return self.doors.pages.connected(request, outing.hotspot, outing.language)
        return RedirectResponse(door.url, 302) if door.url else incomplete("", "a phone without its gateway's parameters")

    async def _already_out(self, request: Request, door: Door, arrival: Arrival, hotspot: str) -> Response:
        """The gateway says so. The outing is told by the reference of our own landing, or by the device when the gateway names one."""
        match = re.search(r"/done\?s=([A-Za-z0-9_-]{22})$", arrival.return_to or "")
        book, device = self.doors.book, pseudonym(self.doors.secret, "device", arrival.device)
        outing = await run_in_threadpool(book.of_ref, match[1]) if match else None
        if outing is None and device:
            outing = await run_in_threadpool(book.of_phone, device=device)
        if outing is None and device:
            made = replace(self._outing(door, arrival, hotspot, "", reference(self.doors.secret, f"{door.id} {device}")), stage=Stage.OUT)
            await run_in_threadpool(book.begin, made, None)
        elif outing and outing.stage is not Stage.OUT:
            await run_in_threadpool(book.is_out, outing.ref)
        return self.doors.pages.connected(request, outing.hotspot if outing else hotspot, outing.language if outing else "")

    def _outing(self, door: Door, arrival: Arrival, hotspot: str, language: str, ref: str) -> Outing:
        secret, began = self.doors.secret, self.doors.now()
        device = pseudonym(secret, "device", arrival.device) or ref
        address, ends = pseudonym(secret, "address", arrival.address), began + timedelta(minutes=door.minutes)
        return Outing(ref, device, address, door.id, hotspot, language, Stage.ASKED, began, ends)

    def _past(self, request: Request, door: Door, outing: Outing) -> str:
        """For a gateway that does not come: the address that does the same."""
        sealed = request.query_params.get("portal", "")[:LONGEST].removeprefix(f"{door.id}.")
        state = unseal(self.doors.secret, sealed, door.id, self.doors.now())
        if isinstance(state, Refused):
            return ""
        landing = f"{base_of(request, self.doors.public)}/portal/{door.id}/done?s={outing.ref}"
        grant = door.gateway.grant(state.arrival, Stay(door.minutes, note=outing.ref), landing)
        return "" if isinstance(grant, Refused) else grant.url or ""

    def _targets(self, request: Request, arrival: Arrival) -> tuple[str, ...]:
        """Where the form's answer leads: the gateway, then our landing, which may have another name than this page."""
        return (arrival.origin, base_of(request, self.doors.public))


def read_token(doors: Doors, token: str) -> State | None:
    """The state that a page of a captive phone carries in its address; None when it is none of ours, or too old: the page is then as any other."""
    gateway, _, sealed = token.partition(".")
    if gateway not in doors.gateways:
        return None
    state = unseal(doors.secret, sealed, gateway, doors.now())
    return None if isinstance(state, Refused) else state
