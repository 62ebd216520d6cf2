"""The envelopes in which openNDS sends a phone to its "FAS", by level (fas_secure_enabled): bytes to fields.

Formats: construct_querystring and encode_and_redirect_to_splashpage in openNDS's src/http_microhttpd.c, 9.10.0 and 10.3; levels 1 and 3 were
recorded from the Debian package.

    0     authaction=http://GATEWAY/opennds_auth/?clientip=..&gatewayname=..&tok=..&redir=..       (no secret at all)
    1, 4  fas=BASE64                    of "name=value, name=value, ..., (null)(null)"
    2, 3  fas=BASE64(BASE64(AES))&iv=   of the same, and authdir: AES-256-CBC as PHP's openssl_encrypt writes it
    any   tok=..&custom=..&redir=URL&status=authenticated      the phone is free already: its own grant, back, redir not encoded any more

The base64 is the standard one, not percent-encoded: read as a form, its "+" would become spaces. Values are percent-encoded, names that the
operator added (fas_custom_parameters_list) once in 9.10 and twice in 10.3; a missing value is "(null)", an unnamed one is dropped.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from enum import Enum
from urllib.parse import unquote_to_bytes

from captive_portal.gateways.gateway import RawRequest
from captive_portal.gateways.wire import pairs
from captive_portal.refusal import Refused, incomplete, malformed, unready, untrusted

KEY_BYTES = 32  # PHP cuts a longer key and fills a shorter one with zeros
NAMES = ("authaction", "clientip", "gatewayname", "tok", "redir")
RETURN = ("tok", "custom", "redir", "status")


class Envelope(Enum):
    BARE = "level 0"
    OPEN = "levels 1 and 4"
    SEALED = "levels 2 and 3"
    RETURN = "any level"


def open_envelope(request: RawRequest, secret: bytes) -> tuple[Mapping[str, str], Envelope] | Refused:
    """The fields as openNDS wrote them, and what they came in; no field is checked yet."""
    action, _, rest = request.query.partition(b"?")
    query = pairs(action + b"&" + rest if action.startswith(b"authaction=") else request.query)
    if isinstance(query, Refused):
        return query
    if "authaction" in query:
        return _said(query, NAMES), Envelope.BARE
    if "fas" not in query:
        return (_said(query, RETURN), Envelope.RETURN) if query.get("status") == b"authenticated" else incomplete("fas", "no fas parameter")
    if not secret:
        return unready("faskey", "this gateway has no faskey here")
    text = _base64(unquote_to_bytes(query["fas"]))
    if text is None:
        return malformed("fas", "fas is no base64")
    if "iv" in query:
        text, envelope = _decrypted(text, query["iv"], secret), Envelope.SEALED
        if text is None:  # one answer for all that can go wrong: it must not tell a stranger how far a forged text went
            return untrusted("fas does not open with this faskey")
    else:
        envelope = Envelope.OPEN
    fields = _fields(text)
    return fields if isinstance(fields, Refused) else (fields, envelope)


def _said(query: Mapping[str, bytes], names: tuple[str, ...]) -> Mapping[str, str]:
    return {name: query[name].decode("ascii", "replace") for name in names if name in query}


def _base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text.rstrip(b"=") + b"=" * (-len(text.rstrip(b"=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _decrypted(sealed: bytes, iv: bytes, secret: bytes) -> bytes | None:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # 9 ms that levels 1 and 4 need not wait for
    from cryptography.hazmat.primitives.padding import PKCS7

    text = _base64(sealed)
    if not text or len(text) % 16 or not re.fullmatch(rb"[\x21-\x7e]{16}", iv):
        return None
    key = secret[:KEY_BYTES].ljust(KEY_BYTES, b"\0")
    reader, padding = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor(), PKCS7(128).unpadder()
    try:
        return padding.update(reader.update(text) + reader.finalize()) + padding.finalize()
    except ValueError:
        return None


def _fields(plain: bytes) -> Mapping[str, str] | Refused:
    try:
        said = plain.decode("utf-8")
    except UnicodeDecodeError:
        return untrusted("fas holds no text")
    if not said.isprintable():
        return untrusted("fas holds control characters")
    fields: dict[str, str] = {}
    for part in said.split(", "):
        name, equals, value = part.partition("=")
        if not equals:
            continue
        if name in fields:
            return malformed("fas", "a field is repeated")
        fields[name] = value
    return fields
