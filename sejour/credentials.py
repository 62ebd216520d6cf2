"""Secrets in files, and the one-time credentials that a RADIUS server asks us for. Light: it is run at each login."""

import hashlib
import hmac
from pathlib import Path

from captive_portal.credentials import credential
from sejour.errors import UsageError
from sejour.settings import Settings


def read_secret(file: str, name: str) -> bytes:
    """Without the end of its line. Raises UsageError when there is none to read."""
    try:
        secret = Path(file).read_bytes().strip()
    except OSError as error:
        raise UsageError("Le secret %(file)s (%(name)s) ne peut pas être lu : %(why)s.", file=file, name=name, why=error.strerror) from error
    if not secret:
        raise UsageError("Le secret %(file)s (%(name)s) est vide.", file=file, name=name)
    return secret


def service_secret(settings: Settings) -> bytes:
    return read_secret(settings.service.secret_file, "service.secret_file")


def credential_key(settings: Settings) -> bytes:
    """What one-time credentials are made from."""
    return hmac.digest(service_secret(settings), b"one-time credentials", hashlib.sha256)


def radius_reply(settings: Settings, gateway: str, device: str, session: str, user: str) -> str:
    """What FreeRADIUS's exec module reads: the password that this phone must prove, and how long it is let out. Raises UsageError for a user that
    is not this phone's in this session."""
    told = next((each for each in settings.gateway if each.id == gateway), None)
    if told is None:
        raise UsageError("Aucune passerelle ne s’appelle « %(id)s ».", id=gateway)
    known = credential(credential_key(settings), device, session)
    if not hmac.compare_digest(known.username.encode(), user.encode("utf-8", "replace")):
        raise UsageError("Cet utilisateur n’est pas celui de cet appareil dans cette session.")
    return f'Cleartext-Password := "{known.password}"\nSession-Timeout := {told.minutes * 60}'
