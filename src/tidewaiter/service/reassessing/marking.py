"""Marks, with a batch, the keys whose earlier filings have not seen it; the worker looks at those again."""

from collections.abc import Sequence
from datetime import datetime

from tidewaiter.exchange.filings import Filing
from tidewaiter.exchange.reassessing import mark_due
from tidewaiter.store.log.entries import Connection


def mark_later(connection: Connection, found: Sequence[Filing], now: datetime) -> None:
    """In the batch's transaction: a mark is all that later arrivals cost whoever lodges."""
    messages = [one.message for one in found if one.message]
    if messages:
        mark_due(connection, messages, now)
