"""The outbox: told in the transaction that made it so, dealt to the addresses of its filer, tried until it arrives."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from tidewaiter.store.log.entries import Connection

PAUSES_S: Final = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Pauses between tries as Standard Webhooks names them: over three days in all; then a message is given up."""
FAILING: Final = timedelta(days=5)
"""An address at which nothing arrived for so long is told no more, until its filer says so."""
LEASE: Final = timedelta(minutes=5)
DEALT_AT_ONCE: Final = 1_000
AT_ONCE: Final = 20
"""Messages that one address is given in a turn, one after the other."""


class Message(NamedTuple):
    """One thing to tell a filer: ``kind`` in dotted words, ``subject`` the id it is about."""

    kind: str
    subject: str
    payload: Mapping[str, object]
    to: str


class Due(NamedTuple):
    """A delivery to try now, with what is sealed of its address."""

    id: UUID
    webhook: UUID
    url: str
    secret: bytes
    old_secret: bytes | None
    message: UUID
    kind: str
    at: datetime
    payload: Mapping[str, Any]
    tries: int


def tell_all(connection: Connection, messages: Iterable[Message]) -> None:
    """Tell filers, in the caller's transaction; nobody is told where it does not commit."""
    rows = [(one.kind, one.subject, json.dumps(one.payload), one.to) for one in messages]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into outbox (kind, subject, payload, filer) select kind, subject, payload::jsonb, filer "
                "from unnest(%s::text[], %s::text[], %s::text[], %s::text[]) told (kind, subject, payload, filer)",
                [[*column] for column in zip(*rows, strict=True)],
            )


def deal(connection: Connection, now: datetime) -> int:
    """Deal what is new to every address of its filer that wants its kind; gives how many were dealt."""
    with connection.cursor() as cursor:
        cursor.execute(
            "with taken as (update outbox set is_dealt = true where seq in (select seq from outbox where not is_dealt "
            "order by seq limit %s for update skip locked) returning seq, kind, filer), "
            "dealt as (insert into delivery (outbox, webhook, filer, next_at) "
            "select taken.seq, webhook.id, taken.filer, %s "
            "from taken join webhook using (filer) where removed_at is null and disabled_at is null "
            "and (kinds = '{}' or kind = any(kinds)) order by taken.seq on conflict do nothing) "
            "select count(*) from taken",
            [DEALT_AT_ONCE, now],
        )
        (count,) = cursor.fetchone()
    return int(count)


def due(connection: Connection, now: datetime) -> list[Due]:
    """Lease deliveries whose time has come: some of each address, and none of one that is being told just now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "with ready as (select next.seq from webhook cross join lateral (select seq from delivery "
            "where webhook = webhook.id and state = 'waiting' and next_at <= %s order by next_at, seq limit %s "
            "for update skip locked) next where removed_at is null and disabled_at is null and not exists "
            "(select from delivery busy where busy.webhook = webhook.id and state = 'waiting' "
            "and leased_until > %s)) "
            "update delivery set leased_until = %s from ready, webhook, outbox where delivery.seq = ready.seq "
            "and webhook.id = delivery.webhook and outbox.seq = delivery.outbox returning delivery.id, webhook.id, "
            "url, secret, case when old_until > %s then old_secret end, outbox.id, kind, outbox.at, payload, tries",
            [now, AT_ONCE, now, now + LEASE, now],
        )
        found = [Due(*row) for row in cursor.fetchall()]
    found = [
        one._replace(secret=bytes(one.secret), old_secret=_bytes(one.old_secret), payload=_read(one.payload))
        for one in found
    ]
    return sorted(found, key=lambda one: (one.webhook, one.at))


def note(connection: Connection, one: Due, status: int | None, fault: str | None, now: datetime) -> None:
    """What became of a try: delivered, tried again after a pause, or given up."""
    tries = one.tries + 1
    arrived, spent = fault is None, tries > len(PAUSES_S)
    state = "delivered" if arrived else "given_up" if spent else "waiting"
    next_at = now if state != "waiting" else now + timedelta(seconds=PAUSES_S[tries - 1])
    with connection.cursor() as cursor:
        cursor.execute(
            "update delivery set state = %s, tries = %s, next_at = %s, leased_until = null, last_at = %s, "
            "last_status = %s, last_fault = %s where id = %s and state = 'waiting'",
            [state, tries, next_at, now, status, fault, one.id],
        )
        cursor.execute(
            "update webhook set failing_since = case when %s then null else coalesce(failing_since, %s) end "
            "where id = %s",
            [arrived, now, one.webhook],
        )


def postpone(connection: Connection, deliveries: Iterable[UUID], now: datetime) -> None:
    """Give back deliveries that were leased and not tried; that is no try of theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update delivery set leased_until = null, next_at = greatest(next_at, %s) where id = any(%s)",
            [now + timedelta(seconds=PAUSES_S[0]), list(deliveries)],
        )


def disable_if_hopeless(connection: Connection, webhook: UUID, now: datetime, *, is_gone: bool) -> bool:
    """Tell an address no more where nothing arrived for days, or it asked so; its filer hears of it elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update webhook set disabled_at = %s where id = %s and disabled_at is null and (%s or failing_since <= %s) "
            "returning filer",
            [now, webhook, is_gone, now - FAILING],
        )
        row = cursor.fetchone()
        if row is None:
            return False
        cursor.execute(
            "update delivery set state = 'given_up', leased_until = null where webhook = %s and state = 'waiting'",
            [webhook],
        )
    why = "gone" if is_gone else "failing"
    tell_all(connection, [Message("webhook.disabled", str(webhook), {"webhook": str(webhook), "why": why}, row[0])])
    return True


def free_leases(connection: Connection) -> int:
    """Leases of a sender that died, given back by the next one, which is alone; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute("update delivery set leased_until = null where leased_until is not null and state = 'waiting'")
        return int(cursor.rowcount)


def _bytes(data: Any) -> bytes | None:  # noqa: ANN401 - bytes or a view of them, by the connection's kind
    return None if data is None else bytes(data)


def _read(payload: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON as text by Django's connection, read by psycopg's
    told: Mapping[str, Any] = json.loads(payload) if isinstance(payload, str) else payload
    return told
