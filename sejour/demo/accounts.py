"""The demonstration's accounts: one for each role, without a second factor (decisions 16).

Their passwords are made from the secret of the demonstration's own folder: no two demonstrations have the same, and one that is run again on its data
prints them again.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sejour.credentials import service_secret
from sejour.domain.staff import Role
from sejour.settings import Settings
from sejour.store.engine import Store
from sejour.store.staff import account_named, add_staff
from sejour.web.office.pages import ROLES
from sejour.web.office.passwords import hash_password


def write_secret(file: Path) -> None:
    """Unless there is one."""
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32) + "\n", encoding="utf-8")


def write_accounts(store: Store, settings: Settings, facts: Mapping[str, Any], moment: datetime) -> None:
    """Those that are not there yet."""
    territory = settings.territory.id
    for fact in facts["staff"]:
        with store.writing() as connection:
            if account_named(connection, territory, fact["name"]) is None:
                hashed = hash_password(password_of(settings, fact["name"]))
                add_staff(connection, territory, fact["name"], fact["shown"], Role(fact["role"]), hashed, moment)


def password_of(settings: Settings, name: str) -> str:
    """ "k3f9-x2pq-77mn": 60 bits."""
    letters = base64.b32encode(hmac.digest(service_secret(settings), f"demonstration {name}".encode(), hashlib.sha256)).decode().lower()
    return "-".join((letters[:4], letters[4:8], letters[8:12]))


def accounts_text(settings: Settings, facts: Mapping[str, Any]) -> str:
    """A line for each: name, password, role, and its name in French."""
    return "\n".join(
        f"  {fact['name']:<8} {password_of(settings, fact['name'])}   {fact['role']:<10} {ROLES[Role(fact['role'])]}" for fact in facts["staff"]
    )
