"""The journal: who changed what, the last first; what was changed can be put back."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from sejour.domain.offer import Offer
from sejour.domain.staff import Role
from sejour.live import Territory
from sejour.store.curation import Change, authors_of, changes_of, last_changes
from sejour.web.office.doors import Door
from sejour.web.office.journal import Names, Row, rows_of, verb_of
from sejour.web.office.keeping import moment_of, show
from sejour.web.visits import house_of

A_PAGE = 40  # changes
MOST_FOUND = 300  # cards of one search
LONGEST = 100  # characters of a search


@dataclass(frozen=True, slots=True)
class Line:
    """`card` is None for what is of no card, or of one that is gone; `last`: nothing was changed there since, it can be taken back."""

    change: Change
    at: datetime
    verb: str
    card: Offer | None
    rows: list[Row]
    last: bool

    @property
    def day(self) -> date:
        return self.at.date()


def history(request: Request) -> Response:
    house, asked = house_of(request), request.query_params
    territory, live, moment = house.settings.territory.id, house.live.territory, moment_of(request)
    q, by, said = " ".join(asked.get("q", "").split())[:LONGEST], asked.get("by", "")[:LONGEST], asked.get("before", "")
    before = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
    with house.store.reading() as connection:
        changes = changes_of(connection, territory, before=before, limit=A_PAGE + 1, by=by, text=q, subjects=_found(live, q))
        lasts = last_changes(connection, territory, [change.word for change in changes if change.word is not None])
        authors = authors_of(connection, territory)
    names = Names(lambda id: _name(live, id), {id: hotspot.name for id, hotspot in live.hotspots.items()}, moment)
    lines = [
        Line(change, change.at.astimezone(moment.tzinfo), verb_of(change), _card(live, change.subject), rows_of(change, names), change.id in lasts)
        for change in changes[:A_PAGE]
    ]
    days = [(day, list(group)) for day, group in groupby(lines, key=lambda line: line.day)]
    older = changes[A_PAGE - 1].id if len(changes) > A_PAGE else None
    return show(request, "office/history.html", days=days, authors=authors, q=q, by=by, before=before, older=older)


def _found(live: Territory, q: str) -> list[str]:
    """The ids, kept or merged, of the cards that a search finds."""
    found = {live.catalogue.offers[i].id for i in live.search.find(q, MOST_FOUND)} if q else set()
    return [*found, *(alias for alias, id in live.aliases.items() if id in found)]


def _card(live: Territory, id: str) -> Offer | None:
    return live.catalogue.offer(live.aliases.get(id, id))


def _name(live: Territory, id: str) -> str:
    card = _card(live, id)
    return card.names.choose("fr")[0] if card else id


DOORS = (Door("/office/history", history, Role.EDITOR),)
