"""Signing in: a password, then for who curates or invites a code; signing out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sejour.domain.staff import Role
from sejour.store.sessions import Session, close_session
from sejour.store.staff import Account, account_of
from sejour.web.office.doors import Door
from sejour.web.office.enrolment import enrolled, offer_enrolment
from sejour.web.office.forms import FormError, line
from sejour.web.office.pages import render_again, render_office
from sejour.web.office.passwords import read_password
from sejour.web.office.proofs import prove_code, prove_password
from sejour.web.office.signed import COOKIE, back_of, enter, must_enrol, needs_code
from sejour.web.visits import house_of


def login_page(request: Request) -> Response:
    session, back = _session(request), back_of(request.query_params.get("next"))
    if session and session.proven:
        return RedirectResponse(back, 303)
    return render_office(request, "office/login.html", error=None, name="", back=back, left="left" in request.query_params)


def login(request: Request) -> Response:
    form, name, back = request.state.form, "", back_of(request.state.form.get("next"))
    try:
        name = line(form, "name", "votre identifiant")
        account = prove_password(request, name, read_password(form))
    except FormError as error:
        return render_again(request, "office/login.html", error, name=name, back=back, left=False)
    return enter(request, account, proven=not needs_code(account, house_of(request).settings), back=back)


def code_page(request: Request) -> Response:
    back = back_of(request.query_params.get("next"))
    account, turned = _half(request, back)
    if account is None:
        return turned
    if not account.totp:
        return RedirectResponse(f"/login/enrol?next={back}", 303)
    return render_office(request, "office/login_code.html", error=None, back=back)


def code(request: Request) -> Response:
    back = back_of(request.state.form.get("next"))
    account, turned = _half(request, back)
    if account is None or not account.totp:
        return turned
    try:
        prove_code(request, account, line(request.state.form, "code", "le code"))
    except FormError as error:
        return render_again(request, "office/login_code.html", error, back=back)
    return enter(request, account, proven=True, back=back)


def enrol_page(request: Request) -> Response:
    back = back_of(request.query_params.get("next"))
    account, turned = _half(request, back)
    if account is None or not must_enrol(account, house_of(request).settings):
        return turned
    return offer_enrolment(request, account, "/login/enrol", back)


def enrol(request: Request) -> Response:
    back = back_of(request.state.form.get("next"))
    account, turned = _half(request, back)
    if account is None or not must_enrol(account, house_of(request).settings):
        return turned
    return enrolled(request, account, "/login/enrol", back)


def logout(request: Request) -> Response:
    """Whoever asks: the session is closed if there is one, and the browser forgets all that the office's pages left in it."""
    session = _session(request)
    if session:
        with house_of(request).store.writing() as connection:
            close_session(connection, session.token)
    answer = RedirectResponse("/login?left", 303)
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="lax", path="/")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _session(request: Request) -> Session | None:
    session: Session | None = request.state.session
    return session


def _half(request: Request, back: str) -> tuple[Account | None, Response]:
    """Who gave their password and has a code still to show; or None, with where to go instead."""
    session, house = _session(request), house_of(request)
    if session is None:
        return None, RedirectResponse(f"/login?next={back}", 303)
    if session.proven:
        return None, RedirectResponse(back, 303)
    with house.store.reading() as connection:
        return account_of(connection, house.settings.territory.id, session.staff.id), RedirectResponse(f"/login/code?next={back}", 303)


NOBODY: Role | None = None
DOORS = (
    Door("/login", login_page, NOBODY),
    Door("/login", login, NOBODY, "POST"),
    Door("/login/code", code_page, NOBODY),
    Door("/login/code", code, NOBODY, "POST"),
    Door("/login/enrol", enrol_page, NOBODY),
    Door("/login/enrol", enrol, NOBODY, "POST"),
    Door("/logout", logout, NOBODY, "POST"),
)
