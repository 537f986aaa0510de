"""What a passkey answered, judged: of which key it is, for this challenge, this place and no other."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from webauthn import base64url_to_bytes, verify_authentication_response
from webauthn.helpers.exceptions import WebAuthnException

from tidewaiter.registry import passkeys
from tidewaiter.registry.passkeys import Passkey
from tidewaiter.service.challenges import LASTS, is_ours
from tidewaiter.service.secret_key import secret_key

LONGEST: Final = 20_000
"""Characters of an answer; those of devices have some hundreds to a few thousand."""
SIGN_IN: Final = "sign-in"


class Asserted(NamedTuple):
    """What a browser brought: the answer as JSON, and the origin of the page it was asked by."""

    words: str
    origin: str

    @property
    def place(self) -> str:
        """The host that keys are bound to."""
        return urlsplit(self.origin).hostname or ""


class Used(NamedTuple):
    """A key that answered: how often it had signed, how often now, and which challenge it answered."""

    passkey: bytes
    known: int
    told: int
    challenge: bytes


def judged(held: Sequence[Passkey], asserted: Asserted, purpose: str, now: datetime) -> Used | None:
    """Which of the keys answered a challenge of ours for this purpose; None: none did."""
    if len(asserted.words) > LONGEST:
        return None
    try:
        told = json.loads(asserted.words)
        name, asked = base64url_to_bytes(told["rawId"]), challenge_of(told)
        key = next((one for one in held if one.id == name), None)
        if key is None or not is_ours(secret_key(), purpose, asked, now):
            return None
        found = verify_authentication_response(
            credential=asserted.words,
            expected_challenge=asked,
            expected_rp_id=asserted.place,
            expected_origin=asserted.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # what is no answer at all, or one that does not hold: the door says the same of both
    return Used(key.id, key.sign_count, found.new_sign_count, asked)


def challenge_of(told: dict[str, dict[str, str]]) -> bytes:
    """The challenge that an answer names; what it says of it is not believed yet."""
    client = json.loads(base64url_to_bytes(told["response"]["clientDataJSON"]))
    return base64url_to_bytes(client["challenge"])


def take(used: Used, now: datetime) -> bool:
    """Spend an answer, in the transaction of what it proves; False where it, or its key, was used meanwhile."""
    return passkeys.take_challenge(used.challenge, now, now - 2 * LASTS) and passkeys.note_count(
        used.passkey, used.known, used.told
    )
