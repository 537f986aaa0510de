"""Signatures of webhooks by the scheme of Standard Webhooks: HMAC-SHA256 over id, moment and body."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from tidewaiter.model.errors import NotGenuine, WrongUse

PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
SYMMETRIC: Final = "v1"
TOLERANCE_S: Final = 300
"""A message whose moment is further from the receiver's clock is refused: it may be an old one sent again."""
ID, MOMENT, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


def new_secret() -> str:
    """A secret that both sides know: 256 random bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(message: str, at: int, body: bytes, keys: Sequence[str]) -> dict[str, str]:
    """Headers of one message; ``at`` in seconds since 1970. Two secrets, two signatures: so a secret is changed."""
    signatures = " ".join(f"{SYMMETRIC},{signature(message, at, body, key)}" for key in keys)
    return {ID: message, MOMENT: str(at), SIGNATURE: signatures}


def signature(message: str, at: int, body: bytes, key: str) -> str:
    """The signature of one secret, in base64."""
    told = hmac.new(_bytes(key), f"{message}.{at}.".encode() + body, hashlib.sha256)
    return base64.b64encode(told.digest()).decode()


def require_genuine(headers: Mapping[str, str], body: bytes, key: str, now: int) -> None:
    """Refuse a message that the holder of ``key`` did not sign, or signed long ago: what a receiver asks first.

    Raises:
        NotGenuine: a header is missing, the moment is too far from ``now``, or no signature fits.
    """
    small = {name.lower(): text for name, text in headers.items()}
    message, moment, told = (small.get(name, "") for name in (ID, MOMENT, SIGNATURE))
    if not message or not moment.isascii() or not moment.isdecimal() or abs(int(moment) - now) > TOLERANCE_S:
        raise NotGenuine
    wanted = f"{SYMMETRIC},{signature(message, int(moment), body, key)}".encode()
    if not any(hmac.compare_digest(wanted, one.encode()) for one in told.split(" ")):
        raise NotGenuine


def _bytes(key: str) -> bytes:
    try:
        return base64.b64decode(key.removeprefix(PREFIX), validate=True)
    except binascii.Error as fault:
        raise WrongUse(f"A secret of a webhook is '{PREFIX}' and base64.") from fault
