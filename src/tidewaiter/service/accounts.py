"""Use case: who knocks, is let in, proves himself again, leaves. The person's account is asked at every call."""

from datetime import datetime, timedelta
from typing import NamedTuple

from tidewaiter.model.errors import SignInRefused
from tidewaiter.registry import codes, persons, sessions, tries
from tidewaiter.registry.passwords import hashed, is_password
from tidewaiter.registry.sessions import Session
from tidewaiter.service.assertions import SIGN_IN, Asserted
from tidewaiter.service.proving import (
    DOOR,
    about,
    ends,
    is_fresh,
    knocked,
    log,
    open_session,
    proven,
    refused,
    session_of,
    step_up_by,
    taking,
)
from tidewaiter.service.secret_key import seal_of_home
from tidewaiter.service.settings import settings
from tidewaiter.store.access import acting, acting_as
from tidewaiter.store.rights import MATRIX, Actor


class Visitor(NamedTuple):
    """A person that was let in, as pages need him."""

    actor: Actor
    shown: str
    name: str
    stepped_up_at: datetime
    must_change: bool
    has_code: bool
    has_passkey: bool = False

    @property
    def has_queue(self) -> bool:
        """True where a role of his reads cases."""
        return any(grant.role in self.actor.roles for grant in MATRIX.granted("read", "case"))

    def is_proven(self, now: datetime) -> bool:
        """True where he proved himself lately enough for an act."""
        return now < self.stepped_up_at + timedelta(minutes=settings().whole("TIDEWAITER_STEP_UP_MIN"))


def sign_in(
    name: str, password: str, code: str, now: datetime, address: str = "", asserted: Asserted | None = None
) -> str:
    """Let a person in; gives the token of his session. Who has codes or passkeys brings one of those as well.

    Unknown names take as long as known ones and get the same answer.

    Raises:
        TooManyTries: for this account or from this address; nothing was looked at.
        SignInRefused: in every other case.
    """
    told = name.strip().lower()
    knock = knocked(told, address, now)
    account, proof = knock.account, proven(knock, password, code, now, asserted=asserted, purpose=SIGN_IN)
    if account is None or proof is None or not account.is_active(now):
        refused("sign_in_refused", account, now)
        raise SignInRefused
    with taking("sign_in_refused", knock, proof, now):
        token = sessions.begin(account.person, now)
        log("signed_in", account, now)
    return token


def sign_out(token: str, now: datetime) -> None:
    """End a session; one that has ended stays ended."""
    found = session_of(token)
    if found is None:
        return
    with acting(found.account.person, [DOOR]):
        sessions.end(token, now)
        log("signed_out", found.account, now)


def visitor(token: str, now: datetime) -> Visitor | None:
    """Who holds this token; None where the session or the account has ended."""
    with acting(DOOR, [DOOR]):
        found = sessions.found(token)
        if found is None or not found.is_open(now, ends()):
            return None
        if now - found.seen_at >= timedelta(seconds=sessions.SEEN_S):
            sessions.see(token, now)
    account = found.account
    return Visitor(
        account.actor, account.shown, account.name, found.stepped_up_at, found.must_change, found.has_code,
        found.has_passkey,
    )  # fmt: skip


def actor_of(token: str, now: datetime) -> Actor | None:
    """The same as the matrix of rights knows him."""
    found = visitor(token, now)
    return found.actor if found else None


def step_up(token: str, secret: str, now: datetime, address: str = "", asserted: Asserted | None = None) -> None:
    """Take a further proof: a one-time code or a passkey where the person has one of them, else the password.

    Raises:
        SignedOut: the session has ended.
        TooManyTries, SignInRefused: as at the door.
    """
    found = open_session(token, now)
    knock = knocked(found.account.name, address, now)
    has_more = found.has_code or found.has_passkey
    password, code = ("", secret) if has_more else (secret, "")
    account = knock.account
    proof = proven(
        knock, password, code, now, has_password=not has_more, asserted=asserted, purpose=step_up_by(token)
    )  # fmt: skip
    if account is None or proof is None:
        refused("step_up_refused", found.account, now)
        raise SignInRefused
    with taking("step_up_refused", knock, proof, now):
        sessions.step_up(token, now)
        log("stepped_up", account, now)


def change_password(token: str, old: str, new: str, now: datetime, address: str = "") -> None:
    """Take a new password for the old one; every other session of the person ends."""
    found = open_session(token, now)
    knock = knocked(found.account.name, address, now)
    account, credential = knock.account, knock.credential
    if account is None or credential is None or not is_password(credential.password, old):
        refused("password_change_refused", found.account, now)
        raise SignInRefused
    kept = hashed(new)
    with acting(account.person, [DOOR]):
        persons.keep_password(account.person, kept, now, must_change=False)
        sessions.end_others(account.person, token, now)
        tries.forget_try(knock.tried)
        log("password_changed", account, now)


def offer_codes(token: str, now: datetime) -> str:
    """A secret for an authenticator, kept sealed with the session; in force once ``set_up_codes`` took a code of it.

    Raises:
        SignedOut: the session has ended.
    """
    found = open_session(token, now)
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
    found = open_session(token, now)
    sealed = _offer(token)
    return seal_of_home().open(sealed, _about_offer(token, found)).decode() if sealed else None


def set_up_codes(token: str, password: str, code: str, now: datetime, *, old_code: str = "", address: str = "") -> None:
    """From now on the person is asked for codes of the secret that was offered; ``code`` shows that he has it.

    ``old_code`` is one of the secret until now, where there is one. Every other session of the person ends.

    Raises:
        SignedOut, TooManyTries: as at every proof.
        SignInRefused: password or old code is not right, no secret was offered, or the code is not of it.
    """
    found = open_session(token, now)
    knock = knocked(found.account.name, address, now)
    if knock.passkeys and not found.has_code and is_fresh(found, now):
        knock = knock._replace(passkeys=())  # a passkey proved the person just now
    account, proof, sealed = knock.account, proven(knock, password, old_code, now), _offer(token)
    secret = seal_of_home().open(sealed, _about_offer(token, found)).decode() if sealed else ""
    first = codes.step_of(secret, code, now, 0) if sealed else None
    if account is None or proof is None or sealed is None or first is None:
        refused("codes_refused", found.account, now)
        raise SignInRefused
    person = account.person
    with taking("codes_refused", knock, proof, now):
        if not sessions.take_offer(token, sealed):
            raise SignInRefused
        persons.keep_code(person, seal_of_home().seal(secret.encode(), about(person)), first)
        sessions.end_others(person, token, now)
        log("codes_set_up", account, now)


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


def _about_offer(token: str, found: Session) -> str:
    """What an offered secret is bound to: its session and its person."""
    return f"code-offer/{sessions.digest(token).hex()}/{found.account.person}"


def _offer(token: str) -> bytes | None:
    with acting(DOOR, [DOOR]):
        return sessions.offered_code(token)
