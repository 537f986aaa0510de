"""Proofs at the door: a knock is counted, the account looked up, password and code judged, what was proven spent."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection

from tidewaiter.model.errors import SignedOut, SignInRefused, TooManyTries
from tidewaiter.registry import codes, persons, sessions, tries
from tidewaiter.registry.passkeys import Passkey, passkeys_of
from tidewaiter.registry.passwords import is_password
from tidewaiter.registry.persons import Account, Credential
from tidewaiter.registry.sessions import Ends, Session
from tidewaiter.registry.tries import Try
from tidewaiter.service.assertions import Asserted, Used, judged, take
from tidewaiter.service.callers import network_of
from tidewaiter.service.secret_key import seal_of_home, secret_key
from tidewaiter.service.settings import settings
from tidewaiter.store.access import acting
from tidewaiter.store.log.entries import Act, append
from tidewaiter.store.log.events import Event, record

DOOR: Final = "door"
"""Who looks up who knocks: no person and no role of the matrix; policies of accounts and keys let it see those."""


class Knock(NamedTuple):
    """Who says he is there: the account where there is one, what proves it, and the try that was counted."""

    account: Account | None
    credential: Credential | None
    tried: Try
    passkeys: Sequence[Passkey] = ()


class Proof(NamedTuple):
    """What proved a person beside his password: the step of a code, or a passkey; neither where he has none."""

    step: int = 0
    passkey: Used | None = None


def knocked(name: str, address: str, now: datetime) -> Knock:
    """Count the try, then look the account up.

    Raises:
        TooManyTries: nothing was looked at.
    """
    try:
        with acting(DOOR, [DOOR]):
            tried = tries.count_try(secret_key(), name, network_of(address), now)
    except TooManyTries:
        with acting(DOOR, [DOOR]):
            record(connection, Event("sign_in_throttled", now))
        raise
    with acting(DOOR, [DOOR]):
        account = persons.by_name(name)
        if account is None:
            return Knock(None, None, tried)
        return Knock(account, persons.credential_of(account.person), tried, passkeys_of(account.person))


def proven(
    knock: Knock, password: str, code: str, now: datetime, *, has_password: bool = True,
    asserted: Asserted | None = None, purpose: str = "",
) -> Proof | None:  # fmt: skip
    """What proved a person: his password, and one of his codes or passkeys where he has any; None: not proven."""
    account, credential = knock.account, knock.credential
    is_right = not has_password or is_password(credential.password if credential else None, password)
    if account is None or credential is None or not is_right:
        return None
    if credential.code_secret is None and not knock.passkeys:
        return Proof() if has_password else None
    if asserted is not None:
        used = judged(knock.passkeys, asserted, purpose, now)
        return Proof(passkey=used) if used else None
    if credential.code_secret is None:
        return None
    secret = seal_of_home().open(credential.code_secret, about(account.person)).decode()
    step = codes.step_of(secret, code, now, credential.code_step)
    return None if step is None else Proof(step)


def about(person: str) -> str:
    """What a sealed secret of codes is bound to: it opens in the row of its person alone."""
    return f"codes/{person}"


@contextmanager
def taking(kind: str, knock: Knock, proof: Proof, now: datetime) -> Iterator[None]:
    """The transaction of who is proven, where code or passkey was not spent meanwhile; a refusal undoes all of it."""
    account, credential = knock.account, knock.credential
    if account is None or credential is None:
        raise SignInRefused
    try:
        with acting(account.person, [DOOR]):
            _spend(account, credential, proof, now)
            tries.forget_try(knock.tried)
            yield
    except SignInRefused:
        refused(kind, account, now)
        raise


def _spend(account: Account, credential: Credential, proof: Proof, now: datetime) -> None:
    secret = credential.code_secret
    if proof.step and (secret is None or not persons.take_step(account.person, secret, proof.step)):
        raise SignInRefused
    if proof.passkey is not None and not take(proof.passkey, now):
        raise SignInRefused


def refused(kind: str, account: Account | None, now: datetime) -> None:
    """Note an attempt that failed, by the person where there is one."""
    with acting(DOOR, [DOOR]):
        record(connection, Event(kind, now, person=account.person if account else ""))


def log(kind: str, account: Account, now: datetime) -> None:
    """The entry of what a person did at the door, last in its transaction."""
    append(connection, Act(kind, now, account.person, ",".join(sorted(account.roles)), account.person).payload())


def session_of(token: str) -> Session | None:
    """The session of a token, however old."""
    with acting(DOOR, [DOOR]):
        return sessions.found(token)


def open_session(token: str, now: datetime) -> Session:
    """The session of a token.

    Raises:
        SignedOut: it has ended.
    """
    found = session_of(token)
    if found is None or not found.is_open(now, ends()):
        raise SignedOut
    return found


def is_fresh(found: Session, now: datetime) -> bool:
    """True where the person proved himself lately enough for an act."""
    return now < found.stepped_up_at + timedelta(minutes=settings().whole("TIDEWAITER_STEP_UP_MIN"))


def step_up_by(token: str) -> str:
    """The purpose of a challenge that a passkey answers for an act of this session."""
    return f"step-up/{sessions.digest(token).hex()}"


def ends() -> Ends:
    """When sessions end, by the settings."""
    told = settings()
    return Ends(
        timedelta(minutes=told.whole("TIDEWAITER_IDLE_MIN")), timedelta(minutes=told.whole("TIDEWAITER_SESSION_MIN"))
    )
