"""Tries at the door: counted before they are judged, by a keyed hash of account and of address."""

import hmac
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from tidewaiter.model.errors import TooManyTries
from tidewaiter.store.asking import row, say

SPAN: Final = timedelta(minutes=15)
MOST: Final = {"name": 8, "address": 60}
"""Failed tries in a span: for one account, whether it is there or not, and from one address."""


def count_try(key: str, kind: str, told: str, now: datetime) -> None:
    """Count a try at ``told`` (a name or an address); many at once are counted one after the other.

    Raises:
        TooManyTries: the span holds as many as are let; this one is not counted and must not be judged.
    """
    hashed = _hash(key, kind, told)
    say("select pg_advisory_xact_lock(%s)", int.from_bytes(hashed[:8], "big", signed=True))
    say("delete from sign_in_try where key = %s and at <= %s", hashed, now - SPAN)
    count, first = row("select count(*), min(at) from sign_in_try where key = %s", hashed) or (0, None)
    if count >= MOST[kind]:
        raise TooManyTries(max(1, int((first + SPAN - now).total_seconds()) + 1))
    say("insert into sign_in_try (key, at, id) values (%s, %s, %s)", hashed, now, uuid4())


def forget_tries(key: str, name: str) -> None:
    """Forget the tries of an account whose person got in; those of an address stay."""
    say("delete from sign_in_try where key = %s", _hash(key, "name", name))


def _hash(key: str, kind: str, told: str) -> bytes:
    return hmac.digest(key.encode(), f"{kind}:{told}".encode(), "sha256")
