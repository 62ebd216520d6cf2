"""The field of a photo: the file, and what E20 asks of each: whose it is, what it shows, until when."""

from datetime import date
from enum import StrEnum

from starlette.datastructures import FormData, UploadFile

from sejour.domain.staff import Staff
from sejour.domain.text import LocalText
from sejour.errors import UsageError
from sejour.house import House
from sejour.pictures import LARGEST, take
from sejour.store.pictures import StoredPicture, keep_picture, picture_of
from sejour.web.office.forms import FormError, choice, line


class Licence(StrEnum):
    OFFICE = "office"
    LENT = "lent"
    CC0 = "cc0"
    CC_BY = "cc-by"
    CC_BY_SA = "cc-by-sa"


LICENCES = {
    Licence.OFFICE: "prise par l’office", Licence.LENT: "prêtée par son auteur, qui a dit oui", Licence.CC0: "libre de droits (CC0)",
    Licence.CC_BY: "CC BY", Licence.CC_BY_SA: "CC BY-SA",
}  # fmt: skip


def read_picture(form: FormData, house: House, staff: Staff) -> str | None:
    """The id of the photo that the form holds: a new one, which is kept at once so that it need not be sent twice when another field is refused, or the
    one that was there; None when there is none, or it is taken away."""
    file = next((each for each in form.getlist("file") if isinstance(each, UploadFile) and each.size), None)
    territory, known = house.settings.territory.id, str(form.get("picture", ""))
    if file is None:
        if not known or form.get("without"):
            return None
        with house.store.reading() as connection:
            if picture_of(connection, territory, known) is None:
                raise FormError("file", "Cette photo n’est plus là : envoyez-la de nouveau.")
        return known
    credit, alt = line(form, "credit", "à qui est la photo (le crédit)"), line(form, "alt", "ce que l’on voit sur la photo")
    licence, expires = choice(form, "licence", "de quel droit l’office montre la photo", Licence), _day(form, "expires")
    if expires and expires < house.now().astimezone(house.settings.zone).date():
        raise FormError("expires", "Les droits de cette photo sont déjà finis : elle ne serait pas montrée.")
    try:
        photo = take(file.file.read(LARGEST + 1))
    except UsageError as error:
        raise FormError("file", str(error)) from error
    kept = StoredPicture(photo.id, photo.width, photo.height, credit, LocalText({"fr": alt}), licence, expires)
    with house.store.writing() as connection:
        keep_picture(connection, house.store.dialect, territory, kept, photo.data, staff.shown, house.now())
    return photo.id


def holding(form: FormData, picture: str | None) -> FormData:
    """The form as it is shown again: a photo that was kept is now named, not sent."""
    rest = [(name, value) for name, value in form.multi_items() if name not in ("picture", "file", "without")]
    return FormData([*rest, *([("picture", picture)] if picture else [])])


def _day(form: FormData, field: str) -> date | None:
    said = str(form.get(field, "")).strip()
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise FormError(field, "Donnez un jour, ou rien si les droits ne finissent pas.") from None
