"""What is wrong in a feed, by cause, and what one can do about each. The office's words: they stay French."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sejour.domain.feed import Problem, Severity

EXAMPLES = 3  # of a cause
OWNER = "demandez à qui tient le fichier"
SIT = "corrigez la fiche dans votre base, ou demandez-le à qui la tient"


@dataclass(frozen=True, slots=True)
class Cause:
    """Problems of one reason in one field; `examples` are the first. `remedy`: one sentence, the same for all of them."""

    severity: Severity
    sentence: str
    field: str | None
    count: int
    examples: tuple[Problem, ...]
    remedy: str


def causes(problems: Iterable[Problem]) -> tuple[Cause, ...]:
    """The gravest first, then the most frequent."""
    found: dict[tuple[Severity, str, str | None], list[Problem]] = {}
    for problem in problems:
        found.setdefault((problem.severity, problem.reason.key, problem.field), []).append(problem)
    ranks = list(Severity)
    order = sorted(found.items(), key=lambda each: (ranks.index(each[0][0]), -len(each[1]), each[0][1], each[0][2] or ""))
    return tuple(
        Cause(severity, str(same[0].reason), field, len(same), tuple(same[:EXAMPLES]), remedy(key, severity))
        for (severity, key, field), same in order
    )


def remedy(key: str, severity: Severity) -> str:
    """What to do about a Problem whose reason has that key."""
    told = next((said for part, said in REMEDIES.items() if part in key), None)
    return told or FALLBACKS[severity]


FALLBACKS = {
    Severity.ERROR: "Cette fiche n’est pas montrée : " + SIT + ".",
    Severity.WARNING: "La fiche est montrée sans cette information : " + SIT + ".",
    Severity.INFO: "Rien à faire : c’est déjà réparé.",
}
REMEDIES: Mapping[str, str] = {  # by a part of the sentence, the first that is in it
    # positions
    "Ce tableau n’a pas de coordonnées": "Ajoutez deux colonnes, latitude et longitude, ou dites plus bas quelles colonnes les donnent.",
    "Fiche sans position": "Placez-la sur la carte dans votre base ; en attendant, ouvrez la fiche ici et donnez sa position.",
    "semblent échangées": "Échangez latitude et longitude dans votre base : en France, la latitude va de 41 à 51.",
    "La position": "Écrivez la position en degrés (43,2951 et -0,3708) : ni mètres, ni adresse dans ces cases.",
    # hours
    "Ferme avant d’ouvrir": "Vérifiez les heures : une fermeture après minuit s’écrit avec l’ouverture du jour même, une erreur de saisie se corrige.",
    "Ouvre et ferme à la même heure": "Écrivez l’heure de fermeture, ou rien si on ne la connaît pas.",
    "Fermeture sans ouverture": "Ajoutez l’heure d’ouverture : seule la fermeture est écrite.",
    "Trop de lignes d’horaires": "Gardez les périodes de l’année en cours : les anciennes cachent les bonnes.",
    "Ligne d’horaires illisible": "Réécrivez cette ligne d’horaires dans votre base.",
    "Dates d’ouverture illisibles": "Écrivez un début et une fin à cette période d’ouverture.",
    "La période finit avant de commencer": "Échangez le début et la fin de cette période d’ouverture.",
    "Aucun de ces jours de la semaine": "Vérifiez les jours ou les dates de cette période : ils ne se rencontrent jamais.",
    "Jour de la semaine inconnu": "Écrivez les jours en toutes lettres dans votre base.",
    "Heures illisibles": "Écrivez les heures ainsi : 09:30 et 18:00.",
    "Horaires au format OpenStreetMap mais faux": "Corrigez le texte des horaires : « sejour hours » dit où il se trompe.",
    # dates
    "Manifestation sans date lisible": "Donnez une date à cette manifestation : sans elle, personne ne la verra.",
    "Événement sans date lisible": "Donnez une date à cet événement dans l’agenda : sans elle, personne ne le verra.",
    "Date de fin sans date de début": "Écrivez la date de début à côté de la date de fin.",
    "Date illisible": "Écrivez la date ainsi : 14/08/2026.",
    "Date de fin illisible": "Écrivez la date de fin ainsi : 14/08/2026.",
    "Fin illisible": "Donnez une heure de fin à cet événement.",
    "finit avant de commencer": "Échangez la date de début et la date de fin.",
    "Finit avant d’avoir commencé": "Échangez le début et la fin de cet événement.",
    "Finit avant l’heure de début": "Vérifiez les deux heures : la fin vient avant le début.",
    "Heure illisible": "Écrivez l’heure ainsi : 20:30.",
    "Début et fin au même instant": "Rien d’urgent : donnez une heure de fin quand vous la connaissez.",
    "Plus de 800 jours": "Séparez les saisons : une date qui dure des années n’aide pas le visiteur.",
    "Trop de dates": "Gardez les dates des douze mois qui viennent.",
    "Fuseau horaire inconnu": "Exportez l’agenda avec le fuseau Europe/Paris.",
    "Règle de répétition illisible": "Recréez la répétition de cet événement dans l’agenda.",
    "Répétition trop longue": "Donnez une fin à la répétition de cet événement.",
    "Répétition plus fréquente": "Recréez cet événement : il se répète plus souvent que chaque heure.",
    "ne tombe jamais": "Choisissez un jour qui existe chaque mois, ou écrivez les dates une à une.",
    # names, identifiers
    "Fiche sans nom": "Donnez un nom à cette fiche dans votre base.",
    "Ligne sans nom": "Donnez un nom à cette ligne, ou supprimez-la.",
    "Événement sans nom : il": "Donnez un titre à cet événement dans l’agenda.",
    "Événement sans nom : le": "Donnez un titre à cet événement : sa description en tient lieu.",
    "Événement privé": "Rendez-le public dans l’agenda s’il doit être montré.",
    "Événement sans identifiant": "Rien d’urgent : l’agenda qui l’exporte ne lui donne pas d’identifiant.",
    "portent cet identifiant": "Donnez à chaque fiche son propre identifiant : une seule est montrée.",
    "plusieurs fois": "Rien à faire : les copies sont réunies.",
    "Deux fiches portent": "Supprimez l’une des deux : elles ont le même identifiant.",
    # what is said of an offer
    "Contact illisible ou dangereux": "Réécrivez ce téléphone ou cette adresse : on ne peut ni l’appeler, ni l’ouvrir.",
    "Prix illisible": "Écrivez le prix en chiffres : 4,50.",
    "Gratuit, mais avec un prix": "Choisissez : gratuit, ou ce prix.",
    "Ni oui ni non": "Écrivez oui ou non dans cette colonne, ou laissez-la vide.",
    "Adresse d’image refusée": "Mettez une adresse web (https://…) que tout le monde peut ouvrir.",
    "Fin des droits illisible": "Écrivez la fin des droits de l’image : dans le doute, elle n’est pas montrée.",
    "Code postal à quatre chiffres": "Rien à faire : le tableur avait enlevé le zéro, il est remis.",
    "Ce n’est pas un code postal": "Écrivez cinq chiffres.",
    "Ce n’est pas un code Insee": "Écrivez les cinq signes du code Insee, ou laissez vide.",
    "Date de mise à jour illisible": "Rien d’urgent : la date de mise à jour est seulement laissée de côté.",
    "erreur de formule": "Corrigez la formule de cette case dans le tableur.",
    "Texte coupé": "Raccourcissez ce texte : un visiteur lit deux phrases.",
    "d’autres anomalies": "Corrigez d’abord celles qui sont listées : les autres apparaîtront ensuite.",
    # files
    "Aucune colonne connue": "Si cette feuille contient des fiches, nommez ses colonnes : Nom, Adresse, Latitude…",
    "Total, note ou titre": "Rien à faire : cette ligne n’est pas une fiche.",
    "plus de cases que l’en-tête": "Entourez de guillemets le texte qui contient le séparateur, ou exportez de nouveau le tableau.",
    "Cette ligne est coupée": "Fermez le guillemet ouvert sur cette ligne, ou exportez de nouveau le tableau.",
    "coupé avant sa fin": "Exportez de nouveau le calendrier : il manque sa fin.",
    "Événement coupé": "Exportez de nouveau le calendrier : cet événement n’y est pas entier.",
    "n’est pas un calendrier": "Vérifiez ce fichier : ce n’est pas un agenda exporté.",
    "pas en UTF-8": "Rien à faire, sauf si des accents sont faux : exportez alors en UTF-8.",
    "Lignes mal coupées": "Rien à faire : le texte est recollé.",
    "pas du JSON lisible": "Téléchargez le flux de nouveau ; si cela dure, " + OWNER + ".",
    "Caractères ou nombres interdits": "Rien à faire : la fiche est lue quand même.",
    "ne contient pas d’objet": "Rien d’urgent : ce fichier du flux n’est pas une fiche.",
    "ne s’ouvre pas": "Téléchargez l’archive de nouveau ; si cela dure, " + OWNER + ".",
    "trop gros pour une fiche": "Vérifiez ce fichier du flux : une fiche pèse quelques kilo-octets.",
}  # fmt: skip
