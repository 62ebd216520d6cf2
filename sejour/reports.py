"""How the command line tells what a source holds, what a run did, what hours mean: for a human in French, for a program in JSON."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sejour.domain.feed import FeedRun, Gathered, Outcome, Problem


def geometry(offer: dict[str, Any]) -> dict[str, Any] | None:
    return None if offer["lat"] is None else {"type": "Point", "coordinates": [offer["lon"], offer["lat"]]}


def report(format: str, gathered: Gathered, seconds: float) -> dict[str, Any]:
    offers = gathered.offers.values()
    languages = Counter(lang for o in offers for lang in o.names.texts.keys() | (o.descriptions.texts.keys() if o.descriptions else set()))
    return {
        "format": format,
        "records": gathered.records,
        "offers": len(offers),
        "kinds": dict(sorted(Counter(o.kind.value for o in offers).items())),
        "languages": dict(sorted(languages.items())),
        "occurrences": sum(len(o.occurrences) for o in offers),
        "located": sum(o.place is not None for o in offers),
        "with_hours": sum(o.hours is not None for o in offers),
        "problems": [problem_json(problem) for problem in gathered.problems],
        "seconds": round(seconds, 3),
    }


def problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "record": problem.record,
        "field": problem.field,
        "reason": str(problem.reason),
        "severity": problem.severity.value,
        "value": problem.value,
    }


def report_text(report: dict[str, Any], problems: Iterable[Problem]) -> str:
    kinds = ", ".join(f"{n} {kind}" for kind, n in report["kinds"].items())
    lines = [
        f"{report['records']} fiches lues, {report['offers']} gardées ({kinds or 'aucune'}), en {report['seconds']} s.",
        f"{report['located']} situées, {report['with_hours']} avec des horaires, {report['occurrences']} dates.",
        *grouped(problems),
    ]
    return "\n".join(lines)


def grouped(problems: Iterable[Problem]) -> list[str]:
    """One line a cause: how many, where, an example. Under a hundred lines whatever the feed."""
    causes: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        causes.setdefault((problem.severity.value, problem.reason.key), []).append(problem)
    order = sorted(causes.items(), key=lambda cause: (["error", "warning", "info"].index(cause[0][0]), -len(cause[1])))
    words = {"error": "refusée", "warning": "à voir", "info": "réparée"}
    return [
        f"  {len(found)} × {words[severity]} : {found[0].reason} [{found[0].field or '–'}] p. ex. {found[0].record}"
        + (f" ({found[0].value})" if found[0].value else "")
        for (severity, _), found in order[:90]
    ]


def run_json(run: FeedRun | None) -> dict[str, Any] | None:
    if run is None:
        return None
    counts = {name: getattr(run, name) for name in ("records", "added", "changed", "removed", "unchanged")}
    return {"feed": run.feed, "started": run.started.isoformat(), "ended": run.ended.isoformat(), "outcome": run.outcome.value, **counts,
            "reason": str(run.reason) if run.reason else None, "problems": [problem_json(problem) for problem in run.problems]}  # fmt: skip


def run_text(run: FeedRun) -> str:
    if run.outcome is Outcome.FAILED:
        return f"échec. {run.reason}"
    counts = f"{run.records} fiches lues, {run.added} nouvelles, {run.changed} changées, {run.removed} retirées, {run.unchanged} inchangées"
    return f"en attente. {run.reason} (« --agree » l’accepte ; {counts})" if run.outcome is Outcome.HELD else f"{counts}."


def hours_text(answer: dict[str, Any]) -> str:
    if not answer["valid"]:
        return f"Ce texte n’est pas un opening_hours : {answer['error']}."
    words = {"open": "ouvert", "closed": "fermé", "unknown": "à confirmer"}
    lines = [f"{words[answer['state']]}" + (f" jusqu’au {answer['next_change']}" if answer["next_change"] else "")]
    return "\n".join(lines + [f"  {i['start']} → {i['end']} {words[i['state']]}" for i in answer["intervals"]])
