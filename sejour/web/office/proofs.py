"""Proving who one is: a password, then a code. Each guess is counted before it is looked at."""

from starlette.requests import Request

from sejour.domain.staff import sign_in_name
from sejour.store import staff
from sejour.store.curation import note
from sejour.store.staff import Account
from sejour.web.office import totp
from sejour.web.office.forms import FormError
from sejour.web.office.passwords import hash_password, is_outdated, is_password
from sejour.web.office.throttle import code_paces, count_guess, password_paces, was_right
from sejour.web.visits import house_of

WRONG = "Identifiant ou mot de passe inconnu."
WRONG_CODE = "Ce code n’est pas, ou n’est plus, le bon : attendez le suivant, et vérifiez l’heure du téléphone."


def prove_password(request: Request, name: str, password: str) -> Account:
    """Raises FormError, the same in the same time whether there is such an account or not, and TooMany."""
    house, name = house_of(request), sign_in_name(name)[:100]
    paces = password_paces(request, name)
    count_guess(request, paces)
    with house.store.reading() as connection:
        account = staff.account_named(connection, house.settings.territory.id, name)
    usable = account is not None and not account.staff.disabled
    right = is_password(account.password if account and usable else "", password)
    if account is None or not right:
        raise FormError("password", WRONG)
    was_right(request, paces)
    if is_outdated(account.password):
        with house.store.writing() as connection:
            staff.set_password(connection, account.staff.id, hash_password(password))
    return account


def prove_code(request: Request, account: Account, said: str) -> None:
    """`said` is a code of the moment, or a recovery code; none of them serves twice. Raises FormError, TooMany."""
    house, id, code = house_of(request), account.staff.id, totp.read_code(said)
    secret, territory = request.app.state.secret(), house.settings.territory.id
    paces = code_paces(request, account.staff.name)
    count_guess(request, paces)
    sealed = totp.unseal(secret, id, account.totp or "")
    step = totp.step_of(sealed, code, house.now()) if sealed else None
    with house.store.writing() as connection:
        if step is not None:
            right = staff.take_step(connection, id, step)
        elif right := staff.take_recovery(connection, territory, id, totp.hash_recovery(secret, id, code)):
            note(connection, territory, "staff", account.staff.name, account.staff.shown, house.now(), "s’est servi d’un code de secours")
    if not right:
        raise FormError("code", WRONG_CODE)
    was_right(request, paces)
