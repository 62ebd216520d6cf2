"""Corrections: what the office says of a card instead of its source, field by field; its translations; the owner asked to correct it at home."""

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from providers_feed.record import phone as read_phone
from providers_feed.record import web as read_web
from providers_feed.table_hours import opening_hours
from sejour.domain.curation import Override
from sejour.domain.hours import read_hours
from sejour.domain.offer import Kind, Offer
from sejour.domain.override import CONTACTS, TEXTS, source_of
from sejour.domain.place import Place, valid_place
from sejour.domain.text import LocalText
from sejour.web.i18n import LANGUAGES
from sejour.web.office.forms import FormError, choice, line, prose

LENGTHS = {"names": 120, "descriptions": 2_000, "easy": 600}
FIELDS = {
    "names": "Nom", "descriptions": "Description", "easy": "Version facile à lire", "kind": "Type", "place": "Position", "hours": "Horaires",
    "phone": "Téléphone", "web": "Site web", "booking": "Réservation", "picture": "Photo",
}  # fmt: skip
POSITION = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:[.,]\d+)?)\s*")
TRANSLATED = tuple(code for code in LANGUAGES if code != "fr")


def read_override(form: FormData, card: Offer, former: Override | None, picture: str | None) -> Override:
    """What is written; an empty field is left to the source, and a ticked "none" says that there is none. `card` is that of the sources. The other
    languages stay as they were."""
    said = former or Override(card.id)
    texts: dict[str, Any] = {field: _french(form, field, getattr(said, field)) for field in TEXTS}
    made = replace(
        said,
        **texts,
        kind=choice(form, "kind", "un type", Kind) if form.get("kind") else None,
        place=_place(form),
        hours="" if form.get("no_hours") else _hours(form, card),
        phone=_contact(form, "phone"), web=_contact(form, "web"), booking=_contact(form, "booking"),
        picture=picture,
        reason=line(form, "reason", "pourquoi vous corrigez", needed=False),
    )  # fmt: skip
    if not says_something(made):
        raise FormError("names", "Rien n’est corrigé : écrivez au moins un champ, ou retirez la correction.")
    return remembering(made, former, card)


def read_translations(form: FormData, card: Offer, former: Override | None) -> Override:
    """The texts in the other languages; the French ones stay as they were."""
    said = former or Override(card.id)
    texts: dict[str, Any] = {}
    for field in TEXTS:
        old: LocalText | None = getattr(said, field)
        kept = {code: text for code, text in (old.texts.items() if old else ()) if code not in TRANSLATED}
        new = {code: prose(form, f"{field}_{code}", "cette traduction", LENGTHS[field], needed=False) for code in TRANSLATED}
        texts[field] = LocalText(kept | written) if (written := {c: t for c, t in new.items() if t}) or kept else None
    made = replace(said, **texts)
    if not says_something(made):
        raise FormError("names_en", "Rien n’est traduit : écrivez au moins un texte, ou revenez à la fiche.")
    return remembering(made, former, card, {str(each) for each in form.getlist("current")})


def remembering(made: Override, former: Override | None, card: Offer, current: Collection[str] = ()) -> Override:
    """With what the source says of what was written now, and the French that was translated ("names:en"); of what was not touched, what it was then.
    `current`: the translations that were read again and found good as they are."""
    now, then = source_of(card, made), former.source if former else {}
    same = {field for field in (*TEXTS, "kind", "place", "hours", *CONTACTS) if former and getattr(former, field) == getattr(made, field)}
    kept = {name: then[name] if name.partition(".")[0] in same and name in then else text for name, text in now.items()}
    for field, code in translations_in(made):
        key, old = f"{field}:{code}", getattr(former, field) if former else None
        touched = key in current or old is None or old.texts.get(code) != getattr(made, field).texts[code]
        kept[key] = french_of(made, card, field) if touched else then.get(key, "")
    return replace(made, source=kept)


def translations_in(override: Override) -> list[tuple[str, str]]:
    """(field, language) of each."""
    return [(field, code) for field in TEXTS if (text := getattr(override, field)) for code in text.texts if code != "fr"]


def stale(override: Override, card: Offer) -> list[str]:
    """Of the translations, those whose French is no more the one that was translated: "names:en"."""
    pairs = ((f"{field}:{code}", field) for field, code in translations_in(override))
    return [key for key, field in pairs if override.source.get(key, "") != french_of(override, card, field)]


