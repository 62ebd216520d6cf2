"""A feed, one pass over it, what was wrong in it, and what a pass should change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sejour.domain.offer import Offer
from sejour.domain.text import N_, Reason

LARGEST_REMOVAL = 1 / 3  # a run that would remove more than this share of a feed waits for a human


class Severity(StrEnum):
    ERROR = "error"  # the record is left out
    WARNING = "warning"  # the field is left out or set to unknown
    INFO = "info"  # repaired by a stated rule


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad record or field. `record` is the producer's key, or the place in the file when the key cannot be read; `value` what
    stood there, cut short. `partial`: the rest of the source could not be read, so absence means nothing."""

    record: str | None
    field: str | None
    reason: Reason
    severity: Severity = Severity.WARNING
    value: str | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """One source address in one format. `timezone` is the territory's, for dates that have none; `moment` the one from which recurring
    events are unfolded; `map` the text of the column map, for tables."""

    name: str
    format: str
    url: str = ""
    timezone: str = "Europe/Paris"
    moment: datetime | None = None
    map: str = ""


class Outcome(StrEnum):
    DONE = "done"
    HELD = "held"  # would remove too much: nothing applied, waits for a human
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FeedRun:
    """One pass over a feed. Counts are of offers, but `records`, of what the source holds; `reason` says why a run was held or failed."""

    feed: str
    started: datetime
    ended: datetime
    outcome: Outcome
    records: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a run should change, as keys of offers. `held` explains why none of it may be applied without a human's word."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    held: Reason | None = None


def decide(
    known: Mapping[str, str], parsed: Mapping[str, str], problems: Iterable[Problem] = (), *, agreed: bool = False, accepted: int = 0
) -> Decision:
    """Compares two {key: content hash}: what the feed holds now and what was parsed.

    A known offer whose record is there but unreadable stays as it was. When the source could only be read in part, nothing is
    removed. When more than a third would go, the whole run is held, unless a human `agreed`, or `accepted` that so many go.
    """
    problems = list(problems)
    unreadable = {problem.record for problem in problems if problem.severity is Severity.ERROR}
    partial = any(problem.partial for problem in problems)
    gone = () if partial else tuple(sorted(key for key in known.keys() - parsed.keys() if key not in unreadable))
    held = None
    if len(gone) > max(accepted, LARGEST_REMOVAL * len(known)) and not agreed:
        held = Reason("Cette collecte retirerait %(gone)d fiches sur %(known)d : rien n’est changé tant que vous ne l’avez pas acceptée.",
                      {"gone": len(gone), "known": len(known)})  # fmt: skip
    return Decision(
        added=tuple(sorted(parsed.keys() - known.keys())),
        changed=tuple(sorted(key for key in parsed.keys() & known.keys() if parsed[key] != known[key])),
        removed=gone,
        unchanged=tuple(sorted(key for key in parsed.keys() & known.keys() if parsed[key] == known[key])),
        held=held,
    )


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a source as it was read: an offer, or None with the Problem that says why; and whatever else was wrong in it."""

    offer: Offer | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a whole source gave: `records` read, one offer a key, and every Problem."""

    records: int
    offers: dict[str, Offer]
    problems: tuple[Problem, ...]


def gather(records: Iterable[Record]) -> Gathered:
    """Of two records with one key, the one that its producer dates later stays; at equal dates, the later in the source."""
    count, offers, problems = 0, dict[str, Offer](), list[Problem]()
    for record in records:
        count += 1
        problems += record.problems
        if (offer := record.offer) is None:
            continue
        if (twin := offers.get(offer.key)) is not None:
            problems.append(Problem(offer.key, "@id", Reason(N_("Deux fiches portent cet identifiant : la plus récente est gardée.")), Severity.INFO))
            if (twin.updated or "") > (offer.updated or ""):
                continue
        offers[offer.key] = offer
    return Gathered(count, offers, tuple(problems))
