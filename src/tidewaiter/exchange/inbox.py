"""The inbox: messages with the answers they were given, and the narrow rows that later windows see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from tidewaiter.exchange.cursors import ORDER, PLACE, Cursor
from tidewaiter.exchange.filings import insert
from tidewaiter.store.log.entries import Connection

KEY_LASTS: Final = timedelta(days=30)
"""How long a sender's key stands for one call; after that it may be given to another message."""
WINDOW_KEYS: Final = ("person_key", "address_key", "address_seller_key", "seller_key", "order_key")
NARROW: Final = ("filing_key", *WINDOW_KEYS, "accepted_s", "intrinsic_value_minor", "low_value_limit_minor")
HISTORY: Final = {
    "message": "uuid", **dict.fromkeys(NARROW, "bigint"), "day": "date", "marks": "text[]", "consignment_id": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it is kept. ``answer`` is the JSON its sender was given, ``errors`` how many were told."""

    name: UUID
    seq: int
    submitter: str
    key: str | None
    body_hash: bytes
    body: bytes
    fate: str
    answer: str
    errors: int
    filing: UUID | None
    office: str | None
    batch: str
    batch_row: int
    accepted_at: datetime


class Answered(NamedTuple):
    """An earlier call: its message, the body as it is kept, and the answer word for word."""

    name: str
    body: bytes
    fate: str
    answer: str


class Told(NamedTuple):
    """A filing told before: by which message, with which body as it is kept, of whom."""

    filing_key: int
    name: str
    body: bytes
    submitter: str


ARRAYS: Final = {
    "name": "uuid", "seq": "bigint", "submitter": "text", "key": "text", "body_hash": "bytea", "body": "bytea",
    "fate": "text", "answer": "text", "errors": "int", "filing": "uuid", "office": "text", "batch": "text",
    "batch_row": "int", "accepted_at": "timestamptz",
}  # fmt: skip
INSERT: Final = (
    f"insert into message ({', '.join(ARRAYS)}) "  # noqa: S608 - names of our own
    f"select {', '.join(f'{name}::json' if name == 'answer' else name for name in ARRAYS)} "
    f"from unnest({', '.join(f'%s::{kind}[]' for kind in ARRAYS.values())}) as given ({', '.join(ARRAYS)})"
)


def numbers(connection: Connection, count: int) -> list[int]:
    """The next numbers of messages, ascending; a transaction that fails leaves a gap and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('message_seq') from generate_series(1, %s)", [count])
        return sorted(int(number) for (number,) in cursor.fetchall())


def keep(connection: Connection, messages: Sequence[Received]) -> None:
    """Keep messages; a key that was free again after its thirty days is taken from the older message first."""
    calls = [(one.submitter, one.key) for one in messages if one.key]
    columns = [[getattr(one, name) for one in messages] for name in ARRAYS]
    with connection.cursor() as cursor:
        if calls:
            cursor.execute(
                "update message set key = null from unnest(%s::text[], %s::text[]) as given (submitter, key) "
                "where message.submitter = given.submitter and message.key = given.key and accepted_at <= %s",
                [*_columns(calls), messages[0].accepted_at - KEY_LASTS],
            )
        cursor.execute(INSERT, columns)


def keep_history(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep narrow rows by ``HISTORY``'s names."""
    insert(connection, "history", HISTORY, rows)


def answered(
    connection: Connection, calls: Sequence[tuple[str, str]], now: datetime
) -> dict[tuple[str, str], Answered]:
    """What earlier calls of the same submitter and key were answered within thirty days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select message.submitter, message.key, name::text, body, fate, answer::text from message "
            "join unnest(%s::text[], %s::text[]) as given (submitter, key) "
            "on message.submitter = given.submitter and message.key = given.key where accepted_at > %s",
            [*_columns(calls), now - KEY_LASTS],
        )
        return {(row[0], row[1]): Answered(row[2], bytes(row[3]), row[4], row[5]) for row in cursor.fetchall()}


def told_before(connection: Connection, filing_keys: Sequence[int]) -> list[Told]:
    """Which of these filings an accepted message told, whenever that was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select filing_key, name::text, body, submitter from history join message on name = message "
            "where filing_key = any(%s::bigint[])",
            [list(filing_keys)],
        )
        return [Told(row[0], row[1], bytes(row[2]), row[3]) for row in cursor.fetchall()]


def narrow_rows(
    connection: Connection, keys: Mapping[str, Sequence[int]], since_s: Mapping[str, int]
) -> list[tuple[Any, ...]]:
    """Rows of history (``NARROW``, day, marks) that share any of the window keys, accepted after ``since_s`` of it."""
    told = ", ".join((*NARROW, "day", "marks"))
    asked = [(name, values) for name, values in keys.items() if name in WINDOW_KEYS and len(values)]
    if not asked:
        return []
    each = " union ".join(
        f"select message, {told} from history where {name} = any(%s::bigint[]) and accepted_s > %s"  # noqa: S608 - names of our own
        for name, _ in asked
    )
    with connection.cursor() as cursor:
        cursor.execute(each, [value for name, values in asked for value in (list(values), since_s[name])])
        return [tuple(row[1:]) for row in cursor.fetchall()]


def with_errors(
    connection: Connection, submitter: str, after: Cursor, size: int
) -> list[tuple[Cursor, str, str, datetime]]:
    """Messages of a submitter with which something was wrong, behind a cursor: place, name, answer, moment."""
    behind, place = after.behind()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {PLACE}, name::text, answer::text, accepted_at from message "  # noqa: S608 - words of our own
            f"where submitter = %s and errors > 0 and {behind} order by {ORDER} limit %s",
            [submitter, *place, size],
        )
        return [(Cursor(row[0], row[1]), row[2], row[3], row[4]) for row in cursor.fetchall()]


def _columns(calls: Iterable[tuple[str, str | None]]) -> list[list[str | None]]:
    return [list(column) for column in zip(*calls, strict=True)]
