"""Headers that every answer carries, whatever made it."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'"


def allowing(policy: str, more: Mapping[str, str]) -> str:
    """A Content-Security-Policy that lets its page do `more`: sources by directive."""
    rules = {name: sources for name, *sources in (rule.split() for rule in policy.split("; "))}
    for name, sources in more.items():
        rules[name] = list(dict.fromkeys([*rules.get(name, []), *sources.split()]))
    return "; ".join(" ".join([name, *sources]) for name, sources in rules.items())


class SafeHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", NOTHING)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
            await send(message)

        await self.app(scope, receive, safely if scope["type"] == "http" else send)
