"""Movements: events of parcels as they were told, and filings whose parcel was presented."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from tidewaiter.exchange.cursors import ORDER, PLACE, Cursor
from tidewaiter.exchange.filings import insert
from tidewaiter.store.locks import BARCODES
from tidewaiter.store.log.entries import Connection

LOCKS: Final = 255
"""One less than there are: a power of two less one, for ``&``."""
KEY_LASTS: Final = timedelta(days=30)
COLUMNS: Final = {
    "id": "uuid", "submitter": "text", "parcel_id": "text", "event": "text", "at": "timestamptz", "place": "text",
    "carrier_id": "text", "flight": "text", "digest": "text", "told_at": "timestamptz",
}  # fmt: skip
PRESENT: Final = "update filing set presented_at = given.at from {rows} where filing.id = given.id"
PUBLISH: Final = (
    "select filing_publish(given.id, given.status, given.lane, given.items, %s) from {rows} "
    "where given.status is not null"
)
JUDGE: Final = (
    "update assessment set decision = given.decision, pending_on = array_remove(pending_on, 'arrival') from {rows} "
    "where assessment.filing = given.id and given.decision is not null"
)
ROWS: Final = (
    "jsonb_to_recordset(%s::jsonb) as given (id uuid, at timestamptz, status text, lane text, items jsonb, "
    "decision text)"
)


class Movement(NamedTuple):
    """One event as a party told it: ``digest`` is the SHA-256, in hex, of what it says."""

    id: UUID
    submitter: str
    parcel_id: str
    event: str
    at: datetime
    place: str | None
    carrier_id: str | None
    flight: str | None
    digest: str
    told_at: datetime


class Placed(NamedTuple):
    """An event with its place in the list."""

    place: Cursor
    movement: Movement


class Shown(NamedTuple):
    """A parcel that is presented now: since when, and what is published of its filing (None: stays as it is)."""

    id: UUID
    at: datetime
    status: str | None = None
    lane: str | None = None
    items: Sequence[object] | None = None
    decision: str | None = None


class Call(NamedTuple):
    """A call that was answered before: hash of its body in hex, its answer word for word."""

    body_hash: str
    answer: str


def hold_barcodes(connection: Connection, barcodes: Iterable[str]) -> None:
    """Wait for whoever tells of, or files, one of these parcels just now; what it committed is seen from here on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(%s, place) from (select distinct hashtext(code) & %s as place "
            "from unnest(%s::text[]) as code order by 1) as places",
            [BARCODES, LOCKS, sorted(set(barcodes))],
        )


def together_with(connection: Connection, codes: Iterable[str]) -> set[str]:
    """These codes, and all others of the filings that one of them is about."""
    asked = sorted(set(codes))
    with connection.cursor() as cursor:
        cursor.execute("select distinct unnest(codes) from filing where codes && %s::text[]", [asked])
        return {*asked, *(code for (code,) in cursor.fetchall())}


def told_before(connection: Connection, submitter: str, digests: Sequence[str]) -> set[str]:
    """Which of these events the party told before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select digest from movement where submitter = %s and digest = any(%s)", [submitter, list(digests)]
        )
        return {digest for (digest,) in cursor.fetchall()}


def keep(connection: Connection, movements: Sequence[Movement]) -> None:
    """Keep events, each for good."""
    insert(connection, "movement", COLUMNS, [one._asdict() for one in movements])


def moments(connection: Connection, event: str, barcodes: Iterable[str]) -> dict[str, list[tuple[str, datetime]]]:
    """By barcode, who told this event of it and for which moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select parcel_id, submitter, at from movement where event = %s and parcel_id = any(%s)",
            [event, sorted(set(barcodes))],
        )
        found: dict[str, list[tuple[str, datetime]]] = {}
        for barcode, submitter, at in cursor.fetchall():
            found.setdefault(barcode, []).append((submitter, at))
    return found


def unheard(connection: Connection, event: str, first: int, last: int, size: int) -> list[str]:
    """Barcodes of filings numbered ``first`` to ``last`` of which who files or carries told this, without effect.

    A moment that an earlier one is told beside is one that an event told, or it stands.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select code from filing, unnest(codes) as code where filing.seq between %s and %s and exists ("
            "select from movement one where one.parcel_id = code and one.event = %s "
            "and one.submitter in (filer, carrier) and (presented_at is null or one.at < presented_at "
            "and exists (select from movement other where other.parcel_id = code and other.event = one.event "
            "and other.submitter in (filer, carrier) and other.at = presented_at))) limit %s",
            [first, last, event, size],
        )
        return [code for (code,) in cursor.fetchall()]


def numbers_of(connection: Connection, barcodes: Sequence[str]) -> tuple[int, int] | None:
    """The first and last number of filings that name one of these parcels; None where none does."""
    with connection.cursor() as cursor:
        cursor.execute("select min(seq), max(seq) from filing where codes && %s::text[]", [list(barcodes)])
        first, last = cursor.fetchone()
    return None if first is None else (first, last)


def show(connection: Connection, shown: Sequence[Shown], now: datetime) -> None:
    """Write down that parcels are presented, and publish what is named of their filings; acting as the house."""
    if not shown:
        return
    told = msgspec.json.encode([one._asdict() for one in shown]).decode()
    with connection.cursor() as cursor:
        cursor.execute(PRESENT.format(rows=ROWS), [told])
        cursor.execute(PUBLISH.format(rows=ROWS), [now, told])
        cursor.execute(JUDGE.format(rows=ROWS), [told])


def page(connection: Connection, barcodes: Sequence[str], after: Cursor, size: int) -> list[Placed]:
    """Events of parcels that the acting person may see, behind a cursor, in the order of telling."""
    behind, place = after.behind()
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {PLACE}, {', '.join(COLUMNS)} from movement where parcel_id = any(%s) and {behind} "  # noqa: S608 - names of our own
            f"order by {ORDER} limit %s",
            [list(barcodes), *place, size],
        )
        return [Placed(Cursor(row[0], row[1]), Movement(*row[2:])) for row in cursor.fetchall()]


def end(connection: Connection, before: datetime) -> int:
    """Let events go that were told before a moment; gives how many. Nobody's law may keep them any more."""
    with connection.cursor() as cursor:
        cursor.execute("select end_movements(%s)", [before])
        return int(cursor.fetchone()[0])


def answered(connection: Connection, submitter: str, key: str, now: datetime) -> Call | None:
    """What this call was answered within thirty days; an older one frees its key."""
    with connection.cursor() as cursor:
        cursor.execute("delete from movement_call where submitter = %s and at <= %s", [submitter, now - KEY_LASTS])
        cursor.execute(
            "select body_hash, answer::text from movement_call where submitter = %s and key = %s", [submitter, key]
        )
        found = cursor.fetchone()
    return Call(*found) if found else None


def keep_answer(connection: Connection, submitter: str, key: str, call: Call, now: datetime) -> None:
    """Keep what a call was answered; of two at once the second fails as a unique violation, with all it has done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into movement_call (submitter, key, body_hash, answer, at) values (%s, %s, %s, %s, %s)",
            [submitter, key, call.body_hash, call.answer, now],
        )
