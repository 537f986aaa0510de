"""Tries at the door: counted before they are judged, by keyed hashes; who got in is not counted."""

import hmac
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from tidewaiter.model.errors import TooManyTries
from tidewaiter.store.asking import row, say

SPAN: Final = timedelta(minutes=15)
MOST: Final = {"pair": 8, "name": 40, "address": 100}
"""Failed tries in a span: for one account from one address, whether it is there or not; for one account from
anywhere; for any account from one address. Who guesses elsewhere soon locks out himself, and late the account."""


class Try(NamedTuple):
    """A try that was counted: the hashes it is counted under, and its rows."""

    pair: bytes
    ids: tuple[UUID, ...]


def count_try(key: str, name: str, address: str, now: datetime) -> Try:
    """Count a try at an account from an address; many at once are counted one after the other.

    Raises:
        TooManyTries: a span holds as many as are let; this one is not counted and must not be judged.
    """
    told = {"pair": f"{name}\0{address}", "name": name} | ({"address": address} if address else {})
    hashes = {kind: hmac.digest(key.encode(), f"{kind}:{text}".encode(), "sha256") for kind, text in told.items()}
    return Try(hashes["pair"], tuple(_counted(hashed, MOST[kind], now) for kind, hashed in hashes.items()))


def forget_try(tried: Try) -> None:
    """Who tried got in: his mistakes from there are forgotten, and this try was none of the account or the address."""
    say("delete from sign_in_try where key = %s or id = any(%s)", tried.pair, list(tried.ids))


def _counted(hashed: bytes, most: int, now: datetime) -> UUID:
    say("select pg_advisory_xact_lock(%s)", int.from_bytes(hashed[:8], "big", signed=True))
    say("delete from sign_in_try where key = %s and at <= %s", hashed, now - SPAN)
    count, first = row("select count(*), min(at) from sign_in_try where key = %s", hashed) or (0, None)
    if count >= most:
        raise TooManyTries(max(1, int((first + SPAN - now).total_seconds()) + 1))
    made = uuid4()
    say("insert into sign_in_try (key, at, id) values (%s, %s, %s)", hashed, now, made)
    return made
