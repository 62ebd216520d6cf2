"""What a form says, read field by field. Each refusal names its field and says in one sentence what to write instead."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from sejour.errors import UsageError

Choice = TypeVar("Choice", bound=StrEnum)
LONGEST = 200  # characters, of a line


class FormError(UsageError):
    """Said beside the field `parameter` of a form that is shown again. In French, as the office reads: not for the translators."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence.replace("%", "%%"), parameter=field)


def line(form: FormData, field: str, what: str, longest: int = LONGEST, *, needed: bool = True) -> str:
    """One line of text, its spaces made single. `what` names it in the sentence of a refusal ("la raison")."""
    return _bounded(" ".join(_said(form, field).split()), field, what, longest, needed=needed)


def prose(form: FormData, field: str, what: str, longest: int = 2_000, *, needed: bool = True) -> str:
    """Text that keeps its lines."""
    lines = [" ".join(part.split()) for part in _said(form, field).strip().splitlines()]
    return _bounded("\n".join(lines), field, what, longest, needed=needed)


def moment(form: FormData, field: str, what: str, zone: ZoneInfo, *, needed: bool = False) -> datetime | None:
    """Of an <input type="datetime-local">, in the territory's clock."""
    said = _said(form, field).strip()
    if not said and not needed:
        return None
    try:
        read = datetime.fromisoformat(said)
    except ValueError:
        raise FormError(field, f"Donnez {what} : un jour et une heure.") from None
    if not 1990 <= read.year < 2100:
        raise FormError(field, f"{what.capitalize()} est trop loin : vérifiez l’année.")
    return read.replace(tzinfo=zone)


def period(form: FormData, zone: ZoneInfo, *, ended: bool = False) -> tuple[datetime | None, datetime | None]:
    """The fields `start` and `end`, in this order; `ended`: the end has to be said."""
    start, end = moment(form, "start", "le début", zone), moment(form, "end", "la fin", zone, needed=ended)
    if start and end and end <= start:
        raise FormError("end", "La fin vient après le début : échangez les deux dates.")
    return start, end


def number(form: FormData, field: str, what: str, least: float, most: float) -> float:
    said = _said(form, field).strip().replace(",", ".")
    try:
        read = float(said)
    except ValueError:
        raise FormError(field, f"{what.capitalize()} est un nombre, de {_french(least)} à {_french(most)}.") from None
    if not least <= read <= most:  # NaN too
        raise FormError(field, f"{what.capitalize()} va de {_french(least)} à {_french(most)}.")
    return read


def choice(form: FormData, field: str, what: str, known: type[Choice]) -> Choice:
    try:
        return known(_said(form, field))
    except ValueError:
        raise FormError(field, f"Choisissez {what}.") from None


def choices(form: FormData, field: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those that were ticked, in the order of `known`; what is not known is left out."""
    ticked = set(map(str, form.getlist(field)))
    return tuple(each for each in known if each in ticked)


def whole(form: FormData, field: str) -> int:
    """A number that our own page wrote in a hidden field."""
    said = _said(form, field)
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise FormError(field, "Ce formulaire n’est pas complet : rechargez la page, puis recommencez.")
    return int(said)


def _said(form: FormData, field: str) -> str:
    said = form.get(field, "")
    return said if isinstance(said, str) else ""


def _bounded(text: str, field: str, what: str, longest: int, *, needed: bool) -> str:
    text = "".join(c for c in text if c.isprintable() or c == "\n")
    if needed and not text:
        raise FormError(field, f"Écrivez {what}.")
    if len(text) > longest:
        raise FormError(field, f"C’est trop long pour {what} : {longest} signes au plus, ici {len(text)}.")
    return text


def _french(value: float) -> str:
    return f"{value:g}".replace(".", ",")
