"""Keys of windows under which something came later, the filings that have not seen it, and what was made of that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from tidewaiter.exchange.filings import Filing
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
    """A key whose filings are looked at again, as of ``latest_s``; ``after``: where the last turn ended.

    ``marks``: how often it was marked. Who went through it while it was marked once more goes through it again.
    """

    key_name: str
    key: int
    latest_s: int
    after: UUID | None
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
            "latest_s = greatest(d.latest_s, excluded.latest_s), after_message = null, marks = d.marks + 1",
            [list(messages)] * (1 + len(WINDOW_KEYS)) + [now],
        )


def keep_only(connection: Connection, names: Sequence[str]) -> None:
    """Let keys of other names go: no rule reads them."""
    with connection.cursor() as cursor:
        cursor.execute("delete from window_due where key_name <> all(%s)", [list(names)])


def next_due(connection: Connection, marked_until: datetime) -> Due | None:
    """The key that was marked first, none after ``marked_until``.

    It is not locked: batches mark it once more while it is looked at, and nobody waits for anybody.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select key_name, key, latest_s, after_message, marks from window_due where marked_at <= %s "
            "order by marked_at, key_name, key limit 1",
            [marked_until],
        )
        row = cursor.fetchone()
    return Due(*row) if row else None


def of_key(connection: Connection, due: Due, since_s: int, size: int) -> list[Sealed]:
    """Filings of the key that came by message since then, in the order of their messages."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select filing.id, h.message, message.body, message.submitter, filing.decided_at from history as h "  # noqa: S608 - a name of a closed list
            "join message on message.name = h.message join filing on filing.message = h.message "
            f"where h.{due.key_name} = %s and h.accepted_s > %s and filing.status <> 'cancelled' "
            "and (%s::uuid is null or h.message > %s::uuid) order by h.message limit %s",
            [due.key, since_s, due.after, due.after, size],
        )
        return [Sealed(row[0], row[1], bytes(row[2]), row[3], row[4]) for row in cursor.fetchall()]


def went_on(connection: Connection, due: Due, after: UUID) -> None:
    """Note how far the key was gone through; where it was marked meanwhile it begins anew."""
    _say(connection, "update window_due set after_message = %s", due, after)


def done(connection: Connection, due: Due, now: datetime) -> None:
    """The key was gone through to its end; where it was marked meanwhile, it waits as if it were marked now."""
    if not _say(connection, "delete from window_due", due):
        with connection.cursor() as cursor:
            cursor.execute(
                "update window_due set marked_at = %s where key_name = %s and key = %s", [now, due.key_name, due.key]
            )


def _say(connection: Connection, text: str, due: Due, *values: object) -> bool:
    """True where the key is as it was when it was taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{text} where key_name = %s and key = %s and marks = %s", [*values, due.key_name, due.key, due.marks]
        )
        return bool(cursor.rowcount)


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
