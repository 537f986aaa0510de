"""Requests to mend filings: kept as they are asked, closed by a newer version or by their clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from tidewaiter.exchange.cursors import ORDER, Cursor, place_of
from tidewaiter.exchange.filings import insert, plain_json
from tidewaiter.store.log.entries import Connection

OPEN: Final = "open"
ANSWERED: Final = "answered"
LAPSED: Final = "lapsed"


class Repair(NamedTuple):
    """All that is asked of one version of a filing. ``round``: the how many-th time this filing is asked."""

    id: UUID
    seq: int
    filing: UUID
    version: int
    round: int
    filer: str
    office: str
    agencies: Sequence[str]
    addressed_to: str | None
    reference: str
    jurisdiction: str
    barcodes: Sequence[str]
    questions: Sequence[Mapping[str, Any]]
    asked_at: datetime
    reply_by: datetime | None
    no_reply: str | None
    state: str = OPEN
    closed_at: datetime | None = None
    closed_by: int | None = None


TYPES: Final = {
    "id": "uuid", "seq": "bigint", "filing": "uuid", "version": "int", "round": "int", "filer": "text",
    "office": "text", "agencies": "text[]", "addressed_to": "text", "reference": "text", "jurisdiction": "text",
    "barcodes": "text[]", "questions": "jsonb", "asked_at": "timestamptz", "reply_by": "timestamptz",
    "no_reply": "text", "state": "text", "closed_at": "timestamptz", "closed_by": "int",
}  # fmt: skip
ALL: Final = ", ".join(TYPES)


def keep(connection: Connection, asked: Sequence[Repair]) -> None:
    """Keep new requests."""
    insert(connection, "repair", TYPES, [one._asdict() for one in asked])


def rounds(connection: Connection, filings: Sequence[UUID]) -> dict[UUID, int]:
    """How often each of these filings was asked already."""
    with connection.cursor() as cursor:
        cursor.execute("select filing, max(round) from repair where filing = any(%s::uuid[]) group by 1", [filings])
        return dict(cursor.fetchall())


def answer(connection: Connection, versions: Mapping[UUID, int], now: datetime) -> None:
    """Close what is open of filings that have a newer version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update repair set state = %s, closed_at = %s, closed_by = given.version "
            "from unnest(%s::uuid[], %s::int[]) as given (filing, version) "
            "where repair.filing = given.filing and repair.version < given.version and state = %s",
            [ANSWERED, now, list(versions), list(versions.values()), OPEN],
        )


def due(connection: Connection, now: datetime, size: int) -> list[Repair]:
    """Open requests whose clock is up, the oldest first."""
    return _found(connection, "state = %s and reply_by <= %s order by reply_by, seq limit %s", [OPEN, now, size])


def lapse(connection: Connection, name: UUID, now: datetime) -> bool:
    """Close a request that nobody answered; False where it was closed before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update repair set state = %s, closed_at = %s where id = %s and state = %s", [LAPSED, now, name, OPEN]
        )
        return bool(cursor.rowcount)


def of_filing(connection: Connection, filing: UUID) -> list[Repair]:
    """What was asked of a filing, the first request first."""
    return _found(connection, "filing = %s order by version", [filing])


def page(
    connection: Connection, filer: str, state: str | None, after: Cursor, size: int
) -> tuple[list[Repair], Cursor]:
    """Requests to a filer behind a cursor, in the order they were asked, and the cursor behind the last."""
    behind, place = after.behind()
    found = _found(
        connection,
        f"filer = %s and (%s::text is null or state = %s) and {behind} order by {ORDER} limit %s",
        [filer, state, state, *place, size],
    )
    return found, place_of(connection, "repair", found[-1].id) if found else after


def _found(connection: Connection, where: str, values: Sequence[object]) -> list[Repair]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {ALL} from repair where {where}", values)  # noqa: S608 - words of our own
        return [Repair(*row)._replace(questions=plain_json(row[12])) for row in cursor.fetchall()]
