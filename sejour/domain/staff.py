"""Who works in the office, and what each may do."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """In the order of their rights: each may do all that those before may."""

    SEASONAL = "seasonal"  # says what is full or closed
    COUNSELLOR = "counsellor"  # and what they love, at the desk
    EDITOR = "editor"  # the ANT: curates
    ADMIN = "admin"  # and invites the others

    def may(self, least: "Role") -> bool:
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(least)

    @property
    def second_factor(self) -> bool:
        """Must one prove more than a password (decisions 16)?"""
        return self.may(Role.EDITOR)


@dataclass(frozen=True, slots=True)
class Staff:
    """`name` is what one signs in with; `shown` what a coup de cœur is signed with; `last`: when they last signed in."""

    id: int
    name: str
    shown: str
    role: Role
    disabled: bool = False
    created: datetime | None = None
    last: datetime | None = None


def sign_in_name(text: str) -> str:
    """What is typed, as it is kept and looked for: a phone writes the first letter as a capital, another composes its accents otherwise."""
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()
