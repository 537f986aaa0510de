"""Keys of windows under which something came later, the filings that have not seen it, and what was made of that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from tidewaiter.exchange.filings import Filing
from tidewaiter.exchange.inbox import NARROW
from tidewaiter.kit.risk_rule import WINDOW_KEYS
from tidewaiter.store.log.entries import Connection

CHANGED: Final = {
    "told": "jsonb", "items": "jsonb", "agencies": "text[]", "status": "text", "amount_minor": "bigint",
}  # fmt: skip
JUDGED: Final = {
    "agencies": "text[]", "decision": "text", "route": "text", "lane": "text", "pending_on": "text[]", "score": "int",
    "reasons": "jsonb", "law_version": "text", "rules_version": "text",
}  # fmt: skip


class Due(NamedTuple):
    """A key whose filings are looked at again, as of ``latest_s``.

    ``marks``: how often it was marked. Who went through it while it was marked once more goes through it again.
    """

    key_name: str
    key: int
    latest_s: int
    marks: int


class Sealed(NamedTuple):
    """A filing with the message that brought it, its body sealed."""

    filing: UUID
    message: UUID
    body: bytes
    submitter: str
    decided_at: datetime


class Outcome(NamedTuple):
    """What later arrivals showed of a filing, and what was made of it."""

    filing: UUID
    at: datetime
    outcome: str
    found: Sequence[str]
    gone: Sequence[str]
    decision_before: str
    decision: str
    office: str
    agencies: Sequence[str]


def mark_due(connection: Connection, messages: Sequence[UUID], now: datetime) -> None:
    """Mark the keys that these messages share with earlier ones; a key keeps the moment of its first mark.

    The cost follows the messages and not what came before: each key is looked up once in its own index.
    """
    each = " union all ".join(
        f"select '{name}', n.{name}, max(n.accepted_s) from new as n where n.{name} is not null and exists ("  # noqa: S608 - names of our own
        f"select from history as h where h.{name} = n.{name} and h.message <> all(%s::uuid[])) group by n.{name}"
        for name in WINDOW_KEYS
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "with new as materialized (select * from history where message = any(%s::uuid[])), "  # noqa: S608 - the same
            f"given (key_name, key, latest_s) as ({each}) "
            "insert into window_due as d (key_name, key, latest_s, marked_at) "
            "select key_name, key, latest_s, %s from given "
            "order by key_name, key on conflict (key_name, key) do update set "
            "latest_s = greatest(d.latest_s, excluded.latest_s), marks = d.marks + 1",
            [list(messages)] * (1 + len(WINDOW_KEYS)) + [now],
        )


def keep_only(connection: Connection, names: Sequence[str]) -> None:
    """Let keys of other names go: no rule reads them."""
    with connection.cursor() as cursor:
        cursor.execute("delete from window_due where key_name <> all(%s)", [list(names)])


def is_any_due(connection: Connection) -> bool:
    """Whether any key is marked."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from window_due)")
        return bool(cursor.fetchone()[0])


def next_due(connection: Connection, marked_until: datetime, most: int) -> list[Due]:
    """The keys that were marked first, none after ``marked_until``; all of one name.

    They are not locked: batches mark them once more while they are looked at, and nobody waits for anybody.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select key_name, key, latest_s, marks from window_due where marked_at <= %s and key_name = "
            "(select key_name from window_due order by marked_at, key_name, key limit 1) "
            "order by marked_at, key limit %s",
            [marked_until, most],
        )
        return [Due(*row) for row in cursor.fetchall()]


def rows_of(connection: Connection, keys: Mapping[str, Sequence[int]], since_s: int) -> list[tuple[Any, ...]]:
    """Rows of history under any of these keys accepted after ``since_s``: message, moment of its batch, the columns of
    ``inbox.NARROW``, day, marks; each once."""
    told = ", ".join((*NARROW, "day", "marks"))
    asked = [(name, list(values)) for name, values in keys.items() if name in WINDOW_KEYS and len(values)]
    if not asked:
        return []
    each = " union ".join(
        f"select message from history where {name} = any(%s::bigint[]) and accepted_s > %s"  # noqa: S608 - names of our own
        for name, _ in asked
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select h.message, m.accepted_at, {told} from ({each}) as own "  # noqa: S608 - the same
            "join history as h using (message) join message as m on m.name = h.message",
            [value for _, values in asked for value in (values, since_s)],
        )
        return cursor.fetchall()


def codes_of(connection: Connection, messages: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    """Codes of what was found of the filings that stand as these messages told them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select filing.message, array(select jsonb_array_elements(a.reasons) ->> 'code') from filing "
            "join assessment as a on a.filing = filing.id where filing.message = any(%s::uuid[])",
            [list(messages)],
        )
        return {message: frozenset(codes) for message, codes in cursor.fetchall()}


def sealed_of(connection: Connection, messages: Sequence[UUID]) -> list[Sealed]:
    """The filings that stand as these messages told them, in the order in which they were decided."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select filing.id, message.name, message.body, message.submitter, filing.decided_at from filing "
            "join message on message.name = filing.message "
            "where filing.message = any(%s::uuid[]) and filing.status <> 'cancelled' "
            "order by filing.decided_at, message.name",
            [list(messages)],
        )
        return [Sealed(row[0], row[1], bytes(row[2]), row[3], row[4]) for row in cursor.fetchall()]


def done(connection: Connection, due: Sequence[Due], now: datetime) -> None:
    """Strike these keys off; one that was marked meanwhile stays, and waits as if it were marked now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "with looked as (select * from unnest(%s::text[], %s::bigint[], %s::bigint[]) as l (key_name, key, marks)), "
            "struck as (delete from window_due as d using looked as l "
            "where (d.key_name, d.key, d.marks) = (l.key_name, l.key, l.marks)) "
            "update window_due as d set marked_at = %s from looked as l "
            "where (d.key_name, d.key) = (l.key_name, l.key) and d.marks <> l.marks",
            [[one.key_name for one in due], [one.key for one in due], [one.marks for one in due], now],
        )


def decide_anew(connection: Connection, rows: Sequence[Filing], now: datetime) -> None:
    """Let these filings stand as they were decided anew, in the version that they have; acting as the house."""
    told = [{"id": row.id, **{name: getattr(row, name) for name in CHANGED}} for row in rows]
    judged = [
        {"id": row.id, **{name: getattr(row if name == "agencies" else row.assessment, name) for name in JUDGED}}
        for row in rows
        if row.assessment
    ]
    for table, key, columns, values in (("filing", "id", CHANGED, told), ("assessment", "filing", JUDGED, judged)):
        said = ", ".join(f"{name} = given.{name}" for name in columns)
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        with connection.cursor() as cursor:
            cursor.execute(
                f"update {table} set {said} from jsonb_to_recordset(%s::jsonb) as given (id uuid, {typed}) "  # noqa: S608 - names of our own
                f"where {table}.{key} = given.id",
                [msgspec.json.encode(values).decode()],
            )
    with connection.cursor() as cursor:
        cursor.execute(
            "update lane set lane = a.lane, changed_at = %s from assessment as a where a.filing = lane.filing "
            "and lane.filing = any(%s) and lane.lane <> a.lane",
            [now, [row.id for row in rows]],
        )


def keep_outcomes(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Keep what was made of later arrivals."""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"insert into reassessment ({', '.join(Outcome._fields)}) "  # noqa: S608 - names of our own
            f"values ({', '.join(['%s'] * len(Outcome._fields))}) on conflict do nothing",
            [[list(part) if isinstance(part, tuple | list) else part for part in one] for one in outcomes],
        )
