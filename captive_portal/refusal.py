"""Why the portal refuses a request: one sentence for the visitor, who can only start again, and one line for the operator."""

from dataclasses import dataclass

from sejour.domain.text import N_, Reason


@dataclass(frozen=True, slots=True)
class Refused:
    """`sentence` is for the page; `why`, in English and with nothing personal, for the operator's log; `name`, of what is wrong or missing, for whoever
    helps the visitor, "" when it has none."""

    sentence: Reason
    why: str
    name: str = ""


def incomplete(name: str, why: str) -> Refused:
    return _refused(N_("La demande du point Wi-Fi est incomplète : coupez le Wi-Fi de votre appareil, puis rallumez-le."), why, name)


def malformed(name: str, why: str) -> Refused:
    return _refused(N_("La demande du point Wi-Fi est illisible : coupez le Wi-Fi de votre appareil, puis rallumez-le."), why, name)


def untrusted(why: str) -> Refused:
    """A signature, a hash or a key is not the right one."""
    return _refused(N_("Cette demande ne vient pas de notre point Wi-Fi : coupez le Wi-Fi de votre appareil, puis rallumez-le."), why)


def outside(why: str) -> Refused:
    """It would send the browser to a stranger."""
    return _refused(N_("Cette demande mène hors de notre réseau Wi-Fi : elle est refusée."), why)


def expired(why: str) -> Refused:
    return _refused(N_("Cette page de connexion a expiré : coupez le Wi-Fi de votre appareil, puis rallumez-le."), why)


def unready(name: str, why: str) -> Refused:
    """The operator has not told us what it takes."""
    return _refused(N_("Ce point Wi-Fi n’est pas encore réglé : demandez à l’accueil."), why, name)


def _refused(sentence: str, why: str, name: str = "") -> Refused:
    return Refused(Reason(sentence), why, name)
