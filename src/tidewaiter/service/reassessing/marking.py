"""Marks, with a batch, the keys whose earlier filings have not seen it; a job looks at those again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tidewaiter.exchange.filings import Filing
from tidewaiter.exchange.reassessing import mark_due
from tidewaiter.exchange.work import enqueue
from tidewaiter.store.log.entries import Connection

REASSESS: Final = "reassess"


def mark_later(
    connection: Connection,
    found: Sequence[Filing],
    now: datetime,  # noqa: ARG001 - as all that follows is called
) -> None:
    """In the batch's transaction. A key that is marked already has its job."""
    messages = [one.message for one in found if one.message]
    if messages and mark_due(connection, messages):
        enqueue(connection, REASSESS)
