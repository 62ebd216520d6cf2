"""One's own account: the name that signs, the password, the second factor, where one is signed in. What opens the account to others asks for the
password again."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.staff import Role
from sejour.store import sessions, staff
from sejour.store.curation import note
from sejour.store.sessions import Session
from sejour.store.staff import Account
from sejour.web.office import enrolment
from sejour.web.office.doors import Door, staff_of
from sejour.web.office.forms import FormError, line
from sejour.web.office.invited import names_of, read_shown
from sejour.web.office.pages import render_again, render_office
from sejour.web.office.passwords import hash_password, new_password, read_password
from sejour.web.office.proofs import prove_password
from sejour.web.office.signed import begin
from sejour.web.visits import house_of

PAGE = "/office/account"
DONE = {
    "name": "C’est noté : vos prochains coups de cœur porteront ce nom.",
    "password": "Votre mot de passe est changé, et vos autres appareils sont fermés.",
    "closed": "C’est fermé.",
}


def account_page(request: Request) -> Response:
    done = DONE.get(request.query_params.get("done", ""))
    return render_office(request, "office/account.html", error=None, at="", done=done, **_values(request))


def rename(request: Request) -> Response:
    house, me = house_of(request), staff_of(request)
    try:
        shown = read_shown(request, me.id)
    except FormError as error:
        return _again(request, error, "name")
    with house.store.writing() as connection:
        staff.rename(connection, me.id, shown)
        note(connection, house.settings.territory.id, "staff", me.name, shown, house.now(), f"s’appelait {me.shown}")
    return RedirectResponse(f"{PAGE}?done=name", 303)


def change_password(request: Request) -> Response:
    house, form, me = house_of(request), request.state.form, staff_of(request)
    try:
        password = new_password(form, (me.name, me.shown, *names_of(house.settings)))
        account = _prove(request)
    except FormError as error:
        return _again(request, error, "password")
    hashed = hash_password(password)
    with house.store.writing() as connection:
        staff.set_password(connection, me.id, hashed)
        sessions.close_sessions(connection, me.id)
        note(connection, house.settings.territory.id, "staff", me.name, me.shown, house.now(), "a changé de mot de passe")
    answer = RedirectResponse(f"{PAGE}?done=password", 303)
    begin(request, answer, account, proven=True)
    return answer


def second_factor(request: Request) -> Response:
    """Another telephone, or a first one for who need not have any."""
    return _proven(request, "second", lambda account: enrolment.offer_enrolment(request, account, f"{PAGE}/enrol", PAGE))


def enrol(request: Request) -> Response:
    """The secret in the form is sealed, and was given to who had shown the password."""
    return enrolment.enrolled(request, _account(request), f"{PAGE}/enrol", PAGE)


def recovery(request: Request) -> Response:
    return _proven(request, "recovery", lambda account: enrolment.new_recovery(request, account, PAGE))


def close(request: Request) -> Response:
    """One of one's own sessions, or all but this one."""
    house, me, session = house_of(request), staff_of(request), _session(request)
    token = line(request.state.form, "session", "l’appareil", needed=False)
    with house.store.writing() as connection:
        sessions.close_sessions(connection, me.id, but=session.token, only=token)
    return RedirectResponse(f"{PAGE}?done=closed", 303)


def _proven(request: Request, at: str, then: Callable[[Account], Response]) -> Response:
    try:
        return then(_prove(request))
    except FormError as error:
        return _again(request, error, at)


def _prove(request: Request) -> Account:
    """The password of who is signed in, in the field `current`."""
    try:
        return prove_password(request, staff_of(request).name, read_password(request.state.form, "current"))
    except FormError as error:
        if error.parameter != "password":  # it is not of the password: one has to wait
            raise
        raise FormError("current", "Ce n’est pas votre mot de passe actuel.") from None


def _again(request: Request, error: FormError, at: str) -> Response:
    """`at`: which of the page's forms was refused."""
    return render_again(request, "office/account.html", error, at=at, done=None, **_values(request))


def _values(request: Request) -> dict[str, Any]:
    house, me = house_of(request), staff_of(request)
    with house.store.reading() as connection:
        opened = sessions.sessions_of(connection, me.id, house.now())
    current = _session(request).token
    return {"account": _account(request), "sessions": sorted(opened, key=lambda each: each.token != current), "current": current}


def _account(request: Request) -> Account:
    house = house_of(request)
    with house.store.reading() as connection:
        return staff.account_of(connection, house.settings.territory.id, staff_of(request).id)


def _session(request: Request) -> Session:
    session: Session = request.state.session
    return session


DOORS = (
    Door(PAGE, account_page, Role.SEASONAL),
    Door(f"{PAGE}/name", rename, Role.SEASONAL, "POST"),
    Door(f"{PAGE}/password", change_password, Role.SEASONAL, "POST"),
    Door(f"{PAGE}/second", second_factor, Role.SEASONAL, "POST"),
    Door(f"{PAGE}/enrol", enrol, Role.SEASONAL, "POST"),
    Door(f"{PAGE}/recovery", recovery, Role.SEASONAL, "POST"),
    Door(f"{PAGE}/close", close, Role.SEASONAL, "POST"),
)
