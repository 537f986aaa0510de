"""Filings as they stand: what their sender may see, and apart from it what was decided and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from tidewaiter.exchange.cursors import ORDER, Cursor, place_of
from tidewaiter.store.log.entries import Connection

ACCEPTED: Final = "accepted"
ASKED: Final = "asked"
RELEASED: Final = "released"
RELEASED_CONDITIONALLY: Final = "released_conditionally"
UNDER_CONTROL: Final = "under_control"
REFUSED: Final = "refused"
CANCELLED: Final = "cancelled"
STATUSES: Final = (ACCEPTED, ASKED, RELEASED, RELEASED_CONDITIONALLY, UNDER_CONTROL, REFUSED, CANCELLED)
"""What is published of a filing; nothing here tells a parcel that was chosen from one that waits."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the plan decided and why: never shown to whoever files. ``lane``: release, hold or divert."""

    decision: str
    lane: str
    route: str | None = None
    pending_on: Sequence[str] = ()
    score: int | None = None
    reasons: Sequence[Mapping[str, Any]] = ()
    law_version: str | None = None
    rules_version: str | None = None
    assigned_to: str | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing of a parcel. ``told`` and ``items`` are what its sender may see; amounts in minor units.

    ``reference`` is the sender's own id, ``amount_minor`` the customs value that officers' limits are judged by.
    """

    id: UUID
    seq: int
    reference: str
    filing_kind: str
    version: int
    filer: str
    office: str
    jurisdiction: str
    status: str
    decided_at: datetime
    told: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]
    declarant: str | None = None
    agencies: Sequence[str] = ()
    barcodes: Sequence[str] = ()
    carrier: str | None = None
    addressed_to: str | None = None
    is_provisional: bool = False
    presented_at: datetime | None = None
    published_at: datetime | None = None
    amount_minor: int | None = None
    currency: str | None = None
    scheme: str | None = None
    message: UUID | None = None
    function: str = "original"
    run: str | None = None
    receptacle: str | None = None
    assessment: Assessment | None = field(default=None, compare=False)

    @property
    def codes(self) -> list[str]:
        """All that an event may name to be one of this parcel."""
        return [*self.barcodes, *([receptacle_code(self.receptacle)] if self.receptacle else [])]


COLUMNS: Final = {
    "id": "uuid", "seq": "bigint", "reference": "text", "filing_kind": "text", "version": "int", "filer": "text",
    "office": "text", "jurisdiction": "text", "status": "text", "decided_at": "timestamptz", "told": "jsonb",
    "items": "jsonb", "declarant": "text", "agencies": "text[]", "barcodes": "text[]", "carrier": "text",
    "addressed_to": "text", "is_provisional": "boolean", "presented_at": "timestamptz", "published_at": "timestamptz",
    "amount_minor": "bigint", "currency": "text", "scheme": "text", "message": "uuid", "function": "text",
    "run": "text", "receptacle": "text",
}  # fmt: skip
JUDGED: Final = {
    "filing": "uuid", "office": "text", "agencies": "text[]", "assigned_to": "text", "decision": "text",
    "route": "text", "lane": "text", "pending_on": "text[]", "score": "int", "reasons": "jsonb", "law_version": "text",
    "rules_version": "text",
}  # fmt: skip
LANES: Final = {"barcode": "text", "filing": "uuid", "carrier": "text", "lane": "text", "changed_at": "timestamptz"}
RECEPTACLE: Final = "receptacle:"
ASSESSED: Final = tuple(one.name for one in fields(Assessment))
ALL: Final = ", ".join(COLUMNS)


def receptacle_code(name: str) -> str:
    """What an event of a receptacle stands under: its id with a mark that no barcode has, as codes are in capitals."""
    return f"{RECEPTACLE}{name.strip().upper()}"


def keep(connection: Connection, rows: Sequence[Filing]) -> None:
    """Keep new filings with their assessments and the lane of each barcode, in the caller's transaction."""
    told = [{name: getattr(row, name) for name in COLUMNS} for row in rows]
    judged = [
        {**{name: getattr(row.assessment, name) for name in ASSESSED},
         "filing": row.id, "office": row.office, "agencies": row.agencies}
        for row in rows
        if row.assessment
    ]  # fmt: skip
    lanes = [
        {"barcode": code, "filing": row.id, "carrier": row.carrier, "lane": row.assessment.lane,
         "changed_at": row.decided_at}
        for row in rows if row.assessment
        for code in dict.fromkeys(row.barcodes)
    ]  # fmt: skip
    for table, columns, values in (("filing", COLUMNS, told), ("assessment", JUDGED, judged), ("lane", LANES, lanes)):
        insert(connection, table, columns, values)


