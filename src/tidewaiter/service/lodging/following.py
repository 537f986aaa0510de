"""What follows a batch, in its transaction: cases for what needs people, and word for those who file."""

from collections.abc import Sequence
from datetime import datetime

from tidewaiter.exchange.filings import Filing
from tidewaiter.service.acts.opening import open_cases
from tidewaiter.service.outbox import Message, tell_many
from tidewaiter.store.log.entries import Connection

ACCEPTED = "filing.accepted"


def cases(connection: Connection, found: Sequence[Filing], now: datetime) -> None:
    """A case for each filing that does not release by itself."""
    open_cases(connection, found, now)


def word(connection: Connection, found: Sequence[Filing], now: datetime) -> None:  # noqa: ARG001 - as all that follows is called
    """Tell each filer what is published of its filing, and nothing else."""
    tell_many(
        connection,
        [
            Message(
                ACCEPTED,
                str(one.id),
                {"filing": str(one.id), "consignment_id": one.reference, "version": one.version, "status": one.status,
                 "asked": one.told["asked"]},
                one.filer,
            )
            for one in found
        ],
    )  # fmt: skip


FOLLOWS = (cases, word)
