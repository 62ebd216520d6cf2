"""Three landscapes for the picks of the demonstration, drawn here with a few polygons: nobody else's, and no photo."""

import io
import math
from collections.abc import Callable
from datetime import datetime

from PIL import Image, ImageDraw

from sejour.domain.text import LocalText
from sejour.pictures import take
from sejour.store.engine import Store
from sejour.store.pictures import StoredPicture, keep_picture

WIDTH, HEIGHT = 1280, 854
FINER = 2  # drawn larger, then reduced: soft edges
CREDIT = "Dessin de la démonstration de sejour"
Ink = str
Wave = tuple[float, float, float]  # height, length and shift, in shares of the sheet


class Sheet:
    """A sheet one wide and one high, from its top left corner."""

    def __init__(self, top: Ink, bottom: Ink) -> None:
        size = WIDTH * FINER, HEIGHT * FINER
        sky = Image.linear_gradient("L").resize(size)
        self._image = Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), sky)
        self._draw = ImageDraw.Draw(self._image)

    def shape(self, ink: Ink, *points: tuple[float, float]) -> None:
        self._draw.polygon([(x * WIDTH * FINER, y * HEIGHT * FINER) for x, y in points], fill=ink)

    def disc(self, ink: Ink, x: float, y: float, radius: float, flat: float = 1.0) -> None:
        x, y, radius = x * WIDTH * FINER, y * HEIGHT * FINER, radius * WIDTH * FINER
        self._draw.ellipse((x - radius, y - radius * flat, x + radius, y + radius * flat), fill=ink)

    def ridge(self, ink: Ink, base: float, *waves: Wave) -> None:
        """What is below a line around `base`."""
        line = [(n / 160, base - sum(h * math.sin(math.tau * (n / 160 / length + shift)) for h, length, shift in waves)) for n in range(161)]
        self.shape(ink, *line, (1, 1), (0, 1))

    def palm(self, ink: Ink, x: float, foot: float, height: float) -> None:
        top = foot - height
        self.shape(ink, (x - 0.004, foot), (x + 0.004, foot), (x + 0.009, top), (x + 0.004, top))
        for turn in range(7):
            angle = math.pi * (0.02 + turn * 0.16)
            tip = x + 0.006 + 0.06 * math.cos(angle), top - 0.06 * math.sin(angle) + 0.045
            self.shape(ink, (x + 0.006, top - 0.008), tip, (x + 0.006 + 0.03 * math.cos(angle), top - 0.055 * math.sin(angle) - 0.004))

    def jpeg(self) -> bytes:
        body = io.BytesIO()
        self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(body, "JPEG", quality=92)
        return body.getvalue()


def funicular() -> Sheet:
    """A car on its slope, between palm trees."""
    sheet = Sheet("#cfe3ea", "#f7e7cf")
    sheet.ridge("#b9cdd3", 0.52, (0.05, 0.7, 0.1), (0.02, 0.23, 0.3))
    sheet.shape("#6f8f6a", (0, 0.95), (0.62, 0.34), (1, 0.3), (1, 1), (0, 1))
    sheet.shape("#e9dfc8", (0.6, 0.36), (0.6, 0.2), (0.92, 0.2), (0.92, 0.34))
    for n in range(5):
        sheet.shape("#9aa79a", *((0.64 + n * 0.055 + dx, 0.24 + dy) for dx, dy in ((0, 0), (0.025, 0), (0.025, 0.07), (0, 0.07))))
    sheet.shape("#4c5a52", (0.02, 1), (0.09, 1), (0.66, 0.355), (0.635, 0.345))
    sheet.shape("#8f2d2a", (0.27, 0.62), (0.41, 0.62), (0.41, 0.78), (0.27, 0.78))
    for x in (0.285, 0.33, 0.375):
        sheet.shape("#fbf3df", (x, 0.645), (x + 0.028, 0.645), (x + 0.028, 0.7), (x, 0.7))
    for x, foot, height in ((0.58, 0.72, 0.28), (0.76, 0.82, 0.36), (0.92, 0.7, 0.26)):
        sheet.palm("#33523d", x, foot, height)
    sheet.ridge("#3f6248", 0.93, (0.02, 0.5, 0.2), (0.01, 0.13, 0))
    return sheet


