"""The office's words as short forms: what each asks, how it is read, how it is written back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from sejour.domain.curation import MOST_BOOST, Boost, Mute, Notice, NoticeSort, Pick, Pin
from sejour.domain.occasion import Word
from sejour.domain.offer import Offer
from sejour.domain.staff import Role, Staff
from sejour.domain.text import LocalText
from sejour.house import House
from sejour.store.portal import Hotspot
from sejour.web.i18n import LANGUAGES
from sejour.web.office import forms
from sejour.web.office.forms import FormError
from sejour.web.office.occasions import fields_of, read_occasion

PICK_LENGTH, NOTICE_LENGTH = 240, 160  # characters: what a card shows on a phone
NOTICES = {
    NoticeSort.FULL: "Complet", NoticeSort.CLOSURE: "Fermé", NoticeSort.INFO: "Info", NoticeSort.DEAL: "Bon plan",
    NoticeSort.ALERT: "Alerte", NoticeSort.TIDE: "Marée",
}  # fmt: skip
OF_A_CARD = (NoticeSort.FULL, NoticeSort.CLOSURE, NoticeSort.INFO, NoticeSort.DEAL)
OF_THE_TERRITORY = (NoticeSort.INFO, NoticeSort.ALERT, NoticeSort.TIDE, NoticeSort.CLOSURE, NoticeSort.DEAL)
SPOKEN = {  # what needs no sentence of one's own is said in every language
    NoticeSort.FULL: LocalText({"fr": "Complet", "en": "Fully booked", "nl": "Volgeboekt", "de": "Ausgebucht", "es": "Completo", "it": "Al completo"}),
    NoticeSort.CLOSURE: LocalText({
        "fr": "Fermé exceptionnellement", "en": "Closed for now", "nl": "Uitzonderlijk gesloten", "de": "Ausnahmsweise geschlossen",
        "es": "Cerrado excepcionalmente", "it": "Chiuso eccezionalmente",
    }),
}  # fmt: skip
UNTIL = {"tonight": "ce soir", "2h": "dans 2 heures", "tomorrow": "demain soir", "other": "une autre heure"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What a form is read at: who writes, of which card (None: of the whole territory), when, and in place of what."""

    house: House
    staff: Staff
    form: FormData
    moment: datetime
    offer: Offer | None = None
    former: Word | None = None

    @property
    def zone(self) -> ZoneInfo:
        return self.house.settings.zone

    @property
    def hotspots(self) -> Mapping[str, Hotspot]:
        return self.house.live.territory.hotspots

    @property
    def about(self) -> str:
        """The id of the card, "" for the territory."""
        if self.former:
            return self.former.offer  # the id that it was said of, even when twins were joined since
        return self.offer.id if self.offer else ""

    def occasion(self) -> dict[str, Any]:
        return read_occasion(self.form, self.zone, self.hotspots)


@dataclass(frozen=True, slots=True)
class WordForm:
    """`read` raises FormError; `fill` gives the fields of a word as (name, value)s; `own`: below an editor, one may only touch one's own;
    `photo`: it has one."""

    sort: str
    least: Role
    title: str
    done: str
    withdrawn: str
    read: Callable[[Desk], Word]
    fill: Callable[[Any, ZoneInfo], list[tuple[str, str]]]
    own: bool = False
    photo: bool = False

    @property
    def template(self) -> str:
        return f"office/word_{self.sort}.html"


def translated(form: FormData, field: str, what: str, longest: int, *, needed: bool = True) -> LocalText | None:
    """A text in French, and in the other languages where somebody wrote it (`text`, `text_en`…)."""
    french = forms.prose(form, field, what, longest, needed=needed)
    others = {code: forms.prose(form, f"{field}_{code}", what, longest, needed=False) for code in LANGUAGES if code != "fr"}
    texts = {code: text for code, text in {"fr": french, **others}.items() if text}
    return LocalText(texts) if texts else None


