"""What was told of parcels, and what became of filings by it, as leaves of the signed log."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from tidewaiter.exchange.ids import new_id
from tidewaiter.exchange.movements import Movement, Shown
from tidewaiter.model.canonical import canonical
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.store.log import append_batch, seal
from tidewaiter.store.log.entries import moment

WHAT: Final = "movements"


def log_movements(new: Sequence[Movement], shown: Sequence[Shown], now: datetime) -> None:
    """One batch of both, the last statements of their transaction; an event by its hash, without its barcode."""
    told = [
        {"movement": str(one.id), "submitter": one.submitter, "event": one.event, "content": one.digest,
         "at": moment(one.told_at)}
        for one in new
    ]  # fmt: skip
    became = [
        {"filing": str(one.id), "presented_at": moment(one.at),
         **({"status": one.status, "lane": one.lane} if one.status else {})}
        for one in shown
    ]  # fmt: skip
    rows = [canonical(leaf) for leaf in (*told, *became)]
    if rows:
        blinds = os.urandom(BLIND_BYTES * len(rows))
        append_batch(connection, seal(f"{WHAT}/{new_id(now)}", WHAT, rows, blinds), now)
