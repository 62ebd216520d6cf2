"""The columns of a table as the office corrects them: which gives what, and what the values of the column of kinds mean."""

import re

from starlette.datastructures import FormData

from providers_feed.preview import Preview
from sejour.domain.offer import Kind
from sejour.errors import UsageError
from sejour.web.office.forms import FormError
from sejour.web.office.trials import Trial

FIELDS = {
    "name": "le nom", "name_en": "le nom, en anglais", "kind": "le type", "themes": "les thèmes", "description": "la description",
    "description_en": "la description, en anglais", "lat": "la latitude", "lon": "la longitude", "position": "la position (latitude, longitude)",
    "street": "l’adresse", "postcode": "le code postal", "city": "la commune", "insee": "le code Insee", "phone": "le téléphone",
    "email": "le courriel", "web": "le site", "booking": "la réservation", "contact": "tous les contacts", "hours": "les horaires",
    "start": "la date, ou le début", "end": "la fin", "start_time": "l’heure de début", "end_time": "l’heure de fin", "price": "le tarif",
    "free": "gratuit ?", "wheelchair": "accessible ?", "dogs": "chiens admis ?", "stroller": "poussettes ?", "sheltered": "à l’abri ?",
    "picture": "la photo", "credit": "le crédit de la photo", "id": "l’identifiant", "updated": "la mise à jour", "producer": "qui l’a écrit",
    "status": "l’état (annulé…)",
}  # fmt: skip
ONE = {"name", "lat", "lon", "position", "start", "end", "id"}  # fields of one column
NO_COLUMNS = "Cet essai n’a pas de colonnes à corriger."


def fields_of(columns: Preview) -> dict[str, str]:
    """What each column may be said to give: those above, and whatever was guessed."""
    return FIELDS | {name: name for name in columns.fields.values() if name not in FIELDS}


def corrected(form: FormData, tried: Trial) -> str:
    """The map, as TOML. Raises FormError."""
    columns = tried.columns
    if columns is None:
        raise UsageError(NO_COLUMNS)
    at: dict[str, list[str]] = {}
    known = fields_of(columns)
    for n, label in enumerate(columns.header):
        field = str(form.get(f"column{n}", columns.fields.get(label, "")))
        if field in known:
            at.setdefault(field, []).append(label)
    if "name" not in at:
        raise FormError("column0", "Dites quelle colonne donne le nom des fiches.")
    double = next((field for field in at if field in ONE and len(at[field]) > 1), None)
    if double:
        raise FormError("column0", f"Deux colonnes donneraient {known[double]} : gardez-en une.")
    kinds = {value: str(form.get(f"kind{n}", kind or "")) for n, (value, kind) in enumerate(columns.kinds.items())}
    return _toml(columns.map, at, {value: kind for value, kind in kinds.items() if kind in tuple(Kind)})


def _toml(former: str, at: dict[str, list[str]], kinds: dict[str, str]) -> str:
    """With what the former map says besides."""
    from providers_feed.table_map import read_map, toml

    return re.sub(r"\n{3,}", "\n\n", toml({field: tuple(labels) for field, labels in at.items()}, read_map(former), dict(kinds)))
