"""What the portal answers to a machine: a phone's probe, an API, a gateway's poll. No template, no state."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
