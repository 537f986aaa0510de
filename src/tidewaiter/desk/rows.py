"""Rows of the desk: a case as it stands, its events, what people typed, notices; read and added, never changed."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

from tidewaiter.desk.events import Event
from tidewaiter.desk.folding import Case
from tidewaiter.desk.state import case_of, event_of, told_as_json
from tidewaiter.store.log.entries import Connection

SALT_BYTES: Final = 16
COLUMNS: Final = (
    "id", "reference", "barcode", "filer", "office", "agencies", "addressed_to", "lane", "amount_minor", "currency",
    "priority", "opened_at", "seq", "state",
)  # fmt: skip


class Found(NamedTuple):
    """A case as the acting person finds it; amounts in minor units of ``currency``."""

    id: UUID
    reference: str
    barcode: str
    filer: str | None
    office: str | None
    agencies: Sequence[str]
    addressed_to: str | None
    lane: str
    amount_minor: int | None
    currency: str | None
    priority: int
    opened_at: datetime
    case: Case


class Kept(NamedTuple):
    """An event as it is kept, with what somebody typed where the reader may see it."""

    seq: int
    event: Event
    text: str | None


class Earlier(NamedTuple):
    """An act that was done under the same key before."""

    case_id: UUID
    seq: int
    kind: str
    at: datetime
    digest: bytes
    notice: UUID | None


class Notice(NamedTuple):
    """What a filer is told: of a question, a hold, a refusal. ``told`` is what it says, without personal data."""

    id: UUID
    seq: int
    kind: str
    at: datetime
    reply_by: datetime | None
    told: Mapping[str, Any]


def find(connection: Connection, case_id: UUID) -> Found | None:
    """The case, where the acting person may see it."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(COLUMNS)} from desk_case where id = %s", [case_id])  # noqa: S608 - own names
        row = cursor.fetchone()
    if row is None:
        return None
    *facts, seq, state = row
    told = dict(zip(COLUMNS, facts, strict=False))
    return Found(**told, case=case_of(seq, as_value(state)))


def earlier(connection: Connection, person: str, key: str) -> Earlier | None:
    """What this person did under this key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.case_id, e.seq, e.kind, e.at, e.digest, n.id from case_event as e "
            "left join notice as n on n.case_id = e.case_id and n.seq = e.seq where e.person = %s and e.key = %s",
            [person, key],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    case_id, seq, kind, at, digest, notice = row
    return Earlier(case_id, seq, kind, at, bytes(digest), notice)


def add(
    connection: Connection, case_id: UUID, seq: int, event: Event, key: str | None = None, digest: bytes | None = None
) -> None:
    """Add the event that comes ``seq``-th; the database folds it into the case, or refuses it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into case_event (case_id, seq, kind, at, person, told, key, digest) "
            "values (%s, %s, %s, %s, %s, %s::jsonb, %s, %s)",
            [case_id, seq, event.kind, event.at, event.person, json.dumps(told_as_json(event)), key, digest],
        )


def ask(connection: Connection, told: Mapping[UUID, Mapping[str, Any]], at: datetime) -> None:
    """Have the machine ask on many cases in one statement; filings without an open case have none to ask on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into case_event (case_id, seq, kind, at, told) select id, seq + 1, 'asked', %s, said::jsonb "
            "from unnest(%s::uuid[], string_to_array(%s, chr(30))) as given (name, said) "
            "join desk_case on id = name where not is_closed",
            [at, list(told), "\x1e".join(json.dumps(said) for said in told.values())],
        )


def salted(words: str) -> tuple[bytes, str]:
    """Salt for what somebody typed, and the hash that its event keeps: once erased, nobody can guess it."""
    salt = os.urandom(SALT_BYTES)
    return salt, hashlib.sha256(salt + words.encode()).hexdigest()


def add_text(connection: Connection, case_id: UUID, seq: int, salt: bytes, words: str, *, is_told: bool) -> None:
    """Keep what somebody typed beside its event; ``is_told``: the filer reads it with the notice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into case_text (case_id, seq, salt, words, is_told) values (%s, %s, %s, %s, %s)",
            [case_id, seq, salt, words, is_told],
        )


def add_notice(
    connection: Connection, found: Found, seq: int, kind: str, at: datetime, reply_by: datetime | None,
    told: Mapping[str, Any],
) -> UUID:  # fmt: skip
    """Keep the notice of an event, addressed to who filed and to the recipient."""
    name = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notice (id, case_id, seq, kind, at, reply_by, filer, addressed_to, office, agencies, told) "
            "values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)",
            [name, found.id, seq, kind, at, reply_by, found.filer, found.addressed_to, found.office,
             list(found.agencies), json.dumps(told)],
        )  # fmt: skip
    return name


def events(connection: Connection, case_id: UUID) -> list[Kept]:
    """All that happened to a case, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.seq, e.kind, e.at, e.person, e.told, t.words from case_event as e "
            "left join case_text as t on t.case_id = e.case_id and t.seq = e.seq where e.case_id = %s order by e.seq",
            [case_id],
        )
        rows = cursor.fetchall()
    return [Kept(seq, event_of(kind, at, who, as_value(told)), text) for seq, kind, at, who, told, text in rows]


def notices(connection: Connection, case_id: UUID) -> list[Notice]:
    """Notices of a case that the acting person may read, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, seq, kind, at, reply_by, told from notice where case_id = %s order by seq", [case_id]
        )
        rows = cursor.fetchall()
    return [Notice(name, seq, kind, at, by, as_value(told)) for name, seq, kind, at, by, told in rows]


def as_value(told: Any) -> Any:  # noqa: ANN401 - Django gives jsonb as text, psycopg as values
    """JSON of the database as a value."""
    return json.loads(told) if isinstance(told, str | bytes) else told