def insert(
    connection: Connection, table: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]
) -> None:
    """Insert rows in one statement: a list of objects in JSON, read back by the columns' own types."""
    if not rows:
        return
    names, typed = ", ".join(columns), ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({names}) select {names} from jsonb_to_recordset(%s::jsonb) as given ({typed})",  # noqa: S608 - names of our own
            [msgspec.json.encode(rows).decode()],
        )


def by_id(connection: Connection, name: UUID) -> Filing | None:
    """A filing that the acting person may see, with its assessment where that may be seen too."""
    return _one(connection, "id = %s", [name])


def by_ids(connection: Connection, names: Sequence[UUID]) -> list[Filing]:
    """The filings of these ids that the acting person may see."""
    return _found(connection, "id = any(%s::uuid[])", [list(names)])


def by_barcode(connection: Connection, barcode: str) -> list[Filing]:
    """The filings of one parcel that the acting person may see, the newest first."""
    return _found(connection, "codes @> array[%s] order by seq desc", [barcode])


def by_codes(connection: Connection, codes: Sequence[str]) -> list[Filing]:
    """The filings of many parcels, or of the parcels in receptacles, that the acting person may see, by id."""
    return _found(connection, "codes && %s::text[] order by id", [list(codes)])


def page(connection: Connection, filer: str, after: Cursor, size: int) -> tuple[list[Filing], Cursor]:
    """Filings of a filer behind a cursor, in the order in which they were accepted, and the cursor behind the last.

    What may yet come before a row is awaited: a cursor never passes by a filing that appears later.
    """
    behind, place = after.behind()
    found = _found(connection, f"filer = %s and {behind} order by {ORDER} limit %s", [filer, *place, size])
    return found, place_of(connection, "filing", found[-1].id) if found else after


def publish(
    connection: Connection,
    name: UUID,
    *,
    status: str,
    now: datetime,
    lane: str | None = None,
    items: Sequence[Mapping[str, Any]] | None = None,
) -> bool:
    """Publish where a filing stands, in the caller's transaction; a lane changes for all of its barcodes.

    Works for who may hold it (the matrix's ``write hold``) and for machines of the house; False where it reached none.
    """
    told = None if items is None else msgspec.json.encode(items).decode()
    return _reached(connection, "select filing_publish(%s, %s, %s, %s::jsonb, %s)", [name, status, lane, told, now])


def assign(connection: Connection, name: UUID, person: str | None) -> bool:
    """Whose case a filing is: its reasons and personal data are shown to that officer from now on."""
    return _reached(connection, "select filing_assign(%s, %s)", [name, person])


def _reached(connection: Connection, asked: str, values: Sequence[object]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return bool(cursor.fetchone()[0])


def _one(connection: Connection, where: str, values: Sequence[object]) -> Filing | None:
    found = _found(connection, where, values)
    return found[0] if found else None


def _found(connection: Connection, where: str, values: Sequence[object]) -> list[Filing]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {ALL} from filing where {where}", values)  # noqa: S608 - words of our own
        rows = cursor.fetchall()
        cursor.execute(
            f"select {', '.join(JUDGED)} from assessment where filing = any(%s::uuid[])",  # noqa: S608 - names of our own
            [[row[0] for row in rows]],
        )
        judged = {row[0]: _assessment(row) for row in cursor.fetchall()}
    return [_filing(row, judged.get(row[0])) for row in rows]


def _filing(row: Sequence[Any], judged: Assessment | None) -> Filing:
    told = dict(zip(COLUMNS, row, strict=True))
    return Filing(**{**told, "told": plain_json(told["told"]), "items": plain_json(told["items"])}, assessment=judged)


def _assessment(row: Sequence[Any]) -> Assessment:
    told = dict(zip(JUDGED, row, strict=True))
    told["reasons"] = plain_json(told["reasons"])
    return Assessment(**{name: told[name] for name in told if name not in ("filing", "office", "agencies")})


def plain_json(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """JSON of a column: Django gives it as text, psycopg as values."""
    return msgspec.json.decode(value) if isinstance(value, str) else value
