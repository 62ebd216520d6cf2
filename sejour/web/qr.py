"""QR codes as SVG: for a poster, for another phone."""

import segno
from markupsafe import Markup


def qr(text: str, label: str) -> Markup:
    """An inline SVG with its quiet zone, dark on light in any colour scheme; `label` is what it is called aloud. Its size is the style's."""
    made = segno.make(text, error="m", micro=False)
    width = made.symbol_size(border=4)[0]
    path = "".join(f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(made.matrix) for x, dark in enumerate(row) if dark)
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}"><path fill="#fff" d="M0 0h{0}v{0}h-{0}z"/><path fill="#000" d="{2}"/></svg>'
    ).format(width, label, path)