def texts_in(field: str, text: LocalText | None) -> list[tuple[str, str]]:
    return [(field if code == "fr" else f"{field}_{code}", said) for code, said in (text.texts if text else {}).items()]


def _pick(desk: Desk) -> Pick:
    text = translated(desk.form, "text", "une phrase qui donne envie", PICK_LENGTH)
    by = desk.former.by if isinstance(desk.former, Pick) else desk.staff.shown
    return Pick(desk.about, by=by, text=text, picture=str(desk.form.get("picture", "")) or None, **desk.occasion())


def _pin(desk: Desk) -> Pin:
    return Pin(desk.about, reason=forms.line(desk.form, "reason", "la raison"), **desk.occasion())


def _mute(desk: Desk) -> Mute:
    return Mute(desk.about, reason=forms.line(desk.form, "reason", "la raison"), **desk.occasion())


def _boost(desk: Desk) -> Boost:
    factor = forms.number(desk.form, "factor", "la mise en avant", 1.0, MOST_BOOST)
    return Boost(desk.about, factor=factor, reason=forms.line(desk.form, "reason", "la raison"), **desk.occasion())


def _notice(desk: Desk) -> Notice:
    allowed = OF_A_CARD if desk.offer else OF_THE_TERRITORY
    sort = forms.choice(desk.form, "sort", "ce que c’est", NoticeSort)
    if sort not in allowed:
        raise FormError("sort", "Choisissez ce que c’est.")
    text = translated(desk.form, "text", "ce que les visiteurs doivent savoir", NOTICE_LENGTH, needed=not (desk.offer and sort in SPOKEN))
    occasion = desk.occasion() | {"end": ends_of(desk)}
    if occasion["start"] and occasion["end"] <= occasion["start"]:
        raise FormError("end", "La fin vient après le début : échangez les deux dates.")
    return Notice(desk.about, sort=sort, text=text or SPOKEN[sort], **occasion)


def ends_of(desk: Desk) -> datetime:
    """When a notice ends by itself. Raises FormError for what is over already."""
    midnight = datetime.combine(desk.moment.date() + timedelta(days=1), time(0), desk.zone)
    match str(desk.form.get("until", "")):
        case "tonight":
            return midnight
        case "tomorrow":
            return datetime.combine(midnight.date() + timedelta(days=1), time(0), desk.zone)
        case "2h":
            return desk.moment + timedelta(hours=2)
    end = forms.moment(desk.form, "end", "la fin", desk.zone, needed=True)
    assert end is not None
    if end <= desk.moment:
        raise FormError("end", "Cette fin est déjà passée : donnez-en une à venir.")
    return end


def _reasoned(word: Pin | Mute, zone: ZoneInfo) -> list[tuple[str, str]]:
    return [("reason", word.reason), *fields_of(word, zone)]


FORMS = {
    form.sort: form
    for form in (
        WordForm("pick", Role.COUNSELLOR, "Coup de cœur", "Le coup de cœur est publié.", "Le coup de cœur est retiré.", _pick,
                 lambda w, zone: [*texts_in("text", w.text), *([("picture", w.picture)] if w.picture else []), *fields_of(w, zone)], own=True, photo=True),
        WordForm("notice", Role.SEASONAL, "Info chaude", "L’info est publiée.", "L’info est retirée.", _notice,
                 lambda w, zone: [("sort", w.sort), ("until", "other"), *texts_in("text", w.text), *fields_of(w, zone)]),
        WordForm("pin", Role.EDITOR, "Épingler", "La fiche est épinglée.", "La fiche n’est plus épinglée.", _pin, _reasoned),
        WordForm("boost", Role.EDITOR, "Mettre en avant", "La fiche est mise en avant.", "La fiche n’est plus mise en avant.", _boost,
                 lambda w, zone: [("factor", f"{w.factor:g}"), ("reason", w.reason), *fields_of(w, zone)]),
        WordForm("mute", Role.EDITOR, "Masquer", "La fiche est masquée.", "La fiche n’est plus masquée.", _mute, _reasoned),
    )
}  # fmt: skip
