"""The office's accent, made readable: WCAG 2.2 contrast of 4.5:1 on the page's backgrounds, or changed until it is."""

import re

LIGHT = ("#faf8f4", "#ffffff")
DARK = ("#131816", "#1b2220")
OURS = ("#0d5f56", "#7fd1c1")
ENOUGH = 4.5


def contrast(a: str, b: str) -> float:
    """WCAG 2.2 contrast ratio of two "#rrggbb" colours, 1 to 21."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def accents(accent: str) -> tuple[str, str]:
    """(for the light page, for the dark page). What is not "#rrggbb" falls to sejour's own."""
    start = accent.lower()
    if start == OURS[0] or not re.fullmatch(r"#[0-9a-f]{6}", start):
        return OURS
    return _readable(start, LIGHT, "#000000"), _readable(start, DARK, "#ffffff")


def _readable(colour: str, backgrounds: tuple[str, ...], towards: str) -> str:
    for step in range(101):
        mixed = _mix(colour, towards, step / 100)
        if all(contrast(mixed, background) >= ENOUGH for background in backgrounds):
            return mixed
    return towards


def _mix(a: str, b: str, share: float) -> str:
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in zip(_channels(a), _channels(b), strict=True))


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
