"""What can keep an offer off a page: the facts, and the words for the visitor and for the office that can change it.

`why` and `advice` are the visitor's, translated at the edge. `remedy` is the office's, and stays French.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sejour.domain.curation import Mute, Notice
from sejour.domain.notices import ends_at, said_of
from sejour.domain.offer import Kind, Offer
from sejour.domain.text import N_, Reason
from sejour.domain.travel import PACES, Travel
from sejour.domain.visit import When, Wish


class Metres(int):
    """Said as a distance."""


class Obstacle(StrEnum):
    """In the order in which they are told. From HOURS_UNKNOWN on, the offer can be reached in time, and others are before it."""

    NO_POSITION = "no_position"
    MUTED = "muted"
    NOT_AN_IDEA = "not_an_idea"
    WISH = "wish"
    NO_DATE = "no_date"
    CANCELLED = "cancelled"
    OVER = "over"
    CLOSED = "closed"
    OPENS_LATER = "opens_later"
    CLOSES_SOON = "closes_soon"
    BEGUN = "begun"
    STOPPED = "stopped"
    DARK = "dark"
    UNSURE_HOUR = "unsure_hour"
    TOO_FAR = "too_far"
    FAR_MOMENT = "far_moment"
    HOURS_UNKNOWN = "hours_unknown"
    ALIKE = "alike"
    OUTRANKED = "outranked"


LABELS = {  # the office's words stay French
    Obstacle.NO_POSITION: "sans position", Obstacle.MUTED: "masquée par l’office", Obstacle.NOT_AN_IDEA: "pas une idée de sortie",
    Obstacle.WISH: "ne répond pas à l’envie", Obstacle.NO_DATE: "sans date", Obstacle.CANCELLED: "annulée", Obstacle.OVER: "finie",
    Obstacle.CLOSED: "fermée, ou pas de date", Obstacle.OPENS_LATER: "commence trop tard", Obstacle.CLOSES_SOON: "ferme trop tôt",
    Obstacle.BEGUN: "déjà commencée", Obstacle.STOPPED: "fermée ou complète, dit l’office", Obstacle.DARK: "de nuit, en plein air", Obstacle.UNSURE_HOUR: "horaires inconnus, à une heure où c’est rarement ouvert",
    Obstacle.TOO_FAR: "trop loin", Obstacle.FAR_MOMENT: "moment trop lointain", Obstacle.HOURS_UNKNOWN: "horaires inconnus",
    Obstacle.ALIKE: "des idées voisines sont plus haut", Obstacle.OUTRANKED: "d’autres idées passent devant",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hindrance:
    """`facts` are plain values. Arguments of the Reasons may be moments, times of day, dates, Metres, points, names, wishes, Travels and Reasons: the
    edge says each in its language."""

    obstacle: Obstacle
    facts: dict[str, object]
    why: Reason
    remedy: Reason
    advice: Reason | None = None


DESK = Reason(N_("Demandez à l’accueil : une personne de l’office connaît aussi ce qui n’est pas dans cette page."))
CALL = Reason(N_("Appelez avant de vous déplacer."))
EXACT = Reason("Rien à corriger si c’est exact ; sinon, corrigez les horaires ou les dates de la fiche.")
FIELDS = {  # where a record says that it answers a wish
    Wish.FREE: "le tarif", Wish.DOGS: "les animaux admis", Wish.SHELTERED: "l’abri", Wish.OUTDOOR: "l’abri", Wish.STROLLER: "les poussettes",
    Wish.WHEELCHAIR: "les fauteuils roulants", Wish.SHORT: "le type", Wish.KIDS3: "le public", Wish.KIDS7: "le public", Wish.KIDS11: "le public",
    Wish.FOOD: "le type", Wish.CULTURE: "le type", Wish.NATURE: "le type",
}  # fmt: skip
IMPROVE = {  # what the office can do about the term in which an offer is weakest
    "stars": "Une fiche complète compte : une photo, une description, une deuxième langue, un contact, les labels.",
    "distance": "Elle est mieux placée depuis une borne plus proche.",
    "hour": "Elle est mieux placée à une heure qui convient à ce genre de sortie.",
    "waiting": "Elle est mieux placée juste avant de commencer, ou quand elle est ouverte.",
    "certainty": "Ajoutez les horaires à la fiche : inconnus, ils la font reculer.",
    "weather": "Elle est mieux placée par un autre temps ; dites dans la fiche si elle est à l’abri.",
    "pick": "La page donne un avantage limité au coup de cœur signé de l’office.",
    "fairness": "Elle a été beaucoup montrée ces derniers temps : elle reviendra.",
    "variety": "Des idées semblables sont plus haut : la page les varie.",
}


def no_position() -> Hindrance:
    why = Reason(N_("On ne sait pas où c’est : rien ne dit comment y aller d’ici."))
    return Hindrance(Obstacle.NO_POSITION, {}, why, Reason("Ajoutez sa latitude et sa longitude à la fiche."), DESK)


def muted(mute: Mute, until: datetime | None) -> Hindrance:
    """Why the office mutes is between it and the provider: visitors do not read it."""
    back = N_("L’office de tourisme l’a mise de côté. Retour prévu : %(until)s")
    why = Reason(back, {"until": until}) if until else Reason(N_("L’office de tourisme l’a mise de côté."))
    remedy = Reason("L’office l’a masquée (« %(reason)s ») : retirez ce masque pour qu’elle revienne.", {"reason": mute.reason})
    return Hindrance(Obstacle.MUTED, {"reason": mute.reason, "until": until}, why, remedy, DESK)


def not_an_idea(kind: Kind, when: When) -> Hindrance:
    if kind is Kind.LODGING:
        why = N_("Un hébergement n’est pas une idée de sortie : il a sa place dans « Où dormir ».")
    elif kind is Kind.SERVICE:
        why = N_("Un service n’est pas une idée de sortie : il a sa place dans « Essentiels ».")
    else:
        why = N_("La page de la semaine ne montre que les manifestations et les marchés.")
    facts: dict[str, object] = {"kind": kind.value, "when": when.value}
    return Hindrance(Obstacle.NOT_AN_IDEA, facts, Reason(why), Reason("Rien à corriger si le type de la fiche est juste."))


def wish(missing: tuple[Wish, ...], for_rain: bool) -> Hindrance:
    """`for_rain`: the page of rain asked for shelter."""
    why = Reason(N_("Rien dans la fiche ne répond à : %(wishes)s."), {"wishes": missing})
    if for_rain and missing == (Wish.SHELTERED,):
        why = Reason(N_("Pour la pluie, la page ne montre que ce que l’on sait à l’abri."))
    fields = ", ".join(dict.fromkeys(FIELDS[each] for each in missing if each in FIELDS))
    return Hindrance(Obstacle.WISH, {"wishes": [each.value for each in missing]}, why,
                     Reason("Si elle y répond, complétez la fiche : %(fields)s.", {"fields": fields}))  # fmt: skip


def no_date() -> Hindrance:
    why = Reason(N_("C’est une manifestation, et personne n’en donne la date."))
    return Hindrance(Obstacle.NO_DATE, {}, why, Reason("Ajoutez ses dates à la fiche : sans elles, elle n’est proposée aucun jour."), DESK)


def cancelled(last: date) -> Hindrance:
    why = Reason(N_("Ses dates sont annulées."))
    return Hindrance(Obstacle.CANCELLED, {"last": last}, why, Reason("Si une date est maintenue, corrigez son état dans la fiche."))


def over(last: date) -> Hindrance:
    why = Reason(N_("C’est fini. Dernière date : %(last)s"), {"last": last})
    return Hindrance(Obstacle.OVER, {"last": last}, why, Reason("S’il y a d’autres dates, ajoutez-les à la fiche."))


@dataclass(frozen=True, slots=True)
class Next:
    """When an offer begins next: `day` alone when nobody said the hour; not `sure` when it is to be confirmed."""

    day: date
    begins: datetime | None
    sure: bool

    @property
    def said(self) -> object:
        said: object = self.begins or self.day
        return said if self.sure or not self.begins else Reason(N_("%(moment)s (à confirmer)"), {"moment": said})


def closed(offer: Offer, next: Next | None) -> Hindrance:
    facts: dict[str, object] = {"next": next and (next.begins or next.day), "sure": next and next.sure}
    if next is None:
        return Hindrance(Obstacle.CLOSED, facts, Reason(N_("Fermé à ce moment, et rien ne dit quand cela ouvrira.")), EXACT)
    why = Reason(N_("Rien à ce moment.") if offer.occurrences else N_("Fermé à ce moment."))
    return Hindrance(Obstacle.CLOSED, facts, why, EXACT, _coming(offer, next))


def _coming(offer: Offer, next: Next | None) -> Reason | None:
    words = N_("Prochaine date : %(next)s") if offer.occurrences else N_("Prochaine ouverture : %(next)s")
    return Reason(words, {"next": next.said}) if next else None


def opens_later(offer: Offer, begins: datetime, most: int) -> Hindrance:
    """`most` minutes that one waits."""
    dated, opens = N_("Commence à %(begins)s : plus de deux heures d’attente."), N_("Ouvre à %(begins)s : plus de deux heures d’attente.")
    why = Reason(dated if offer.occurrences else opens, {"begins": begins.time()})
    shown = begins - timedelta(minutes=most)
    remedy = Reason("Elle est proposée à partir de %(shown)s environ. %(exact)s", {"shown": shown.time(), "exact": EXACT})
    return Hindrance(Obstacle.OPENS_LATER, {"begins": begins, "most_minutes": most}, why, remedy)


def closes_soon(offer: Offer, arrive: datetime, last: datetime, ends: datetime, stay: int, next: Next | None) -> Hindrance:
    """`last` is the last useful arrival: `stay` minutes before it `ends`."""
    why = Reason(N_("Trop juste : fermeture à %(ends)s, on y serait à %(arrive)s, et la visite demande au moins %(stay)d min."),
                 {"ends": ends.time(), "arrive": arrive.time(), "stay": stay})  # fmt: skip
    facts: dict[str, object] = {"arrive": arrive, "last": last, "ends": ends, "stay_minutes": stay, "next": next and (next.begins or next.day)}
    return Hindrance(Obstacle.CLOSES_SOON, facts, why, _in_time(last), _coming(offer, next))


def begun(offer: Offer, arrive: datetime, begins: datetime, last: datetime, next: Next | None) -> Hindrance:
    """`last` is the last useful arrival."""
    why = Reason(N_("Trop tard : le début est à %(begins)s, et on y serait à %(arrive)s."), {"begins": begins.time(), "arrive": arrive.time()})
    facts: dict[str, object] = {"arrive": arrive, "begins": begins, "last": last, "next": next and (next.begins or next.day)}
    return Hindrance(Obstacle.BEGUN, facts, why, _in_time(last), _coming(offer, next))


def _in_time(last: datetime) -> Reason:
    return Reason("Elle est proposée à qui peut y être à %(last)s au plus tard. %(exact)s", {"last": last.time(), "exact": EXACT})


def stopped(notice: Notice, moment: datetime) -> Hindrance:
    """By the office's own word that it is closed, or full."""
    ends = ends_at(notice, moment)
    facts: dict[str, object] = {"sort": notice.sort.value, "until": ends, "next": ends}
    remedy = Reason("L’office l’a dit (« %(text)s ») : retirez cette info si elle n’est plus vraie.", {"text": notice.text})
    return Hindrance(Obstacle.STOPPED, facts, said_of(notice, moment), remedy)


