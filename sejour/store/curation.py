"""What the office says, each change of it, and how to take it back. No import ever writes here.

A word is changed only from the version that its author read: nobody overwrites what another said meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Row, delete, false, func, insert, or_, select, update

from sejour.domain.curation import Boost, Checked, Collection, Curation, Mute, Notice, Override, Pick, Pin, Refused, Tuning, Twin
from sejour.domain.occasion import Word
from sejour.errors import Conflict, NotFound
from sejour.store.documents import encode, utc
from sejour.store.offers import raise_revision
from sejour.store.tables import change, word

SORTS: dict[str, type[Word]] = {
    "pick": Pick, "pin": Pin, "mute": Mute, "boost": Boost, "notice": Notice, "collection": Collection, "override": Override, "checked": Checked,
    "twin": Twin, "tuning": Tuning,
}  # fmt: skip
SORT_OF = {cls: sort for sort, cls in SORTS.items()}
_DECODERS = {sort: msgspec.json.Decoder(cls) for sort, cls in SORTS.items()}


WITHDRAWN = "Ceci n’existe pas, ou a été retiré entre-temps."  # the office reads French: not to be translated
NO_CHANGE = "Ce changement n’existe pas, ou ne peut pas être annulé."
W = TypeVar("W", bound=Word)


@dataclass(frozen=True, slots=True)
class Kept:
    """A word as it stands: `version` goes up at each change, `by` made the last one."""

    id: int
    sort: str
    word: Word
    version: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the journal. `before` is None for what was new, `after` for what was withdrawn; both None for what is no word (a login, an account)."""

    id: int
    at: datetime
    by: str
    sort: str
    subject: str
    word: int | None
    before: Word | None
    after: Word | None
    note: str


def say(connection: Connection, territory_id: str, said: Word, by: str, moment: datetime) -> int:
    """Adds a word; its id."""
    sort, document, at = SORT_OF[type(said)], encode(said), utc(moment)
    row = {"territory": territory_id, "sort": sort, "offer": said.offer, "document": document, "version": 1, "by": by, "at": at}
    id: int = connection.execute(insert(word).values(row).returning(word.c.id)).scalar_one()
    _journal(connection, territory_id, sort, said.offer, id, None, document, by, at)
    return id


def amend(connection: Connection, territory_id: str, id: int, version: int, said: Word, by: str, moment: datetime) -> None:
    """Raises NotFound when it was withdrawn, Conflict when it is no more the version that was read."""
    former = _locked(connection, territory_id, id, version)
    document, at = encode(said), utc(moment)
    changed = {"offer": said.offer, "document": document, "version": former.version + 1, "by": by, "at": at}
    connection.execute(update(word).where(word.c.id == id).values(changed))
    _journal(connection, territory_id, former.sort, said.offer, id, former.document, document, by, at)


def withdraw(connection: Connection, territory_id: str, id: int, version: int, by: str, moment: datetime) -> None:
    """Raises as `amend`."""
    former = _locked(connection, territory_id, id, version)
    connection.execute(delete(word).where(word.c.id == id))
    _journal(connection, territory_id, former.sort, former.offer, id, former.document, None, by, utc(moment))


def undo(connection: Connection, territory_id: str, change_id: int, by: str, moment: datetime) -> None:
    """Puts back what was there before the change. Raises NotFound when there is no such change of a word, Conflict when the word changed since."""
    made = connection.execute(select(change).where(change.c.territory == territory_id, change.c.id == change_id)).first()
    if made is None or made.word is None:
        raise NotFound(NO_CHANGE)
    now = connection.execute(select(word).where(word.c.territory == territory_id, word.c.id == made.word)).first()
    if (now.document if now else None) != made.after:
        raise Conflict("Il y a eu un autre changement depuis : annulez d’abord celui-là.")
    at = utc(moment)
    if now is None:
        former = {"territory": territory_id, "sort": made.sort, "offer": made.subject, "document": made.before, "by": by, "at": at}
        connection.execute(insert(word).values(id=made.word, version=1, **former))
    elif made.before is None:
        connection.execute(delete(word).where(word.c.id == now.id))
    else:
        former = {"offer": _DECODERS[made.sort].decode(made.before).offer, "document": made.before, "version": now.version + 1, "by": by, "at": at}
        connection.execute(update(word).where(word.c.id == now.id).values(former))
    _journal(connection, territory_id, made.sort, made.subject, made.word, made.after, made.before, by, at)


def _locked(connection: Connection, territory_id: str, id: int, version: int) -> Row[Any]:
    row = connection.execute(select(word).where(word.c.territory == territory_id, word.c.id == id).with_for_update()).first()
    if row is None:
        raise NotFound(WITHDRAWN)
    if row.version != version:
        raise Conflict("%(who)s a changé ceci pendant que vous l’écriviez : rien n’est écrasé. Relisez, puis recommencez.", who=row.by)
    return row


