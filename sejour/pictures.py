"""Photos: bytes of a stranger in, small files of ours out. Nothing of the camera's is kept: no position, no name, no date, no thumbnail.

The format is told by the content, among those that phones send and visitors' pages can show; what is too large is refused before it is decoded, but
for a baseline JPEG, which libjpeg decodes at an eighth of its size or more: a phone's 50 megapixels cost what 3 do. One at a time is decoded, in a
thread of its caller's.
"""

import hashlib
import io
import threading
import warnings
from base64 import b32encode
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError, features

from sejour.errors import UsageError

FORMATS = ("JPEG", "PNG", "WEBP")  # with these names alone Pillow never starts another decoder (EPS would start Ghostscript)
LARGEST = 25_000_000  # bytes
MOST_PIXELS = 25_000_000  # decoded whole: 75 MB
MOST_SCALED = 110_000_000  # of a baseline JPEG, decoded smaller
LONGEST_SIDE = 40_000
MASTER = 1_600  # pixels, its longer side
WIDTHS = (320, 640, 1280)
BUDGETS = {320: 25_000, 640: 60_000, 1280: 180_000}  # bytes; quality is lowered until it is met, or the last is kept
QUALITIES = {"avif": (52, 42, 32), "webp": (74, 60, 46, 34), "jpg": (76, 62, 48, 36)}
MEDIA = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
SHELF = 24_000_000  # bytes of derivatives held in memory
LARGEST_PROFILE = 1_000_000

NO_PICTURE = "Ce fichier n’est pas une photo que nous savons lire : envoyez un JPEG, un PNG ou un WebP."  # the office reads French: not translated
HEIC = "C’est une photo HEIC : dans les réglages de l’iPhone, Appareil photo, Formats, choisissez « Le plus compatible », ou envoyez un JPEG."
TOO_HEAVY = "Cette photo est trop lourde : 25 Mo au plus."
TOO_LARGE = "Cette photo est trop grande : 25 millions de pixels au plus, 110 pour un JPEG ordinaire."
DAMAGED = "Cette photo est abîmée : elle s’arrête avant la fin. Envoyez-la de nouveau."
TOO_SMALL = "Cette photo est trop petite : 160 pixels de côté au moins."

Image.MAX_IMAGE_PIXELS = MOST_SCALED
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
_DECODING = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of ours: `data` is a JPEG of at most MASTER pixels a side; `id` a hash of it."""

    id: str
    data: bytes
    width: int
    height: int


def take(body: bytes) -> Photo:
    """Raises UsageError, in one sentence, for what is no photo or is too large to be decoded safely."""
    if len(body) > LARGEST:
        raise UsageError(TOO_HEAVY, parameter="file")
    if body[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"):
        raise UsageError(HEIC, parameter="file")
    with _DECODING:
        image = _decoded(body)
        data = _jpeg(image, 88)
        return Photo(b32encode(hashlib.blake2b(data, digest_size=10).digest()).decode().lower(), data, *image.size)


def derive(data: bytes, width: int, suffix: str) -> bytes:
    """A master made smaller, never larger, in the format of `suffix`, within its budget when that can be. Raises KeyError for other formats."""
    with _DECODING:
        opened = Image.open(io.BytesIO(data), formats=("JPEG",))
        size = min(width, opened.width), max(1, round(opened.height * min(width, opened.width) / opened.width))
        opened.draft("RGB", size)
        image = opened.resize(size, Image.Resampling.LANCZOS)
        for quality in QUALITIES[suffix]:
            made = ENCODERS[suffix](image, quality)
            if len(made) <= BUDGETS[width]:
                break
        return made


def suffixes() -> tuple[str, ...]:
    """Those that can be made here, the lightest first."""
    return tuple(suffix for suffix in MEDIA if suffix == "jpg" or features.check(suffix))


def _decoded(body: bytes) -> Image.Image:
    """Upright, in sRGB, MASTER a side at most, with nothing but its pixels."""
    try:
        image = Image.open(io.BytesIO(body), formats=FORMATS)
        _refuse_large(image)
        image.draft("RGB", (MASTER * image.width // max(image.size), MASTER * image.height // max(image.size)))
        profile = image.info.get("icc_profile")
        image.load()
        upright = ImageOps.exif_transpose(image)
    except UnidentifiedImageError:
        raise UsageError(NO_PICTURE, parameter="file") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise UsageError(TOO_LARGE, parameter="file") from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:  # Pillow raises any of these on a file that was cut or made up
        raise UsageError(DAMAGED, parameter="file") from error
    upright.thumbnail((MASTER, MASTER), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", upright.size, "white")
    alpha = upright.convert("RGBA").getchannel("A") if "A" in upright.getbands() or "transparency" in upright.info else None
    bare.paste(_in_srgb(upright, profile).convert("RGB"), mask=alpha)
    return bare


def _refuse_large(image: Image.Image) -> None:
    pixels = image.width * image.height
    scaled = image.format == "JPEG" and not image.info.get("progressive")  # a progressive one is held whole, whatever its scale
    if pixels > (MOST_SCALED if scaled else MOST_PIXELS) or max(image.size) > LONGEST_SIDE:
        raise UsageError(TOO_LARGE, parameter="file")
    if min(image.size) < 160:
        raise UsageError(TOO_SMALL, parameter="file")


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """Phones photograph in wider colours than a page without a profile shows."""
    if not isinstance(profile, bytes) or len(profile) > LARGEST_PROFILE or image.mode != "RGB":
        return image
    try:
        return ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _jpeg(image: Image.Image, quality: int) -> bytes:
    return _saved(image, format="JPEG", quality=quality, optimize=True, progressive=False)


def _saved(image: Image.Image, **options: Any) -> bytes:
    body = io.BytesIO()
    image.save(body, exif=b"", icc_profile=None, **options)
    return body.getvalue()


ENCODERS: dict[str, Callable[[Image.Image, int], bytes]] = {
    "avif": lambda image, quality: _saved(image, format="AVIF", quality=quality, speed=8),
    "webp": lambda image, quality: _saved(image, format="WEBP", quality=quality, method=4),
    "jpg": _jpeg,
}


class Shelf:
    """The derivatives asked for last, SHELF bytes of them."""

    def __init__(self, most: int = SHELF) -> None:
        self._kept: OrderedDict[Hashable, bytes] = OrderedDict()
        self._most, self._held = most, 0
        self._lock, self._making = threading.Lock(), threading.Lock()  # what is there is given while another is made

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Made once, even when many ask for it together."""
        if (body := self._there(key)) is None:
            with self._making:
                if (body := self._there(key)) is None:
                    body = make()
                    self._put(key, body)
        return body

    def _there(self, key: Hashable) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _put(self, key: Hashable, body: bytes) -> None:
        with self._lock:
            self._kept[key] = body
            self._held += len(body)
            while self._held > self._most:
                self._held -= len(self._kept.popitem(last=False)[1])
