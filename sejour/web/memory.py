"""Visitors' pages as they were just sent, for who asks for the very same within the same minute: nothing that a page shows can have changed.

What is remembered is forgotten all at once when the minute, the catalogue or the forecast is another. Pages of captive phones are not remembered: each
carries the state of one phone.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sejour.house import House

AGAIN = "sejour.again"  # in the scope of a request: what counts its page once more; a page that is not to be remembered has none
MOST_BYTES = 32_000_000
Count = Callable[[Headers], None]
Key = tuple[str, bytes, str | None, bool]


@dataclass(frozen=True, slots=True)
class Sent:
    start: Message
    body: bytes
    etag: str
    count: Count


class Memory:
    """In front of all else: a remembered page costs no routing, no template, no compression. It answers If-None-Match (RFC 9110 §13.1.2)."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app, self.house = app, house
        self._stamp: object = None
        self._sent: dict[Key, Sent] = {}
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        headers, key, stamp = Headers(scope=scope), _key(scope), self._fresh()
        found = self._sent.get(key)
        if found is None:
            found = await self._ask(scope, receive, send, key, stamp)
        else:
            found.count(headers)
        if found is not None:
            await _answer(found, headers.get("if-none-match", ""), send)

    def _fresh(self) -> object:
        """What all that is remembered depends on, as it is now."""
        now, live = self.house.now(), self.house.live
        stamp = now.timestamp() // 60, live.current, live.believed(now)
        if stamp != self._stamp:
            self._stamp, self._sent, self._bytes = stamp, {}, 0
        return stamp

    async def _ask(self, scope: Scope, receive: Receive, send: Send, key: Key, stamp: object) -> Sent | None:
        """Passes the answer on as it comes, unless it is a page that may be remembered: that one is returned whole."""
        held: list[Message] = []

        async def keeping(message: Message) -> None:
            if (message["type"] == "http.response.start" and AGAIN in scope and message["status"] == 200) or held:
                held.append(message)
            else:
                await send(message)

        await self.app(scope, receive, keeping)
        if not held:
            return None
        body = b"".join(message.get("body", b"") for message in held[1:])
        etag = f'W/"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        MutableHeaders(raw=held[0]["headers"])["ETag"] = etag
        sent = Sent(held[0], body, etag, scope[AGAIN])
        if stamp is self._stamp and self._bytes + len(body) <= MOST_BYTES:
            self._sent[key] = sent
            self._bytes += len(body)
        return sent


def _key(scope: Scope) -> Key:
    language, encoding = None, ""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            language = value.decode("latin-1")
        elif name == b"accept-encoding":
            encoding = value.decode("latin-1")
    return scope["path"], scope["query_string"], language, "gzip" in encoding


async def _answer(sent: Sent, known: str, send: Send) -> None:
    if sent.etag in known:
        kept = [(name, value) for name, value in sent.start["headers"] if name not in (b"content-length", b"content-type", b"content-encoding")]
        await send({"type": "http.response.start", "status": 304, "headers": kept})
        await send({"type": "http.response.body", "body": b""})
        return
    await send(sent.start)
    await send({"type": "http.response.body", "body": sent.body})
