"""Versions of filings: what stands is replaced by the next one, and what it replaced is kept by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from tidewaiter.exchange.filings import COLUMNS, JUDGED, LANES, Filing, insert, plain_json
from tidewaiter.store.log.entries import Connection

KEPT: Final = ("id", "seq", "filer", "reference")
"""What every version of a filing shares."""
WINDOW_KEYS: Final = ("person_key", "address_key", "address_seller_key", "seller_key", "order_key")
SHOWN: Final = (
    "version", "function", "status", "is_provisional", "presented_at", "published_at", "told", "items", "known_from",
    "known_until",
)  # fmt: skip
JUDGED_OF: Final = ("decision", "route", "lane", "pending_on", "score", "reasons", "law_version", "rules_version")


class Stands(NamedTuple):
    """A filing as it stands, by what it is known by: ``words`` are its status and those of its goods lines."""

    filer: str
    declarant: str
    filing_kind: str
    reference: str
    id: UUID
    version: int
    words: frozenset[str]


class Version(NamedTuple):
    """One version of a filing: what was told of it, and from when until when it was what was known (None: still is).

    ``judged`` is empty for who may not see what was decided.
    """

    version: int
    function: str
    status: str
    is_provisional: bool
    presented_at: datetime | None
    published_at: datetime | None
    told: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]
    known_from: datetime
    known_until: datetime | None
    judged: Mapping[str, Any]


def standing(connection: Connection, references: Sequence[tuple[str, str, str, str]]) -> list[Stands]:
    """The filings of these filers, declarants (the filer where none is named), kinds and references; newest last."""
    columns = [list(column) for column in zip(*references, strict=True)] or [[], [], [], []]
    with connection.cursor() as cursor:
        cursor.execute(
            "select filing.filer, given.declarant, filing.filing_kind, filing.reference, id, version, "
            "array(select distinct item ->> 'status' from jsonb_array_elements(items) as item) || status "
            "from filing join unnest(%s::text[], %s::text[], %s::text[], %s::text[]) "
            "as given (filer, declarant, filing_kind, reference) on filing.filer = given.filer "
            "and filing.reference = given.reference and filing.filing_kind = given.filing_kind "
            "and coalesce(filing.declarant, filing.filer) = given.declarant order by version",
            columns,
        )
        return [
            Stands(row[0], row[1], row[2], row[3], row[4], row[5], frozenset(word for word in row[6] if word))
            for row in cursor.fetchall()
        ]


def hold(connection: Connection, names: Sequence[UUID]) -> None:
    """Wait for whoever decides on these filings just now, and keep others from it until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select id from filing where id = any(%s::uuid[]) order by id for update", [list(names)])


def replace(connection: Connection, rows: Sequence[Filing]) -> None:
    """Let these versions stand in the place of those before, with their assessments and lanes; acting as the house."""
    if not rows:
        return
    columns = {name: kind for name, kind in COLUMNS.items() if name not in KEPT}
    told = [{"id": row.id, **{name: getattr(row, name) for name in columns}} for row in rows]
    _update(connection, "filing", "id", columns, told)
    judged = {name: kind for name, kind in JUDGED.items() if name not in {"filing", "assigned_to"}}
    made = [
        {**asdict(row.assessment), "filing": row.id, "office": row.office, "agencies": row.agencies}
        for row in rows
        if row.assessment
    ]
    _update(connection, "assessment", "filing", judged, made)
    lanes = [
        {"barcode": code, "filing": row.id, "carrier": row.carrier, "lane": row.assessment.lane,
         "changed_at": row.decided_at}
        for row in rows if row.assessment
        for code in dict.fromkeys(row.barcodes)
    ]  # fmt: skip
    insert(connection, "lane", LANES, lanes)


def count_no_more(connection: Connection, filing_keys: Sequence[int]) -> None:
    """Windows see versions that were replaced no more; that they were told stays known."""
    if filing_keys:
        with connection.cursor() as cursor:
            cursor.execute(
                f"update history set {', '.join(f'{name} = null' for name in WINDOW_KEYS)} "  # noqa: S608 - names of our own
                "where filing_key = any(%s::bigint[])",
                [list(filing_keys)],
            )


def versions(connection: Connection, filing: UUID) -> list[Version]:
    """Every version of a filing that the acting person may see, the first one first."""
    names = ", ".join(SHOWN)
    kept = names.replace("known_until", "null::timestamptz").replace("known_from", "decided_at")
    judged = ", ".join(JUDGED_OF)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {names} from filing_version where filing = %s "  # noqa: S608 - names of our own
            f"union all select {kept} from filing where id = %s order by version",
            [filing, filing],
        )
        rows = cursor.fetchall()
        cursor.execute(
            f"select version, {judged} from assessment_version where filing = %s union all select filing.version, "  # noqa: S608 - names of our own
            f"{judged} from assessment join filing on filing.id = assessment.filing where filing = %s",
            [filing, filing],
        )
        found = {row[0]: dict(zip(JUDGED_OF, row[1:], strict=True)) for row in cursor.fetchall()}
    return [_version(row, found.get(row[0], {})) for row in rows]


def _version(row: Sequence[Any], judged: Mapping[str, Any]) -> Version:
    told = dict(zip(SHOWN, row, strict=True))
    read = {name: plain_json(value) if name == "reasons" else value for name, value in judged.items()}
    return Version(**{**told, "told": plain_json(told["told"]), "items": plain_json(told["items"])}, judged=read)


def _update(
    connection: Connection, table: str, key: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, object]]
) -> None:
    if not rows:
        return
    said = ", ".join(f"{name} = given.{name}" for name in columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in {key: "uuid", **columns}.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {table} set {said} from jsonb_to_recordset(%s::jsonb) as given ({typed}) "  # noqa: S608 - names of our own
            f"where {table}.{key} = given.{key}",
            [msgspec.json.encode(rows).decode()],
        )