def dark(arrive: datetime, sunrise: datetime | None, sunset: datetime | None, stay: int) -> Hindrance:
    """`sunrise` or `sunset`, whichever keeps it out; neither where the sun does not rise."""
    if sunset:
        why = Reason(N_("C’est en plein air : le soleil se couche à %(sunset)s, et la visite demande au moins %(stay)d min."),
                     {"sunset": sunset.time(), "stay": stay})  # fmt: skip
    elif sunrise:
        why = Reason(N_("C’est en plein air : le soleil se lève à %(sunrise)s."), {"sunrise": sunrise.time()})
    else:
        why = Reason(N_("C’est en plein air, et il fait nuit."))
    facts: dict[str, object] = {"arrive": arrive, "sunrise": sunrise, "sunset": sunset, "stay_minutes": stay}
    return Hindrance(Obstacle.DARK, facts, why, Reason("Si la visite se fait à l’abri, dites-le dans la fiche ; sinon, rien à corriger."))


def unsure_hour(arrive: datetime, first: time, last: time) -> Hindrance:
    """Hours that nobody knows are shown from `first` to `last` only."""
    why = Reason(N_("Horaires à confirmer : la page ne la propose qu’entre %(first)s et %(last)s."), {"first": first, "last": last})
    facts: dict[str, object] = {"arrive": arrive, "first": first, "last": last}
    return Hindrance(Obstacle.UNSURE_HOUR, facts, why, Reason("Ajoutez ou précisez les horaires de la fiche."), CALL)


