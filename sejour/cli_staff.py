"""`sejour staff`: the first account, and a way in for who is locked out. No password is ever given or shown: a link is, by which one chooses it."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sejour.cli_shared import config_option, json_option, open_store
from sejour.domain.staff import Role, Staff, sign_in_name
from sejour.errors import UsageError
from sejour.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from sejour.store.staff import Account

BY = "La ligne de commande"


@click.group()
def staff() -> None:
    """Les comptes de l’office : inviter, lister, fermer, redonner une entrée."""


@staff.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="saisonnier, conseiller, ANT ou administrateur.")
@config_option
def add(name: str, role: str, config: Path) -> None:
    """Invite quelqu’un : écrit le lien par lequel il choisit son mot de passe."""
    from sejour.app import clock
    from sejour.store.curation import note
    from sejour.store.invitations import invite
    from sejour.store.staff import account_named
    from sejour.web.office.invited import new_token
    from sejour.web.office.pages import ROLES

    store, settings = open_store(config)
    name, moment, territory, token = sign_in_name(name), clock(), settings.territory.id, new_token()
    if not 0 < len(name) <= 60:
        raise UsageError(f"Un identifiant a de 1 à 60 signes, ici {len(name)}.")
    with store.writing() as connection:
        if account_named(connection, territory, name):
            raise UsageError(f"« {name} » a déjà un compte : « sejour staff reset » lui redonne une entrée.")
        invite(connection, territory, token, name, Role(role), BY, moment)
        note(connection, territory, "staff", name, BY, moment, f"a invité, comme {ROLES[Role(role)]}")
    _say_link(settings, name, token)


@staff.command("list")
@config_option
@json_option
def list_staff(config: Path, as_json: bool) -> None:
    """Les comptes, et les invitations qui attendent."""
    from sejour.app import clock
    from sejour.store.invitations import invitations_of
    from sejour.store.staff import accounts_of

    store, settings = open_store(config)
    with store.reading() as connection:
        accounts = accounts_of(connection, settings.territory.id)
        waiting = invitations_of(connection, settings.territory.id, clock())
    if as_json:
        told = [_json(each.staff, second_factor=each.totp is not None) for each in accounts]
        invited = [{"name": each.name, "role": each.role.value, "by": each.by, "ends": each.ends.isoformat()} for each in waiting]
        click.echo(json.dumps({"accounts": told, "invitations": invited}, ensure_ascii=False, indent=2))
        return
    for each in accounts:
        state = "désactivé" if each.staff.disabled else "second facteur" if each.totp else "mot de passe"
        click.echo(f"{each.staff.name}  {each.staff.role.value}  {state}  {each.staff.shown}")
    for one in waiting:
        click.echo(f"{one.name}  {one.role.value}  invité jusqu’au {one.ends:%d/%m/%Y %H:%M} UTC, par {one.by}")
    if not (accounts or waiting):
        click.echo("Aucun compte : « sejour staff add NOM --role admin » invite le premier.")


@staff.command()
@click.argument("name")
@config_option
def disable(name: str, config: Path) -> None:
    """Ferme un compte, partout et tout de suite."""
    from sejour.app import clock
    from sejour.store import invitations, sessions, staff

    store, settings = open_store(config)
    with store.writing() as connection:
        account = _account(connection, settings, name)
        staff.disable(connection, settings.territory.id, account.staff.id, clock())
        sessions.close_sessions(connection, account.staff.id)
        invitations.withdraw_invitation(connection, settings.territory.id, account.staff.name)
        _note(connection, settings, account, clock(), "a désactivé le compte")
    click.echo(f"« {account.staff.name} » ne peut plus entrer. « sejour staff reset » lui redonne une entrée.")


@staff.command()
@click.argument("name")
@click.option("--second-factor", is_flag=True, help="Retirer aussi le second facteur : téléphone et codes de secours perdus.")
@config_option
def reset(name: str, second_factor: bool, config: Path) -> None:
    """Redonne une entrée : rétablit le compte, oublie les essais, et écrit un lien pour choisir un autre mot de passe."""
    from sejour.app import clock
    from sejour.credentials import service_secret
    from sejour.store import attempts, invitations, sessions, staff
    from sejour.web.office.invited import new_token
    from sejour.web.office.throttle import account_key, code_key

    store, settings = open_store(config)
    token, moment, secret = new_token(), clock(), service_secret(settings)
    with store.writing() as connection:
        account = _account(connection, settings, name)
        id, said = account.staff.id, account.staff.name
        staff.enable(connection, id)
        sessions.close_sessions(connection, id)
        if second_factor:
            staff.set_second_factor(connection, id, None, 0, ())
        for key in (account_key(secret, said), code_key(secret, said)):
            attempts.forget(connection, key)
        invitations.invite(connection, settings.territory.id, token, said, account.staff.role, BY, moment, staff_id=id)
        _note(connection, settings, account, moment, "a redonné une entrée" + (", sans second facteur" if second_factor else ""))
    _say_link(settings, said, token)


def _account(connection: "Connection", settings: Settings, name: str) -> "Account":
    from sejour.store.staff import account_named

    account = account_named(connection, settings.territory.id, sign_in_name(name))
    if account is None:
        raise UsageError(f"Aucun compte ne s’appelle « {name} » : « sejour staff list » les montre.")
    return account


def _note(connection: "Connection", settings: Settings, account: "Account", moment: datetime, said: str) -> None:
    from sejour.store.curation import note

    note(connection, settings.territory.id, "staff", account.staff.name, BY, moment, said)


def _say_link(settings: Settings, name: str, token: str) -> None:
    """On this machine's own screen, and nowhere else."""
    from sejour.web.office.invited import link

    origin = settings.service.staff_url or f"http://127.0.0.1:{settings.service.port}"
    click.echo(f"« {name} » choisit son mot de passe par ce lien, une fois, dans les trois jours :\n{link(origin, token)}")


def _json(staff: Staff, *, second_factor: bool) -> dict[str, object]:
    last = staff.last.isoformat() if staff.last else None
    return {
        "name": staff.name,
        "shown": staff.shown,
        "role": staff.role.value,
        "disabled": staff.disabled,
        "second_factor": second_factor,
        "last": last,
    }
