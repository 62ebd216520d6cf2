"""How much each term of the score counts. The one table that an office may tune, within what keeps the advice honest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Factors of the terms, which are natural logarithms: the score is their weighted sum. Sources: docs/ranking.md."""

    stars: float = 0.8
    distance: float = 1.5
    hour: float = 1.0
    waiting: float = 1.0
    certainty: float = 1.0
    weather: float = 1.0
    pick: float = 1.0
    fairness: float = 1.2
    variety: float = 0.5


STANDARD = Weights()


@dataclass(frozen=True, slots=True)
class Range:
    """What an office may set a weight to, and what it does."""

    least: float
    most: float
    meaning: str


RANGES = {
    "stars": Range(0.5, 1.0, "l’intérêt de l’offre, étoiles ou fréquentation"),
    "distance": Range(1.0, 2.0, "la proximité"),
    "hour": Range(0.5, 1.35, "l’heure qui convient au genre de sortie"),
    "waiting": Range(0.5, 1.5, "ce qui commence bientôt, et l’attente"),
    "certainty": Range(0.5, 2.0, "la prudence devant des horaires inconnus"),
    "weather": Range(0.0, 1.5, "la météo"),
    "pick": Range(0.0, 1.0, "le coup de cœur de l’office, au plus × 1,5"),
    "fairness": Range(0.0, 1.5, "l’équité entre les offres, d’une heure à l’autre"),
    "variety": Range(0.0, 1.0, "la variété de la page"),
}  # beyond them, the study's measures fall: a 0.5-1, b 1-2 (docs/ranking.md)


def within(weights: Weights) -> Weights:
    """The same, none beyond its range."""
    return Weights(**{name: min(range.most, max(range.least, getattr(weights, name))) for name, range in RANGES.items()})
