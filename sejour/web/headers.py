"""Headers that every answer carries, whatever made it."""

from collections.abc import Mapping
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PLAIN = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
OVER_HTTPS = (*PLAIN, (b"strict-transport-security", b"max-age=31536000; includeSubDomains"))


def allowing(policy: str, more: Mapping[str, str]) -> str:
    """A Content-Security-Policy that lets its page do `more`: sources by directive."""
    return _allowing(policy, tuple(more.items()))


@lru_cache(maxsize=64)
def _allowing(policy: str, more: tuple[tuple[str, str], ...]) -> str:
    rules = {name: sources for name, *sources in (rule.split() for rule in policy.split("; "))}
    for name, sources in more:
        rules[name] = list(dict.fromkeys([*rules.get(name, []), *sources.split()]))
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


class SafeHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(header for header in always if header[0] not in there)]
            await send(message)

        always = OVER_HTTPS if scope.get("scheme") == "https" else PLAIN

        await self.app(scope, receive, safely if scope["type"] == "http" else send)
