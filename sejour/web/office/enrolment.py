"""Choosing a second factor: a QR code to scan, a first code to show, then recovery codes, shown once.

Nothing is kept before the first code is right: until then the new secret goes with the page, sealed.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sejour.store import staff
from sejour.store.curation import note
from sejour.store.sessions import close_sessions
from sejour.store.staff import Account
from sejour.web.office import totp
from sejour.web.office.forms import FormError, line
from sejour.web.office.pages import render_again, render_office
from sejour.web.office.proofs import WRONG_CODE
from sejour.web.office.signed import begin
from sejour.web.office.throttle import code_paces, count_guess, was_right
from sejour.web.qr import qr
from sejour.web.visits import house_of


def offer_enrolment(request: Request, account: Account, action: str, back: str, chosen: str = "", error: FormError | None = None) -> Response:
    """The page of a new secret, or of the `chosen` one again; its form goes to `action`, then to the page `back`."""
    house, chosen = house_of(request), chosen or totp.new_secret()
    sealed = totp.seal(request.app.state.secret(), account.staff.id, chosen, house.now())
    address = totp.address(chosen, account.staff.name, house.settings.territory.name)
    values: dict[str, Any] = {"action": action, "back": back, "sealed": sealed, "address": address, "code": qr(address, "Code à photographier avec l’application"),
              "letters": [chosen[i : i + 4] for i in range(0, len(chosen), 4)]}  # fmt: skip
    if error:
        return render_again(request, "office/login_enrol.html", error, **values)
    return render_office(request, "office/login_enrol.html", error=None, **values)


def enrolled(request: Request, account: Account, action: str, back: str) -> Response:
    """Keeps the secret whose code was shown, and gives the recovery codes. Whoever else was signed in to the account is so no more."""
    house, secret, id = house_of(request), request.app.state.secret(), account.staff.id
    form, paces, territory = request.state.form, code_paces(request, account.staff.name), house.settings.territory.id
    chosen = totp.unseal(secret, id, line(form, "sealed", "le secret", 500, needed=False), house.now())
    if chosen is None:
        return offer_enrolment(
            request, account, action, back, error=FormError("code", "Cette page a trop attendu : voici un nouveau code à scanner.")
        )
    try:
        count_guess(request, paces)
        step = totp.step_of(chosen, totp.read_code(line(form, "code", "le code")), house.now())
        if step is None:
            raise FormError("code", WRONG_CODE)
    except FormError as error:
        return offer_enrolment(request, account, action, back, chosen, error)
    was_right(request, paces)
    codes = totp.new_recovery()
    with house.store.writing() as connection:
        staff.set_second_factor(connection, id, totp.seal(secret, id, chosen, house.now()), step, _hashed(secret, id, codes))
        close_sessions(connection, id)
        note(connection, territory, "staff", account.staff.name, account.staff.shown, house.now(), "a choisi un second facteur")
    return show_recovery(request, account, codes, back)


def new_recovery(request: Request, account: Account, back: str) -> Response:
    """Other recovery codes: the former ones serve no more."""
    house, codes, id = house_of(request), totp.new_recovery(), account.staff.id
    with house.store.writing() as connection:
        staff.set_recovery(connection, id, _hashed(request.app.state.secret(), id, codes))
        note(
            connection, house.settings.territory.id, "staff", account.staff.name, account.staff.shown, house.now(), "a pris d’autres codes de secours"
        )
    return show_recovery(request, account, codes, back)


def show_recovery(request: Request, account: Account, codes: list[str], back: str) -> Response:
    answer = render_office(request, "office/login_recovery.html", codes=codes, back=back, name=account.staff.name)
    begin(request, answer, account, proven=True)
    return answer


def _hashed(secret: bytes, id: int, codes: list[str]) -> list[str]:
    return [totp.hash_recovery(secret, id, totp.read_code(code)) for code in codes]
