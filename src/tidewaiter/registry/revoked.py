"""Ids of persons that hold no more: kept as marks under a key, so that the table tells nobody who they are."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from tidewaiter.store.log.entries import Connection

PURPOSE: Final = "person_id"
"""The key of marks is for this purpose alone: no other table's marks can be compared with them."""


def fold(person: str) -> str:
    """An id as it is compared: without blanks and dashes, capital letters."""
    return "".join(sign for sign in person if not sign.isspace() and sign != "-").upper()


def revoke(
    connection: Connection, revocation: UUID, kind: str, marks: Sequence[bytes], reason: str, by: str, now: datetime
) -> int:
    """Keep marks of revoked ids; gives how many are new. One that was revoked before stays with its first reason."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into revocation (id, kind, persons, reason, revoked_by, at) values (%s, %s, %s, %s, %s, %s)",
            [revocation, kind, len(marks), reason, by, now],
        )
        cursor.execute(
            "insert into revoked_person (kind, mark, revocation) "
            "select %s, mark, %s from unnest(%s::bytea[]) told (mark) on conflict do nothing",
            [kind, revocation, list(marks)],
        )
        return int(cursor.rowcount)


def revoked(connection: Connection, marks: Collection[bytes]) -> set[bytes]:
    """Those among marks that were revoked, whatever kind of id they are."""
    with connection.cursor() as cursor:
        cursor.execute("select mark from revoked_person where mark = any(%s)", [list(marks)])
        return {bytes(mark) for (mark,) in cursor.fetchall()}


def any_revoked(connection: Connection) -> bool:
    """Whether any id was revoked at all."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from revoked_person)")
        return bool(cursor.fetchone()[0])