def too_far(travel: Travel, most: int) -> Hindrance:
    """`travel` by the mode that goes farthest, `most` metres over the streets."""
    longest = int(PACES[travel.mode].longest_minutes)
    why = Reason(N_("Trop loin : %(way)s, et la page ne va pas au-delà de %(longest)d min."),
                 {"way": travel, "longest": longest})  # fmt: skip
    facts: dict[str, object] = {"metres": travel.metres, "mode": travel.mode.value, "minutes": travel.minutes, "longest_minutes": longest,
                                "most_metres": most, "excess_metres": travel.metres - most}  # fmt: skip
    remedy = Reason("Rien à corriger si sa position est juste : il faudrait être %(excess)s plus près.", {"excess": Metres(travel.metres - most)})
    return Hindrance(Obstacle.TOO_FAR, facts, why, remedy)


def far_moment() -> Hindrance:
    why = Reason(N_("Ce moment est lointain : la page n’y regarde que ce qui est le plus près d’ici."))
    return Hindrance(Obstacle.FAR_MOMENT, {}, why, Reason("Rien à corriger : elle sera regardée quand ce jour approchera."))


def hours_unknown(place: int, cost: float) -> Hindrance:
    """`place` is the one it would have if it was known to be open, `cost` the points that it loses."""
    why = Reason(N_("Horaires à confirmer : des idées aux horaires sûrs passent devant."))
    remedy = Reason("Ajoutez les horaires à la fiche : inconnus, ils lui coûtent %(cost)s sur sa note ; ouverte à cette heure, elle serait n° %(place)d de la page.",
                    {"cost": cost, "place": place})  # fmt: skip
    return Hindrance(Obstacle.HOURS_UNKNOWN, {"cost": cost, "place": place}, why, remedy, CALL)


