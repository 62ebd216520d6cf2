"""The team: who may enter, as what; inviting. Every change is told in the journal."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.staff import Role, sign_in_name
from sejour.store import invitations, staff
from sejour.store.curation import note
from sejour.store.staff import Account
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import FormError, choice, line
from sejour.web.office.invited import link_of, new_token
from sejour.web.office.pages import ROLES, render_again, render_office
from sejour.web.qr import qr
from sejour.web.visits import house_of

PAGE = "/office/staff"
A_PAGE = 25  # accounts
Key = Callable[[Account], tuple[object, ...]]
SORTS: dict[str, Key] = {
    "name": lambda account: (account.staff.shown.casefold(),),
    "role": lambda account: (-list(Role).index(account.staff.role), account.staff.shown.casefold()),
    "last": lambda account: (-(account.staff.last.timestamp() if account.staff.last else 0.0), account.staff.shown.casefold()),
}
UNINVITED = "L’invitation est retirée : son lien ne sert plus."


def team(request: Request) -> Response:
    return render_office(request, "office/staff.html", error=None, name="", **_listed(request))


def invite(request: Request) -> Response:
    house, form, name = house_of(request), request.state.form, ""
    try:
        name = line(form, "name", "un identifiant", 60)
        role = choice(form, "role", "un rôle", Role)
        with house.store.reading() as connection:
            if staff.account_named(connection, house.settings.territory.id, sign_in_name(name)):
                raise FormError("name", f"Quelqu’un s’appelle déjà « {name} » : ajoutez une initiale.")
    except FormError as error:
        return render_again(request, "office/staff.html", error, name=name, **_listed(request))
    return give_link(request, sign_in_name(name), role, None, f"a invité, comme {ROLES[role]}")


def uninvite(request: Request) -> Response:
    house = house_of(request)
    name = line(request.state.form, "name", "l’invitation")
    with house.store.writing() as connection:
        if invitations.withdraw_invitation(connection, house.settings.territory.id, name):
            tell(request, connection, name, "a retiré l’invitation")
    return RedirectResponse(f"{PAGE}?done=uninvited", 303)


def give_link(request: Request, name: str, role: Role, id: int | None, said: str) -> Response:
    """Makes a link, to a new account or for another password of the account `id`, and shows it, once: only its hash is kept."""
    house, token = house_of(request), new_token()
    with house.store.writing() as connection:
        invitations.invite(connection, house.settings.territory.id, token, name, role, staff_of(request).shown, house.now(), staff_id=id)
        tell(request, connection, name, said)
    link = link_of(request, token)
    code = qr(link, "Code à photographier par la personne invitée")
    return render_office(request, "office/staff_link.html", name=name, role=role, new=id is None, link=link, code=code)


def tell(request: Request, connection: Connection, name: str, said: str) -> None:
    """In the journal: who is signed in did that, to the account of that name."""
    house = house_of(request)
    note(connection, house.settings.territory.id, "staff", name, staff_of(request).shown, house.now(), said)


def _listed(request: Request) -> dict[str, Any]:
    """A page of the accounts that the query asks for, and the invitations that wait."""
    house, asked = house_of(request), request.query_params
    with house.store.reading() as connection:
        everybody = staff.accounts_of(connection, house.settings.territory.id)
        waiting = invitations.invitations_of(connection, house.settings.territory.id, house.now())
    q = sign_in_name(asked.get("q", ""))[:100]
    found = [each for each in everybody if q in each.staff.name or q in sign_in_name(each.staff.shown)]
    sort = asked["sort"] if asked.get("sort") in SORTS else "name"
    found.sort(key=SORTS[sort])
    last = max(0, (len(found) - 1) // A_PAGE)
    number = min(last, int(asked["page"]) if asked.get("page", "").isdecimal() and len(asked["page"]) < 6 else 0)
    return {
        "accounts": found[number * A_PAGE : (number + 1) * A_PAGE], "many": len(found), "all": len(everybody), "waiting": waiting, "q": q, "sort": sort,
        "number": number, "last": last, "address": lambda **other: f"{PAGE}?{urlencode({'q': q, 'sort': sort} | other)}",
        "done": UNINVITED if asked.get("done") == "uninvited" else None,
    }  # fmt: skip


DOORS = (
    Door(PAGE, team, Role.ADMIN),
    Door(f"{PAGE}/invite", invite, Role.ADMIN, "POST"),
    Door(f"{PAGE}/uninvite", uninvite, Role.ADMIN, "POST"),
)
