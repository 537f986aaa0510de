"""TARIC 3 envelopes: transactions of records to insert, update or delete."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tidewaiter.reference.measures.changes import Action, Change, Message
from tidewaiter.reference.measures.kinds import OTHER_NAMES, record_kinds
from tidewaiter.reference.measures.xml_file import Element, subtrees

ROOT: Final = "envelope"
RECORD: Final = "record"
ACTIONS: Final[dict[str, Action]] = {"1": "update", "2": "delete", "3": "insert"}
"""Update types of the TARIC message; any other is refused."""


def read_envelope(file: Path) -> Message:
    """The changes of an envelope in their order; every record without sense is named as a fault."""
    changes: list[Change] = []
    faults: list[str] = []
    for number, record in enumerate(_records(file), start=1):
        made = _change(record, number)
        if isinstance(made, Change):
            changes.append(made)
        else:
            faults.append(made)
    return Message(tuple(changes), tuple(faults))


def _records(file: Path) -> Iterator[Element]:
    """Every record; the root was looked at before this form was chosen."""
    found = subtrees(file, frozenset({RECORD}))
    next(found, None)
    yield from found


def _change(record: Element, number: int) -> Change | str:
    """The record as a change, or what is wrong with it."""
    code = f"{record.told('record.code')} {record.told('subrecord.code')}"
    place = f"record {number} ({code}, transaction {record.told('transaction.id')}, line {record.line})"
    update = record.told("update.type")
    if update not in ACTIONS:
        return f"unknown update type: {place}: '{update}' is none of 1 (update), 2 (delete), 3 (insert)"
    bodies = [one for one in record.inside if one.inside]
    if len(bodies) != 1:
        return f"record without content: {place}: {len(bodies)} elements of content, not one"
    name = OTHER_NAMES.get(bodies[0].name, bodies[0].name)
    kind = record_kinds().get(name)
    if kind is None or (kind.code and kind.code != code):
        return f"unknown record: {place}: '{name}' is no record {code}"
    fields = {one.name.replace("_", "."): one.text for one in bodies[0].inside if one.text}
    action = ACTIONS[update]
    missing = kind.missing(fields) if action != "delete" else kind.missing(fields)[:1] * (kind.key[0] not in fields)
    if missing:
        return f"field missing: {place}: {name} has no {', '.join(missing)}"
    return Change(name, action, fields, place)
