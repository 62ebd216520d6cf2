"""Visitors' pages as they were just sent, for who asks for the very same within the same minute: nothing that a page shows can have changed.

What is remembered is forgotten all at once when the minute, the catalogue or the forecast is another. Pages of captive phones are not remembered: each
carries the state of one phone.
"""

import hashlib
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sejour.house import House
from sejour.tally import Seen
from sejour.web.compression import takes_gzip
from sejour.web.i18n import negotiate
from sejour.web.kept import Kept
from sejour.web.looking import nobody
from sejour.web.visits import languages_of

SEEN = "sejour.seen"  # in the scope of a request whose page may be remembered: what it adds to the counts, whoever sees it
MOST_BYTES = 20_000_000
BESIDE = 4_000  # bytes that a page takes beside its body
OF_A_BODY = (b"content-length", b"content-type", b"content-encoding")
Key = tuple[str, bytes, str, bytes, str, bool]
RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Sent:
    """`bare` are the headers of a 304, which has no body (RFC 9110 §15.4.5)."""

    start: Message
    body: Message
    bare: RawHeaders
    etag: bytes
    seen: Seen

    async def answer(self, known: bytes, send: Send) -> None:
        """Who has it already, by If-None-Match (RFC 9110 §13.1.2), is told so."""
        if known and (self.etag in known or known == b"*"):
            await send({"type": "http.response.start", "status": 304, "headers": self.bare})
            await send({"type": "http.response.body", "body": b""})
        else:
            await send(self.start)
            await send(self.body)


class Memory:
    """In front of all else: a remembered page costs no routing, no template, no compression; it is counted all the same."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self.app, self.house = app, house
        self._languages = languages_of(house.settings)
        self._minute = 0.0
        self._sent = Kept[Sent](MOST_BYTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        self._forget_what_is_over()
        headers = dict(reversed(scope["headers"]))  # the first of those that are said twice, as elsewhere
        language = negotiate(headers.get(b"accept-language", b"").decode("latin-1"), self._languages)
        host = headers.get(b"host", b"")  # a phone's probe asks another host than ours for "/"
        key = scope["scheme"], host, scope["path"], scope["query_string"], language, takes_gzip(scope)
        found = self._sent.get(key)
        if found is None:
            found = await self._ask(scope, receive, send, key)
        elif not nobody(scope):
            self.house.tally.again(found.seen)
        if found is not None:
            await found.answer(headers.get(b"if-none-match", b""), send)

    def _forget_what_is_over(self) -> None:
        now, live = self.house.now(), self.house.live
        minute = now.timestamp() // 60
        if minute != self._minute:
            self._minute = minute
        self._sent.made_of(self._minute, live.current, live.believed(now))

    async def _ask(self, scope: Scope, receive: Receive, send: Send, key: Key) -> Sent | None:
        """Passes the answer on as it comes, unless it is a page that may be remembered: that one is returned whole."""
        held: list[Message] = []
        asked = self._sent.stamp

        async def holding(message: Message) -> None:
            if held or (message["type"] == "http.response.start" and message["status"] == 200 and SEEN in scope):
                held.append(message)
            else:
                await send(message)

        await self.app(scope, receive, holding)
        if not held:
            return None
        sent = _whole(held, scope[SEEN])
        if self._sent.stamp is asked:
            self._sent.put(key, sent, BESIDE + len(sent.body["body"]) + len(scope["path"]) + len(scope["query_string"]))
        return sent


def _whole(held: list[Message], seen: Seen) -> Sent:
    body = b"".join(message.get("body", b"") for message in held[1:])
    etag = f'W/"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'.encode()
    headers: RawHeaders = [*held[0]["headers"], (b"etag", etag)]
    bare = [header for header in headers if header[0] not in OF_A_BODY]
    return Sent({**held[0], "headers": headers}, {"type": "http.response.body", "body": body}, bare, etag, seen)
