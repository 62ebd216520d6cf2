"""What the portal needs of a request: its bytes, its address, by which names we may have been called."""

import ipaddress
import re

from starlette.requests import Request

from captive_portal.gateways.gateway import RawRequest
from captive_portal.gateways.wire import LOCAL, LONGEST


async def raw_request(request: Request, public: str) -> RawRequest:
    """As it stood on the wire. A body is read until it is too long for any gateway, and no further."""
    scope, body = request.scope, b""
    if request.method == "POST":
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST:
                break
    host = request.headers.get("host", "")
    called = (f"{scheme}://{host}" for scheme in ("http", "https")) if re.fullmatch(r"[\w.:\[\]-]{1,255}", host, re.ASCII) else ()
    origins = tuple(dict.fromkeys(origin for origin in (public, *called) if origin))
    path = scope.get("raw_path") or scope["path"].encode()
    return RawRequest(request.method, path.partition(b"?")[0].decode("latin-1"), scope["query_string"], body, origins)


def base_of(request: Request, public: str) -> str:
    """The origin of our own addresses: never a Host header, which anyone can write."""
    if public:
        return public
    host, port = request.scope.get("server") or ("localhost", None)
    return f"{request.scope['scheme']}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"


def address_of(request: Request) -> str:
    """The asking device's address, by the nginx of `deploy/` when it stands before us; "" when it is not one of a local network: behind another
    network's router a device cannot be told from its neighbours."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
        if address.is_loopback and "x-real-ip" in request.headers:
            address = ipaddress.ip_address(request.headers["x-real-ip"])
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    near = address.is_loopback or address.is_link_local or any(address in network for network in LOCAL)
    return str(address) if near else ""
