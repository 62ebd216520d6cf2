"""What French calendars say in words: themes, prices, cancelled dates."""

import re
import unicodedata
from collections.abc import Iterable

from sejour.domain.offer import Prices

THEMES: tuple[tuple[str, str], ...] = (  # in order of telling; matched on plain lower-case words, without accents
    ("heritage_days", r"journees? (?:europeennes? )?du patrimoine"),
    ("flea_market", r"brocantes?|vide[- ]greniers?|vide[- ]dressings?|bric[- ]a[- ]brac|puces|braderies?|bourses? aux"),
    ("producers_market", r"markets? (?:de|des) producteurs?|markets? (?:fermiers?|paysans?|gourmands?)"),
    ("market", r"markets?|marches? (?:de noel|aux|hebdomadaires?|nocturnes?|artisana(?:l|ux)|d[ue]s? (?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|soir))"),
    ("open_day", r"portes? ouvertes?"),
    ("exhibition", r"expos?|expositions?|vernissages?|exhibitions?"),
    ("festival", r"festivals?|festivites|carnavals?|carnivals?|(?<!salle des )fetes?|feux? d'artifice|feria"),
    ("concert", r"concerts?|recitals?|chorales?|choeurs?|orchestres?|musiques?|musicale?s?|opera|jazz|rock|music"),
    ("theatre", r"theatres?|theatrale?s?|comedies?|pieces? de theatre|theater"),
    ("show", r"spectacles?|cirques?|cabarets?|humour|one[- ](?:wo)?man[- ]show|magie|shows?"),
    ("dance", r"danses?|bals?|ballets?|zumba|guinguettes?|dance"),
    ("cinema", r"cinemas?|cine|films?|projections?|court[- ]metrages?"),
    ("children", r"enfants?|jeune public|famil(?:le|les|ial|iale|iales|iaux)|bebes?|contes?|kids|children|family"),
    ("conference", r"conferences?|debats?|dedicaces?|lectures?|tables? rondes?|cafes? philo"),
    ("guided_tour", r"visites? guidees?|visites? commentees?|guided tours?"),
    ("walk", r"randonnees?|randos?|balades?|marches? (?:nordiques?|populaires?)|promenades?|hikes?|hiking|walks?"),
    ("bike", r"velos?|vtt|cyclo\w*|vae|cycling"),
    ("sport", r"sports?|sportifs?|sportives?|matchs?|tournois?|courses?|trails?|foulees?|marathons?|rugby|football|foot|basket|handball|petanque|tennis|judo"),
    ("tasting", r"degustations?|tasting"),
    ("course", r"ateliers?|stages?|(?<!au )cours|initiations?|workshops?"),
    ("fair", r"foires?|salons?|comices?|fair"),
    ("religious", r"messes?|pelerinages?|processions?"),
)  # fmt: skip
_THEMES = [(theme, re.compile(rf"\b(?:{words})\b")) for theme, words in THEMES]

_MARK = r"(?:annul(?:ée?s?|e\u0301e?s?|ee?s?|ations?)|cancell?ed)"
_CANCELLED = re.compile(rf"^\W*{_MARK}\s*(?:[-–—:!/|\])}}*]+\s*)+|\s*[\[(]\s*{_MARK}\s*!*\s*[\])]\s*|\s+[-–—:/|]\s*{_MARK}\s*!*\s*$", re.I)
_CAPITALS = re.compile(r"^\W*(?:ANNUL(?:[ÉE]|E\u0301)E?S?|CANCELL?ED)\s+")

_AMOUNT = r"(\d{1,4}(?:[.,]\d{1,2})?) ?(?:€|euros?\b|eur\b)"
_PRICE = re.compile(
    rf"^(?:(?:tarifs?|entrees?|prix|places?|participations?|inscriptions?|billets?|adultes?|plein|normal|unique|individuel|general|par personne|paf)\b"
    rf"[^\d€]{{0,30}})?{_AMOUNT}"
)
_NOT_THE_PRICE = re.compile(
    r"\b(?:ans|enfants?|reduit\w*|etudiants?|scolaires?|chomeurs?|demandeurs?|groupes?|adherents?|licencies?|membres?|abonnes?|caution|repas|menu|plat"
    r"|boissons?|bieres?|cafe|verre|sandwichs?|crepes?|jury|dotation|jetons?|lots?|gagner|bons?|valeur|reverses?|supplement|consigne|km|covoiturage|lettre|location|parking|don|dons)\b|^moins|^- ?\d"
)
_ENTRY = re.compile(r"(?:entree|acces) (?:libre|gratuite?)\b|libre acces\b|gratuite?$")
_FREE = re.compile(r"\b(?:gratuite?s?|entree libre|acces libre|libre acces|free(?: entry| admission)?)\b")
_NOT_ALL_FREE = re.compile(
    r"\b(?:ans|enfants?|moins de|pour les|parking|navettes?|wi-?fi|adherents?|membres?|etudiants?|pas|non|sauf|premiere?|verre|boissons?|si|hors|accompagnateurs?"
    r"|licencies?|abonnes?|demandeurs?|habitants?|livret|telecharge\w*|transport|bus|apres|avant|a partir)\b|< ?\d|- ?de \d"
)


def plain(text: str) -> str:
    """Lower case, without accents, with simple spaces and apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("’", "'"))
    return re.sub(r"[^\S\n]+", " ", "".join(character for character in decomposed if not unicodedata.combining(character)))


def themes(categories: Iterable[str], title: str) -> tuple[str, ...]:
    """Those that the categories name; without any, the one that the title names first."""
    said = [_without_marches(category) for category in categories]
    if found := tuple(theme for theme, words in _THEMES if any(words.search(each) for each in said)):
        return tuple(theme for theme in found if theme != "market" or not {"producers_market", "flea_market"} & set(found))
    title = _without_marches(title)
    matches = [(match.start(), n) for n, (_, words) in enumerate(_THEMES) if (match := words.search(title))]
    return (_THEMES[min(matches)[1]][0],) if matches else ()


def _without_marches(text: str) -> str:
    """A « marché » is no « marche », though they look alike without accents."""
    return plain(re.sub(r"march(?:é|e\u0301)", "market", text, flags=re.I))


def cancelled(title: str) -> tuple[str, bool]:
    """The title without « ANNULÉ - », and whether it said so."""
    if re.fullmatch(rf"\W*{_MARK}\W*", title, re.I):
        return title, True
    rest = _CAPITALS.sub("", _CANCELLED.sub(" ", title)).strip() if re.search(_MARK, title, re.I) else title
    return rest or title, rest != title


def prices(text: str) -> Prices | None:
    """Only what is said for everyone, clause by clause: « gratuit pour les moins de 12 ans », « 500 € de lots » and « repas 15 € » are
    no price; free and paid at once is unknown."""
    said = plain(text)
    clauses = [clause.strip(" -–—•*") for clause in re.split(r"[;!?|\n()]|[.,](?!\d)| [-–/+] | ou | et | puis ", said)]
    amounts = [match[1] for clause in clauses if (match := _PRICE.match(clause)) and not _NOT_THE_PRICE.search(clause)]
    word = _ENTRY.match if re.search(_AMOUNT, said) else _FREE.search  # when something costs, only the entry is surely free
    free = any(word(clause) and not _NOT_ALL_FREE.search(clause) for clause in clauses)
    numbers = {float(amount.replace(",", ".")) for amount in amounts}
    paid = numbers - {0.0}
    if bool(paid) == (free or 0.0 in numbers):
        return None
    return Prices(False, min(paid), max(paid)) if paid else Prices(True)