def words_of(connection: Connection, territory_id: str, *sorts: str, offer: str | None = None) -> list[Kept]:
    """In the order they were said."""
    asked = select(word).where(word.c.territory == territory_id).order_by(word.c.id)
    if sorts:
        asked = asked.where(word.c.sort.in_(sorts))
    if offer is not None:
        asked = asked.where(word.c.offer == offer)
    return [_kept(row) for row in connection.execute(asked)]


def word_of(connection: Connection, territory_id: str, id: int) -> Kept:
    """Raises NotFound."""
    row = connection.execute(select(word).where(word.c.territory == territory_id, word.c.id == id)).first()
    if row is None:
        raise NotFound(WITHDRAWN)
    return _kept(row)


def curation_of(connection: Connection, territory_id: str) -> Curation:
    """Everything that the office says. A word that cannot be read is left out, and listed: it must not take the territory down."""
    said: dict[type[Word], list[Word]] = {cls: [] for cls in SORT_OF}
    shelves, refused = list[int](), list[Refused]()
    for row in connection.execute(select(word).where(word.c.territory == territory_id).order_by(word.c.id)):
        try:
            read = _kept(row).word
        except (KeyError, msgspec.DecodeError) as error:
            refused.append(Refused(row.offer, row.sort, f"Ce mot ne se lit pas ({error})."))
            continue
        said[type(read)].append(read)
        shelves += [row.id] if isinstance(read, Collection) else []
    tuned = said[Tuning][-1] if said[Tuning] else None
    assert tuned is None or isinstance(tuned, Tuning)
    return Curation(
        picks=_only(Pick, said[Pick]), pins=_only(Pin, said[Pin]), mutes=_only(Mute, said[Mute]), boosts=_only(Boost, said[Boost]),
        notices=_only(Notice, said[Notice]), collections=_only(Collection, said[Collection]), overrides=_only(Override, said[Override]),
        checks=_only(Checked, said[Checked]), twins=_only(Twin, said[Twin]), weights=tuned.weights if tuned else None,
        collection_ids=tuple(shelves), refused=tuple(refused),
    )  # fmt: skip


def note(connection: Connection, territory_id: str, sort: str, subject: str, by: str, moment: datetime, said: str = "") -> None:
    """A line of the journal for what is no word: an account, a login, a feed, a hotspot."""
    _journal(connection, territory_id, sort, subject, None, None, None, by, utc(moment), said)


def changes_of(
    connection: Connection, territory_id: str, *, subject: str | None = None, before: int | None = None, limit: int = 50, sorts: Sequence[str] = (),
    by: str = "", text: str = "", subjects: Sequence[str] = (),
) -> list[Change]:  # fmt: skip
    """The last first; `before` is the id of a change, for the next page. `text` is in the name of what was changed, or that is one of `subjects`."""
    asked = select(change).where(change.c.territory == territory_id).order_by(change.c.id.desc()).limit(limit)
    if subject is not None:
        asked = asked.where(change.c.subject == subject)
    if before is not None:
        asked = asked.where(change.c.id < before)
    if sorts:
        asked = asked.where(change.c.sort.in_(sorts))
    if by:
        asked = asked.where(change.c.by == by)
    if text or subjects:
        asked = asked.where(
            or_(change.c.subject.in_(subjects), func.lower(change.c.subject).contains(text.lower(), autoescape=True) if text else false())
        )
    return [
        Change(row.id, datetime.fromisoformat(row.at), row.by, row.sort, row.subject, row.word, _decoded(row.sort, row.before),
               _decoded(row.sort, row.after), row.note)
        for row in connection.execute(asked)
    ]  # fmt: skip


def authors_of(connection: Connection, territory_id: str) -> list[str]:
    """Who changed something, by name."""
    return sorted(connection.execute(select(change.c.by).where(change.c.territory == territory_id).distinct()).scalars(), key=str.casefold)


def last_changes(connection: Connection, territory_id: str, words: Sequence[int]) -> set[int]:
    """Of each of these words the last change: that which can be taken back."""
    lasts = select(func.max(change.c.id)).where(change.c.territory == territory_id, change.c.word.in_(words)).group_by(change.c.word)
    return set(connection.execute(lasts).scalars())


def _journal(
    connection: Connection, territory_id: str, sort: str, subject: str, word_id: int | None, before: str | None, after: str | None, by: str, at: str,
    said: str = "",
) -> None:  # fmt: skip
    line = {"territory": territory_id, "at": at, "by": by, "sort": sort, "subject": subject, "word": word_id, "before": before, "after": after}
    connection.execute(insert(change).values(note=said, **line))
    if word_id is not None:
        raise_revision(connection, territory_id)


def _kept(row: Row[Any]) -> Kept:
    return Kept(row.id, row.sort, _DECODERS[row.sort].decode(row.document), row.version, row.by, datetime.fromisoformat(row.at))


def _decoded(sort: str, document: str | None) -> Word | None:
    return _DECODERS[sort].decode(document) if document is not None else None


def _only(cls: type[W], said: Iterable[Word]) -> tuple[W, ...]:
    return tuple(each for each in said if isinstance(each, cls))
