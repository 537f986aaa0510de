"""Single events: recorded with what they tell, without the log's lock; sealed into batches soon after."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from tidewaiter.model.canonical import canonical
from tidewaiter.model.tree import BLIND_BYTES
from tidewaiter.store.log.batches import seal
from tidewaiter.store.log.entries import Connection, append_batch, moment

AT_ONCE: Final = 10_000
"""Most events of one batch."""
EVENTS: Final = "event"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that is proven and holds nobody up: a status published, a search, a page with personal data seen."""

    kind: str
    at: datetime
    person: str = ""
    subject: str = ""
    more: Mapping[str, object] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid4)

    def leaf(self) -> bytes:
        """Its canonical bytes; number and instant are in them."""
        told = {"kind": self.kind, "person": self.person, "subject": self.subject, "more": dict(self.more)}
        filled = {key: value for key, value in told.items() if value not in ("", {})}
        return canonical({**filled, "id": str(self.id), "at": moment(self.at)})


def record(connection: Connection, event: Event) -> UUID:
    """Record an event in the transaction of its effect."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into log_event (id, recorded_at, leaf, blind) values (%s, %s, %s, %s)",
            [event.id, event.at, event.leaf(), os.urandom(BLIND_BYTES)],
        )
    return event.id


def seal_events(connection: Connection, now: datetime, folder: Path | None = None) -> int:
    """Seal events that are not sealed yet into one batch, as the owner of the tables; gives how many.

    Part of one transaction: the batch's entry and the place of each event come together or not at all. Two at once
    share the events between them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, recorded_at, leaf, blind from log_event where batch is null order by recorded_at, id limit %s "
            "for update skip locked",
            [AT_ONCE],
        )
        found = cursor.fetchall()
        if not found:
            return 0
        batch = f"events/{uuid4()}"
        rows, block = [bytes(row[2]) for row in found], b"".join(bytes(row[3]) for row in found)
        cursor.execute(
            "update log_event set batch = %s, batch_row = nth - 1 "
            "from unnest(%s::uuid[]) with ordinality as sealed (event, nth) where id = event",
            [batch, [row[0] for row in found]],
        )
    span = {"from": moment(found[0][1]), "to": moment(found[-1][1])}
    append_batch(connection, seal(batch, EVENTS, rows, block, folder), now.astimezone(UTC), span)
    return len(found)