def boulevard() -> Sheet:
    """Ridges one behind the other, an hour before the sun sets."""
    sheet = Sheet("#8fb3cc", "#f8cf9d")
    sheet.disc("#fdeec8", 0.74, 0.34, 0.05)
    for ink, base, *waves in (
        ("#9fb0c4", 0.47, (0.07, 0.42, 0.1), (0.035, 0.17, 0.4), (0.015, 0.06, 0.2)),
        ("#7f92ab", 0.56, (0.05, 0.5, 0.55), (0.03, 0.15, 0.1), (0.012, 0.05, 0)),
        ("#5d7189", 0.66, (0.04, 0.6, 0.2), (0.02, 0.19, 0.7)),
        ("#46614f", 0.77, (0.03, 0.8, 0.8), (0.012, 0.11, 0.3)),
    ):
        sheet.ridge(ink, base, *waves)
    sheet.shape("#efe6d3", (0, 0.9), (1, 0.9), (1, 1), (0, 1))
    sheet.shape("#2c3a3f", (0, 0.835), (1, 0.835), (1, 0.85), (0, 0.85))
    for n in range(41):
        sheet.shape("#2c3a3f", *((n / 40 + dx, y) for dx, y in ((-0.002, 0.85), (0.002, 0.85), (0.002, 0.91), (-0.002, 0.91))))
    sheet.palm("#24352c", 0.14, 0.9, 0.5)
    return sheet


def park() -> Sheet:
    """A lake, its trees and what it mirrors of them."""
    sheet = Sheet("#bfe0ea", "#eef3dc")
    sheet.ridge("#a9c3c4", 0.45, (0.03, 0.6, 0.3), (0.015, 0.2, 0))
    sheet.shape("#7fb3bd", (0, 0.6), (1, 0.6), (1, 1), (0, 1))
    for x, radius, ink in ((0.08, 0.11, "#4f7d4a"), (0.24, 0.08, "#6b9a55"), (0.4, 0.1, "#3f6b45"), (0.68, 0.09, "#5d8b4d"), (0.88, 0.13, "#456f42")):
        sheet.disc("#6aa0a4", x, 0.6 + radius, radius, 0.9)
        sheet.shape("#5a4634", (x - 0.008, 0.6), (x + 0.008, 0.6), (x + 0.005, 0.46), (x - 0.005, 0.46))
        sheet.disc(ink, x, 0.6 - radius * 1.5, radius, 1.15)
    sheet.shape("#86ab5f", (0, 0.585), (1, 0.585), (1, 0.625), (0, 0.615))
    sheet.shape("#fbf7ee", (0.5, 0.72), (0.6, 0.72), (0.58, 0.75), (0.52, 0.75))
    sheet.shape("#c9543f", (0.548, 0.718), (0.548, 0.56), (0.61, 0.705))
    sheet.ridge("#7ba055", 0.93, (0.03, 1.2, 0.45), (0.008, 0.2, 0))
    return sheet


DRAWN: dict[str, tuple[Callable[[], Sheet], LocalText]] = {
    "funiculaire-de-pau": (funicular, LocalText({
        "fr": "Une cabine rouge monte une pente verte, entre des palmiers.", "en": "A red car climbs a green slope, among palm trees.",
        "nl": "Een rode cabine klimt een groene helling op, tussen palmbomen.", "de": "Eine rote Kabine fährt zwischen Palmen einen grünen Hang hinauf.",
        "es": "Una cabina roja sube por una ladera verde, entre palmeras.", "it": "Una cabina rossa sale un pendio verde, tra le palme."})),
    "boulevard-des-pyrenees": (boulevard, LocalText({
        "fr": "Des crêtes bleues l’une derrière l’autre, au soleil couchant.", "en": "Blue ridges one behind the other, at sunset.",
        "nl": "Blauwe bergkammen achter elkaar, bij zonsondergang.", "de": "Blaue Bergkämme hintereinander, bei Sonnenuntergang.",
        "es": "Crestas azules una tras otra, al atardecer.", "it": "Creste azzurre una dietro l’altra, al tramonto."})),
    "parc-beaumont": (park, LocalText({
        "fr": "Une voile rouge sur un lac bordé d’arbres.", "en": "A red sail on a lake lined with trees.",
        "nl": "Een rood zeil op een meer met bomen eromheen.", "de": "Ein rotes Segel auf einem See, von Bäumen gesäumt.",
        "es": "Una vela roja en un lago bordeado de árboles.", "it": "Una vela rossa su un lago bordato di alberi."})),
}  # fmt: skip


def hang(store: Store, territory: str, moment: datetime) -> dict[str, str]:
    """Draws them into the office's photos; the id of each by the offer's slug."""
    hung: dict[str, str] = {}
    for slug, (draw, alt) in DRAWN.items():
        photo = take(draw().jpeg())
        with store.writing() as connection:
            kept = StoredPicture(photo.id, photo.width, photo.height, CREDIT, alt, "office")
            keep_picture(connection, store.dialect, territory, kept, photo.data, "sejour", moment)
        hung[slug] = photo.id
    return hung
