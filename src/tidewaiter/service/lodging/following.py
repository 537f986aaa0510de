"""What follows a batch, in its transaction: cases for what needs people, and word for those who file."""

from collections.abc import Sequence
from datetime import datetime

from tidewaiter.exchange.filings import Filing
from tidewaiter.runners.versions import ORIGINAL
from tidewaiter.service.acts.opening import amend_case, open_cases
from tidewaiter.service.outbox import Message, tell_many
from tidewaiter.service.reassessing.marking import mark_later
from tidewaiter.service.repairs.asking import answered_on_case, ask_for
from tidewaiter.store.log.entries import Connection

WORD_OF = {"original": "filing.accepted", "amendment": "filing.amended", "cancellation": "filing.cancelled"}


def cases(connection: Connection, found: Sequence[Filing], now: datetime) -> None:
    """A case for each filing that does not release by itself; one that is there is told of the new version."""
    for one in found:
        if one.function != ORIGINAL:
            answered_on_case(connection, one.id, one.version, now)
    without = [one for one in found if one.function == ORIGINAL or not amend_case(connection, one, now)]
    open_cases(connection, without, now)


def word(connection: Connection, found: Sequence[Filing], now: datetime) -> None:  # noqa: ARG001 - as all that follows is called
    """Tell each filer what is published of its filing, and nothing else."""
    tell_many(
        connection,
        [
            Message(
                WORD_OF[one.function],
                str(one.id),
                {"filing": str(one.id), "consignment_id": one.reference, "version": one.version, "status": one.status,
                 "asked": one.told["asked"]},
                one.filer,
            )
            for one in found
        ],
    )  # fmt: skip


FOLLOWS = (cases, ask_for, word, mark_later)
