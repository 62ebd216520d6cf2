"""What an office measured itself, and that replaces our rules of thumb."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Surveys:
    """`visitors` a year by offer id; `walks` for a hotspot, the metres on foot to offers by id."""

    visitors: Mapping[str, float] = field(default_factory=dict)
    walks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


UNMEASURED = Surveys()
