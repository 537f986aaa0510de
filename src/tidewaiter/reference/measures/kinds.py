"""Kinds of TARIC records: what each is called, which fields tell one from another, what each refers to."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

ANY_REGULATION: Final = "(regulation)"
"""Stands in the sheet for any kind of regulation that can be the ground of a measure."""

REGULATIONS: Final = (
    "base.regulation", "modification.regulation", "full.temporary.stop.regulation", "prorogation.regulation",
    "explicit.abrogation.regulation", "complete.abrogation.regulation",
)  # fmt: skip

OTHER_NAMES: Final = {"geographical.membership": "geographical.area.membership"}
"""Elements that senders call otherwise than the schema does."""

SEPARATOR: Final = "\x1f"
"""Between the fields of a key; no field can hold it."""

NO_PARENT: Final = {"00000000", "0"}
"""What some senders write where a record refers to nothing."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Fields of a record that are the key of another one, whose kind is one of ``kinds``."""

    fields: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of record. ``code`` is record and subrecord code where the sheet knows them; ``needs`` names fields beside
    the key without which a record means nothing.
    """

    name: str
    code: str
    key: tuple[str, ...]
    needs: tuple[str, ...]
    refers: tuple[Reference, ...]

    def key_of(self, fields: Mapping[str, str]) -> str:
        """What tells the record from others of its kind; a field that is not there counts as empty."""
        return SEPARATOR.join(fields.get(name, "") for name in self.key)

    def missing(self, fields: Mapping[str, str]) -> list[str]:
        """Fields that the record lacks; of several fields of a key only the first must be there."""
        return [name for name in (self.key[0], *self.needs) if not fields.get(name)]


@cache
def record_kinds() -> Mapping[str, RecordKind]:
    """Every kind by its element's name."""
    sheet = files("tidewaiter.reference.measures").joinpath("kinds.csv").read_text(encoding="utf-8")
    return {row["name"]: _kind(row) for row in csv.DictReader(sheet.splitlines())}


@cache
def referring_to(name: str) -> tuple[tuple[RecordKind, Reference], ...]:
    """Kinds that refer to a kind, and how."""
    return tuple((kind, one) for kind in record_kinds().values() for one in kind.refers if name in one.kinds)


def _kind(row: Mapping[str, str]) -> RecordKind:
    return RecordKind(
        name=row["name"],
        code=row["code"],
        key=tuple(row["key"].split()),
        needs=tuple(row["needs"].split()),
        refers=tuple(_reference(text) for text in row["refers"].split()),
    )


def _reference(text: str) -> Reference:
    fields, _, target = text.partition(">")
    return Reference(tuple(fields.split("+")), REGULATIONS if target == ANY_REGULATION else (target,))
