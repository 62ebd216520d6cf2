"""One account of the team: its role, its door open or closed, a link for who forgot, another second factor for who lost their telephone."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.staff import Role
from sejour.errors import NotFound
from sejour.store import invitations, sessions, staff
from sejour.store.curation import changes_of
from sejour.store.staff import NOBODY, Account
from sejour.web.office.doors import Door
from sejour.web.office.forms import FormError, choice
from sejour.web.office.pages import ROLES, render_again, render_office
from sejour.web.office.team import PAGE, give_link, tell
from sejour.web.visits import house_of

TOLD = 10  # changes
DONE = {
    "role": "Son rôle est changé, et ses appareils sont fermés.",
    "disabled": "Le compte est désactivé, et fermé partout.",
    "enabled": "Le compte est rétabli.",
    "second": "À sa prochaine entrée, un second facteur sera à choisir.",
}


def member(request: Request) -> Response:
    return render_office(request, "office/staff_one.html", error=None, done=DONE.get(request.query_params.get("done", "")), **_values(request))


def change_role(request: Request) -> Response:
    try:
        role = choice(request.state.form, "role", "un rôle", Role)
    except FormError as error:
        return render_again(request, "office/staff_one.html", error, done=None, **_values(request))

    def change(connection: Connection, account: Account) -> str:
        staff.set_role(connection, house_of(request).settings.territory.id, account.staff.id, role)
        return f"a changé le rôle : {ROLES[account.staff.role]} → {ROLES[role]}"

    return _change(request, "role", change)


def disable(request: Request) -> Response:
    house = house_of(request)

    def change(connection: Connection, account: Account) -> str:
        staff.disable(connection, house.settings.territory.id, account.staff.id, house.now())
        invitations.withdraw_invitation(connection, house.settings.territory.id, account.staff.name)
        return "a désactivé le compte"

    return _change(request, "disabled", change)


def enable(request: Request) -> Response:
    def change(connection: Connection, account: Account) -> str:
        staff.enable(connection, account.staff.id)
        return "a rétabli le compte"

    return _change(request, "enabled", change)


def drop_second_factor(request: Request) -> Response:
    def change(connection: Connection, account: Account) -> str:
        staff.set_second_factor(connection, account.staff.id, None, 0, ())
        return "a retiré le second facteur"

    return _change(request, "second", change)


def new_link(request: Request) -> Response:
    """The former password serves until the link is used."""
    account = _account(request)
    return give_link(request, account.staff.name, account.staff.role, account.staff.id, "a donné un lien pour un autre mot de passe")


def _change(request: Request, done: str, change: Callable[[Connection, Account], str]) -> Response:
    """Wherever that person is signed in they are so no more: what was allowed to them may be so no longer."""
    house, id = house_of(request), _account(request).staff.id
    with house.store.writing() as connection:
        account = staff.account_of(connection, house.settings.territory.id, id, lock=True)
        said = change(connection, account)
        sessions.close_sessions(connection, id)
        tell(request, connection, account.staff.name, said)
    return RedirectResponse(f"{PAGE}/{id}?done={done}", 303)


def _values(request: Request) -> dict[str, Any]:
    house, account = house_of(request), _account(request)
    with house.store.reading() as connection:
        opened = sessions.sessions_of(connection, account.staff.id, house.now())
        told = changes_of(connection, house.settings.territory.id, subject=account.staff.name, sorts=("staff",), limit=TOLD)
    return {"account": account, "sessions": opened, "told": told}


def _account(request: Request) -> Account:
    """That of the address. Raises NotFound."""
    house, id = house_of(request), request.path_params["id"]
    if not (id.isascii() and id.isdigit() and len(id) < 10):
        raise NotFound(NOBODY)
    with house.store.reading() as connection:
        return staff.account_of(connection, house.settings.territory.id, int(id))


DOORS = (
    Door(f"{PAGE}/{{id}}", member, Role.ADMIN),
    Door(f"{PAGE}/{{id}}/role", change_role, Role.ADMIN, "POST"),
    Door(f"{PAGE}/{{id}}/disable", disable, Role.ADMIN, "POST"),
    Door(f"{PAGE}/{{id}}/enable", enable, Role.ADMIN, "POST"),
    Door(f"{PAGE}/{{id}}/second", drop_second_factor, Role.ADMIN, "POST"),
    Door(f"{PAGE}/{{id}}/link", new_link, Role.ADMIN, "POST"),
)
