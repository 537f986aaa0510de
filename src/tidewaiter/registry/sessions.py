"""Sessions: kept on our side under the hash of their token, ended by idleness, by age, or by their person."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from tidewaiter.registry.persons import ACCOUNT, JOINED, Account, account_of
from tidewaiter.store.asking import row, say

TOKEN_BYTES: Final = 32
SEEN_S: Final = 30
"""So often at most it is written that a session is in use."""


class Ends(NamedTuple):
    """When a session ends: after so long without a call, and after so long in any case."""

    idle: timedelta
    whole: timedelta


class Session(NamedTuple):
    """An open session with its account as it is now."""

    account: Account
    begun_at: datetime
    seen_at: datetime
    stepped_up_at: datetime
    must_change: bool
    has_code: bool
    has_passkey: bool = False

    def is_open(self, now: datetime, ends: Ends) -> bool:
        """True where neither the account nor the session has ended."""
        return self.account.is_active(now) and now < self.seen_at + ends.idle and now < self.begun_at + ends.whole


def begin(person: str, now: datetime, proven_at: datetime | None = None) -> str:
    """Begin a session of a person who proved himself now, or then; gives its token, which is kept nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    say(
        "insert into session (token, person, begun_at, seen_at, stepped_up_at) values (%s, %s, %s, %s, %s)",
        digest(token), person, now, now, proven_at or now,
    )  # fmt: skip
    return token


def found(token: str) -> Session | None:
    """The session of a token that was not ended, with its account."""
    told = row(
        f"select {ACCOUNT}, begun_at, seen_at, stepped_up_at, must_change, code_secret is not null, "  # noqa: S608 - our own words
        "exists (select from passkey where passkey.person = session.person and revoked_at is null) "
        f"from session join {JOINED} on account.person = session.person "
        "join credential on credential.person = session.person "
        "where token = %s and ended_at is null",
        digest(token),
    )
    return Session(account_of(told), *told[len(Account._fields) :]) if told else None


def see(token: str, now: datetime) -> None:
    """Write that a session is in use."""
    say("update session set seen_at = %s where token = %s", now, digest(token))


def step_up(token: str, now: datetime) -> None:
    """Write that its person proved himself again."""
    say("update session set stepped_up_at = %s, seen_at = %s where token = %s", now, now, digest(token))


def offer_code(token: str, sealed: bytes) -> None:
    """Keep the sealed secret of one-time codes that is shown in this session; one that was shown before is void."""
    say("update session set code_offer = %s where token = %s and ended_at is null", sealed, digest(token))


def offered_code(token: str) -> bytes | None:
    """The sealed secret that was shown last in this session and not taken yet."""
    told = row("select code_offer from session where token = %s and ended_at is null", digest(token))
    return bytes(told[0]) if told and told[0] else None


def take_offer(token: str, sealed: bytes) -> bool:
    """Take the secret that was shown; False where it was taken or void meanwhile."""
    return bool(say("update session set code_offer = null where token = %s and code_offer = %s", digest(token), sealed))


def end(token: str, now: datetime) -> None:
    """End a session."""
    say("update session set ended_at = %s where token = %s and ended_at is null", now, digest(token))


def end_others(person: str, token: str, now: datetime) -> None:
    """End all sessions of a person but this one."""
    say(
        "update session set ended_at = %s where person = %s and token <> %s and ended_at is null",
        now, person, digest(token),
    )  # fmt: skip


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
