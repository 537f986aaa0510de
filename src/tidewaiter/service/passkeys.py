"""Use case: passkeys of a person: asked, added, listed, taken away."""

import json
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from django.db import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tidewaiter.model.errors import AccountRefused
from tidewaiter.registry import passkeys, sessions
from tidewaiter.registry.passkeys import Passkey
from tidewaiter.registry.sessions import Session
from tidewaiter.service.assertions import LONGEST, SIGN_IN, Asserted, challenge_of
from tidewaiter.service.challenges import challenge, is_ours
from tidewaiter.service.proving import DOOR, is_fresh, log, open_session, step_up_by
from tidewaiter.service.secret_key import secret_key
from tidewaiter.store.access import acting

MOST: Final = 10
CALLED_MAX: Final = 60
WAIT_MS: Final = 120_000
NOT_TAKEN: Final = "The passkey was not taken: it was made too late, for another place, or is known already. Try again."


def is_place(host: str) -> bool:
    """True where keys may be bound to this host: a name, not a number."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return bool(host)
    return False


def asks_at_the_door(host: str, now: datetime) -> str:
    """What a browser is to ask any passkey at the sign-in, as JSON."""
    return _asks(host, SIGN_IN, [], now)


def asks_again(token: str, host: str, now: datetime) -> str:
    """What a browser is to ask a passkey of the person for an act, as JSON; empty where he has none."""
    found = open_session(token, now)
    held = _held(found)
    return _asks(host, step_up_by(token), held, now) if held else ""


def asks_for_new(token: str, host: str, now: datetime) -> str:
    """What a browser is to make a passkey by, as JSON."""
    found = open_session(token, now)
    account = found.account
    made = generate_registration_options(
        rp_id=host, rp_name="Tidewaiter", user_name=account.name, user_display_name=account.shown,
        user_id=account.person.encode(), challenge=challenge(secret_key(), _adding(token), now), timeout=WAIT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in _held(found)],
    )  # fmt: skip
    return options_to_json(made)


def add(token: str, asserted: Asserted, called: str, now: datetime) -> None:
    """Keep a passkey that the person's device made; every other session of the person ends.

    Raises:
        SignedOut: the session has ended.
        AccountRefused: he has not proven himself lately, has too many, or the key does not hold.
    """
    found = open_session(token, now)
    if not is_fresh(found, now):
        raise AccountRefused("Prove that it is you: your last proof is too old for this.")
    person = found.account.person
    if len(_held(found)) >= MOST:
        raise AccountRefused(f"A person has at most {MOST} passkeys. Take one away first.")
    key, answer = _made(token, asserted, person, called.strip()[:CALLED_MAX] or "Passkey", now)
    try:
        with acting(person, [DOOR]):
            if not passkeys.take_challenge(answer, now, now):
                raise AccountRefused(NOT_TAKEN)
            passkeys.keep(key)
            sessions.end_others(person, token, now)
            log("passkey_added", found.account, now)
    except IntegrityError as fault:
        raise AccountRefused(NOT_TAKEN) from fault


def take_away(token: str, name: str, now: datetime) -> None:
    """Take a passkey of the person away, by its name in hex; every other session of the person ends.

    Raises:
        SignedOut: the session has ended.
        AccountRefused: he has not proven himself lately, or there is no such passkey.
    """
    found = open_session(token, now)
    if not is_fresh(found, now):
        raise AccountRefused("Prove that it is you: your last proof is too old for this.")
    person = found.account.person
    key = next((one for one in _held(found) if one.id.hex() == name), None)
    if key is None:
        raise AccountRefused("There is no such passkey.")
    with acting(person, [DOOR]):
        passkeys.revoke(person, key.id, now)
        sessions.end_others(person, token, now)
        log("passkey_taken_away", found.account, now)


def listed(token: str, now: datetime) -> list[Passkey]:
    """Passkeys of the person."""
    return _held(open_session(token, now))


def _made(token: str, asserted: Asserted, person: str, called: str, now: datetime) -> tuple[Passkey, bytes]:
    """The key that a device made, and the challenge it answered."""
    try:
        if len(asserted.words) > LONGEST:
            raise AccountRefused(NOT_TAKEN)
        asked = challenge_of(json.loads(asserted.words))
        if not is_ours(secret_key(), _adding(token), asked, now):
            raise AccountRefused(NOT_TAKEN)
        found = verify_registration_response(
            credential=asserted.words, expected_challenge=asked, expected_rp_id=asserted.place,
            expected_origin=asserted.origin, require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise AccountRefused(NOT_TAKEN) from fault
    return Passkey(found.credential_id, person, found.credential_public_key, found.sign_count, called, now), asked


def _asks(host: str, purpose: str, held: list[Passkey], now: datetime) -> str:
    made = generate_authentication_options(
        rp_id=host, challenge=challenge(secret_key(), purpose, now), timeout=WAIT_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in held],
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return options_to_json(made)


def _adding(token: str) -> str:
    return f"add/{sessions.digest(token).hex()}"


def _held(found: Session) -> list[Passkey]:
    with acting(DOOR, [DOOR]):
        return passkeys.passkeys_of(found.account.person)
