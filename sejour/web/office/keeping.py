"""How a page of the office writes: in one transaction, then the visitors' catalogue, then back to the page with "C’est fait. Annuler"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.occasion import Word
from sejour.domain.staff import Role
from sejour.errors import Forbidden, NotFound
from sejour.store.curation import NO_CHANGE, Change, amend, changes_of, say, undo, withdraw, word_of
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.pages import render_office
from sejour.web.visits import house_of

MOST_CHANGES = 50  # taken back together
NOT_YOURS = "Ce changement est de quelqu’un d’autre : demandez à un ANT de l’annuler."
OFFICE = re.compile(r"/office/[\w/-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Written:
    """One word to be written: a new one when `id` is None; withdrawn when `word` is None."""

    word: Word | None
    id: int | None = None
    version: int = 0


def write(request: Request, words: Sequence[Written]) -> list[int]:
    """All of it or nothing; the ids of the changes, in the journal. Raises Conflict, NotFound."""
    house = house_of(request)
    territory, by, moment = house.settings.territory.id, staff_of(request).shown, house.now()
    made = []
    with house.store.writing() as connection:
        for each in words:
            id = each.id
            subject = each.word.offer if each.word else word_of(connection, territory, id or 0).word.offer
            if each.word is None:
                withdraw(connection, territory, id or 0, each.version, by, moment)
            elif id is None:
                id = say(connection, territory, each.word, by, moment)
            else:
                amend(connection, territory, id, each.version, each.word, by, moment)
            made.append(next(change.id for change in changes_of(connection, territory, subject=subject) if change.word == id))
    house.live.refresh(moment)
    return made


def back_to(path: str, changes: Iterable[int] = (), said: str = "done") -> Response:
    """The page again, which tells what was done and offers to undo it."""
    told = ",".join(map(str, changes))
    return RedirectResponse(f"{path}?{urlencode({said: told})}" if told else path, 303)


def done_of(request: Request) -> dict[str, object]:
    """For the template: the changes that the page tells, and whether they were taken back."""
    query = request.query_params
    told = query.get("undone") or query.get("done") or ""
    ids = [id for id in told.split(",")[:MOST_CHANGES] if re.fullmatch(r"\d{1,12}", id, re.ASCII)]
    return {"changes": ids, "undone": bool(query.get("undone")), "back": request.url.path}


def take_back(request: Request) -> Response:
    """Undoes what one just did; an editor, what anybody did."""
    house, staff, form = house_of(request), staff_of(request), request.state.form
    territory = house.settings.territory.id
    back = str(form.get("back", ""))
    ids = [int(id) for id in form.getlist("change")[:MOST_CHANGES] if isinstance(id, str) and re.fullmatch(r"\d{1,12}", id, re.ASCII)]
    made = []
    with house.store.writing() as connection:
        for id in sorted(ids, reverse=True):
            change = _change(connection, territory, id)
            if change.by != staff.shown and not staff.role.may(Role.EDITOR):
                raise Forbidden(NOT_YOURS)
            undo(connection, territory, id, staff.shown, house.now())
            made.append(next(each.id for each in changes_of(connection, territory, subject=change.subject) if each.word == change.word))
    house.live.refresh(house.now())
    return back_to(back if OFFICE.fullmatch(back) else "/office/", made, "undone")


def _change(connection: Connection, territory: str, id: int) -> Change:
    found = changes_of(connection, territory, before=id + 1, limit=1)
    if not found or found[0].id != id:
        raise NotFound(NO_CHANGE)
    return found[0]


def moment_of(request: Request) -> datetime:
    """Now, by the territory's clock."""
    house = house_of(request)
    return house.now().astimezone(house.settings.zone)


def show(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """A page that can tell what was just done."""
    return render_office(request, template, status, done=done_of(request), **values)


DOORS = (Door("/office/undo", take_back, Role.SEASONAL, "POST"),)
