"""Answers to phones' systems: their probes, on any Host, and the captive portal API. By the state of the device that asks."""

import re
from collections.abc import Iterable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from captive_portal.access_points import locate
from captive_portal.answer import Answer
from captive_portal.capport import Session, captive_json
from captive_portal.doors import Doors
from captive_portal.gateways.wire import MAC
from captive_portal.outings import Outing, Stage, pseudonym
from captive_portal.probes import ANY, FREE, PATHS, answer_probe
from captive_portal.requests import address_of, base_of


class Phones:
    def __init__(self, doors: Doors) -> None:
        self.doors = doors

    def routes(self) -> list[BaseRoute]:
        hosts = [_OnHost(host, path, self.probe) for host, path in FREE if host != ANY]
        return [*hosts, *(Route(path, self.probe) for path in PATHS), Route("/capport/v1/{hotspot}", self.api)]

    async def probe(self, request: Request) -> Response:
        """A device of another network than ours has come through the Internet: it is free. So is everyone where no gateway holds anyone."""
        doors, address = self.doors, address_of(request)
        base, captive = base_of(request, doors.public), False
        if address and doors.gateways:
            captive = not is_free(await run_in_threadpool(doors.book.of_phone, address=self._pseudonym(address)), doors)
        gateway, hotspot = self._where(address)
        portal = f"{base}/portal/{gateway}" if gateway else f"{base}/"
        home = f"{base}/?h={hotspot}" if hotspot else f"{base}/"
        answer = answer_probe(request.headers.get("host", ""), request.url.path, captive=captive, portal=portal, home=home)
        if answer is None:
            raise HTTPException(404)
        return respond(answer)

    async def api(self, request: Request) -> Response:
        """RFC 8908. `d`, a MAC, is what CoovaChilli puts in the address that it gives each phone; else the device is told by its address, and where
        it cannot be, there is no document: a system then goes back to its probes. Gateways know phones by IPv4, so an IPv6 address that no outing has
        tells nothing: this phone may be out by its other address."""
        doors, hotspot, device = self.doors, request.path_params["hotspot"], request.query_params.get("d", "")
        point = next((point for point in doors.points() if point.hotspot == hotspot), None)
        address, by_mac = address_of(request), MAC.fullmatch(device) is not None
        if point is None or not (address or (doors.gateways and by_mac)):
            raise HTTPException(404)
        left: Session | None = Session(extendable=False)
        if doors.gateways:
            wanted = {"device": pseudonym(doors.secret, "device", device)} if by_mac else {"address": self._pseudonym(address)}
            outing = await run_in_threadpool(lambda: doors.book.of_phone(**wanted))
            if outing is None and not by_mac and ":" in address:
                raise HTTPException(404)
            left = Session(round((outing.ends - doors.now()).total_seconds())) if outing and is_free(outing, doors) else None
        base, gateway = base_of(request, doors.public), point.gateway or self._where("")[0]
        venue = f"{base}/?h={hotspot}"
        return respond(captive_json(left, f"{base}/portal/{gateway}" if gateway else venue, venue))

    def _where(self, address: str) -> tuple[str, str]:
        """(gateway, hotspot) of a device of which nothing is known but its address; "" where it does not tell."""
        doors = self.doors
        for gateway in doors.gateways:
            if len(doors.gateways) == 1 or locate((point for point in doors.points() if "/" in "".join(point.keys)), gateway, (), address):
                return gateway, locate(doors.points(), gateway, (), address) or ""
        return "", ""

    def _pseudonym(self, address: str) -> str:
        return pseudonym(self.doors.secret, "address", address)


def is_free(outing: Outing | None, doors: Doors) -> bool:
    """Also while a browser is on its way to its gateway: a gateway that does not let it out sends it back to us, which ends the outing."""
    return outing is not None and outing.stage is not Stage.WAITING and outing.ends > doors.now()


def respond(answer: Answer) -> Response:
    return Response(answer.body, answer.status, dict(answer.headers))


class _OnHost(Route):
    """A route for one Host only."""

    def __init__(self, host: str, path: str, endpoint: Any) -> None:
        super().__init__(path, endpoint)
        self.host = host.encode()

    def matches(self, scope: Any) -> tuple[Match, Any]:
        hosts: Iterable[bytes] = (value for name, value in scope.get("headers", ()) if name == b"host")
        same = any(re.sub(rb":\d+$", b"", host).lower().rstrip(b".") == self.host for host in hosts)
        return super().matches(scope) if same else (Match.NONE, {})
