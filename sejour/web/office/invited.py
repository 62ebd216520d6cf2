"""Coming by a link: the first time, or for a new password. The token leaves the address at once: it is exchanged for a cookie, before any page is shown
whose address a log, a history or another site could keep. Opening the link uses nothing up, as messengers open it too; choosing a password does.
"""

import secrets
from urllib.parse import urlsplit

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.staff import Role
from sejour.settings import Settings
from sejour.store import attempts, invitations, staff
from sejour.store.curation import note
from sejour.store.invitations import Invitation
from sejour.store.sessions import close_sessions
from sejour.store.staff import Account
from sejour.web.office.doors import Door, is_secure
from sejour.web.office.forms import FormError, line
from sejour.web.office.pages import render_again, render_office
from sejour.web.office.passwords import hash_password, new_password
from sejour.web.office.signed import enter, needs_code
from sejour.web.office.throttle import account_key
from sejour.web.visits import house_of

INVITED = "__Host-sejour-invitation"
WHILE = 3_600  # seconds, to fill the form
PAGE = "/login/invitation"
LONGEST_NAME = 60


def new_token() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def link_of(request: Request, token: str) -> str:
    said = house_of(request).settings.service.staff_url
    return link(said or f"{'https' if is_secure(request) else 'http'}://{request.headers.get('host', '')}", token)


def link(origin: str, token: str) -> str:
    parts = urlsplit(origin)
    return f"{parts.scheme}://{parts.netloc}{PAGE}/{token}"


def exchange(request: Request) -> Response:
    answer = RedirectResponse(PAGE, 303)
    answer.set_cookie(INVITED, request.path_params["token"][:100], max_age=WHILE, secure=True, httponly=True, samesite="lax", path="/")
    return answer


def invitation_page(request: Request) -> Response:
    """The same, in the same time, for a link that is over, was used or was made up."""
    found = _invitation(request)
    return render_office(request, "office/login_invitation.html", 200 if found else 404, invitation=found, error=None, shown="")


def accept(request: Request) -> Response:
    house, form, found = house_of(request), request.state.form, _invitation(request)
    if found is None:
        return invitation_page(request)
    shown = ""
    try:
        shown = read_shown(request) if found.staff is None else ""
        password = new_password(form, (found.name, shown, *names_of(house.settings)))
    except FormError as error:
        return render_again(request, "office/login_invitation.html", error, invitation=found, shown=shown)
    hashed = hash_password(password)
    with house.store.writing() as connection:
        account = _use(request, connection, found, shown, hashed)
    if account is None:
        return invitation_page(request)
    answer = enter(request, account, proven=not needs_code(account, house.settings))
    answer.delete_cookie(INVITED, secure=True, httponly=True, samesite="lax", path="/")
    return answer


def read_shown(request: Request, but: int = 0) -> str:
    """The name that signs, of the account `but` or of a new one. Raises FormError."""
    house, shown = house_of(request), line(request.state.form, "shown", "votre nom", LONGEST_NAME)
    with house.store.reading() as connection:
        if staff.is_taken(connection, house.settings.territory.id, shown, but=but):
            raise FormError("shown", "Quelqu’un signe déjà ainsi : ajoutez votre nom, ou le lieu où vous êtes.")
    return shown


def names_of(settings: Settings) -> tuple[str, ...]:
    """What everybody knows of the place."""
    return (settings.territory.name, settings.territory.id)


def _invitation(request: Request) -> Invitation | None:
    house, token = house_of(request), request.cookies.get(INVITED, "")
    with house.store.reading() as connection:
        return invitations.invitation_of(connection, house.settings.territory.id, token[:100], house.now())


def _use(request: Request, connection: Connection, found: Invitation, shown: str, hashed: str) -> Account | None:
    """The account that it leads to; None when it was used or withdrawn meanwhile."""
    house = house_of(request)
    territory, moment = house.settings.territory.id, house.now()
    if not invitations.use(connection, found.token):
        return None
    if found.staff is None:
        if staff.account_named(connection, territory, found.name):
            return None
        id = staff.add_staff(connection, territory, found.name, shown, found.role, hashed, moment)
        note(connection, territory, "staff", found.name, shown, moment, f"a accepté l’invitation de {found.by}")
        return staff.account_of(connection, territory, id)
    account = staff.account_of(connection, territory, found.staff)
    if account.staff.disabled:
        return None
    staff.set_password(connection, account.staff.id, hashed)
    close_sessions(connection, account.staff.id)
    attempts.forget(connection, account_key(request.app.state.secret(), found.name))
    note(connection, territory, "staff", found.name, account.staff.shown, moment, f"a choisi un autre mot de passe, par un lien de {found.by}")
    return account


NOBODY: Role | None = None
DOORS = (
    Door(f"{PAGE}/{{token}}", exchange, NOBODY),
    Door(PAGE, invitation_page, NOBODY),
    Door(PAGE, accept, NOBODY, "POST"),
)
