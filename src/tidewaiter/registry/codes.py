"""One-time codes of an authenticator (RFC 6238)."""

import hashlib
import hmac
import os
from base64 import b32decode, b32encode
from datetime import datetime
from typing import Final
from urllib.parse import quote

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
DRIFT: Final = (0, -1, 1)
"""A clock may be one step off; older codes are not taken."""


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