def french_of(override: Override | None, card: Offer, field: str) -> str:
    """What visitors read in French: the office's text, else the source's."""
    for text in (getattr(override, field) if override else None, getattr(card, field, None)):
        if text and text.texts.get("fr"):
            return str(text.texts["fr"])
    return ""


def says_something(override: Override) -> bool:
    return any(getattr(override, field) is not None for field in FIELDS)


def fields_of(override: Override) -> FormData:
    """As the form shows it."""
    said: list[tuple[str, str]] = [("reason", override.reason)]
    for field in TEXTS:
        text: LocalText | None = getattr(override, field)
        said += [(field if code == "fr" else f"{field}_{code}", each) for code, each in (text.texts.items() if text else ())]
    if override.kind:
        said.append(("kind", override.kind))
    if override.place:
        said.append(("place", f"{override.place.lat:.6f}, {override.place.lon:.6f}"))
    for field in ("hours", *CONTACTS):
        value = getattr(override, field)
        said += [(f"no_{field}", "1")] if value == "" else [(field, value)] if value else []
    return FormData([*said, *([("picture", override.picture)] if override.picture else [])])


def letter(card: Offer, override: Override, fields: Iterable[tuple[str, str, str]], office: str) -> tuple[str, str]:
    """(subject, body) of a mail to the owner: of each of the `fields`, what the source says and what should be there."""
    name = card.names.choose("fr")[0]
    lines = [f"- {FIELDS[field]}\n  aujourd’hui : {was or 'rien'}\n  à écrire : {now or 'rien'}" for field, was, now in fields]
    body = "\n".join([
        "Bonjour,", "",
        f"Sur votre fiche « {name} » ({card.key}), nous avons relevé ce qui suit. Les visiteurs voient déjà notre correction ;",
        "pourriez-vous la porter à la source, pour qu’elle soit juste partout ?", "", *lines, "",
        *([f"Pourquoi : {override.reason}", ""] if override.reason else []),
        "Merci de votre aide,", office,
    ])  # fmt: skip
    return f"Votre fiche « {name} » : une correction à porter", body


def _french(form: FormData, field: str, former: LocalText | None) -> LocalText | None:
    text = prose(form, field, FIELDS[field].lower(), LENGTHS[field], needed=False)
    others = {code: said for code, said in (former.texts.items() if former else ()) if code != "fr"}
    texts = ({"fr": text} if text else {}) | others
    return LocalText(texts, tuple(code for code in (former.machine if former else ()) if code in others)) if texts else None


def _place(form: FormData) -> Place | None:
    said = str(form.get("place", "")).strip()
    if not said:
        return None
    read = POSITION.fullmatch(said)
    if read:
        lat, lon = (float(each.replace(",", ".")) for each in read.groups())
        if valid_place(lat, lon):
            return Place(lat, lon)
    raise FormError("place", "Donnez une latitude puis une longitude, comme 43.2951, -0.3708.")


def _hours(form: FormData, card: Offer) -> str | None:
    said = line(form, "hours", "les horaires", 1_000, needed=False)
    if not said:
        return None
    try:
        return written_hours(said, ZoneInfo(card.timezone))
    except ValueError:
        raise FormError(
            "hours", "Ces horaires ne se lisent pas. Écrivez-les comme : du mardi au dimanche 9h-12h et 14h-18h, fermé le 25 décembre."
        ) from None


def written_hours(said: str, zone: ZoneInfo) -> str:
    """The opening_hours of what somebody typed, be it one already or a French sentence that says the hours. Raises ValueError."""
    french = opening_hours(said) if any(c.isdigit() for c in said) else None
    return read_hours(french or said, zone).text


def _contact(form: FormData, field: str) -> str | None:
    if form.get(f"no_{field}"):
        return ""
    said = line(form, field, "cette adresse", 1_900, needed=False)
    if not said:
        return None
    if field == "phone":
        if (number := read_phone(said)) is None:
            raise FormError(field, "Ce n’est pas un numéro que l’on peut appeler : écrivez-le comme 05 59 27 27 08.")
        return number
    if (address := read_web(said if "://" in said else f"https://{said}")) is None:
        raise FormError(field, "Ce n’est pas une adresse web : écrivez-la comme https://www.exemple.fr.")
    return address
