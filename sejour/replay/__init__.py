"""`sejour replay`: a file of situations, each with what one expects of the advice, asked of the ranking as `sejour suggest` asks it.

Whatever a situation expects, two things are always checked: nothing shown is over, or closed, when one arrives, told from the offer's own
hours and dates; and the same question asked again has the same answer.
"""

from dataclasses import replace
from pathlib import Path

from sejour.domain.memo import Memo
from sejour.domain.page import suggest
from sejour.replay.asking import Shelf
from sejour.replay.judging import differences
from sejour.replay.reading import read_situations
from sejour.replay.report import Replay, Result
from sejour.replay.situation import Situation, about


def replay(file: Path, config: Path, source: str | None = None, format: str | None = None) -> Replay:
    """The situations of `file`; those that name no source are asked of `source` (a path from the current directory, or an address), else of the
    database that `config` tells. Raises UsageError, which names the situation, when one of them cannot be read or asked."""
    shelf = Shelf(config)
    return Replay(tuple(_replayed(situation, shelf) for situation in read_situations(file, source, format)))


def _replayed(situation: Situation, shelf: Shelf) -> Result:
    with about(situation.label):
        catalogue, visit = shelf.asked(situation)
    cards = tuple(suggest(catalogue, visit, situation.limit))
    again = tuple(suggest(replace(catalogue, memo=Memo()), visit, situation.limit))
    return Result(situation, visit, cards, tuple(differences(situation.expect, visit, cards, again, catalogue)))
