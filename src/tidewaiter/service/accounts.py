"""Use case: who knocks, is let in, proves himself again, leaves. The person's account is asked at every call."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection

from tidewaiter.model.errors import SignedOut, SignInRefused, TooManyTries
from tidewaiter.registry import codes, persons, sessions, tries
from tidewaiter.registry.passwords import hashed, is_password
from tidewaiter.registry.persons import Account, Credential
from tidewaiter.registry.sessions import Ends, Session
from tidewaiter.service.secret_key import seal_of_home, secret_key
from tidewaiter.service.settings import settings
from tidewaiter.store.access import acting, acting_as
from tidewaiter.store.log.entries import Act, append
from tidewaiter.store.log.events import Event, record
from tidewaiter.store.rights import MATRIX, Actor

DOOR: Final = "door"
"""Who looks up who knocks: no person and no role of the matrix; policies of accounts and keys let it see those."""


class Visitor(NamedTuple):
    """A person that was let in, as pages need him."""

    actor: Actor
    shown: str
    name: str
    stepped_up_at: datetime
    must_change: bool
    has_code: bool

    @property
    def has_queue(self) -> bool:
        """True where a role of his reads cases."""
        return any(grant.role in self.actor.roles for grant in MATRIX.granted("read", "case"))

    def is_proven(self, now: datetime) -> bool:
        """True where he proved himself lately enough for an act."""
        return now < self.stepped_up_at + timedelta(minutes=settings().whole("TIDEWAITER_STEP_UP_MIN"))


def sign_in(name: str, password: str, code: str, now: datetime, address: str = "") -> str:
    """Let a person in; gives the token of his session.

    Unknown names take as long as known ones and get the same answer.

    Raises:
        TooManyTries: for this account or from this address; nothing was looked at.
        SignInRefused: in every other case.
    """
    told = name.strip().lower()
    account, credential = _knocked(told, address, now)
    step = _proven(account, credential, password, code, now)
    if account is None or credential is None or step is None or not account.is_active(now):
        _refused("sign_in_refused", account, now)
        raise SignInRefused
    with _taking("sign_in_refused", account, credential, step, now):
        token = sessions.begin(account.person, now)
        _log("signed_in", account, now)
    return token


def sign_out(token: str, now: datetime) -> None:
    """End a session; one that has ended stays ended."""
    found = _session(token)
    if found is None:
        return
    with acting(found.account.person, [DOOR]):
        sessions.end(token, now)
        _log("signed_out", found.account, now)


def visitor(token: str, now: datetime) -> Visitor | None:
    """Who holds this token; None where the session or the account has ended."""
    with acting(DOOR, [DOOR]):
        found = sessions.found(token)
        if found is None or not found.is_open(now, _ends()):
            return None
        if now - found.seen_at >= timedelta(seconds=sessions.SEEN_S):
            sessions.see(token, now)
    account = found.account
    return Visitor(
        account.actor, account.shown, account.name, found.stepped_up_at, found.must_change, found.has_code
    )  # fmt: skip


def actor_of(token: str, now: datetime) -> Actor | None:
    """The same as the matrix of rights knows him."""
    found = visitor(token, now)
    return found.actor if found else None


def step_up(token: str, secret: str, now: datetime, address: str = "") -> None:
    """Take a further proof: a one-time code where the person has set them up, else the password.

    Raises:
        SignedOut: the session has ended.
        TooManyTries, SignInRefused: as at the door.
    """
    found = _open_session(token, now)
    account, credential = _knocked(found.account.name, address, now)
    password, code = ("", secret) if found.has_code else (secret, "")
    step = _proven(account, credential, password, code, now, has_password=not found.has_code)
    if account is None or credential is None or step is None:
        _refused("step_up_refused", found.account, now)
        raise SignInRefused
    with _taking("step_up_refused", account, credential, step, now):
        sessions.step_up(token, now)
        _log("stepped_up", account, now)


def change_password(token: str, old: str, new: str, now: datetime, address: str = "") -> None:
    """Take a new password for the old one; every other session of the person ends."""
    found = _open_session(token, now)
    account, credential = _knocked(found.account.name, address, now)
    if account is None or credential is None or not is_password(credential.password, old):
        _refused("password_change_refused", found.account, now)
        raise SignInRefused
    kept = hashed(new)
    with acting(account.person, [DOOR]):
        persons.keep_password(account.person, kept, now, must_change=False)
        sessions.end_others(account.person, token, now)
        tries.forget_tries(secret_key(), account.name)
        _log("password_changed", account, now)


def offer_codes(token: str, now: datetime) -> str:
    """A secret for an authenticator, kept sealed with the session; in force once ``set_up_codes`` took a code of it.

    Raises:
        SignedOut: the session has ended.
    """
    found = _open_session(token, now)
    secret = codes.new_secret()
    sealed = seal_of_home().seal(secret.encode(), _about_offer(token, found))
    with acting(found.account.person, [DOOR]):
        sessions.offer_code(token, sealed)
    return secret


def offered_codes(token: str, now: datetime) -> str | None:
    """The secret that was offered last in this session and is not in force; None: none was.

    Raises:
        SignedOut: the session has ended.
    """
    found = _open_session(token, now)
    sealed = _offer(token)
    return seal_of_home().open(sealed, _about_offer(token, found)).decode() if sealed else None


def set_up_codes(token: str, password: str, code: str, now: datetime, *, old_code: str = "", address: str = "") -> None:
    """From now on the person is asked for codes of the secret that was offered; ``code`` shows that he has it.

    ``old_code`` is one of the secret until now, where there is one. Every other session of the person ends.

    Raises:
        SignedOut, TooManyTries: as at every proof.
        SignInRefused: password or old code is not right, no secret was offered, or the code is not of it.
    """
    found = _open_session(token, now)
    account, credential = _knocked(found.account.name, address, now)
    step, sealed = _proven(account, credential, password, old_code, now), _offer(token)
    secret = seal_of_home().open(sealed, _about_offer(token, found)).decode() if sealed else ""
    first = codes.step_of(secret, code, now, 0) if sealed else None
    if account is None or credential is None or step is None or sealed is None or first is None:
        _refused("codes_refused", found.account, now)
        raise SignInRefused
    person = account.person
    with _taking("codes_refused", account, credential, step, now):
        if not sessions.take_offer(token, sealed):
            raise SignInRefused
        persons.keep_code(person, seal_of_home().seal(secret.encode(), _about(person)), first)
        sessions.end_others(person, token, now)
        _log("codes_set_up", account, now)


def code_address(secret: str, name: str) -> str:
    """The address that an authenticator takes over."""
    return codes.otpauth(secret, name)


def told_roles(visitor: Visitor) -> dict[str, str]:
    """The person's roles, and what each is."""
    return {role: MATRIX.roles[role] for role in sorted(visitor.actor.roles)}


