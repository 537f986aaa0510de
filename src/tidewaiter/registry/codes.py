"""One-time codes of an authenticator (RFC 6238), and the sealing of the secrets they are made from."""

import hashlib
import hmac
import os
from base64 import b32decode, b32encode
from datetime import datetime
from typing import Final
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tidewaiter.model.errors import KeyRefused

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
DRIFT: Final = (0, -1, 1)
"""A clock may be one step off; older codes are not taken."""
NONCE_BYTES: Final = 12


def new_secret() -> str:
    """A secret as authenticators take it: base 32."""
    return b32encode(os.urandom(SECRET_BYTES)).decode("ascii")


def code_at(secret: str, step: int) -> str:
    """The code of one step. Source: RFC 4226, section 5.3, with HMAC-SHA-1 as every authenticator has it."""
    mac = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    at = mac[-1] & 0xF
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFF_FFFF) % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: str, code: str, now: datetime, taken: int) -> int | None:
    """The step that a code belongs to; None where it is wrong, too old, or was taken before (``taken`` is the last)."""
    told, current = "".join(code.split()), int(now.timestamp()) // STEP_S
    matches = [s for s in (current + d for d in DRIFT) if hmac.compare_digest(code_at(secret, s), told)] if (
        told.isascii() and told.isdecimal()
    ) else []  # fmt: skip
    return next((step for step in matches if step > taken), None)


def otpauth(secret: str, name: str, issuer: str = "Tidewaiter") -> str:
    """The address that an authenticator takes over."""
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?secret={secret}&issuer={quote(issuer)}"


def sealed(secret: str, person: str, key: str) -> bytes:
    """A secret as it is kept: unreadable without the key file, and in the row of its person alone."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, secret.encode(), person.encode())


def opened(kept: bytes, person: str, key: str) -> str:
    """The secret again.

    Raises:
        KeyRefused: the key file is another one, or the row was changed.
    """
    try:
        return _cipher(key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], person.encode()).decode()
    except InvalidTag as fault:
        raise KeyRefused("A secret of one-time codes cannot be opened: secrets/codes.key is not its key.") from fault


def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(key.encode()).digest())
