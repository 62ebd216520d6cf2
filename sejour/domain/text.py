"""Words in several languages, and reasons that are translated at the edge."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LocalText:
    """One text in the languages it exists in: `texts` maps an ISO 639-1 code to plain text; `machine` lists the languages
    that a machine translated, as the producer declares them."""

    texts: dict[str, str]
    machine: tuple[str, ...] = ()

    def choose(self, *wanted: str) -> tuple[str, str]:
        """(text, language) in the first of `wanted` that exists, else in French, in English, or in whatever there is.

        Raises ValueError when there is no text at all: an empty LocalText is not built (see `local_text`).
        """
        for language in (*wanted, "fr", "en"):
            if text := self.texts.get(language):
                return text, language
        language = min(self.texts)
        return self.texts[language], language


def local_text(texts: Iterable[tuple[str, str]], machine: Iterable[str] = ()) -> LocalText | None:
    """A LocalText of the non-empty (language, text) pairs, the first of each language kept; None when nothing is left."""
    kept: dict[str, str] = {}
    for language, text in texts:
        if text:
            kept.setdefault(language, text)
    if not kept:
        return None
    return LocalText(kept, tuple(sorted(set(machine) & kept.keys())))


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence not yet translated: `key` is the French message with %-style named places (the gettext msgid)."""

    key: str
    arguments: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.key % self.arguments if self.arguments else self.key


def N_(message: str) -> str:
    """Marks a French message for extraction; it is translated where it is shown."""
    return message