def colleagues(visitor: Visitor) -> dict[str, str]:
    """Officers of the person's office that he may assign cases to, by their ids; one who sees no accounts: himself."""
    actor = visitor.actor
    with acting_as(actor):
        found = [one for one in persons.all_accounts() if "officer" in one.roles and one.office == actor.office]
    return {one.person: one.shown for one in found if one.disabled_at is None}


def shown_names(actor: Actor, ids: set[str]) -> dict[str, str]:
    """Names of persons as ``actor`` may see them; whoever he may not see is left out."""
    with acting_as(actor):
        return persons.shown(ids)


def _knocked(name: str, address: str, now: datetime) -> tuple[Account | None, Credential | None]:
    """Count the try, then look the account up."""
    try:
        with acting(DOOR, [DOOR]):
            tries.count_try(secret_key(), "name", name, now)
            if address:
                tries.count_try(secret_key(), "address", address, now)
    except TooManyTries:
        with acting(DOOR, [DOOR]):
            record(connection, Event("sign_in_throttled", now))
        raise
    with acting(DOOR, [DOOR]):
        account = persons.by_name(name)
        return account, persons.credential_of(account.person) if account else None


def _proven(
    account: Account | None, credential: Credential | None, password: str, code: str, now: datetime,
    *, has_password: bool = True,
) -> int | None:  # fmt: skip
    """The step of the code that was taken, 0 where none is wanted; None: not proven."""
    is_right = not has_password or is_password(credential.password if credential else None, password)
    if account is None or credential is None or not is_right:
        return None
    if credential.code_secret is None:
        return 0 if has_password else None
    secret = seal_of_home().open(credential.code_secret, _about(account.person)).decode()
    return codes.step_of(secret, code, now, credential.code_step)


def _about(person: str) -> str:
    """What a sealed secret of codes is bound to: it opens in the row of its person alone."""
    return f"codes/{person}"


def _about_offer(token: str, found: Session) -> str:
    """What an offered secret is bound to: its session and its person."""
    return f"code-offer/{sessions.digest(token).hex()}/{found.account.person}"


def _offer(token: str) -> bytes | None:
    with acting(DOOR, [DOOR]):
        return sessions.offered_code(token)


@contextmanager
def _taking(kind: str, account: Account, credential: Credential, step: int, now: datetime) -> Iterator[None]:
    """The transaction of who is proven, where the code was not spent meanwhile; a refusal undoes all of it."""
    try:
        with acting(account.person, [DOOR]):
            _spend(account, credential, step)
            tries.forget_tries(secret_key(), account.name)
            yield
    except SignInRefused:
        _refused(kind, account, now)
        raise


def _spend(account: Account, credential: Credential, step: int) -> None:
    secret = credential.code_secret
    if secret is not None and not persons.take_step(account.person, secret, step):
        raise SignInRefused


def _refused(kind: str, account: Account | None, now: datetime) -> None:
    with acting(DOOR, [DOOR]):
        record(connection, Event(kind, now, person=account.person if account else ""))


def _log(kind: str, account: Account, now: datetime) -> None:
    append(connection, Act(kind, now, account.person, ",".join(sorted(account.roles)), account.person).payload())


def _session(token: str) -> Session | None:
    with acting(DOOR, [DOOR]):
        return sessions.found(token)


def _open_session(token: str, now: datetime) -> Session:
    found = _session(token)
    if found is None or not found.is_open(now, _ends()):
        raise SignedOut
    return found


def _ends() -> Ends:
    told = settings()
    return Ends(
        timedelta(minutes=told.whole("TIDEWAITER_IDLE_MIN")), timedelta(minutes=told.whole("TIDEWAITER_SESSION_MIN"))
    )
