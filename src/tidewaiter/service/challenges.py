"""Challenges that a key answers: known again by the service's own key, so that none is kept to be asked."""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

NONCE_BYTES, MOMENT_BYTES, MARK_BYTES = 16, 8, 16
LASTS: Final = timedelta(minutes=10)
"""How long a page may stand open until its challenge is too old."""


def challenge(key: str, purpose: str, now: datetime) -> bytes:
    """A challenge for one purpose: chance, the moment, and a mark over both."""
    told = secrets.token_bytes(NONCE_BYTES) + int(now.timestamp()).to_bytes(MOMENT_BYTES, "big")
    return told + _mark(key, purpose, told)


def is_ours(key: str, purpose: str, told: bytes, now: datetime) -> bool:
    """True where the challenge was made here for this purpose and is not too old."""
    if len(told) != NONCE_BYTES + MOMENT_BYTES + MARK_BYTES:
        return False
    said, mark = told[:-MARK_BYTES], told[-MARK_BYTES:]
    if not hmac.compare_digest(mark, _mark(key, purpose, said)):
        return False
    made = datetime.fromtimestamp(int.from_bytes(said[NONCE_BYTES:], "big"), UTC)
    return made - timedelta(seconds=1) <= now < made + LASTS


def _mark(key: str, purpose: str, told: bytes) -> bytes:
    return hmac.digest(key.encode(), b"passkey\0" + purpose.encode() + b"\0" + told, "sha256")[:MARK_BYTES]
