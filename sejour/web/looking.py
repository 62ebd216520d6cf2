"""Does anybody look at a page that is asked for? Only then is it counted."""

from functools import lru_cache

from starlette.types import Scope

ROBOTS = (b"bot", b"crawl", b"spider", b"curl/", b"wget/", b"python-", b"monitor", b"captivenetworksupport")


def nobody(scope: Scope) -> bool:
    """A robot, a browser that fetches ahead, or who asks for the headers alone."""
    if scope["method"] == "HEAD":
        return True
    for name, value in scope["headers"]:
        if (name == b"user-agent" and _is_robot(value)) or (name in (b"purpose", b"sec-purpose") and b"prefetch" in value):
            return True
    return False


@lru_cache(maxsize=256)
def _is_robot(agent: bytes) -> bool:
    agent = agent.lower()
    return any(word in agent for word in ROBOTS)
