"""Problems by cause, each with what to do."""

import re
from pathlib import Path

from sejour.domain.feed import Problem, Severity
from sejour.domain.remedies import FALLBACKS, REMEDIES, causes, remedy
from sejour.domain.text import Reason

FEEDS = Path(__file__).resolve().parents[2] / "providers_feed"
FAILURES = re.compile(r"%\((?:source|host)\)s|La correspondance|une adresse du web|prévisions")  # of a whole feed: their own sentence says what to do


def problem(key: str = "Prix illisible.", record: str = "a", field: str | None = "prix", severity: Severity = Severity.WARNING) -> Problem:
    return Problem(record, field, Reason(key), severity)


def test_the_gravest_then_the_most_frequent_come_first() -> None:
    found = causes(
        [
            problem("Texte coupé à 5 000 caractères.", severity=Severity.INFO),
            problem(record="a"),
            problem("Heure illisible : l’heure est à confirmer."),
            *(problem(record=str(n)) for n in range(9)),
            problem("Fiche sans nom : elle n’est pas montrée.", field=None, severity=Severity.ERROR),
        ]
    )
    assert [(cause.severity, cause.count) for cause in found] == [("error", 1), ("warning", 10), ("warning", 1), ("info", 1)]
    assert [each.record for each in found[1].examples] == ["a", "0", "1"]
    assert found[1].remedy == "Écrivez le prix en chiffres : 4,50."


def test_every_reason_that_a_format_gives_has_its_remedy() -> None:
    """Another one is told by its severity, but those that we write deserve their own."""
    told = {
        key for path in FEEDS.glob("*.py") for key in re.findall(r'N_\(\s*"([^"]+)"', path.read_text(encoding="utf-8")) if not FAILURES.search(key)
    }
    assert len(told) > 60
    assert [key for key in sorted(told) if remedy(key, Severity.WARNING) in FALLBACKS.values()] == []


def test_a_remedy_is_one_sentence_and_serves() -> None:
    told = " ".join(path.read_text(encoding="utf-8") for path in (*FEEDS.glob("*.py"), FEEDS.parent / "sejour/domain/feed.py"))
    for part, said in REMEDIES.items():
        assert part in told, part
        assert said.endswith((".", "…")) and "\n" not in said and said[0].isupper(), said
    assert remedy("Nouveau", Severity.INFO) == "Rien à faire : c’est déjà réparé."