def alike(above: Offer, cost: float) -> Hindrance:
    """`above` is the idea most alike of those higher on the page, which cost so many points together."""
    why = Reason(N_("Des idées voisines sont plus haut, dont « %(name)s »."), {"name": above.names})
    remedy = Reason("La page varie les idées : celle-ci perd %(cost)s sur sa note derrière « %(name)s ».", {"cost": cost, "name": above.names})
    return Hindrance(Obstacle.ALIKE, {"above": above.id, "cost": cost}, why, remedy)


def outranked(rank: int, feasible: int, missing: float, above: Offer, term: str, gap: float) -> Hindrance:
    """The `rank` of the offer among all those that can be reached in time; `missing` points to pass the idea `above`, which gains most, `gap`
    points, by `term`."""
    why = Reason(N_("D’autres idées passent devant : n° %(rank)d sur %(feasible)d possibles."), {"rank": rank, "feasible": feasible})
    remedy = Reason("Il manque %(missing)s à sa note pour passer « %(name)s ». %(improve)s",
                    {"missing": missing, "name": above.names, "improve": Reason(IMPROVE[term])})  # fmt: skip
    facts: dict[str, object] = {"rank": rank, "feasible": feasible, "missing": missing, "above": above.id, "term": term, "gap": gap}
    return Hindrance(Obstacle.OUTRANKED, facts, why, remedy)
