"""A change of the journal in French: who did what to what, and each value that changed, before and after, word by word."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial

from sejour.domain.curation import NoticeSort, Tuning
from sejour.domain.occasion import Word
from sejour.domain.offer import Kind
from sejour.domain.place import Place
from sejour.domain.text import LocalText
from sejour.domain.visit import Wish
from sejour.domain.weather import Sky
from sejour.domain.weights import Weights
from sejour.store.curation import Change
from sejour.web import words
from sejour.web.i18n import LANGUAGES, speech
from sejour.web.office.occasions import MONTHS, SKIES, WEEKDAYS

VERBS = {
    "pick": ("a signé un coup de cœur :", "a changé le coup de cœur :", "a retiré le coup de cœur :"),
    "pin": ("a épinglé", "a changé l’épingle :", "a ôté l’épingle :"),
    "mute": ("a masqué", "a changé le masque :", "montre de nouveau"),
    "boost": ("a mis en avant", "a changé la mise en avant :", "ne met plus en avant"),
    "notice": ("a écrit une info :", "a changé une info :", "a retiré une info :"),
    "collection": ("a composé une collection", "a changé une collection", "a retiré une collection"),
    "override": ("a corrigé", "a changé la correction :", "a ôté la correction :"),
    "checked": ("a vérifié", "a vérifié de nouveau", "a retiré sa vérification :"),
    "twin": ("a dit si deux fiches n’en font qu’une :", "a changé d’avis sur deux fiches :", "ne dit plus si deux fiches n’en font qu’une :"),
    "tuning": ("a réglé le classement", "a réglé le classement", "a remis le classement par défaut"),
}  # what was new, what was changed, what was withdrawn
LABELS = {
    "start": "Du", "end": "Au", "months": "En", "weekdays": "Le", "skies": "Par", "hotspots": "À la borne", "languages": "Pages en", "wishes": "Pour qui demande",
    "by": "Signé", "text": "Texte", "picture": "Photo", "reason": "Raison", "factor": "Force", "sort": "Genre", "name": "Nom", "offers": "Fiches",
    "names": "Nom", "descriptions": "Description", "easy": "Facile à lire", "kind": "Type", "place": "Position", "hours": "Horaires", "phone": "Téléphone",
    "web": "Site", "booking": "Réservation", "asked": "Demandé au propriétaire", "at": "Le", "other": "Avec", "same": "N’en font qu’une",
}  # fmt: skip
NOTICES = {
    NoticeSort.INFO: "info du jour", NoticeSort.ALERT: "alerte", NoticeSort.TIDE: "marée", NoticeSort.CLOSURE: "fermé", NoticeSort.FULL: "complet",
    NoticeSort.DEAL: "bon plan",
}  # fmt: skip
HIDDEN = ("offer", "source")  # said already, or of no use to a reader
OFFERS = ("offers", "other")  # fields that name offers by their ids
FRENCH = speech("fr")


@dataclass(frozen=True, slots=True)
class Row:
    """One value: its parts in order, each with how it stands: "" kept, "del" taken away, "ins" added."""

    label: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called; `now` is in the territory's clock."""

    offer: Callable[[str], str]
    hotspots: Mapping[str, str]
    now: datetime


def verb_of(change: Change) -> str:
    """What was done, to be followed by what it was done to."""
    if change.word is None:
        return change.note
    news, changed, withdrawn = VERBS[change.sort]
    verb = news if change.before is None else withdrawn if change.after is None else changed
    return verb if change.subject else verb.removesuffix(" :")


def rows_of(change: Change, names: Names) -> list[Row]:
    """What differs; of what was new or withdrawn all that it said, but who signed it when that is who did it. Weights that nobody set are the standard."""
    unset = Tuning("") if change.sort == "tuning" else None
    before, after = _values(change.before or unset, names), _values(change.after or unset, names)
    if (change.before is None or change.after is None) and unset is None:
        return [Row(label, (("", text),)) for label, text in (before | after).items() if (label, text) != (LABELS["by"], change.by)]
    labels = dict.fromkeys((*after, *before))
    return [Row(label, _compared(before.get(label, ""), after.get(label, ""))) for label in labels if before.get(label) != after.get(label)]


def _values(word: Word | None, names: Names) -> dict[str, str]:
    """By label; what says nothing is left out."""
    found: dict[str, str] = {}
    for field in fields(word) if word else ():
        value = getattr(word, field.name)
        if field.name in HIDDEN or value is None or value in ((), ""):
            continue
        if isinstance(value, LocalText):
            found |= {_label(field.name, language): text for language, text in value.texts.items()}
        elif isinstance(value, Weights):
            found |= {FRENCH.gettext(words.RULES[each.name]): _number(getattr(value, each.name)) for each in fields(value)}
        else:
            found[LABELS[field.name]] = _text(field.name, value, names)
    return found


def _label(field: str, language: str) -> str:
    return LABELS[field] if language == "fr" else f"{LABELS[field]} ({LANGUAGES.get(language, language)})"


def _text(field: str, value: object, names: Names) -> str:
    """A value as one reads it."""
    if isinstance(value, tuple):
        return ", ".join(_text(field, each, names) for each in value)
    match value:
        case bool():
            return "oui" if value else "non"
        case Wish():
            return words.WISHES[value]
        case Sky():
            return SKIES[value]
        case Kind():
            return words.KINDS[value]
        case NoticeSort():
            return NOTICES[value]
        case datetime():
            local = value.astimezone(names.now.tzinfo)
            return f"{FRENCH.date(local.isoformat())}, {FRENCH.clock(local)}"
        case Place():
            return f"{value.lat:.5f}, {value.lon:.5f}"
        case int() | float():
            return {"months": partial(_name, MONTHS, 1), "weekdays": partial(_name, WEEKDAYS, 0)}.get(field, _number)(value)
    said = str(value)
    if field in OFFERS:
        return names.offer(said)
    return {"hotspots": names.hotspots, "languages": LANGUAGES}.get(field, {}).get(said, said)


def _name(table: tuple[str, ...], first: int, n: float) -> str:
    return table[int(n) - first]


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _compared(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Word by word where most of it stayed, else the whole of both."""
    old, new = before.split(" ") if before else [], after.split(" ") if after else []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if not (old and new) or matcher.ratio() < 0.5:
        return tuple((how, text) for how, text in (("del", before), ("ins", after)) if text)
    parts: list[tuple[str, str]] = []
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            parts.append(("", " ".join(old[a:b])))
        else:
            parts += [(tag, " ".join(some)) for tag, some in (("del", old[a:b]), ("ins", new[c:d])) if some]
    return tuple(parts)
