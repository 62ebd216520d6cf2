"""Trials: feeds that were read to look at what they hold, and of which nothing is kept yet. Beside the database, with the files that the office sent.

In files, not in the database nor in memory: what one process read, another one shows, and nothing of a feed that was not wanted stays.
"""

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from starlette.datastructures import UploadFile

from providers_feed.preview import Preview
from sejour.domain.remedies import Cause
from sejour.errors import NotFound, StoreError
from sejour.settings import Settings
from sejour.web.office.forms import FormError

KEPT = timedelta(days=1)
LARGEST = 25_000_000  # bytes of a file: beneath what a form may be
NO_TRIAL = "Cet essai n’est plus là : ils sont gardés un jour. Recommencez-le."
FULL = "Le fichier n’a pas pu être enregistré (%(why)s)."
FOLDER = "feeds"


@dataclass(frozen=True, slots=True)
class Found:
    """What a trial read. `changes`: the names, at most some of each, of what is new, would change, would go; `numbers` how many of them there are."""

    records: int
    offers: int
    kinds: dict[str, int]
    languages: dict[str, int]
    occurrences: int
    located: int
    with_hours: int
    seconds: float
    causes: tuple[Cause, ...]
    numbers: dict[str, int]
    changes: dict[str, tuple[str, ...]]
    held: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """`feed`: that whose change is tried (0: a new one), at its `version`. Until it has ended there is neither `found` nor `failed`."""

    token: str
    name: str
    format: str
    url: str
    every: str
    by: str
    started: datetime
    map: str = ""
    feed: int = 0
    version: str = ""
    found: Found | None = None
    columns: Preview | None = None
    failed: str = field(default="")

    @property
    def ended(self) -> bool:
        return bool(self.found or self.failed)


_decoder = msgspec.json.Decoder(Trial)


class Trials:
    """Those of a service, in their folder."""

    def __init__(self, settings: Settings) -> None:
        url = settings.store.url
        beside = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else Path(settings.service.secret_file)
        self.folder = beside.with_name(FOLDER)

    def keep(self, trial: Trial) -> None:
        """Raises StoreError."""
        with _written():
            self._made()
            path = self._path(trial.token)
            part = path.with_suffix(".part")
            part.write_bytes(msgspec.json.encode(trial))
            part.replace(path)

    def of(self, token: str) -> Trial:
        """Raises NotFound."""
        if not re.fullmatch(r"[\w-]{20,50}", token, re.ASCII):
            raise NotFound(NO_TRIAL)
        try:
            return _decoder.decode(self._path(token).read_bytes())
        except (OSError, msgspec.DecodeError) as error:
            raise NotFound(NO_TRIAL) from error

    def take(self, file: UploadFile) -> str:
        """The path of a copy of what was sent. Raises FormError when it is too large, StoreError."""
        if (file.size or 0) > LARGEST:
            raise FormError("file", f"Ce fichier est trop lourd : {LARGEST // 1_000_000} Mo au plus. Donnez plutôt son adresse.")
        end = "".join(re.findall(r"\.[a-z0-9]{1,5}", Path(file.filename or "").name.lower())[-1:])
        with _written():
            self._made()
            path = self.folder / f"{secrets.token_urlsafe(15)}{end}"
            with path.open("wb") as copy:
                shutil.copyfileobj(file.file, copy)
        return str(path.absolute())

    def owns(self, url: str) -> bool:
        """Is it a file that the office sent?"""
        return Path(url).parent == self.folder.absolute() and Path(url).is_file()

    def clean(self, moment: datetime, used: set[str]) -> None:
        """Forgets the trials that are over, and the files that neither a feed (`used`: their addresses) nor a trial names."""
        for path in self.folder.glob("*.json"):
            try:
                trial = _decoder.decode(path.read_bytes())
            except (OSError, msgspec.DecodeError):
                continue
            if moment - trial.started > KEPT:
                path.unlink(missing_ok=True)
            else:
                used = used | {trial.url}
        for path in self.folder.glob("*"):
            if path.suffix not in (".json", ".part") and str(path.absolute()) not in used:
                path.unlink(missing_ok=True)

    def _path(self, token: str) -> Path:
        return self.folder / f"{token}.json"

    def _made(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(FULL, why=error.strerror or type(error).__name__) from error
