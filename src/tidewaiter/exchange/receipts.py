"""Receipts of files as they are kept: one chain for each sender."""

from datetime import datetime
from typing import Any, NamedTuple

from tidewaiter.store.asking import row, say


class Receipt(NamedTuple):
    """A signed receipt: the how many-th of its sender, of which run, the hash of its text and of the one before."""

    sender: str
    number: int
    run: str
    hash: bytes
    previous: bytes | None
    jws: str
    at: datetime


def of_run(run: str) -> Receipt | None:
    """The receipt of a run, where the acting party may see it."""
    return _receipt(row("select sender, number, run, hash, previous, jws, at from receipt where run = %s", run))


def last_of(sender: str) -> Receipt | None:
    """The newest receipt of a sender, held against another that would follow it until the transaction ends."""
    row("select pg_advisory_xact_lock(hashtextextended('receipt/' || %s, 0))", sender)
    return _receipt(
        row(
            "select sender, number, run, hash, previous, jws, at from receipt where sender = %s "
            "order by number desc limit 1",
            sender,
        )
    )


def keep(one: Receipt) -> None:
    """Keep a receipt for good."""
    say("insert into receipt (sender, number, run, hash, previous, jws, at) values (%s, %s, %s, %s, %s, %s, %s)", *one)


def _receipt(found: tuple[Any, ...] | None) -> Receipt | None:
    if found is None:
        return None
    told = Receipt(*found)
    return told._replace(hash=bytes(told.hash), previous=None if told.previous is None else bytes(told.previous))
