"""The captive portal API, RFC 8908: what an operating system may ask us about the device it runs on, instead of probing.

Android (11 and later) wants HTTPS, a 200, at most 4,096 characters and, while captive, a user-portal-url; iOS (14 and later) asks this instead
of its probe once DHCP option 114 has named it. So it answers after the login too, for as long as the lease.
"""

from dataclasses import dataclass

import msgspec

from captive_portal.answer import Answer

TYPE = "application/captive+json"


@dataclass(frozen=True, slots=True)
class Session:
    """What is left to a device that was let out: seconds and bytes, None without a limit."""

    seconds: int | None = None
    bytes: int | None = None
    extendable: bool = True


def captive_json(session: Session | None, portal: str, venue: str) -> Answer:
    """The document for a device, captive without a `session`. `portal` is its login page, `venue` the live page of its hotspot: absolute https
    addresses. What is left is said of a free device only (RFC 8908, section 5); the answer is one device's own."""
    said: dict[str, object] = {"captive": session is None, "user-portal-url": portal, "venue-info-url": venue}
    if session:
        said["can-extend-session"] = session.extendable
        said |= {"seconds-remaining": max(0, session.seconds)} if session.seconds is not None else {}
        said |= {"bytes-remaining": max(0, session.bytes)} if session.bytes is not None else {}
    return Answer(200, msgspec.json.encode(said), (("Content-Type", TYPE), ("Cache-Control", "private, no-store")))
