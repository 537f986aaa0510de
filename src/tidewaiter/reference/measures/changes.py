"""A change to a tariff's records, and the records themselves as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec
import polars as pl

from tidewaiter.reference.measures.kinds import record_kinds

Action = Literal["insert", "update", "delete", "restate"]
"""``restate`` says what is so, new or not: publications that repeat a whole entity do not tell which parts changed."""

RECORDS: Final = {"kind": pl.String(), "key": pl.String(), "fields": pl.String()}
"""A row is a record; ``key`` joins its key fields (``kinds.SEPARATOR``); ``fields`` is JSON, names in order."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record of a message: what is to be done with it. ``place`` tells where it stands in the file.

    ``fields`` holds text as published; a field that is not told is absent.
    """

    kind: str
    action: Action
    fields: Mapping[str, str]
    place: str

    @property
    def key(self) -> str:
        """Key of the record it is about."""
        return record_kinds()[self.kind].key_of(self.fields)

    @property
    def words(self) -> str:
        """Kind and key as people read them."""
        return named(self.kind, self.key)


@dataclass(frozen=True, slots=True)
class Message:
    """Changes of one file in their order, and the faults of its form; a message with faults is not applied.

    ``told_at`` is the day on which the publisher says it was made, where it says so.
    """

    changes: tuple[Change, ...]
    faults: tuple[str, ...] = ()
    told_at: str | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)


def named(kind: str, key: str) -> str:
    """``measure 3318239``."""
    return f"{kind} {key.replace(chr(31), ' ').strip()}"


def as_records(states: Iterable[tuple[str, str, Mapping[str, str]]]) -> pl.DataFrame:
    """The table ``RECORDS`` of kind, key and fields."""
    rows = [(kind, key, written(fields)) for kind, key, fields in states]
    return pl.DataFrame(rows, schema=RECORDS, orient="row")


def written(fields: Mapping[str, str]) -> str:
    """Fields as JSON, the same for the same fields in any order; empty ones are left out."""
    return msgspec.json.encode({name: fields[name] for name in sorted(fields) if fields[name] != ""}).decode()


def fields_of(text: str) -> dict[str, str]:
    """Fields back from their JSON."""
    return msgspec.json.decode(text, type=dict[str, str])
