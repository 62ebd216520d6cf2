"""The table of the evaluation, and the place in a document where it is written."""

from collections.abc import Iterable
from dataclasses import dataclass

BEGIN, END = "<!-- evaluation -->", "<!-- /evaluation -->"
HEAD = ("What", "To be reached", "Measured", "Beside it", "Reached")


@dataclass(frozen=True, slots=True)
class Row:
    """`reached` is None when nothing had to be, or when the data are absent."""

    name: str
    goal: str
    measured: str
    beside: str = ""
    reached: bool | None = None


def absent(name: str, goal: str) -> Row:
    """A row whose data do not lie beside the project."""
    return Row(name, goal, "absent")


def markdown(rows: Iterable[Row]) -> str:
    words = {True: "yes", False: "**no**", None: ""}
    lines = [HEAD, ("---",) * len(HEAD), *((row.name, row.goal, row.measured, row.beside, words[row.reached]) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def written(document: str, table: str) -> str:
    """The document with the table between its marks, which are added at the end when it has none."""
    before, begin, rest = document.partition(BEGIN)
    after = rest.partition(END)[2] if begin else ""
    start = before if begin else f"{document.rstrip()}\n\n"
    return f"{start}{BEGIN}\n\n{table}\n\n{END}{after or chr(10)}"


def short(value: float, digits: int = 3) -> str:
    """0.4951 as ".495", 1.0 as "1.000"."""
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text
