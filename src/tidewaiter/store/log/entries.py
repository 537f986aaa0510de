"""Entries of the log: one for each act of a person, one for each batch; appended last in their transaction."""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from tidewaiter.model.canonical import canonical
from tidewaiter.model.errors import WrongUse
from tidewaiter.store.log.batches import Sealed

LONGEST: Final = 65_000
"""Bytes of an entry's payload: with its hash and number it still fits the bundles of a static log."""
NULL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The escape of a null character, and no backslash that is text itself."""
BATCH: Final = "batch"
LOG_OPENED: Final = "log_opened"
KEY_CHANGED: Final = "key_changed"


class Connection(Protocol):
    """A connection of psycopg or of Django: both give cursors."""

    def cursor(self) -> AbstractContextManager[Any]:
        """A cursor of the open transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Act:
    """What one person did to one thing: no personal data but pseudonyms, no text that somebody typed.

    ``inputs`` is the hash of what the person saw, ``versions`` names rules, models, tariffs and lists by edition,
    ``more`` holds what a kind of act says beyond that, in values that have a canonical form.
    """

    kind: str
    at: datetime
    person: str
    role: str
    subject: str = ""
    subject_version: int | None = None
    reason: str = ""
    device: str = ""
    inputs: bytes = b""
    versions: Mapping[str, str] = field(default_factory=dict)
    is_provisional: bool = False
    more: Mapping[str, object] = field(default_factory=dict)

    def payload(self) -> dict[str, object]:
        """What is logged; what is empty is left out."""
        if self.kind in {BATCH, LOG_OPENED, KEY_CHANGED}:
            raise WrongUse(f"'{self.kind}' is a kind of entry that the log itself writes, no act of a person.")
        told: dict[str, object] = {
            "kind": self.kind, "at": moment(self.at), "person": self.person, "role": self.role, "subject": self.subject,
            "subject_version": self.subject_version, "reason": self.reason, "device": self.device,
            "inputs": self.inputs.hex(), "versions": dict(self.versions), "provisional": self.is_provisional or None,
            "more": dict(self.more),
        }  # fmt: skip
        return {key: value for key, value in told.items() if value not in ("", None, {})}


def moment(at: datetime) -> str:
    """An instant as entries tell it: UTC, microseconds."""
    if at.tzinfo is None:
        raise WrongUse("An instant of the log needs its time zone.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def append(connection: Connection, payload: Mapping[str, object]) -> int:
    """Append one entry and give its number; the last statement of its transaction, since it locks the log's head.

    The entry is there when the transaction commits, and leaves no gap when it does not. READ COMMITTED only.
    """
    return append_all(connection, [payload])[0]


def append_acts(connection: Connection, acts: Sequence[Act]) -> list[int]:
    """One entry for each act, in order: a person's act on many cases is one transaction with an entry for each."""
    return append_all(connection, [act.payload() for act in acts])


def append_all(connection: Connection, payloads: Sequence[Mapping[str, object]]) -> list[int]:
    """Append entries in order and give their numbers."""
    told = [_checked(payload) for payload in payloads]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into log_entry (payload) select told from unnest(%s::bytea[]) with ordinality as given (told, nth) "
            "order by nth returning seq",
            [told],
        )
        return [seq for (seq,) in cursor.fetchall()]


def append_batch(connection: Connection, sealed: Sealed, at: datetime, more: Mapping[str, object] | None = None) -> int:
    """Append the entry of a batch, with its leaves where they have no file; ``more`` holds versions and counts.

    The number of a batch is unique: of a run and its rerun one counts. Ask ``batch_seq`` first, in the same
    transaction; of two at once the second fails as a unique violation, with all it has done.
    """
    return append_batches(connection, [sealed], at, more)[0]


def append_batches(
    connection: Connection, sealed: Sequence[Sealed], at: datetime, more: Mapping[str, object] | None = None
) -> list[int]:
    """The same for several at once, in order; gives the number of each entry."""
    inline = [(one.batch, one.inline) for one in sealed if one.inline is not None]
    if inline:
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into log_leaves (batch, file) select * from unnest(%s::text[], %s::bytea[])",
                [[*column] for column in zip(*inline, strict=True)],
            )
    entries = [{"kind": BATCH, "at": moment(at), **one.payload(), "more": dict(more or {})} for one in sealed]
    return append_all(connection, entries)


def batch_seq(connection: Connection, batch: str) -> int | None:
    """Number of the entry that holds a batch; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("select log_batch_seq(%s)", [batch])
        (seq,) = cursor.fetchone()
    return None if seq is None else int(seq)


def _checked(payload: Mapping[str, object]) -> bytes:
    if not isinstance(payload.get("kind"), str) or not isinstance(payload.get("at"), str):
        raise WrongUse("An entry of the log says what it is (kind) and when it was (at).")
    told = canonical(payload)
    if NULL.search(told):
        raise WrongUse("A text of an entry holds a null character, which the database cannot read.")
    if len(told) > LONGEST:
        raise WrongUse(f"An entry of the log has at most {LONGEST:,} bytes, not {len(told):,}: log a hash of the rest.")
    return told
