"""The second factor: a time-based code (RFC 6238: SHA-1, 30 s, six digits, as every application reads) and recovery codes.

Its secret is sealed by the service's own: a database that is copied gives no code. Recovery codes are 60 bits at random, kept as keyed hashes.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken

STEP = 30  # seconds
ENROLMENT = timedelta(minutes=30)  # to scan it and to show a first code
RECOVERY = 10  # codes
LETTERS = "23456789abcdefghjkmnpqrstvwxyz"  # none that is taken for another


def new_secret() -> str:
    """160 bits, in base 32."""
    return pyotp.random_base32()


def address(totp: str, name: str, territory: str) -> str:
    """The otpauth: address that applications read, in a QR code or by a link."""
    return pyotp.TOTP(totp).provisioning_uri(name=name, issuer_name=f"Office {territory}")


def seal(secret: bytes, staff_id: int, totp: str, moment: datetime) -> str:
    """`secret` is the service's own; it opens for that account only."""
    return _fernet(secret).encrypt_at_time(f"{staff_id}:{totp}".encode(), int(moment.timestamp())).decode()


def unseal(secret: bytes, staff_id: int, sealed: str, moment: datetime | None = None) -> str | None:
    """None when it was not sealed for that account, by this service, or (`moment` given) longer than ENROLMENT ago."""
    try:
        if moment is None:
            text = _fernet(secret).decrypt(sealed.encode())
        else:
            text = _fernet(secret).decrypt_at_time(sealed.encode(), int(ENROLMENT.total_seconds()), int(moment.timestamp()))
    except (InvalidToken, UnicodeEncodeError):
        return None
    owner, _, totp = text.decode().partition(":")
    return totp if owner == str(staff_id) else None


def step_of(totp: str, code: str, moment: datetime) -> int | None:
    """The time step whose code it is: the present one, that before or that after (RFC 6238 §5.2); None for no code of these."""
    now, made = int(moment.timestamp()) // STEP, pyotp.TOTP(totp)
    right = [step for step in (now - 1, now, now + 1) if hmac.compare_digest(made.generate_otp(step), code)]
    return right[-1] if right else None


def read_code(said: str) -> str:
    """What was typed, without the spaces and hyphens it is shown with."""
    return re.sub(r"[\s\-]+", "", said)[:40].lower().encode("ascii", "ignore").decode()


def new_recovery() -> list[str]:
    """As they are shown: "k3f9-x2pq-77mn"."""
    return ["-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY)]


def hash_recovery(secret: bytes, staff_id: int, code: str) -> str:
    """`code` as `read_code` gives it."""
    return hmac.new(_key(secret, b"staff recovery"), f"{staff_id}:{code}".encode(), hashlib.sha256).hexdigest()


def _key(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, purpose, hashlib.sha256)


def _fernet(secret: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret, b"staff second factor")))
